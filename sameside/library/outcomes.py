"""Who used an asset, and what it did: the deals and conversations in which it was used, beside the average.

An asset was used in a conversation when it was shared, presented or personalised for that deal while the conversation
was open. Its share of succeeded ones stands beside what conversations of the same kinds do on average, with an
interval, and says so when there are too few to conclude anything. It is what happened together, not what caused it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, Max
from django.urls import NoReverseMatch, reverse

from sameside.analytics import rates
from sameside.conversations.models import Kind
from sameside.crm.models import Deal
from sameside.kit.prepared import VALUE, Prepared, PreparedValues
from sameside.library.models import USED, Asset, Usage
from sameside.library.truth import count
from sameside.people.models import Person
from sameside.ui import formats
from sameside.ui.cells import Badge

SHOWN = 8


@dataclass(frozen=True)
class User:
    name: str
    team: str
    uses: int
    last: str


@dataclass(frozen=True)
class Use:
    """One use; `deal` is named only where the reader may see it."""

    who: str
    did: str
    when: str
    deal: str
    deal_url: str
    state: Badge | None


@dataclass(frozen=True)
class Outcomes:
    """`average` is that of the same kinds of conversation; shares are of those that have ended."""

    conversations: int
    ended: int
    succeeded: int
    open: int
    share: float | None
    low: float
    high: float
    average: float | None
    is_small: bool
    kinds: Sequence[tuple[str, int, int]]
    deals: int
    won: int
    lost: int

    @property
    def sentence(self) -> str:
        """What these figures can and cannot say."""
        if not self.conversations:
            return "No conversation is known in which it was used. Name the deal when you use it: then it shows here."
        if not self.ended or self.share is None:
            are = "is" if self.conversations == 1 else "are"
            return f"Used in {count(self.conversations, 'conversation')} that {are} still open: too early to tell."
        range_ = f"between {_share(self.low)} and {_share(self.high)} with 95 % confidence"
        if self.is_small:
            are = "is" if self.ended == 1 else "are"
            few = f"{count(self.ended, 'ended conversation')} {are} too few to conclude from"
            return f"{few}: the true share lies {range_}."
        if self.average is None:
            return f"The true share lies {range_}."
        if self.low > self.average:
            better = f"Better than the average of {_share(self.average)}"
            return f"{better}: the true share lies {range_}. Together, not therefore."
        if self.high < self.average:
            return (
                f"Below the average of {_share(self.average)}: the true share lies {range_}. Together, not therefore."
            )
        return f"Not told apart from the average of {_share(self.average)}: the true share lies {range_}."


def _share(value: float) -> str:
    return f"{value * 100:.0f} %"


def users(asset: Asset) -> list[User]:
    """Who used it most."""
    return [
        User(name, f"Partner: {partner}" if partner else team or "", uses, formats.date(last))
        for name, team, partner, uses, last in _users()(asset.pk)
    ]


@lru_cache(maxsize=1)
def _users() -> PreparedValues:
    rows = Usage.objects.filter(asset=VALUE, action__in=USED, person__isnull=False)
    named = rows.values_list("person__name", "person__team__name", "person__partner__name")
    return PreparedValues(named.annotate(uses=Count("pk"), last=Max("at")).order_by("-uses", "-last")[:SHOWN])


def last_uses(asset: Asset, person: Person) -> list[Use]:
    rows = _uses()(asset.pk)
    wanted = [row.deal_id for row in rows if row.deal_id]
    seen = Deal.objects.visible_to(person).filter(pk__in=wanted).only("name", "stage", "is_closed", "is_won")
    deals = {deal.pk: deal for deal in seen} if wanted else {}
    return [_use(row, deals.get(row.deal_id) if row.deal_id else None) for row in rows]


@lru_cache(maxsize=1)
def _uses() -> Prepared[Usage]:
    rows = Usage.objects.filter(asset=VALUE, action__in=USED).select_related("person").order_by("-at", "-pk")
    return Prepared(rows.only("action", "at", "deal_id", "person__name")[:SHOWN])


def _use(row: Usage, deal: Deal | None) -> Use:
    return Use(
        who=row.person.name if row.person else "Somebody",
        did=str(Usage.Action(row.action).label).lower(),
        when=formats.date(row.at),
        deal=deal.name if deal else "",
        deal_url=_deal_url(deal),
        state=_state(deal),
    )


def _deal_url(deal: Deal | None) -> str:
    try:
        return reverse("deals:deal", args=[deal.pk]) if deal else ""
    except NoReverseMatch:
        return ""


def _state(deal: Deal | None) -> Badge | None:
    if deal is None:
        return None
    if not deal.is_closed:
        return Badge(deal.stage or "Open", "info")
    return Badge("Won", "good") if deal.is_won else Badge("Lost", "bad")


def outcomes(asset: Asset, averages: Mapping[str, Any]) -> Outcomes:
    """What became of the conversations and deals in which `asset` was used.

    `averages` holds, by kind, `[succeeded, ended]` of all conversations, as the report "content" computes it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT v.kind, v.state, count(DISTINCT v.id) FROM library_usage u
            JOIN conversations_conversation v ON v.deal_id = u.deal_id
                AND v.opened_at <= u.at AND (v.ended_at IS NULL OR v.ended_at >= u.at)
            WHERE u.asset_id = %s AND u.action IN ('share', 'present', 'personalise')
                AND u.deal_id IS NOT NULL
            GROUP BY 1, 2
            """,
            [asset.pk],
        )
        states: dict[str, dict[str, int]] = {}
        for kind, state, number in cursor:
            states.setdefault(kind, {})[state] = number
        cursor.execute(
            """
            SELECT count(*), count(*) FILTER (WHERE is_won), count(*) FILTER (WHERE is_closed AND NOT is_won)
            FROM crm_deal WHERE id IN (
                SELECT deal_id FROM library_usage
                WHERE asset_id = %s AND action IN ('share', 'present', 'personalise') AND deal_id IS NOT NULL
            )
            """,
            [asset.pk],
        )
        deals, won, lost = cursor.fetchone()
    succeeded = sum(one.get("succeeded", 0) for one in states.values())
    ended = succeeded + sum(one.get("failed", 0) for one in states.values())
    still_open = sum(one.get("open", 0) for one in states.values())
    low, high = rates.wilson(succeeded, ended)
    return Outcomes(
        conversations=ended + still_open,
        ended=ended,
        succeeded=succeeded,
        open=still_open,
        share=succeeded / ended if ended else None,
        low=low,
        high=high,
        average=_average(states, averages),
        is_small=rates.is_small(ended),
        kinds=[
            (str(kind.label), one.get("succeeded", 0), sum(one.values()))
            for kind in Kind
            if (one := states.get(kind.value))
        ],
        deals=deals,
        won=won,
        lost=lost,
    )


def _average(states: Mapping[str, Mapping[str, int]], averages: Mapping[str, Any]) -> float | None:
    """The share that conversations of the same kinds, in the same mix, succeed on average."""
    expected, weight = 0.0, 0
    for kind, one in states.items():
        ended = one.get("succeeded", 0) + one.get("failed", 0)
        succeeded_of_all, all_ended = averages.get(kind, (0, 0))
        if ended and all_ended:
            expected += ended * succeeded_of_all / all_ended
            weight += ended
    return expected / weight if weight else None
