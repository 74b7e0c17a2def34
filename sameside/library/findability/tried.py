"""Searches tried again: what they find first, remembered for as long as nothing changes that decides it.

That is the index, the synonyms in use, the ranking in use and the day. The same searches are tried for every asset that
is looked at, so each is asked once for all of them.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cached_property
from weakref import WeakKeyDictionary

from django.utils import timezone

from sameside.library.evaluation import rankings
from sameside.library.evaluation.rankings import Settings
from sameside.library.models import Asset
from sameside.library.models.assets import EVERYBODY
from sameside.retrieval.engine import Engine, Found, Request
from sameside.retrieval.hybrid import Remembered
from sameside.search import synonyms

FIRST = 1_000
"""So many of what a search finds are remembered: what stands behind them is as good as not found."""
_REMEMBERED = 500

_known: "WeakKeyDictionary[Engine, Remembered[Tried]]" = WeakKeyDictionary()
_alone: "WeakKeyDictionary[Engine, Remembered[Found]]" = WeakKeyDictionary()


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


@dataclass(frozen=True)
class Trial:
    """How searches are tried: in an index as it is, with the synonyms and the ranking in use, on the day of `at`."""

    engine: Engine
    at: datetime
    synonyms: Mapping[str, Sequence[str]]
    ranking: Settings

    @cached_property
    def day(self) -> date:
        """That of `at` in the installation's zone."""
        return timezone.localdate(self.at)

    def plainly(self, words: str) -> Tried:
        """What the words find in everything there is, whoever asks."""
        return self._tried(self._request(words), None)

    def ordinarily(self, words: str, filters: Mapping[str, Sequence[str]]) -> Tried:
        """What a colleague without special rights finds, under these filters."""
        asked = replace(
            self._request(words),
            filters={**filters, "status": [Asset.Status.ACTIVE]},
            groups=[EVERYBODY],
            on=self.day.toordinal(),
        )
        return self._tried(asked, tuple(sorted((facet, tuple(sorted(values))) for facet, values in filters.items())))

    def alone(self, words: str, key: int) -> Found:
        """What the words find when there is nothing but this one."""

        def found() -> Found:
            return self.engine.search(replace(self._request(words), keys=[key], size=1))

        if self.engine.state() is None:
            return found()
        remembered = _alone.setdefault(self.engine, Remembered(_REMEMBERED))
        return remembered.get((self._state, words, key), found)

    def _request(self, words: str) -> Request:
        return replace(self._plain, words=words)

    @cached_property
    def _plain(self) -> Request:
        midnight = datetime.combine(self.day, time(), timezone.get_current_timezone())
        return Request(typing=False, parts=False, synonyms=self.synonyms, **self.ranking.asked(midnight))

    @cached_property
    def _state(self) -> Hashable:
        told = tuple(sorted((word, tuple(others)) for word, others in self.synonyms.items()))
        return self.engine.state(), told, self.ranking, self.day

    def _tried(self, request: Request, filters: Hashable) -> Tried:
        def tried() -> Tried:
            keys = list(self.engine.keys(request))
            return Tried(tuple(keys[:FIRST]), len(keys))

        if self.engine.state() is None:
            return tried()
        remembered = _known.setdefault(self.engine, Remembered(_REMEMBERED))
        return remembered.get((self._state, request.words, filters), tried)


def trial(engine: Engine, at: datetime) -> Trial:
    return Trial(engine, at, synonyms.in_use(), rankings.live())
