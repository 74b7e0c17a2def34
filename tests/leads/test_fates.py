"""What became of a lead: the rule case by case, and the set-based statement agrees with it on random data."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from sameside.crm.models import Activity, Campaign, CampaignMember, Contact, Deal
from sameside.leads.fates import Attempt, Facts, Outcome, Settled, settle, settled
from sameside.leads.models import HANDED_OVER, Lead, LeadStage
from sameside.leads.statuses import meaning
from sameside.people.models import Person, Team
from tests.conftest import NOW

DAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CALL = Attempt(DAY + timedelta(hours=3))


def facts(status: str = "Open - Not Contacted", **known: object) -> Facts:
    return Facts(status, DAY, **{"has_owner": True, **known})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "fate"),
    [
        (facts(has_owner=False), "waiting"),
        (facts(has_owner=False, activities=[CALL]), "waiting"),
        (facts(), "untouched"),
        (facts(activities=[CALL]), "worked"),
        (facts("Working - Contacted"), "worked"),
        (facts("Returned to Marketing", activities=[CALL]), "returned"),
        (facts("Disqualified", has_owner=False), "returned"),
        (facts("Disqualified", is_converted=True), "converted"),
        (facts("Closed - Converted", is_converted=True), "converted"),
        (facts(is_converted=True, deal=Outcome()), "open"),
        (facts(is_converted=True, deal=Outcome(is_closed=True)), "lost"),
        (facts(is_converted=True, deal=Outcome(is_closed=True, is_won=True)), "won"),
    ],
)
def test_a_lead_has_exactly_one_fate(given: Facts, fate: str) -> None:
    assert settled(given).fate == fate


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Open - Not Contacted", ""),
        ("Working - Contacted", "worked"),
        ("Closed - Not Converted", "returned"),
        ("ATTEMPTED_TO_CONTACT", "worked"),
        ("BAD_TIMING", "returned"),
        ("Unqualified", "returned"),
        ("Qualified", "worked"),
        ("Zurück an Marketing", "returned"),
        ("Nicht kontaktiert", ""),
        ("Non qualifié", "returned"),
        ("Descartado", "returned"),
        ("", ""),
    ],
)
def test_status_vocabulary(status: str, expected: str) -> None:
    assert meaning(status) == expected


@pytest.mark.parametrize(
    ("attempt", "counts"),
    [
        (Attempt(DAY + timedelta(hours=1)), True),
        (Attempt(DAY - timedelta(minutes=1)), False),
        (Attempt(datetime(2026, 3, 2, tzinfo=UTC)), True),
        (Attempt(datetime(2026, 3, 1, tzinfo=UTC)), False),
        (Attempt(DAY + timedelta(hours=1), is_done=False), False),
        (Attempt(DAY + timedelta(hours=1), role="marketer"), False),
        (Attempt(DAY + timedelta(hours=1), side="marketing"), False),
        (Attempt(DAY + timedelta(hours=1), side="sales", role="seller"), True),
        (Attempt(DAY + timedelta(days=1), of_contact=True), True),
        (Attempt(DAY + timedelta(days=9), of_contact=True), False),
    ],
)
def test_what_counts_as_an_attempt(attempt: Attempt, counts: bool) -> None:
    result = settled(facts(is_converted=True, converted_on=date(2026, 3, 9), activities=[attempt]))
    assert result.attempts == int(counts)


def test_an_attempt_known_by_its_day_only_is_made_at_the_hand_over() -> None:
    assert settled(facts(activities=[Attempt(datetime(2026, 3, 2, tzinfo=UTC))])).first_attempt_at == DAY


def test_a_lead_that_left_a_queue_was_handed_over_then() -> None:
    left = DAY + timedelta(days=2)
    result = settled(facts(left_queue_at=left, activities=[CALL, Attempt(left + timedelta(hours=1))]))
    assert (result.handed_over_at, result.first_attempt_at) == (left, left + timedelta(hours=1))
    assert result.attempts == 1


def test_won_amount_and_first_campaign() -> None:
    result = settled(
        facts(
            is_converted=True,
            deal=Outcome(is_closed=True, is_won=True, amount=Decimal("4200.00")),
            memberships=[(DAY + timedelta(days=2), 1, 77), (DAY, 9, 78), (DAY, 5, 79)],
        )
    )
    assert (result.won_amount, result.campaign) == (Decimal("4200.00"), 79)


STATUSES = (
    "Open - Not Contacted",
    "Working - Contacted",
    "Returned to Marketing",
    "Disqualified",
    "Nurture",
    "Neu",
    "",
)


def _random_lead(
    number: int, chance: random.Random, people: list[Person | None], campaigns: list[Campaign]
) -> tuple[Lead, Facts]:
    created = DAY + timedelta(hours=chance.randrange(48))
    owner = chance.choice(people)
    converted = chance.random() < 0.4
    on = (created + timedelta(days=chance.randrange(9))).date() if converted else None
    contact = Contact.objects.create(source="t", external_id=str(number)) if converted else None
    deal = None
    if converted and chance.random() < 0.7:
        closed = chance.random() < 0.6
        deal = Deal.objects.create(
            source="t", external_id=str(number), name="Deal", stage="Any", created_at=created, is_closed=closed,
            is_won=closed and chance.random() < 0.5, closed_at=NOW if closed else None, amount=Decimal(number),
            deleted_in_source=chance.random() < 0.1,
        )  # fmt: skip
    lead = Lead.objects.create(
        source="t", external_id=str(number), status=chance.choice(STATUSES), created_at=created, owner=owner,
        is_converted=converted, converted_on=on, contact=contact, deal=deal,
    )  # fmt: skip
    activities = []
    for step in range(chance.randrange(4)):
        at = created + timedelta(hours=chance.randrange(-30, 200))
        at = at.replace(hour=0, minute=0) if chance.random() < 0.3 else at
        by, done = chance.choice(people), chance.random() < 0.8
        of_contact = contact is not None and chance.random() < 0.5
        Activity.objects.create(
            source="t", external_id=f"{number}-{step}", kind="call", at=at, is_done=done, owner=by,
            lead=None if of_contact else lead, contact=contact if of_contact else None,
        )  # fmt: skip
        side = by.team.side if by and by.team else ""
        activities.append(Attempt(at, done, by.role if by else "", side, of_contact))
    members = []
    for step in range(chance.randrange(3)):
        joined = created + timedelta(days=chance.randrange(3))
        campaign = chance.choice(campaigns)
        row = CampaignMember.objects.create(
            source="t", external_id=f"{number}-{step}", campaign=campaign, lead=lead, at=joined
        )
        members.append((joined, row.pk, campaign.pk))
    outcome = Outcome(deal.is_closed, deal.is_won, deal.amount) if deal and not deal.deleted_in_source else None
    left = created + timedelta(hours=chance.randrange(100)) if chance.random() < 0.4 else None
    if left:
        for step, at in enumerate((left + timedelta(days=1), left)):
            LeadStage.objects.create(source="t", external_id=f"{number}-{step}", lead=lead, stage=HANDED_OVER, at=at)
    known = Facts(lead.status, created, owner is not None, converted, on, outcome, activities, members, left)
    return lead, known


def test_the_statement_agrees_with_the_rule_on_random_leads(
    bob: Person, alice: Person, charlie: Person, sales: Team
) -> None:
    chance = random.Random(7)
    campaigns = [Campaign.objects.create(source="t", external_id=str(n), name=str(n)) for n in range(3)]
    made = [_random_lead(n, chance, [bob, alice, charlie, None], campaigns) for n in range(250)]
    settle(at=NOW)
    fates = set()
    for lead, known in made:
        lead.refresh_from_db()
        assert settled(known) == Settled(
            lead.fate, lead.campaign_id, lead.handed_over_at, lead.first_attempt_at, lead.attempts, lead.won_amount
        )
        fates.add(lead.fate)
    assert fates == set(Lead.Fate.values)
    assert settle(at=NOW) == 0
