"""The change log: what can be found and changed is in it, nothing else; nobody misses a transaction."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from sameside.crm.models import Company, Contact
from sameside.library.models import Asset, AssetFacet, AssetVerdict, Collection, CollectionItem, Usage
from sameside.people.models import Organisation, Person
from sameside.search import changes
from sameside.search.models import Change
from tests.conftest import NOW
from tests.library.shelf import deal, shelve
from tests.search.conftest import Connect, logged


def company(number: int) -> Company:
    return Company(source="test", external_id=str(number), name=f"Company {number}")


def insert(name: str) -> str:
    return (
        "INSERT INTO crm_company (source, external_id, name, deleted_in_source, domain, industry, vertical, country,"
        f" language, phone) VALUES ('test', '{name}', '{name}', false, '', '', '', '', '', '') RETURNING id"
    )


def test_what_can_be_found_is_noted_and_nothing_else(db: None) -> None:
    with logged("asset") as made:
        asset = shelve("Core banking", pages=["One"], vertical="banking")
    assert set(made) == {asset.pk}
    with logged("asset") as renamed:
        Asset.objects.filter(pk=asset.pk).update(title="Core banking 2")
    assert renamed == [asset.pk]
    with logged("asset") as same:
        Asset.objects.filter(pk=asset.pk).update(title="Core banking 2", thumbnail="x.jpg", page_count=3)
        asset.versions.get().pages.update(image="page.jpg")
    assert same == []
    with logged("asset") as rejected:
        AssetFacet.objects.filter(asset=asset).update(state="rejected")
    assert rejected == [asset.pk]


def test_pages_count_only_of_the_version_that_is_shown(db: None) -> None:
    version = shelve("Core banking").versions.get()
    with logged("asset") as shown:
        version.pages.update(text="Other words")
    version.is_current = False
    version.save(update_fields=["is_current"])
    with logged("asset") as hidden:
        version.pages.update(text="Nobody reads this")
    assert (shown, hidden) == ([version.asset_id], [])


def test_collections_verdicts_and_won_deals_reach_their_assets(db: None, bob: Person) -> None:
    asset, other = shelve("Core banking"), shelve("Retail")
    shelf = Collection.objects.create(name="Best", slug="best", created_at=NOW, updated_at=NOW)
    CollectionItem.objects.create(collection=shelf, asset=asset, position=1, added_at=NOW)
    with logged("asset") as renamed:
        Collection.objects.filter(pk=shelf.pk).update(name="Best of banking")
    needed = deal()
    with logged("asset") as used:
        Usage.objects.create(asset=asset, action="share", at=NOW, person=bob, deal=needed)
        Usage.objects.create(asset=other, action="impression", at=NOW, person=bob)
    with logged("asset") as won:
        type(needed).objects.filter(pk=needed.pk).update(is_won=True, is_closed=True, closed_at=NOW)
    window, k = Organisation.current().truth_window_days, Organisation.current().truth_min_impressions
    columns = {"verdict": "used", "impressions": 1, "opens": 1, "uses": 1, "open_deals": 0, "matched_searches": 0}
    with logged("asset") as judged:
        AssetVerdict.objects.create(asset=asset, window=window, k=k, **columns)
        AssetVerdict.objects.create(asset=other, window=window + 1, k=k, **columns)
    assert (renamed, used, won, judged) == ([asset.pk], [asset.pk], [asset.pk], [asset.pk])


def test_a_company_that_is_renamed_takes_its_contacts_along(db: None) -> None:
    acme = Company.objects.create(source="test", external_id="1", name="Acme")
    anna = Contact.objects.create(source="test", external_id="1", last_name="Meier", company=acme)
    with logged("contact") as renamed:
        Company.objects.filter(pk=acme.pk).update(name="Acme Group")
    with logged("contact") as moved:
        Company.objects.filter(pk=acme.pk).update(phone="1")
    assert (renamed, moved) == ([anna.pk], [])


def test_many_rows_of_one_statement_are_noted_in_pieces(db: None) -> None:
    Company.objects.bulk_create([company(number) for number in range(5_000)], batch_size=5_000)
    assert [len(row.ids) for row in Change.objects.filter(kind="company").order_by("pk")] == [2_000, 2_000, 1_000]


def test_what_commits_late_is_read_once_it_is_there(committed: None, other_connection: Connect) -> None:
    early, late, watching = other_connection(), other_connection(), other_connection()
    watching.execute("SELECT pg_current_xact_id()")  # a transaction that stays open all the while
    begun = changes.now()
    (slow,) = early.execute(insert("slow")).fetchone() or (0,)
    (quick,) = late.execute(insert("quick")).fetchone() or (0,)
    late.commit()
    first = changes.since("company", begun)
    early.commit()
    second = changes.since("company", first.snapshot)
    third = changes.since("company", second.snapshot)
    assert (list(first.ids), list(second.ids), list(third.ids)) == ([quick], [slow], [])


def test_what_is_rolled_back_never_happened(committed: None, other_connection: Connect) -> None:
    begun, other = changes.now(), other_connection()
    other.execute(insert("never"))
    other.rollback()
    assert list(changes.since("company", begun).ids) == []


def wait_for_others() -> None:
    """Until every transaction of the server that is older than this one has ended; other tests run beside this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        (mine,) = cursor.fetchone()
        for _ in range(600):
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot()) > %s::xid8", [mine])
            if cursor.fetchone()[0]:
                return
            time.sleep(0.1)
    pytest.fail("A transaction elsewhere has been open for a minute.")


def test_who_slept_longer_than_the_log_is_kept_is_told_so(committed: None) -> None:
    before = changes.now()
    company(1).save()
    wait_for_others()
    between = changes.now()
    assert changes.purge(at=timezone.now()) == 0
    assert changes.purge(at=timezone.now() + timedelta(days=8)) >= 1
    company(2).save()
    assert changes.since("company", before).is_behind
    after = changes.since("company", between)
    assert not after.is_behind
    assert list(after.ids) == [Company.objects.get(external_id="2").pk]


def test_an_emptied_table_means_everything(committed: None) -> None:
    before = changes.now()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE crm_company CASCADE")
    assert changes.since("company", before).everything


def test_triggers_that_are_missing_or_of_another_version_are_made(db: None) -> None:
    assert not changes.ensure_triggers()
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION search_change__company_0_insert CASCADE")
    assert changes.ensure_triggers()
    with logged("company") as made:
        company(3).save()
    assert made == [Company.objects.get(external_id="3").pk]


@pytest.mark.parametrize(("moved", "is_past"), [(0, True), (1_000_000, False)])
def test_a_database_restored_from_a_backup_is_younger_than_its_index(db: None, moved: int, is_past: bool) -> None:
    lowest, highest, _ = changes.now().split(":")
    assert changes.is_past(f"{int(lowest) + moved}:{int(highest) + moved}:") is is_past
