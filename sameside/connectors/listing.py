"""The list of import runs."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from sameside.connectors import registry
from sameside.connectors.models import ImportFile, ImportRun
from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

_READ = ~Q(files__state=ImportFile.State.IGNORED)


def _sum(*columns: str) -> Any:
    summed: Any = Value(0)
    for column in columns:
        summed = summed + Coalesce(Sum(f"files__{column}", filter=_READ), 0)
    return summed


def _row(run: Any) -> Mapping[str, Any]:
    return {
        "link": f"/imports/{run.pk}/",
        "label": registry.label(run.connector),
        "origin": run.origin,
        "state": f"{ImportRun.State(run.state).label}{', dry run' if run.dry else ''}",
        "created_at": run.created_at,
        "by": run.started_by.name if run.started_by else "Command line",
        "rows": 0 if run.state == ImportRun.State.PREVIEW else run.rows_read or run.files_read,
        "changed": run.rows_changed,
        "refused": run.rows_refused,
    }


def _prefetch(rows: "QuerySet[ImportRun]") -> "QuerySet[ImportRun]":
    return rows.select_related("started_by").annotate(
        rows_read=_sum("rows"),
        files_read=Count("files", filter=_READ),
        rows_changed=_sum("created", "updated"),
        rows_refused=_sum("refused"),
    )


RUNS = ListSpec(
    name="imports",
    columns=(
        Column("label", "What"),
        Column("origin", "From"),
        Column("state", "State"),
        Column("created_at", "Begun", "datetime"),
        Column("by", "By"),
        Column("rows", "Rows read", "number"),
        Column("changed", "New or changed", "number"),
        Column("refused", "Refused", "number"),
    ),
    row=_row,
    filters=(
        Filter(
            "connector",
            "What",
            apply=lambda rows, value: rows.filter(connector=value),
            choices=lambda _: [Choice(each.name, each.label) for each in registry.connectors()],
        ),
        Filter(
            "state",
            "State",
            apply=lambda rows, value: rows.filter(state=value),
            choices=lambda _: [Choice(value, str(label)) for value, label in ImportRun.State.choices],
        ),
    ),
    sorts=(Sort("created_at", "Newest", Order("id", descending=True)),),
    prefetch=_prefetch,
    empty=Empty(
        icon="database-import",
        title="Nothing brought in yet",
        text="Bring in a Salesforce export and a folder of documents; within minutes the reports speak of your"
        " company.",
        action_url="/imports/new/",
        action_label="Bring something in",
    ),
)
