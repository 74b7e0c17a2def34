"""An import is turned back, set by set: what is derived from its rows goes, the rows it changed are as they were, the
rows it created go.

All of it happens in one transaction, within which the append-only touch log lets go (`sameside.undoing`). The rows that
were changed keep the run's number until the touch log has been written anew for them, then get back their own.
"""

from collections import Counter
from typing import Any

from django.apps import apps
from django.db import connection, models

from sameside.connectors.models import ImportRun, RowBefore
from sameside.connectors.obstacles import (
    DERIVED,
    DERIVED_COLUMNS,
    DERIVED_TOUCH,
    decided_merges,
    has,
    references,
    table_of,
    tracked,
)
from sameside.crm.models import Touch
from sameside.identity import merging, pairs
from sameside.identity.records import RECORDS
from sameside.people.models import Person

# Columns that are not put back: what the row is, and what other verbs decided.
_OWN = frozenset(
    {
        *("id", "created_by_run", "changed_by_run", "merged_into_id", "search"),
        *("segment", "score", "likelihood", "scored_at", "qualified_at", "not_routed"),
    }
)
# Of a lead that was handed over here, only an owner that this import gave is taken back, and that nobody changed since.
_OWNER = """CASE
    WHEN NOT EXISTS (SELECT 1 FROM leads_handover h WHERE h.lead_id = t.id AND NOT h.derived)
        OR t.owner_id IS NOT DISTINCT FROM t.source_owner_id AND t.source_owner_id IS DISTINCT FROM b.source_owner_id
    THEN b.owner_id ELSE t.owner_id END"""

_DERIVED_OF = "h.derived AND EXISTS (SELECT 1 FROM leads_lead l WHERE l.id = h.lead_id AND l.created_by_run = %(run)s)"
# What follows from a lead that the run brought and that nobody was given here.
_OF_LEADS = {
    "leads_breach": f"DELETE FROM leads_breach b USING leads_handover h WHERE b.handover_id = h.id AND {_DERIVED_OF}",
    "leads_handover": f"DELETE FROM leads_handover h WHERE {_DERIVED_OF}",
} | {
    table: f"DELETE FROM {table} r USING leads_lead l WHERE r.lead_id = l.id AND l.created_by_run = %(run)s"
    for table in ("leads_leadevent", "leads_qualification")
}


