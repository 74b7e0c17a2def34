"""What nobody verified leaves the library on its day; old links say so, or lead on to what replaced it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from sameside.library.models import Asset, AssetPage, Review, Usage
from sameside.library.upkeep import expiry, gone, reviews, successors
from sameside.library.usage import recorder
from sameside.people.models import AuditEntry, Person
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve

TODAY = timezone.localdate()


def dated(title: str, until: date | None, **more: Any) -> Asset:
    asset = shelve(title)
    Asset.objects.filter(pk=asset.pk).update(verified_until=until, **more)
    return Asset.objects.get(pk=asset.pk)


def test_what_is_verified_until_yesterday_expires_and_until_today_does_not(db: None) -> None:
    past, today, never = (
        dated("Past", date(2026, 5, 31)),
        dated("Today", date(2026, 6, 1)),
        dated("Never", None),
    )
    assert expiry.expire_due(at=NOW) == 1
    assert [Asset.objects.get(pk=one.pk).status for one in (past, today, never)] == ["expired", "active", "active"]
    review = Review.objects.get()
    assert (review.asset, review.outcome, review.by, review.until) == (past, "expired", None, date(2026, 5, 31))
    assert AuditEntry.objects.get(action="library.expired").details == {"assets": [past.pk]}


def test_expiring_again_changes_nothing(db: None) -> None:
    dated("Past", date(2026, 5, 31))
    assert [expiry.expire_due(at=NOW), expiry.expire_due(at=NOW)] == [1, 0]
    assert Review.objects.count() == 1


def test_retired_content_does_not_expire(db: None) -> None:
    dated("Past", date(2026, 5, 31), status="retired")
    assert expiry.expire_due(at=NOW) == 0


@pytest.fixture
def expired(alice: Person) -> Asset:
    asset = dated("Old price list", TODAY - timedelta(days=3), status="expired", owner=alice)
    AssetPage.objects.filter(version__asset=asset).update(image="ab/page.jpg", thumbnail="ab/small.jpg")
    return asset


def test_an_old_link_says_until_when_it_was_right(expired: Asset, bob: Person) -> None:
    response = signed_in(bob).get(f"/library/{expired.slug}/")
    assert response.status_code == 410
    assert "Old price list" in response.text
    assert "and nobody has verified it since" in response.text
    assert "Alice answers for it" in response.text
    recorder.flush()
    assert Usage.objects.count() == 0


def test_who_edits_the_library_opens_it_and_reads_why_others_do_not(expired: Asset, alice: Person) -> None:
    response = signed_in(alice).get(f"/library/{expired.slug}/")
    assert response.status_code == 200
    assert "nobody finds it any more until somebody verifies it" in response.text


def test_expired_content_is_neither_taken_nor_shown(expired: Asset, bob: Person) -> None:
    client = signed_in(bob)
    response = client.post(f"/library/{expired.slug}/download/")
    assert response.status_code == 403
    assert "“Old price list” cannot be used any more. This was right until" in response.text
    assert client.post(f"/library/{expired.slug}/uses/").status_code == 403
    for place in ("thumbnail", "pages/1/image", "pages/1/thumbnail", "versions/1/pages/1/image"):
        assert client.get(f"/library/{expired.slug}/{place}/").status_code == 404


def test_old_links_of_its_tabs_lead_to_what_its_page_says(expired: Asset, bob: Person, charlie: Person) -> None:
    for place in ("play", "versions", "evidence", "history", "versions/1/differences/1"):
        response = signed_in(bob).get(f"/library/{expired.slug}/{place}/")
        assert (response.status_code, response.headers.get("Location")) == (302, f"/library/{expired.slug}/")
        assert signed_in(charlie).get(f"/library/{expired.slug}/{place}/").status_code == 403
        assert signed_in(bob).get(f"/library/no-such/{place}/").status_code == 404


def test_content_past_its_date_is_gone_before_any_job_ran(bob: Person) -> None:
    asset = dated("Deck", TODAY - timedelta(days=1))
    assert signed_in(bob).get(f"/library/{asset.slug}/").status_code == 410


def test_an_old_link_leads_on_and_the_open_counts_there(bob: Person, alice: Person) -> None:
    old, new = shelve("Old deck"), shelve("New deck")
    reviews.replace(old, new, by=alice, at=timezone.now(), note="The prices were those of last year")
    client = signed_in(bob)
    response = client.get(f"/library/{old.slug}/")
    assert (response.status_code, response.headers["Location"]) == (302, f"/library/{new.slug}/")
    page = client.get(f"/library/{new.slug}/").text
    assert "You came by a link to “Old deck”, which this replaced on" in page
    assert "“The prices were those of last year”" in page
    recorder.flush()
    assert list(Usage.objects.values_list("asset", "action")) == [(new.pk, "open")]


def test_a_chain_is_followed_to_its_live_end_without_loops(bob: Person, db: None) -> None:
    first, second, third = dated("A", None), dated("B", None), dated("C", None)
    Asset.objects.filter(pk=first.pk).update(status="retired", replaced_by=second)
    Asset.objects.filter(pk=second.pk).update(status="retired", replaced_by=third)
    assert successors.of(Asset.objects.get(pk=first.pk), bob) == third
    Asset.objects.filter(pk=third.pk).update(status="retired", replaced_by=first)
    assert successors.of(Asset.objects.get(pk=first.pk), bob) is None
    assert signed_in(bob).get(f"/library/{first.slug}/").status_code == 410


def test_a_successor_that_one_may_not_open_is_not_named(bob: Person, alice: Person) -> None:
    old, secret = shelve("Old deck"), shelve("Board only deck")
    reviews.replace(old, secret, by=alice, at=timezone.now(), note="Too many wrong numbers")
    Asset.objects.filter(pk=secret.pk).update(groups=["role:executive"], is_restricted=True)
    response = signed_in(bob).get(f"/library/{old.slug}/")
    assert response.status_code == 410
    assert "Board only deck" not in response.text
    assert secret.slug not in response.text
    assert "This was replaced by Alice on" in response.text
    assert "Too many wrong numbers" in response.text


def test_what_one_may_not_open_does_not_exist(bob: Person, charlie: Person, expired: Asset) -> None:
    Asset.objects.filter(pk=expired.pk).update(groups=["role:executive"])
    assert signed_in(bob).get(f"/library/{expired.slug}/").status_code == 404
    assert signed_in(bob).post(f"/library/{expired.slug}/download/").status_code == 404
    assert signed_in(charlie).get(f"/library/{expired.slug}/").status_code == 403


def test_what_is_not_shown_yet_says_from_when_on(bob: Person) -> None:
    asset = dated("Launch deck", None, valid_from=date(2999, 1, 1))
    assert "It is shown from 1 Jan 2999 on." in signed_in(bob).get(f"/library/{asset.slug}/").text


def test_a_partner_reads_no_names_of_colleagues(alice: Person, bob: Person) -> None:
    asset = shelve("Deck")
    reviews.retire([asset.pk], by=alice, at=NOW, note="Alice was wrong")
    found = Asset.objects.get(pk=asset.pk)
    bob.role = "partner"
    told = gone.build(found, bob, NOW)
    assert (told.sentence, told.note, told.owner) == ("This was retired on 1 Jun 2026.", "", "")


def test_a_new_version_brings_expired_content_back(expired: Asset, alice: Person) -> None:
    expiry.revive(expired, by=alice, at=timezone.now())
    found = Asset.objects.get(pk=expired.pk)
    assert found.status == "active"
    assert found.verified_until is not None
    assert found.verified_until > TODAY + timedelta(days=360)
    assert Review.objects.get(outcome="verified").note == "A new version came in."
