"""What stands in the way of undoing an import, found from the models, so that a table added later counts as well.

Nothing may depend on the import's rows: no later import changed them, no row from elsewhere points to them, nobody
merged them. What is derived from them (touches, conversations, credit, merges by rule) is no obstacle: it is settled
anew.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models

from sameside.connectors.models import ImportRun, RowBefore
from sameside.crm.models import StageChange, Touch
from sameside.identity.models import Merge
from sameside.identity.records import RECORDS
from sameside.leads.models import HandOver, LeadEvent, Qualification
from sameside.library.models import Asset, AssetRendition, AssetVersion, Usage

LIBRARY = (Asset, AssetVersion, AssetRendition)  # withdrawn one by one: see connectors/withdrawal.py
DERIVED = ("conversations.Conversation", "attribution.Credit", "library.AssetVerdict", "library.SearchOutcome")
DERIVED_COLUMNS = (("leads.Lead", "campaign"),)
DERIVED_TOUCH = "^(CampaignMember|Lead|Activity|Usage):"
MOST = 20

Field = Any


@cache
def tracked() -> tuple[type[models.Model], ...]:
    """The models whose rows know which run created them."""
    return tuple(
        model
        for model in apps.get_models()
        if model not in LIBRARY and any(field.name == "created_by_run" for field in model._meta.concrete_fields)
    )


def table_of(model: type[models.Model]) -> str:
    return model._meta.db_table


def has(model: type[models.Model], column: str) -> bool:
    return any(field.name == column for field in model._meta.concrete_fields)


@cache
def references() -> tuple[tuple[type[models.Model], Field], ...]:
    """(model, foreign key) of every column that points to a tracked table."""
    known = set(tracked())
    return tuple(
        (model, field)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model in known
    )


def find(run: ImportRun) -> list[str]:
    """The obstacles as sentences, empty when the run can be undone."""
    return [*_changed_since(run), *_pointed_to(run), *_merged(run), *_newer_versions(run)][:MOST]


def _ask(question: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _some(count: int, model: type[models.Model]) -> str:
    name = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
    return f"{count:,} {name}"


def _changed_since(run: ImportRun) -> Iterator[str]:
    for model in tracked():
        if not has(model, "changed_by_run"):
            continue
        own = "AND NOT t.inferred" if model is StageChange else ""
        rows = _ask(
            f"""
            SELECT t.changed_by_run, count(*) FROM {table_of(model)} t
            WHERE t.changed_by_run IS NOT NULL AND t.changed_by_run <> %(run)s {own} AND (t.created_by_run = %(run)s
                OR t.id IN (SELECT row_id FROM connectors_rowbefore WHERE run_id = %(run)s AND "table" = %(table)s))
            GROUP BY 1 ORDER BY 1
            """,
            {"run": run.pk, "table": table_of(model)},
        )
        for other, count in rows:
            yield f"{_some(count, model)} {'was' if count == 1 else 'were'} changed by import {other} since."


def _pointed_to(run: ImportRun) -> Iterator[str]:
    for model, field in references():
        if model._meta.label in DERIVED or (model._meta.label, field.name) in DERIVED_COLUMNS:
            continue
        if field.name == "merged_into":
            continue
        target = field.related_model
        by_run = "r.created_by_run" if has(model, "created_by_run") else "NULL::bigint"
        rows = _ask(
            f"""
            SELECT {by_run}, count(*) FROM {table_of(model)} r JOIN {table_of(target)} d ON d.id = r.{field.column}
            WHERE d.created_by_run = %(run)s AND {by_run} IS DISTINCT FROM %(run)s {_not_derived(model)}
                AND NOT EXISTS (SELECT 1 FROM connectors_rowbefore b
                    WHERE b.run_id = %(run)s AND b."table" = %(table)s AND b.row_id = r.id)
            GROUP BY 1 ORDER BY 1
            """,
            {"run": run.pk, "table": table_of(model), "touch": DERIVED_TOUCH},
        )
        for other, count in rows:
            belong = "belongs" if count == 1 else "belong"
            origin = f"that came with import {other} " if other else "recorded here "
            yield f"{_some(count, model)} {origin}{belong} to its {target._meta.verbose_name_plural}."


def _not_derived(model: type[models.Model]) -> str:
    """Rows that follow from others and are settled anew."""
    if model is Touch:
        return "AND r.external_id !~ %(touch)s"
    if model is StageChange:
        return "AND NOT r.inferred"
    if model is Usage:
        return "AND r.source <> 'mention'"
    if model is HandOver:
        return "AND NOT r.derived"
    if model in (Qualification, LeadEvent):  # of a lead that nobody was given, they are settled anew
        return "AND EXISTS (SELECT 1 FROM leads_handover h WHERE h.lead_id = r.lead_id AND NOT h.derived)"
    return ""


def _merged(run: ImportRun) -> Iterator[str]:
    for kind, record in RECORDS.items():
        count = decided_merges(run, str(kind)).exclude(by=None).count()
        if count:
            plural = record.model._meta.verbose_name_plural
            merges = "A merge that a person decided contains" if count == 1 else f"{count:,} merges contain"
            yield f"{merges} its {plural}. Take {'it' if count == 1 else 'them'} apart first, under Duplicates."


def decided_merges(run: ImportRun, kind: str) -> models.QuerySet[Merge]:
    """The merges in force of rows that the run created or changed, latest first."""
    model = RECORDS[kind].model
    created = model._default_manager.filter(created_by_run=run.pk).values("pk")
    changed = _changed(run, model)
    touched = models.Q(kept_id__in=created) | models.Q(merged_id__in=created)
    touched |= models.Q(kept_id__in=changed) | models.Q(merged_id__in=changed)
    return Merge.objects.filter(touched, kind=kind, undone_at=None).order_by("-pk")


def _changed(run: ImportRun, model: type[models.Model]) -> models.QuerySet[Any, Any]:
    return RowBefore.objects.filter(run=run, table=table_of(model)).values("row_id")


def _newer_versions(run: ImportRun) -> Iterator[str]:
    mine = AssetVersion.objects.filter(created_by_run=run.pk)
    newer = AssetVersion.objects.filter(asset=models.OuterRef("asset"), number__gt=models.OuterRef("number"))
    others = newer.filter(~models.Q(created_by_run=run.pk) | models.Q(created_by_run=None))
    count = mine.filter(models.Exists(others)).count()
    if count:
        yield f"{count:,} of its documents {'has' if count == 1 else 'have'} a newer version since."
