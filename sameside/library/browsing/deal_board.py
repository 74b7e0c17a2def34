"""The board of one deal: what fits it, what won in deals like it, what it was sent and what its buyers read.

Reading is known from touches of the deal's company that name an asset and were the buyer's own doing (a download, a
response, a visit). What we sent is not reading; it stands on a shelf of its own.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from sameside.conversations.models import RANK, Conversation, Kind
from sameside.crm.models import Deal, Touch
from sameside.kit.prepared import VALUE, PreparedValues
from sameside.library import facets, searching
from sameside.library.browsing import shelves
from sameside.library.browsing.boards import Board, board
from sameside.library.browsing.shelves import SHOWN, Plan
from sameside.library.browsing.tiles import Note
from sameside.library.facets import Narrowing
from sameside.library.models import USED, Asset, Facet, Usage
from sameside.people.models import Person
from sameside.ui import formats

OURS = ("content-share", "sales-email", "sales-call", "meeting")
"""Channels of what we did; the touches of all others are the buyer's own doing."""
LISTING = frozenset({"read", "sent", "opened"})
"""Shelves that tell what was done; the others propose something for the deal."""
READ = 500
OPEN_DEALS = 6


@dataclass(frozen=True)
class Context:
    """What is known of a deal that content can fit."""

    deal: Deal
    vertical: str
    language: str
    kinds: Sequence[Kind]

    @property
    def values(self) -> dict[str, tuple[str, ...]]:
        found = {Facet.CONVERSATION.value: tuple(kind.value for kind in self.kinds)}
        if self.vertical:
            found[Facet.VERTICAL.value] = (self.vertical,)
        return {facet: values for facet, values in found.items() if values}

    @property
    def words(self) -> list[tuple[str, str]]:
        """(what, value) as the page names them."""
        deal = self.deal
        found = [("Stage", deal.stage)]
        found += [("Conversation", ", ".join(str(kind.label) for kind in self.kinds))] if self.kinds else []
        found += [("Vertical", facets.label(Facet.VERTICAL, self.vertical))] if self.vertical else []
        found += [("Language", facets.label(Facet.LANGUAGE, self.language))] if self.language else []
        return found

    @property
    def search_url(self) -> str:
        return f"{reverse('library:list')}?{urlencode({'deal': self.deal.pk})}"


@dataclass(frozen=True)
class DealLink:
    name: str
    url: str
    company: str
    stage: str


def context_of(deal: Deal) -> Context:
    """The deal's company gives vertical and language; its open conversations what comes next."""
    opened = {kind for (kind,) in _open_kinds()(deal.pk)}
    kinds = [Kind(kind) for kind in sorted(opened, key=lambda kind: RANK[kind])]
    company = deal.company
    return Context(deal, company.vertical if company else "", company.language if company else "", kinds)


@lru_cache(maxsize=1)
def _open_kinds() -> PreparedValues:
    opened = Conversation.objects.filter(deal=VALUE, state=Conversation.State.OPEN)
    return PreparedValues(opened.values_list("kind"))


def deal_url(deal: Deal) -> str:
    return _deal_url().replace("0", str(deal.pk))


@lru_cache(maxsize=1)
def _deal_url() -> str:
    """Of deal 0; empty where deals have no pages."""
    try:
        return reverse("deals:deal", args=[0])
    except NoReverseMatch:
        return ""


def boards_of(context: Context) -> list[Board]:
    found = [board(Facet.CONVERSATION, kind.value) for kind in context.kinds]
    return found + ([board(Facet.VERTICAL, context.vertical)] if context.vertical else [])


def plans(context: Context, data: Mapping[str, Any] | None, person: Person, *, at: datetime) -> list[Plan]:
    shown = [_fitting(context, person)]
    if data:
        shown += [shelves.used_to_win(data, one.facet, one.value, one.label) for one in boards_of(context)]
        shown += [shelves.by_colleagues(data, Facet.CONVERSATION, kind.value, person) for kind in context.kinds[:1]]
    return [*shown, _read(context), _sent(context), shelves.opened(person, at=at)]


