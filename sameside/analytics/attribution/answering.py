"""Credit of the outcomes of any months, with its interval, from statistics that were measured before.

The interval: companies fall into 256 buckets by hash. Buckets are drawn anew with replacement, as many as there are,
and every model is computed from the sums of what was drawn, the chain solved again each time. That is the bootstrap
over companies at the price of a matrix product, because all that a model needs adds up over buckets.

Source: B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 6 and 13 (percentiles); clusters
as units: A. C. Cameron, J. B. Gelbach, D. L. Miller, Review of Economics and Statistics 90 (2008).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sameside.analytics.attribution import markov, statistics
from sameside.analytics.attribution.journeys import Floats, Ints
from sameside.analytics.attribution.spec import Spec
from sameside.analytics.attribution.statistics import UNTOUCHED_WON, WON, Statistics
from sameside.analytics.attribution.sums import BUCKETS

FEWEST = 20
"""An interval is given for a model only of at least so many successes."""
_WHOLE = 1e-9
_CELLS = 1 << 23  # steps of all draws that are solved together


@dataclass(frozen=True)
class Interval:
    """Lower and upper bounds by key, float64[k] each: of the credited outcomes `n` and of the amounts `value`."""

    n_low: Floats
    n_high: Floats
    value_low: Floats
    value_high: Floats


@dataclass(frozen=True)
class Credit:
    """What one model credits to each key: outcomes `n` and amounts `value`, float64[k]. With `untouched`, what no touch
    came before, they sum to the totals.
    """

    model: str
    n: Floats
    value: Floats
    interval: Interval | None = None


@dataclass(frozen=True)
class Answer:
    """`credits` by model. `outcomes` and `worth` are what succeeded, `untouched` and `untouched_worth` the part without
    a touch, `rate` the share of journeys that succeeded; `notes` say what a reader must know of the result.
    """

    keys: Sequence[str]
    credits: Sequence[Credit]
    outcomes: float
    worth: float
    untouched: float
    untouched_worth: float
    rate: float | None
    notes: Sequence[str] = field(default_factory=tuple)


class Unbalanced(ArithmeticError):
    """The credits of a model do not sum to what succeeded."""


def answer(of: Statistics, spec: Spec) -> Answer:
    """The credits of `spec.models` that `of` holds. Raises Unbalanced where a model does not sum to the totals."""
    n, value = of.totals.by_key(statistics.TOUCHES + 1)
    touched, touched_worth = n[WON] - n[UNTOUCHED_WON], value[WON] - value[UNTOUCHED_WON]
    draws = _draws(spec) if spec.resamples and n[WON] >= FEWEST else None
    made, notes, rate = [], [], None
    if spec.resamples and draws is None:
        notes.append(f"Fewer than {FEWEST} successes: no intervals.")
    for model in spec.models:
        if model == "markov" and spec.order == 1:
            credit, rate = _chained(of, draws, touched, touched_worth, spec)
        elif model in of.credits:
            credit = _summed(of, model, draws, spec)
        else:
            continue
        _check(credit, touched, touched_worth)
        made.append(credit)
    return Answer(
        of.keys, made, n[WON], value[WON], n[UNTOUCHED_WON], value[UNTOUCHED_WON], rate, tuple(notes)
    )  # fmt: skip


def _draws(spec: Spec) -> Floats:
    """How often each bucket is drawn, float64[resamples, 256]."""
    drawn = np.random.default_rng(spec.seed).multinomial(BUCKETS, np.full(BUCKETS, 1 / BUCKETS), size=spec.resamples)
    return drawn.astype(np.float64)


def _bounds(n: Floats, value: Floats, spec: Spec) -> Interval:
    tails = [(1 - spec.confidence) / 2, (1 + spec.confidence) / 2]
    n_low, n_high = np.quantile(n, tails, axis=0)
    value_low, value_high = np.quantile(value, tails, axis=0)
    return Interval(n_low, n_high, value_low, value_high)


def _summed(of: Statistics, model: str, draws: Floats | None, spec: Spec) -> Credit:
    n, value = of.credits[model].by_key(len(of.keys))
    interval = None
    if draws is not None:
        by_bucket = of.credits[model].by_bucket(len(of.keys))
        interval = _bounds(draws @ by_bucket[0], draws @ by_bucket[1], spec)
    return Credit(model, n, value, interval)


def _chained(of: Statistics, draws: Floats | None, touched: float, worth: float, spec: Spec) -> tuple[Credit, float]:
    keys = len(of.keys)
    edges = markov.states(keys) ** 2
    n, value = of.steps.by_key(edges)
    effects = markov.removal(n, value, keys)
    credit = Credit("markov", markov.credit(effects.won, touched), markov.credit(effects.value, worth))
    if draws is None:
        return credit, float(effects.rate)
    present, place = np.unique(of.steps.key, return_inverse=True)
    by_bucket = of.steps.renamed_to(place).by_bucket(len(present))
    together = max(1, _CELLS // edges)
    drawn = [_drawn(draws[low : low + together], by_bucket, present, keys) for low in range(0, len(draws), together)]
    n, value = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    return replace(credit, interval=_bounds(n, value, spec)), float(effects.rate)


def _drawn(draws: Floats, by_bucket: tuple[Floats, Floats], present: Ints, keys: int) -> tuple[Floats, Floats]:
    """The chain's credit in each draw: outcomes and amounts, float64[draws, k] each."""
    n, value = np.zeros((2, len(draws), markov.states(keys) ** 2))
    n[:, present], value[:, present] = draws @ by_bucket[0], draws @ by_bucket[1]
    effects = markov.removal(n, value, keys)
    succeeded = n.reshape(len(draws), markov.states(keys), -1)[:, :, keys + 1].sum(axis=-1)
    return markov.credit(effects.won, succeeded), markov.credit(effects.value, value.sum(axis=-1))


def _check(of: Credit, touched: float, worth: float) -> None:
    size = max(abs(worth), float(np.abs(of.value).sum()), 1.0)
    if abs(of.n.sum() - touched) > _WHOLE * max(touched, 1.0) or abs(of.value.sum() - worth) > _WHOLE * size:
        raise Unbalanced(f"{of.model} credits {of.n.sum()} and {of.value.sum()} of {touched} and {worth}.")
