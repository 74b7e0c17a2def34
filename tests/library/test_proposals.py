"""Which facets are proposed for a document, and why."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sameside.library import proposals
from sameside.library.extraction.document import Document
from sameside.library.models import Asset, AssetFacet
from sameside.people.models import Person
from sameside.retrieval.engine import Document as Doc
from sameside.retrieval.engine import Part
from sameside.search import embedding, readers
from tests.conftest import NOW
from tests.library.shelf import shelve
from tests.retrieval.test_meaning import Subjects, hybrid

FILLER = "Plain words that tell nothing in particular about anybody, repeated for length. "


def proposed(
    title: str, path: str = "x.pdf", text: str = FILLER, pages: int = 5, fmt: str = "pdf"
) -> dict[str, list[str]]:
    document = Document(fmt, title=title, language="en", pages=[text] * pages)
    found: dict[str, list[str]] = {}
    for proposal in proposals.proposals(title, path, document):
        found.setdefault(str(proposal.facet), []).append(str(proposal.value))
    return found


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Industry trends 2026: our point of view", "tailored_pov"),
        ("Who decides: stakeholder map", "right_people"),
        ("Agenda for the first meeting", "relevant_meeting"),
        ("Mutual success plan", "definition_of_success"),
        ("Business case calculator", "definition_of_success"),
        ("Case study: how Northwind saved a million", "tangible_value"),
        ("Preisliste 2026", "tangible_value"),
        ("Étude de cas", "tangible_value"),
        ("Plan de éxito", "definition_of_success"),
    ],
)
def test_the_title_tells_the_conversation(title: str, kind: str) -> None:
    assert proposed(title)["conversation"][0] == kind


@pytest.mark.parametrize(
    ("fmt", "pages", "kind"),
    [
        ("pptx", 12, "relevant_meeting"),
        ("pdf", 1, "right_people"),
        ("md", 4, "tailored_pov"),
        ("docx", 9, "definition_of_success"),
    ],
)
def test_there_is_always_a_conversation(fmt: str, pages: int, kind: str) -> None:
    assert proposed("Zebra", f"x.{fmt}", pages=pages, fmt=fmt)["conversation"] == [kind]


def test_folders_tell_vertical_product_line_and_competitor() -> None:
    found = proposed("Zebra", "Banking/Products/Ledger One/Competitor - Acme/zebra.pdf")
    assert found["vertical"] == ["banking"]
    assert found["product_line"] == ["ledger-one"]
    assert found["competitor"] == ["acme"]


def test_words_of_the_text_count_when_they_are_many() -> None:
    assert proposed("Zebra", text="The hospital and its patients. " * 3)["vertical"] == ["healthcare"]
    assert "vertical" not in proposed("Zebra", text=FILLER + "One hospital.", pages=1)


def test_a_word_within_a_word_is_no_word() -> None:
    assert "vertical" not in proposed("Embankment works", text=FILLER)


def test_who_it_is_for_and_where() -> None:
    found = proposed("The CFO guide for Germany")
    assert (found["persona"], found["seniority"], found["region"]) == (["finance"], ["executive"], ["dach"])


@pytest.mark.parametrize(
    ("title", "words", "pages", "depth"),
    [
        ("Zebra", 300, 1, "overview"),
        ("Zebra", 2500, 6, "working"),
        ("Zebra", 9000, 20, "deep"),
        ("Ledger at a glance", 9000, 20, "overview"),
        ("Ledger technical notes", 300, 1, "deep"),
    ],
)
def test_depth_follows_title_and_length(title: str, words: int, pages: int, depth: str) -> None:
    assert proposed(title, text="zebra " * (words // pages), pages=pages)["depth"] == [depth]


def test_each_proposal_has_a_reason() -> None:
    document = Document("pdf", title="t", language="de", pages=["x"])
    found = proposals.proposals("Security overview for banks", "Legal/banks.pdf", document)
    assert all(proposal.reason for proposal in found)
    reasons = {proposal.value: proposal.reason for proposal in found}
    assert reasons["banking"] == "“banks” in the title."
    assert reasons["de"] == "Detected from the text."
    assert {proposal.value for proposal in found if proposal.is_fact} == {"pdf", "de"}


def _asset() -> Asset:
    return Asset.objects.create(title="Banks", slug="b", format="pdf", path="b.pdf", created_at=NOW, updated_at=NOW)


@pytest.mark.django_db
def test_facts_are_confirmed_and_the_rest_is_proposed() -> None:
    asset = _asset()
    proposals.propose(asset, Document("pdf", language="en", pages=[FILLER]))
    states = dict(asset.facets.values_list("facet", "state"))
    assert states == {
        "format": "confirmed",
        "language": "confirmed",
        "vertical": "proposed",
        "conversation": "proposed",
        "depth": "proposed",
    }


def test_what_somebody_decided_stays_when_a_new_version_comes(alice: Person) -> None:
    asset = _asset()
    proposals.propose(asset, Document("pdf", language="en", pages=[FILLER]))
    proposals.reject(asset.facets.get(facet="vertical"), by=alice, at=NOW)
    proposals.confirm(asset, by=alice, at=NOW)
    asset.refresh_from_db()
    proposals.propose(asset, Document("pdf", language="en", pages=["hospital " * 20]))
    asset.refresh_from_db()
    assert asset.facets_confirmed
    assert asset.facets.get(facet="vertical").state == AssetFacet.State.REJECTED


def test_the_last_conversation_is_not_rejected(alice: Person) -> None:
    asset = _asset()
    proposals.propose(asset, Document("pdf", language="en", pages=[FILLER]))
    with pytest.raises(proposals.NoConversation, match="must help at least one conversation"):
        proposals.reject(asset.facets.get(facet="conversation"), by=alice, at=NOW)
    assert asset.facets.get(facet="conversation").state == "proposed"


@pytest.fixture
def near_in_meaning(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Eight assets of which six say that they help with the right people, and a model that takes all for alike."""
    said = ["right_people"] * 6 + ["tailored_pov"] * 2
    assets = [shelve(f"Guide {place}", conversation=value) for place, value in enumerate(said)]
    AssetFacet.objects.update(state=AssetFacet.State.CONFIRMED)
    documents = [Doc(asset.pk, asset.title, [Part(1, "budget")], terms={"status": ["active"]}) for asset in assets]
    engine = hybrid(tmp_path, documents)
    monkeypatch.setattr(embedding, "embedder", Subjects)
    readers.use(lambda kind: engine)
    yield
    readers.use(None)


