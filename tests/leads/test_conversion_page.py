"""Converting a lead on its page: who is here already stands first, errors are said, and it can be taken back."""

from datetime import timedelta

import pytest

from sameside.crm.models import Activity, Company, Contact, Deal
from sameside.leads.models import Conversion, Lead
from tests.conftest import NOW, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(bob) -> Lead:
    return Lead.objects.create(
        source="salesforce", external_id="L1", first_name="Ada", last_name="Fox", email="ada@acme.com",
        company_name="Acme GmbH", owner=bob, created_at=NOW - timedelta(days=9), fate="untouched",
    )  # fmt: skip


def address(lead: Lead) -> str:
    return f"/leads/{lead.pk}/conversion/"


def test_nobody_is_here_yet(bob, lead):
    client = signed_in(bob)
    assert address(lead) in client.get(f"/leads/{lead.pk}/").content.decode()
    page = client.get(address(lead)).content.decode()
    assert "New company: Acme GmbH" in page
    assert "New contact: Ada Fox" in page
    answer = client.post(address(lead), {"company": "new", "contact": "new", "deal": "none"}, follow=True)
    assert "Ada Fox was converted." in answer.content.decode()
    assert "Undo conversion" in answer.content.decode()
    lead.refresh_from_db()
    assert str(lead.contact) == "Ada Fox"


def test_who_is_certainly_the_same_is_the_only_choice(bob, lead):
    acme = Company.objects.create(source="t", external_id="C1", name="Acme", domain="acme.com")
    ada = Contact.objects.create(source="t", external_id="P1", first_name="Ada", last_name="Fox", email="ada@acme.com")
    client = signed_in(bob)
    page = client.get(address(lead)).content.decode()
    assert "This person is here already." in page
    assert "New contact" not in page
    client.post(address(lead), {"company": acme.pk, "contact": "new", "deal": "none"})
    assert Conversion.objects.count() == 0
    client.post(address(lead), {"company": acme.pk, "contact": ada.pk, "deal": "none"})
    assert (Contact.objects.count(), Company.objects.count(), Conversion.objects.get().contact) == (1, 1, ada)


def test_a_new_deal_wants_a_name_and_a_stage(bob, lead):
    client = signed_in(bob)
    given = {"company": "new", "contact": "new", "deal": "new", "name": "", "stage": "", "amount": "x"}
    page = client.post(address(lead), given).content.decode()
    for sentence in ("Give the deal a name.", "Say which stage it is in.", "Enter a number."):
        assert sentence in page
    assert Contact.objects.count() == 0
    client.post(
        address(lead), {**given, "name": "First", "stage": "Discovery", "amount": "99.50", "close_on": "2026-09-01"}
    )
    assert Deal.objects.values_list("name", "stage", "amount").get() == ("First", "Discovery", 99.5)


def test_its_history_shows_with_the_contact(bob, lead):
    Activity.objects.create(source="t", external_id="A1", kind="call", subject="First call with Ada", at=NOW, lead=lead)
    client = signed_in(bob)
    client.post(address(lead), {"company": "new", "contact": "new", "deal": "none"})
    lead.refresh_from_db()
    assert "First call with Ada" in client.get(f"/crm/contacts/{lead.contact_id}/").content.decode()


def test_taking_it_back(bob, lead):
    client = signed_in(bob)
    client.post(address(lead), {"company": "new", "contact": "new", "deal": "none"})
    done = Conversion.objects.get()
    answer = client.post(f"{address(lead)}{done.pk}/undoing/", follow=True)
    assert "the lead is a lead again" in answer.content.decode()
    assert Contact.objects.count() == 0


def test_a_converted_lead_is_not_offered_again(bob, lead):
    client = signed_in(bob)
    client.post(address(lead), {"company": "new", "contact": "new", "deal": "none"})
    answer = client.get(address(lead), follow=True)
    assert "was converted on" in answer.content.decode()


@pytest.mark.parametrize("who", ["alice", "dora", "fay"])
def test_who_may_not_convert(request, who, lead):
    client = signed_in(request.getfixturevalue(who))
    assert client.get(address(lead)).status_code == 403
    assert client.post(address(lead), {"company": "new", "contact": "new", "deal": "none"}).status_code == 403


def test_a_lead_of_others_is_not_found(bob, gus, lead):
    Lead.objects.update(owner=gus)
    assert signed_in(bob).get(address(lead)).status_code == 404
