"""The rows behind the figures of a board: deals or conversations that ended, and uses; as far as one may see them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from sameside.conversations.models import Conversation
from sameside.crm.findable import owners_seen
from sameside.crm.models import Deal
from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.library.browsing import deal_board, evidence, recency
from sameside.library.browsing.tiles import address
from sameside.library.models import EDITING_ROLES, USED, Asset, Facet, Usage
from sameside.people.models import Person
from sameside.ui.cells import Badge, Link
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

KINDS = ("won", "used")
_EMPTY = Empty(
    "briefcase",
    "No rows that you may see",
    "Deals of other teams count in the figure and are listed for those who may open them.",
    "/library/boards/",
    "To the boards",
)


@dataclass(frozen=True)
class Listed:
    title: str
    subtitle: str
    rows: "QuerySet[Any]"
    spec: ListSpec


def listed(kind: str, facet: str, value: str, asset: Asset | None, person: Person, *, at: datetime) -> Listed:
    """`at` is when the figures were computed: the rows are those that they count."""
    if kind == "used":
        return _uses(facet, value, asset, person, at)
    since = at - timedelta(days=evidence.WON_DAYS)
    if facet == Facet.CONVERSATION:
        return _conversations(value, asset, person, since, at)
    return _deals(facet, value, asset, person, since, at)


def _used_by(asset: Asset | None, facet: str, value: str) -> "QuerySet[Usage]":
    uses = Usage.objects.filter(action__in=USED, deal__isnull=False)
    if asset is not None:
        uses = uses.filter(asset=asset)
    return recency.marked(uses, [(facet, value)], "asset_id") if facet == Facet.PERSONA else uses


def _deals(facet: str, value: str, asset: Asset | None, person: Person, since: datetime, at: datetime) -> Listed:
    rows = Deal.objects.visible_to(person).filter(
        is_closed=True, deleted_in_source=False, closed_at__gte=since, closed_at__lte=at
    )
    if facet == Facet.VERTICAL:
        rows = rows.filter(company__vertical=value)
    uses = _used_by(asset, facet, value).filter(deal=OuterRef("pk"), at__lte=OuterRef("closed_at"))
    rows = rows.filter(Exists(uses))
    words = "Deals for which it was used before they closed" if asset else "Deals for which content was used"
    return Listed(
        "Used, and how the deals ended",
        f"{words}, closed in the last {evidence.WON_MONTHS} months. Listed are those that you may see.",
        rows,
        DEALS,
    )


def _conversations(kind: str, asset: Asset | None, person: Person, since: datetime, at: datetime) -> Listed:
    rows = Conversation.objects.visible_to(person).filter(kind=kind, ended_at__gte=since, ended_at__lte=at)
    uses = _used_by(asset, Facet.CONVERSATION, kind).filter(
        deal=OuterRef("deal"), at__gte=OuterRef("opened_at"), at__lte=OuterRef("ended_at")
    )
    return Listed(
        "Used, and how the conversations ended",
        f"Conversations of this kind in which {'it' if asset else 'content'} was used while they were open, ended in "
        f"the last {evidence.WON_MONTHS} months. Listed are those that you may see.",
        rows.filter(Exists(uses)),
        CONVERSATIONS,
    )


def _uses(facet: str, value: str, asset: Asset | None, person: Person, at: datetime) -> Listed:
    since = at - timedelta(days=evidence.USED_DAYS)
    rows = Usage.objects.filter(action__in=USED, at__gte=since, at__lte=at, person__isnull=False).exclude(person=person)
    if person.role not in EDITING_ROLES:
        rows = rows.filter(asset__in=Asset.objects.visible_to(person).values("pk"))
    if asset is not None:
        rows = rows.filter(asset=asset)
    if facet == Facet.PERSONA:
        rows = recency.marked(rows, [(facet, value)], "asset_id")
    elif facet == Facet.VERTICAL:
        rows = rows.filter(deal__company__vertical=value)
    else:
        talks = Conversation.objects.filter(deal=OuterRef("deal"), kind=value, opened_at__lte=OuterRef("at"))
        rows = rows.filter(Exists(talks.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=OuterRef("at")))))
    return Listed(
        "What colleagues used",
        f"Uses by others in the last {evidence.USED_DAYS} days. A deal is named where you may see it.",
        rows,
        replace(USES, row=_use_row(owners_seen(person))),
    )


def _ended(won: bool) -> Badge:
    return Badge("Won", "good") if won else Badge("Lost", "bad")


def _deal_row(deal: Deal) -> dict[str, Any]:
    return {
        "deal": deal.name,
        "company": str(deal.company) if deal.company else "",
        "outcome": _ended(deal.is_won),
        "closed": deal.closed_at,
        "amount": deal.amount,
        "owner": deal.owner.name if deal.owner else "",
        "link": deal_board.deal_url(deal),
    }


def _won_filter(rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
    return rows.filter(is_won=value == "won")


def _succeeded_filter(rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
    return rows.filter(state=value)


def _action_filter(rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
    return rows.filter(action=value)


def _choices(*pairs: tuple[str, str]) -> Callable[[Any], list[Choice]]:
    return lambda _person: [Choice(value, label) for value, label in pairs]


DEALS = ListSpec(
    name="board-deals",
    columns=[
        Column("deal", "Deal"),
        Column("company", "Company"),
        Column("outcome", "Outcome"),
        Column("closed", "Closed", "date"),
        Column("amount", "Amount", "money"),
        Column("owner", "Owner"),
    ],
    row=_deal_row,
    filters=[Filter("outcome", "Outcome", _won_filter, choices=_choices(("won", "Won"), ("lost", "Lost")))],
    sorts=[Sort("closed", "Closed", Order("closed_at", descending=True))],
    prefetch=lambda rows: rows.select_related("company", "owner"),
    empty=_EMPTY,
)


def _conversation_row(one: Conversation) -> dict[str, Any]:
    succeeded = one.state == Conversation.State.SUCCEEDED
    return {
        "deal": one.deal.name,
        "attempt": one.attempt,
        "outcome": Badge("Succeeded", "good") if succeeded else Badge("Failed", "bad"),
        "opened": one.opened_at,
        "ended": one.ended_at,
        "owner": one.owner.name if one.owner else "",
        "link": deal_board.deal_url(one.deal),
    }


CONVERSATIONS = ListSpec(
    name="board-conversations",
    columns=[
        Column("deal", "Deal"),
        Column("attempt", "Attempt", "number"),
        Column("outcome", "Outcome"),
        Column("opened", "Opened", "date"),
        Column("ended", "Ended", "date"),
        Column("owner", "Owner"),
    ],
    row=_conversation_row,
    filters=[
        Filter(
            "outcome",
            "Outcome",
            _succeeded_filter,
            choices=_choices(("succeeded", "Succeeded"), ("failed", "Failed")),
        )
    ],
    sorts=[Sort("ended", "Ended", Order("ended_at", descending=True))],
    prefetch=lambda rows: rows.select_related("deal", "owner"),
    empty=_EMPTY,
)


_DID = {action.value: str(action.label) for action in Usage.Action}


def _use_row(owners: Sequence[int] | None) -> Callable[[Usage], Mapping[str, Any]]:
    """Names the deals of these owners, None for everybody's."""

    def row(use: Any) -> Mapping[str, Any]:
        deal = use.deal
        is_seen = deal is not None and (owners is None or deal.owner_id in owners)
        return {
            "asset": use.asset.title,
            "who": use.person.name,
            "did": _DID[use.action],
            "at": use.at,
            "deal": Link(deal.name, deal_board.deal_url(deal)) if is_seen else "",
            "link": address(use.asset),
        }

    return row


USES = ListSpec(
    name="board-uses",
    columns=[
        Column("asset", "Asset"),
        Column("who", "Who"),
        Column("did", "What"),
        Column("at", "When", "datetime"),
        Column("deal", "Deal"),
    ],
    row=_use_row(()),
    filters=[
        Filter(
            "did",
            "What",
            _action_filter,
            choices=_choices(*((one.value, str(Usage.Action(one).label)) for one in USED)),
        )
    ],
    sorts=[Sort("at", "When", Order("at", descending=True))],
    prefetch=lambda rows: rows.select_related("asset", "person", "deal").only(
        "action", "at", "asset__title", "asset__slug", "person__name", "deal__name", "deal__owner"
    ),
    empty=Empty(
        "users",
        "Nobody else used it",
        "Uses of the last 90 days by others stand here.",
        "/library/boards/",
        "To the boards",
    ),
)
