"""No duplicate enters by any door: each export brings the same company and person, and each is there once."""

import pytest

from sameside.connectors import runs, steering
from sameside.connectors.table import proposing
from sameside.crm.models import Company, Contact
from sameside.identity import proposals
from sameside.identity.models import Duplicate
from sameside.leads import conversion
from sameside.leads.models import Lead
from tests.conftest import NOW
from tests.connectors import exports, hubspot_exports

pytestmark = pytest.mark.django_db
ACCOUNT = [exports.ACCOUNT[0], exports.ACCOUNT[1]]
CONTACT = exports.CONTACT
HUBSPOT_COMPANY = [["Record ID", "Company name", "Company Domain Name"], ["9001", "ACME Inc.", "acme.example"]]
HUBSPOT_CONTACT = [
    ["Record ID", "First Name", "Last Name", "Email", "Lifecycle Stage", "Create Date"],
    ["51000000001", "Carla", "Müller", "carla@acme.example", "Customer", "2026-01-05 09:00"],
]
LIST = "Name;E-Mail;Firma;Position;Angelegt am\nCarla Müller;carla@acme.example;Acme;Leiterin;03.11.2025\n"


def there() -> tuple[list[str], list[str]]:
    companies = Company.objects.unmerged().values_list("name", flat=True)
    return list(companies), [str(one) for one in Contact.objects.unmerged()]


def from_salesforce(folder):
    folder.mkdir(exist_ok=True)
    exports.bring_in(exports.write(folder, {"Account.csv": ACCOUNT, "Contact.csv": CONTACT}))


def from_hubspot(folder):
    folder.mkdir(exist_ok=True)
    hubspot_exports.bring_in(
        hubspot_exports.write(folder, {"companies.csv": HUBSPOT_COMPANY, "contacts.csv": HUBSPOT_CONTACT})
    )


def from_a_list(folder):
    folder.mkdir(exist_ok=True)
    (folder / "people.csv").write_text(LIST, encoding="utf-8")
    run = runs.create("table", folder, origin="lists", by=None, at=NOW, preview=True)
    proposing.settle(run, name="", by=None, at=NOW)
    steering.start(run, by=None, at=NOW, queue=False)
    runs.execute(run.pk)


def test_salesforce_then_hubspot_then_both_again(tmp_path):
    for _ in range(2):
        from_salesforce(tmp_path / "salesforce")
        from_hubspot(tmp_path / "hubspot")
        assert there() == (["Acme, Inc."], ["Carla Müller"])


def test_a_list_of_people_who_are_here(tmp_path):
    from_salesforce(tmp_path / "salesforce")
    from_a_list(tmp_path / "list")
    assert there()[1] == ["Carla Müller"]


def test_a_converted_lead_that_its_source_converts_later(tmp_path, gus):
    lead = Lead.objects.create(
        source="salesforce", external_id="00Q000000000099AAA", first_name="Carla", last_name="Müller",
        email="carla@acme.example", company_name="Acme", created_at=NOW,
    )  # fmt: skip
    conversion.convert(lead, by=gus, at=NOW)
    from_salesforce(tmp_path / "salesforce")
    assert len(there()[0]) == 1
    assert there()[1] == ["Carla Müller"]


def test_what_is_not_certain_is_asked(tmp_path):
    from_salesforce(tmp_path / "salesforce")
    twin = [CONTACT[0], ["003000000000077AAA", *CONTACT[1][1:]]]
    exports.bring_in(exports.write(tmp_path / "salesforce", {"Contact.csv": twin}))
    assert len(there()[1]) == 2
    proposals.propose(at=NOW)
    assert Duplicate.objects.get(kind="contact").reasons[0] == "same e-mail carla@acme.example"
