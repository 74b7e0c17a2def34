"""The revenue report: what the won deals and the open pipeline are credited to, by three models side by side.

The data hold every model, so that changing the model on the page costs nothing. Amounts are whole cents until they
leave; each table of a dimension sums to the deals' worth under each model, the deals without a touch included.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from sameside.analytics.credit import months_before
from sameside.attribution import crediting, figures
from sameside.attribution.figures import OPEN, STATES, WON, Scope
from sameside.attribution.missing import missing
from sameside.crm.channels import CHANNELS, PAID
from sameside.crm.models import Campaign
from sameside.kit import snapshots
from sameside.kit.tables import Column, Table
from sameside.library import access
from sameside.library.models import Asset
from sameside.library.models.assets import WITHHELD
from sameside.people.models import Person

PERIODS = {"12": "Last 12 months", "24": "Last 24 months", "all": "All time"}
MODEL_LABELS = {"first": "First touch", "last": "Last touch", "linear": "Linear"}
DIMENSION_LABELS = {"channel": "Channel", "origin": "Origin", "campaign": "Campaign", "asset": "Content"}
ORIGIN_LABELS = {"paid": "Paid", "organic": "Organic and owned", "seller": "Sellers' own contacts"}
NO_KEY_LABELS = {"campaign": "Touches without a campaign", "asset": "Touches without content"}
NO_TOUCH_LABEL = "No touch in the look-back"
KEPT = 200  # rows of a dimension that the report names; what is beyond is one row


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
    run = crediting.ensure(params["lookback"], at=at)
    scope = figures.scope(since(params["period"], at))
    totals = figures.totals(scope, params["lookback"])
    by_dimension: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in figures.credited(scope, params["lookback"]):
        by_dimension[row["dimension"]].append(row)
    dimensions = {name: _dimension(name, by_dimension[name], totals) for name in crediting.DIMENSIONS}
    data = {
        **params,
        "since": scope.since.date().isoformat() if scope.since else None,
        "currency": scope.currency,
        "touches": {"count": run.touches, **figures.touch_dates()},
        **{state: _money(totals[state]) for state in STATES},
        "dimensions": dimensions,
    }
    return {**data, "missing": missing(data)}


def _money(total: dict[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in total.items() if name != "cents"}, "amount": total["cents"] / 100}


def _dimension(name: str, rows: Sequence[dict[str, Any]], totals: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of one dimension: the greatest by linear credit first, then what has no key and no touch."""
    for model in crediting.MODELS:
        figures.in_cents([row for row in rows if row["model"] == model], totals)
    found = _by_key(rows)
    special = {crediting.NO_KEY, crediting.NO_TOUCH}
    named = sorted(
        (entry for key, entry in found.items() if key not in special),
        key=lambda entry: (-entry[WON]["linear"], -entry[OPEN]["linear"], entry["key"]),
    )
    ends = [found[key] for key in (crediting.NO_KEY, crediting.NO_TOUCH) if key in found]
    chosen = _labelled(name, named[:KEPT]) + _beyond(name, named[KEPT:]) + _labelled(name, ends)
    return [_in_units(entry) for entry in chosen]


_STATE_KEYS = (WON, OPEN, f"{WON}_deals", f"{OPEN}_deals")


def _by_key(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """One entry for each key, with each figure by model; a model that credits the key nothing has 0."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        entry = found.setdefault(
            row["key"], {"key": row["key"], **{state: dict.fromkeys(crediting.MODELS, 0) for state in _STATE_KEYS}}
        )
        for state in _STATE_KEYS:
            entry[state][row["model"]] = row[state]
    return found


def row_of(data: Mapping[str, Any], name: str, key: str, scope: Scope) -> dict[str, Any] | None:
    """The row of one key of a computed report; one that is not named there is computed from its own few deals."""
    stored = next((row for row in data["dimensions"][name] if row["key"] == key), None)
    if stored is not None:
        return dict(stored)
    found = _by_key(figures.credited(scope, data["lookback"], only=(name, key)))
    return _in_units(_labelled(name, [found[key]])[0]) if found else None


def _in_units(entry: dict[str, Any]) -> dict[str, Any]:
    for state in STATES:
        entry[state] = {model: cents / 100 for model, cents in entry[state].items()}
    return entry


def _beyond(name: str, rest: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for everything that is not named; its deals would count twice, so they are not said."""
    if not rest:
        return []
    sums = {s: {m: sum(entry[s][m] for entry in rest) for m in crediting.MODELS} for s in STATES}
    deals = {f"{s}_deals": dict.fromkeys(crediting.MODELS) for s in STATES}
    return [{"key": None, "label": f"{len(rest):,} more ({DIMENSION_LABELS[name].lower()})", **sums, **deals}]


def _labelled(name: str, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    ids = [int(row["key"]) for row in rows if row["key"] and row["key"].isdigit()]
    facts: dict[str, dict[str, Any]] = {}
    if name == "campaign":
        facts = {
            str(campaign.pk): {
                "label": campaign.name,
                "channel": CHANNELS.get(campaign.channel, campaign.channel),
                "paid": campaign.channel in PAID,
                "cost": None if campaign.actual_cost is None else float(campaign.actual_cost),
            }
            for campaign in Campaign.objects.filter(pk__in=ids)
        }
    elif name == "asset":
        facts = {
            str(asset.pk): {"label": asset.title, "slug": asset.slug, "format": asset.format}
            for asset in Asset.objects.filter(pk__in=ids).only("title", "slug", "format")
        }
    fixed: Mapping[str, str] = {"channel": CHANNELS, "origin": ORIGIN_LABELS}.get(name, {})
    for row in rows:
        key = row["key"]
        if key == crediting.NO_TOUCH:
            row["label"] = NO_TOUCH_LABEL
        elif key == crediting.NO_KEY:
            row["label"] = NO_KEY_LABELS[name]
        else:
            row.update(facts[key] if key in facts else {"label": fixed.get(key, key)})
    return list(rows)


def for_reader(data: Mapping[str, Any], person: Person) -> Mapping[str, Any]:
    """`data` without the names of content that `person` may not open; the figures stay, so that they still add up."""
    rows = rows_for_reader("asset", data["dimensions"]["asset"], person)
    return {**data, "dimensions": {**data["dimensions"], "asset": rows}}


def rows_for_reader(name: str, rows: Sequence[dict[str, Any]], person: Person) -> list[dict[str, Any]]:
    """Rows of the dimension `name`, as `for_reader` shows them."""
    if name != "asset":
        return list(rows)
    hidden = access.withheld(person, {int(row["key"]) for row in rows if (row["key"] or "").isdigit()})
    kept = ("slug", "format", "label")
    return [
        {**{key: row[key] for key in row if key not in kept}, "label": WITHHELD}
        if (row["key"] or "").isdigit() and int(row["key"]) in hidden
        else row
        for row in rows
    ]


def tables(data: Mapping[str, Any]) -> list[Table]:
    """Won revenue by each dimension under the three models, with deals and pipeline by linear credit."""
    return [_table(name, data) for name in crediting.DIMENSIONS]


def _table(name: str, data: Mapping[str, Any]) -> Table:
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
