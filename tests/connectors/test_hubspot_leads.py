# ruff: noqa: RUF005 a row reads better in two lines that are added
"""HubSpot's own leads: who had one since when, what was tried, and why it came back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sameside.connectors import undoing
from sameside.connectors.hubspot.leads import words
from sameside.connectors.hubspot.recognition import recognise_header
from sameside.connectors.models import ImportFile, ImportRun
from sameside.leads.models import HandOver, Lead, LeadStage
from tests.connectors import hubspot_exports as exports
from tests.connectors.exports import NOW, counts

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "aside"]),
    pytest.mark.usefixtures("committed"),
]

CONTACTS = [
    ["Record ID", "First Name", "Last Name", "Email", "Lifecycle Stage", "Create Date", "Became a Lead Date"]
    + ["Contact owner", "Lead Status"],
    ["71", "Gil", "Ode", "gil@x.example", "Lead", "2026-01-01 09:00", "2026-01-10 09:00", "Ana Ruiz", "New"],
    ["72", "Hal", "Ito", "hal@x.example", "Subscriber", "2026-01-01 09:00", "", "", ""],
    ["73", "Ida", "Noe", "ida@x.example", "Opportunity", "2026-01-01 09:00", "2026-01-10 09:00", "Ana Ruiz", ""],
]
_DATES = [
    'Date entered "New (Lead Pipeline)"',
    'Date entered "Attempting (Lead Pipeline)"',
    'Date entered "Connected (Lead Pipeline)"',
    'Date entered "Disqualified (Lead Pipeline)"',
]
LEADS = [
    ["Record ID", "Lead Name", "Lead Stage", "Lead Pipeline", "Lead Owner", "Lead Label", "Create Date"]
    + ["Disqualification Reason", *_DATES, "Associated Contact", "Associated Contact IDs", "Associated Deal IDs"],
    ["901", "Gil Ode", "Disqualified", "Lead Pipeline", "Ben Okafor", "Warm", "2026-01-12 08:00", "Not a good fit"]
    + ["2026-01-12 08:00", "2026-01-13 10:00", "", "2026-01-20 16:00", "Gil Ode", "71", ""],
    ["902", "Hal Ito", "Connected", "Lead Pipeline", "Ben Okafor", "Hot", "2026-01-15 08:00", ""]
    + ["2026-01-15 08:00", "2026-01-15 09:00", "2026-01-16 11:00", "", "Hal Ito", "72", ""],
    ["903", "Ida Noe", "Qualified", "Lead Pipeline", "Cy Hale", "Hot", "2026-01-12 08:00", ""]
    + ["2026-01-12 08:00", "2026-01-14 09:00", "", "", "Ida Noe", "73", "501"],
    ["904", "Gone", "New", "Lead Pipeline", "Cy Hale", "", "2026-01-12 08:00", "", "", "", "", "", "", "799", ""],
]
DEALS = [
    ["Record ID", "Deal Name", "Deal Stage", "Pipeline", "Create Date", "Amount"],
    ["501", "Noe – Pilot", "Contract Sent", "Sales Pipeline", "2026-01-25 09:00", "900"],
]
FILES: dict[str, exports.Rows] = {"contacts.csv": CONTACTS, "deals.csv": DEALS, "leads.csv": LEADS}


@pytest.fixture
def imported(tmp_path: Path) -> ImportRun:
    return exports.bring_in(exports.write(tmp_path, FILES))


def passed(contact: str) -> HandOver:
    return HandOver.objects.select_related("owner", "reason", "lead").get(lead__external_id=contact)


def test_a_disqualified_lead_is_a_hand_over_that_ended_with_its_reason(imported: ImportRun) -> None:
    one = passed("71")
    assert (one.derived, one.owner.name, one.at) == (True, "Ben Okafor", datetime(2026, 1, 12, 8, tzinfo=UTC))
    assert one.accepted_at == datetime(2026, 1, 13, 10, tzinfo=UTC)
    assert (one.outcome, one.ended_at) == ("disqualified", datetime(2026, 1, 20, 16, tzinfo=UTC))
    assert (one.reason.key if one.reason else "", one.source_reason) == ("not_our_segment", "Not a good fit")


def test_a_contact_that_was_no_lead_becomes_one(imported: ImportRun) -> None:
    one = passed("72")
    assert (str(one.lead), one.lead.status, one.lead.created_at) == ("Hal Ito", "Connected", one.at)
    assert (one.owner.name, one.outcome) == ("Ben Okafor", "")
    assert one.accepted_at == datetime(2026, 1, 15, 9, tzinfo=UTC)


def test_its_deal_is_that_of_the_lead(imported: ImportRun) -> None:
    one = passed("73")
    assert one.outcome == "converted"
    assert one.lead.deal is not None
    assert (one.owner.name, one.lead.deal.name) == ("Cy Hale", "Noe – Pilot")


def test_a_lead_without_its_contact_is_refused_and_columns_without_use_are_said(imported: ImportRun) -> None:
    file = ImportFile.objects.get(recognised_as="LeadObject")
    assert (file.created, file.refused) == (3, 1)
    assert "Lead Label" in file.note
    assert not Lead.objects.filter(external_id="799").exists()


def test_a_second_import_changes_nothing(imported: ImportRun, tmp_path: Path) -> None:
    before = list(LeadStage.objects.order_by("pk").values()), list(Lead.objects.order_by("pk").values())
    again = exports.bring_in(tmp_path)
    assert counts(again)["leads.csv"][:3] == (0, 0, 3)
    assert (list(LeadStage.objects.order_by("pk").values()), list(Lead.objects.order_by("pk").values())) == before


def test_contacts_alone_do_not_take_back_what_its_leads_say(imported: ImportRun, tmp_path: Path) -> None:
    exports.bring_in(exports.write(tmp_path / "later", {"contacts.csv": CONTACTS}))
    one = passed("71")
    assert (one.lead.status, one.owner.name, one.outcome) == ("Disqualified", "Ben Okafor", "disqualified")


def test_the_newest_of_several_leads_says_how_it_stands(imported: ImportRun, tmp_path: Path) -> None:
    second = ["905", "Gil again", "Attempting", "Lead Pipeline", "Cy Hale", "", "2026-03-02 08:00", ""]
    second += ["", "2026-03-03 09:00", "", "", "Gil Ode", "71", ""]
    exports.bring_in(exports.write(tmp_path / "later", {"leads.csv": [LEADS[0], second]}))
    exports.bring_in(exports.write(tmp_path / "older", {"leads.csv": LEADS[:2]}))
    rows = HandOver.objects.filter(lead__external_id="71").order_by("number")
    assert [(one.owner.name, one.outcome) for one in rows] == [("Ben Okafor", "reassigned"), ("Cy Hale", "")]
    assert Lead.objects.get(external_id="71").status == "Attempting"


def test_an_undone_import_leaves_nothing_of_it(tmp_path: Path) -> None:
    exports.bring_in(exports.write(tmp_path / "1", {"contacts.csv": CONTACTS}))
    run = exports.bring_in(exports.write(tmp_path / "2", {"leads.csv": LEADS}))
    undoing.ask(run, by=None, at=NOW, queue=False)
    undoing.execute(run.pk)
    one = passed("71")
    assert (one.owner.name, one.outcome, one.lead.status, one.lead.source_reason) == ("Ana Ruiz", "", "New", "")
    assert not Lead.objects.filter(external_id="72").exists()


def test_internal_names_are_read_too(tmp_path: Path) -> None:
    names = ["hs_object_id", "hs_lead_name", "hs_pipeline_stage", "hs_pipeline", "hubspot_owner_id", "hs_createdate"]
    names += ["hs_lead_disqualification_reason", "hs_primary_contact_id"]
    names += ["hs_v2_date_entered_attempting_stage_id_745667965", "hs_v2_date_entered_unqualified_stage_id_1675714327"]
    row = ["901", "Gil", "unqualified-stage-id", "lead-pipeline-id", "", "2026-01-12T08:00:00Z", "NO_BUDGET", "71"]
    row += ["2026-01-13T10:00:00Z", "2026-01-14T10:00:00Z"]
    exports.bring_in(exports.write(tmp_path, {"contacts.csv": CONTACTS, "leads.csv": [names, row]}))
    lead = Lead.objects.get(external_id="71")
    assert (lead.status, lead.source_reason, lead.owner) == ("Disqualified", "No budget", None)
    stages = LeadStage.objects.filter(lead=lead, external_id__startswith="lead:").order_by("at", "pk")
    assert [one.stage for one in stages] == ["No owner", "Attempting", "Disqualified"]


def test_tickets_and_contacts_are_not_taken_for_leads() -> None:
    assert recognise_header(LEADS[0]) == ("LeadObject", "")
    assert recognise_header(CONTACTS[0]) == ("Contact", "")
    ticket = ["hs_object_id", "subject", "hs_pipeline_stage", "hubspot_owner_id", "hs_createdate"]
    assert recognise_header(ticket) == ("", "Tickets are support work; Sameside does not use them.")
    assert recognise_header(["id", "property_hs_lead_name", "property_hs_pipeline_stage"]) == ("LeadObject", "")


def test_reasons_are_words() -> None:
    assert words("NO_DECISION_POWER") == "No decision power"
    assert words("Not a good fit") == "Not a good fit"
