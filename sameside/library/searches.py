"""What became of a search: exactly one of five, read off what the same person did afterwards.

`used`: something that it showed was shared, presented or personalised within half an hour. `opened`: something that it
showed was opened or downloaded within five minutes, or later with a link of that search. `none`: it found nothing.
`reformulated`: nothing was opened, and the person asked in other words within two minutes. `abandoned`: all others.

Searches that follow each other by reformulation are one attempt to find something. The time to find runs from the
first key of the first of them to the first thing opened, and to the first thing used.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

OPENED_WITHIN = timedelta(minutes=5)
USED_WITHIN = timedelta(minutes=30)
ASKED_AGAIN_WITHIN = timedelta(minutes=2)
SETTLED_AFTER = USED_WITHIN
"""From then on an outcome does not change any more."""

USED, OPENED, NONE, REFORMULATED, ABANDONED = "used", "opened", "none", "reformulated", "abandoned"
OUTCOMES = (USED, OPENED, NONE, REFORMULATED, ABANDONED)
OPENING = frozenset({"open", "download", "play"})
USING = frozenset({"share", "present", "personalise"})


@dataclass(frozen=True)
class Asked:
    """One search. `started_at` is the time of its first key, where that is known."""

    id: int
    at: datetime
    words: str
    results: int
    shown: Sequence[int]
    started_at: datetime | None = None


@dataclass(frozen=True)
class Did:
    """Something the person did with an asset; `search` when the link they followed came from it."""

    asset: int
    action: str
    at: datetime
    search: int | None = None
    position: int | None = None


@dataclass(frozen=True)
class Outcome:
    """`seconds_*` run from the first key of the attempt's first search; None where nothing was opened or used.

    `attempt` is the id of that first search, `position` the place of the first thing opened, from 1.
    """

    search: int
    outcome: str
    attempt: int
    seconds_to_open: float | None = None
    seconds_to_use: float | None = None
    position: int | None = None


def outcomes(asked: Sequence[Asked], did: Sequence[Did]) -> list[Outcome]:
    """The outcomes of all searches of one person, in order of time; `did` is everything they did since the first."""
    ordered = sorted(asked, key=lambda one: (one.at, one.id))
    acts = _Acts(did)
    found: list[Outcome] = []
    first: Asked | None = None
    for place, search in enumerate(ordered):
        following = ordered[place + 1] if place + 1 < len(ordered) else None
        first = first or search
        outcome = _outcome(search, following, acts, first)
        found.append(outcome)
        goes_on = outcome.outcome in (NONE, REFORMULATED) and _asks_again(search, following)
        first = first if goes_on else None
    return found


def _outcome(search: Asked, following: Asked | None, acts: "_Acts", first: Asked) -> Outcome:
    until = following.at if following else None
    opened = acts.first(search, OPENING, OPENED_WITHIN, until)
    used = acts.first(search, USING, USED_WITHIN, None)
    began = first.started_at or first.at
    seconds_to_use = (used.at - began).total_seconds() if used else None
    earliest = min((one for one in (opened, used) if one), key=lambda one: one.at, default=None)
    if earliest is not None:
        return Outcome(
            search.id,
            USED if used else OPENED,
            first.id,
            (earliest.at - began).total_seconds(),
            seconds_to_use,
            _position(search, earliest),
        )
    if not search.results:
        return Outcome(search.id, NONE, first.id)
    return Outcome(search.id, REFORMULATED if _asks_again(search, following) else ABANDONED, first.id)


class _Acts:
    """What one person did, in order of time: a search looks at the half hour after it, and at what has its link."""

    def __init__(self, did: Sequence[Did]) -> None:
        self._acts = sorted(did, key=lambda one: one.at)
        self._times = [one.at for one in self._acts]
        self._linked: dict[int, list[int]] = defaultdict(list)
        for place, act in enumerate(self._acts):
            if act.search is not None:
                self._linked[act.search].append(place)

    def first(self, search: Asked, actions: frozenset[str], within: timedelta, until: datetime | None) -> Did | None:
        """The first of `actions` that came of `search`: by its link, or with something it showed, soon enough.

        Without a link, what was done after the person's next search (`until`) belongs to that one.
        """
        start = bisect_left(self._times, search.at)
        end = bisect_right(self._times, search.at + within, lo=start)
        if until is not None:
            end = min(end, bisect_left(self._times, until, lo=start))
        linked = (place for place in self._linked.get(search.id, ()) if place >= start)
        shown = (
            place
            for place in range(start, end)
            if self._acts[place].search is None and self._acts[place].asset in search.shown
        )
        found = [next((one for one in places if self._acts[one].action in actions), None) for places in (linked, shown)]
        earliest = min((place for place in found if place is not None), default=None)
        return None if earliest is None else self._acts[earliest]


def _position(search: Asked, act: Did) -> int | None:
    if act.position is not None:
        return act.position
    return list(search.shown).index(act.asset) + 1 if act.asset in search.shown else None


def _asks_again(search: Asked, following: Asked | None) -> bool:
    if following is None or following.at - search.at > ASKED_AGAIN_WITHIN:
        return False
    return following.words.casefold().strip() != search.words.casefold().strip()
