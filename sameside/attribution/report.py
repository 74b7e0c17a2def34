"""The revenue report: what the won deals and the open pipeline are credited to, by all models side by side.

It is computed in two steps. A job brings the columnar copy, the stored credit and the sums by month up to date and
writes down what only the database can say of each month. Any range of months is then composed from those, on the page
itself; the data hold every model, so that changing the model costs nothing.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sameside.attribution import composing, crediting, figures, inputs, kept, material, over_time, periods, spending
from sameside.attribution.composing import MARKOV, Entry
from sameside.attribution.copy import folder
from sameside.attribution.figures import OPEN, WON
from sameside.attribution.kept import Months
from sameside.attribution.labels import DIMENSION_LABELS, MODEL_LABELS
from sameside.attribution.material import DIMENSIONS, NO_TOUCH, Material
from sameside.attribution.missing import missing
from sameside.attribution.monthly import MODELS
from sameside.attribution.monthly import OPEN as NOT_CLOSED
from sameside.attribution.over_time import OverTime
from sameside.attribution.spending import Spending
from sameside.kit import snapshots
from sameside.kit.models import Snapshot
from sameside.kit.tables import Column, Table
from sameside.people.models import Organisation

__all__ = ["MARKOV", "REPORT", "compute", "of", "read", "row_of", "table", "tables"]

KEPT = 200  # rows of a dimension that the report names; what is beyond is one row
REPORTED = 12  # lead sources that are named

_MONTHS: OrderedDict[tuple[int, datetime], Months] = OrderedDict()
_COMPOSED: OrderedDict[tuple[int, datetime, str, str], dict[str, Any]] = OrderedDict()
_OVER: OrderedDict[tuple[int, datetime, str, str, str], OverTime] = OrderedDict()
_MOST_MONTHS, _MOST_COMPOSED = 8, 48


def read(query: Mapping[str, str]) -> dict[str, Any]:
    lookback = query.get("lookback", "")
    return {
        "lookback": int(lookback) if lookback in {str(months) for months in crediting.LOOKBACKS} else 12,
        "period": periods.read(query),
    }


def stored(lookback: int) -> Snapshot | None:
    """What the job last computed for a look-back, from which every range of months is composed; what an earlier version
    stored counts as none.
    """
    found = snapshots.read("revenue", {"lookback": lookback, "period": periods.DEFAULT})
    return found if found is not None and "ahead" in found.data else None


def compute(params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    return computed(params, material.load(at), at)


def computed(params: Mapping[str, Any], of: Material, at: datetime) -> dict[str, Any]:
    """The report of some material, whose credit becomes the stored one."""
    lookback = params["lookback"]
    run = crediting.compute(lookback, of, at=at)
    base = {
        "lookback": lookback,
        "currency": Organisation.current().currency,
        "touches": {"count": run.touches, **figures.touch_dates()},
        "inputs": dict(of.digests),
        "ahead": list(of.ahead),
        "copied": folder.summary(),
        "unknown": figures.unknown(),
        "sources": figures.reported(),
    }
    months = kept.load(lookback)
    base["closes"] = months.closes
    return _composed(base, months, params["period"], at, DIMENSIONS)


def of(snapshot: Snapshot, period: str, bounded: Collection[str] = ()) -> dict[str, Any]:
    """The report of any months; rows of the dimensions `bounded` have the bounds of their intervals."""
    if period == snapshot.params["period"]:
        data: dict[str, Any] = snapshot.data
        return data
    version = (snapshot.pk, snapshot.computed_at)
    place = (*version, period, " ".join(sorted(bounded)))
    if place not in _COMPOSED:
        _COMPOSED[place] = _composed(snapshot.data, _months(snapshot), period, snapshot.computed_at, bounded)
        while len(_COMPOSED) > _MOST_COMPOSED:
            _COMPOSED.popitem(last=False)
    return _COMPOSED[place]


def over(snapshot: Snapshot, period: str, name: str, model: str) -> OverTime:
    """Won revenue of one dimension over any months."""
    first, last = periods.months(period, snapshot.computed_at)
    place = (snapshot.pk, snapshot.computed_at, period, name, model)
    if place not in _OVER:
        _OVER[place] = over_time.of(_months(snapshot), name, first, last, model)
        while len(_OVER) > _MOST_COMPOSED:
            _OVER.popitem(last=False)
    return _OVER[place]


def _months(snapshot: Snapshot) -> Months:
    version = (snapshot.pk, snapshot.computed_at)
    if version not in _MONTHS:
        _MONTHS[version] = kept.load(snapshot.params["lookback"])
        while len(_MONTHS) > _MOST_MONTHS:
            _MONTHS.popitem(last=False)
    return _MONTHS[version]


def _composed(
    base: Mapping[str, Any], months: Months, period: str, at: datetime, bounded: Collection[str]
) -> dict[str, Any]:
    first, last = periods.months(period, at)
    dimensions = {name: composing.rows(name, months, first, last, KEPT) for name in DIMENSIONS}
    for name in bounded:
        composing.bound(dimensions[name], name, months, first, last)
    since = periods.start(first) if first else None
    until = min(at, periods.start(last + 1))
    data = {
        **{name: base[name] for name in _BASE},
        "period": period,
        "since": since.date().isoformat() if since else None,
        WON: _totals(base, dimensions, WON, first, last, months.total(first, last)),
        OPEN: _totals(base, dimensions, OPEN, NOT_CLOSED, NOT_CLOSED, months.total(NOT_CLOSED, NOT_CLOSED)),
        "dimensions": _costed(dimensions, spending.within(since, until)),
        "months": {model: asdict(over_time.of(months, "origin", first, last, model)) for model in MODELS},
        "reported": _reported(base["sources"], first, last),
    }
    data["inputs"] = {**base["inputs"], **inputs.digests(since, until)}
    return {**data, "missing": missing(data)}


_BASE = ("lookback", "currency", "touches", "ahead", "copied", "unknown", "sources", "closes")


def _totals(
    base: Mapping[str, Any],
    dimensions: Mapping[str, Sequence[Entry]],
    state: str,
    first: int,
    last: int,
    total: tuple[int, int],
) -> dict[str, Any]:
    """How many deals of these months, what they are worth, and what is unknown of how many."""
    months = [counts for month, counts in base["unknown"].items() if first <= int(month) <= last]
    untouched = [row[f"{state}_deals"]["linear"] for row in dimensions["channel"] if row["key"] == NO_TOUCH]
    return {
        "deals": total[0],
        "amount": total[1] / 100,
        **{name: sum(counts[name] for counts in months) for name in figures.UNKNOWN},
        "without_touch": sum(untouched),
    }


def _costed(dimensions: dict[str, list[Entry]], spent: Spending) -> dict[str, list[Entry]]:
    """With what campaigns and channels cost in the period, where that is known."""
    costs = {"campaign": spent.campaign, "channel": spent.channel}
    for name, entries in dimensions.items():
        for entry in entries:
            credit = entry.pop("credit", None)
            if name in costs:
                entry |= {"cost": costs[name].get(entry["key"]), "credit": credit}
    return dimensions


def _reported(rows: Sequence[Sequence[Any]], first: int, last: int) -> list[dict[str, Any]]:
    """The lead sources that brought most, the rest as one, and at the end the deals without one."""
    found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0])
    for month, source, amount, deals in rows:
        if first <= month <= last:
            found[source][0] += amount
            found[source][1] += deals
    blank = [_source("", *found.pop(""))] if "" in found else []
    named = [_source(source, *of) for source, of in sorted(found.items(), key=lambda one: (-one[1][0], one[0]))]
    rest = named[REPORTED:]
    beyond = _source(f"{len(rest):,} more", sum(row["amount"] for row in rest), sum(row["deals"] for row in rest))
    return [*named[:REPORTED], *([beyond] if rest else []), *blank]


def _source(source: str, amount: float, deals: float) -> dict[str, Any]:
    return {"source": source, "amount": round(amount, 2), "deals": int(deals)}


def row_of(data: Mapping[str, Any], name: str, key: str, snapshot: Snapshot) -> Entry | None:
    """The row of one key of a report; one that is not named there is composed from its own few deals."""
    found = next((row for row in data["dimensions"][name] if row["key"] == key), None)
    if found is not None:
        return dict(found)
    first, last = periods.months(data["period"], snapshot.computed_at)
    return composing.row(name, _months(snapshot), first, last, key)


def tables(data: Mapping[str, Any]) -> list[Table]:
    """Won revenue by each dimension under every model, with deals and pipeline by linear credit."""
    return [table(name, data) for name in DIMENSIONS]


def table(name: str, data: Mapping[str, Any]) -> Table:
    columns = [
        Column("label", DIMENSION_LABELS[name]),
        *(Column(model, f"Won, {label.lower()}", "money") for model, label in MODEL_LABELS.items()),
        Column("deals", "Won deals", "number", "Deals with at least one touch of this row in the look-back."),
        Column("open", "Open pipeline, linear", "money"),
    ]
    if any(row.get("cost") is not None for row in data["dimensions"][name]):
        columns.append(Column("cost", "Cost", "money"))
    rows = [
        {
            "label": row["label"],
            **{model: row[WON][model] for model in MODEL_LABELS},
            "deals": row[f"{WON}_deals"]["linear"],
            "open": row[OPEN]["linear"],
            "cost": row.get("cost"),
        }
        for row in data["dimensions"][name]
    ]
    won = data[WON]
    total = {
        "label": "Total",
        **dict.fromkeys(MODEL_LABELS, won["amount"]),
        "deals": won["deals"],
        "open": data[OPEN]["amount"],
    }
    caption = f"Revenue by {DIMENSION_LABELS[name].lower()}, {periods.within(data['period'])}"
    return Table(columns, rows, total, caption, note=" ".join(note["text"] for note in data["missing"]))


REPORT = snapshots.register(
    snapshots.Report("revenue", compute, defaults={"lookback": 12, "period": periods.DEFAULT}, read=read, tables=tables)
)
