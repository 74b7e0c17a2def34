"""The revenue report: what the won deals and the open pipeline are credited to, by all models side by side.

The data hold every model, so that changing the model on the page costs nothing. Amounts are whole cents until they
leave; each table of a dimension sums to the deals' worth under each model, the deals without a touch included. Markov's
credit is of won deals alone: an open deal has no end that a chain could tell of.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from sameside.analytics.attribution.slices import months_before
from sameside.attribution import certainty, crediting, figures, material, spending
from sameside.attribution.certainty import OTHER, Certainty
from sameside.attribution.figures import OPEN, STATES, WON, Scope
from sameside.attribution.labels import DIMENSION_LABELS, MODEL_LABELS, PERIODS, labelled
from sameside.attribution.material import DIMENSIONS, NO_KEY, NO_TOUCH
from sameside.attribution.missing import missing
from sameside.attribution.spending import Spending
from sameside.kit import snapshots
from sameside.kit.tables import Column, Table

KEPT = 200  # rows of a dimension that the report names; what is beyond is one row
MONTHS = 36  # of the chart over time, the latest
REPORTED = 12  # lead sources that are named
MARKOV = "markov"
_RULES = tuple(model for model in MODEL_LABELS if model != MARKOV)

Entry = dict[str, Any]


def since(period: str, at: datetime) -> datetime | None:
    """The moment after which a deal was won to count in `period`."""
    if period == "all":
        return None
    second = months_before(np.array([int(at.timestamp())], dtype=np.int64), int(period))[0]
    return datetime.fromtimestamp(int(second), UTC)


def read(query: Mapping[str, str]) -> dict[str, Any]:
    lookback, period = query.get("lookback", ""), query.get("period", "")
    return {
        "lookback": int(lookback) if lookback in {str(months) for months in crediting.LOOKBACKS} else 12,
        "period": period if period in PERIODS else "12",
    }


def compute(params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    lookback = params["lookback"]
    of = material.load(at)
    run = crediting.ensure(lookback, of, at=at)
    scope = figures.scope(since(params["period"], at))
    totals = figures.totals(scope, lookback)
    data = {
        **params,
        "since": scope.since.date().isoformat() if scope.since else None,
        "currency": scope.currency,
        "touches": {"count": run.touches, **figures.touch_dates()},
        **{state: _money(totals[state]) for state in STATES},
        "dimensions": _costed(_dimensions(of, scope, lookback, totals), spending.within(scope.since, at)),
        "months": _months(figures.by_month(scope, lookback)),
        "reported": _reported(figures.reported(scope)),
        "inputs": dict(of.digests),
    }
    return {**data, "missing": missing(data)}


def _money(total: dict[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in total.items() if name != "cents"}, "amount": total["cents"] / 100}


def _dimensions(
    of: material.Material, scope: Scope, lookback: int, totals: dict[str, dict[str, Any]]
) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for row in figures.credited(scope, lookback):
        found[row["dimension"]].append(_entry(row))
    for name in DIMENSIONS:
        found[name] += _lost_alone(of.dimensions[name].names, found[name])
    named = {name: _named(found[name]) for name in DIMENSIONS}
    told = {name: [entry["key"] for entry in rows[:KEPT]] + [NO_KEY] for name, rows in named.items()}
    certain = certainty.of_period(of, lookback, scope.since, told)
    return {name: _dimension(name, found[name], named[name], totals, certain[name]) for name in DIMENSIONS}


def _costed(dimensions: dict[str, list[Entry]], spent: Spending) -> dict[str, list[Entry]]:
    """With what campaigns and channels cost in the period, where that is known."""
    costs = {"campaign": spent.campaign, "channel": spent.channel}
    for name, entries in dimensions.items():
        for entry in entries:
            credit = entry.pop("credit", None)
            if name in costs:
                entry |= {"cost": costs[name].get(entry["key"]), "credit": credit}
    return dimensions


def _lost_alone(names: Sequence[str], entries: Sequence[Entry]) -> list[Entry]:
    """Keys that no won or open deal has. A chain may credit them: what follows them in lost journeys won elsewhere."""
    known = {entry["key"] for entry in entries}
    nothing = {
        f"{state}_{model}{what}": 0 for state in STATES for model in _RULES for what in ("", "_deals", "_credit")
    }
    return [_entry({"key": key, **nothing}) for key in names if key not in known][: KEPT + 1]


def _entry(row: Mapping[str, Any]) -> Entry:
    """One key with its figures by model. Under Markov its deals are those whose journeys it was part of."""
    entry: Entry = {
        "key": row["key"],
        **{state: {model: row[f"{state}_{model}"] for model in _RULES} for state in STATES},
        **{f"{state}_deals": {model: row[f"{state}_{model}_deals"] for model in _RULES} for state in STATES},
    }
    entry["credit"] = {model: round(row[f"{WON}_{model}_credit"], 6) for model in _RULES}
    for state in STATES:
        entry[state][MARKOV] = None
        entry[f"{state}_deals"][MARKOV] = entry[f"{state}_deals"]["linear"]
    return entry


def _named(entries: Sequence[Entry]) -> list[Entry]:
    """The keys, the greatest by linear credit first."""
    return sorted(
        (entry for entry in entries if entry["key"] not in (NO_KEY, NO_TOUCH)),
        key=lambda entry: (-round(entry[WON]["linear"], 4), -round(entry[OPEN]["linear"], 4), entry["key"]),
    )


def _dimension(
    name: str, entries: Sequence[Entry], named: Sequence[Entry], totals: dict[str, dict[str, Any]], certain: Certainty
) -> list[Entry]:
    """The rows of one dimension: the keys, then what has no key and no touch."""
    for state in STATES:
        for model in _RULES:
            figures.in_cents(entries, totals, state, model)
    found = {entry["key"]: entry for entry in entries}
    ends = [found[key] for key in (NO_KEY, NO_TOUCH) if key in found]
    rows = labelled(name, named[:KEPT]) + _beyond(name, named[KEPT:]) + labelled(name, ends)
    _chain(rows, totals, certain)
    rows = [
        row for row in rows if row["key"] is None or any(row[f"{s}_deals"]["linear"] or row[s][MARKOV] for s in STATES)
    ]
    for row in rows:
        row["bounds"] = {
            model: list(bounds[_code(row)]) for model, bounds in certain.bounds.items() if _code(row) in bounds
        }
    return [_in_units(entry) for entry in rows]


def _code(row: Entry) -> str:
    return OTHER if row["key"] is None else row["key"]


def _chain(rows: Sequence[Entry], totals: dict[str, dict[str, Any]], certain: Certainty) -> None:
    """Markov's credit of what a touch came before; the rest stays with the deals without one."""
    places = {_code(row) for row in rows}
    amounts = {key: cents for key, cents in certain.amounts.get(MARKOV, {}).items() if key in places}
    untouched = sum(row[WON]["linear"] for row in rows if row["key"] == NO_TOUCH)
    whole, sum_of = totals[WON]["cents"] - untouched, sum(amounts.values())
    for row in rows:
        part = amounts.get(_code(row), 0.0) * (whole / sum_of) if sum_of else row[WON]["linear"]
        row[WON][MARKOV] = untouched if row["key"] == NO_TOUCH else part
    if rows:
        figures.in_cents(rows, totals, WON, MARKOV)


