"""The content of the revenue pages as data: what is chosen, and the tables made of a stored report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from sameside.attribution import crediting, periods
from sameside.attribution.copy.contents import month_name
from sameside.attribution.figures import OPEN, WON
from sameside.attribution.labels import DIMENSION_LABELS, MODEL_LABELS
from sameside.attribution.material import NO_KEY, NO_TOUCH
from sameside.kit.periods import month_name as month_label
from sameside.kit.tables import Column, Table
from sameside.ui import formats
from sameside.ui.cells import Meter, Two

DEFAULT_MODEL = "linear"
DEFAULT_BESIDE = ("first", "last")
NOBODY = "none"
NO_TOUCH_IN_ADDRESS = "no-touch"
TOP = 10


@dataclass(frozen=True)
class Select:
    """One choice of the form above the figures: `options` are values and labels."""

    key: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True)
class View:
    """What the reader chose: the report's parameters, the model that leads, those beside it, and their intervals."""

    lookback: int
    period: str
    model: str
    beside: tuple[str, ...] = DEFAULT_BESIDE
    with_interval: bool = False

    @property
    def models(self) -> tuple[str, ...]:
        """The leading model and those it is compared with, each once."""
        return tuple(dict.fromkeys((self.model, *self.beside)))

    @property
    def query(self) -> str:
        second, third = (*self.beside, NOBODY, NOBODY)[:2]
        chosen = {"lookback": self.lookback, **periods.query(self.period), "model": self.model}
        if self.beside != DEFAULT_BESIDE:
            chosen |= {"second": second, "third": third}
        return urlencode(chosen | ({"interval": "1"} if self.with_interval else {}))

    @property
    def sentence(self) -> str:
        months = f"{self.lookback} months"
        return f"{MODEL_LABELS[self.model]}, touches of the {months} before the close, {periods.within(self.period)}"


def chosen(params: Mapping[str, Any], query: Mapping[str, str]) -> View:
    model = query.get("model", "")
    asked = [query.get(key, default) for key, default in zip(("second", "third"), DEFAULT_BESIDE, strict=True)]
    return View(
        params["lookback"],
        params["period"],
        model if model in MODEL_LABELS else DEFAULT_MODEL,
        tuple(name for name in asked if name in MODEL_LABELS),
        query.get("interval") == "1",
    )


def shown(view: View) -> dict[str, str]:
    """What `chosen` makes the same models of."""
    second, third = (*view.beside, NOBODY, NOBODY)[:2]
    interval = {"interval": "1"} if view.with_interval else {}
    return {"model": view.model, "second": second, "third": third, **interval}


def selects(view: View) -> list[Select]:
    models = list(MODEL_LABELS.items())
    second, third = (*view.beside, NOBODY, NOBODY)[:2]
    nobody = [(NOBODY, "No other model")]
    return [
        Select("model", "Model", models, view.model),
        Select("second", "Beside it", nobody + models, second),
        Select("third", "And", nobody + models, third),
        Select("lookback", "Look-back", [(str(n), f"{n} months") for n in crediting.LOOKBACKS], str(view.lookback)),
    ]


def facts(view: View) -> dict[str, str]:
    """What was asked, as a file says it."""
    return {
        "Won in": periods.label(view.period),
        "Look-back": f"{view.lookback} months before the close",
        "Models": ", ".join(MODEL_LABELS[model] for model in view.models),
    }


@dataclass(frozen=True)
class Quick:
    """A range of months that one press chooses."""

    label: str
    address: str
    is_chosen: bool


@dataclass(frozen=True)
class Range:
    """What the reader may choose of the months: quick ones, and the first and the last by name."""

    quick: Sequence[Quick]
    ends: Sequence[Select]
    shown: str


def months_chosen(view: View, at: datetime, closes: Sequence[int]) -> Range:
    """`closes` are the months in which deals closed; the ends of what is chosen can be kept whatever they are."""
    first, last = periods.months(view.period, at)
    now = periods.months("quarter", at)[1]
    begin = min([*closes, now]) if view.period == "all" else first
    end = now if view.period == "all" else last
    offered = sorted({*range(min([*closes, now]), now + 1), begin, end}, reverse=True)
    options = [(month_name(month), month_label(month_name(month))) for month in offered]
    quick = [
        Quick(label, f"?{replace(view, period=period).query}", view.period == period)
        for period, label in periods.QUICK.items()
    ]
    return Range(
        quick,
        [
            Select("from", "Won from", options, month_name(begin)),
            Select("until", "Until", options, month_name(end)),
        ],
        f"{month_name(begin)}..{month_name(end)}",
    )


