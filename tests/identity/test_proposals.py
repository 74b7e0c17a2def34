"""What may be the same is proposed with its reasons, and an answer stays an answer."""

from datetime import timedelta

import pytest

from sameside.crm.models import Company
from sameside.identity import merging, pairs, proposals
from sameside.identity.models import Duplicate
from sameside.people.policies import Refused
from tests.conftest import NOW
from tests.identity.conftest import company, contact, lead

pytestmark = pytest.mark.django_db


def proposed(kind: str = "company") -> list[tuple[str, str]]:
    return list(Duplicate.objects.filter(kind=kind, state="proposed").values_list("left_name", "right_name"))


def test_two_rows_of_one_source_with_the_same_domain_and_name(acme):
    company("ACME, Inc.", domain="acme.com", country="Germany")
    company("Other GmbH", domain="other.com")
    assert proposals.propose(at=NOW) == 1
    pair = Duplicate.objects.get()
    assert pair.reasons == [
        "same domain acme.com",
        "same name but for spelling: Acme Inc / ACME, Inc.",
        "same country",
    ]
    assert pair.score > 0.99
    assert proposals.propose(at=NOW) == 0


def test_people_by_address_name_and_number(db):
    contact("Ada", "Fox", email="ada@acme.com", phone="+49 30 123456")
    contact("Ada", "Fox", email="ada.fox@acme.com", phone="030 123456 ")
    contact("Adah", "Fox", email="ada@acme.com")
    contact("Zoe", "Ray", email="zoe@other.com")
    proposals.propose(at=NOW)
    found = {pair.right_name: pair.reasons for pair in Duplicate.objects.filter(left_name="Ada Fox")}
    assert found["Adah Fox"] == ["same e-mail ada@acme.com", "names alike: Ada Fox / Adah Fox"]
    assert Duplicate.objects.filter(right_name="Zoe Ray").count() == 0


def test_one_address_on_133_contacts_glues_nobody(db):
    for number in range(133):
        contact(f"First{number}x", f"{number}Last", email="demo@acme.com", phone="+49 30 123456")
    assert proposals.propose(at=NOW) == 0


def test_a_shared_mailbox_and_a_free_mail_domain_say_nothing(db):
    contact("Ada", "Fox", email="info@acme.com")
    contact("Eve", "Ray", email="info@acme.com")
    company("Baker", domain="gmail.com")
    company("Smith", domain="gmail.com")
    assert proposals.propose(at=NOW) == 0


def test_different_people_at_one_address_are_not_proposed(db):
    acme = company("Acme")
    contact("Ada", "Fox", email="team-x@acme.com", company=acme)
    contact("Eve", "Ray", email="team-x@acme.com", company=acme)
    assert proposals.propose(at=NOW) == 0


def test_a_lead_that_is_a_contact_is_linked_not_merged(gus, acme):
    ada = contact("Ada", "Fox", email="ada@acme.com", company=acme)
    new = lead("Ada", "Fox", email="ada@acme.com", company_name="Acme")
    proposals.propose(at=NOW)
    pair = Duplicate.objects.get()
    assert (pair.kind, pair.left_id, pair.right_id) == ("lead_contact", new.pk, ada.pk)
    pairs.link(pair, by=gus, at=NOW)
    new.refresh_from_db()
    assert (new.contact, new.company, new.is_converted) == (ada, acme, False)
    with pytest.raises(Refused, match="decided already"):
        pairs.link(pair, by=gus, at=NOW)
    new.title = "CEO"
    new.save()
    contact("Adah", "Foxx")
    proposals.propose(at=NOW)
    assert proposed("lead_contact") == []


def test_a_rejected_pair_does_not_come_back(gus, acme):
    again = company("ACME, Inc.", domain="acme.com")
    proposals.propose(at=NOW)
    pairs.reject(Duplicate.objects.get(), by=gus, at=NOW)
    Company.objects.filter(pk=again.pk).update(name="ACME Inc.")
    proposals.propose(at=NOW)
    assert Duplicate.objects.get().state == "rejected"
    pairs.reconsider(Duplicate.objects.get(), by=gus, at=NOW)
    assert proposed() == [("Acme Inc", "ACME, Inc.")]


