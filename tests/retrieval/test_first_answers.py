"""What the first answers tell: the question moves towards them, and answers that say the same are worth alike."""

from collections.abc import Sequence

import numpy as np
import pytest

from sameside.retrieval.first_answers import learnt
from sameside.retrieval.hybrid import Meaning
from sameside.retrieval.near import Near
from sameside.retrieval.pool import Pool

QUESTION = (1.0, 0.0, 0.0)
SAME_SUBJECT = (0.6, 0.8, 0.0)
OTHER_SUBJECT = (0.6, 0.0, 0.8)


def meaning(vectors: Sequence[Sequence[float]]) -> Meaning:
    """Documents 1, 2, ... of one passage each, nearest first."""
    rows = np.array(vectors, np.float32)
    places = np.arange(len(rows))
    keys, ones = places + 1, np.ones(len(rows), np.float32)
    near = Near(keys, places.astype(np.int32), rows @ np.array(QUESTION, np.float32), rows, ones, places)
    return Meaning(np.array(QUESTION, np.float32), near, places, keys, places, np.zeros(len(rows))).by(near.cosines)


def worth(vectors: Sequence[Sequence[float]], by_words: Sequence[float], weight: float = 0.5) -> list[float]:
    scores = np.array(by_words)
    pool = Pool(np.arange(1, len(scores) + 1), scores, (), len(scores))
    found: list[float] = learnt(meaning(vectors), pool, scores, weight).shares.tolist()
    return found


def test_what_says_the_same_as_the_first_answer_is_nearer_afterwards() -> None:
    before = meaning([QUESTION, SAME_SUBJECT, OTHER_SUBJECT])
    after = worth([QUESTION, SAME_SUBJECT, OTHER_SUBJECT], [0.1, 0.9, 0])

    assert before.shares[1] == pytest.approx(before.shares[2])
    assert after[1] > after[2]


def test_the_better_of_the_first_answers_counts_more() -> None:
    one, other = [0, 0.9, 0.3], [0, 0.3, 0.9]
    told = [worth([QUESTION, SAME_SUBJECT, OTHER_SUBJECT], by_words) for by_words in (one, other)]

    assert told[0][1] > told[1][1]
    assert told[0][2] < told[1][2]


def test_of_two_that_are_equal_otherwise_the_one_like_a_good_answer_is_worth_more() -> None:
    like, unlike = (0.59, 0.8, 0.1), (0.59, -0.1, 0.8)
    first = [(0.6, 0.8, 0.0), (0.6, 0.79, 0.1)]
    shares = worth([*first, like, unlike], [0.5, 0.5, 0.0, 0.0])

    assert shares[2] > shares[3]


def test_without_weight_for_meaning_nothing_is_learnt() -> None:
    given = meaning([QUESTION, SAME_SUBJECT])
    pool = Pool(np.array([1, 2]), np.array([0.2, 0.9]), (), 2)

    assert learnt(given, pool, pool.scores, 0.0) is given


def test_a_question_that_nothing_is_near_to_stays_as_it_is() -> None:
    given = Meaning(np.array(QUESTION, np.float32))
    pool = Pool(np.array([1, 2]), np.array([0.2, 0.9]), (), 2)

    assert learnt(given, pool, pool.scores, 0.5) is given


def test_what_words_alone_found_keeps_its_worth() -> None:
    """The third document has no passage among the nearest."""
    shares = worth([QUESTION, SAME_SUBJECT], [0.2, 0.3, 0.9])

    assert len(shares) == 2
