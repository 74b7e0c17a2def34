"""What a deal is worth to a big rock."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Worth:
    """A deal: its company, its amount, and the day it was won, None while it is open."""

    company: int
    amount: float
    won_on: date | None
