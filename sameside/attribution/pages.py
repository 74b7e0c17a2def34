"""The content of the revenue pages as data: chart and tables from a stored report, and the addresses in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from sameside.attribution import crediting
from sameside.attribution.figures import OPEN, WON
from sameside.attribution.report import DIMENSION_LABELS, MODEL_LABELS, PERIODS
from sameside.kit.tables import Column, Table
from sameside.ui import formats
from sameside.ui.cells import Meter, Two
from sameside.ui.charts import Chart, Series

DEFAULT_MODEL = "linear"
NO_TOUCH_IN_ADDRESS = "no-touch"
TOP = 10
_BARS = 12
_TONES = {crediting.SELLER: "1", crediting.ORGANIC: "6", crediting.PAID: "2"}


@dataclass(frozen=True)
class Choice:
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Switch:
    """One row of choices of which one is on; each is an address of the same page."""

    label: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class View:
    """What the reader chose: the report's parameters and the model that leads."""

    lookback: int
    period: str
    model: str

    @property
    def query(self) -> str:
        return urlencode({"lookback": self.lookback, "period": self.period, "model": self.model})

    @property
    def sentence(self) -> str:
        months = f"{self.lookback} months"
        return f"{MODEL_LABELS[self.model]}, touches of the {months} before the close, {PERIODS[self.period].lower()}"


def chosen(params: Mapping[str, Any], query: Mapping[str, str]) -> View:
    model = query.get("model", "")
    return View(params["lookback"], params["period"], model if model in MODEL_LABELS else DEFAULT_MODEL)


def switches(view: View) -> list[Switch]:
    options: dict[str, tuple[str, dict[Any, str]]] = {
        "model": ("Model", dict(MODEL_LABELS)),
        "period": ("Won in", dict(PERIODS)),
        "lookback": ("Look-back", {months: f"{months} months" for months in crediting.LOOKBACKS}),
    }
    now = {"lookback": view.lookback, "period": view.period, "model": view.model}
    return [
        Switch(label, [Choice(t, f"?{urlencode({**now, name: v})}", now[name] == v) for v, t in values.items()])
        for name, (label, values) in options.items()
    ]


def key_address(dimension: str, key: str | None, view: View) -> str:
    """Where the deals behind a row are listed; nothing for the row that gathers the rest."""
    if key is None:
        return ""
    named = key if key != crediting.NO_TOUCH else NO_TOUCH_IN_ADDRESS
    return f"{reverse('attribution:key', args=[dimension, named])}?{view.query}"


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def credited_share(data: Mapping[str, Any], dimension: str, keys: frozenset[str], model: str) -> float | None:
    """The share of won revenue that the rows with `keys` of `dimension` earned."""
    won = sum(row[WON][model] for row in data["dimensions"][dimension] if row["key"] in keys)
    return share(won, data[WON]["amount"])


def chart(data: Mapping[str, Any], view: View) -> Chart:
    """Won revenue and pipeline by marketing's channels, the greatest first.

    Sellers log so many contacts that beside their bars no other can be read: they stand in the origins and the tables.
    """
    apart = crediting.SELLER_CHANNELS | {crediting.NO_TOUCH}
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
        table=models_table(data, "origin", view),
        description="The share of won revenue that each model credits to paid, organic and sellers' own touches.",
    )


def dimension_table(data: Mapping[str, Any], dimension: str, view: View, top: int | None = None) -> Table:
    """One dimension under the leading model: won, share, deals, pipeline; of campaigns also cost and return."""
    costs = dimension == "campaign"
    columns = [
        Column("label", DIMENSION_LABELS[dimension]),
        Column("won", "Won revenue", "money"),
        Column("share", "Share of won", "percent"),
        Column("won_deals", "Won deals", "number", "Deals with credit for this row; a deal may stand in several."),
        Column("open", "Open pipeline", "money"),
        Column("open_deals", "Open deals", "number"),
    ]
    if costs:
        columns += [
            Column("cost", "Cost", "money", "The campaign's actual cost in the CRM, over its whole life."),
            Column("return", "Return", "number", "Won revenue credited in the period for each unit of cost."),
        ]
    found = data["dimensions"][dimension]
    rows = [_row(dimension, row, data, view) for row in (found if top is None else _first(found, top))]
    total = {
        "label": "All deals",
        "won": data[WON]["amount"],
        "share": 1 if data[WON]["amount"] else None,
        "won_deals": data[WON]["deals"],
        "open": data[OPEN]["amount"],
        "open_deals": data[OPEN]["deals"],
    }
    return Table(columns, rows, total if top is None or len(rows) == len(found) else None, empty="No deals yet.")


def origins_table(data: Mapping[str, Any], view: View) -> Table:
    """Paid, organic and sellers' own: the narrow table beside the three models."""
    whole = dimension_table(data, "origin", view)
    return replace(whole, columns=[column for column in whole.columns if column.key in ("label", "won", "share")])


def _first(rows: Sequence[dict[str, Any]], top: int) -> list[dict[str, Any]]:
    named = [row for row in rows if row["key"] not in (crediting.NO_KEY, crediting.NO_TOUCH, None)]
    return named[:top] if len(named) > top else list(rows)


def _row(dimension: str, row: Mapping[str, Any], data: Mapping[str, Any], view: View) -> dict[str, Any]:
    won, cost = row[WON][view.model], row.get("cost")
    part = share(won, data[WON]["amount"])
    channel = row.get("channel")
    return {
        "label": Two(row["label"], f"{channel}, paid" if row.get("paid") else channel) if channel else row["label"],
        "link": key_address(dimension, row["key"], view),
        "won": won,
        "share": Meter(part, formats.percent(part)) if part is not None else None,
        "won_deals": row[f"{WON}_deals"][view.model],
        "open": row[OPEN][view.model],
        "open_deals": row[f"{OPEN}_deals"][view.model],
        "cost": cost,
        "return": f"{won / cost:,.1f}×" if cost else None,
    }


def models_table(data: Mapping[str, Any], dimension: str, view: View) -> Table:
    """The three models side by side, with how far they lie apart in points of share."""
    amount = data[WON]["amount"]
    rows = []
    for row in data["dimensions"][dimension]:
        values = [row[WON][model] for model in MODEL_LABELS]
        rows.append(
            {
                "label": row["label"],
                "link": key_address(dimension, row["key"], view),
                **{model: row[WON][model] for model in MODEL_LABELS},
                "spread": share(max(values) - min(values), amount),
            }
        )
    columns = [
        Column("label", DIMENSION_LABELS[dimension]),
        *(Column(model, label, "money") for model, label in MODEL_LABELS.items()),
        Column("spread", "Disagreement", "percent", "Greatest less least of the three, as a share of won revenue."),
    ]
    return Table(columns, rows, {"label": "All deals", **dict.fromkeys(MODEL_LABELS, amount)}, empty="No deals yet.")
