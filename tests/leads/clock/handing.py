"""Hand-overs as the verbs leave them, for tests that are about the clock."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sameside.crm.models import Activity
from sameside.leads.clock import due
from sameside.leads.clock.hours import Hours
from sameside.leads.models import Agreement, Calendar, HandOver, Lead
from sameside.people.models import Person
from tests.leads.agreed import BEGAN, OFFICE_HOURS

MONDAY = datetime(2026, 6, 1, 8, tzinfo=UTC)  # 10:00 in Berlin


def berlin(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A time of a day on which the clocks do not change."""
    midnight = Hours.read("Europe/Berlin", OFFICE_HOURS).begins(date(year, month, day))
    return midnight + timedelta(hours=hour, minutes=minute)


def passed(owner: Person, agreement: Agreement | None, *, at: datetime = MONDAY, **more: Any) -> HandOver:
    number = Lead.objects.count() + 1
    lead = Lead.objects.create(
        source="t", external_id=f"L{number}", last_name=f"Lead {number}", company_name="Alpen Bank", owner=owner,
        created_at=at,
    )  # fmt: skip
    made = HandOver.objects.create(
        **{"lead": lead, "owner": owner, "agreement": agreement, "at": at, "segment": "everybody", **more}
    )
    settle(made, at)
    return made


def settle(handover: HandOver, at: datetime) -> None:
    handover.save(update_fields=due.set_due(handover, at=at))


def tried(handover: HandOver, kind: str, at: datetime) -> None:
    Activity.objects.create(
        source="sameside", external_id=f"{handover.pk}-{kind}-{at}", kind=kind, at=at, lead=handover.lead,
        owner=handover.owner,
    )  # fmt: skip
    handover.attempts += 1
    handover.first_attempt_at = handover.first_attempt_at or at
    handover.last_attempt_at = at
    handover.save(update_fields=["attempts", "first_attempt_at", "last_attempt_at"])


def office_hours_of(zone: str) -> Calendar:
    return Calendar.objects.create(name=zone, time_zone=zone, week=OFFICE_HOURS, changed_at=BEGAN)
