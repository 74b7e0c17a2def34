"""How good an order of results is, by what somebody judged: nDCG, recall, reciprocal rank, and how sure that is.

A query has judgements: a grade for each thing that was judged, 0 (wrong) and up; what was not judged counts as wrong.
An answer is the keys that were found, best first. Decided, and tested:

- A query without anything relevant says nothing: its measures are None, and means leave it out.
- An answer of fewer than k results is what it is: places that stay empty gain nothing, and no answer scores 0.
- Ties are the engine's to break: the order given is the order measured.
- The same key twice in an answer is an error (ValueError), because it would gain twice.
- Intervals and p-values draw from a generator with a seed, so that the same answers give the same figures.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Judgements = Mapping[Hashable, int]
Answer = Sequence[Hashable]


def _checked(answer: Answer, judged: Judgements, k: int) -> Answer:
    if k < 1:
        raise ValueError(f"The first {k} results cannot be measured.")
    if any(grade < 0 for grade in judged.values()):
        raise ValueError("A grade is never below 0.")
    first = answer[:k]
    if len(set(first)) < len(first):
        raise ValueError("A result stands twice in one answer.")
    return first


def ndcg(answer: Answer, judged: Judgements, k: int = 10) -> float | None:
    """Normalised discounted cumulative gain of the first `k`, 0 to 1; None when nothing is relevant.

    A result at place i (from 1) gains its grade divided by log2(i + 1). The sum is divided by that of the best
    possible order of everything judged. The gain is the grade itself, as in the original and in `trec_eval`, not
    2^grade - 1: a grade of 3 is worth three of 1, not seven.

    Source: K. Järvelin and J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20 (2002); the
    discount by log2(i + 1) at every place is that of C. Burges et al., "Learning to rank" (2005).
    """
    first = _checked(answer, judged, k)
    best = sorted(judged.values(), reverse=True)[:k]
    ideal = sum(grade / math.log2(place + 1) for place, grade in enumerate(best, 1))
    if not ideal:
        return None
    return sum(judged.get(key, 0) / math.log2(place + 1) for place, key in enumerate(first, 1)) / ideal


def recall(answer: Answer, judged: Judgements, k: int = 20, *, relevant: int = 1) -> float | None:
    """The share of what is relevant (grade at least `relevant`) that is among the first `k`; None of nothing.

    It cannot reach 1 where more than `k` things are relevant. Source: C. Manning, P. Raghavan, H. Schütze,
    "Introduction to Information Retrieval" (2008), chapter 8.
    """
    first = _checked(answer, judged, k)
    right = {key for key, grade in judged.items() if grade >= relevant}
    if not right:
        return None
    return len(right.intersection(first)) / len(right)


def reciprocal_rank(answer: Answer, judged: Judgements, k: int = 100, *, relevant: int = 1) -> float | None:
    """1 divided by the place of the first relevant result, 0 when none is among the first `k`; None of nothing.

    Its mean over queries is the MRR. Source: E. Voorhees, "The TREC-8 question answering track report" (1999).
    """
    first = _checked(answer, judged, k)
    if not any(grade >= relevant for grade in judged.values()):
        return None
    return next((1 / place for place, key in enumerate(first, 1) if judged.get(key, 0) >= relevant), 0.0)


@dataclass(frozen=True)
class Mean:
    """The mean of `n` queries with the interval in which it would lie for other queries of the same kind."""

    value: float
    low: float
    high: float
    n: int


def mean(values: Sequence[float | None], *, confidence: float = 0.95, seed: int = 1, rounds: int = 2000) -> Mean | None:
    """The mean of what is not None with its percentile bootstrap interval over queries; None of no values.

    One value alone says nothing of its spread: its interval is the whole range, (0, 1). `confidence` is the coverage.
    Source: B. Efron and R. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence lies between 0 and 1, not at {confidence}.")
    known = np.array([value for value in values if value is not None], dtype=np.float64)
    if not known.size:
        return None
    if known.size == 1:
        return Mean(float(known[0]), 0.0, 1.0, 1)
    chance = np.random.default_rng(seed)
    means = np.concatenate(
        [known[chance.integers(0, known.size, (size, known.size))].mean(axis=1) for size in _chunks(rounds, known.size)]
    )
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Mean(float(known.mean()), float(low), float(high), int(known.size))


@dataclass(frozen=True)
class Difference:
    """How much better `after` is than `before` on the same queries: the mean of the differences, its interval, the
    probability `p` of so large a difference (either way) if there were none, and on how many queries it was better
    and worse."""

    value: float
    low: float
    high: float
    p: float
    n: int
    better: int
    worse: int

    @property
    def is_clear(self) -> bool:
        """Whether chance alone would seldom show it: p below .05."""
        return self.p < 0.05


def difference(
    before: Sequence[float | None], after: Sequence[float | None], *, seed: int = 1, rounds: int = 10_000
) -> Difference | None:
    """Compare two rankings query by query; queries unknown (None) to either are left out. None of no common query.

    The p-value is that of the paired randomisation test: under the hypothesis that both are the same, each query's
    two values might as well be swapped, so the sign of each difference is drawn `rounds` times; p is the share of
    draws (the data themselves being one of them) whose mean is at least as far from 0. It assumes nothing about how
    the values are distributed. The interval is the percentile bootstrap of the mean difference at 95 %.

    Source: M. Smucker, J. Allan, B. Carterette, "A comparison of statistical significance tests for information
    retrieval evaluation", CIKM 2007; the +1: B. Phipson and G. Smyth, "Permutation p-values should never be zero"
    (2010). Raises ValueError for sequences of different length.
    """
    if len(before) != len(after):
        raise ValueError("Both rankings are measured by the same queries.")
    pairs = [(one, other) for one, other in zip(before, after, strict=True) if one is not None and other is not None]
    if not pairs:
        return None
    gains: NDArray[np.float64] = np.array([other - one for one, other in pairs])
    chance = np.random.default_rng(seed)
    observed = abs(float(gains.mean()))
    extreme = 0
    for size in _chunks(rounds, gains.size):
        signs = chance.integers(0, 2, (size, gains.size)) * 2.0 - 1
        extreme += int((np.abs((signs * gains).mean(axis=1)) >= observed - 1e-12).sum())
    interval = mean([float(gain) for gain in gains], seed=seed)
    low, high = (interval.low, interval.high) if interval and gains.size > 1 else (-1.0, 1.0)
    return Difference(
        value=float(gains.mean()),
        low=low,
        high=high,
        p=(extreme + 1) / (rounds + 1),
        n=len(pairs),
        better=int((gains > 1e-9).sum()),
        worse=int((gains < -1e-9).sum()),
    )


def _chunks(rounds: int, width: int) -> list[int]:
    """`rounds` in portions of at most a million numbers, so that memory stays small."""
    portion = max(1, 1_000_000 // width)
    return [min(portion, rounds - start) for start in range(0, rounds, portion)]
