"""Which rows are certainly the same, so that nobody needs to be asked.

1. A source merged two of its rows itself and says so (`record_source_merges`): the merge is repeated here.
2. Two companies of different sources with one domain and one name. The domain must be the company's own, and held by
   few rows: what many companies share tells nothing.
3. Two contacts, or two leads, of different sources with one personal e-mail address and names that agree.

Nobody is merged by a mailbox that a role answers, by an address that differently named people carry, or with another
row of the same source unless that source says so. Where a source has two rows for one address, it is not certain which
one is meant: such pairs are only proposed. A pair that somebody took apart or rejected stays apart.

The row that came in first survives; where a source says which one it kept, that one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations, groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from sameside.crm import likeness
from sameside.identity import bulk, merging
from sameside.identity.models import Duplicate, Kind, Merge, SourceMerge
from sameside.identity.records import RECORDS, source_name
from sameside.leads import conversion
from sameside.people import audit

FEW = 5  # more rows than this behind one domain or address say nothing
SOURCE, COMPANY, PERSON = "source", "same_company", "same_person"
RULES = {
    SOURCE: "The source merged them",
    COMPANY: "Same domain and name, in two sources",
    PERSON: "Same e-mail and name, in two sources",
}
_BATCH = 1_000
Pair = tuple[int, int, str]
_SHARED = """
    WITH shared AS (
      SELECT lower({column}) AS value FROM {table}
      WHERE {column} <> '' AND merged_into_id IS NULL AND NOT deleted_in_source
      GROUP BY 1 HAVING count(*) BETWEEN 2 AND {few} AND count(DISTINCT source) > 1
    )
    SELECT s.value, r.id, r.source, {names} FROM shared s JOIN {table} r ON lower(r.{column}) = s.value
    WHERE r.merged_into_id IS NULL AND NOT r.deleted_in_source ORDER BY s.value, r.id
"""


def record_source_merges(kind: str, source: str, pairs: Iterable[tuple[str, str]], at: datetime) -> int:
    """Write down that `source` merged rows: pairs of external ids (kept, merged). Returns how many were not known.

    Call it with whatever an export says; a row that merged into one that was merged itself later is followed.
    """
    rows = [
        SourceMerge(kind=kind, source=source, kept_external_id=kept, merged_external_id=merged, at=at)
        for kept, merged in pairs
        if kept and merged and kept != merged
    ]
    before = SourceMerge.objects.filter(kind=kind, source=source).count()
    SourceMerge.objects.bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["kind", "source", "merged_external_id"],
        update_fields=["kept_external_id"],
    )
    return SourceMerge.objects.filter(kind=kind, source=source).count() - before


def settle(*, at: datetime, run_id: int | None = None) -> int:
    """Merge what is certainly the same. Call after an import; `run_id` narrows what is filled again in survivors to the
    rows that run changed. Returns how many merges were made."""
    conversion.hold(run_id=run_id)
    _fill_again(run_id)
    done = _merge_all(Kind.COMPANY, SOURCE, _said_by_source(Kind.COMPANY), at)
    done += _merge_all(Kind.COMPANY, COMPANY, _same_companies(), at)
    for kind in (Kind.CONTACT, Kind.LEAD):
        done += _merge_all(kind, SOURCE, _said_by_source(kind), at)
        done += _merge_all(kind, PERSON, _same_people(kind), at)
    return done


def _merge_all(kind: Kind, rule: str, pairs: Iterable[Pair], at: datetime) -> int:
    """Merge pair by pair in transactions of some hundred; what cannot be merged any more is left out."""
    apart = {
        (left, right)
        for left, right in Duplicate.objects.filter(kind=kind, state=Duplicate.State.REJECTED).values_list(
            "left_id", "right_id"
        )
    }
    wanted = [pair for pair in pairs if (min(pair[:2]), max(pair[:2])) not in apart]
    done = 0
    for start in range(0, len(wanted), _BATCH):
        done += _merge_batch(kind, rule, wanted[start : start + _BATCH], at)
    return done


@transaction.atomic
def _merge_batch(kind: Kind, rule: str, pairs: Sequence[Pair], at: datetime) -> int:
    made = bulk.merge(kind, pairs, rule=rule, at=at)
    if made:
        details = {"rule": rule, "merges": len(made), "first": made[0].pk, "last": made[-1].pk}
        audit.record("records.merged", by=None, at=at, subject=f"{len(made)} by rule: {kind}", details=details)
    return len(made)


def _said_by_source(kind: Kind) -> Iterator[Pair]:
    """Pairs that a source merged and of which both are here, the survivor followed to the last one."""
    table = RECORDS[kind].model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT m.source, m.merged_external_id, g.id FROM identity_sourcemerge m
            JOIN {table} g ON g.source = m.source AND g.external_id = m.merged_external_id
            WHERE m.kind = %s AND g.merged_into_id IS NULL ORDER BY g.id
            """,
            [kind],
        )
        found = cursor.fetchall()
    if not found:
        return
    told = SourceMerge.objects.filter(kind=kind).values_list("source", "merged_external_id", "kept_external_id")
    next_of = {(source, merged): (source, kept) for source, merged, kept in told.iterator()}
    ends = {(source, merged): _last((source, merged), next_of) for source, merged, _ in found}
    survivors = _ids(table, [end for end in ends.values() if end is not None])
    for source, merged, pk in found:
        end = ends[source, merged]
        if end in survivors and survivors[end] != pk:
            yield survivors[end], pk, f"merged in {source_name(source)}"


