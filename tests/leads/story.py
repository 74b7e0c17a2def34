"""Five leads whose every figure can be counted by hand; the rows are given in the order in which they were created."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sameside.conversations.models import Conversation
from sameside.crm.models import Activity, Campaign, CampaignMember, Company, Deal, StageChange
from sameside.leads import fates
from sameside.leads.models import Lead
from sameside.people.models import Person
from tests.conftest import NOW

MAY = datetime(2026, 5, 4, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Story:
    webinar: Campaign
    won: Lead
    untouched: Lead
    worked: Lead
    returned: Lead
    queued: Lead
    deal: Deal


def _lead(number: int, name: str, owner: Person | None, source: str, status: str, **more: object) -> Lead:
    return Lead.objects.create(
        source="t", external_id=f"L{number}", last_name=name, owner=owner, lead_source=source, status=status,
        created_at=MAY + timedelta(days=number), **more,
    )  # fmt: skip


def _attempt(lead: Lead, by: Person, after: timedelta) -> None:
    Activity.objects.create(
        source="t", external_id=f"A{lead.pk}-{after}", kind="call", subject="First call", at=lead.created_at + after,
        owner=by, lead=lead,
    )  # fmt: skip


def told(bob: Person, colleague: Person, marketer: Person) -> Story:
    """`won` and `untouched` are bob's, `worked` and `returned` his colleague's, `queued` is nobody's."""
    webinar = Campaign.objects.create(
        source="t", external_id="C1", name="Spring webinar", channel="webinar", owner=marketer
    )
    company = Company.objects.create(source="t", external_id="Co1", name="Alpen Bank", vertical="banking")
    deal = Deal.objects.create(
        source="t", external_id="D1", name="Alpen Bank platform", company=company, stage="Closed Won", is_closed=True,
        is_won=True, amount=Decimal(42_000), created_at=MAY + timedelta(days=3), closed_at=MAY + timedelta(days=20),
        owner=bob,
    )  # fmt: skip
    entered = StageChange.objects.create(source="t", external_id="H1", deal=deal, stage="Closed Won", at=deal.closed_at)
    Conversation.objects.create(
        deal=deal, kind="tangible_value", state="succeeded", opened_at=deal.created_at, ended_at=deal.closed_at,
        opened_by=entered, ended_by=entered, owner=bob,
    )  # fmt: skip
    won = _lead(
        1, "Winner", bob, "Web", "Closed - Converted", is_converted=True, converted_on=(MAY + timedelta(days=3)).date(),
        deal=deal, company=company,
    )  # fmt: skip
    untouched = _lead(2, "Waiter", bob, "Web", "Open - Not Contacted")
    worked = _lead(3, "Worker", colleague, "Event", "Working - Contacted")
    returned = _lead(4, "Returner", colleague, "Event", "Returned to Marketing")
    queued = _lead(5, "Queuer", None, "", "Open - Not Contacted")
    CampaignMember.objects.create(
        source="t", external_id="M1", campaign=webinar, lead=won, responded=True, at=won.created_at
    )
    _attempt(won, bob, timedelta(minutes=3))
    _attempt(won, bob, timedelta(days=1))
    _attempt(worked, colleague, timedelta(minutes=45))
    _attempt(returned, colleague, timedelta(hours=20))
    fates.settle(at=NOW)
    return Story(webinar, won, untouched, worked, returned, queued, deal)
