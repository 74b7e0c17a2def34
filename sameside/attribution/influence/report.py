"""The report on influence: of everything that deals met or that was done for them what it is credited with, and what
goes together with meeting it, computed in the background and stored row by row.

Nothing is computed anew while neither the deals nor what their companies met has changed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from sameside.attribution.influence import credit, findings, material
from sameside.attribution.influence.likeness import ALIKE
from sameside.attribution.influence.material import RESULTS, Known
from sameside.attribution.influence.models import CREDITED, Influence, Kind, Verdict
from sameside.attribution.influence.ranking import rank_correlation
from sameside.crm.models import Campaign
from sameside.kit import snapshots
from sameside.kit.tables import Column, Table
from sameside.library.models import Asset

NAME = "influence"
FEWEST_KEYS = 5
"""A correlation is told of at least so many keys with a figure."""

Row = dict[str, Any]


def compute(params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    known = material.load()
    stored = snapshots.read(NAME)
    if stored is not None and stored.data["digest"] == known.digest:
        return dict(stored.data)
    rows: list[Row] = []
    kinds: dict[str, Any] = {}
    for kind in Kind:
        made, told = of_places(known) if kind == Kind.RECOMMENDATION else of_kind(known, kind)
        rows += made
        kinds[kind.value] = told
    Influence.objects.all().delete()
    Influence.objects.bulk_create([Influence(**row) for row in _still_there(rows)], batch_size=500)
    return {"digest": known.digest, **findings.summary(known.deals), "kinds": kinds} | {
        "conversations": len(known.conversations)
    }


def of_places(known: Known) -> tuple[list[Row], dict[str, Any]]:
    """Recommendations, each place by its own cases, all alike in what the first place leaves somebody alike in."""
    rows: list[Row] = []
    kind, alike = Kind.RECOMMENDATION, None
    for of in known.recommended.values():
        made, told = of_kind(of, kind, alike)
        rows += made
        alike = alike or told["alike"]
    return rows, _told(rows, alike or {}, kind)


def of_kind(known: Known, kind: Kind, given: Mapping[str, Sequence[str]] | None = None) -> tuple[list[Row], Row]:
    """The rows of one kind, and what is told of all of them together; alike in what was `given`, else chosen."""
    alike: dict[str, list[str]] = {}
    found = {}
    for result in RESULTS:
        # Days and amounts are of the won deals alone, which have no more alike ones than all closed deals have.
        chosen = given[result] if given else alike.get("days") if result == "amount" else None
        among = alike["won"] if result in ("days", "amount") else tuple(ALIKE)
        keys, prepared = findings.prepare(known.of(result), kind, result, alike=chosen, among=among)
        alike[result] = list(prepared.alike)
        found[result] = dict(zip(keys, findings.found(prepared, known.of(result)), strict=True))
    keys = [*found["won"], *(key for key in found["conversations"] if key not in found["won"])]
    if not keys:
        return [], _told([], {}, kind)
    earned, deals = _credited(known, kind)
    rows = [
        _row(kind, key, deals.get(key, 0), earned.get(key), {result: _of(found[result], key) for result in RESULTS})
        for key in keys
    ]
    return rows, _told(rows, alike, kind)


def _told(rows: Sequence[Row], alike: Mapping[str, Sequence[str]], kind: Kind) -> dict[str, Any]:
    said = [row for row in rows if row["difference"] is not None]
    clear = sum(row["verdict"] in (Verdict.BETTER, Verdict.WORSE) for row in said)
    told = {"keys": len(rows), "alike": alike, "figures": len(said), "clear": clear}
    return {**told, "ranks": _ranks(said) if kind in CREDITED else None}


def _of(found: Mapping[str, findings.Found], key: str) -> findings.Found:
    return found[key] if key in found else findings.nothing()


def _credited(known: Known, kind: Kind) -> tuple[dict[str, tuple[float, float]], dict[str, int]]:
    """By key what it is credited with, linear and by Markov's chain, and how many closed deals met it."""
    keys, touches = known.deals.touches(kind)
    met = np.unique(touches.case * (len(keys) + 1) + touches.key) % (len(keys) + 1)
    deals = np.bincount(met, minlength=len(keys) + 1)[: len(keys)].tolist()
    if kind not in CREDITED:
        return {}, dict(zip(keys, deals, strict=True))
    earned = credit.of(known.deals, keys, touches.key)
    both = zip(earned.linear, earned.markov, strict=True)
    return dict(zip(keys, both, strict=True)), dict(zip(keys, deals, strict=True))


def _row(
    kind: Kind, key: str, deals: int, earned: tuple[float, float] | None, found: Mapping[str, findings.Found]
) -> Row:
    won = found["won"]
    linear, markov = earned or (np.nan, np.nan)
    return {
        "kind": kind.value,
        "key": key,
        "asset_id": int(key) if kind in (Kind.ASSET, Kind.PLAY) else None,
        "campaign_id": int(key) if kind == Kind.CAMPAIGN else None,
        "deals": deals,
        "linear": None if np.isnan(linear) else round(float(linear), 2),
        "markov": None if np.isnan(markov) else round(float(markov), 2),
        "verdict": verdict(won),
        "exposed": won["exposed"],
        "compared": won["compared"],
        "difference": won["difference"],
        "low": won["low"],
        "high": won["high"],
        "needed": won["needed_bound"],
        "found": found,
    }


def verdict(found: Mapping[str, Any]) -> Verdict:
    if found["difference"] is None:
        return Verdict.FEW
    if found["low"] > 0:
        return Verdict.BETTER
    return Verdict.WORSE if found["high"] < 0 else Verdict.UNCLEAR


def _ranks(rows: Sequence[Row]) -> dict[str, Any] | None:
    """How the order by each credit agrees with the order by plain frequency, and with that by influence."""
    told: dict[str, Any] = {}
    for name in ("linear", "markov"):
        with_both = [row for row in rows if row[name] is not None]
        if len(with_both) < FEWEST_KEYS:
            return None
        earned = np.array([row[name] for row in with_both])
        told[name] = {
            "frequency": rank_correlation(earned, np.array([row["deals"] for row in with_both])),
            "influence": rank_correlation(earned, np.array([row["difference"] for row in with_both])),
        }
    return {**told, "of": len(rows)}


def _still_there(rows: Sequence[Row]) -> list[Row]:
    assets = set(Asset.objects.values_list("pk", flat=True))
    campaigns = set(Campaign.objects.values_list("pk", flat=True))
    return [
        row
        for row in rows
        if (row["asset_id"] is None or row["asset_id"] in assets)
        and (row["campaign_id"] is None or row["campaign_id"] in campaigns)
    ]


def tables(data: Mapping[str, Any]) -> list[Table]:
    """By kind how much can be said; the rows themselves are exported from the page."""
    columns = [
        Column("kind", "Kind"),
        Column("keys", "Met by closed deals", "number"),
        Column("figures", "With a figure", "number"),
        Column("clear", "Told apart from nothing", "number"),
    ]
    rows = [
        {"kind": str(kind.label), **{name: data["kinds"][kind.value][name] for name in ("keys", "figures", "clear")}}
        for kind in Kind
    ]
    return [Table(columns, rows, caption="Influence")]


REPORT = snapshots.register(snapshots.Report(NAME, compute, defaults={}, read=lambda query: {}, tables=tables))
