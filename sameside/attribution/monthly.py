"""What is kept of the deals that closed in one month, and of the open ones: sums that add up over months.

Of each dimension, by key: what won deals (or open ones) are credited to it under each model, as parts of deals and as
money, and how many deals that were; and the steps of the chain, those of lost journeys too. Apart from them lie the
same by bucket of companies, which only intervals ask for. All of it adds up: any months are answered by a sum, and a
change is made by making its months again.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sameside.analytics.attribution import markov, slices, sums
from sameside.analytics.attribution.journeys import Flags, Floats, Ints, Journeys
from sameside.analytics.attribution.spec import RULES, Spec
from sameside.attribution import packing
from sameside.attribution.material import DIMENSIONS, NO_TOUCH, Deals, Material
from sameside.attribution.packing import Arrays, Names

MODELS = (*(rule for rule in RULES if rule != "positions"), "shapley")
HALF_LIFE_DAYS = 30
SPEC = Spec(models=(*MODELS, "markov"), half_life_days=HALF_LIFE_DAYS)
OPEN = -1
"""Stands for the month of deals that have not closed."""
_EDITION = 1  # counts up whenever what is kept, or how, changes


@dataclass(frozen=True)
class Month:
    """Some deals; `earned` are the shares of those that earn (won or open) by dimension, of `keys` whose last one is
    NO_TOUCH; `untouched` those of them without a touch.
    """

    deals: Deals
    keys: Mapping[str, list[str]]
    earned: Mapping[str, slices.Shares]
    untouched: Ints
    sums: bytes
    cells: bytes


def months_of(deals: Deals) -> Ints:
    """Months since January 1970 of each deal's close, OPEN where it has not closed."""
    month = deals.end.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    found: Ints = np.where(deals.closed, month, OPEN)
    return found


def digest(deals: Deals, journeys: Journeys, of: Material) -> str:
    """Changes with whatever the credit of these deals follows from."""
    told = hashlib.blake2b(f"{_EDITION} {SPEC}".encode(), digest_size=16)
    for name in deals.__dataclass_fields__:
        told.update(np.ascontiguousarray(getattr(deals, name)).tobytes())
    for column in (journeys.outcome, journeys.length, journeys.age):
        told.update(np.ascontiguousarray(column).tobytes())
    for dimension in of.dimensions.values():
        present, place = np.unique(dimension.code[journeys.key], return_inverse=True)
        told.update(" ".join(dimension.names[code] for code in present.tolist()).encode())
        told.update(place.astype(np.int32).tobytes())
    return told.hexdigest()


def make(deals: Deals, journeys: Journeys, of: Material) -> Month:
    weighed = slices.weights(journeys, SPEC)
    earning = deals.won | ~deals.closed
    untouched = np.flatnonzero(journeys.untouched & earning)
    amount = deals.cents / 100
    earned: dict[str, slices.Shares] = {}
    names: Names = {}
    kept: Arrays = {}
    cells: Arrays = {}
    for name in DIMENSIONS:
        dimension = of.dimensions[name]
        codes, key = np.unique(dimension.code[journeys.key], return_inverse=True)
        keys = tuple(dimension.names[code] for code in codes.tolist())
        here = Journeys(
            journeys.outcomes, keys, journeys.age, key.astype(np.int64), journeys.start, journeys.length,
            journeys.outcome, journeys.direct,
        )  # fmt: skip
        shares = slices.shares(here, weighed) if len(here) else _nothing()
        shares = _chosen(shares, earning[shares.outcome])
        earned[name] = shares
        names[name] = [*keys, NO_TOUCH]
        steps = markov.steps(here) if len(here) and deals.closed.any() else sums.nothing()
        kept |= _by_key(name, shares, len(keys), amount, untouched) | _edges(name, steps)
        cells |= _by_bucket(name, shares, len(keys), amount, journeys.outcomes.bucket, steps)
    kept["deals"] = np.array([earning.sum(), deals.cents[earning].sum()], dtype=np.int64)
    return Month(deals, names, earned, untouched, packing.pack(kept, names), packing.pack(cells, names))


def _nothing() -> slices.Shares:
    ints = np.empty(0, dtype=np.int64)
    return slices.Shares(ints, ints, {model: np.empty(0) for model in MODELS})


def _chosen(of: slices.Shares, chosen: Flags) -> slices.Shares:
    by_model = {model: share[chosen] for model, share in of.by_model.items()}
    return slices.Shares(of.outcome[chosen], of.key[chosen], by_model)


def _by_key(name: str, of: slices.Shares, keys: int, amount: Floats, untouched: Ints) -> Arrays:
    """`n` and `value`, float64[models, keys + 1], and `deals`, int64 alike; the last key is NO_TOUCH."""
    worth = amount[of.outcome]
    alone = np.array([len(untouched)]), np.array([amount[untouched].sum()])
    shares = [of.by_model[model] for model in MODELS]
    return {
        f"{name} n": np.array([np.append(_added(of.key, share, keys), alone[0]) for share in shares]),
        f"{name} value": np.array([np.append(_added(of.key, share * worth, keys), alone[1]) for share in shares]),
        f"{name} deals": np.array(
            [np.append(np.bincount(of.key[share > 0], minlength=keys), alone[0]) for share in shares]
        ),
    }


def _edges(name: str, steps: sums.Sums) -> Arrays:
    edge, n, value = steps.added() if len(steps) else (np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
    return {f"{name} edge": edge, f"{name} edge n": n, f"{name} edge value": value}


def _by_bucket(name: str, of: slices.Shares, keys: int, amount: Floats, bucket: Ints, steps: sums.Sums) -> Arrays:
    """Pairs of bucket and key, `n` and `value`, float64[models, pairs], and the steps by bucket."""
    word, pair = np.unique(bucket[of.outcome] * max(keys, 1) + of.key, return_inverse=True)
    worth = amount[of.outcome]
    shares = [of.by_model[model] for model in MODELS]
    return {
        f"{name} pair": word,
        f"{name} pair n": np.array([_added(pair, share, len(word)) for share in shares]),
        f"{name} pair value": np.array([_added(pair, share * worth, len(word)) for share in shares]),
        f"{name} step bucket": (steps.cell % sums.BUCKETS).astype(np.uint8),
        f"{name} step": steps.key,
        f"{name} step n": steps.n,
        f"{name} step value": steps.value,
    }


def _added(place: Ints, weights: Floats, size: int) -> Floats:
    summed: Floats = np.bincount(place, weights=weights, minlength=size).astype(np.float64, copy=False)
    return summed
