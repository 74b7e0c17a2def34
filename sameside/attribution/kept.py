"""The monthly sums of one look-back in memory: any range of months is a slice of them, added up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sameside.analytics.attribution import answering, markov
from sameside.analytics.attribution import sums as adding
from sameside.analytics.attribution.answering import Answer
from sameside.analytics.attribution.journeys import Flags, Floats, Ints
from sameside.analytics.attribution.spec import Spec
from sameside.analytics.attribution.statistics import UNTOUCHED_WON, WON, Statistics
from sameside.analytics.attribution.sums import BUCKETS, Sums
from sameside.attribution import packing
from sameside.attribution.material import DIMENSIONS, NO_TOUCH
from sameside.attribution.models import MonthlySums
from sameside.attribution.monthly import MODELS, OPEN

OTHER = "(other)"
LINEAR = MODELS.index("linear")


@dataclass(frozen=True)
class Part:
    """Some months, or the open deals, of one dimension, by model and key: parts of deals `n`, money `value`, both
    float64[models, keys], and how many `deals`, int64 alike.
    """

    n: Floats
    value: Floats
    deals: Ints


@dataclass(frozen=True)
class Kept:
    """One dimension: r rows of `month` and `key` (place in `keys`), ascending by month, with their sums, [models, r];
    e steps of the chain from one key to another, with the start, success and the end without after the keys.
    """

    keys: Sequence[str]
    month: Ints
    key: Ints
    n: Floats
    value: Floats
    deals: Ints
    step_month: Ints
    step: Ints
    step_n: Floats
    step_value: Floats

    def part(self, first: int, last: int) -> Part:
        low, high = np.searchsorted(self.month, [first, last + 1])
        of, size = self.key[low:high], len(self.keys)
        n, value, deals = (
            np.array([np.bincount(of, weights=column[low:high], minlength=size) for column in columns])
            for columns in (self.n, self.value, self.deals)
        )
        return Part(n, value, deals.astype(np.int64))

    def met(self, first: int, last: int) -> Flags:
        """bool[keys]: which of them the journeys of these months hold, those of lost deals too."""
        low, high = np.searchsorted(self.step_month, [first, last + 1])
        there = np.zeros(markov.states(len(self.keys)), dtype=bool)
        there[self.step[low:high] // markov.states(len(self.keys))] = True
        return there[: len(self.keys)]

    def removal(self, first: int, last: int, named: Sequence[int]) -> Floats:
        """Shares of the chain's worth by key of `named` (places) and then of all others as one; zeros without steps."""
        low, high = np.searchsorted(self.step_month, [first, last + 1])
        keys = len(named) + 1
        width = markov.states(keys)
        edge = lumped(self.step[low:high], len(self.keys), named)
        n, value = (
            np.bincount(edge, weights=column[low:high], minlength=width * width).astype(np.float64)
            for column in (self.step_n, self.step_value)
        )
        if not len(edge):
            return np.zeros(keys)
        return markov.credit(markov.removal(n, value, keys).value, 1.0)


