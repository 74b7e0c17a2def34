"""The interval of a credit: companies fall into 256 buckets by hash, and buckets are drawn anew with replacement, as
many as there are. That is the bootstrap over companies at the price of a matrix product, because all that a model needs
adds up over buckets.

The product is made for a few dozen keys after others: then nothing larger than the processor's cache is made, however
many keys there are. Of many keys most were credited in few buckets; keys with as few stand together, and of the buckets
only those are multiplied that credited one of them.

Source: B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 6 and 13 (percentiles); clusters
as units: A. C. Cameron, J. B. Gelbach, D. L. Miller, Review of Economics and Statistics 90 (2008).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from sameside.analytics.attribution.journeys import Floats, Ints
from sameside.analytics.attribution.spec import Spec
from sameside.analytics.attribution.sums import BUCKETS, Sums, added, starts

_KEYS = 32  # at once
_ROWS = 4  # in one product: for larger ones the library starts threads, which cost more than they bring
_FEW = 128  # buckets
_FULL = 0.25  # of all pairs of a key and a bucket: where so many are credited, a table of all is cheaper than a list


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


def draws(spec: Spec, buckets: int = BUCKETS) -> Floats:
    """How often each bucket is drawn, float64[resamples, buckets], not to be written to."""
    return _draws(spec.seed, spec.resamples, buckets)


@lru_cache(maxsize=4)
def _draws(seed: int, resamples: int, buckets: int) -> Floats:
    word = np.random.default_rng(seed).integers(0, buckets, (resamples, buckets))
    word *= resamples
    word += np.arange(resamples)[:, None]
    often = np.bincount(word.ravel(), minlength=word.size).reshape(buckets, resamples).astype(np.float64)
    often.flags.writeable = False
    return often.T


def of_sums(of: Sums, keys: int, drawn: Floats, confidence: float) -> Interval:
    """Of what each key has in `of`, where buckets are `drawn` so often."""
    low, high = np.zeros((2, keys)), np.zeros((2, keys))
    for chosen, parts, often in _pieces(of, keys, drawn.T):
        product = (parts.reshape(-1, _ROWS, len(often)) @ often).reshape(2, _KEYS, -1)
        low[:, chosen], high[:, chosen] = _tails(product[:, : len(chosen)], confidence)
    return Interval(low[0], high[0], low[1], high[1])


def of_draws(n: Floats, value: Floats, confidence: float) -> Interval:
    """Of outcomes and amounts that were computed for each draw, float64[draws, k] each."""
    return Interval(*tails(n, confidence), *tails(value, confidence))


def tails(drawn: Floats, confidence: float) -> tuple[Floats, Floats]:
    """The bounds of each column."""
    return _tails(drawn.T.copy(), confidence)


def _tails(drawn: Floats, confidence: float) -> tuple[Floats, Floats]:
    """The bounds of each row, which is sorted in its place: draw (draws + 1) * tail of those in order, between two in
    proportion. As many of draws - 1, which NumPy takes, would leave out 6 % in place of 5 % with 200 draws.
    """
    drawn.sort(axis=-1)
    most, bounds = drawn.shape[-1] - 1, []
    for tail in ((1 - confidence) / 2, (1 + confidence) / 2):
        place = min(max(tail * (most + 2) - 1, 0.0), float(most))
        first = int(place)
        low, high = drawn[..., first], drawn[..., min(first + 1, most)]
        bounds.append(low + (place - first) * (high - low))
    return bounds[0], bounds[1]


def _pieces(of: Sums, keys: int, often: Floats) -> Iterator[tuple[Ints, Floats, Floats]]:
    """Some keys after others: which m they are; what w buckets add to the `n` and the `value` of each, float64[2, 32 *
    w], of which the first m count; and how `often` each of these buckets is drawn, float64[w, draws]. Keys that have
    nothing are left out, those that were credited in as few buckets stand together.
    """
    if not len(of):
        return
    many = np.bincount(of.key, minlength=keys)
    by_many = np.argsort(many, kind="stable")[np.count_nonzero(many == 0) :]
    rank = np.empty(keys, dtype=np.int64)
    rank[by_many] = np.arange(len(by_many))
    word, n, value = _added(Sums(of.cell, rank[of.key], of.n, of.value), len(by_many))
    low = np.arange(0, len(by_many) + _KEYS, _KEYS)
    code = np.arange(BUCKETS)
    for first, (begin, end) in zip(low.tolist(), pairwise(np.searchsorted(word, low * BUCKETS).tolist()), strict=False):
        place, drawn = word[begin:end] - first * BUCKETS, often
        bucket = place % BUCKETS
        there = np.flatnonzero(np.bincount(bucket, minlength=BUCKETS))
        if len(there) <= _FEW:
            code[there] = np.arange(len(there))
            place = place // BUCKETS * len(there) + code[bucket]
            drawn = often.take(there, axis=0)
        parts = np.zeros((2, _KEYS * len(drawn)))
        parts[0, place], parts[1, place] = n[begin:end], value[begin:end]
        yield by_many[first : first + _KEYS], parts, drawn


def _added(of: Sums, keys: int) -> tuple[Ints, Floats, Floats]:
    """The pairs of a key and a bucket that occur, `key * 256 + bucket` ascending, and their sums over all months."""
    word = of.key * BUCKETS + of.cell % BUCKETS
    if len(of) > _FULL * keys * BUCKETS:
        n, value = (added(word, parts, keys * BUCKETS) for parts in (of.n, of.value))
        there = np.flatnonzero((n != 0) | (value != 0))
        return there, n[there], value[there]
    in_order = np.argsort(word)
    word = word[in_order]
    start = starts(word)
    n, value = (np.add.reduceat(parts[in_order], start) for parts in (of.n, of.value))
    return word[start], n, value
