"""Today, as data: what each role should do first. The page only prints this.

Sellers see who waits for them and what their deals need next; marketers what became of their leads, what sellers lack
and what nobody finds; success the customers whose year comes round; executives and administrators the whole on one
screen. Figures of the organisation come from the stored report "today"; rows of one person are indexed look-ups.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from sameside.conversations import queries as conversations
from sameside.conversations.models import Conversation, Kind
from sameside.crm.models import Deal
from sameside.deals import suggestions
from sameside.deals.suggestions import Place, Suggestion
from sameside.leads.models import Lead
from sameside.people.models import Person

LEADS = 8
DEALS = 5
LOTS = 100
OUTCOMES = {
    Kind.TAILORED_POV: "a written point of view for this customer",
    Kind.RIGHT_PEOPLE: "a confirmed opportunity",
    Kind.RELEVANT_MEETING: "a qualified prospect with a problem to solve",
    Kind.DEFINITION_OF_SUCCESS: "a mutual success plan both sides agreed",
    Kind.TANGIBLE_VALUE: "a formal activation or close",
}


def span(days: float) -> str:
    """A time that passed, as one says it: "40 minutes", "7 hours", "12 days"."""
    minutes = int(days * 1440)
    for size, one, many in ((1440, "day", "days"), (60, "hour", "hours")):
        if minutes >= size:
            return f"{minutes // size:,} {one if minutes < 2 * size else many}"
    return f"{minutes} {'minute' if minutes == 1 else 'minutes'}"


@dataclass(frozen=True)
class WaitingLead:
    """A lead that was handed over and that nobody tried yet."""

    name: str
    about: str
    owner: str
    days: float
    url: str

    @property
    def waits(self) -> str:
        return span(self.days)

    @property
    def tone(self) -> str:
        return "bad" if self.days >= 7 else "warn" if self.days >= 1 else "neutral"


@dataclass(frozen=True)
class NextStep:
    """A deal with its open conversation, the outcome that would make it succeed, and content for it."""

    name: str
    company: str
    amount: Decimal | None
    stage: str
    close_on: Any
    is_late: bool
    url: str
    conversation: str
    outcome: str
    open_days: float | None
    content: Sequence[Suggestion]

    @property
    def open_for(self) -> str:
        return span(self.open_days) if self.open_days is not None else ""


@dataclass(frozen=True)
class SellerToday:
    leads: Sequence[WaitingLead]
    leads_waiting: str
    mine: bool
    deals: Sequence[NextStep]
    team: Mapping[str, Any] | None


@dataclass(frozen=True)
class Customer:
    """A customer whose deal was won about a year ago."""

    name: str
    deal: str
    amount: Decimal | None
    anniversary: datetime
    days: int
    url: str


@dataclass(frozen=True)
class SuccessToday:
    renewals: Sequence[Customer]
    deals: Sequence[NextStep]


@dataclass(frozen=True)
class MarketerToday:
    """`campaigns` are those of the marketer, or of everybody when `mine` is false."""

    mine: bool
    campaigns: Sequence[Mapping[str, Any]]
    total: Mapping[str, Any] | None
    zero_searches: Sequence[Mapping[str, Any]]
    demand: Sequence[Mapping[str, Any]]
    content: Mapping[str, Any] | None


def _days(since: datetime, at: datetime) -> float:
    return (at - since).total_seconds() / 86400


def bounded(rows: Any, most: int = LOTS) -> str:
    """How many rows there are, counted no further than `most`: "12" or "100+"."""
    found = len(rows.order_by().values_list("pk")[: most + 1])
    return f"{most}+" if found > most else str(found)


def _waiting(person: Person) -> tuple[Any, bool]:
    """The untouched leads of `person`, else of the team."""
    untouched = Lead.objects.visible_to(person).filter(fate=Lead.Fate.UNTOUCHED, deleted_in_source=False)
    mine = untouched.filter(owner=person)
    if person.team_id is None or mine.exists():
        return mine, True
    return untouched.filter(owner__team_id=person.team_id), False


def _waiting_lead(lead: Lead, at: datetime) -> WaitingLead:
    about = " · ".join(part for part in (lead.title, lead.company_name) if part)
    owner = lead.owner.name if lead.owner else ""
    return WaitingLead(str(lead), about, owner, _days(lead.handed_over_at or lead.created_at, at), f"/leads/{lead.pk}/")


def _next_step(deal: Deal, talk: Conversation | None, content: Sequence[Suggestion], at: datetime) -> NextStep:
    return NextStep(
        name=deal.name,
        company=deal.company.name if deal.company else "",
        amount=deal.amount,
        stage=deal.stage,
        close_on=deal.close_on,
        is_late=deal.close_on is not None and deal.close_on < timezone.localdate(at),
        url=f"/deals/{deal.pk}/",
        conversation=str(Kind(talk.kind).label) if talk else "",
        outcome=OUTCOMES[Kind(talk.kind)] if talk else "",
        open_days=_days(talk.opened_at, at) if talk else None,
        content=content,
    )


def next_steps(deals: Any, *, by: Person, at: datetime) -> list[NextStep]:
    """The deals that close next, each with its open conversation and content for it."""
    still_open = deals.filter(is_closed=False, deleted_in_source=False)
    chosen = list(still_open.select_related("company").order_by("close_on", "pk")[:DEALS])
    talks = conversations.next_for(chosen)
    places = []
    for deal in chosen:
        talk = talks[deal.pk]
        if talk is not None:
            company = deal.company
            places.append(
                Place(deal.pk, talk.kind, company.vertical if company else "", company.language if company else "")
            )
    content = suggestions.for_places(places, by=by)
    return [_next_step(deal, talks[deal.pk], content.get(deal.pk, ()), at) for deal in chosen]


def seller(person: Person, at: datetime, today: Mapping[str, Any]) -> SellerToday:
    waiting, mine = _waiting(person)
    leads = [
        _waiting_lead(lead, at) for lead in waiting.select_related("owner").order_by("handed_over_at", "pk")[:LEADS]
    ]
    return SellerToday(
        leads=leads,
        leads_waiting=bounded(waiting),
        mine=mine,
        deals=next_steps(Deal.objects.visible_to(person).filter(owner=person), by=person, at=at),
        team=next((team for team in today["teams"] if team["id"] == person.team_id), None),
    )


def marketer(person: Person, today: Mapping[str, Any]) -> MarketerToday:
    own = [row for row in today["campaigns"] if row["owner"] == person.pk]
    return MarketerToday(
        mine=bool(own),
        campaigns=(own or today["campaigns"])[:LEADS],
        total=today["leads"],
        zero_searches=today["zero_searches"][:6],
        demand=today["demand"][:6],
        content=today["content"],
    )


def success(person: Person, at: datetime) -> SuccessToday:
    """Deals won ten to thirteen months ago come round soon; open deals are those of one's own companies."""
    first, last = at - timedelta(days=372), at - timedelta(days=275)
    won = Deal.objects.visible_to(person).filter(is_won=True, is_closed=True, deleted_in_source=False)
    coming = won.filter(closed_at__gte=first, closed_at__lt=last).select_related("company").order_by("closed_at", "pk")
    mine = coming.filter(company__owner=person)
    chosen = list(mine[:LEADS]) or list(coming[:LEADS])
    return SuccessToday(
        renewals=[_customer(deal, at) for deal in chosen],
        deals=next_steps(Deal.objects.visible_to(person).filter(company__owner=person), by=person, at=at),
    )


def _customer(deal: Deal, at: datetime) -> Customer:
    assert deal.closed_at is not None  # noqa: S101  a closed deal has its date, by constraint
    anniversary = deal.closed_at + timedelta(days=365)
    name = deal.company.name if deal.company else deal.name
    return Customer(name, deal.name, deal.amount, anniversary, (anniversary - at).days, f"/deals/{deal.pk}/")
