"""The pairs that may be the same: how one is answered, and what a merge means for the other pairs of both rows."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from sameside.crm.models import Contact
from sameside.identity.models import Duplicate, Kind, Merge
from sameside.leads.models import Lead
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import Refused

State = Duplicate.State
WAITING = (State.PROPOSED, State.LATER)


def between(kind: str, one: int, other: int) -> "QuerySet[Duplicate]":
    """The pair of two rows of a kind, whichever came first."""
    return Duplicate.objects.filter(kind=kind, left_id=min(one, other), right_id=max(one, other))


def of_record(kind: str, pk: int) -> "QuerySet[Duplicate]":
    """Every pair that a company, a contact or a lead is part of."""
    about = Q(kind=kind) & (Q(left_id=pk) | Q(right_id=pk))
    if kind == Kind.LEAD:
        about |= Q(kind=Kind.LEAD_CONTACT, left_id=pk)
    elif kind == Kind.CONTACT:
        about |= Q(kind=Kind.LEAD_CONTACT, right_id=pk)
    return Duplicate.objects.filter(about)


def settle_for(merge: Merge) -> None:
    """The pair itself is answered; the merged row's other pairs rest, as the survivor has pairs of its own."""
    between(merge.kind, merge.kept_id, merge.merged_id).update(
        state=State.MERGED, decided_at=merge.at, decided_by=merge.by
    )
    of_record(merge.kind, merge.merged_id).filter(state__in=WAITING).update(state=State.RESTING)


def reopen_for(merge: Merge, *, by: Person | None, at: datetime) -> None:
    """The pair is not the same, for good; the other pairs of the row that is back wait again."""
    known = between(merge.kind, merge.kept_id, merge.merged_id)
    if not known.update(state=State.REJECTED, decided_at=at, decided_by=by):
        first, second = sorted(((merge.kept_id, merge.kept_name), (merge.merged_id, merge.merged_name)))
        Duplicate.objects.create(
            kind=merge.kind, left_id=first[0], left_name=first[1], right_id=second[0], right_name=second[1], score=0,
            reasons=merge.reasons, state=State.REJECTED, proposed_at=merge.at, decided_at=at, decided_by=by,
        )  # fmt: skip
    resting = of_record(merge.kind, merge.merged_id).filter(state=State.RESTING)
    resting.exclude(_of_a_merged_row()).update(state=State.PROPOSED)


def _of_a_merged_row() -> Q:
    """Whether one of a pair's rows is merged into another now."""
    merged = Merge.objects.filter(
        undone_at=None, kind=OuterRef("kind"), merged_id__in=[OuterRef("left_id"), OuterRef("right_id")]
    )
    lead = Merge.objects.filter(undone_at=None, kind=Kind.LEAD, merged_id=OuterRef("left_id"))
    contact = Merge.objects.filter(undone_at=None, kind=Kind.CONTACT, merged_id=OuterRef("right_id"))
    both = Q(kind=Kind.LEAD_CONTACT) & (Q(Exists(lead)) | Q(Exists(contact)))
    return Q(Exists(merged)) | both


def still_open(pair: Duplicate) -> Duplicate:
    """The pair, locked, if nobody has decided it yet."""
    pair = Duplicate.objects.select_for_update().get(pk=pair.pk)
    if pair.state not in WAITING:
        raise Refused(f"This pair is decided already: {pair.get_state_display().lower()}.")
    return pair


@transaction.atomic
def reject(pair: Duplicate, *, by: Person, at: datetime) -> Duplicate:
    """These two are not the same; the pair never comes back."""
    policies.check(by, "merge_records")
    pair = still_open(pair)
    _answer(pair, State.REJECTED, by, at)
    audit.record("duplicate.rejected", by=by, at=at, subject=f"{pair.kind}:{pair.left_id} and {pair.right_id}")
    return pair


@transaction.atomic
def postpone(pair: Duplicate, *, by: Person, at: datetime) -> Duplicate:
    """Leave the question for later: the pair stands in a list of its own."""
    policies.check(by, "merge_records")
    pair = still_open(pair)
    _answer(pair, State.LATER, by, at)
    return pair


@transaction.atomic
def link(pair: Duplicate, *, by: Person, at: datetime) -> Duplicate:
    """The lead is this contact: it stays a lead, and its history is the contact's as well."""
    policies.check(by, "merge_records")
    pair = still_open(pair)
    if pair.kind != Kind.LEAD_CONTACT:
        raise Refused("Only a lead is linked to a contact.")
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=pair.left_id)
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=pair.right_id)
    if lead.contact_id not in (None, contact.pk):
        raise Refused(f"{lead} is linked to {lead.contact} already.")
    lead.contact, lead.company_id = contact, lead.company_id or contact.company_id
    lead.save(update_fields=["contact", "company"])
    _answer(pair, State.MERGED, by, at)
    audit.record("lead.linked", by=by, at=at, subject=f"lead:{lead.pk} to contact:{contact.pk}")
    return pair


@transaction.atomic
def reconsider(pair: Duplicate, *, by: Person, at: datetime) -> Duplicate:
    """A pair that was put off or said to be different waits for an answer again."""
    policies.check(by, "merge_records")
    pair = Duplicate.objects.select_for_update().get(pk=pair.pk)
    if pair.state not in (State.LATER, State.REJECTED):
        raise Refused(f"This pair is not waiting for a second look: {pair.get_state_display().lower()}.")
    pair.state, pair.decided_at, pair.decided_by = State.PROPOSED, None, None
    pair.save(update_fields=["state", "decided_at", "decided_by"])
    audit.record("duplicate.reopened", by=by, at=at, subject=f"{pair.kind}:{pair.left_id} and {pair.right_id}")
    return pair


def _answer(pair: Duplicate, state: str, by: Person, at: datetime) -> None:
    pair.state, pair.decided_at, pair.decided_by = state, at, by
    pair.save(update_fields=["state", "decided_at", "decided_by"])
