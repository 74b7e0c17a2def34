"""The report on content: facts gathered in SQL, verdicts that add up to the active assets, and their lists."""

from datetime import timedelta
from typing import Any

import pytest

from sameside.kit import snapshots
from sameside.library import report
from sameside.library.facts import gather
from sameside.library.models import Asset, AssetFacet, AssetVerdict, Search
from sameside.people.models import Organisation, Person
from tests.conftest import NOW
from tests.library.shelf import deal, shelve, use


def compute(**params: int) -> dict[str, Any]:
    return snapshots.compute("content", {"window": 90, "k": 5} | params, at=NOW).data


def verdict(asset: Asset, k: int = 5) -> str:
    return AssetVerdict.objects.get(window=90, k=k, asset=asset).verdict


@pytest.fixture
def five(alice: Person, bob: Person, erik: Person) -> dict[str, Asset]:
    """One asset for each verdict, a retired one besides, and two open deals in banking."""
    assets = {
        "used": shelve("Used guide", vertical="banking"),
        "not_found": shelve("Hidden guide", vertical="banking"),
        "not_relevant": shelve("Dull guide", vertical="banking"),
        "not_understood": shelve("Hard guide", vertical="banking"),
        "no_demand": shelve("Lonely guide", vertical="energy"),
        "retired": shelve("Old guide", vertical="banking", status="retired"),
    }
    deal(owner=bob)
    deal(owner=bob)
    use(assets["used"], "share", bob)
    for name in ("not_relevant", "not_understood"):
        for day in range(5):
            use(assets[name], "impression", bob, day + 1)
    use(assets["not_understood"], "download", bob)
    use(assets["retired"], "share", bob)
    return assets


def test_each_verdict_once_and_the_sum_is_every_active_asset(five: dict[str, Asset]) -> None:
    data = compute()
    assert {row["verdict"]: row["count"] for row in data["verdicts"]} == {
        "used": 1,
        "not_found": 1,
        "not_relevant": 1,
        "not_understood": 1,
        "no_demand": 1,
    }
    assert (data["active"], data["unused"], data["unused_share"]) == (5, 4, 0.8)
    for name, asset in five.items():
        if name != "retired":
            assert verdict(asset) == name
    assert not AssetVerdict.objects.filter(asset=five["retired"]).exists()


def test_breakdowns_and_teams_reconcile(five: dict[str, Asset]) -> None:
    data = compute()
    verticals = {row["value"]: row for row in data["breakdowns"]["vertical"]}
    assert {value: row["total"] for value, row in verticals.items()} == {"banking": 4, "energy": 1}
    assert verticals["banking"]["not_found"] == 1
    assert data["breakdowns"]["conversation"][0]["label"] == "Not stated"
    assert data["breakdowns"]["format"][0]["total"] == 5
    [team] = data["teams"]
    assert (team["label"], team["shown"], team["used"], team["passed"], team["unseen"]) == ("Sales North", 3, 1, 2, 2)
    assert [row["title"] for row in data["unfound"]] == ["Hidden guide"]
    assert data["unfound"][0]["open_deals"] == 2
    assert [table.caption for table in report.tables(data)][:2] == ["Content over 90 days (k = 5)", "By team"]


def test_computing_again_replaces_and_other_settings_stand_beside(five: dict[str, Asset]) -> None:
    compute()
    compute()
    compute(k=1)
    assert AssetVerdict.objects.filter(k=5).count() == 5
    assert AssetVerdict.objects.filter(k=1).count() == 5


def test_what_the_makers_of_content_see_is_not_seeing(alice: Person, gus: Person, bob: Person) -> None:
    asset = shelve("Guide")
    use(asset, "impression", alice)
    use(asset, "open", gus)
    use(asset, "impression", bob)
    use(asset, "impression", None)
    facts = gather(90, NOW)[asset.pk].facts
    assert (facts.impressions, facts.opens) == (2, 0)
    use(asset, "present", alice)
    assert gather(90, NOW)[asset.pk].facts.uses == 1


