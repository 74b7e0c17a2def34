"""The documents of the story: composed once, set in four formats."""
