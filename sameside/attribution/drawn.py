"""The charts of the revenue page, each with its table beside it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sameside.attribution.figures import OPEN, WON
from sameside.attribution.labels import MODEL_LABELS, ORIGIN_LABELS
from sameside.attribution.material import NO_TOUCH, ORGANIC, PAID, SELLER, SELLER_CHANNELS
from sameside.attribution.pages import View, dimension_table, models_table, share
from sameside.kit.tables import Column, Table
from sameside.ui.charts import Chart, Series

_BARS = 12
_TONES = {SELLER: "1", ORGANIC: "6", PAID: "2"}


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


def months_chart(data: Mapping[str, Any], view: View) -> Chart:
    """Won revenue by the month of the close and the origin of what earned it; Markov's is not told by month."""
    model = "linear" if view.model == "markov" else view.model
    names, by_key = data["months"]["names"], data["months"]["dimensions"].get("origin", {})
    shown = [(key, label) for key, label in (*ORIGIN_LABELS.items(), (NO_TOUCH, "No touch")) if key in by_key]
    rows = [
        {
            "month": month,
            **{key or "untouched": by_key[key][model][place] for key, _ in shown},
            "all": round(sum(by_key[key][model][place] for key, _ in shown), 2),
        }
        for place, month in enumerate(names)
    ]
    columns = [
        Column("month", "Month of the close"),
        *(Column(key or "untouched", label, "money") for key, label in shown),
        Column("all", "Won revenue", "money"),
    ]
    return Chart(
        kind="stacked",
        title=f"Won revenue by month, {MODEL_LABELS[model].lower()}",
        categories=list(names),
        series=[Series(label, by_key[key][model], _TONES.get(key, "8")) for key, label in shown],
        unit="money",
        table=Table(columns, rows, empty="No deal was won in this period."),
        description=f"Won revenue by month of the close, credited by {MODEL_LABELS[model].lower()} to paid, organic "
        "and sellers' own touches.",
    )
