"""Many merges by rule at once: what `merging.merge` does for one pair, set by set for a thousand."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from sameside.crm import references
from sameside.identity import merging, pairs
from sameside.identity.models import Kind, Merge, MovedReference
from sameside.identity.records import RECORDS, RecordKind
from sameside.leads.history import joining
from sameside.people.policies import Refused

Pair = tuple[int, int, str]


def merge(kind: Kind, wanted: Sequence[Pair], *, rule: str, at: datetime) -> list[Merge]:
    """Merge pairs of (kept, merged, reason) and give the merges; what cannot be merged any more is left out.

    A record that is in two of the pairs waits for the next call. Call inside a transaction.
    """
    record = RECORDS[kind]
    ids = sorted({pk for pair in wanted for pk in pair[:2]})
    rows = {row.pk: row for row in record.rows().filter(pk__in=ids).order_by("pk").select_for_update()}
    made, kept_before = [], set[int]()
    for kept, merged, reason in wanted:
        if kept in rows and merged in rows and merged not in kept_before:
            one = _made(record, rows[kept], rows[merged], reason, rule, at)
            if one is not None:
                made.append(one)
                kept_before.add(kept)
                rows.pop(merged)
    Merge.objects.bulk_create(made)
    _move(record, made)
    for one in made:
        pairs.settle_for(one)
    return made


def _made(record: RecordKind, kept: Any, merged: Any, reason: str, rule: str, at: datetime) -> Merge | None:
    try:
        merging.check_can_merge(kept, merged, None)
    except Refused:
        return None
    return Merge(
        kind=record.kind, kept_id=kept.pk, merged_id=merged.pk, rule=rule, reasons=[reason],
        taken=merging.take_over(record, kept, merged, frozenset()), kept_name=str(kept)[:300],
        merged_name=str(merged)[:300], at=at,
    )  # fmt: skip


def _move(record: RecordKind, made: Sequence[Merge]) -> None:
    """Point every reference to the survivors, and the merged rows themselves."""
    by_merged = {one.merged_id: one for one in made}
    if made and record.kind == Kind.LEAD:
        joining.prepare([(one.kept_id, one.merged_id) for one in made], at=made[0].at)
    with references.moving():
        for reference in references.to(record.model):
            moved = _moved(reference, made)
            MovedReference.objects.bulk_create(
                MovedReference(
                    merge=by_merged[merged], table=reference.table, column=reference.column, before=merged,
                    after=by_merged[merged].kept_id, row_ids=rows,
                )
                for merged, rows in moved.items()
            )  # fmt: skip
        rows_of = record.rows().in_bulk([pk for one in made for pk in (one.kept_id, one.merged_id)])
        for one in made:
            merging.place_touches(one, rows_of[one.kept_id], rows_of[one.merged_id])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {record.model._meta.db_table} t SET merged_into_id = m.kept"
            " FROM unnest(%s::bigint[], %s::bigint[]) m(merged, kept) WHERE t.id = m.merged",
            [[one.merged_id for one in made], [one.kept_id for one in made]],
        )


def _moved(reference: references.Reference, made: Sequence[Merge]) -> dict[int, list[int]]:
    """The rows that moved, by the merged record they pointed to; pair by pair where a constraint objects."""
    found: dict[int, list[int]] = defaultdict(list)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {reference.table} t SET {reference.column} = m.kept"
                " FROM unnest(%s::bigint[], %s::bigint[]) m(merged, kept)"
                f" WHERE t.{reference.column} = m.merged{references.narrowed(reference)}"
                f" RETURNING m.merged, t.{reference.key}",
                [[one.merged_id for one in made], [one.kept_id for one in made]],
            )
            for merged, row in cursor.fetchall():
                found[merged].append(row)
    except IntegrityError:
        for one in made:
            rows = references.move(reference, before=one.merged_id, after=one.kept_id)
            if rows:
                found[one.merged_id] = rows
    return found
