"""What the CRM knows of leads before, and beside, the hand-overs that are made here."""
