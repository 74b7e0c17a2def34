"""The page of the learnt model: whether it is used and why, its curves beside the rule's, what matters to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sameside.analytics import rates
from sameside.kit.tables import Column, Table
from sameside.leads.likelihood import reading
from sameside.leads.models import ScoreModel
from sameside.ui.charts import Chart, Series
from sameside.ui.formats import number, percent

STEPS = 20
TONES = {
    ScoreModel.State.IN_USE: "good",
    ScoreModel.State.BEATEN: "neutral",
    ScoreModel.State.RETIRED: "neutral",
    ScoreModel.State.TOO_LITTLE: "warn",
}


@dataclass(frozen=True)
class Figure:
    label: str
    value: str
    help: str
    beside: str = ""


def figures(made: ScoreModel) -> Sequence[Figure]:
    told = made.figures
    if not told:
        return ()
    model = told["model"]
    luck = "Chance that a lead that succeeded stands above one that did not. 0.5 is luck."
    shown = [_area("Area, model", model["area"], luck)]
    if "other" in told:
        shown.append(_area("Area, rule", told["other"]["area"], "The agreed rule on the very same leads."))
        shown.append(_area("Gain", told["gain"], "Area of the model minus that of the rule, with its interval.", "+"))
    best = model["lifts"][2]
    times = f"Of all leads that succeeded: {best[3]:.1f} times as many as by chance."
    shown.append(Figure("Best fifth holds", percent(best[2]), times))
    far = "How far chances lie from what came true, on average."
    shown.append(Figure("Calibration error", percent(model["calibration_error"]), far))
    return shown


def _area(label: str, values: Sequence[float], meaning: str, sign: str = "") -> Figure:
    value, low, high = (f"{one:{sign}.2f}".replace("-", "−") for one in values)
    return Figure(label, value, meaning, f"({low} to {high})")


def roc(made: ScoreModel) -> Chart | None:
    """Both curves: of the leads that failed, going down the ranking, so many are passed to reach so many successes."""
    told = made.figures
    if not told:
        return None
    at = [step / STEPS for step in range(STEPS + 1)]
    curves = {"Model": _along(told["model"]["curve"], at)}
    if "other" in told:
        curves["Rule"] = _along(told["other"]["curve"], at)
    curves["Luck"] = at
    rows = [
        {"share": percent(share), **{name: values[place] for name, values in curves.items()}}
        for place, share in enumerate(at)
    ]
    return Chart(
        "line",
        "Successes found, down the ranking",
        [percent(share) for share in at],
        [Series(name, values, {"Model": "1", "Rule": "3", "Luck": "neutral"}[name]) for name, values in curves.items()],
        "percent",
        Table((Column("share", "Failures passed"), *(Column(name, name, "percent") for name in curves)), rows),
        "For each share of the leads that failed, the share of those that succeeded which stand above them.",
    )


def _along(curve: Sequence[Sequence[float]], at: Sequence[float]) -> list[float]:
    xs, ys = zip(*curve, strict=True)
    return [float(one) for one in np.interp(at, xs, ys)]


def calibration(made: ScoreModel) -> Chart | None:
    if not made.figures:
        return None
    bins = made.figures["model"]["calibration"]
    rows = [
        {"said": said, "came": came, "interval": f"{percent(low)} to {percent(high)}", "leads": count}
        for said, came, low, high, count in bins
    ]
    return Chart(
        "line",
        "Chance said, and what came true",
        [percent(said) for said, *_ in bins],
        [
            Series("Said", [said for said, *_ in bins], "neutral"),
            Series("Came true", [came for _, came, *_ in bins], "1"),
        ],
        "percent",
        Table(
            (
                Column("said", "Chance said", "percent"),
                Column("came", "Became opportunities", "percent"),
                Column("interval", "95 % interval"),
                Column("leads", "Leads", "number"),
            ),
            rows,
        ),
        "Leads in the order of their chance, in parts of like size: what the model said and what became of them.",
    )


def lifts(made: ScoreModel) -> Table | None:
    if not made.figures:
        return None
    both = {"model": made.figures["model"]["lifts"], "rule": made.figures.get("other", {}).get("lifts")}
    rows = []
    for place, (share, count, held, lift) in enumerate(both["model"]):
        row: dict[str, Any] = {"share": percent(share), "leads": count, "held": held, "lift": f"{lift:.1f} ×"}
        if both["rule"]:
            row["rule"] = both["rule"][place][2]
        rows.append(row)
    columns = [
        Column("share", "The best"),
        Column("leads", "Leads", "number"),
        Column("held", "Of all successes", "percent"),
        Column("lift", "Times the average"),
    ]
    if both["rule"]:
        columns.append(Column("rule", "Of all, by the rule", "percent"))
    return Table(tuple(columns), rows, caption="Lift")


@dataclass(frozen=True)
class Matter:
    """`width` is of 100, for the bar; the strongest has all."""

    label: str
    lost: str
    width: float


def matters(made: ScoreModel) -> Sequence[Matter]:
    found: Mapping[str, float] = made.figures.get("importances", {})
    ranked = sorted(((max(lost, 0.0), name) for name, lost in found.items()), key=lambda one: (-one[0], one[1]))
    most = ranked[0][0] if ranked and ranked[0][0] else 1.0
    return [Matter(reading.LABELS.get(name, name), f"{lost:.3f}", round(100 * lost / most, 1)) for lost, name in ranked]


def sample(made: ScoreModel) -> str:
    """On how many leads the figures stand."""
    if not made.figures:
        return ""
    model = made.figures["model"]
    small = " That is few: expect these figures to move." if rates.is_small(model["yes"]) else ""
    return (
        f"Learnt from {number(made.leads - model['rows'])} leads, judged on the {number(model['rows'])} that came "
        f"after them, of which {number(model['yes'])} became opportunities.{small}"
    )
