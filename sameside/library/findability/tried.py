"""Searches tried again: what they find first, remembered for as long as the index stays as it is.

The same searches are tried for every asset that is looked at, so each is asked once for all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast
from weakref import WeakKeyDictionary

from sameside.library.models import Asset
from sameside.library.models.assets import EVERYBODY
from sameside.retrieval.engine import Engine, Request
from sameside.retrieval.hybrid import Remembered

FIRST = 1_000
"""So many of what a search finds are remembered: what stands behind them is as good as not found."""
_REMEMBERED = 500

_known: "WeakKeyDictionary[Engine, Remembered[Tried]]" = WeakKeyDictionary()


@dataclass(frozen=True)
class Tried:
    """The first keys of what was found, and how many there were in all."""

    first: Sequence[int]
    total: int

    @property
    def is_whole(self) -> bool:
        return self.total <= FIRST

    def place(self, key: int) -> int:
        """From 1; 0 when it is not among the first."""
        return self.first.index(key) + 1 if key in self.first else 0


def plainly(engine: Engine, words: str) -> Tried:
    """What the words find in everything there is, whoever asks."""
    return _tried(engine, Request(words=words, typing=False, parts=False), words, None)


def ordinarily(engine: Engine, words: str, filters: Mapping[str, Sequence[str]], today: date) -> Tried:
    """What a colleague without special rights finds, under these filters."""
    asked = Request(
        words=words,
        filters={**filters, "status": [Asset.Status.ACTIVE]},
        groups=[EVERYBODY],
        on=today.toordinal(),
        typing=False,
        parts=False,
    )
    chosen = tuple(sorted((facet, tuple(sorted(values))) for facet, values in filters.items()))
    return _tried(engine, asked, words, (today, chosen))


def _tried(engine: Engine, request: Request, *of: object) -> Tried:
    def tried() -> Tried:
        keys = list(engine.keys(request))
        return Tried(tuple(keys[:FIRST]), len(keys))

    state = engine.state()
    if state is None:
        return tried()
    remembered = cast("Remembered[Tried]", _known.setdefault(engine, Remembered(_REMEMBERED)))
    return remembered.get((state, *of), tried)
