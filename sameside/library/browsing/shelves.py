"""The shelves of a board: a row of cards each, with what it shows in a sentence beside it.

Each shelf names ids of assets first (from what is prepared, or by an index), then the assets of all shelves are read
at once: what one may not find, or what is out of date, is on none of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from sameside.analytics import rates
from sameside.library.browsing import evidence, markup, recency
from sameside.library.browsing.evidence import Case, Use
from sameside.library.browsing.recency import Facets
from sameside.library.browsing.tiles import Note, Noted, Stock, Tile
from sameside.library.models import Asset, Facet
from sameside.people.models import Person
from sameside.ui import formats
from sameside.ui.cells import Badge

SHOWN = 12
_NO_URL = ""


@dataclass(frozen=True)
class Shelf:
    """`definition` says what stands here and how it is counted; `empty` why nothing does."""

    key: str
    title: str
    definition: str
    tiles: Sequence[Tile]
    empty: str
    more_url: str = _NO_URL
    more: str = "Show all"

    @property
    def tiles_html(self) -> SafeString:
        return markup.tiles(self.tiles)


@dataclass(frozen=True)
class Plan:
    """A shelf before its assets are read."""

    key: str
    title: str
    definition: str
    ids: Sequence[int]
    noted: Noted
    empty: str
    more_url: str = _NO_URL
    more: str = "Show all"


def filled(plans: Sequence[Plan], person: Person) -> list[Shelf]:
    """The shelves with the assets that `person` may find."""
    return fill(plans, Stock(person, [plan.ids for plan in plans], SHOWN))


def fill(plans: Sequence[Plan], stock: Stock) -> list[Shelf]:
    """The shelves with what is in `stock`."""
    return [
        Shelf(
            plan.key,
            plan.title,
            plan.definition,
            stock.tiles(plan.ids, plan.noted, SHOWN),
            plan.empty,
            plan.more_url,
            plan.more,
        )
        for plan in plans
    ]


@lru_cache(maxsize=256)
def _rows_url(facet: str, value: str, kind: str) -> str:
    return reverse("library:board_rows", args=[facet, value, kind])


def _rows_of(asset: Asset, facet: str, value: str, kind: str) -> str:
    return f"{_rows_url(facet, value, kind)}?asset={asset.slug}"


def case_note(case: Case, average: float | None, what: str, url: str) -> Note:
    """`Won 9 of 14 · average 41 %`, with a mark while that is too few to conclude from."""
    beside = f" · average {formats.percent(average)}" if average is not None else ""
    small = Badge("few cases", "neutral") if rates.is_small(case.n) else None
    return Note(f"{what} {case.won:,} of {case.n:,}{beside}", url, small)


def used_to_win(data: Mapping[str, Any], facet: str, value: str, label: str) -> Plan:
    cases = {case.asset: case for case in evidence.won(data, facet, value)}
    ended, won = evidence.average(data, facet, value)
    share = won / ended if ended else None
    is_talk = facet == Facet.CONVERSATION
    verb = "Succeeded" if is_talk else "Won"
    return Plan(
        f"won-{facet}-{value}",
        "Used to win here"
        if facet != Facet.VERTICAL
        else f"Used to win in {label.lower() if len(label) > 3 else label}",
        _won_words(facet, label, ended, won),
        list(cases),
        lambda asset: case_note(cases[asset.pk], share, verb, _rows_of(asset, facet, value, "won")),
        "No content is known to have been used here and won. Name the deal when you use something, and it shows here.",
        _rows_url(facet, value, "won"),
        "The rows behind it",
    )


def _won_words(facet: str, label: str, ended: int, won: int) -> str:
    if facet == Facet.CONVERSATION:
        what = f"conversations of this kind that ended in the last {evidence.WON_MONTHS} months"
        how = "used while the conversation was open, and it succeeded"
    elif facet == Facet.VERTICAL:
        what = f"deals in this vertical that closed in the last {evidence.WON_MONTHS} months"
        how = "used for a deal of this vertical before it closed, and it was won"
    else:
        what = f"deals that closed in the last {evidence.WON_MONTHS} months"
        how = "made for this persona, used for a deal before it closed, and it was won"
    ends = "succeeded" if facet == Facet.CONVERSATION else "were won"
    share = f" Of all {ended:,} {what}, {formats.percent(won / ended)} {ends}." if ended else ""
    return f"Shared, presented or personalised: {how}.{share} Together, not therefore."


def by_colleagues(data: Mapping[str, Any], facet: str, value: str, person: Person) -> Plan:
    uses = {one.asset: one for one in evidence.used_by_others(data, facet, value, person.pk)}
    title = "What colleagues use for this conversation" if facet == Facet.CONVERSATION else "What colleagues use"
    where = {
        Facet.CONVERSATION: "for deals that were at this conversation",
        Facet.VERTICAL: "for deals of this vertical",
        Facet.PERSONA: "of content made for this persona",
    }[Facet(facet)]
    return Plan(
        f"used-{facet}-{value}",
        title,
        f"Uses by others in the last {evidence.USED_DAYS} days {where}; what most people use comes first.",
        list(uses),
        lambda asset: use_note(uses[asset.pk], _rows_of(asset, facet, value, "used")),
        f"Nobody else has used content here in the last {evidence.USED_DAYS} days.",
        _rows_url(facet, value, "used"),
        "The rows behind it",
    )


def use_note(one: Use, url: str = _NO_URL) -> Note:
    uses = f"{one.uses:,} use{'' if one.uses == 1 else 's'}"
    people = f"{one.people:,} {'person' if one.people == 1 else 'people'}"
    return Note(f"{uses} by {people}", url)


def new(person: Person, *, at: datetime, facets: Facets = (), more_url: str = _NO_URL) -> Plan:
    """Of the last 30 days; of the last 90 where that leaves the shelf thin."""
    shorter, longer = recency.NEW_DAYS
    ids = recency.new(person, at=at, days=longer, facets=facets, most=SHOWN)
    return Plan(
        "new",
        "New",
        f"Came into the library in the last {longer} days, the newest first.",
        ids,
        lambda asset: Note(
            f"Added {formats.date(asset.created_at)}",
            "",
            Badge("new", "info") if (at - asset.created_at).days < shorter else None,
        ),
        f"Nothing has come in for it in the last {longer} days.",
        more_url or reverse("library:new"),
    )


def opened(person: Person, *, at: datetime, facets: Facets = ()) -> Plan:
    moments = recency.opened(person, at=at, facets=facets, most=SHOWN)
    return Plan(
        "opened",
        "Recently opened",
        "By you, the latest first.",
        list(moments),
        lambda asset: Note(f"Opened {formats.date(moments[asset.pk])}"),
        "You have not opened anything here lately.",
        reverse("library:recent"),
    )


def starred(person: Person, *, facets: Facets = ()) -> Plan:
    moments = recency.starred(person, facets=facets, most=SHOWN)
    return Plan(
        "favourites",
        "Favourites",
        "What you gave a star; only you see it.",
        list(moments),
        lambda asset: Note(f"Since {formats.date(moments[asset.pk])}"),
        "Press the star on a card, or f, and it stays at hand here.",
        reverse("library:favourites"),
    )
