"""What is counted from arrays, once a snapshot was asked often enough, is what the index itself counts."""

import random
from collections import Counter
from pathlib import Path

import pytest

from sameside.retrieval.engine import Boost, Document, Part, Request
from sameside.retrieval.lexical import LexicalEngine
from tests.retrieval.shelf import indexed, page

SUBJECTS = ("pricing", "security", "onboarding", "migration", "training", "support")
WON = (Boost("won", 2, 0.1),)
COUNTED = ("vertical", "format", "nothing")


def documents() -> list[Document]:
    chance = random.Random(11)
    return [
        Document(
            key,
            f"Number {key}",
            [Part(1, " ".join(chance.choices(SUBJECTS, k=6)))],
            language="en",
            terms={
                "vertical": sorted(set(chance.choices(["banking", "retail", "energy"], k=2))),
                "format": [chance.choice(["deck", "sheet"])] if key % 5 else [],
            },
            numbers={"won": chance.randrange(4)},
            groups=chance.choices(["sales", "partners", "leaders"], k=2),
            valid_until=chance.choice([9, 4_000_000]),
        )
        for key in range(1, 61)
    ]


ASKED = {
    "words": Request("pricing security"),
    "a chosen value": Request("pricing", filters={"vertical": ["banking"]}),
    "two facets": Request("pricing training", filters={"vertical": ["banking", "energy"], "format": ["deck"]}),
    "a value without documents": Request("support", filters={"format": ["unheard"]}),
    "a facet that is not counted": Request("support", filters={"owner": ["nobody"]}),
    "without a value": Request("migration", excluded={"format": ["sheet"]}, filters={"vertical": ["retail"]}),
    "an unwanted word": Request("migration -pricing", filters={"vertical": ["retail"]}),
    "some": Request("pricing", groups=["partners"], on=10, filters={"vertical": ["retail"]}),
    "a context": Request("onboarding", preferred={"vertical": ["energy"], "format": ["deck"]}, boosts=WON),
    "another order": Request("onboarding", order="-won", filters={"vertical": ["energy"]}),
    "no words": Request("", filters={"vertical": ["energy"]}, preferred={"format": ["deck"]}),
    "no words, of some": Request("", groups=["partners"], on=10, excluded={"format": ["sheet"]}),
    "no words, a context of two": Request("", preferred={"vertical": ["energy", "retail"], "format": ["deck"]}),
    "no words, another page": Request("", preferred={"vertical": ["energy"]}, after="9", on=10),
    "no words, another order": Request("", filters={"vertical": ["energy"]}, order="-won"),
    "an unwanted word alone": Request("-pricing", filters={"vertical": ["retail"]}),
    "nothing": Request("zebra"),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("columns")
    indexed(*documents(), folder=place)
    return place


@pytest.mark.parametrize("name", ASKED)
def test_arrays_say_what_the_index_says(folder: Path, name: str) -> None:
    engine = LexicalEngine(folder)
    request = Request(**{**vars(ASKED[name]), "counted": COUNTED, "size": 9})

    from_the_index, from_arrays = engine.search(request), engine.search(request)

    assert from_arrays == from_the_index
    assert from_arrays.total == len(list(engine.keys(request)))


def test_counts_are_those_of_the_documents() -> None:
    engine = indexed(*documents())
    for _ in range(2):
        found = engine.search(Request("pricing", counted=COUNTED, filters={"format": ["deck"]}))
        holding = [each for each in documents() if "pricing" in each.parts[0].text]
        decks = [each for each in holding if each.terms["format"] == ["deck"]]
        assert found.total == len(decks)
        assert found.counts["vertical"] == Counter(value for each in decks for value in each.terms["vertical"])
        assert found.counts["format"] == Counter(value for each in holding for value in each.terms["format"])


def test_arrays_are_those_of_what_was_written_last() -> None:
    engine = indexed(*documents())
    request = Request("pricing", counted=["vertical"], size=100)
    before = [engine.search(request) for _ in range(3)][-1]
    with engine.writing() as writer:
        writer.remove([hit.key for hit in before.hits][1:])
        writer.put([page(99, "pricing", terms={"vertical": ["mining"]})])

    for _ in range(3):
        after = engine.search(request)
        assert {hit.key for hit in after.hits} == {before.hits[0].key, 99}
        assert after.counts["vertical"]["mining"] == 1


def test_of_more_matches_than_are_collected_total_and_counts_are_exact() -> None:
    engine = indexed(
        *(Document(key, "brochure", terms={"half": ["even" if key % 2 == 0 else "odd"]}) for key in range(1, 10_101))
    )
    for _ in range(13):
        found = engine.search(Request("brochure", counted=["half"], filters={"half": ["odd"]}, size=3))
        everything = engine.search(Request("brochure", counted=["half"], size=3))

    assert (found.total, dict(found.counts["half"])) == (5_050, {"even": 5_050, "odd": 5_050})
    assert (everything.total, dict(everything.counts["half"])) == (10_100, {"even": 5_050, "odd": 5_050})
    assert [hit.key for hit in found.hits] == [1, 3, 5]
    assert sorted(engine.keys(Request("brochure"))) == list(range(1, 10_101))
