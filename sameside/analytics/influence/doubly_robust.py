"""The adjusted association of one key, doubly robust: right if either the model of who is exposed or that of what would
have happened without is right.

The trials of `cases` stacked; two models are fitted on four fifths of the companies and applied to the rest, five times
(cross-fitting): the chance to be exposed in the trial, and the result and the later meeting of those who were not. The
exposed are compared with what their covariates foretell, corrected by what the others missed of it, weighted to be like
the exposed. Divided by the share that never changed sides, as in `strata`. The interval is that of the summed
influences of companies.

Sources: V. Chernozhukov, D. Chetverikov, M. Demirer, E. Duflo, C. Hansen, W. Newey, J. Robins, "Double/debiased machine
learning for treatment and structural parameters", Econometrics Journal 21 (2018), section 5.1 (effect on the treated);
weights' effective number: L. Kish, "Survey Sampling" (1965).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sameside.analytics.influence.cases import COUNTS, Flags, Floats, Ints, Met, Trials
from sameside.analytics.influence.strata import FEWEST_EXPOSED, FEWEST_STAYED

FOLDS = 5
_SUREST = 0.95  # exposed whose chance was above this have nobody alike
_ROWS = 200_000  # more rows of trials than this are thinned by companies


@dataclass(frozen=True)
class Robust:
    """In the unit of the result. `overlap`: the share of the exposed whose chance to be exposed left room for others
    alike; `effective`: how many others the weighted ones are worth.
    """

    exposed: int
    difference: float
    low: float
    high: float
    with_it: float
    overlap: float
    effective: float


def associate(
    held: Trials,
    met: Met,
    key: int,
    *,
    confidence: float = 0.95,
    seed: int = 1,
    progress: Callable[[float], None] | None = None,
) -> Robust | None:
    """The association of `key`; None with fewer than FEWEST_EXPOSED exposed or others, or where nearly all meet it.
    `progress` is told the share of the models that are fitted.
    """
    rows = _Rows.of(held, met, key, seed)
    treated = rows.exposed
    if treated.sum() < FEWEST_EXPOSED or (~treated).sum() < FEWEST_EXPOSED:
        return None
    if len(np.unique(rows.company[treated])) < FOLDS:
        return None
    chance, expected, expected_later = _foretold(rows, seed, progress)
    alike = chance <= _SUREST
    known = alike & treated
    if known.sum() < FEWEST_EXPOSED:
        return None
    weight = np.where(~treated & alike, chance / (1 - chance), 0.0)
    share = known.mean()
    missed = known * (rows.result - expected) - weight * (rows.result - expected)
    changed = known * (1 - expected_later) - weight * (rows.later - expected_later)
    stayed = changed.mean() / share
    if stayed < FEWEST_STAYED:
        return None
    difference = missed.mean() / changed.mean()
    influence = np.bincount(rows.company, weights=(missed - difference * changed) / changed.mean() / len(treated))
    from scipy.special import stdtrit

    clusters = len(np.unique(rows.company[treated]))
    reach = float(stdtrit(clusters - 1, (1 + confidence) / 2)) * float(np.sqrt((influence**2).sum()))
    others = weight[~treated]
    return Robust(
        int(treated.sum()), float(difference), float(difference - reach), float(difference + reach),
        float(rows.result[known].mean()), float(known.sum() / treated.sum()),
        float(others.sum() ** 2 / max((others**2).sum(), 1e-300)),
    )  # fmt: skip


@dataclass(frozen=True)
class _Rows:
    """Rows of trials of the cases that had not met the key before."""

    company: Ints
    exposed: Flags
    later: Floats
    result: Floats
    covariates: Floats

    @staticmethod
    def of(held: Trials, met: Met, key: int, seed: int) -> "_Rows":
        mine = np.flatnonzero(met.key == key)
        case = met.case[mine]
        meets = np.full(len(held.cases), len(held.landmarks) + 1, dtype=np.int64)
        meets[case] = np.where(met.in_trial[mine], met.trial[mine], len(held.landmarks))
        at = meets[held.case]
        chosen = held.trial <= at
        company = np.unique(held.cases.company, return_inverse=True)[1]
        if chosen.sum() > _ROWS:
            kept = np.random.default_rng(seed).random(int(company.max()) + 1) < _ROWS / chosen.sum()
            chosen &= kept[company[held.case]]
        busy = held.busy.copy()
        busy[held.begins[case[met.in_trial[mine]]] + met.trial[mine][met.in_trial[mine]]] = met.busy[mine][
            met.in_trial[mine]
        ]
        of, trial, busy = held.case[chosen], held.trial[chosen], busy[chosen]
        exposed = trial == at[chosen]
        columns = [_flags(trial, len(held.landmarks)), _flags(busy, len(COUNTS) + 1)]
        columns += [_flags(codes[of], int(codes.max(initial=0)) + 1) for codes in held.cases.fixed.values()]
        columns += [_flags(one.at(of, trial, held.landmarks), one.classes) for one in held.cases.moving.values()]
        later = (at[chosen] <= len(held.landmarks)) & ~exposed
        return _Rows(
            company[of], exposed, later.astype(np.float64), held.cases.result[of], np.concatenate(columns, axis=1)
        )


def _flags(codes: Ints, classes: int) -> Floats:
    flags: Floats = (codes[:, None] == np.arange(1, classes)).astype(np.float64)
    return flags


def _foretold(rows: _Rows, seed: int, progress: Callable[[float], None] | None) -> tuple[Floats, Floats, Floats]:
    """The chance to be exposed, and the result and the chance of a later meeting without, each by models of others."""
    fold = np.random.default_rng(seed).integers(0, FOLDS, int(rows.company.max()) + 1)[rows.company]
    chance, expected, later = np.zeros((3, len(fold)))
    for which in range(FOLDS):
        learn, apply = fold != which, fold == which
        others = learn & ~rows.exposed
        chance[apply] = _chances(rows.covariates, rows.exposed, learn, apply)
        later[apply] = _chances(rows.covariates, rows.later > 0, others, apply)
        expected[apply] = _means(rows.covariates, rows.result, others, apply)
        if progress:
            progress((which + 1) / FOLDS)
    return chance, expected, later


def _chances(covariates: Floats, yes: Flags, learn: Flags, apply: Flags) -> Floats:
    from sklearn.linear_model import LogisticRegression

    if len(np.unique(yes[learn])) < 2:
        return np.full(int(apply.sum()), float(yes[learn].mean()) if learn.any() else 0.0)
    model = LogisticRegression(C=1.0, max_iter=500).fit(covariates[learn], yes[learn])
    chances: Floats = model.predict_proba(covariates[apply])[:, 1]
    return chances


def _means(covariates: Floats, result: Floats, learn: Flags, apply: Flags) -> Floats:
    if np.isin(result[learn], (0.0, 1.0)).all():
        return _chances(covariates, result > 0, learn, apply)
    from sklearn.linear_model import Ridge

    means: Floats = Ridge(alpha=1.0).fit(covariates[learn], result[learn]).predict(covariates[apply])
    return means
