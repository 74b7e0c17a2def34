"""The list of saved runs, and what the page of one shows beside the report it holds."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from sameside.attribution import pages, periods
from sameside.attribution.figures import WON
from sameside.attribution.labels import DIMENSION_LABELS
from sameside.attribution.models import SavedRun
from sameside.attribution.runs import INPUTS, changed_inputs
from sameside.kit.paging import Order
from sameside.kit.tables import Column, Table
from sameside.ui.formats import moment
from sameside.ui.lists import Empty, ListSpec, Sort

OTHERS = 100  # runs that one may be compared with, the latest


def spec() -> ListSpec:
    address = reverse("attribution:run", args=[0]).replace("0", "{}")

    def row(run: SavedRun) -> Mapping[str, Any]:
        return {
            "link": address.format(run.pk),
            "name": run.name,
            "period": periods.label(run.spec["period"]),
            "lookback": f"{run.spec['lookback']} months",
            "as_of": run.as_of,
            "by": run.saved_by.name,
        }

    return ListSpec(
        name="revenue-runs",
        columns=(
            Column("name", "Run"),
            Column("period", "Won in"),
            Column("lookback", "Look-back"),
            Column("as_of", "As of", "datetime"),
            Column("by", "Saved by"),
        ),
        row=row,
        filters=(),
        sorts=(Sort("newest", "Newest", Order("saved_at", descending=True)),),
        empty=Empty(
            "history",
            "No run is saved yet",
            "Open Revenue, choose what counts, and save what you see.",
            "/revenue/",
            "Open Revenue",
        ),
        prefetch=_with_people,
    )


def _with_people(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    return rows.select_related("saved_by").defer("data")


def chosen(run: SavedRun, query: Mapping[str, str]) -> pages.View:
    """The models that an address asks for, else those that were shown when it was saved."""
    return pages.chosen(run.spec, query if "model" in query else {**run.spec.get("shown", {}), **query})


def facts(run: SavedRun) -> dict[str, str]:
    spec = run.spec
    return {
        "Won in": periods.label(spec["period"]),
        "Look-back": f"{spec['lookback']} months before the close",
        "As of": moment(run.as_of),
        "Saved": f"{moment(run.saved_at)} by {run.saved_by.name}",
        "Half-life of time decay": f"{spec['half_life_days']} days",
        "Intervals": f"95 %, {spec['resamples']} draws of companies, seed {spec['seed']}",
    }


def others(run: SavedRun) -> "QuerySet[SavedRun]":
    return SavedRun.objects.exclude(pk=run.pk).defer("data").order_by("-saved_at", "-pk")[:OTHERS]


def differences(run: Mapping[str, Any], other: Mapping[str, Any], dimension: str, model: str) -> Table:
    """What one run credits beside the other, the greatest change first; what only one of them has counts too."""
    amounts = [{row["label"]: row[WON][model] for row in data["dimensions"][dimension]} for data in (run, other)]
    labels = list(dict.fromkeys([*amounts[0], *amounts[1]]))
    rows = [
        {"label": label, "this": this, "other": before, "change": round(this - before, 2)}
        for label, this, before in ((name, amounts[0].get(name, 0.0), amounts[1].get(name, 0.0)) for name in labels)
    ]
    columns = [
        Column("label", DIMENSION_LABELS[dimension]),
        Column("this", "This run", "money"),
        Column("other", "The other", "money"),
        Column("change", "This less the other", "money"),
    ]
    this, before = run[WON]["amount"], other[WON]["amount"]
    total = {"label": "All deals", "this": this, "other": before, "change": round(this - before, 2)}
    return Table(columns, sorted(rows, key=lambda row: (-abs(row["change"]), row["label"])), total)


def changes(run: SavedRun, other: SavedRun) -> list[str]:
    """Why two runs may differ, in sentences."""
    asked = [
        f"{label}: {this} here, {before} there."
        for (label, this), before in zip(facts(run).items(), facts(other).values(), strict=True)
        if this != before and label != "Saved"
    ]
    parts = changed_inputs(*({**one.data, "inputs": one.inputs} for one in (run, other)))
    return [*asked, f"Their inputs differ: {', '.join(parts)}." if parts else "Their inputs are the same."]


def parts(result: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Each part of what a run was computed of, whether it is the same today, and the tone of that."""
    states = {
        **dict.fromkeys(result["differing"], ("Changed since", "warn")),
        **dict.fromkeys(result.get("untold", ()), ("Not kept with this run", "neutral")),
    }
    return [(said, *states.get(said, ("The same", "good"))) for said in INPUTS.values()]


def selects(run: SavedRun, view: pages.View, dimension: str, other: SavedRun | None) -> list[pages.Select]:
    """What the page of one run lets choose: the rows, the models, and the run beside it."""
    models = [one for one in pages.selects(view) if one.key in ("model", "second", "third")]
    beside = [("", "No other run"), *((str(one.pk), one.name) for one in others(run))]
    rows = pages.Select("by", "Rows", list(DIMENSION_LABELS.items()), dimension)
    return [rows, *models, pages.Select("with", "Compare with", beside, str(other.pk) if other else "")]
