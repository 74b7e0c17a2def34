"""Which facets are proposed for a document, and why."""

import pytest

from sameside.library import proposals
from sameside.library.extraction.document import Document
from sameside.library.models import Asset, AssetFacet
from sameside.people.models import Person
from tests.conftest import NOW

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
