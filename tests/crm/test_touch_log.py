"""The touch log is append-only, follows its rows, and learns the company of a lead when that is converted."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from sameside.crm import touches
from sameside.crm.models import Activity, Campaign, CampaignMember, Company, Touch
from sameside.leads.models import Lead
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def nothing(text: str) -> list[int]:
    return []


@pytest.fixture
def lead(db) -> Lead:
    return Lead.objects.create(
        source="t", external_id="L1", first_name="Lea", lead_source="Webinar", created_at=NOW - timedelta(days=30)
    )


def log() -> int:
    return touches.log(run_id=None, at=NOW, assets_named=nothing)


def test_a_lead_is_a_touch_on_the_channel_of_its_source(lead):
    assert log() == 1
    assert log() == 0
    touch = Touch.objects.get()
    assert (touch.channel, touch.lead, touch.company, touch.occurred_at) == ("webinar", lead, None, lead.created_at)


def test_the_company_is_filled_in_when_the_lead_has_one(lead):
    log()
    lead.company = Company.objects.create(source="t", external_id="C1", name="Acme")
    lead.save()
    assert touches.settle() == 1
    assert touches.settle() == 0
    assert Touch.objects.get().company == lead.company


def test_a_response_stands_for_the_lead_it_made(lead):
    fair = Campaign.objects.create(source="t", external_id="K1", name="Fair", channel="event")
    log()
    CampaignMember.objects.create(
        source="t", external_id="M1", campaign=fair, lead=lead, responded=True, at=lead.created_at
    )
    assert log() == 1
    assert list(Touch.objects.filter(current=True).values_list("channel", flat=True)) == ["event"]


def test_what_was_only_planned_sent_or_noted_is_no_touch(lead):
    fair = Campaign.objects.create(source="t", external_id="K1", name="Fair", channel="event")
    CampaignMember.objects.create(source="t", external_id="M1", campaign=fair, lead=lead, at=NOW)
    facts = {"source": "t", "lead": lead, "subject": "Call", "kind": "call"}
    Activity.objects.create(external_id="A1", at=NOW, is_done=False, **facts)
    Activity.objects.create(external_id="A2", at=NOW + timedelta(days=1), **facts)
    Activity.objects.create(external_id="A3", at=NOW, **facts | {"kind": "task"})
    log()
    assert list(Touch.objects.values_list("external_id", flat=True)) == ["Lead:L1"]


def test_an_activity_that_names_an_asset_is_a_share(lead, db):
    from sameside.library.models import Asset

    asset = Asset.objects.create(title="Guide", slug="guide", format="pdf", created_at=NOW, updated_at=NOW)
    Activity.objects.create(source="t", external_id="A1", kind="task", subject="Guide", at=NOW, lead=lead)
    touches.log(run_id=None, at=NOW, assets_named=lambda text: [asset.pk] if "Guide" in text else [])
    assert Touch.objects.get(asset=asset).channel == "content-share"


def test_a_row_that_is_deleted_in_its_source_takes_its_touch_away(lead):
    log()
    Lead.objects.update(deleted_in_source=True)
    assert log() == 0
    assert list(Touch.objects.values_list("current", flat=True)) == [False]


def test_the_database_refuses_to_change_or_delete_a_touch(lead):
    log()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Touch.objects.update(channel="event")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Touch.objects.all().delete()
