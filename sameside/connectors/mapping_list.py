"""The list of mappings that people kept."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from sameside.connectors.models import TableMapping
from sameside.connectors.table.targets import BY_NAME, TARGETS
from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort


def _row(kept: Any) -> Mapping[str, Any]:
    columns = kept.spec.get("columns", [])
    return {
        "link": f"/imports/mappings/{kept.pk}/",
        "name": kept.name,
        "target": BY_NAME[kept.target].label if kept.target in BY_NAME else kept.target,
        "columns": sum(bool(each.get("field")) for each in columns),
        "by": kept.updated_by.name if kept.updated_by else "Command line",
        "updated_at": kept.updated_at,
        "used_at": kept.used_at,
    }


def _prefetch(rows: "QuerySet[TableMapping]") -> "QuerySet[TableMapping]":
    return rows.select_related("updated_by")


MAPPINGS = ListSpec(
    name="mappings",
    columns=(
        Column("name", "Name"),
        Column("target", "Becomes"),
        Column("columns", "Columns used", "number"),
        Column("by", "Last changed by"),
        Column("updated_at", "Changed", "datetime"),
        Column("used_at", "Last used", "datetime"),
    ),
    row=_row,
    filters=(
        Filter(
            "target",
            "Becomes",
            apply=lambda rows, value: rows.filter(target=value),
            choices=lambda _: [Choice(each.name, each.label) for each in TARGETS],
        ),
    ),
    sorts=(Sort("name", "Name", Order("name")),),
    prefetch=_prefetch,
    empty=Empty(
        icon="table",
        title="No mapping kept yet",
        text="Bring in a list from any system, say once what its columns mean, and give that a name. The next list with"
        " the same columns is read by it without a question.",
        action_url="/imports/new/",
        action_label="Bring something in",
    ),
)