def lumped(step: Ints, keys: int, named: Sequence[int]) -> Ints:
    """Steps among `keys` as steps among those `named` and one for all others. Staying at a key tells a chain nothing,
    so the steps from one of the others to another fall away by themselves.
    """
    place = np.full(keys + 3, len(named), dtype=np.int64)
    place[list(named)] = np.arange(len(named))
    place[keys:] = len(named) + 1 + np.arange(3)
    width = markov.states(keys)
    found: Ints = place[step // width] * markov.states(len(named) + 1) + place[step % width]
    return found


@dataclass(frozen=True)
class Months:
    """Everything that is kept under one look-back; `deals` and `cents` by month, those of OPEN among them."""

    lookback: int
    deals: Mapping[int, int]
    cents: Mapping[int, int]
    dimensions: Mapping[str, Kept]

    @property
    def closes(self) -> list[int]:
        return [month for month in self.deals if month != OPEN]

    def total(self, first: int, last: int) -> tuple[int, int]:
        """Deals that earn in these months, and their cents."""
        months = [month for month in self.deals if first <= month <= last]
        return sum(self.deals[month] for month in months), sum(self.cents[month] for month in months)


def load(lookback: int) -> Months:
    rows = MonthlySums.objects.filter(lookback_months=lookback).order_by("month").values_list("month", "sums")
    told = [(month, *packing.unpack(bytes(body))) for month, body in rows]
    deals = {month: int(arrays["deals"][0]) for month, arrays, _ in told}
    cents = {month: int(arrays["deals"][1]) for month, arrays, _ in told}
    return Months(lookback, deals, cents, {name: _joined(name, told) for name in DIMENSIONS})


def _joined(name: str, told: Sequence[tuple[int, packing.Arrays, packing.Names]]) -> Kept:
    keys = sorted({key for _, _, names in told for key in names[name]})
    place = {key: number for number, key in enumerate(keys)}
    codes = [np.array([place[key] for key in names[name]], dtype=np.int64) for _, _, names in told]
    width = markov.states(len(keys))
    steps = []
    for (_, arrays, names), code in zip(told, codes, strict=True):
        own = len(names[name]) - 1  # NO_TOUCH, the last, is no key of the chain
        states = np.concatenate([code[:own], len(keys) + np.arange(3)])
        edge = arrays[f"{name} edge"]
        steps.append(states[edge // (own + 3)] * width + states[edge % (own + 3)])

    def joined(column: str, kind: type, *, flat: bool) -> np.ndarray:
        parts = [arrays[f"{name} {column}"] for _, arrays, _ in told]
        empty = np.empty(0 if flat else (len(MODELS), 0))
        return np.concatenate([empty, *parts], axis=-1).astype(kind)

    return Kept(
        keys,
        np.repeat([month for month, _, _ in told], [len(code) for code in codes]).astype(np.int64),
        np.concatenate([np.empty(0, dtype=np.int64), *codes]),
        joined("n", np.float64, flat=False),
        joined("value", np.float64, flat=False),
        joined("deals", np.int64, flat=False),
        np.repeat([month for month, _, _ in told], [len(step) for step in steps]).astype(np.int64),
        np.concatenate([np.empty(0, dtype=np.int64), *steps]),
        joined("edge n", np.float64, flat=True),
        joined("edge value", np.float64, flat=True),
    )


def intervals(months: Months, name: str, first: int, last: int, named: Sequence[str], spec: Spec) -> Answer | None:
    """Every model's credit of the keys `named` and of OTHER with its interval; None where nothing was decided."""
    rows = MonthlySums.objects.filter(lookback_months=months.lookback, month__range=(first, last)).order_by("month")
    names = [*named, OTHER]
    place = {key: number for number, key in enumerate(named)}
    credited: dict[str, list[Sums]] = {model: [] for model in MODELS}
    steps = []
    for month, body in rows.values_list("month", "cells"):
        arrays, keys_of = packing.unpack(bytes(body))
        keys = keys_of[name][:-1]
        code = np.array([place.get(key, len(named)) for key in keys], dtype=np.int64)
        pair = arrays[f"{name} pair"]
        width = max(len(keys), 1)
        for number, model in enumerate(MODELS):
            n, value = arrays[f"{name} pair n"][number], arrays[f"{name} pair value"][number]
            credited[model].append(adding.collect(month * BUCKETS + pair // width, code[pair % width], n, value))
        steps.append(_steps(month, arrays, name, code, len(names)))
    total = adding.total(steps)
    if not len(total):
        return None
    of = Statistics(
        names, _totals(months, name, first, last), {model: adding.total(of) for model, of in credited.items()}, total
    )
    return answering.answer(of, spec)


def _steps(month: int, arrays: packing.Arrays, name: str, code: Ints, names: int) -> Sums:
    """The steps by cell, among `names` keys of which `code` has each own key's."""
    states = np.concatenate([code, names + np.arange(3)])
    step, width = arrays[f"{name} step"], markov.states(len(code))
    edge = states[step // width] * markov.states(names) + states[step % width]
    cell = month * BUCKETS + arrays[f"{name} step bucket"].astype(np.int64)
    return adding.collect(cell, edge, arrays[f"{name} step n"], arrays[f"{name} step value"])


def _totals(months: Months, name: str, first: int, last: int) -> Sums:
    kept = months.dimensions[name]
    deals, cents = months.total(first, last)
    alone = kept.part(first, last)
    none = kept.keys.index(NO_TOUCH)
    untouched = float(alone.n[LINEAR, none]), float(alone.value[LINEAR, none])
    keys = np.array([WON, UNTOUCHED_WON], dtype=np.int64)
    return Sums(
        np.zeros(2, dtype=np.int64), keys, np.array([float(deals), untouched[0]]), np.array([cents / 100, untouched[1]])
    )
