"""Runs: a revenue report that is kept under a name, so that it can be computed again and compared with another.

The same inputs give the same numbers to 1e-9, because nothing in a report is left to chance: draws have a seed. A run
is computed again for its very dates: deals that were made since are left out, and those that closed since are open
again. Where the inputs changed, their digests say which part did.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from sameside.attribution import crediting, inputs, material, report
from sameside.attribution.figures import STATES
from sameside.attribution.labels import DIMENSION_LABELS, MODEL_LABELS
from sameside.attribution.models import SavedRun
from sameside.kit import snapshots
from sameside.kit.models import Snapshot
from sameside.kit.tables import Column, Table
from sameside.people.models import Person

EXACT = 1e-9
_BY_MONTH = ("unknown", "sources", "closes", "months")
INPUTS = {
    "deals": "deals",
    "amounts": "amounts of deals",
    "touches": "touches",
    "leads": "when leads were made",
    "teams": "teams of sellers and campaign owners",
    "costs": "costs",
    "rates": "exchange rates",
    "labels": "names of rows",
}
LABELS = "labels"  # compared by themselves, without a digest


def save(
    snapshot: Snapshot,
    period: str,
    name: str,
    note: str = "",
    *,
    shown: Mapping[str, str] | None = None,
    by: Person,
    at: datetime,
) -> SavedRun:
    """Keep the report of the months that `period` names, with every interval; `shown` are the models that led."""
    data = report.of(snapshot, period, DIMENSION_LABELS)
    spec = {
        "lookback": data["lookback"],
        "period": period,
        "half_life_days": crediting.HALF_LIFE_DAYS,
        "resamples": crediting.SPEC.resamples,
        "seed": crediting.SPEC.seed,
        "ahead": data["ahead"],
        "shown": dict(shown or {}),
    }
    return SavedRun.objects.create(
        name=name,
        note=note,
        saved_at=at,
        saved_by=by,
        as_of=snapshot.computed_at,
        spec=spec,
        inputs=data["inputs"],
        data={name: value for name, value in data.items() if name not in _BY_MONTH},
    )


def changed_inputs(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """The parts of two reports that differ, in words; other touches bring other teams, which is not said again."""
    parts = _differing(one, other)
    return [INPUTS[part] for part in parts if part != "teams" or "touches" not in parts]


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    digests = [data["inputs"] for data in (one, other)]
    parts = [part for part in INPUTS if all(part in told for told in digests) and digests[0][part] != digests[1][part]]
    return [*parts, *([LABELS] if inputs.renamed(one, other) else [])]


def untold_inputs(run: SavedRun) -> list[str]:
    """The parts that an earlier version kept no digest of, in words."""
    return [said for part, said in INPUTS.items() if part not in run.inputs and part != LABELS]


def reproduce(run: SavedRun) -> dict[str, Any]:
    """Compute the run again as of its own moment. The credit that pages open into is left as it is."""
    with transaction.atomic():
        asked = {name: run.spec[name] for name in report.REPORT.defaults}
        of = material.load(run.as_of, run.spec.get("ahead", []))
        data = report.computed(asked, of, run.as_of)
        transaction.set_rollback(True)
    was = {**run.data, "inputs": run.inputs}
    found = dict(figures_of(run.data))
    again = dict(figures_of(data))
    gaps = {place: abs(found.get(place, 0.0) - again.get(place, 0.0)) for place in found.keys() | again.keys()}
    return {
        "figures": len(found),
        "different": sum(gap > EXACT * max(1.0, abs(found.get(place, 0.0))) for place, gap in gaps.items()),
        "largest": max(gaps.values(), default=0.0),
        "changed": changed_inputs(was, data),
        "differing": [INPUTS[part] for part in _differing(was, data)],
        "untold": untold_inputs(run),
    }


def figures_of(data: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], float]]:
    """Every number of a report with its place."""
    for state in STATES:
        yield (state, "deals"), float(data[state]["deals"])
        yield (state, "amount"), data[state]["amount"]
    for name, rows in data["dimensions"].items():
        for row in rows:
            yield (name, str(row["key"]), "cost"), row.get("cost") or 0.0
            for model in MODEL_LABELS:
                for state in STATES:
                    yield (name, str(row["key"]), model, state), row[state][model] or 0.0
                for side, bound in zip(("low", "high"), row["bounds"].get(model, ()), strict=False):
                    yield (name, str(row["key"]), model, side), bound


def _read(query: Mapping[str, str]) -> dict[str, Any]:
    run = query.get("run", "")
    return {"run": int(run) if run.isascii() and run.isdecimal() and len(run) < 10 else 0}


def _compute(params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    run = SavedRun.objects.filter(pk=params["run"]).first()
    return (
        reproduce(run)
        if run
        else {"figures": 0, "different": 0, "largest": 0.0, "changed": [], "differing": [], "untold": []}
    )


def _tables(data: Mapping[str, Any]) -> list[Table]:
    columns = [Column("figures", "Figures", "number"), Column("different", "Different", "number")]
    return [Table(columns, [data])]


REPRODUCTION = snapshots.register(
    snapshots.Report("revenue-run", _compute, defaults={"run": 0}, read=_read, tables=_tables, is_kept=False)
)