def test_a_question_that_the_rows_no_longer_raise_disappears_unless_put_off(gus, acme):
    again, third = company("ACME, Inc.", domain="acme.com"), company("Acme AG", domain="acme.com")
    proposals.propose(at=NOW)
    assert len(proposed()) == 3
    kept = Duplicate.objects.get(left_id=acme.pk, right_id=third.pk)
    pairs.postpone(kept, by=gus, at=NOW)
    Company.objects.filter(pk=third.pk).update(name="Zebra", domain="zebra.com")
    proposals.propose(at=NOW)
    assert proposed() == [("Acme Inc", "ACME, Inc.")]
    assert again.pk
    kept.refresh_from_db()
    assert kept.state == "later"


def test_only_what_is_new_is_compared_with_everything(acme):
    company("ACME, Inc.", domain="acme.com")
    proposals.propose(at=NOW)
    Duplicate.objects.all().delete()
    company("Acme Corp", domain="acme.com")
    assert proposals.propose(at=NOW + timedelta(days=1)) == 2


def test_the_other_questions_of_a_merged_row_rest_until_it_is_back(gus, acme):
    again, third = company("ACME, Inc.", domain="acme.com"), company("Acme Ltd", domain="acme.com")
    proposals.propose(at=NOW)
    done = merging.merge(acme, again, by=gus, at=NOW)
    states = {(pair.left_id, pair.right_id): pair.state for pair in Duplicate.objects.all()}
    assert states == {
        (acme.pk, again.pk): "merged", (acme.pk, third.pk): "proposed", (again.pk, third.pk): "resting",
    }  # fmt: skip
    merging.undo(done, by=gus, at=NOW)
    states = {(pair.left_id, pair.right_id): pair.state for pair in Duplicate.objects.all()}
    assert states == {
        (acme.pk, again.pk): "rejected", (acme.pk, third.pk): "proposed", (again.pk, third.pk): "proposed",
    }  # fmt: skip


def test_a_question_rests_as_long_as_either_row_is_merged(gus, acme):
    again, third = company("ACME, Inc.", domain="acme.com"), company("Acme Ltd", domain="acme.com")
    other = company("Acme Corp", domain="acme.com")
    proposals.propose(at=NOW)
    between = Duplicate.objects.get(left_id=again.pk, right_id=third.pk)
    first = merging.merge(acme, again, by=gus, at=NOW)
    second = merging.merge(other, third, by=gus, at=NOW)
    merging.undo(first, by=gus, at=NOW)
    between.refresh_from_db()
    assert between.state == "resting"
    merging.undo(second, by=gus, at=NOW)
    between.refresh_from_db()
    assert between.state == "proposed"


def test_who_may_not_merge_may_not_answer(bob, acme):
    company("ACME, Inc.", domain="acme.com")
    proposals.propose(at=NOW)
    pair = Duplicate.objects.get()
    for answer in (pairs.reject, pairs.postpone, pairs.link, pairs.reconsider):
        with pytest.raises(Refused, match="Your role does not let you merge duplicates"):
            answer(pair, by=bob, at=NOW)
    assert not Duplicate.objects.visible_to(bob).exists()


def test_a_family_at_one_number_is_not_one_person(db):
    contact("Ada", "Fox", phone="+49 30 123456")
    contact("Zoe", "Fox", phone="+49 30 123456")
    contact("Fox", "Ray", phone="+49 30 123456")
    assert proposals.propose(at=NOW) == 0


def test_a_short_form_of_a_name_at_one_number_is_proposed(db):
    contact("Elizabeth", "Fox", phone="+49 30 123456")
    contact("Liz", "Fox", phone="+49 30 123456")
    contact("Robert", "Ray", phone="+49 30 654321")
    contact("Bob", "Ray", phone="+49 30 654321")
    proposals.propose(at=NOW)
    assert sorted(proposed("contact")) == [("Elizabeth Fox", "Liz Fox"), ("Robert Ray", "Bob Ray")]


def test_first_and_last_name_in_each_others_column_are_proposed(db):
    contact("Ada", "Fox", phone="+49 30 123456")
    contact("Fox", "Ada", phone="+49 30 123456")
    proposals.propose(at=NOW)
    assert proposed("contact") == [("Ada Fox", "Fox Ada")]
