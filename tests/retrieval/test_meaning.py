"""Meaning takes part: documents without any of the words are found, under the same permissions, in exact counts."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from sameside.retrieval.embedder import Vectors
from sameside.retrieval.engine import Document, Part, Request, Weights
from sameside.retrieval.lexical import LexicalEngine
from sameside.retrieval.vectors import Passage, VectorFile
from tests.retrieval.shelf import every_page, marked

TODAY = 740_000
SUBJECTS = {
    "money": ("pricing", "cost", "Preise", "budget"),
    "safety": ("security", "Schutz", "encryption", "audit"),
    "people": ("hiring", "Team", "training", "culture"),
}


class Subjects:
    """A model that knows three subjects by their words, and tells everything else by its letters."""

    identity = "subjects-1"
    dimensions = 64

    def passages(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.query(text) for text in texts])

    def query(self, text: str) -> Vectors:
        vector = np.random.default_rng(sum(map(ord, text))).normal(0, 0.05, self.dimensions).astype(np.float32)
        for place, words in enumerate(SUBJECTS.values()):
            vector[place] += sum(word.lower() in text.lower() for word in words)
        return vector / np.linalg.norm(vector)


def hybrid(folder: Path, documents: Sequence[Document]) -> LexicalEngine:
    model = Subjects()
    vectors = VectorFile(folder / "vectors", model.identity, model.dimensions)
    with vectors.writing() as writer:
        for document in documents:
            passages = [Passage(part.number, 0, document.key * 1_000 + part.number) for part in document.parts]
            writer.put(document.key, passages, model.passages([part.text for part in document.parts]))
    with vectors.writing() as writer:
        questions = model.passages([f"nothing of note {number}" for number in range(60)])
        writer.calibrate(questions, [-1] * len(questions))
    vectors.refresh()
    engine = LexicalEngine(folder / "index", model, vectors)
    with engine.writing() as writer:
        writer.put(documents)
    return engine


def library() -> list[Document]:
    chance = random.Random(3)
    documents = []
    for key in range(1, 121):
        words = [chance.choice(SUBJECTS[chance.choice(list(SUBJECTS))]) for _ in range(2)]
        documents.append(
            Document(
                key,
                f"Document {key}",
                [Part(1, "Welcome and agenda"), Part(2, " ".join(words))],
                terms={
                    "vertical": chance.sample(["banking", "retail", "public"], chance.randrange(3)),
                    "depth": [chance.choice(["a", "b"])],
                },
                groups=chance.sample(["x", "y", "z"], chance.randrange(1, 3)),
                valid_until=chance.choice([TODAY - 1, TODAY + 9, TODAY + 9]),
                numbers={"views": chance.randrange(4)},
            )
        )
    return documents


LIBRARY = library()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> LexicalEngine:
    return hybrid(tmp_path_factory.mktemp("hybrid"), LIBRARY)


def test_what_means_the_same_is_found_without_the_words(engine: LexicalEngine) -> None:
    words = set(engine.keys(Request("pricing", semantic=False)))
    result = engine.search(Request("pricing", size=200))
    both = {hit.key for hit in result.hits}

    assert result.meaning
    assert words < both
    of_money = {
        document.key for document in LIBRARY if {"Preise", "cost", "budget"} & set(document.parts[1].text.split())
    }
    assert both - words <= of_money
    assert not engine.search(Request("pricing", semantic=False)).meaning


def test_the_part_that_means_the_same_is_shown(engine: LexicalEngine) -> None:
    words = set(engine.keys(Request("pricing", semantic=False)))
    hit = next(hit for hit in engine.search(Request("pricing", size=200)).hits if hit.key not in words)

    assert hit.part == 2
    assert marked(hit.snippet) == LIBRARY[hit.key - 1].parts[1].text


@pytest.mark.parametrize("words", ["pricing", "security", "hiring cost", "welcome -pricing", '"training"'])
@pytest.mark.parametrize("groups", [None, ["x"], ["y", "z"], []])
@pytest.mark.parametrize("filters", [{}, {"vertical": ["banking"]}, {"vertical": ["retail", "public"], "depth": ["a"]}])
def test_totals_and_counts_are_of_the_very_set_that_is_listed(
    engine: LexicalEngine, words: str, groups: list[str] | None, filters: dict[str, list[str]]
) -> None:
    everything = {document.key: document for document in LIBRARY}
    request = Request(
        words, filters=filters, groups=groups, on=TODAY, counted=("vertical", "depth"), size=9, typing=False
    )
    pages = every_page(engine, request)
    listed = [hit.key for found in pages for hit in found.hits]

    assert len(listed) == len(set(listed)) == pages[0].total
    for key in listed:
        document = everything[key]
        assert groups is None or set(groups) & set(document.groups)
        assert document.valid_until >= TODAY
        assert all(set(values) & set(document.terms[facet]) for facet, values in filters.items())
    for facet in ("vertical", "depth"):
        others = {name: values for name, values in filters.items() if name != facet}
        for value in ("banking", "retail", "public", "a", "b"):
            chosen = Request(words, filters={**others, facet: [value]}, groups=groups, on=TODAY, typing=False)
            assert pages[0].counts[facet].get(value, 0) == len(list(engine.keys(chosen)))


def test_a_phrase_in_quotes_finds_only_what_holds_it(engine: LexicalEngine) -> None:
    keys = list(engine.keys(Request('"pricing"')))

    assert keys
    assert all("pricing" in LIBRARY[key - 1].parts[1].text for key in keys)


def test_what_is_excluded_is_not_brought_back_by_meaning(engine: LexicalEngine) -> None:
    keys = list(engine.keys(Request("pricing -budget")))

    assert keys
    assert not any("budget" in LIBRARY[key - 1].parts[1].text for key in keys)


def test_other_orders_hold_the_same_set(engine: LexicalEngine) -> None:
    by_score = list(engine.keys(Request("pricing", groups=["x"])))
    by_views = list(engine.keys(Request("pricing", groups=["x"], order="-views")))

    assert sorted(by_score) == sorted(by_views)
    views = [LIBRARY[key - 1].numbers["views"] for key in by_views]
    assert views == sorted(views, reverse=True)


def test_permissions_follow_a_change(tmp_path: Path) -> None:
    engine = hybrid(tmp_path, LIBRARY[:40])
    mine = Request("pricing", groups=["x"])
    before = set(engine.keys(mine))
    moved = next(key for key in before)
    with engine.writing() as writer:
        writer.put([Document(**{**vars(LIBRARY[moved - 1]), "groups": ["z"]})])

    assert set(engine.keys(mine)) == before - {moved}


def test_without_vectors_words_alone_answer(tmp_path: Path) -> None:
    model = Subjects()
    engine = LexicalEngine(None, model, VectorFile(tmp_path, model.identity, model.dimensions))
    with engine.writing() as writer:
        writer.put(LIBRARY)

    result = engine.search(Request("pricing"))
    assert not result.meaning
    assert result.total == len(list(engine.keys(Request("pricing", semantic=False))))


def test_each_hit_says_what_its_score_is_made_of(engine: LexicalEngine) -> None:
    result = engine.search(Request("pricing", preferred={"depth": ["a"]}, size=200))

    for hit in result.hits:
        assert sum(hit.why.values()) == pytest.approx(hit.score, abs=1e-3)
        assert ("context" in hit.why) == ("a" in LIBRARY[hit.key - 1].terms["depth"])
    assert {name for hit in result.hits for name in hit.why} == {"words", "meaning", "context"}
    by_meaning = [hit for hit in result.hits if "words" not in hit.why]
    assert by_meaning
    assert not any("pricing" in LIBRARY[hit.key - 1].parts[1].text for hit in by_meaning)


def test_what_is_found_by_meaning_is_worth_the_words_it_holds(engine: LexicalEngine) -> None:
    whole_words = Weights(pieces=0.0)
    holding_both = set(engine.keys(Request("hiring cost", semantic=False)))
    added = [
        hit
        for hit in engine.search(Request("hiring cost", weights=whole_words, size=200)).hits
        if hit.key not in holding_both
    ]
    texts = {hit.key: LIBRARY[hit.key - 1].parts[1].text.split() for hit in added}

    holding_one = {hit.key for hit in added if {"hiring", "cost"} & set(texts[hit.key])}
    assert holding_one
    assert holding_one < texts.keys()
    assert {hit.key for hit in added if "words" in hit.why} == holding_one


def test_a_question_is_understood_as_typed_and_few_words_as_repaired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = hybrid(tmp_path, [Document(key=1, title="She drew", parts=[Part(1, "hiring culture training drew")])])
    heard: list[str] = []
    known = Subjects.query

    def query(model: Subjects, text: str) -> Vectors:
        heard.append(text)
        return known(model, text)

    monkeypatch.setattr(Subjects, "query", query)
    assert engine.search(Request("drei hiring culture training", typing=False)).corrected.startswith("drew ")
    engine.search(Request("hirng", typing=False))
    assert heard == ["drei hiring culture training", "hiring"]
