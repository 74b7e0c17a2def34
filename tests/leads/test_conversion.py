"""A lead becomes a contact, a company and a deal at once, makes no duplicate, and can be taken back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from sameside.crm.models import Activity, Company, Contact, Deal, DealContact, StageChange, Touch
from sameside.leads import conversion
from sameside.leads.conversion import NewDeal
from sameside.leads.models import Conversion, Lead
from sameside.people.models import AuditEntry
from sameside.people.policies import Refused
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)
DEAL = NewDeal("Acme – first order", "Discovery", Decimal("12000"), date(2026, 9, 1))


@pytest.fixture
def lead(bob) -> Lead:
    return Lead.objects.create(
        source="salesforce", external_id="L1", first_name="Ada", last_name="Fox", email="ada@acme.com", title="CFO",
        phone="+49 30 123456", company_name="Acme GmbH", industry="Retail", vertical="retail", country="Germany",
        lead_source="Webinar", status="Open", owner=bob, created_at=NOW - timedelta(days=9),
    )  # fmt: skip


def acme(**fields: str) -> Company:
    return Company.objects.create(source="salesforce", external_id="C1", name="Acme Inc", **fields)


def test_everything_that_was_not_there_is_made(bob, lead):
    seen = Touch.objects.create(occurred_at=NOW, channel="webinar", lead=lead, source="t", external_id="T1")
    done = conversion.convert(lead, deal=DEAL, role="Decision maker", by=bob, at=NOW)
    lead.refresh_from_db()
    company, contact, deal = Company.objects.get(), Contact.objects.get(), Deal.objects.get()
    assert (lead.company, lead.contact, lead.deal) == (company, contact, deal)
    assert (lead.is_converted, lead.converted_on, lead.fate, lead.status) == (True, date(2026, 6, 1), "open", "Open")
    assert (company.name, company.domain, company.vertical, company.owner) == ("Acme GmbH", "acme.com", "retail", bob)
    assert (str(contact), contact.email, contact.title, contact.company) == ("Ada Fox", "ada@acme.com", "CFO", company)
    assert (deal.name, deal.amount, deal.owner, deal.lead_source) == ("Acme – first order", 12000, bob, "Webinar")
    assert list(StageChange.objects.values_list("stage", "at")) == [("Discovery", NOW)]
    role = DealContact.objects.get()
    assert (role.deal, role.contact, role.role, role.is_primary) == (deal, contact, "Decision maker", True)
    seen.refresh_from_db()
    assert (seen.company, seen.lead) == (company, lead)
    assert done.made == ["company", "contact", "deal"]
    assert AuditEntry.objects.get(action="lead.converted").subject == f"Lead:{lead.pk}"


def test_who_is_here_already_is_taken(bob, lead):
    company = acme(domain="acme.com")
    contact = Contact.objects.create(
        source="hubspot", external_id="P1", first_name="Ada", last_name="Fox", email="ada@acme.com"
    )
    done = conversion.convert(lead, by=bob, at=NOW)
    assert (done.company, done.contact, done.deal, done.made) == (company, contact, None, [])
    contact.refresh_from_db()
    assert contact.company == company
    assert (Company.objects.count(), Contact.objects.count()) == (1, 1)
    lead.refresh_from_db()
    assert lead.fate == "converted"


def test_somebody_elses_address_is_not_taken(bob, lead):
    Contact.objects.create(source="hubspot", external_id="P1", first_name="Eve", last_name="Ray", email="ada@acme.com")
    done = conversion.convert(lead, by=bob, at=NOW)
    assert str(done.contact) == "Ada Fox"


def test_a_shared_mailbox_is_not_somebody(bob, lead):
    Lead.objects.update(email="info@acme.com", first_name="", last_name="")
    Contact.objects.create(source="hubspot", external_id="P1", first_name="Eve", last_name="Ray", email="info@acme.com")
    assert "contact" in conversion.convert(lead, by=bob, at=NOW).made


@pytest.mark.parametrize(("name", "email"), [("Private", "ada@gmail.com"), ("", "ada@gmail.com")])
def test_a_person_without_a_company_gets_none(bob, lead, name, email):
    Lead.objects.update(company_name=name, email=email)
    done = conversion.convert(lead, by=bob, at=NOW)
    assert (done.company, done.made) == (None, ["contact"])


def test_what_one_chose_is_taken(bob, lead):
    other = Company.objects.create(source="salesforce", external_id="C9", name="Holding")
    contact = Contact.objects.create(source="salesforce", external_id="P9", last_name="Fox", company=other)
    won = Deal.objects.create(
        source="salesforce", external_id="D9", company=other, name="Won", stage="Won", created_at=NOW, is_closed=True,
        is_won=True, closed_at=NOW, amount=500,
    )  # fmt: skip
    conversion.convert(lead, company=other, contact=contact, deal=won, by=bob, at=NOW)
    lead.refresh_from_db()
    assert (lead.company, lead.contact, lead.deal, lead.fate, lead.won_amount) == (other, contact, won, "won", 500)


def test_undo_gives_back_what_was(bob, lead):
    before = Lead.objects.filter(pk=lead.pk).values().get()
    seen = Touch.objects.create(occurred_at=NOW, channel="webinar", lead=lead, source="t", external_id="T1")
    done = conversion.convert(lead, deal=DEAL, by=bob, at=NOW)
    conversion.undo(done, by=bob, at=LATER)
    assert Lead.objects.filter(pk=lead.pk).values().get() == before
    assert [model.objects.count() for model in (Company, Contact, Deal, DealContact, StageChange)] == [0] * 5
    seen.refresh_from_db()
    assert seen.company is None
    with pytest.raises(Refused, match="was undone on"):
        conversion.undo(done, by=bob, at=LATER)
    conversion.convert(lead, deal=DEAL, by=bob, at=LATER)
    assert Conversion.objects.filter(undone_at=None).count() == 1


def test_undo_says_what_depends_on_it(bob, lead):
    done = conversion.convert(lead, deal=DEAL, by=bob, at=NOW)
    Activity.objects.create(source="t", external_id="A1", kind="call", at=LATER, contact=done.contact)
    with pytest.raises(Refused, match="The contact Ada Fox has 1 activities by now, so the conversion stays"):
        conversion.undo(done, by=bob, at=LATER)
    lead.refresh_from_db()
    assert (lead.is_converted, Deal.objects.count(), DealContact.objects.count()) == (True, 1, 1)


def test_a_lead_is_converted_once(bob, lead):
    conversion.convert(lead, by=bob, at=NOW)
    with pytest.raises(Refused, match="Ada Fox was converted on 1 June 2026 already"):
        conversion.convert(lead, by=bob, at=LATER)


def test_who_may_not_convert_is_told_so(alice, bob, lead, gus):
    with pytest.raises(Refused, match="Your role does not let you convert leads"):
        conversion.convert(lead, by=alice, at=NOW)
    Lead.objects.update(owner=gus)
    with pytest.raises(Refused, match="not among those that you see"):
        conversion.convert(lead, by=bob, at=NOW)
    assert Contact.objects.count() == 0


def test_a_lead_without_anything_cannot_become_a_contact(bob, lead):
    Lead.objects.update(first_name="", last_name="", email="")
    with pytest.raises(Refused, match="without name and address"):
        conversion.convert(lead, by=bob, at=NOW)


def test_an_import_that_knows_nothing_of_it_does_not_take_it_back(bob, lead):
    done = conversion.convert(lead, deal=DEAL, by=bob, at=NOW)
    Lead.objects.update(
        is_converted=False, converted_on=None, company=None, contact=None, deal=None, changed_by_run=7, status="Working"
    )
    assert conversion.hold(run_id=8) == 0
    assert conversion.hold(run_id=7) == 1
    lead.refresh_from_db()
    assert (lead.is_converted, lead.converted_on, lead.contact, lead.deal) == (
        True,
        date(2026, 6, 1),
        done.contact,
        done.deal,
    )
    assert lead.status == "Working"
    conversion.undo(done, by=bob, at=LATER)
    assert conversion.hold(run_id=None) == 0
