"""What is certainly the same is merged without asking, and nothing else is."""

from datetime import timedelta

import pytest

from sameside.crm.models import Company, Contact
from sameside.identity import merging, rules
from sameside.identity.models import Merge
from sameside.people.models import AuditEntry
from tests.conftest import NOW
from tests.identity.conftest import company, contact, lead

pytestmark = pytest.mark.django_db


def test_one_company_in_two_sources(acme, acme_again):
    assert rules.settle(at=NOW) == 1
    done = Merge.objects.get()
    assert (done.kept_id, done.merged_id, done.rule, done.by) == (acme.pk, acme_again.pk, "same_company", None)
    assert done.reasons == ["same name and domain acme.com"]
    assert rules.settle(at=NOW) == 0
    assert AuditEntry.objects.get(action="records.merged").details["merges"] == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Acme", "acme.com"), ("Beta", "acme.com")),
        (("Acme", "acme.com"), ("Acme", "acme.org")),
        (("Acme", "gmail.com"), ("Acme", "gmail.com")),
        (("Acme", "acme.wordpress.com"), ("Acme", "acme.wordpress.com")),
        (("Acme", ""), ("Acme", "")),
    ],
    ids=["other name", "other domain", "free mail", "shared host", "no domain"],
)
def test_companies_that_are_not_certain(db, one, other):
    company(one[0], domain=one[1])
    company(other[0], "hubspot", domain=other[1])
    assert rules.settle(at=NOW) == 0


def test_a_domain_that_many_companies_share_is_nobodys(db):
    for number in range(5):
        company(f"Shop {number}", domain="mall.com")
    company("Shop 1", "hubspot", domain="mall.com")
    assert rules.settle(at=NOW) == 0


def test_two_rows_of_one_source_are_not_merged_by_a_rule(db):
    company("Acme", domain="acme.com")
    company("Acme", domain="acme.com")
    contact("Ada", "Fox", email="ada@acme.com")
    contact("Ada", "Fox", email="ada@acme.com")
    assert rules.settle(at=NOW) == 0
    company("Acme", "hubspot", domain="acme.com")
    contact("Ada", "Fox", "hubspot", email="ada@acme.com")
    assert rules.settle(at=NOW) == 0


@pytest.mark.parametrize(
    ("first", "last", "email"),
    [
        ("Ada", "Fox", "Ada@Acme.com"),
        ("A.", "Fox", "ada@acme.com"),
        ("", "", "ada@acme.com"),
        ("ADA", "Föx", "ada@acme.com"),
    ],
)
def test_one_person_in_two_sources(db, first, last, email):
    ada = contact("Ada", "Fox" if last != "Föx" else "Föx", email="ada@acme.com")
    contact(first, last, "hubspot", email=email)
    assert rules.settle(at=NOW) == 1
    assert Contact.objects.unmerged().get() == ada


def test_nicknames_agree_and_different_people_do_not(db):
    contact("William", "Fox", email="w@acme.com")
    contact("Bill", "Fox", "hubspot", email="w@acme.com")
    contact("Ada", "Fox", email="a@acme.com")
    contact("Eve", "Fox", "hubspot", email="a@acme.com")
    lead("Lea", "Lin", email="lea@acme.com")
    lead("Lea", "Lin", "hubspot", email="lea@acme.com")
    assert rules.settle(at=NOW) == 2
    assert set(Merge.objects.values_list("kind", "kept_name")) == {("contact", "William Fox"), ("lead", "Lea Lin")}


@pytest.mark.parametrize("email", ["info@acme.com", "sales@acme.com", "support2@acme.com", "no-reply@acme.com"])
def test_a_mailbox_of_a_role_glues_nobody(db, email):
    contact("Ada", "Fox", email=email)
    contact("Ada", "Fox", "hubspot", email=email)
    assert rules.settle(at=NOW) == 0


def test_one_address_on_133_contacts_glues_nobody(db):
    for number in range(133):
        contact(f"First{number}", f"Last{number}", email="demo@acme.com")
    contact("First7", "Last7", "hubspot", email="demo@acme.com")
    assert rules.settle(at=NOW) == 0


def test_what_a_source_merged_itself(db):
    kept, middle, gone = contact("Ada", "Fox"), contact("Eve", "Ray"), contact("Zoe", "Day", deleted_in_source=True)
    pairs = [(middle.external_id, gone.external_id), (kept.external_id, middle.external_id), ("not here", "nor this")]
    assert rules.record_source_merges("contact", "salesforce", pairs, NOW) == 3
    assert rules.record_source_merges("contact", "salesforce", pairs, NOW) == 0
    assert rules.settle(at=NOW) == 2
    assert Contact.objects.unmerged().get() == kept
    assert list(Merge.objects.values_list("rule", "reasons").distinct()) == [("source", ["merged in Salesforce"])]


def test_a_source_that_says_a_circle_is_not_followed_for_ever(db):
    one, other = contact("Ada", "Fox"), contact("Eve", "Ray")
    pairs = [(one.external_id, other.external_id), (other.external_id, one.external_id)]
    rules.record_source_merges("contact", "salesforce", pairs, NOW)
    assert rules.settle(at=NOW) == 0


def test_a_pair_that_was_taken_apart_stays_apart(gus, acme, acme_again):
    rules.settle(at=NOW)
    merging.undo(Merge.objects.get(), by=gus, at=NOW + timedelta(days=1))
    assert rules.settle(at=NOW + timedelta(days=2)) == 0
    assert Company.objects.unmerged().count() == 2


def test_what_an_import_empties_again_is_filled_again(acme, acme_again):
    rules.settle(at=NOW)
    Company.objects.filter(pk=acme.pk).update(phone="", changed_by_run=7)
    rules.settle(at=NOW, run_id=7)
    acme.refresh_from_db()
    assert acme.phone == "+49 30 1234"