def _do(statement: str, **values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        done: int = cursor.rowcount
        return max(done, 0)


def begin() -> None:
    _do("SET LOCAL sameside.undoing = 'on'; SET LOCAL work_mem = '128MB'")


def unmerge(run: ImportRun, *, by: Person | None, at: Any) -> int:
    """Take the merges apart that a rule made of the run's rows."""
    count = 0
    for kind in RECORDS:
        for merge in decided_merges(run, str(kind)):
            merging.undo(merge, by=by, at=at)
            pairs.between(merge.kind, merge.kept_id, merge.merged_id).delete()  # a later import may find it again
            count += 1
    if count:
        begin()
    return count


def drop_derived(run: ImportRun) -> None:
    """Take away what follows from the run's rows; settling makes anew what follows from the others."""
    run_id = run.pk
    for model, field in references():
        target = table_of(field.related_model)
        where = f"r.{field.column} = d.id AND d.created_by_run = %(run)s"
        if model._meta.label in DERIVED:
            _do(f"DELETE FROM {table_of(model)} r USING {target} d WHERE {where}", run=run_id)
        elif (model._meta.label, field.name) in DERIVED_COLUMNS:
            _do(f"UPDATE {table_of(model)} r SET {field.column} = NULL FROM {target} d WHERE {where}", run=run_id)
    for table in {table_of(record.model) for record in RECORDS.values()}:
        kind = table.partition("_")[2]
        _do(
            f"DELETE FROM identity_duplicate p USING {table} d WHERE d.created_by_run = %(run)s AND"
            f" (p.kind = '{kind}' AND d.id IN (p.left_id, p.right_id)"
            f" OR p.kind = 'lead_contact' AND d.id = p.{'left_id' if kind == 'lead' else 'right_id'}"
            f" AND '{kind}' IN ('lead', 'contact'))",
            run=run_id,
        )
    for table in ("leads_breach", "leads_handover", "leads_leadevent", "leads_qualification"):
        _do(_OF_LEADS[table], run=run_id)
    _do(
        "CREATE TEMP TABLE undone_touch ON COMMIT DROP AS SELECT source, external_id FROM crm_touch"
        " WHERE created_by_run = %(run)s",
        run=run_id,
    )
    _do(
        "DELETE FROM library_usage u USING crm_activity a WHERE a.created_by_run = %(run)s AND u.source = 'mention'"
        " AND split_part(u.external_id, ':', 2) = a.id::text",
        run=run_id,
    )
    _do(
        "DELETE FROM crm_touch t USING library_usage u WHERE u.created_by_run = %(run)s AND t.source = 'sameside'"
        " AND t.external_id = 'Usage:' || u.id",
        run=run_id,
    )
    _do("DELETE FROM crm_touch WHERE created_by_run = %(run)s", run=run_id)
    _do(
        "DELETE FROM crm_stagechange h USING crm_deal d WHERE h.deal_id = d.id AND h.inferred"
        " AND d.created_by_run = %(run)s AND h.created_by_run IS DISTINCT FROM %(run)s",
        run=run_id,
    )
    _do(
        "UPDATE crm_stagechange SET deleted_in_source = false WHERE inferred AND deleted_in_source"
        " AND changed_by_run = %(run)s AND created_by_run IS DISTINCT FROM %(run)s",
        run=run_id,
    )
    for model, field in references():
        if model is Touch:
            _do(
                f"UPDATE crm_touch r SET {field.column} = NULL FROM {table_of(field.related_model)} d"
                f" WHERE r.{field.column} = d.id AND d.created_by_run = %(run)s AND r.external_id ~ %(touch)s",
                run=run_id,
                touch=DERIVED_TOUCH,
            )


def _columns(model: type[models.Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields if field.column not in _OWN]


def _changed_tables(run: ImportRun) -> list[type[models.Model]]:
    names = set(RowBefore.objects.filter(run=run).order_by().values_list("table", flat=True).distinct())
    return [model for model in apps.get_models() if table_of(model) in names]


def restore(run: ImportRun) -> Counter[str]:
    """Put back what the rows were that the run changed. Returns how many of each kind."""
    restored: Counter[str] = Counter()
    for model in _changed_tables(run):
        columns, table = _columns(model), table_of(model)
        taken = {"owner_id": _OWNER} if table == "leads_lead" else {}
        set_to = ", ".join(f'"{column}" = {taken.get(column, f"b.{column}")}' for column in columns)
        count = _do(
            f"""
            UPDATE {table} t SET {set_to}
            FROM connectors_rowbefore r JOIN {table} o ON o.id = r.row_id
            CROSS JOIN LATERAL jsonb_populate_record(o, r.before) b
            WHERE r.run_id = %(run)s AND r."table" = %(table)s AND t.id = r.row_id
            """,
            run=run.pk,
            table=table,
        )
        restored[str(model._meta.verbose_name_plural)] += count
        _point_to_survivors(run, model)
    return restored


def _point_to_survivors(run: ImportRun, model: type[models.Model]) -> None:
    """What was merged away since has taken its references along: a row that is put back follows them."""
    merged = {record.model for record in RECORDS.values()}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.related_model in merged and field.name != "merged_into":
            _do(
                f"""
                UPDATE {table_of(model)} t SET {field.column} = d.merged_into_id
                FROM connectors_rowbefore r, {table_of(field.related_model)} d
                WHERE r.run_id = %(run)s AND r."table" = %(table)s AND t.id = r.row_id
                    AND t.{field.column} = d.id AND d.merged_into_id IS NOT NULL
                """,
                run=run.pk,
                table=table_of(model),
            )


def remove(run: ImportRun) -> Counter[str]:
    """Delete the rows that the run created. Returns how many of each kind."""
    removed: Counter[str] = Counter()
    for model in tracked():
        if model is not Touch:
            count = _do(f"DELETE FROM {table_of(model)} WHERE created_by_run = %(run)s", run=run.pk)
            removed[str(model._meta.verbose_name_plural)] += count
    return +removed


def revive_touches() -> None:
    """The touches that the run's touches had replaced count again."""
    _do("""
        UPDATE crm_touch t SET current = true FROM (
            SELECT DISTINCT ON (o.source, o.external_id) o.id FROM crm_touch o
            JOIN undone_touch u ON u.source = o.source AND u.external_id = o.external_id
            WHERE NOT EXISTS (SELECT 1 FROM crm_touch c
                WHERE c.current AND c.source = o.source AND c.external_id = o.external_id)
            ORDER BY o.source, o.external_id, o.id DESC
        ) last WHERE t.id = last.id
    """)


def forget(run: ImportRun) -> None:
    """No row says any more that it is of this run."""
    _do("UPDATE crm_touch SET created_by_run = NULL WHERE created_by_run = %(run)s", run=run.pk)
    for model in _changed_tables(run):
        if has(model, "changed_by_run"):
            _do(
                f"""
                UPDATE {table_of(model)} t SET changed_by_run = (r.before ->> 'changed_by_run')::bigint
                FROM connectors_rowbefore r
                WHERE r.run_id = %(run)s AND r."table" = %(table)s AND t.id = r.row_id
                """,
                run=run.pk,
                table=table_of(model),
            )
    _do("DELETE FROM connectors_rowbefore WHERE run_id = %(run)s", run=run.pk)
