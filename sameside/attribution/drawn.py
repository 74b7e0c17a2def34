"""The charts of the revenue page, each with its table beside it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sameside.attribution.figures import OPEN, WON
from sameside.attribution.labels import DIMENSION_LABELS, MODEL_LABELS
from sameside.attribution.material import NO_KEY, NO_TOUCH, ORGANIC, PAID, SELLER, SELLER_CHANNELS
from sameside.attribution.over_time import OverTime
from sameside.attribution.pages import View, dimension_table, models_table, share
from sameside.kit.tables import Column, Table
from sameside.ui.charts import Chart, Series

_BARS = 12
_TONES = {SELLER: "1", ORGANIC: "6", PAID: "2"}
_BURIED = {"campaign": "a campaign", "asset": "content"}


def chart(data: Mapping[str, Any], view: View) -> Chart:
    """Won revenue and pipeline by marketing's channels, the greatest first.

    Sellers log so many contacts that beside their bars no other can be read: they stand in the origins and the tables.
    """
    apart = SELLER_CHANNELS | {NO_TOUCH}
    rows = [row for row in data["dimensions"]["channel"] if row["key"] not in apart][:_BARS]
    return Chart(
        kind="bar",
        title=f"What marketing's channels earned, {MODEL_LABELS[view.model].lower()}",
        categories=[row["label"] for row in rows],
        series=[
            Series("Won revenue", [row[WON][view.model] for row in rows], "1"),
            Series("Open pipeline", [row[OPEN][view.model] for row in rows], "neutral"),
        ],
        unit="money",
        table=dimension_table(data, "channel", view),
        description=f"Won revenue and open pipeline credited to each channel by {MODEL_LABELS[view.model].lower()}, "
        "without the sellers' own contacts.",
    )


def origins_chart(data: Mapping[str, Any], view: View) -> Chart:
    """Each model's split of won revenue between paid, organic and sellers' own touches: how far the choice decides."""
    amount = data[WON]["amount"]
    return Chart(
        kind="stacked",
        title="Whose touch won the revenue",
        categories=list(MODEL_LABELS.values()),
        series=[
            Series(
                name=row["label"],
                values=[share(row[WON][model], amount) for model in MODEL_LABELS],
                tone=_TONES.get(row["key"], "8"),
            )
            for row in data["dimensions"]["origin"]
        ],
        unit="percent",
        table=every_model(data, "origin", view),
        description="The share of won revenue that each model credits to paid, organic and sellers' own touches.",
    )


def every_model(data: Mapping[str, Any], dimension: str, view: View) -> Table:
    return models_table(data, dimension, replace(view, beside=tuple(MODEL_LABELS), with_interval=False))


def months_chart(over: OverTime, dimension: str) -> Chart:
    """Won revenue over time, stacked: of campaigns and content without what none is known for, which would bury them.

    The table beneath holds that too, and sums to everything won.
    """
    apart = {NO_KEY, NO_TOUCH} if dimension in _BURIED else set()
    shown = [line for line in over.lines if line["key"] not in apart]
    model, label = MODEL_LABELS[over.model].lower(), DIMENSION_LABELS[dimension].lower()
    aside = f", of what is known to have met {_BURIED[dimension]}" if apart and len(shown) < len(over.lines) else ""
    return Chart(
        kind="stacked",
        title=f"Won revenue by {over.step} and {label}, {model}{aside}",
        categories=list(over.names) if shown else [],
        series=[Series(line["label"], line["values"], _tone(line, place)) for place, line in enumerate(shown)],
        unit="money",
        table=months_table(over),
        description=f"Won revenue by {over.step} of the close, credited by {model} to each {label}{aside}.",
    )


def months_table(over: OverTime) -> Table:
    columns = [
        Column("step", f"{over.step.capitalize()} of the close"),
        *(Column(str(place), line["label"], "money") for place, line in enumerate(over.lines)),
        Column("all", "Won revenue", "money"),
    ]
    rows = [
        {"step": name, **{str(n): line["values"][place] for n, line in enumerate(over.lines)}, "all": over.won[place]}
        for place, name in enumerate(over.names)
    ]
    total = {
        "step": "All",
        **{str(n): round(sum(line["values"]), 2) for n, line in enumerate(over.lines)},
        "all": round(sum(over.won), 2),
    }
    return Table(columns, rows, total if rows else None, empty="No deal was won in this period.")


def _tone(line: Mapping[str, Any], place: int) -> str:
    if line["key"] in (None, NO_KEY, NO_TOUCH):
        return {None: "neutral", NO_KEY: "8", NO_TOUCH: "8"}[line["key"]]
    return _TONES.get(line["key"], str(place + 1))
