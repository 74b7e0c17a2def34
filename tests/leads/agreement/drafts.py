"""A draft that both heads could sign, for tests of signing."""

from dataclasses import replace
from datetime import date
from typing import Any

from sameside.leads.agreement import drafting, sealing, terms
from sameside.leads.agreement.drafting import Content
from sameside.leads.agreement.terms import OnBreach, Segment, Service, Supply, Terms
from sameside.leads.criteria import Condition
from sameside.leads.models import Agreement
from sameside.people.models import Person
from tests.conftest import NOW

SAID = Terms(
    segments=(
        Segment("banks", "Banks", fit=(Condition("vertical", "is", ("banking",)),)),
        Segment("others", "Everybody else"),
    ),
    supply=(Supply(per="month", leads=100, acceptance=0.8, conversion=0.2, cost_per_lead=120.0),),
    service=(Service(accept_hours=8, attempt_hours=8, attempts=6, over_days=10, end_days=30, share=0.9),),
    on_breach=OnBreach(remind_at=(75,), escalate_hours=None),
    text="Both sides want **fewer, better** leads.",
)


def content(marketing: Person, sales: Person, said: Terms = SAID, **more: Any) -> Content:
    wanted = {
        "title": "Sales and marketing", "terms": terms.write(said), "marketing_head": marketing.pk,
        "sales_head": sales.pk, "in_force_from": date(2026, 6, 15), "review_on": date(2026, 12, 15),
    }  # fmt: skip
    return Content(**(wanted | more))


def drafted(marketing: Person, sales: Person, said: Terms = SAID, **more: Any) -> Agreement:
    return drafting.begin(content(marketing, sales, said, **more), by=marketing, at=NOW)


def seen(draft: Agreement) -> str:
    """The digest that a reader of the draft as it stands is shown."""
    return sealing.digest(Agreement.objects.select_related("score_rule").get(pk=draft.pk))


def faster(said: Terms = SAID, hours: float = 4) -> Terms:
    return replace(said, service=(replace(said.service[0], accept_hours=hours),))
