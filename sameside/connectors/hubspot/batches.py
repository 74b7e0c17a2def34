"""One HubSpot row says several things: batches of further rows are made of a batch that was read, and merged with it.

A contact's row may also be a lead with its stages; a deal's row tells who takes part and when it entered each stage;
both name companies that no file of their own has brought yet.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from sameside.connectors.batch import Batch
from sameside.connectors.hubspot import rules
from sameside.connectors.hubspot.objects import SOURCE
from sameside.connectors.hubspot.overlap import Later, Layers, Told
from sameside.connectors.objects import Object

Value = str | None


class Further:
    """Merges rows of another object than the file's own, and counts what came of them for its verdict."""

    def __init__(
        self,
        target: Object,
        label: str,
        *,
        run_id: int,
        at: datetime,
        untold: frozenset[str] = frozenset(),
        later: Later | None = None,
        told: Told = lambda found: frozenset(),
    ) -> None:
        self.target = target
        self.label = label
        self.layers = Layers(target, run_id=run_id, at=at, silent=untold, later=later or Later(), told=told)
        self.created = self.updated = 0

    def add(self, rows: Sequence[Mapping[str, Value]]) -> dict[str, list[str]]:
        """Merge `rows`, each with `external_id` and the object's columns; of two with one id the last counts.

        Returns the ids of the references without which a row could not be kept, by name.
        """
        unique = {row["external_id"]: row for row in rows}
        if not unique:
            return {}
        names = ["external_id", "deleted_in_source", *self.layers.first.own, *self.layers.first.references]
        columns: dict[str, list[Value]] = {name: [row.get(name) for row in unique.values()] for name in names}
        columns["deleted_in_source"] = [value or "f" for value in columns["deleted_in_source"]]
        batch = Batch(numbers=list(range(len(unique))), columns=columns)
        merged = self.layers.merge(batch)
        self.created += merged.created
        self.updated += merged.updated
        absent: dict[str, list[str]] = {}
        kept = list(unique.values())
        needed = {join.required: join.reference for join in self.target.joins if join.required}
        for number, reason in merged.refused.items():
            name = needed[reason]
            absent.setdefault(name, []).append(kept[number][f"ref_{name}"] or "")
        return absent

    def end(self) -> None:
        self.layers.end()

    @property
    def notes(self) -> list[str]:
        said = [f"{count:,} {word}" for count, word in ((self.created, "new"), (self.updated, "changed")) if count]
        return [f"{self.label}: {', '.join(said)}"] if said else []


def name_companies(batch: Batch, *, run_id: int) -> int:
    """Make the companies that rows name with id and name and that are not here yet; returns how many were made.

    A file of companies completes them later; nothing of one that is here is touched.
    """
    named: dict[str, str] = {}
    columns = batch.columns
    for ids, names in (("company_ids", "company_names"), ("primary_company_ids", "primary_company_names")):
        if ids in columns and names in columns:
            for id_cell, name_cell in zip(columns[ids], columns[names], strict=True):
                named.update(rules.pairs(id_cell, name_cell))
    named = {number: name[:255] for number, name in named.items() if number.isdigit()}
    if not named:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO crm_company (source, external_id, deleted_in_source, created_by_run, changed_by_run, name,"
            " domain, industry, vertical, country, language, phone)"
            " SELECT %s, n.id, false, %s, %s, n.name, '', '', '', '', '', ''"
            " FROM unnest(%s::text[], %s::text[]) AS n(id, name) ON CONFLICT (source, external_id) DO NOTHING",
            [SOURCE, run_id, run_id, list(named), list(named.values())],
        )
        made: int = cursor.rowcount
    return made


def unsubscribe(numbers: Sequence[str], *, run_id: int) -> int:
    """Mark contacts, and their leads, as not to be written to. Who is not marked in an export stays as they are: an
    event may have said it. Returns how many contacts were not marked yet."""
    marked = 0
    for table in ("leads_lead", "crm_contact"):
        with connection.cursor() as cursor:
            cursor.execute(
                f"""WITH changed AS (
                    SELECT o.id FROM {table} o WHERE o.source = %(source)s AND o.external_id = ANY(%(numbers)s)
                        AND o.email_status NOT IN ('unsubscribed', 'spam')
                ), before AS (
                    INSERT INTO connectors_rowbefore (run_id, "table", row_id, before)
                    SELECT %(run)s, '{table}', o.id, to_jsonb(o) FROM {table} o JOIN changed USING (id)
                    WHERE o.created_by_run IS DISTINCT FROM %(run)s
                    ON CONFLICT (run_id, "table", row_id) DO NOTHING
                )
                UPDATE {table} o SET email_status = 'unsubscribed', changed_by_run = %(run)s
                FROM changed WHERE changed.id = o.id""",
                {"source": SOURCE, "numbers": list(numbers), "run": run_id},
            )
            marked = cursor.rowcount
    return marked


def untold(target: Object) -> frozenset[str]:
    """The columns and references of which the file says nothing: an update leaves them as they are."""
    silent = {each.column for each in target.fields if not each.headers}
    for derived in target.derived:
        if silent.issuperset(derived.of):
            silent.add(derived.column)
        else:
            silent.discard(derived.column)
    return frozenset(silent | {f"ref_{each.name}" for each in target.references if not each.headers})


def told(target: Object) -> frozenset[str]:
    """The columns and references of which the file says something."""
    named = {each.column for each in target.fields} | {each.column for each in target.derived}
    return frozenset(named | {f"ref_{each.name}" for each in target.references}) - untold(target)
