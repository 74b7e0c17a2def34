"""Sellers judge a batch of leads in a structured form; marketing answers; whoever gave it sees the answer.

A person has one judgement of a batch: giving it again changes it, and what was answered stays. It can be taken back
while nobody has answered it. Answering is for who runs the campaign and for everybody who hands leads over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from sameside.conversations.models import Kind
from sameside.leads.agreement.force import in_force
from sameside.leads.batches import telling
from sameside.leads.batches.batch import Batch
from sameside.leads.models import BatchFeedback
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import Refused

LONGEST, LONGEST_ANSWER = 500, 1_000
NEWS = timedelta(days=14)


class Unfit(ValueError):
    """A judgement that is not whole; `problems` are sentences by field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True)
class Said:
    fit: str
    readiness: str
    data: str
    conversation: str = ""
    better: str = ""


def read(posted: Mapping[str, str]) -> Said:
    """What a form says. Raises `Unfit`."""
    choices = (
        ("fit", BatchFeedback.Fit.values, "Say whether they were the right companies and people."),
        ("readiness", BatchFeedback.Readiness.values, "Say how ready they were to talk."),
        ("data", BatchFeedback.Data.values, "Say how good their data was."),
    )
    problems = {key: sentence for key, allowed, sentence in choices if posted.get(key, "") not in allowed}
    conversation, better = posted.get("conversation", ""), posted.get("better", "").strip().replace("\x00", "")
    if conversation and conversation not in Kind.values:
        problems["conversation"] = "Choose one of the five conversations, or none."
    if len(better) > LONGEST:
        problems["better"] = f"At most {LONGEST} characters: {len(better)} are too many."
    if problems:
        raise Unfit(problems)
    return Said(posted["fit"], posted["readiness"], posted["data"], conversation, better)


def check_can_give(person: Person, batch: Batch) -> None:
    policies.check(person, "work_leads")
    if not batch.month:
        raise Refused("Feedback is given on the leads of one month. Choose a month first.")
    if not batch.handovers(person).exists():
        raise Refused("None of these leads was handed to you or your team, so there is nothing to judge.")


@transaction.atomic
def give(batch: Batch, said: Said, *, by: Person, at: datetime) -> BatchFeedback:
    check_can_give(by, batch)
    first, last = batch.first, batch.last
    assert first is not None and last is not None  # noqa: S101, PT018  (a batch without a month is refused)
    Person.objects.select_for_update().get(pk=by.pk)
    found = batch.feedback().filter(by=by).first()
    values = {"fit": said.fit, "readiness": said.readiness, "data": said.data} | {
        "conversation": said.conversation, "better": said.better,
    }  # fmt: skip
    if found is None:
        made = BatchFeedback.objects.create(
            campaign=batch.campaign, lead_source=batch.source, starts_on=first, ends_on=last, by=by, at=at,
            **values,
        )  # fmt: skip
        audit.record("batch_feedback.given", by=by, at=at, subject=f"BatchFeedback:{made.pk}")
        telling.given(made)
        return made
    for key, value in values.items():
        setattr(found, key, value)
    found.changed_at = at
    found.save(update_fields=[*values, "changed_at"])
    audit.record("batch_feedback.changed", by=by, at=at, subject=f"BatchFeedback:{found.pk}")
    return found


@transaction.atomic
def take_back(feedback: BatchFeedback, *, by: Person, at: datetime) -> None:
    feedback = BatchFeedback.objects.select_for_update(of=("self",)).get(pk=feedback.pk)
    if feedback.by_id != by.pk:
        raise Refused("Only who gave feedback may take it back.")
    if feedback.answered_at:
        raise Refused("It is answered already. You may still change what you said.")
    audit.record("batch_feedback.taken_back", by=by, at=at, subject=f"BatchFeedback:{feedback.pk}")
    feedback.delete()


def check_can_answer(person: Person, feedback: BatchFeedback) -> None:
    owner = feedback.campaign.owner_id if feedback.campaign else None
    if owner != person.pk:
        policies.check(person, "hand_over_leads")


@transaction.atomic
def answer(feedback: BatchFeedback, text: str, *, by: Person, at: datetime) -> BatchFeedback:
    """Answer it, or change the answer."""
    feedback = BatchFeedback.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=feedback.pk)
    check_can_answer(by, feedback)
    said = text.strip().replace("\x00", "")
    if not said:
        raise Refused("Say what comes of it: an empty answer helps nobody.")
    if len(said) > LONGEST_ANSWER:
        raise Refused(f"At most {LONGEST_ANSWER:,} characters: {len(said):,} are too many.")
    is_new = feedback.answer != said
    feedback.answer, feedback.answered_by, feedback.answered_at = said, by, at
    feedback.save(update_fields=["answer", "answered_by", "answered_at"])
    audit.record("batch_feedback.answered", by=by, at=at, subject=f"BatchFeedback:{feedback.pk}")
    if is_new:
        telling.answered(feedback)
    return feedback


def waiting_for(person: Person, at: datetime) -> "QuerySet[BatchFeedback]":
    """What `person` must answer: of the campaigns that the person owns, and of those without an owner and of sources
    when the person heads marketing in the agreement in force (everybody who hands leads over, when there is none)."""
    return unanswered(person.pk, heads=heads(person, at))


def unanswered(owner: Any, *, heads: bool) -> "QuerySet[BatchFeedback]":
    """What the owner of campaigns must answer, who `heads` marketing or does not."""
    mine = Q(campaign__owner=owner)
    if heads:
        mine |= Q(campaign=None) | Q(campaign__owner=None)
    return BatchFeedback.objects.filter(mine, answered_at=None)


def heads(person: Person, at: datetime) -> bool:
    """Whether what belongs to nobody else is for `person` to answer."""
    if not policies.can(person, "hand_over_leads"):
        return False
    agreement = in_force(at)
    return agreement is None or agreement.marketing_head_id in (None, person.pk)


def answered_to(person: Any, since: Any, until: Any) -> "QuerySet[BatchFeedback]":
    """What was answered to a person in that time, the latest first."""
    rows = BatchFeedback.objects.filter(by=person, answered_at__gt=since, answered_at__lte=until)
    return rows.order_by("-answered_at", "-pk")
