"""Two rows that are the same become one, and can become two again.

The survivor takes over what it does not say itself (and what a person chose), and every row of every table that pointed
to the merged one. The merged row is kept whole, points to the survivor and is shown nowhere. All that was changed is
written down with the merge, so that undoing it gives back exactly what was: a row that somebody pointed elsewhere
meanwhile stays there, and a value that was changed since stays as well.

Merges can be undone in any order but one: while the survivor is itself merged into a third, that merge stands in the
way. A pair that was taken apart is never proposed or merged by a rule again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from sameside.crm import references
from sameside.crm.models import Touch
from sameside.identity import pairs
from sameside.identity.models import Kind, Merge, MovedReference
from sameside.identity.records import RECORDS, Record, RecordKind, fillable, is_blank, kind_of, to_text
from sameside.leads.history import joining
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import Refused

_TOUCHES = Touch._meta.db_table
# A touch names the row it was made of; what was logged since a merge goes back with that row.
_MADE_OF = {
    "crm_campaignmember": "CampaignMember:",
    "crm_activity": "Activity:",
    "leads_lead": "Lead:",
    "library_usage": "Usage:",
}


def check_can_merge(kept: Record, merged: Record, by: Person | None) -> None:
    if by is not None:
        policies.check(by, "merge_records")
    if type(kept) is not type(merged):
        raise Refused("Only records of one kind can be merged. A lead is linked to its contact instead.")
    if kept.pk == merged.pk:
        raise Refused("These are one record already.")
    for record in (kept, merged):
        if record.merged_into_id is not None:
            raise Refused(f"{record} is merged into {record.merged_into} already.")
    contacts = {getattr(record, "contact_id", None) for record in (kept, merged)} - {None}
    if kind_of(kept).kind == Kind.LEAD and len(contacts) == 2:
        raise Refused("These leads became two different contacts. Merge the contacts first, then the leads.")


@transaction.atomic
def merge(
    kept: Record,
    merged: Record,
    *,
    by: Person | None,
    at: datetime,
    reasons: Sequence[str] = (),
    rule: str = "",
    chosen: Iterable[str] = (),
) -> Merge:
    """Merge `merged` into `kept`. `chosen` names columns whose value is taken from `merged` although `kept` has one."""
    kind = kind_of(kept)
    if kind == kind_of(merged) and kept.pk != merged.pk:
        kept, merged = _locked(kind, kept.pk, merged.pk)
    check_can_merge(kept, merged, by)
    done = Merge.objects.create(
        kind=kind.kind,
        kept_id=kept.pk,
        merged_id=merged.pk,
        rule=rule,
        reasons=list(reasons),
        taken=take_over(kind, kept, merged, frozenset(chosen)),
        kept_name=str(kept)[:300],
        merged_name=str(merged)[:300],
        by=by,
        at=at,
    )
    if kind.kind == Kind.LEAD:
        joining.prepare([(kept.pk, merged.pk)], at=at)
    with references.moving():
        for reference in references.to(kind.model):
            _note(done, reference, references.move(reference, before=merged.pk, after=kept.pk))
        place_touches(done, kept, merged)
    kind.rows().filter(pk=merged.pk).update(merged_into=kept)
    pairs.settle_for(done)
    audit.record("records.merged", by=by, at=at, subject=_subject(done), details={"merge": done.pk})
    return done


@transaction.atomic
def undo(merge: Merge, *, by: Person | None, at: datetime) -> Merge:
    """Make two of one again; without a person, because an import is undone that brought one of them."""
    if by is not None:
        policies.check(by, "merge_records")
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    kind = RECORDS[merge.kind]
    kept, merged = _locked(kind, merge.kept_id, merge.merged_id)
    check_can_undo(merge, kept)
    kind.rows().filter(pk=merged.pk).update(merged_into=None)
    with references.moving():
        for moved in merge.moved.order_by("-pk"):
            references.point_back(
                moved.table, moved.column, rows=moved.row_ids, before=moved.before, after=_stands_for(moved)
            )
            _return_touches(kind, moved)
    _give_back(kind, kept, merge)
    merge.undone_at, merge.undone_by = at, by
    merge.save(update_fields=["undone_at", "undone_by"])
    pairs.reopen_for(merge, by=by, at=at)
    audit.record("records.unmerged", by=by, at=at, subject=_subject(merge), details={"merge": merge.pk})
    return merge


def check_can_undo(merge: Merge, kept: Record) -> None:
    if merge.undone_at is not None:
        raise Refused(f"This merge was undone on {merge.undone_at:%-d %B %Y} already.")
    if kept.merged_into_id is not None:
        raise Refused(f"{kept} was itself merged into {kept.merged_into} later. Undo that merge first.")


def _locked(kind: RecordKind, kept_id: int, merged_id: int) -> tuple[Any, Any]:
    """Both rows, locked in one order whoever asks, so that two who merge the same pair wait for each other."""
    rows = {row.pk: row for row in kind.rows().filter(pk__in=(kept_id, merged_id)).order_by("pk").select_for_update()}
    return rows[kept_id], rows[merged_id]


def _subject(merge: Merge) -> str:
    return f"{merge.kind}:{merge.merged_id} into {merge.kept_id}"


def take_over(kind: RecordKind, kept: Any, merged: Any, chosen: frozenset[str]) -> dict[str, list[str | None]]:
    by_choice = [field for field in kind.columns() if field.name in chosen]
    fields = {field.name: field for field in (*fillable(kind, kept, merged), *by_choice)}
    taken = {}
    for field in fields.values():
        before, after = to_text(field, kept), to_text(field, merged)
        if before != after:
            taken[field.name] = [before, after]
            setattr(kept, field.attname, getattr(merged, field.attname))
    if taken:
        kept.save(update_fields=list(taken))
    return taken


def _give_back(kind: RecordKind, kept: Any, merge: Merge) -> None:
    """The survivor loses what it took over, where it still says that. Where a later merge put its own in that place,
    undoing that one gives back what was before this.
    """
    changed = []
    later = Merge.objects.filter(kind=merge.kind, kept_id=merge.kept_id, undone_at=None, pk__gt=merge.pk)
    over = list(later.select_for_update().order_by("pk"))
    for field in kind.columns():
        if field.name not in merge.taken:
            continue
        before, after = merge.taken[field.name]
        if to_text(field, kept) == after:
            setattr(kept, field.attname, None if before is None else field.to_python(before))
            changed.append(field.name)
        elif one := next((one for one in over if one.taken.get(field.name, (None,))[0] == after), None):
            one.taken[field.name][0] = before
            one.save(update_fields=["taken"])
    if changed:
        kept.save(update_fields=changed)


def take_over_again(merge: Merge, *, kept: Any) -> list[str]:
    """Fill once more what an import of the survivor has emptied since; gives the columns that were filled."""
    kind = RECORDS[merge.kind]
    merged = kind.rows().get(pk=merge.merged_id)
    filled = []
    for field in kind.columns():
        after = merge.taken.get(field.name, (None, None))[1]
        if field.name in merge.taken and is_blank(getattr(kept, field.attname)) and to_text(field, merged) == after:
            setattr(kept, field.attname, getattr(merged, field.attname))
            filled.append(field.name)
    if filled:
        kept.save(update_fields=filled)
    return filled


def _note(merge: Merge, reference: references.Reference, rows: Sequence[int]) -> None:
    if rows:
        MovedReference.objects.create(
            merge=merge, table=reference.table, column=reference.column, before=merge.merged_id, after=merge.kept_id,
            row_ids=rows,
        )  # fmt: skip


def place_touches(merge: Merge, kept: Any, merged: Any) -> None:
    """Touches of nobody's company belong to the survivor's from now on; written down, because settling them would
    leave no trace to undo."""
    company = getattr(kept, "company_id", None)
    if merge.kind == Kind.COMPANY or company is None or getattr(merged, "company_id", None) is not None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_TOUCHES} SET company_id = %s WHERE {merge.kind}_id = %s AND company_id IS NULL AND id IN"
            ' (SELECT unnest(row_ids) FROM identity_movedreference WHERE merge_id = %s AND "table" = %s) RETURNING id',
            [company, merge.kept_id, merge.pk, _TOUCHES],
        )
        rows = [row[0] for row in cursor.fetchall()]
    if rows:
        MovedReference.objects.create(
            merge=merge, table=_TOUCHES, column="company_id", before=None, after=company, row_ids=rows
        )


def _stands_for(moved: MovedReference) -> int:
    """Where the rows point by now: a company that a touch was given may have been merged meanwhile."""
    if moved.before is not None:
        return moved.after
    company = RECORDS[Kind.COMPANY].rows().get(pk=moved.after)
    survivor: int = company.merged_into_id or company.pk
    return survivor


def _return_touches(kind: RecordKind, moved: MovedReference) -> None:
    """Touches that were logged since the merge, of rows that go back, go back too."""
    prefix = _MADE_OF.get(moved.table)
    if prefix is None or moved.before is None or moved.column != f"{kind.kind}_id":
        return
    made_of = "id" if moved.table == "library_usage" else "external_id"
    source = "'sameside'" if moved.table == "library_usage" else "r.source"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_TOUCHES} t SET {moved.column} = %s FROM {moved.table} r WHERE r.id = ANY(%s)"
            f" AND t.{moved.column} = %s AND t.source = {source} AND t.external_id = %s || r.{made_of}",
            [moved.before, moved.row_ids, moved.after, prefix],
        )
