"""Two rows become one with everything that pointed to either, and two again exactly as they were."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from sameside.crm import touches
from sameside.crm.models import Company, Contact, Touch
from sameside.identity import merging
from sameside.identity.models import Duplicate, Merge
from sameside.leads.models import Lead
from sameside.people.models import AuditEntry
from sameside.people.policies import Refused
from tests.conftest import NOW, signed_in
from tests.identity.conftest import activity, company, contact, deal, lead, member, role, touch

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def test_everything_that_pointed_to_the_merged_company_points_to_the_survivor(gus, acme, acme_again):
    cody = contact("Cody", "Fox", company=acme_again)
    won, call, seen = deal(acme_again), activity(company=acme_again), touch(company=acme_again)
    done = merging.merge(acme, acme_again, by=gus, at=NOW, reasons=["same domain acme.com"])
    for row in (cody, won, call, seen):
        row.refresh_from_db()
        assert row.company == acme
    acme_again.refresh_from_db()
    assert (acme_again.merged_into, acme_again.name, acme_again.phone) == (acme, "ACME, Inc.", "+49 30 1234")
    assert {(moved.table, len(moved.row_ids)) for moved in done.moved.all()} == {
        ("crm_activity", 1), ("crm_contact", 1), ("crm_deal", 1), ("crm_touch", 1),
    }  # fmt: skip
    entry = AuditEntry.objects.get(action="records.merged")
    assert (entry.person, entry.subject) == (gus, f"company:{acme_again.pk} into {acme.pk}")


def test_the_survivor_takes_over_what_it_does_not_say_and_gives_it_back(gus, acme, acme_again):
    done = merging.merge(acme, acme_again, by=gus, at=NOW)
    acme.refresh_from_db()
    assert (acme.phone, acme.employees, acme.country, acme.language) == ("+49 30 1234", 40, "Germany", "de")
    merging.undo(done, by=gus, at=LATER)
    acme.refresh_from_db()
    assert (acme.phone, acme.employees, acme.country) == ("", None, "Germany")


def test_a_person_may_choose_a_value_of_the_other_row(gus, acme, acme_again):
    done = merging.merge(acme, acme_again, by=gus, at=NOW, chosen=["country", "name"])
    acme.refresh_from_db()
    assert (acme.country, acme.name) == ("France", "ACME, Inc.")
    merging.undo(done, by=gus, at=LATER)
    acme.refresh_from_db()
    assert (acme.country, acme.name) == ("Germany", "Acme Inc")


def test_undo_in_the_order_of_the_merges_gives_back_what_was_chosen_over_it(gus, acme, acme_again):
    third = company("Acme Ltd", phone="+49 89 5")
    first = merging.merge(acme, acme_again, by=gus, at=NOW)
    acme.refresh_from_db()
    second = merging.merge(acme, third, by=gus, at=NOW, chosen=["phone"])
    acme.refresh_from_db()
    assert acme.phone == "+49 89 5"

    merging.undo(first, by=gus, at=LATER)
    acme.refresh_from_db()
    assert acme.phone == "+49 89 5"
    merging.undo(second, by=gus, at=LATER)
    acme.refresh_from_db()
    assert acme.phone == ""


def test_undo_leaves_what_was_changed_since(gus, acme, acme_again):
    other = company("Other")
    moved_on, moved_back = deal(acme_again), deal(acme_again)
    done = merging.merge(acme, acme_again, by=gus, at=NOW)
    moved_on.company = other
    moved_on.save()
    Company.objects.filter(pk=acme.pk).update(phone="+49 40 99")
    merging.undo(done, by=gus, at=LATER)
    moved_on.refresh_from_db()
    moved_back.refresh_from_db()
    acme.refresh_from_db()
    assert (moved_on.company, moved_back.company, acme.phone) == (other, acme_again, "+49 40 99")
    assert Duplicate.objects.get().state == "rejected"


def test_a_later_merge_of_the_survivor_stands_in_the_way(gus, acme, acme_again):
    holding = company("Holding")
    done_deal = deal(acme_again)
    first = merging.merge(acme, acme_again, by=gus, at=NOW)
    second = merging.merge(holding, acme, by=gus, at=NOW)
    acme_again.refresh_from_db()
    assert acme_again.merged_into == holding
    with pytest.raises(Refused, match=r"Acme Inc was itself merged into Holding later\. Undo that merge first"):
        merging.undo(first, by=gus, at=LATER)
    merging.undo(second, by=gus, at=LATER)
    merging.undo(first, by=gus, at=LATER)
    done_deal.refresh_from_db()
    acme_again.refresh_from_db()
    assert (done_deal.company, acme_again.merged_into) == (acme_again, None)
    with pytest.raises(Refused, match="was undone on"):
        merging.undo(first, by=gus, at=LATER)


def test_two_merges_into_one_are_undone_in_any_order(gus, acme, acme_again):
    third = company("Acme Group", "table")
    mine, theirs = deal(acme_again), deal(third)
    first = merging.merge(acme, acme_again, by=gus, at=NOW)
    merging.merge(acme, third, by=gus, at=NOW)
    merging.undo(first, by=gus, at=LATER)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.company, theirs.company) == (acme_again, acme)


def test_a_contact_keeps_its_place_in_the_buying_group_once(gus, acme, fair):
    one, other = contact("Ada", "Lovelace", company=acme), contact("A.", "Lovelace", "hubspot")
    won = deal(acme)
    role(won, one, role="Decision maker")
    role(won, other)
    member(fair, contact=other)
    done = merging.merge(one, other, by=gus, at=NOW)
    page = signed_in(gus).get(f"/deals/{won.pk}/").content.decode()
    assert page.count("Ada Lovelace") == 1
    assert one.memberships.count() == 1
    merging.undo(done, by=gus, at=LATER)
    assert [place.contact_id for place in won.roles.order_by("pk")] == [one.pk, other.pk]
    assert other.memberships.count() == 1


def test_touches_of_a_merged_lead_find_the_company_and_lose_it_again(gus, acme):
    known, unknown = lead("Lea", "Lin", company=acme), lead("Lea", "Lin", "hubspot")
    seen = touch(lead=unknown)
    done = merging.merge(known, unknown, by=gus, at=NOW)
    touches.settle()
    seen.refresh_from_db()
    assert (seen.lead, seen.company) == (known, acme)
    merging.undo(done, by=gus, at=LATER)
    seen.refresh_from_db()
    assert (seen.lead, seen.company) == (unknown, None)


def test_what_was_logged_since_the_merge_goes_back_with_its_row(gus, acme, acme_again):
    call = activity(company=acme_again, kind="meeting")
    done = merging.merge(acme, acme_again, by=gus, at=NOW)
    touches.log(run_id=None, at=LATER, assets_named=lambda text: [])
    assert Touch.objects.get().company == acme
    merging.undo(done, by=gus, at=LATER)
    assert Touch.objects.get().company == acme_again
    assert touches.log(run_id=None, at=LATER, assets_named=lambda text: []) == 0
    call.refresh_from_db()
    assert call.company == acme_again


def test_the_log_written_again_after_a_merge_changes_nothing(gus, acme, acme_again):
    one, other = lead("Lea", "Lin"), lead("Lea", "Lin", "hubspot")
    activity(company=acme_again, contact=contact("Ada", "Fox", company=acme_again))
    touches.log(run_id=None, at=LATER, assets_named=lambda text: [])
    merging.merge(one, other, by=gus, at=NOW)
    merging.merge(acme, acme_again, by=gus, at=NOW)
    assert touches.log(run_id=None, at=LATER, assets_named=lambda text: []) == 0
    assert Touch.objects.filter(current=False).count() == 0


def test_the_touch_log_stays_append_only_outside_a_merge(acme, acme_again):
    seen = touch(company=acme_again)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Touch.objects.filter(pk=seen.pk).update(company=acme)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL sameside.merging = 'on'")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            Touch.objects.filter(pk=seen.pk).update(channel="other", company=acme)


def test_the_guard_is_up_again_after_a_merge(gus, acme, acme_again):
    seen = touch(company=acme_again)
    merging.merge(acme, acme_again, by=gus, at=NOW)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Touch.objects.filter(pk=seen.pk).update(company=acme_again)


def test_a_merged_record_is_listed_nowhere_and_its_address_leads_to_the_survivor(gus, acme, acme_again):
    one, other = contact("Ada", "Fox"), contact("Adah", "Fox")
    lea, leah = lead("Lea", "Lin"), lead("Leah", "Lin")
    for kept, merged in ((acme, acme_again), (one, other), (lea, leah)):
        merging.merge(kept, merged, by=gus, at=NOW)
    client = signed_in(gus)
    assert "ACME, Inc." not in client.get("/crm/companies/").content.decode()
    assert "Adah" not in client.get("/crm/contacts/").content.decode()
    assert "Leah" not in client.get("/leads/all/").content.decode()
    for address, kept, merged in (
        ("/crm/companies/", acme, acme_again), ("/crm/contacts/", one, other), ("/leads/", lea, leah),
    ):  # fmt: skip
        answer = client.get(f"{address}{merged.pk}/")
        assert (answer.status_code, answer["Location"]) == (302, f"{address}{kept.pk}/")


def test_who_may_not_merge_is_told_so(bob, acme, acme_again):
    with pytest.raises(Refused, match="Your role does not let you merge duplicates"):
        merging.merge(acme, acme_again, by=bob, at=NOW)
    assert Merge.objects.count() == 0


def test_what_can_not_be_merged(gus, acme, acme_again):
    with pytest.raises(Refused, match="one record already"):
        merging.merge(acme, acme, by=gus, at=NOW)
    with pytest.raises(Refused, match="Only records of one kind"):
        merging.merge(acme, contact("Ada", "Fox"), by=gus, at=NOW)
    merging.merge(acme, acme_again, by=gus, at=NOW)
    with pytest.raises(Refused, match=r"ACME, Inc\. is merged into Acme Inc already"):
        merging.merge(acme, acme_again, by=gus, at=NOW)
    one = lead("Lea", "Lin", contact=contact("Lea", "Lin"))
    other = lead("Lea", "Lin", contact=contact("Lee", "Lin"))
    with pytest.raises(Refused, match="two different contacts"):
        merging.merge(one, other, by=gus, at=NOW)
    assert (Contact.objects.unmerged().count(), Lead.objects.unmerged().count()) == (3, 2)
