"""What Today says of feedback on leads: what waits for an answer of this person, and what was answered to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sameside.kit.prepared import VALUE, Prepared, place
from sameside.leads.batches import giving
from sameside.leads.batches.batch import Batch, of_feedback
from sameside.leads.models import BatchFeedback
from sameside.people.models import Person
from sameside.people.policies import can

MOST = 5


@dataclass(frozen=True)
class Line:
    batch: Batch
    feedback: BatchFeedback
    url: str


def _lines(rows: Sequence[BatchFeedback]) -> list[Line]:
    batches = [(one, of_feedback(one)) for one in rows]
    return [Line(batch, one, f"{batch.url}#feedback-{one.pk}") for one, batch in batches]


def waiting(person: Person, at: datetime) -> list[Line]:
    """The oldest first: who waits longest comes first."""
    if not can(person, "see_leads") or (can(person, "work_leads") and not can(person, "hand_over_leads")):
        return []
    return _lines(_waiting(heads=giving.heads(person, at))(person.pk))


@lru_cache(maxsize=2)
def _waiting(*, heads: bool) -> Prepared[BatchFeedback]:
    rows = giving.unanswered(VALUE, heads=heads).select_related("campaign", "by").order_by("at", "pk")
    return Prepared(rows[:MOST])


def answered(person: Person, at: datetime) -> list[Line]:
    """What was answered to `person` in the last two weeks."""
    if not can(person, "work_leads"):
        return []
    return _lines(_answered()(person=person.pk, since=at - giving.NEWS, until=at))


@lru_cache(maxsize=1)
def _answered() -> Prepared[BatchFeedback]:
    rows = giving.answered_to(place("person"), place("since"), place("until"))
    return Prepared(rows.select_related("campaign", "answered_by")[:MOST])