NO_WORD = Document("pptx", language="en", pages=["budget"])


def test_where_no_word_says_it_the_nearest_in_meaning_do(near_in_meaning: None) -> None:
    asset = _asset()
    proposals.propose(asset, NO_WORD)
    found = {one.value: one.reason for one in asset.facets.filter(facet="conversation")}
    assert found == {"right_people": "6 of the 8 assets nearest in meaning have it."}


def test_words_count_more_than_what_is_near_in_meaning(near_in_meaning: None) -> None:
    asset = _asset()
    proposals.propose(asset, Document("pptx", language="en", pages=["budget", "business case " * 6]))
    assert "right_people" not in set(asset.facets.filter(facet="conversation").values_list("value", flat=True))


def test_without_a_majority_or_a_model_it_stays_a_guess(near_in_meaning: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asset = _asset()
    some = AssetFacet.objects.filter(value="right_people", asset__title__in=["Guide 0", "Guide 1"])
    some.update(value="relevant_meeting")
    proposals.propose(asset, NO_WORD)
    guess = "Slides are shown in meetings; no word says more."
    assert [one.reason for one in asset.facets.filter(facet="conversation")] == [guess]
    AssetFacet.objects.filter(facet="conversation").exclude(asset=asset).update(value="right_people")
    monkeypatch.setattr(embedding, "embedder", lambda: None)
    proposals.propose(asset, NO_WORD)
    assert [one.reason for one in asset.facets.filter(facet="conversation")] == [guess]
