"""What went together with success beyond credit: adjusted associations of exposures, with what they cannot claim."""
