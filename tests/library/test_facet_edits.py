"""Facets of many assets changed at once: the table, what is left alone, undoing, large edits, refusals."""

from datetime import timedelta

import pytest

from sameside.library.models import Asset, AssetFacet, Facet, FacetEdit
from sameside.library.tagging import editing
from sameside.library.tagging.editing import Change
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.conftest import NOW
from tests.library.shelf import shelve

BANKING = Change("add", "vertical", "banking")


def states(asset: Asset, facet: Facet = Facet.VERTICAL) -> dict[str, str]:
    return dict(asset.facets.filter(facet=facet).values_list("value", "state"))


@pytest.mark.parametrize(
    ("verb", "by_hand", "expected"),
    [
        ("add", True, ["confirmed", "confirmed", "confirmed", "confirmed"]),
        ("add", False, ["confirmed", "confirmed", "confirmed", "rejected"]),
        ("remove", True, ["", "rejected", "rejected", "rejected"]),
        ("dismiss", True, ["rejected", "rejected", "confirmed", "rejected"]),
    ],
)
def test_the_table(verb: editing.Verb, by_hand: bool, expected: list[str]) -> None:
    before = ["", "proposed", "confirmed", "rejected"]
    assert [editing.after(verb, state, by_hand=by_hand) for state in before] == expected


def test_an_edit_and_its_undo_leave_everything_as_it_was(alice: Person, dora: Person) -> None:
    has, lacks, refused = shelve("Has", vertical="banking"), shelve("Lacks"), shelve("Refused", vertical="banking")
    refused.facets.update(
        state="rejected", decided_by=dora, decided_at=NOW - timedelta(days=3), reason="Not for banks."
    )
    before = list(AssetFacet.objects.order_by("asset").values())
    edit = editing.make([has.pk, lacks.pk, refused.pk], [BANKING], "Banking", by=alice, at=NOW)
    assert (edit.assets, edit.total, edit.done_at) == (3, 3, NOW)
    assert [states(asset) for asset in (has, lacks, refused)] == [{"banking": "confirmed"}] * 3
    assert Asset.objects.get(pk=has.pk).facets_confirmed is True
    undone = editing.undo(edit, by=alice, at=NOW + timedelta(hours=1))
    assert (undone.values, undone.kept) == (3, 0)
    assert list(AssetFacet.objects.order_by("asset").values()) == before
    assert Asset.objects.get(pk=has.pk).facets_confirmed is False
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["facets.edited", "facets.edit_undone"]


def test_what_was_changed_since_stays_and_is_named(alice: Person, dora: Person) -> None:
    one, other = shelve("One"), shelve("Other")
    edit = editing.make([one.pk, other.pk], [BANKING], "Banking", by=alice, at=NOW)
    editing.make([other.pk], [Change("remove", "vertical", "banking")], "Not", by=dora, at=NOW + timedelta(hours=1))
    undone = editing.undo(edit, by=alice, at=NOW + timedelta(hours=2))
    assert (undone.values, undone.kept, undone.named) == (1, 1, [("Other", "vertical", "banking")])
    assert states(one) == {}
    assert states(other) == {"banking": "rejected"}
    with pytest.raises(Refused, match="undone already"):
        editing.undo(edit, by=alice, at=NOW)


def test_replacing_a_facet_removes_its_other_values(alice: Person) -> None:
    asset = shelve("Guide", vertical=["retail", "insurance"])
    editing.make([asset.pk], [Change("replace", "vertical", "banking")], "Banking", by=alice, at=NOW)
    assert states(asset) == {"retail": "rejected", "insurance": "rejected", "banking": "confirmed"}


def test_the_last_conversation_is_left(alice: Person) -> None:
    one, two = (
        shelve("One", conversation="tangible_value"),
        shelve("Two", conversation=["tangible_value", "right_people"]),
    )
    change = Change("remove", "conversation", "tangible_value")
    effect = editing.effect([one.pk, two.pk], [change])
    assert (effect.chosen, effect.changed, effect.left_alone) == (2, 1, 1)
    editing.make([one.pk, two.pk], [change], "No value", by=alice, at=NOW)
    assert states(one, Facet.CONVERSATION) == {"tangible_value": "proposed"}
    assert states(two, Facet.CONVERSATION) == {"tangible_value": "rejected", "right_people": "proposed"}


def test_the_preview_writes_nothing_and_tells_the_same(alice: Person) -> None:
    assets = [shelve(f"Asset {number}", vertical="retail") for number in range(3)]
    assets.append(shelve("Has it", vertical="banking"))
    changes = [Change("replace", "vertical", "banking")]
    effect = editing.effect([asset.pk for asset in assets], changes)
    assert effect.values == [("add", "vertical", "banking", 4), ("remove", "vertical", "retail", 3)]
    assert not FacetEdit.objects.exists()
    edit = editing.make([asset.pk for asset in assets], changes, "Banking", by=alice, at=NOW)
    assert edit.assets == effect.changed == 4


@pytest.mark.parametrize(
    "changes",
    [[], [Change("add", "format", "pdf")], [Change("add", "vertical", "")], [Change("add", "colour", "red")]],
)
def test_nonsense_is_refused(changes: list[Change], alice: Person) -> None:
    with pytest.raises(Refused):
        editing.make([shelve("One").pk], changes, "x", by=alice, at=NOW)


def test_a_seller_may_not(bob: Person, alice: Person) -> None:
    asset = shelve("One")
    with pytest.raises(Refused, match="Your role does not let you upload content and confirm or change its facets"):
        editing.make([asset.pk], [BANKING], "x", by=bob, at=NOW)
    edit = editing.make([asset.pk], [BANKING], "x", by=alice, at=NOW)
    with pytest.raises(Refused):
        editing.undo(edit, by=bob, at=NOW)


def test_a_large_edit_goes_on_where_it_was_cut_off(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "PIECE", 2)
    assets = [shelve(f"Asset {number}").pk for number in range(5)]
    edit = editing.begin(assets, [BANKING], "Banking", by=alice, at=NOW)
    assert editing.go_on(edit, at=NOW) is True
    edit.refresh_from_db()
    assert (edit.seen, edit.assets, edit.done_at) == (2, 2, None)
    with pytest.raises(Refused, match="still being made"):
        editing.undo(edit, by=alice, at=NOW)
    assert [editing.go_on(edit, at=NOW) for _ in range(3)] == [True, False, False]
    edit.refresh_from_db()
    assert (edit.seen, edit.assets, edit.done_at) == (5, 5, NOW)
    assert AssetFacet.objects.filter(value="banking", state="confirmed").count() == 5


def test_an_edit_costs_the_same_for_one_and_for_many(alice: Person, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    assets = [shelve(f"Asset {number}").pk for number in range(30)]
    with django_assert_max_num_queries(22):
        editing.make(assets, [BANKING], "Banking", by=alice, at=NOW)