def _last(start: tuple[str, str], next_of: Mapping[tuple[str, str], tuple[str, str]]) -> tuple[str, str] | None:
    """Where a chain of merges ends; None when it goes round in a circle."""
    seen, end = {start}, next_of[start]
    while end in next_of:
        if end in seen:
            return None
        seen.add(end)
        end = next_of[end]
    return end


def _ids(table: str, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str] | None, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.source, r.external_id, COALESCE(r.merged_into_id, r.id) FROM {table} r"
            " JOIN unnest(%s::text[], %s::text[]) k(source, external_id) USING (source, external_id)",
            [[source for source, _ in keys], [external_id for _, external_id in keys]],
        )
        return {(source, external_id): pk for source, external_id, pk in cursor.fetchall()}


def _groups(table: str, column: str, names: str) -> Iterator[list[Any]]:
    """The rows that share a value of `column` with a row of another source, few of them."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARED.format(table=table, column=column, names=names, few=FEW))
        rows = cursor.fetchall()
    for _, group in groupby(rows, key=lambda row: row[0]):
        yield list(group)


def _same_companies() -> Iterator[Pair]:
    for group in _groups("crm_company", "domain", "r.name"):
        domain = likeness.own_domain(group[0][0])
        if not domain:
            continue
        by_name: dict[str, list[Any]] = {}
        for row in group:
            by_name.setdefault(likeness.company_name(row[3]), []).append(row)
        for name, rows in by_name.items():
            if name and _one_of_each_source(rows):
                yield from ((rows[0][1], other[1], f"same name and domain {domain}") for other in rows[1:])


def _same_people(kind: Kind) -> Iterator[Pair]:
    table = RECORDS[kind].model._meta.db_table
    for rows in _groups(table, "email", "r.first_name, r.last_name"):
        address = likeness.personal_mailbox(rows[0][0])
        names = [(likeness.person_name(row[3]), likeness.person_name(row[4])) for row in rows]
        agree = all(likeness.names_agree(one, other) for one, other in combinations(names, 2))
        if address and agree and _one_of_each_source(rows):
            yield from ((rows[0][1], other[1], f"same name and e-mail {address}") for other in rows[1:])


def _one_of_each_source(rows: Sequence[Any]) -> bool:
    return len(rows) > 1 and len({row[2] for row in rows}) == len(rows)


def _fill_again(run_id: int | None) -> None:
    """What survivors took over and an import has emptied since is filled once more."""
    for kind in (Kind.COMPANY, Kind.CONTACT, Kind.LEAD):
        record = RECORDS[kind]
        changed = Q() if run_id is None else Q(changed_by_run=run_id)
        kept = record.rows().filter(
            changed, pk__in=record.rows().filter(merged_into__isnull=False).values("merged_into")
        )
        survivors = {row.pk: row for row in kept.iterator()}
        for merge in Merge.objects.filter(kind=kind, kept_id__in=survivors, undone_at=None).exclude(taken={}):
            merging.take_over_again(merge, kept=survivors[merge.kept_id])
