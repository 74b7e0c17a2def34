"""What the parts of a score weigh is asked with the request, so that rankings can be compared side by side."""

import pytest

from sameside.retrieval.engine import Boost, Document, Part, Request, Weights
from sameside.retrieval.lexical import LexicalEngine


@pytest.fixture
def engine():
    engine = LexicalEngine()
    with engine.writing() as writer:
        writer.put(
            [
                Document(1, "Banking deck", [Part(1, "all about banking")], numbers={"won": 0}),
                Document(2, "Banking deck", [Part(1, "all about banking")], numbers={"won": 5}),
                Document(3, "Sheet", [Part(1, "banks and their embankments")], numbers={"won": 9}),
            ]
        )
    engine.refresh()
    return engine


def keys(engine, **asked):
    return [hit.key for hit in engine.search(Request(words="banking", **asked)).hits]


def test_equal_matches_come_by_key_and_a_boost_changes_that(engine):
    assert keys(engine)[:2] == [1, 2]
    assert keys(engine, boosts=[Boost("won", 3, 0.1)])[:2] == [2, 1]


def test_a_boost_adds_its_weight_to_the_score(engine):
    plain = engine.search(Request(words="banking")).hits
    boosted = engine.search(Request(words="banking", boosts=[Boost("won", 3, 0.25)])).hits
    assert {hit.key: hit.score for hit in boosted}[2] == pytest.approx({hit.key: hit.score for hit in plain}[2] + 0.25)


def test_a_boost_finds_nothing_that_does_not_match(engine):
    assert engine.search(Request(words="quantum", boosts=[Boost("won", 3, 5.0)])).total == 0


def test_a_boost_by_an_unknown_number_or_of_no_weight_changes_nothing(engine):
    assert keys(engine, boosts=[Boost("unknown", 1, 1.0), Boost("won", 3, 0.0)]) == keys(engine)


def test_words_and_their_pieces_weigh_what_is_asked(engine):
    score = {
        weights: engine.search(Request(words="banking", weights=Weights(*weights))).hits[0].score
        for weights in ((0.7, 0.3), (0.35, 0.15))
    }
    assert score[0.35, 0.15] == pytest.approx(score[0.7, 0.3] / 2)
