"""Hand-overs made by the verb itself, under the agreement of `tests/leads/agreed.py`, in Berlin's office hours."""

from datetime import UTC, datetime
from typing import Any

from sameside.leads.handover import handing
from sameside.leads.models import HandOver, Lead, Reason
from sameside.people.models import Person

MONDAY = datetime(2026, 6, 1, 8, tzinfo=UTC)
"""Ten o'clock in Berlin."""


def lead(**more: Any) -> Lead:
    number = Lead.objects.count() + 1
    facts = {
        "first_name": "Ada", "last_name": f"Fox {number}", "email": f"ada{number}@acme.com", "company_name": "Acme",
        "lead_source": "Webinar", "status": "Open - Not Contacted",
    }  # fmt: skip
    return Lead.objects.create(source="t", external_id=f"L{number}", created_at=MONDAY, **(facts | more))


def handed(to: Person, by: Person, *, at: datetime = MONDAY, **more: Any) -> HandOver:
    return handing.hand_over(lead(**more), to, by=by, at=at)


def reason(key: str) -> Reason:
    return Reason.objects.get(key=key)
