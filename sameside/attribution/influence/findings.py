"""What is found of each key and result, as plain values that can be stored: `None` stands for what cannot be said.

Of each result: `exposed`, `compared`, `others`, `overlap`, `crude`, `with`, `without`, `difference`, `low`, `high`,
`stayed`, and how strong an unseen cause must be: `needed` for the difference, `needed_bound` for the bound nearest to
nothing (None where no cause is strong enough). `trials` and `strata` are where the comparison took place.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sameside.analytics.influence import choosing, sensitivity
from sameside.analytics.influence.cases import COUNTS, DAY, LANDMARKS, Met, Moving, Trials, trials
from sameside.analytics.influence.strata import FEWEST_OTHERS, Association, Strata, associations
from sameside.attribution.influence.likeness import ALIKE, OF_SOME, UNKNOWN
from sameside.attribution.influence.material import Material

SHOWN = 12
"""Strata that are kept by name, those with most exposed first."""

Found = dict[str, Any]


@dataclass(frozen=True)
class Prepared:
    """The trials of one result, alike in `alike`."""

    kind: str
    result: str
    alike: Sequence[str]
    held: Trials
    met: Met
    keys: int
    spread: float


def prepare(
    material: Material,
    kind: str,
    result: str,
    *,
    alike: Sequence[str] | None = None,
    among: Sequence[str] = tuple(ALIKE),
) -> tuple[list[str], Prepared]:
    """The keys of `kind`, and the trials: alike in `alike`, else in as many things `among` as leave somebody alike."""
    keys, touches = material.touches(kind)
    held, met = trials(material.cases(kind, result, ()), touches)
    if alike is None:
        wanted = {name: material.alike[name] for name in among if name in material.alike}
        alike = choosing.alike_in(held, met, len(keys), wanted)
    held = replace(held, cases=material.cases(kind, result, alike))
    known = held.cases.result[~np.isnan(held.cases.result)]
    return keys, Prepared(kind, result, alike, held, met, len(keys), float(known.std()) if len(known) else 0.0)


def nothing() -> Found:
    """Of a key that no case of this result met."""
    return {
        **dict.fromkeys(("crude", "with", "without", "difference", "low", "high", "stayed", "needed", "needed_bound")),
        **dict.fromkeys(("exposed", "compared", "others"), 0),
        "overlap": 0.0,
        "trials": [],
        "strata": [],
    }


def found(prepared: Prepared, material: Material) -> Iterator[Found]:
    """One for each key, in order."""
    for one in associations(prepared.held, prepared.met, prepared.keys):
        needed = _needed(prepared, one)
        yield {
            **_plain(one),
            "needed": needed[0],
            "needed_bound": needed[1],
            "trials": _by_trial(one.strata, prepared.held),
            "strata": _named(one.strata, prepared, material) if prepared.result == "won" else [],
        }


def _plain(one: Association) -> Found:
    return {
        "exposed": one.exposed,
        "compared": one.compared,
        "others": one.others,
        "overlap": one.overlap,
        "crude": one.crude,
        "with": one.with_it,
        "without": one.without_it,
        "difference": one.difference,
        "low": one.low,
        "high": one.high,
        "stayed": one.stayed,
    }


def _needed(prepared: Prepared, one: Association) -> tuple[float | None, float | None]:
    if one.difference is None or one.low is None or one.high is None or one.without_it is None:
        return None, None
    if prepared.result in ("won", "conversations"):
        without = min(max(one.without_it, 0.0), 1.0)
        reached = min(max(without + one.difference, 0.0), 1.0)
        return (
            _finite(sensitivity.e_value(reached, without)),
            _finite(sensitivity.e_value_of_bound(without, one.low, one.high)),
        )
    if prepared.spread <= 0:
        return None, None
    nearest = 0.0 if one.low <= 0 <= one.high else min(abs(one.low), abs(one.high))
    return (
        _finite(sensitivity.e_value_of_means(one.difference, prepared.spread)),
        _finite(sensitivity.e_value_of_means(nearest, prepared.spread)),
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _means(of: Strata, chosen: np.ndarray) -> Found:
    exposed, others = float(of.exposed[chosen].sum()), float(of.others[chosen].sum())
    return {
        "exposed": int(exposed),
        "others": int(others),
        "with": float(of.exposed_sum[chosen].sum()) / exposed if exposed else None,
        "without": float((of.exposed * of.others_sum / np.maximum(of.others, 1))[chosen].sum()) / exposed
        if exposed and others
        else None,
    }


def _by_trial(of: Strata, held: Trials) -> list[Found]:
    """By landmark, of the strata that count: the others are weighted to be like the exposed."""
    at = of.code // (len(COUNTS) + 1) % len(held.landmarks)
    counts = of.others >= FEWEST_OTHERS
    return [
        {
            "after": LANDMARKS[trial],
            **_means(of, counts & (at == trial)),
            "alone": int(of.exposed[~counts & (at == trial)].sum()),
        }
        for trial in np.unique(at).tolist()
    ]


def _named(of: Strata, prepared: Prepared, material: Material) -> list[Found]:
    """The greatest strata in words."""
    held = prepared.held
    order = np.argsort(-of.exposed, kind="stable")[:SHOWN]
    first = np.unique(held.cases.stratum, return_index=True)[1]
    fixed, moving = list(held.cases.fixed), list(held.cases.moving)
    rows = []
    for place in order.tolist():
        stratum, moved, trial, busy = held.unpacked(int(of.code[place]))
        codes = {name: int(held.cases.fixed[name][int(first[stratum])]) for name in fixed} | dict(
            zip(moving, moved, strict=True)
        )
        chosen = np.zeros(len(of.code), dtype=bool)
        chosen[place] = True
        rows.append(
            {
                "alike": [_said(name, material.names[name][codes[name]]) for name in prepared.alike],
                "after": LANDMARKS[trial],
                "busy": busy,
                "counts": bool(of.others[place] >= FEWEST_OTHERS),
                **_means(of, chosen),
            }
        )
    return rows


def summary(material: Material) -> Mapping[str, Any]:
    """How many cases there are, and what of them is recorded."""
    return {
        "deals": len(material),
        "won": int(material.won.sum()),
        "companies": len(np.unique(material.company[material.company > 0])),
        "met": len(np.unique(material.case)),
        "without_company": int((material.company < 0).sum()),
        "without_amount": int((np.isnan(material.amount) & (material.won > 0)).sum()),
        "days": float(np.median(material.length)) / DAY if len(material) else None,
        "untold": [ALIKE[name] for name in ALIKE if name not in OF_SOME and _is_untold(material, name)],
    }


def _is_untold(material: Material, name: str) -> bool:
    codes = material.alike[name]
    return len(material) > 0 and len(np.unique(codes.code if isinstance(codes, Moving) else codes)) < 2


def _said(name: str, value: str) -> str:
    return f"{ALIKE[name]} {UNKNOWN}" if value == UNKNOWN else value
