"""Who may open what: the rule, what a restriction hides, grants of collections, and partners."""

import pytest

from sameside.library import access
from sameside.library.models import Asset, Collection, CollectionItem, Grant
from sameside.people.models import AuditEntry, Partner, Person, Team
from sameside.people.policies import Refused
from sameside.people.roles import Role
from tests.conftest import NOW
from tests.library.shelf import shelve


def collect(name: str, *assets: Asset) -> Collection:
    made = Collection.objects.create(name=name, slug=name.lower(), created_at=NOW, updated_at=NOW)
    for position, asset in enumerate(assets):
        CollectionItem.objects.create(collection=made, asset=asset, position=position, added_at=NOW)
    return made


def partner_person(name: str) -> Person:
    company = Partner.objects.create(name=f"{name} Partners")
    return Person.objects.create_user(
        f"{name.lower()}@partner.example", "a long enough password", name=name, role=Role.PARTNER, partner=company
    )


def found_by(person: Person) -> list[str]:
    return sorted(Asset.objects.visible_to(person).values_list("title", flat=True))


def test_the_rule_from_top_to_bottom() -> None:
    rule = access.groups_for
    assert rule(is_restricted=False) == ["all"]
    assert rule(is_restricted=False, own=["partner:5", "team:3"]) == ["all", "partner:5"]
    assert rule(is_restricted=False, sharing=["partner", "role:seller"]) == ["all", "partner"]
    assert rule(is_restricted=True, own=["team:3"], restricting=[["role:seller"]], sharing=["partner"]) == ["team:3"]
    assert rule(is_restricted=True) == []
    assert rule(is_restricted=False, restricting=[["team:3"], ["role:seller"]]) == ["role:seller", "team:3"]
    assert rule(is_restricted=False, own=["partner"], restricting=[["team:3"]], sharing=["partner:9"]) == [
        "partner",
        "team:3",
    ]
    assert rule(is_restricted=False, restricting=[[]]) == []


def test_a_restricted_asset_is_found_by_those_it_was_granted_to(
    alice: Person, bob: Person, erik: Person, fay: Person, dora: Person, sales: Team
) -> None:
    shelve("Open to all")
    secret = shelve("Price floor")
    access.restrict(secret, [f"team:{sales.pk}", "role:executive"], by=alice, at=NOW)
    assert found_by(bob) == ["Open to all", "Price floor"]
    assert found_by(fay) == ["Open to all", "Price floor"]
    assert found_by(erik) == ["Open to all"]
    assert found_by(dora) == ["Open to all", "Price floor"]
    access.open_to_all(secret, by=alice, at=NOW)
    assert found_by(erik) == ["Open to all", "Price floor"]
    assert not Grant.objects.exists()


def test_every_change_is_recorded_with_before_and_after(alice: Person, sales: Team) -> None:
    asset = shelve("Price floor")
    access.restrict(asset, ["role:seller"], by=alice, at=NOW)
    access.grant(asset, f"team:{sales.pk}", by=alice, at=NOW)
    access.revoke(asset, "role:seller", by=alice, at=NOW)
    access.revoke(asset, "role:seller", by=alice, at=NOW)
    team = f"team:{sales.pk}"
    assert [entry.details for entry in AuditEntry.objects.filter(action="access changed").order_by("pk")] == [
        {"asset": asset.pk, "restricted": [False, True], "groups": ["", "role:seller"]},
        {"asset": asset.pk, "groups": ["role:seller", f"role:seller, {team}"]},
        {"asset": asset.pk, "groups": [f"role:seller, {team}", team]},
    ]
    assert Asset.objects.get().groups == [team]


def test_a_seller_may_not_decide_who_sees_content(bob: Person) -> None:
    asset = shelve("Price floor")
    with pytest.raises(Refused, match="Your role does not let you decide who may open content"):
        access.restrict(asset, ["role:seller"], by=bob, at=NOW)
    assert Asset.objects.get().groups == ["all"]


@pytest.mark.parametrize("group", ["role:admin", "role:partner", "team:999", "partner:999", "all", "team:1;", ""])
def test_what_cannot_be_granted_to_is_refused(group: str, alice: Person) -> None:
    asset = shelve("Price floor")
    with pytest.raises(Refused, match="not there any more"):
        access.restrict(asset, [group], by=alice, at=NOW)
    assert Asset.objects.get().is_restricted is False


