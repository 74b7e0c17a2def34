"""What people are told when something cannot be done to an asset."""


class NotPossible(Exception):
    """It cannot be done, or not any more; the message is a sentence fit for the screen."""
