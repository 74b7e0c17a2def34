"""A sheet of owners and dates is brought, looked at, applied and undone as a whole (see `sheet` for its lines)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import transaction

from sameside.library.models import ReviewSheet
from sameside.library.refusals import NotPossible
from sameside.library.upkeep import reviews, sheet, undoing
from sameside.people import audit, policies
from sameside.people.models import Person


def bring(filename: str, content: bytes, *, by: Person, at: datetime) -> ReviewSheet:
    """Keep the file, so that it can be looked at before it changes anything."""
    policies.check(by, "edit_library")
    text = sheet.decoded(content)
    sheet.lines(text)
    name = filename.replace("\x00", "").rsplit("/", 1)[-1][:200] or "sheet.csv"
    made = ReviewSheet.objects.create(filename=name, text=text, brought_at=at, brought_by=by)
    audit.record("library.sheet.brought", by=by, at=at, subject=name, details={"sheet": made.pk})
    return made


def check_can_apply(by: Person, brought: ReviewSheet) -> None:
    policies.check(by, "edit_library")
    if brought.applied_at is not None:
        raise NotPossible("This sheet was applied already.")


def check_can_undo(by: Person, brought: ReviewSheet) -> None:
    policies.check(by, "edit_library")
    if brought.applied_at is None:
        raise NotPossible("This sheet was not applied yet.")
    if brought.undone_at is not None:
        raise NotPossible("This sheet was undone already.")


@transaction.atomic
def apply(brought: ReviewSheet, *, by: Person, at: datetime) -> ReviewSheet:
    """Do what the sheet says, as far as it can be done now; the lines that cannot are kept with their reasons."""
    brought = ReviewSheet.objects.select_for_update(of=("self",)).get(pk=brought.pk)
    check_can_apply(by, brought)
    plan = sheet.plan(brought.text, by=by, at=at)
    if not plan.steps:
        raise NotPossible("This sheet changes nothing.")
    days: dict[date, list[int]] = defaultdict(list)
    owners: dict[int, list[int]] = defaultdict(list)
    people: dict[int, Person] = {}
    for step in plan.steps:
        if step.until is not None:
            days[step.until].append(step.asset.pk)
        if step.owner is not None:
            owners[step.owner.pk].append(step.asset.pk)
            people[step.owner.pk] = step.owner
    for until, ids in sorted(days.items()):
        for some in _pieces(ids):
            reviews.verify(some, until=until, by=by, at=at, sheet=brought)
    for owner, ids in sorted(owners.items()):
        for some in _pieces(ids):
            reviews.give(some, people[owner], by=by, at=at, sheet=brought)
    brought.applied_at, brought.applied_by = at, by
    brought.assets, brought.refused = len(plan.steps), plan.refused
    brought.save(update_fields=["applied_at", "applied_by", "assets", "refused"])
    return brought


@transaction.atomic
def undo(brought: ReviewSheet, *, by: Person, at: datetime) -> ReviewSheet:
    """Every asset is as before the sheet; none, when one of them was decided about since."""
    brought = ReviewSheet.objects.select_for_update(of=("self",)).get(pk=brought.pk)
    check_can_undo(by, brought)
    made = list(brought.reviews.filter(undone_at=None).order_by("-pk").values_list("pk", flat=True))
    if not made:
        raise NotPossible("All of it was taken back already.")
    for some in _pieces(made):
        undoing.take_back(some, by=by, at=at)
    brought.undone_at, brought.undone_by = at, by
    brought.save(update_fields=["undone_at", "undone_by"])
    return brought


def _pieces(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), reviews.MOST_AT_ONCE):
        yield ids[start : start + reviews.MOST_AT_ONCE]
