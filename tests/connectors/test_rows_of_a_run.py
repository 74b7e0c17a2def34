"""From the page of a run to the rows it brought: each list can be narrowed to what a run created or changed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sameside.crm.models import Company
from tests.conftest import signed_in
from tests.connectors import exports

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(tmp_path):
    return exports.bring_in(exports.write(tmp_path / "a", exports.WHOLE))


def page(person, run):
    return signed_in(person).get(reverse("connectors:run", args=[run.pk])).content.decode()


def test_each_file_leads_to_its_rows(imported, gus):
    text = page(gus, imported)
    assert f'href="{reverse("crm:companies")}?import={imported.pk}">See the company</a>' in text
    assert f'href="{reverse("leads:list")}?import={imported.pk}">See the 2 leads</a>' in text
    assert f'href="{reverse("deals:list")}?import={imported.pk}">See the 2 deals</a>' in text
    assert text.count("?import=") == 5


def test_a_list_holds_what_the_run_created_or_changed(imported, tmp_path, gus):
    Company.objects.create(source="here", external_id="1", name="Unrelated")
    renamed = [exports.ACCOUNT[0], [*exports.ACCOUNT[1][:2], "Acme renamed", *exports.ACCOUNT[1][3:]]]
    second = exports.bring_in(exports.write(tmp_path / "b", {"Account.csv": renamed}))
    client = signed_in(gus)
    for run in (imported, second):
        text = client.get(f"{reverse('crm:companies')}?import={run.pk}").content.decode()
        assert "Acme renamed" in text
        assert "Unrelated" not in text
        assert f"import {run.pk}" in text
    assert "Acme renamed" not in client.get(f"{reverse('crm:contacts')}?import={second.pk}").content.decode()
    assert "Acme renamed" not in client.get(f"{reverse('crm:companies')}?import=nonsense").content.decode()


LISTS = ["crm:companies", "crm:contacts", "crm:campaigns", "deals:list", "leads:list"]


@pytest.mark.parametrize("name", LISTS)
def test_narrowing_costs_no_further_query(imported, gus, name):
    address = reverse(name)
    client = signed_in(gus)
    client.get(address)
    with CaptureQueriesContext(connection) as plain:
        assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as narrowed:
        assert client.get(f"{address}?import={imported.pk}").status_code == 200
    assert len(narrowed) <= len(plain)


def test_a_seller_is_led_to_what_a_seller_may_see(bob, dora, imported):
    assert "See the 2 deals" not in page(bob, imported)
    assert signed_in(dora).get(f"{reverse('crm:companies')}?import={imported.pk}").status_code in (403, 404)


def test_the_rows_of_a_run_are_found_by_an_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM crm_contact WHERE created_by_run = 7 OR changed_by_run = 7")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "contact_created_by_run" in plan
    assert "contact_changed_by_run" in plan
