"""What was merged or converted here survives the next import, and the same file again changes nothing."""

import pytest

from sameside.crm.models import Company
from sameside.identity import merging
from sameside.leads import conversion
from sameside.leads.models import Lead
from tests.conftest import NOW
from tests.connectors import exports

pytestmark = pytest.mark.django_db
HEADER = ["Id", "Name", "Phone", "Industry", "NumberOfEmployees", "CreatedDate"]
FIRST, SECOND = "001000000000001AAA", "001000000000002AAA"


def accounts(folder, *, name: str = "Acme", phone: str = ""):
    rows = [
        HEADER,
        [FIRST, name, phone, "Banking", "", "2025-01-02 03:04:05"],
        [SECOND, "Acme Incorporated", "+41 31 1", "Retail", "120", "2025-01-02 03:04:05"],
    ]
    return exports.bring_in(exports.write(folder, {"Account.csv": rows}))


def test_a_survivor_keeps_what_it_took_over_until_its_source_says_something_new(tmp_path, gus):
    accounts(tmp_path)
    kept, merged = Company.objects.get(external_id=FIRST), Company.objects.get(external_id=SECOND)
    merging.merge(kept, merged, by=gus, at=NOW, chosen=("name",))
    again = accounts(tmp_path)
    assert exports.counts(again) == {"Account.csv": (0, 0, 2, 0, 0)}
    kept.refresh_from_db()
    assert (kept.name, kept.phone, kept.employees) == ("Acme Incorporated", "+41 31 1", 120)
    accounts(tmp_path, name="Acme Holding", phone="+41 31 2")
    kept.refresh_from_db()
    assert (kept.name, kept.phone, kept.employees) == ("Acme Holding", "+41 31 2", 120)


def test_a_lead_that_was_converted_here_stays_so_and_unchanged(tmp_path, gus):
    folder = exports.write(tmp_path, {"Lead.csv": exports.LEAD})
    exports.bring_in(folder)
    lead = Lead.objects.filter(is_converted=False).earliest("pk")
    conversion.convert(lead, by=gus, at=NOW)
    again = exports.bring_in(folder)
    created, updated, *_ = exports.counts(again)["Lead.csv"]
    assert (created, updated) == (0, 0)
    lead.refresh_from_db()
    assert (lead.is_converted, lead.contact is not None, lead.fate) == (True, True, "converted")
