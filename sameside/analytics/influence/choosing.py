"""Which recorded things cases are to be alike in: as many as leave somebody alike to compare with.

Every further thing makes the comparison fairer and the strata smaller. Things are tried in the order given, the ones
that matter most first; one is taken where at least ENOUGH of the exposed still have somebody alike. The choice looks at
who met what, never at the results, so that it cannot be made to please.

Source: S. M. Iacus, G. King, G. Porro, "Causal Inference without Balance Checking: Coarsened Exact Matching", Political
Analysis 20 (2012): the coarsening is chosen beforehand, and what has no match is said.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from sameside.analytics.influence.cases import Ints, Met, Moving, Trials
from sameside.analytics.influence.strata import FEWEST_EXPOSED, FEWEST_OTHERS, inside

ENOUGH = 0.8


def alike_in(held: Trials, met: Met, keys: int, candidates: Mapping[str, Ints | Moving]) -> tuple[str, ...]:
    """The names of `candidates` (codes of the cases from 0, or what moves) to be taken, in their order; one value tells
    nothing. None where nothing can be said of any key."""
    taken: dict[str, Ints | Moving] = {}
    if not (_exposed(met, keys) >= FEWEST_EXPOSED).any():
        return ()
    for name, codes in candidates.items():
        if len(np.unique(codes.code if isinstance(codes, Moving) else codes)) < 2:
            continue
        tried = {**taken, name: codes}
        if overlap(replace(held, cases=replace(held.cases, alike=tried)), met, keys) >= ENOUGH:
            taken = tried
    return tuple(taken)


def overlap(held: Trials, met: Met, keys: int) -> float:
    """The share of the exposed, of all keys with enough of them, that have somebody alike; 1 where there is no key."""
    many = _exposed(met, keys) >= FEWEST_EXPOSED
    chosen = (met.key < keys) & many[np.minimum(met.key, keys - 1)] if keys else np.zeros(len(met.key), dtype=bool)
    early = met.in_trial & chosen
    if not early.any():
        return 1.0
    exposed_in = held.code(met.case, met.trial, met.busy)
    codes, rows = np.unique(np.concatenate([held.stratum, exposed_in[early]]), return_inverse=True)
    row_stratum, exposed_in = rows[: len(held.case)], rows[len(held.case) :]
    pairs, exposed = np.unique(met.key[early] * len(codes) + exposed_in, return_counts=True)
    trial = np.minimum(met.trial[chosen], held.open_at[met.case[chosen]])
    rest = held.open_at[met.case[chosen]] - trial
    gone = np.repeat(held.begins[met.case[chosen]] + trial, rest) + inside(rest)
    gone_pairs = np.repeat(met.key[chosen], rest) * len(codes) + row_stratum[gone]
    place = np.minimum(np.searchsorted(pairs, gone_pairs), len(pairs) - 1)
    without = np.bincount(place[pairs[place] == gone_pairs], minlength=len(pairs))
    others = np.bincount(row_stratum, minlength=len(codes))[pairs % len(codes)] - without
    return float(exposed[others >= FEWEST_OTHERS].sum() / exposed.sum())


def _exposed(met: Met, keys: int) -> Ints:
    """How many are exposed to each key, int64[keys]."""
    return np.bincount(met.key[met.in_trial & (met.key < keys)], minlength=keys)[:keys].astype(np.int64)
