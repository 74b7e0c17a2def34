"""Where somebody came from when they opened an asset: which showing of results, and which place in it.

The links of results carry `?from=` with the moment at which they were shown, and the place of the asset. A search is
recorded later than it is shown, and several showings may be one search that was typed letter by letter; the search is
the first one of this person recorded at or after that moment. So nothing need be remembered between the two.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_FORM = re.compile(r"([0-9a-z]{6,12})(?:-([1-9][0-9]{0,3}))?", re.ASCII)
_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
_END = datetime(2100, 1, 1, tzinfo=UTC)
LONGEST_START = timedelta(minutes=10)
"""What was begun longer ago was not one go."""


@dataclass(frozen=True)
class Origin:
    """`shown_at`: when the results were shown. `position`: the place among them, from 1, when it is known."""

    shown_at: datetime
    position: int | None = None

    def __str__(self) -> str:
        number, text = (self.shown_at - _BEGIN) // timedelta(microseconds=1), ""
        while number:
            number, digit = divmod(number, 36)
            text = _DIGITS[digit] + text
        return text + (f"-{self.position}" if self.position else "")

    def at(self, position: int) -> str:
        """The mark of the result at `position`."""
        return str(Origin(self.shown_at, position))


def read(text: str) -> Origin | None:
    """The origin that a link names; None for anything else."""
    form = _FORM.fullmatch(text)
    if form is None:
        return None
    moment = _BEGIN + min(timedelta(microseconds=int(form[1], 36)), _END - _BEGIN)
    return Origin(moment, int(form[2]) if form[2] else None) if moment < _END else None


def started(at: datetime, elapsed: str) -> datetime | None:
    """When the first key was pressed, given the milliseconds since then as the browser counted them."""
    if not (elapsed.isascii() and elapsed.isdecimal() and len(elapsed) < 9):
        return None
    ago = timedelta(milliseconds=int(elapsed))
    return at - ago if ago <= LONGEST_START else None