def test_only_the_window_counts(bob: Person) -> None:
    asset = shelve("Guide")
    use(asset, "share", bob, days_ago=89)
    use(asset, "share", bob, days_ago=91)
    assert gather(90, NOW)[asset.pk].facts.uses == 1
    assert gather(30, NOW)[asset.pk].facts.uses == 0


def test_coming_back_is_the_same_person_opening_again(bob: Person, erik: Person) -> None:
    asset = shelve("Guide")
    use(asset, "open", bob, 3)
    use(asset, "open", erik, 3)
    assert gather(90, NOW)[asset.pk].facts.returns == 0
    use(asset, "open", bob, 1)
    assert gather(90, NOW)[asset.pk].facts.returns == 1


def test_open_deals_lie_in_the_facets(bob: Person) -> None:
    deal("banking", "de", "tailored_pov")
    deal("banking", "", "right_people")
    deal("", "en", "tailored_pov")
    deal("banking", "de", "tailored_pov", closed_at=NOW - timedelta(days=100), at=NOW - timedelta(days=200))
    cases = {
        shelve("Anything", language="").pk: 3,
        shelve("Banking", language="", vertical="banking").pk: 2,
        shelve("Banking or retail, German", vertical=["banking", "retail"], language="de").pk: 2,
        shelve("German", language="de").pk: 2,
        shelve("English", language="en").pk: 2,
        shelve("Right people", language="", conversation="right_people").pk: 1,
        shelve("Retail", language="", vertical="retail").pk: 0,
    }
    found = gather(90, NOW)
    assert {pk: found[pk].facts.open_deals for pk in cases} == cases


def test_a_rejected_facet_excludes_nothing(bob: Person) -> None:
    deal("banking")
    asset = shelve("Guide", vertical="retail")
    assert gather(90, NOW)[asset.pk].facts.open_deals == 0
    AssetFacet.objects.filter(asset=asset).update(state="rejected")
    assert gather(90, NOW)[asset.pk].facts.open_deals == 1


def test_a_conversation_that_ended_before_the_window_is_no_demand(bob: Person) -> None:
    deal(kind="tailored_pov", state="succeeded", at=NOW - timedelta(days=120))
    asset = shelve("Point of view", conversation="tailored_pov")
    assert gather(90, NOW)[asset.pk].facts.open_deals == 0
    assert gather(180, NOW)[asset.pk].facts.open_deals == 1


def test_searches_that_its_words_match(bob: Person) -> None:
    asset = shelve("Core banking migration")
    other = shelve("Retail loyalty")
    for query in ("migration", "Migration ", "core bank", "nothing like it", "  ", "-"):
        Search.objects.create(person=bob, at=NOW - timedelta(days=1), query=query, results=0)
    found = gather(90, NOW)
    assert found[asset.pk].facts.matched_searches == 3
    assert found[other.pk].facts.matched_searches == 0


def test_parameters_are_kept_within_bounds(db: None) -> None:
    assert report.read({}) == {"window": 90, "k": 5}
    assert report.read({"window": "365", "k": "50"}) == {"window": 365, "k": 50}
    assert report.read({"window": "91", "k": "0"}) == {"window": 90, "k": 1}
    assert report.read({"window": "-1", "k": "9999999999"}) == {"window": 90, "k": 5}
    assert report.read({"window": "²", "k": "99"}) == {"window": 90, "k": 50}


def test_defaults_follow_the_organisation(db: None) -> None:
    Organisation.objects.update(truth_window_days=180, truth_min_impressions=3)
    assert dict(snapshots.REGISTRY["content"].defaults) == {"window": 180, "k": 3}


def test_an_empty_library_gives_an_empty_report(db: None) -> None:
    data = compute()
    assert (data["active"], data["unused_share"]) == (0, None)
    assert len(report.tables(data)) == 7
