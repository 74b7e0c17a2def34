# ruff: noqa: RUF005 a row reads better in two lines that are added
"""Who had a HubSpot lead when: from the table of former values, else from the date since when its owner has it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sameside.connectors import undoing
from sameside.connectors.models import ImportFile, ImportRun
from sameside.leads.models import HandOver, LeadStage
from tests.connectors import hubspot_exports as exports
from tests.connectors.exports import counts

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "aside"]),
    pytest.mark.usefixtures("committed"),
]

OWNERS = [
    ["owner_id", "email", "first_name", "last_name", "_fivetran_synced"],
    ["7001", "ana@example.com", "Ana", "Ruiz", "2026-05-01"],
    ["7002", "ben@example.com", "Ben", "Okafor", "2026-05-01"],
    ["7003", "cy@example.com", "Cy", "Hale", "2026-05-01"],
]
_CONTACT = ["id", "property_email", "property_firstname", "property_lifecyclestage", "property_createdate"]
CONTACTS = [
    [*_CONTACT, "property_hs_lifecyclestage_lead_date", "property_hubspot_owner_id", "_fivetran_synced"],
    ["61", "cleo@acme.example", "Cleo", "lead", "2026-01-01 00:00:00", "2026-01-10 09:00:00", "7002", "2026-05-01"],
    ["62", "dan@acme.example", "Dan", "lead", "2026-01-01 00:00:00", "2026-01-10 09:00:00", "7001", "2026-05-01"],
    ["63", "eva@acme.example", "Eva", "subscriber", "2026-01-01 00:00:00", "", "7001", "2026-05-01"],
    ["64", "fox@acme.example", "Fox", "lead", "2026-01-01 00:00:00", "2026-01-10 09:00:00", "7002", "2026-05-01"],
]
_OWNER = "hubspot_owner_id"
HISTORY = [
    ["contact_id", "timestamp", "_fivetran_synced", "source", "name", "value", "source_id"],
    ["61", "2026-01-20 08:00:00", "2026-05-01", "CRM_UI", _OWNER, "7002", ""],
    ["61", "2026-01-02 08:00:00", "2026-05-01", "CRM_UI", _OWNER, "7001", ""],
    ["61", "2026-01-21 08:00:00", "2026-05-01", "CRM_UI", "jobtitle", "CFO", ""],
    ["62", "2026-01-12 08:00:00", "2026-05-01", "CRM_UI", _OWNER, "7003", ""],
    ["62", "2026-01-14 08:00:00", "2026-05-01", "CRM_UI", _OWNER, "", ""],
    ["62", "2026-01-16 08:00:00", "2026-05-01", "CRM_UI", _OWNER, "7001", ""],
    ["63", "2026-01-12 08:00:00", "2026-05-01", "CRM_UI", _OWNER, "7003", ""],
    ["64", "2026-01-12 08:00:00", "2026-05-01", "CRM_UI", _OWNER, "7999", ""],
    ["64", "2026-01-15 08:00:00", "2026-05-01", "CRM_UI", _OWNER, "7002", ""],
]
FILES = {"owner_data.csv": OWNERS, "contact_data.csv": CONTACTS, "contact_property_history_data.csv": HISTORY}


def passes(contact: str) -> list[tuple[str, int, str, bool]]:
    """Who had it, from which day of January on, how it ended, and whether who had it before is known."""
    rows = HandOver.objects.filter(lead__external_id=contact).order_by("number").select_related("owner")
    return [(row.owner.name, row.at.day, row.outcome, not row.why) for row in rows]


@pytest.fixture
def imported(tmp_path: Path) -> ImportRun:
    return exports.bring_in(exports.write(tmp_path, FILES))


def test_former_owners_of_contacts_become_hand_overs(imported: ImportRun) -> None:
    file = ImportFile.objects.get(recognised_as="ContactHistory")
    assert (file.created, file.refused) == (7, 0)
    assert "1 change of owner of contacts that are no leads" in file.note
    assert passes("61") == [("Ana Ruiz", 10, "reassigned", True), ("Ben Okafor", 20, "", True)]
    assert passes("62") == [("Cy Hale", 12, "reassigned", True), ("Ana Ruiz", 16, "", True)]
    assert not HandOver.objects.filter(derived=False).exists()


def test_an_owner_who_is_not_here_is_not_invented(imported: ImportRun) -> None:
    assert passes("64") == [("Ben Okafor", 15, "", False)]


def test_a_second_import_changes_nothing(imported: ImportRun, tmp_path: Path) -> None:
    before = list(LeadStage.objects.order_by("pk").values())
    again = exports.bring_in(tmp_path)
    assert counts(again)["contact_property_history_data.csv"][:3] == (0, 0, 7)
    assert list(LeadStage.objects.order_by("pk").values()) == before


def test_what_was_taken_from_nobody_is_taken_from_somebody_once_the_change_before_comes(tmp_path: Path) -> None:
    late = [HISTORY[0], HISTORY[1]]
    exports.bring_in(exports.write(tmp_path / "1", {**FILES, "contact_property_history_data.csv": late}))
    assert passes("61") == [("Ben Okafor", 20, "", True)]
    run = exports.bring_in(exports.write(tmp_path / "2", {"contact_property_history_data.csv": HISTORY}))
    assert passes("61") == [("Ana Ruiz", 10, "reassigned", True), ("Ben Okafor", 20, "", True)]
    undoing.ask(run, by=None, at=exports.NOW, queue=False)
    undoing.execute(run.pk)
    assert passes("61") == [("Ben Okafor", 20, "", True)]


def test_without_a_history_the_owner_of_today_has_it_since_the_date_that_says_so(tmp_path: Path) -> None:
    contacts = [
        ["Record ID", "First Name", "Email", "Lifecycle Stage", "Create Date", "Became a Lead Date", "Contact owner"]
        + ["Owner assigned date"],
        ["71", "Gil", "gil@x.example", "Lead", "2026-01-01 09:00", "2026-01-10 09:00", "Ana Ruiz", "2026-01-18 09:00"],
        ["72", "Hal", "hal@x.example", "Lead", "2026-01-01 09:00", "2026-01-10 09:00", "Ana Ruiz", "2026-01-02 09:00"],
        ["73", "Ida", "ida@x.example", "Lead", "2026-01-01 09:00", "2026-01-10 09:00", "Ana Ruiz", ""],
    ]  # fmt: skip
    exports.bring_in(exports.write(tmp_path, {"contacts.csv": contacts}))
    assert HandOver.objects.get(lead__external_id="71").at == datetime(2026, 1, 18, 9, tzinfo=UTC)
    assert passes("71") == [("Ana Ruiz", 18, "", False)]
    assert passes("72") == passes("73") == [("Ana Ruiz", 10, "", True)]
