"""What the first answers tell of a question: all that is near is compared a second time.

The question is moved halfway towards its first `FIRST` answers, each of which counts by the square of what it is worth:
what several of them say is what was meant. Then each of the first `LEVELLED` gives up `SHARE` of its worth for what
those are worth that say the same, because texts that say the same answer the same questions (Diaz, Regularizing ad hoc
retrieval scores, 2005). Like are two answers as far as they are nearer to each other than two of these on average.

What is found stays as it was; only the order changes. All of this is part of what meaning weighs in the sum.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sameside.retrieval.hybrid import Meaning
from sameside.retrieval.pool import Pool, Scores

FIRST = 5
LEVELLED = 50
SHARE = 0.2
FEWEST = 3

Likeness = NDArray[np.float32]


def learnt(meaning: Meaning, pool: Pool, by_words: Scores, weight: float) -> Meaning:
    """What is meant, after a look at the first of these documents by their words and what meaning weighs."""
    near = meaning.near
    if near is None or not weight:
        return meaning
    of, are_near = meaning.places_of(pool.keys)

    def scores_of(meaning: Meaning) -> Scores:
        return by_words + weight * np.where(are_near, meaning.shares[of], 0)

    scores = scores_of(meaning)
    first = pool.best(scores, FIRST)
    first = first[are_near[first] & (scores[first] > 0)]
    if len(first):
        meaning = meaning.by(near.moved(meaning.vector, meaning.nearest[of[first]], scores[first] ** 2))
        scores = scores_of(meaning)
    first = pool.best(scores, LEVELLED)
    first = first[are_near[first]]
    if len(first) < FEWEST:
        return meaning
    shares = meaning.shares.copy()
    change = _levelled(near.likeness(meaning.nearest[of[first]]), scores[first])
    shares[of[first]] = np.maximum(shares[of[first]] + change / weight, 0)
    return replace(meaning, shares=shares)


def _levelled(likeness: Likeness, scores: Scores) -> Scores:
    """By how much each score changes for those of others like it."""
    like = np.maximum(likeness - likeness.mean(), 0)
    np.fill_diagonal(like, 0)
    sums = like.sum(axis=1)
    sums[sums == 0] = np.inf
    of_others = like @ scores / sums
    change: Scores = np.where(np.isinf(sums), 0, SHARE * (of_others - scores))
    return change
