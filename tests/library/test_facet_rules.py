"""Rules that set facets by words in the folder, the title or the text, and what outweighs them."""

import pytest

from sameside.library.models import Asset, FacetEdit, FacetRule
from sameside.library.tagging import editing, rules
from sameside.library.tagging.editing import Change
from sameside.people.models import Person
from sameside.people.policies import Refused
from tests.conftest import NOW
from tests.library.shelf import shelve
from tests.library.test_facet_edits import states

BANKING = {"where": "path", "words": "banking", "facet": "vertical", "value": "banking"}


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Verticals/Banking/ROI_2026.pptx", "banking roi", True),
        ("Verticals/Merchant-banking.pdf", "BANKING", True),
        ("Embankings/x.pdf", "banking", False),
        ("Assurance vie.pdf", "assur*", True),
        ("Präsentation für Ärzte", "ärzte", True),
        ("Banking", "banking insurance", False),
        ("Banking", "", False),
    ],
)
def test_words_are_whole_and_all_of_them(text: str, words: str, expected: bool) -> None:
    assert rules.holds(text, rules.words_of(words)) is expected


def test_a_rule_sets_its_value_and_can_be_undone(alice: Person) -> None:
    inside, outside = shelve("One", path="Banking/one.pdf"), shelve("Two", path="Retail/two.pdf")
    rule, edit = rules.add(**BANKING, by=alice, at=NOW)
    assert edit is not None
    assert (edit.assets, edit.what) == (1, "Where the folder or file name holds “banking”: Vertical Banking")
    assert states(inside) == {"banking": "confirmed"}
    assert inside.facets.get(facet="vertical").reason == "Rule: “banking” in the folder or file name."
    assert states(outside) == {}
    editing.undo(edit, by=alice, at=NOW)
    assert states(inside) == {}
    assert FacetRule.objects.get(pk=rule.pk).is_active is False
    assert rules.apply_all(at=NOW) == 0
    rules.resume(rule, by=alice, at=NOW)
    assert states(inside) == {"banking": "confirmed"}


def test_a_hand_outweighs_a_rule_and_a_rule_a_proposal(alice: Person) -> None:
    rejected, proposed = shelve("One", path="Banking/one.pdf"), shelve("Two", path="Banking/2.pdf", vertical="banking")
    editing.make([rejected.pk], [Change("dismiss", "vertical", "banking")], "No", by=alice, at=NOW)
    rules.add(**BANKING, by=alice, at=NOW)
    assert states(rejected) == {"banking": "rejected"}
    assert states(proposed) == {"banking": "confirmed"}
    assert rules.apply_all(at=NOW) == 0


def test_title_and_text(alice: Person) -> None:
    one, two = shelve("Guide for CFOs"), shelve("Overview", pages=["Our return", "on investment, for a CFO"])
    assert rules.matching("title", "guide cfos") == [one.pk]
    assert rules.matching("text", "return cfo") == [two.pk]
    assert rules.matching("text", "invest*") == [two.pk]
    assert rules.matching("text", "invest") == []
    Asset.objects.update(status="retired")
    assert rules.matching("text", "invest*") == []


def test_what_comes_in_on_a_day_is_one_edit(alice: Person) -> None:
    rules.add(**BANKING, by=alice, at=NOW)
    assets = [shelve(f"Asset {number}", path="Banking/x.pdf") for number in range(3)]
    for asset in assets:
        assert rules.apply_to([asset.pk], at=NOW) == 1
    edit = FacetEdit.objects.get()
    assert (edit.by, edit.assets, edit.total) == (None, 3, 3)
    assert editing.undo(edit, by=alice, at=NOW).values == 3


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"words": " "}, "Write at least one word"),
        ({"words": "a"}, "Each word has at least two letters"),
        ({"words": "one two three four five six seven eight nine"}, "at most 8 words"),
        ({"where": "colour"}, "Say where the words stand"),
        ({"facet": "format", "value": "pdf"}, "The format of a file is what the file says"),
    ],
)
def test_nonsense_is_refused(change: dict[str, str], sentence: str, alice: Person) -> None:
    with pytest.raises(Refused, match=sentence):
        rules.add(**{**BANKING, **change}, by=alice, at=NOW)
    assert not FacetRule.objects.exists()


def test_a_seller_makes_no_rule(bob: Person, alice: Person) -> None:
    with pytest.raises(Refused, match="Your role does not let you"):
        rules.add(**BANKING, by=bob, at=NOW)
    rules.add(**BANKING, by=alice, at=NOW)
    with pytest.raises(Refused, match="There is such a rule already"):
        rules.add(**BANKING, by=alice, at=NOW)
