"""Credit of the outcomes of any months, with its interval, from statistics that were measured before."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sameside.analytics.attribution import intervals, markov, memory, resampling, statistics, walking
from sameside.analytics.attribution.intervals import Interval
from sameside.analytics.attribution.journeys import Floats
from sameside.analytics.attribution.memory import Chain
from sameside.analytics.attribution.spec import Spec
from sameside.analytics.attribution.statistics import ALL, UNTOUCHED, UNTOUCHED_WON, WON, Statistics
from sameside.analytics.attribution.sums import BUCKETS

FEWEST = 20
"""An interval is given for a model only of at least so many successes."""
_WHOLE = 1e-9


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
    a touch, `rate` the share of journeys that succeeded, None of none; `notes` say what a reader must know.
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
    """The credits of `spec.models`. Raises ValueError where `of` was not measured for one of them, Unbalanced where a
    model does not sum to the totals.
    """
    n, value = of.totals.by_key(statistics.TOUCHES + 1)
    touched, touched_worth = n[WON] - n[UNTOUCHED_WON], value[WON] - value[UNTOUCHED_WON]
    draws = intervals.draws(spec) if spec.resamples and n[WON] >= FEWEST else None
    made, notes, rate = [], [], None
    if spec.resamples and draws is None:
        notes.append(f"Fewer than {FEWEST} successes: no intervals.")
    if n[ALL] and n[ALL] == n[UNTOUCHED]:
        notes.append("No touch lies in the look-back of an outcome of its company: nothing is credited.")
    chain = of.chained
    measured = {*of.credits, *(["markov"] if len(of.steps) or not touched else [])}
    if missing := [model for model in spec.models if model not in measured]:
        raise ValueError(f"These statistics were not measured for {', '.join(missing)}.")
    if "markov" in spec.models:
        if chain.order != spec.order:
            raise ValueError(f"The statistics remember {chain.order} of the {spec.order} touches that are asked for.")
        notes += _of_chain(chain, spec)
    for model in spec.models:
        if model == "markov":
            credit, rate = _chained(of, draws, touched, touched_worth, spec)
        else:
            credit = _summed(of, model, draws, spec)
        _check(credit, touched, touched_worth)
        made.append(credit)
    keys = of.keys
    if chain.lumped and "markov" in spec.models:
        keys, made = [*keys, memory.OTHER], [_with_other(credit) for credit in made]
    return Answer(
        keys, made, n[WON], value[WON], n[UNTOUCHED_WON], value[UNTOUCHED_WON], rate, tuple(notes)
    )  # fmt: skip


def _summed(of: Statistics, model: str, draws: Floats | None, spec: Spec) -> Credit:
    keys, interval = len(of.keys), None
    n, value = of.credits[model].by_key(keys)
    if draws is not None:
        interval = intervals.of_sums(of.credits[model], keys, draws, spec.confidence)
    return Credit(model, n, value, interval)


def _chained(
    of: Statistics, draws: Floats | None, touched: float, worth: float, spec: Spec
) -> tuple[Credit, float | None]:
    """Keys that were taken together have nan, and what they earn stands last."""
    chain = of.chained
    keys = len(chain.keys)
    interval = None
    if chain.order > 1:
        if draws is None or not chain.apart:
            effects = walking.removal(of.steps, chain)
        else:
            effects, parts = walking.parts(of.steps, chain)
            drawn = parts.credit(intervals.draws(spec, len(parts.won)))
            interval = intervals.of_draws(*drawn, spec.confidence)
    else:
        solved = markov.solve(*of.steps.by_key(markov.states(keys) ** 2), keys)
        effects = solved.removal
        if draws is not None:
            drawn = resampling.parts(of.steps, solved).credit(draws)
            interval = intervals.of_draws(*drawn, spec.confidence)
    n, value = markov.credit(effects.won, touched), markov.credit(effects.value, worth)
    if chain.lumped:
        n, value = _apart(n, chain), _apart(value, chain)
        if interval is not None:
            interval = Interval(*(_apart(bound, chain) for bound in interval.bounds))
    return Credit("markov", n, value, interval), float(effects.rate) if len(of.steps) else None


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
    if not (abs(n - touched) <= _WHOLE * max(touched, 1.0) and abs(value - worth) <= _WHOLE * size):
        raise Unbalanced(f"{of.model} credits {n} and {value} of {touched} and {worth}.")
