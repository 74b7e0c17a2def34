"""Credit of the outcomes of any months, with its interval, from statistics that were measured before.

The interval: companies fall into 256 buckets by hash. Buckets are drawn anew with replacement, as many as there are,
and every model is computed from the sums of what was drawn, the chain as resampling.py says. That is the bootstrap over
companies at the price of a matrix product, because all that a model needs adds up over buckets.

Source: B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 6 and 13 (percentiles); clusters
as units: A. C. Cameron, J. B. Gelbach, D. L. Miller, Review of Economics and Statistics 90 (2008).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sameside.analytics.attribution import markov, memory, resampling, statistics, walking
from sameside.analytics.attribution.journeys import Floats
from sameside.analytics.attribution.memory import Chain
from sameside.analytics.attribution.spec import Spec
from sameside.analytics.attribution.statistics import UNTOUCHED_WON, WON, Statistics
from sameside.analytics.attribution.sums import BUCKETS

FEWEST = 20
"""An interval is given for a model only of at least so many successes."""
_WHOLE = 1e-9


@dataclass(frozen=True)
class Interval:
    """Lower and upper bounds by key, float64[k] each: of the credited outcomes `n` and of the amounts `value`."""

    n_low: Floats
    n_high: Floats
    value_low: Floats
    value_high: Floats

    @property
    def bounds(self) -> tuple[Floats, Floats, Floats, Floats]:
        return self.n_low, self.n_high, self.value_low, self.value_high


@dataclass(frozen=True)
class Credit:
    """What one model credits to each key: outcomes `n` and amounts `value`, float64[k], nan where the model took the
    key together with others. With `untouched`, what no touch came before, they sum to the totals.
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
    draws = _draws(spec, BUCKETS) if spec.resamples and n[WON] >= FEWEST else None
    made, notes, rate = [], [], None
    if spec.resamples and draws is None:
        notes.append(f"Fewer than {FEWEST} successes: no intervals.")
    chain = of.chained
    if "markov" in spec.models:
        if chain.order != spec.order:
            raise ValueError(f"The statistics remember {chain.order} of the {spec.order} touches that are asked for.")
        notes += _of_chain(chain, spec)
    for model in spec.models:
        if model == "markov":
            credit, rate = _chained(of, draws, touched, touched_worth, spec)
        elif model in of.credits:
            credit = _summed(of, model, draws, spec)
        else:
            continue
        _check(credit, touched, touched_worth)
        made.append(credit)
    keys = of.keys
    if chain.lumped and "markov" in spec.models:
        keys, made = [*keys, memory.OTHER], [_with_other(credit) for credit in made]
    return Answer(
        keys, made, n[WON], value[WON], n[UNTOUCHED_WON], value[UNTOUCHED_WON], rate, tuple(notes)
    )  # fmt: skip


def _draws(spec: Spec, buckets: int) -> Floats:
    """How often each bucket is drawn, float64[resamples, buckets]."""
    drawn = np.random.default_rng(spec.seed).integers(0, buckets, (spec.resamples, buckets))
    drawn += np.arange(spec.resamples)[:, None] * buckets
    often = np.bincount(drawn.ravel(), minlength=drawn.size).reshape(drawn.shape)
    return often.astype(np.float64)


def _bounds(n: Floats, value: Floats, spec: Spec) -> Interval:
    return Interval(*_tails(n, spec.confidence), *_tails(value, spec.confidence))


def _tails(drawn: Floats, confidence: float) -> tuple[Floats, Floats]:
    """The bounds of each column, by one sort: draw (draws + 1) * tail of those in order, between two in proportion. As
    many of draws - 1, which NumPy takes, would leave out 6 % in place of 5 % with 200 draws.
    """
    ordered = np.sort(drawn, axis=0)
    bounds = []
    for tail in ((1 - confidence) / 2, (1 + confidence) / 2):
        place = min(max(tail * (len(ordered) + 1) - 1, 0.0), len(ordered) - 1.0)
        low = int(place)
        high = min(low + 1, len(ordered) - 1)
        bounds.append(ordered[low] + (place - low) * (ordered[high] - ordered[low]))
    return bounds[0], bounds[1]


def _summed(of: Statistics, model: str, draws: Floats | None, spec: Spec) -> Credit:
    keys, interval = len(of.keys), None
    n, value = of.credits[model].by_key(keys)
    if draws is not None:
        by_bucket = np.concatenate(of.credits[model].by_bucket(keys), axis=1)
        drawn = draws @ by_bucket
        interval = _bounds(drawn[:, :keys], drawn[:, keys:], spec)
    return Credit(model, n, value, interval)


def _chained(of: Statistics, draws: Floats | None, touched: float, worth: float, spec: Spec) -> tuple[Credit, float]:
    """Keys that were taken together have nan, and what they earn stands last."""
    chain = of.chained
    keys = len(chain.keys)
    interval = None
    if chain.order > 1:
        if draws is None or not chain.apart:
            effects = walking.removal(of.steps, chain)
        else:
            effects, parts = walking.parts(of.steps, chain)
            interval = _bounds(*parts.credit(_draws(spec, len(parts.won))), spec)
    else:
        solved = markov.solve(*of.steps.by_key(markov.states(keys) ** 2), keys)
        effects = solved.removal
        if draws is not None:
            interval = _bounds(*resampling.parts(of.steps, solved).credit(draws), spec)
    n, value = markov.credit(effects.won, touched), markov.credit(effects.value, worth)
    if chain.lumped:
        n, value = _apart(n, chain), _apart(value, chain)
        if interval is not None:
            interval = Interval(*(_apart(bound, chain) for bound in interval.bounds))
    return Credit("markov", n, value, interval), float(effects.rate)


def _apart(of: Floats, chain: Chain) -> Floats:
    """`of` the keys of the chain, by all keys and after them OTHER."""
    by_key = np.where(chain.code == len(chain.keys) - 1, np.nan, of[chain.code])
    return np.append(by_key, of[-1])


def _with_other(of: Credit) -> Credit:
    """With a place for what the chain takes together."""
    if of.model == "markov":
        return of
    interval = of.interval
    if interval is not None:
        interval = Interval(*(np.append(bound, 0.0) for bound in interval.bounds))
    return replace(of, n=np.append(of.n, 0.0), value=np.append(of.value, 0.0), interval=interval)


def _of_chain(chain: Chain, spec: Spec) -> list[str]:
    """What must be known of the chain's credit."""
    said = []
    if chain.lumped:
        most = len(chain.keys) - 1
        said.append(
            f"markov tells the {most:,} most frequent keys apart and takes the other {chain.lumped:,} together: they "
            f"earn as one key, {memory.OTHER}."
        )
    if chain.order > 1 and spec.resamples:
        many = f"markov remembers {chain.order} touches: of so many, "
        if not chain.apart:
            said.append(f"{many}no interval is given for it.")
        elif chain.apart < BUCKETS:
            said.append(f"{many}its interval is drawn from {chain.apart} of {BUCKETS} groups of companies.")
    return said


def _check(of: Credit, touched: float, worth: float) -> None:
    n, value = np.nansum(of.n), np.nansum(of.value)
    size = max(abs(worth), float(np.nansum(np.abs(of.value))), 1.0)
    if abs(n - touched) > _WHOLE * max(touched, 1.0) or abs(value - worth) > _WHOLE * size:
        raise Unbalanced(f"{of.model} credits {n} and {value} of {touched} and {worth}.")