def test_a_partner_sees_what_was_granted_to_partners_and_nothing_else(alice: Person, bob: Person) -> None:
    ines, jon = partner_person("Ines"), partner_person("Jon")
    shelve("Internal")
    for_all, for_one, only_one = shelve("For all partners"), shelve("For Ines"), shelve("Only for Ines")
    access.grant(for_all, "partner", by=alice, at=NOW)
    access.grant(for_one, f"partner:{ines.partner_id}", by=alice, at=NOW)
    access.restrict(only_one, [f"partner:{ines.partner_id}"], by=alice, at=NOW)
    assert found_by(ines) == ["For Ines", "For all partners", "Only for Ines"]
    assert found_by(jon) == ["For all partners"]
    assert found_by(bob) == ["For Ines", "For all partners", "Internal"]


def test_a_restricted_collection_takes_its_assets_out_of_all_hands(
    alice: Person, bob: Person, erik: Person, fay: Person
) -> None:
    inside, own = shelve("Inside"), shelve("Restricted by itself")
    collection = collect("Board", inside, own)
    access.restrict(own, ["role:success"], by=alice, at=NOW)
    access.restrict(collection, ["role:executive"], by=alice, at=NOW)
    assert found_by(fay) == ["Inside"]
    assert found_by(erik) == ["Restricted by itself"]
    assert found_by(bob) == []
    assert list(Collection.objects.visible_to(fay)) == [collection]
    assert not Collection.objects.visible_to(bob).exists()


def test_two_restricted_collections_give_the_union(alice: Person, bob: Person, fay: Person) -> None:
    asset = shelve("In both")
    access.restrict(collect("One", asset), ["role:executive"], by=alice, at=NOW)
    access.restrict(collect("Two", asset), ["role:seller"], by=alice, at=NOW)
    assert found_by(bob) == found_by(fay) == ["In both"]


def test_what_comes_into_a_restricted_collection_is_settled(alice: Person, bob: Person) -> None:
    asset = shelve("Late")
    collection = collect("Board")
    access.restrict(collection, ["role:executive"], by=alice, at=NOW)
    CollectionItem.objects.create(collection=collection, asset=asset, position=1, added_at=NOW)
    assert access.settle([asset.pk]) == 1
    assert found_by(bob) == []
    collection.items.all().delete()
    assert access.settle([asset.pk]) == 1
    assert found_by(bob) == ["Late"]
    assert access.settle([asset.pk]) == 0


def test_an_archived_collection_restricts_on_but_shares_nothing(alice: Person, bob: Person) -> None:
    ines = partner_person("Ines")
    hidden, shared = shelve("Hidden"), shelve("Shared")
    board, kit = collect("Board", hidden), collect("Kit", shared)
    access.restrict(board, ["role:executive"], by=alice, at=NOW)
    access.grant(kit, "partner", by=alice, at=NOW)
    assert found_by(ines) == ["Shared"]
    Collection.objects.update(archived_at=NOW)
    for collection in (board, kit):
        access.settle_collection(collection)
    assert found_by(bob) == ["Shared"]
    assert found_by(ines) == []


def test_a_team_that_is_gone_gives_nobody_anything(alice: Person, bob: Person, sales: Team) -> None:
    asset = shelve("Price floor")
    access.restrict(asset, [f"team:{sales.pk}"], by=alice, at=NOW)
    bob.team = None
    bob.save()
    sales.delete()
    access.settle_everything()
    assert found_by(bob) == []
    assert Asset.objects.get().groups == []


def test_only_those_who_edit_put_assets_into_a_collection_that_decides(alice: Person, bob: Person) -> None:
    free, kit = collect("Free"), collect("Kit")
    access.grant(kit, "partner", by=alice, at=NOW)
    access.check_can_change_items(bob, free)
    access.check_can_change_items(alice, kit)
    with pytest.raises(Refused, match="decides who may open it"):
        access.check_can_change_items(bob, kit)


def test_a_restriction_moves_with_the_versions(alice: Person) -> None:
    narrow, wide, other = shelve("Narrow"), shelve("Wide"), shelve("Other")
    access.restrict(narrow, ["role:seller", "role:executive"], by=alice, at=NOW)
    access.restrict(other, ["role:seller", "role:success"], by=alice, at=NOW)
    for to in (wide, other):
        access.carry_over(narrow, to, by=alice, at=NOW)
    assert Asset.objects.get(pk=wide.pk).groups == ["role:executive", "role:seller"]
    assert Asset.objects.get(pk=other.pk).groups == ["role:seller"]
    access.carry_over(shelve("Open"), narrow, by=alice, at=NOW)
    assert Asset.objects.get(pk=narrow.pk).groups == ["role:executive", "role:seller"]


def test_settling_costs_the_same_for_one_and_for_many(alice: Person, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    assets = [shelve(f"Asset {number}") for number in range(30)]
    collection = collect("Board", *assets)
    access.restrict(collection, ["role:executive"], by=alice, at=NOW)
    Asset.objects.update(groups=["all"])
    with django_assert_max_num_queries(8):
        assert access.settle([asset.pk for asset in assets]) == 30