def key_address(dimension: str, key: str | None, view: View) -> str:
    """Where the deals behind a row are listed; nothing for the row that gathers the rest."""
    if key is None:
        return ""
    named = key if key != NO_TOUCH else NO_TOUCH_IN_ADDRESS
    return f"{reverse('attribution:key', args=[dimension, named])}?{view.query}"


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def credited_share(data: Mapping[str, Any], dimension: str, keys: frozenset[str], model: str) -> float | None:
    """The share of won revenue that the rows with `keys` of `dimension` earned."""
    won = sum(row[WON][model] for row in data["dimensions"][dimension] if row["key"] in keys)
    return share(won, data[WON]["amount"])


def dimension_table(data: Mapping[str, Any], dimension: str, view: View, top: int | None = None) -> Table:
    """One dimension under the leading model: won, share, deals, pipeline; of campaigns also cost and return."""
    found = data["dimensions"][dimension]
    costs = any(row.get("cost") is not None for row in found)
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
            Column("cost", "Cost", "money", "Spent in the period; what is known for longer is spread over its days."),
            Column("per_deal", "Cost per won deal", "money", "Cost by the won deals credited, parts added up."),
            Column("return", "Return", "number", "Won revenue credited for each unit of cost."),
        ]
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
    named = [row for row in rows if row["key"] not in (NO_KEY, NO_TOUCH, None)]
    return named[:top] if len(named) > top else list(rows)


def _row(dimension: str, row: Mapping[str, Any], data: Mapping[str, Any], view: View) -> dict[str, Any]:
    won, cost = row[WON][view.model], row.get("cost")
    credit = (row.get("credit") or {}).get(view.model)
    part = share(won, data[WON]["amount"])
    channel = row.get("channel")
    return {
        "label": Two(row["label"], f"{channel}, paid" if row.get("paid") else channel) if channel else row["label"],
        "link": key_address(dimension, row["key"], view),
        "won": won,
        "share": Meter(min(max(part, 0.0), 1.0), formats.percent(part)) if part is not None else None,
        "won_deals": row[f"{WON}_deals"][view.model],
        "open": row[OPEN][view.model],
        "open_deals": row[f"{OPEN}_deals"][view.model],
        "cost": cost,
        "per_deal": cost / credit if cost is not None and credit else None,
        "return": f"{won / cost:,.1f}×" if cost else None,
    }


def models_table(data: Mapping[str, Any], dimension: str, view: View, *, is_linked: bool = True) -> Table:
    """The chosen models side by side, with how far they lie apart in points of share."""
    amount = data[WON]["amount"]
    rows = []
    for row in data["dimensions"][dimension]:
        values = [row[WON][model] for model in view.models]
        rows.append(
            {
                "label": row["label"],
                "link": key_address(dimension, row["key"], view) if is_linked else "",
                **{model: _certain(row, model, view) for model in view.models},
                "spread": share(max(values) - min(values), amount),
            }
        )
    columns = [
        Column("label", DIMENSION_LABELS[dimension]),
        *(Column(model, MODEL_LABELS[model], "money") for model in view.models),
    ]
    if len(view.models) > 1:
        columns.append(
            Column("spread", "Disagreement", "percent", "Greatest less least of them, as a share of won revenue.")
        )
    return Table(columns, rows, {"label": "All deals", **dict.fromkeys(view.models, amount)}, empty="No deals yet.")


def _certain(row: Mapping[str, Any], model: str, view: View) -> Any:
    """The credited amount, with its interval beneath it where that was asked for."""
    amount = row[WON][model]
    if not view.with_interval or model not in row["bounds"]:
        return amount
    low, high = (formats.money(bound) for bound in row["bounds"][model])
    return Two(formats.money(amount), f"{low} to {high}")


def reported_table(data: Mapping[str, Any]) -> Table:
    """What the CRM's own field says the won deals came from."""
    columns = [
        Column("source", "Lead source"),
        Column("amount", "Won revenue", "money"),
        Column("share", "Share of won", "percent"),
        Column("deals", "Won deals", "number"),
    ]
    rows = [
        {**row, "source": row["source"] or "Nothing is entered", "share": share(row["amount"], data[WON]["amount"])}
        for row in data["reported"]
    ]
    total = {"source": "All deals", "amount": data[WON]["amount"], "deals": data[WON]["deals"]}
    return Table(columns, rows, total, empty="No deal was won in this period.")


def is_reported(data: Mapping[str, Any]) -> bool:
    """Whether the CRM says anything at all of where deals came from."""
    return any(row["source"] for row in data["reported"])
