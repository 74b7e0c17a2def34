"""What of a document a model reads: pages with the title in front, long ones in stretches."""

from sameside.retrieval.embedding.passages import passages
from sameside.retrieval.embedding.sentences import spoken
from sameside.retrieval.engine import Document, Part


def test_a_page_is_a_passage_and_the_summary_stands_for_the_document() -> None:
    found = passages(
        Document(1, "Price list", [Part(1, "Plans and prices"), Part(4, " Discounts\n")], summary="All we charge")
    )
    assert [(text.part, text.number, text.text) for text in found] == [
        (0, 0, "Price list. All we charge"),
        (1, 0, "Price list. Plans and prices"),
        (4, 0, "Price list. Discounts"),
    ]


def test_a_document_without_pages_is_its_title() -> None:
    assert [text.text for text in passages(Document(1, "Price list"))] == ["Price list"]
    assert [text.text for text in passages(Document(1, "", [Part(1, "Only text"), Part(2, "  ")]))] == ["Only text"]
    assert passages(Document(1, " ", [Part(1, " ")])) == []


def test_a_long_page_is_cut_into_equal_stretches_that_lose_nothing() -> None:
    words = [f"word{number}" for number in range(450)]
    found = passages(Document(1, "T", [Part(7, " ".join(words))]))
    stretches = [text.text.removeprefix("T. ").split() for text in found]
    assert [len(stretch) for stretch in stretches] == [150, 150, 150]
    assert [word for stretch in stretches for word in stretch] == words
    assert [(text.part, text.number) for text in found] == [(7, 0), (7, 1), (7, 2)]
    assert len(passages(Document(1, "T", [Part(7, " ".join(words[:200]))]))) == 1


def test_scripts_without_spaces_and_endless_words_are_cut_too() -> None:
    text = "営業資料を探す。" * 100
    found = passages(Document(1, "", [Part(1, text)]))
    assert len(found) == 3
    assert "".join(each.text for each in found) == text
    assert len(passages(Document(1, "", [Part(1, "x" * 40 * 1_600)]))) == 10


def test_equal_texts_have_equal_digests_wherever_they_stand() -> None:
    first, second = passages(Document(1, "T", [Part(1, "same"), Part(2, "same")]))
    other = passages(Document(2, "T", [Part(9, "same")]))[0]
    assert first.digest == second.digest == other.digest
    assert passages(Document(2, "U", [Part(9, "same")]))[0].digest != other.digest


def test_runs_of_capitals_are_lowered_and_acronyms_stay() -> None:
    said = "THE QUARTERLY REVIEW of GDPR and KYC, then PRICING"
    assert spoken(said) == "the quarterly review of GDPR and KYC, then pricing"
    assert spoken("GRÖSSE UND GEWICHT, İSTANBUL") == "grösse und gewicht, i̇stanbul"
    assert spoken("") == ""
