"""Touch logs without ids: every row once, equal rows kept, conversions with their values, unknown visitors waiting."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import IntegrityError

from sameside.connectors import runs
from sameside.connectors.models import ImportRun
from sameside.connectors.touches.channels import channel_of
from sameside.crm import visitors
from sameside.crm.models import Campaign, Company, Contact, Conversion, Touch, Visitor
from tests.connectors.exports import NOW

pytestmark = pytest.mark.django_db

ADS = """customer_id,time,interaction,conversion,conversion_value,channel
A1,2018-07-22T20:40:41Z,impression,0,0,Online Display
A1,2018-07-08T21:53:37Z,impression,0,0,Online Video
A2,2018-07-08T21:53:37Z,impression,0,0,Facebook
A2,2018-07-08T21:53:37Z,impression,0,0,Facebook
A2,2018-07-09T09:00:00Z,conversion,1,7.5,Paid Search
"""
WEB = """timestamp;utm_source;utm_medium;utm_campaign;email;company_domain;page_url;cost
2026-05-01 10:00:00;google;cpc;Spring;ANA@acme.example;;https://us.example/a;1.25
2026-05-01 11:00:00;google;organic;;info@acme.example;;https://us.example/b;
2026-05-01 12:00:00;linkedin;social;;;www.acme.example;https://us.example/c;
2026-05-01 13:00:00;news;newsletter;Spring;new@globex.example;;https://us.example/d;
never;google;cpc;Spring;ana@acme.example;;;
2026-05-01 14:00:00;google;cpc;Spring;;;;
"""


def bring_in(folder: Path, text: str, name: str = "log.csv") -> ImportRun:
    folder.mkdir(exist_ok=True, parents=True)
    (folder / name).write_text(text, encoding="utf-8")
    return runs.execute(runs.create("touches", folder, origin="a log", by=None, at=NOW).pk)


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    file = run.files.get()
    return file.created, file.updated, file.unchanged, file.refused


@pytest.fixture
def acme(db: None) -> Company:
    return Company.objects.create(source="salesforce", external_id="c1", name="Acme", domain="acme.example")


@pytest.fixture
def ana(acme: Company) -> Contact:
    return Contact.objects.create(source="salesforce", external_id="p1", company=acme, email="ana@acme.example")


def test_every_row_is_a_touch_once_and_equal_rows_are_kept(tmp_path):
    first, again = (bring_in(tmp_path, ADS) for _ in range(2))
    assert counts(first) == (5, 0, 0, 0)
    assert counts(again) == (0, 0, 5, 0)
    assert list(Touch.objects.order_by("pk").values_list("visitor", "channel", "interaction")) == [
        ("A1", "display", "impression"),
        ("A1", "online-video", "impression"),
        ("A2", "facebook", "impression"),
        ("A2", "facebook", "impression"),
        ("A2", "paid-search", "conversion"),
    ]
    assert "1 conversions worth 7.50 are new" in first.files.get().note
    assert "facebook (2), online-video (1)" in first.files.get().note
    conversion = Conversion.objects.get()
    assert (conversion.visitor, conversion.channel, conversion.amount) == ("A2", "paid-search", Decimal("7.5"))


def test_the_order_of_the_rows_does_not_matter(tmp_path):
    header, *rows = ADS.splitlines()
    bring_in(tmp_path / "a", ADS)
    again = bring_in(tmp_path / "b", "\n".join([header, *reversed(rows), ""]))
    assert counts(again) == (0, 0, 5, 0)


def test_persons_companies_and_campaigns_are_found_or_kept_by_name(ana, tmp_path):
    for number in (2, 3):
        Contact.objects.create(source="salesforce", external_id=f"p{number}", email="info@acme.example")
    run = bring_in(tmp_path, WEB)
    assert counts(run) == (4, 0, 0, 2)
    touches = list(Touch.objects.order_by("occurred_at"))
    assert [(t.channel, t.paid, t.contact_id, t.company_id, t.visitor) for t in touches] == [
        ("paid-search", True, ana.pk, ana.company_id, "ANA@acme.example".lower()),
        ("organic-search", False, None, None, "info@acme.example"),
        ("social", False, None, ana.company_id, "www.acme.example"),
        ("email", False, None, None, "new@globex.example"),
    ]
    assert (touches[0].cost, touches[0].url) == (Decimal("1.25"), "https://us.example/a")
    assert Campaign.objects.get().name == "Spring"
    assert sorted(run.files.get().reasons) == [
        "It names no visitor, no address and no company",
        "When: “…” is no date",
    ]


def test_a_visitor_who_is_identified_has_a_company_from_then_on(acme, alice, tmp_path):
    bring_in(tmp_path / "a", ADS)
    assert visitors.identify("A2", company=acme, by=alice, at=NOW) == 3
    assert set(Touch.objects.filter(visitor="A2").values_list("company", flat=True)) == {acme.pk}
    assert Conversion.objects.get().company == acme
    bring_in(tmp_path / "b", ADS.splitlines()[0] + "\nA2,2018-08-01T00:00:00Z,impression,0,0,Facebook\n")
    assert Touch.objects.get(occurred_at=datetime(2018, 8, 1, tzinfo=UTC)).company == acme


def test_an_identified_visitor_is_not_given_to_another_company(acme, alice):
    globex = Company.objects.create(source="salesforce", external_id="c2", name="Globex")
    visitors.identify("A2", company=acme, by=alice, at=NOW)
    with pytest.raises(visitors.VisitorKnown, match="A2 is known as a visitor of Acme"):
        visitors.identify("A2", company=globex, by=alice, at=NOW)
    assert Visitor.objects.get().company == acme


def test_who_it_was_cannot_be_rewritten_in_the_log(tmp_path):
    bring_in(tmp_path, ADS)
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE crm_touch SET visitor = 'somebody else'")


def test_a_row_with_an_id_is_replaced_when_the_log_tells_it_differently(tmp_path):
    log = "event_id,timestamp,visitor_id,channel\n1,2026-05-01T10:00:00Z,v1,Email\n2,2026-05-01T10:00:00Z,v1,Email\n"
    bring_in(tmp_path / "a", log)
    run = bring_in(tmp_path / "b", log.replace("2,2026-05-01T10:00:00Z,v1,Email", "2,2026-05-02T10:00:00Z,v1,Email"))
    assert counts(run) == (0, 1, 1, 0)
    assert Touch.objects.filter(current=True).count() == 2
    assert Touch.objects.filter(current=False).count() == 1


def test_a_table_that_counts_visits_is_not_read_as_touches(tmp_path):
    run = bring_in(tmp_path, "date,sessionDefaultChannelGroup,sessions\n2026-05-01,Organic Search,120\n")
    assert run.files.get().note.startswith("It counts visits and names nobody")
    assert not Touch.objects.exists()


@pytest.mark.parametrize(
    ("channel", "source", "medium", "found"),
    [
        ("Paid Search", "", "", "paid-search"),
        ("Instagram", "", "", "instagram"),
        ("", "google", "cpc", "paid-search"),
        ("", "linkedin", "cpc", "paid-social"),
        ("", "", "google / organic", "organic-search"),
        ("", "(direct)", "(none)", "website"),
        ("", "facebook.com", "referral", "social"),
        ("", "partner-x", "podcast ad", "podcast-ad"),
        ("", "", "", ""),
    ],
)
def test_words_for_channels(channel, source, medium, found):
    assert channel_of(channel, source, medium) == found