def _fitting(context: Context, person: Person) -> Plan:
    values = context.values
    found = _marked_for(values, person)
    if not found and len(values) > 1:
        values = {facet: chosen for facet, chosen in values.items() if facet == Facet.CONVERSATION}
        found = _marked_for(values, person)
    if context.language:
        found = sorted(found, key=lambda asset: asset.language != context.language)
    said = " and ".join(str(Facet(facet).label).lower() for facet in values)
    return Plan(
        "fits",
        "Fits this deal",
        f"Marked for the deal's {said}; its language first, then what is used most." if said else "",
        [asset.pk for asset in found],
        lambda asset: Note(f"Updated {formats.date(asset.updated_at)}"),
        "No content is marked for this deal's conversation and vertical yet."
        if values
        else "Neither an open conversation nor a vertical is known of this deal.",
        context.search_url if values else "",
        "Search in this context",
    )


def _marked_for(values: Mapping[str, tuple[str, ...]], person: Person) -> Sequence[Asset]:
    if not values:
        return ()
    return searching.search("", Narrowing(values=values), person, sort="used", size=SHOWN, counted=False).assets


def _read(context: Context) -> Plan:
    seen: dict[int, list[tuple[datetime, int | None]]] = defaultdict(list)
    deal = context.deal
    if deal.company_id:
        for asset, moment, contact in _own_doing()(deal.company_id):
            seen[asset].append((moment, contact))

    def noted(asset: Asset) -> Note:
        moments = seen[asset.pk]
        people = len({contact for _, contact in moments if contact})
        who = f" by {people} {'person' if people == 1 else 'people'}" if people else ""
        return Note(f"{_times(len(moments))}{who} · last {formats.date(moments[0][0])}")

    return Plan(
        "read",
        "What buyers of this deal read",
        f"The last {READ} touches of {deal.company or 'the company'} that name content and were the buyer's own doing.",
        list(seen),
        noted,
        "No reading is known. It comes from responses, downloads and visits that name content; page by page it will be "
        "measured in rooms and shared links, which do not exist yet.",
        deal_url(deal) if seen else "",
        "All touches",
    )


@lru_cache(maxsize=1)
def _own_doing() -> PreparedValues:
    """Touches of a company that name content and that we did not make."""
    touches = Touch.objects.filter(company=VALUE, current=True, asset__isnull=False).exclude(channel__in=OURS)
    return PreparedValues(touches.order_by("-occurred_at").values_list("asset_id", "occurred_at", "contact_id")[:READ])


@lru_cache(maxsize=1)
def _uses() -> PreparedValues:
    rows = Usage.objects.filter(deal=VALUE, action__in=USED)
    return PreparedValues(rows.order_by("-at").values_list("asset_id", "at")[:READ])


def _sent(context: Context) -> Plan:
    seen: dict[int, list[datetime]] = defaultdict(list)
    for asset, moment in _uses()(context.deal.pk):
        seen[asset].append(moment)
    return Plan(
        "sent",
        "Used for this deal already",
        "Shared, presented or personalised for this deal, by anybody, the latest first.",
        list(seen),
        lambda asset: Note(f"{_times(len(seen[asset.pk]))} · last {formats.date(seen[asset.pk][0])}"),
        "Nothing yet. Say “I used this” on an asset and name the deal.",
        deal_url(context.deal) if seen else "",
        "On the deal's page",
    )


def _times(number: int) -> str:
    return "Once" if number == 1 else f"{number:,} times"


def open_deals(person: Person) -> list[DealLink]:
    """Deals of one's own that close next, each with a board."""
    rows = (
        Deal.objects.visible_to(person)
        .filter(owner=person, is_closed=False, deleted_in_source=False)
        .select_related("company")
        .order_by("close_on", "pk")[:OPEN_DEALS]
    )
    return [
        DealLink(
            deal.name,
            reverse("library:deal_board", args=[deal.pk]),
            str(deal.company) if deal.company else "",
            deal.stage,
        )
        for deal in rows
    ]
