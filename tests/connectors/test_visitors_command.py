"""A table says who the visitors of a touch log are; what fits nobody is refused, the rest counts."""

import json
from datetime import UTC, datetime

import pytest

from sameside import cli
from sameside.crm.models import Company, Contact, Touch, Visitor
from sameside.people.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme():
    made = Company.objects.create(source="crm", external_id="c1", name="Acme", domain="acme.example")
    Contact.objects.create(source="crm", external_id="p1", company=made, email="ana@acme.example")
    for place, visitor in enumerate(("A1", "A1", "A2", "A3")):
        Touch.objects.create(
            source="touches", external_id=str(place), visitor=visitor, channel="display", paid=True, current=True,
            occurred_at=datetime(2026, 1, 1 + place, tzinfo=UTC),
        )  # fmt: skip
    return made


def test_visitors_get_their_company_by_domain_or_address(acme, tmp_path, capsys):
    file = tmp_path / "visitors.csv"
    file.write_text(
        "Visitor ID;Company;E-mail\nA1;acme.example;\nA2;;ana@acme.example\nA3;nowhere.example;\n;Acme;\n".replace(
            "E-mail", "Email"
        )
    )
    assert cli.main(["visitors", "identify", str(file), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["visitors"], told["touches"]) == (2, 3)
    assert [reason for _, reason in told["refused"]] == [
        "No company is “nowhere.example”, by domain, id or name.",
        "It names no visitor.",
    ]
    assert set(Touch.objects.filter(company=acme).values_list("visitor", flat=True)) == {"A1", "A2"}
    assert Visitor.objects.get(key="A2").contact.email == "ana@acme.example"
    assert AuditEntry.objects.filter(action="visitor.identified").count() == 2


def test_a_name_that_two_companies_have_tells_nobody(acme, tmp_path, capsys):
    Company.objects.create(source="crm", external_id="c2", name="ACME")
    file = tmp_path / "visitors.csv"
    file.write_text("visitor,company\nA1,Acme\n")
    assert cli.main(["visitors", "identify", str(file)]) == 3
    assert "Several companies are “Acme”." in capsys.readouterr().err
    assert not Visitor.objects.exists()


def test_a_table_without_visitors_is_no_such_table(acme, tmp_path, capsys):
    file = tmp_path / "other.csv"
    file.write_text("company,email\nAcme,ana@acme.example\n")
    assert cli.main(["visitors", "identify", str(file)]) == 2
    assert "It needs a column visitor" in capsys.readouterr().err