def row_of(data: Mapping[str, Any], name: str, key: str, scope: Scope) -> Entry | None:
    """The row of one key of a computed report; one that is not named there is computed from its own few deals."""
    stored = next((row for row in data["dimensions"][name] if row["key"] == key), None)
    if stored is not None:
        return dict(stored)
    found = figures.credited(scope, data["lookback"], only=(name, key))
    return _in_units(labelled(name, [_entry(found[0])])[0]) if found else None


def _in_units(entry: Entry) -> Entry:
    for state in STATES:
        entry[state] = {model: None if cents is None else cents / 100 for model, cents in entry[state].items()}
    return entry


def _beyond(name: str, rest: Sequence[Entry]) -> list[Entry]:
    """One row for everything that is not named; its deals would count twice, so they are not said."""
    if not rest:
        return []
    summed = {state: {model: sum(entry[state][model] for entry in rest) for model in _RULES} for state in STATES}
    for state in STATES:
        summed[state][MARKOV] = None
    deals = {f"{state}_deals": dict.fromkeys(MODEL_LABELS) for state in STATES}
    return [{"key": None, "label": f"{len(rest):,} more ({DIMENSION_LABELS[name].lower()})", **summed, **deals}]


def _months(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Won amounts by month: `dimensions[name][key][model]` is a list in the order of `names`, the latest months."""
    names = sorted({row["month"] for row in rows})
    names = _all_between(names)[-MONTHS:]
    place = {month: number for number, month in enumerate(names)}
    found: dict[str, dict[str, dict[str, list[float]]]] = defaultdict(dict)
    for row in rows:
        if row["month"] not in place:
            continue
        of = found[row["dimension"]].setdefault(row["key"], {model: [0.0] * len(names) for model in _RULES})
        for model in _RULES:
            of[model][place[row["month"]]] = round(row[model], 2)
    return {"names": names, "dimensions": found}


def _all_between(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    first, last = np.datetime64(names[0], "M"), np.datetime64(names[-1], "M")
    return [str(month) for month in np.arange(first, last + 1)]


def _reported(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lead sources that brought most, the rest as one, and at the end the deals without one."""
    named = [row for row in rows if row["source"]]
    rest = named[REPORTED:]
    beyond = [{"source": f"{len(rest):,} more", **{key: sum(row[key] for row in rest) for key in ("amount", "deals")}}]
    blank = [row for row in rows if not row["source"]]
    chosen = [*named[:REPORTED], *(beyond if rest else []), *blank]
    return [{**row, "amount": round(row["amount"], 2)} for row in chosen]


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
    rows = [
        {
            "label": row["label"],
            **{model: row[WON][model] for model in MODEL_LABELS},
            "deals": row[f"{WON}_deals"]["linear"],
            "open": row[OPEN]["linear"],
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
    caption = f"Revenue by {DIMENSION_LABELS[name].lower()}, {PERIODS[data['period']].lower()}"
    return Table(columns, rows, total, caption, note=" ".join(note["text"] for note in data["missing"]))


REPORT = snapshots.register(
    snapshots.Report("revenue", compute, defaults={"lookback": 12, "period": "12"}, read=read, tables=tables)
)
