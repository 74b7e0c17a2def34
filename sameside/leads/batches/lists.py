"""The list of feedback on batches: what sales said of the leads, and what marketing answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.leads.batches import giving
from sameside.leads.batches.batch import of_feedback
from sameside.leads.models import BatchFeedback
from sameside.people.models import Person
from sameside.ui.cells import Badge, Badges, Two
from sameside.ui.formats import date
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

Rows = QuerySet[BatchFeedback]
GOOD = frozenset({"right", "ready", "good"})
BAD = frozenset({"wrong_companies", "wrong_people", "unaware", "wrong"})


def badge(value: str, label: str) -> Badge:
    return Badge(label, "good" if value in GOOD else "bad" if value in BAD else "warn")


def _row(one: BatchFeedback) -> Mapping[str, Any]:
    batch = of_feedback(one)
    answered = f"{one.answered_by.name}: {one.answer}" if one.answered_by else "Not answered"
    return {
        "link": batch.url,
        "batch": Two(batch.name, f"{one.starts_on:%b %Y}"),
        "at": Two(one.by.name, date(one.at)),
        "verdict": Badges(
            {
                "Fit": badge(one.fit, one.get_fit_display()),
                "Readiness": badge(one.readiness, one.get_readiness_display()),
                "Data": badge(one.data, one.get_data_display()),
            }
        ),
        "better": Two(f"“{one.better}”" if one.better else "–", answered),
    }


def spec(person: Person, *, at: datetime) -> ListSpec:
    """`person` reads it; `mine` and `waiting` are about them."""

    def state(rows: Rows, value: str) -> Rows:
        if value == "waiting":
            return rows.filter(pk__in=giving.waiting_for(person, at).values("pk"))
        return rows.filter(answered_at__isnull=value == "open")

    def whose(rows: Rows, _value: str) -> Rows:
        return rows.filter(by=person)

    def states(_person: Person) -> Sequence[Choice]:
        return [
            Choice("open", "Not answered"), Choice("answered", "Answered"), Choice("waiting", "Waits for my answer"),
        ]  # fmt: skip

    return ListSpec(
        name="batch-feedback",
        columns=(
            Column("batch", "Leads of"), Column("at", "By"),
            Column("verdict", "Fit, readiness, data"),
            Column("better", "What would make it better, and the answer"),
        ),
        row=_row,
        filters=(
            Filter("state", "Answer", state, states),
            Filter("whose", "Given by", whose, lambda _person: [Choice("mine", "Me")]),
        ),
        sorts=(Sort("at", "When", Order("at", descending=True)),),
        empty=Empty(
            "message", "No feedback yet",
            "Sellers judge the leads of a campaign or a source by month: open one of its leads and choose “Judge this "
            "batch”.",
            reverse("leads:list"), "Choose a lead", "work_leads",
        ),
        prefetch=lambda rows: rows.select_related("campaign", "by", "answered_by"),
    )  # fmt: skip
