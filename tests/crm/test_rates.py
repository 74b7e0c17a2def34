"""Exchange rates are set by hand or come from a file; only administrators change them, and amounts follow."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sameside.crm import money, rates
from sameside.crm.models import Deal, ExchangeRate
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.conftest import NOW, signed_in

ECB = b"Date,USD,JPY,CYP,\n2026-11-20,1.0842,163.55,N/A,\n2026-11-19,1.0800,163.00,N/A,\n"


def test_the_ecb_history_is_read_as_it_is(gus: Person) -> None:
    read = rates.bring_in(ECB, by=gus, at=NOW)
    assert (read.source, read.written, read.refused) == ("ecb", 5, [])
    assert ExchangeRate.objects.get(currency="USD", starts_on=date(2026, 11, 20)).rate == Decimal("1.0842")
    assert ExchangeRate.objects.get(currency="EUR").starts_on == date(2026, 11, 19)
    assert rates.bring_in(ECB, by=gus, at=NOW).written == 0


def test_the_ecb_archive_of_the_day_is_read(gus: Person) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("eurofxref.csv", "Date, USD, JPY, \n20 November 2026, 1.0842, 163.55, \n")
    read = rates.bring_in(packed.getvalue(), by=gus, at=NOW)
    assert [(rate.currency, rate.starts_on) for rate in read.rates] == [
        ("USD", date(2026, 11, 20)), ("JPY", date(2026, 11, 20)), ("EUR", date(2026, 11, 20)),
    ]  # fmt: skip


def test_a_file_of_ones_own_tells_the_lines_it_cannot_read(gus: Person) -> None:
    content = b"Date,Currency,Rate\n2026-01-01,usd,1.1\n2026-01-01,dollars,1.1\n01/02/2026,CHF,0.9\n2026-01-01,CHF,-1\n"
    read = rates.bring_in(content, by=gus, at=NOW)
    assert read.written == 1
    assert read.refused == [
        "Rate 2 is left out: “dollars” is no currency code of three letters.",
        "Rate 3 is left out: “01/02/2026” is no date like 2026-03-31.",
        "Rate 4 is left out: “-1” is no rate: it must be above zero and of a plausible size.",
    ]


@pytest.mark.parametrize("content", [b"", b"Name,Amount\nAcme,3\n", b"PK\x03\x04nothing", b"\x00\xff\xfe", b'"' * 30])
def test_what_holds_no_rates_is_refused_with_a_sentence(gus: Person, content: bytes) -> None:
    with pytest.raises(rates.NotRates):
        rates.bring_in(content, by=gus, at=NOW)


def test_an_administrator_sets_changes_and_removes_a_rate_by_page(gus: Person) -> None:
    client = signed_in(gus)
    values = {"currency": "usd", "starts_on": "2026-01-01", "rate": "1.25"}
    assert client.post("/crm/rates/new/", values).status_code == 302
    rate = ExchangeRate.objects.get()
    assert (rate.source, rate.base, rate.currency, rate.rate) == ("hand", "EUR", "USD", Decimal("1.25"))
    assert client.post(f"/crm/rates/{rate.pk}/", values | {"starts_on": "2026-02-01"}).status_code == 302
    assert ExchangeRate.objects.get().starts_on == date(2026, 2, 1)
    page = client.get("/crm/rates/").content.decode()
    assert "1 EUR = 1.25 USD" in page
    assert "1 USD = 0.8 EUR" in page
    assert client.post(f"/crm/rates/{ExchangeRate.objects.get().pk}/removal/").status_code == 302
    assert not ExchangeRate.objects.exists()
    recorded = AuditEntry.objects.filter(action__startswith="rate").order_by("pk").values_list("action", flat=True)
    assert list(recorded) == ["rate set", "rate set", "rate removed"]


@pytest.mark.parametrize(
    "values",
    [
        {"currency": "EUR", "starts_on": "2026-01-01", "rate": "1"},
        {"currency": "USD", "starts_on": "1700-01-01", "rate": "1"},
        {"currency": "USD", "starts_on": "2026-01-01", "rate": "nothing"},
        {"currency": "USD", "starts_on": "2026-01-01", "rate": "NaN"},
    ],
)
def test_a_rate_that_cannot_be_is_refused_on_the_form(gus: Person, values: dict[str, str]) -> None:
    response = signed_in(gus).post("/crm/rates/new/", values)
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert not ExchangeRate.objects.exists()


def test_a_file_by_page_is_read_and_its_source_can_be_removed(gus: Person) -> None:
    client = signed_in(gus)
    response = client.post("/crm/rates/files/", {"file": SimpleUploadedFile("eurofxref-hist.csv", ECB)})
    assert response.status_code == 302
    page = client.get("/crm/rates/").content.decode()
    assert "European Central Bank" in page
    assert "5 rates of 3 currencies" in page
    client.post("/crm/rates/source-removals/", {"source": "\x00"})
    assert ExchangeRate.objects.count() == 5
    client.post("/crm/rates/source-removals/", {"source": "ecb"})
    assert not ExchangeRate.objects.exists()


def test_the_page_says_which_deals_have_no_rate(alice: Person) -> None:
    Deal.objects.create(
        source="salesforce", external_id="006", name="Deal", stage="Proposal", created_at=NOW,
        amount_given=Decimal(5), currency="USD",
    )  # fmt: skip
    money.convert()
    page = signed_in(alice).get("/crm/rates/").content.decode()
    assert "1 deal in USD has no rate: not in any total." in page
    assert "Set a rate" not in page


def test_nobody_but_an_administrator_changes_rates(alice: Person, bob: Person) -> None:
    assert signed_in(alice).get("/crm/rates/new/").status_code == 403
    assert signed_in(bob).post("/crm/rates/files/").status_code == 403
    with pytest.raises(Refused):
        rates.bring_in(ECB, by=alice, at=NOW)


def test_the_page_of_rates_costs_the_same_however_many_there_are(
    alice: Person, django_assert_max_num_queries: object
) -> None:
    ExchangeRate.objects.bulk_create(
        ExchangeRate(
            source="hand", external_id=str(n), base="EUR", currency="USD", starts_on=date(2026, 1, 1), rate=n + 1
        )
        for n in range(120)
    )
    client = signed_in(alice)
    client.get("/crm/rates/")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get("/crm/rates/")
