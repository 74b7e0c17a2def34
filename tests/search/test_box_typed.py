"""Filters typed as words are read as filters, and never swallow what somebody looks for."""

import pytest

from sameside.search.typed import Begun, Read, Term, Unknown, Vocabulary, begun, fold, read

VOCABULARY = Vocabulary(
    keys={"vertical": "vertical", "industry": "vertical", "language": "language", "lang": "language",
          "format": "format", "persona": "persona"},
    values={
        "vertical": {"banking": "banking", "insurance": "insurance", "public sector": "public-sector",
                     "retail": "retail"},
        "language": {"de": "de", "german": "de", "deutsch": "de", "en": "en", "english": "en"},
        "format": {"pptx": "pptx", "slides": "pptx", "deck": "pptx", "pdf": "pdf"},
        "persona": {"finance": "finance", "it": "it"},
    },
    bare={"deck": ("format", "pptx"), "slides": ("format", "pptx"), "pdf": ("format", "pdf"),
          "de": ("language", "de"), "german": ("language", "de"), "banking": ("vertical", "banking"),
          "public sector": ("vertical", "public-sector")},
    last_only=frozenset({"de"}),
)  # fmt: skip


def asked(text: str, *kept: str) -> tuple[str, dict[str, list[str]]]:
    found = read(text, VOCABULARY, kept)
    return found.words, found.filters


@pytest.mark.parametrize(
    ("text", "words", "filters"),
    [
        ("vertical:banking deck de", "", {"vertical": ["banking"], "format": ["pptx"], "language": ["de"]}),
        ("roi vertical:bank", "roi", {"vertical": ["banking"]}),
        ("Vertical:BANKING lang:Deutsch roi", "roi", {"vertical": ["banking"], "language": ["de"]}),
        ('vertical:"public sector" roi', "roi", {"vertical": ["public-sector"]}),
        ("vertical:public-sector", "", {"vertical": ["public-sector"]}),
        ("vertical:banking,retail roi", "roi", {"vertical": ["banking", "retail"]}),
        ("vertical:banking vertical:retail", "", {"vertical": ["banking", "retail"]}),
        ("public sector roi", "roi", {"vertical": ["public-sector"]}),
        ("german roi deck", "roi", {"language": ["de"], "format": ["pptx"]}),
    ],
)
def test_what_is_a_filter(text: str, words: str, filters: dict[str, list[str]]) -> None:
    assert asked(text) == (words, filters)


@pytest.mark.parametrize(
    "text",
    [
        "banking", "deck", "de", "roi finance", "caso de negocio", "foo:bar baz", "http://example.com/x", "vertical:",
        "vertical:xyz roi", '"german deck"', '"deck"', "-deck", "12:30", "::", ":", '"', '"unclosed', "",
        "vertical:banking,xyz",
    ],
)  # fmt: skip
def test_what_stays_words(text: str) -> None:
    found = read(text, VOCABULARY)
    assert found.terms == []
    assert found.words.replace('"', "").split() == text.replace('"', "").split()


@pytest.mark.parametrize(
    ("text", "words", "excluded"),
    [
        ("-language:de", "", {"language": ["de"]}),
        ("roi -lang:german", "roi", {"language": ["de"]}),
        ("roi -vertical:banking,retail", "roi", {"vertical": ["banking", "retail"]}),
        ('roi -vertical:"public sector"', "roi", {"vertical": ["public-sector"]}),
        ("roi -foo:bar", "roi -foo:bar", {}),
        ("roi -language:xyz", "roi -language:xyz", {}),
        ('roi -"german deck"', 'roi -"german deck"', {}),
    ],
)
def test_a_minus_leaves_out(text: str, words: str, excluded: dict[str, list[str]]) -> None:
    found = read(text, VOCABULARY)
    assert (found.words, found.filters, found.excluded) == (words, {}, excluded)


def test_of_several_values_one_is_taken_out() -> None:
    found = read("roi -vertical:banking,bank,retail", VOCABULARY)
    assert [found.without(term) for term in found.terms] == [
        "roi -vertical:bank,retail",
        "roi -vertical:banking,retail",
        "roi -vertical:banking,bank",
    ]


def test_taking_a_filter_out_leaves_words_that_contain_it() -> None:
    found = read("deckchair roi deck", VOCABULARY)
    assert found.without(found.terms[0]) == "deckchair roi"


def test_a_beginning_with_several_meanings_is_no_filter() -> None:
    several = Vocabulary(keys={"vertical": "vertical"}, values={"vertical": {"energy": "energy", "entry": "entry"}})
    assert read("vertical:en roi", several).words == "vertical:en roi"


def test_a_word_can_be_turned_back() -> None:
    assert asked("german roi deck", "deck") == ("roi deck", {"language": ["de"]})
    assert asked("roi deck", "Deck") == ("roi deck", {})


def test_a_filter_can_be_taken_out_of_the_text() -> None:
    found = read("roi vertical:banking  deck", VOCABULARY)
    assert found.terms == [
        Term("vertical", "banking", "vertical:banking"),
        Term("format", "pptx", "deck", is_word=True),
    ]
    assert found.without(found.terms[0]) == "roi deck"
    assert found.without(found.terms[1]) == "roi vertical:banking"


def test_a_value_that_does_not_exist_is_named() -> None:
    found = read("vertical:xyz roi", VOCABULARY)
    assert isinstance(found, Read)
    assert found.unknown == [Unknown("vertical", "xyz")]


def test_the_filter_being_typed() -> None:
    assert begun("roi vertical:ba", VOCABULARY) == Begun("vertical", "roi ", "vertical", "ba")
    assert begun("industry:", VOCABULARY) == Begun("vertical", "", "industry", "")
    assert begun("roi vertical:ba ", VOCABULARY) is None
    assert begun("when:ba", VOCABULARY) is None


def test_folding() -> None:
    assert fold("Öffentlicher-Dienst  ÉTÉ") == "offentlicher dienst ete"
