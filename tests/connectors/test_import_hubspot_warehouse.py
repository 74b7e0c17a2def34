"""HubSpot's tables of a data warehouse come in, joined by their numbers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sameside.connectors.models import ImportRun
from sameside.crm.models import (
    Activity,
    Campaign,
    CampaignMember,
    Contact,
    Deal,
    DealContact,
    PipelineStage,
    StageChange,
)
from sameside.identity.models import SourceMerge
from sameside.leads.models import Lead
from sameside.people.models import Person
from tests.connectors import hubspot_exports as exports
from tests.connectors.exports import counts

pytestmark = pytest.mark.django_db

FIRST = {
    "owner_data.csv": (1, 0, 0, 0, 0),
    "deal_pipeline_stage_data.csv": (3, 0, 0, 0, 0),
    "deal_pipeline_data.csv": (0, 2, 0, 0, 0),
    "contact_data.csv": (2, 0, 0, 0, 0),
    "deal_data.csv": (3, 0, 0, 0, 1),
    "deal_stage_data.csv": (2, 0, 0, 1, 0),
    "deal_property_history_data.csv": (1, 0, 0, 0, 0),
    "deal_contact_data.csv": (1, 0, 0, 1, 0),
    "engagement_call_data.csv": (1, 0, 0, 0, 0),
    "engagement_contact_data.csv": (0, 1, 0, 1, 0),
    "form_data.csv": (1, 0, 0, 0, 0),
    "contact_form_submission_data.csv": (1, 0, 0, 1, 0),
}


@pytest.fixture
def imported(tmp_path: Path) -> ImportRun:
    return exports.bring_in(exports.write(tmp_path, exports.WAREHOUSE))


def test_every_table_says_what_came_of_it(imported):
    assert counts(imported) == FIRST


def test_a_second_import_changes_nothing(imported, tmp_path):
    assert counts(exports.bring_in(tmp_path)) == {
        name: (0, 0, created + updated, refused, missing)
        for name, (created, updated, _, refused, missing) in FIRST.items()
    }


def test_stages_have_the_names_of_their_pipelines(imported):
    assert set(PipelineStage.objects.values_list("pipeline", "label", "is_won")) == {
        ("New business", "Qualified", False),
        ("New business", "Signed", True),
        ("Renewals", "Signed", True),
    }
    assert dict(Deal.objects.values_list("external_id", "stage")) == {
        "81": "Signed (New business)",
        "82": "Signed (Renewals)",
        "83": "",
    }


def test_deals_are_won_by_what_the_pipeline_says(imported):
    signed = Deal.objects.get(external_id="81")
    assert (signed.is_closed, signed.is_won) == (True, True)
    assert signed.closed_at == datetime(2026, 3, 5, 8, tzinfo=UTC)
    assert signed.owner == Person.objects.get(email="ana@example.com", source="hubspot", external_id="7001")
    assert Deal.objects.get(external_id="83").deleted_in_source


def test_the_history_of_stages(imported):
    history = StageChange.objects.filter(inferred=False).order_by("at").values_list("deal__external_id", "stage", "at")
    assert list(history) == [
        ("81", "Qualified", datetime(2026, 1, 5, 8, tzinfo=UTC)),
        ("82", "Signed (Renewals)", datetime(2026, 2, 5, 8, 0, 0, 123000, tzinfo=UTC)),
        ("81", "Signed (New business)", datetime(2026, 3, 5, 8, tzinfo=UTC)),
    ]


def test_contacts_leads_and_what_they_did(imported):
    lead = Lead.objects.select_related("deal").get()
    assert (lead.external_id, lead.created_at) == ("61", datetime(2026, 1, 4, tzinfo=UTC))
    assert Contact.objects.get(external_id="64").deleted_in_source
    call = Activity.objects.select_related("contact", "lead").get()
    assert (call.kind, call.contact, call.lead) == ("call", Contact.objects.get(external_id="61"), lead)
    member = CampaignMember.objects.select_related("campaign").get()
    assert (member.campaign.name, member.campaign.kind, member.campaign.channel) == (
        "Download Guide",
        "Form",
        "content",
    )
    assert (member.responded, member.lead, member.at) == (True, lead, datetime(2026, 1, 3, 10, 20, tzinfo=UTC))
    assert Campaign.objects.get().external_id == "form:aa-11"
    assert DealContact.objects.get().external_id == "81:61"


def test_merged_contacts_are_handed_over(imported):
    pairs = SourceMerge.objects.filter(kind="contact").values_list("kept_external_id", "merged_external_id")
    assert sorted(pairs) == [("61", "62"), ("61", "63")]


def test_merged_deals_are_marked(imported, tmp_path):
    rows = [["deal_id", "merged_deal_id", "_fivetran_synced"], ["81", "82", "2026-05-02"], ["81", "90", "2026-05-02"]]
    run = exports.bring_in(exports.write(tmp_path / "later", {"merged_deal_data.csv": rows}))
    assert counts(run) == {"merged_deal_data.csv": (0, 1, 1, 0, 0)}
    assert Deal.objects.get(external_id="82").deleted_in_source


def test_an_owner_known_only_by_name_gets_number_and_address(tmp_path):
    exports.bring_in(exports.write(tmp_path / "first", {"deals.csv": exports.DEALS}))
    ana = Person.objects.get(name="Ana Ruiz")
    assert not ana.may_sign_in
    exports.bring_in(exports.write(tmp_path / "later", {"owners.csv": exports.OWNERS}))
    ana.refresh_from_db()
    assert (ana.email, ana.external_id) == ("ana@example.com", "7001")
    assert Person.objects.filter(name="Ana Ruiz").count() == 1


def test_users_are_the_owners_with_their_address_or_persons_of_their_own(imported, tmp_path):
    users = [
        ["id", "primary_team_id", "role_id", "email", "first_name", "last_name", "_fivetran_synced"],
        ["12", "1", "1", "ana@example.com", "Ana", "R.", "2026-05-01"],
        ["13", "1", "1", "kai@example.com", "Kai", "Otto", "2026-05-01"],
    ]
    folder = exports.write(tmp_path / "later", {"users_data.csv": users})
    assert counts(exports.bring_in(folder)) == {"users_data.csv": (1, 0, 1, 0, 0)}
    assert counts(exports.bring_in(folder)) == {"users_data.csv": (0, 0, 2, 0, 0)}
    assert Person.objects.get(email="ana@example.com").external_id == "7001"
    owners = [exports.OWNERS[0], ["7013", "2026-05-01", "kai@example.com", "Kai", "Otto"]]
    exports.bring_in(exports.write(tmp_path / "owners", {"owner_data.csv": owners}))
    assert Person.objects.get(email="kai@example.com").external_id == "7013"
