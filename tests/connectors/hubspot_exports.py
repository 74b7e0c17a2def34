# ruff: noqa: RUF005 a row reads better in two lines that are added
"""Small HubSpot exports, written the way the vendor writes them, dirt included."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from sameside.connectors import runs
from sameside.connectors.models import ImportRun
from tests.connectors.exports import NOW

Rows = Sequence[Sequence[str]]
ZOE, BO, MIA, KIM = "51000000001", "51000000002", "51000000003", "51000000004"
ACME, GLOBEX = "9001", "9002"
PILOT, ROLLOUT = "31870000001", "31870000002"
_MQL = 'Date entered "Marketing Qualified Lead (Lifecycle Stage Pipeline)"'
_SENT = 'Date entered "Contract Sent (Sales Pipeline)"'
_WON = 'Date entered "Closed Won (Sales Pipeline)"'

COMPANIES = [
    ["Record ID", "Company name", "Company Domain Name", "Industry", "Country/Region", "Number of Employees"]
    + ["Company owner"],
    [ACME, "Acme, Inc.", "https://www.acme.example/de", "Banking", "Germany", "1,200", "Ana Ruiz"],
]  # fmt: skip
CONTACTS = [
    ["Record ID", "First Name", "Last Name", "Email", "Phone Number", "Job Title", "Contact owner", "Lead Status"]
    + ["Create Date", "Associated Company", "Associated Company IDs", "Associated Company IDs (Primary)"]
    + ["Lifecycle Stage", "Original Source", "Became a Lead Date", "Became a Marketing Qualified Lead Date", _MQL]
    + ["Became a Customer Date", "Merged Contact IDs", "Associated Deal IDs", "Buying Role", "Shoe size"],
    [ZOE, "Zoë", "Ünal; Jr.", "Zoe@Acme.example", "=1+1", "CFO", "Ana Ruiz", "Connected"]
    + ["2026-01-05 09:00", "Acme, Inc.; Globex", f"{ACME};{GLOBEX}", ACME]
    + ["Customer", "PAID_SEARCH", "2026-01-10 09:00", "2026-02-01 09:00", "2026-02-02 09:00"]
    + ["2026-04-01 09:00", "51000000009", PILOT, "DECISION_MAKER;BUDGET_HOLDER", "42"],
    [BO, "Bo", "Lind", "bo@globex.example", "", "", "Ana Ruiz (Deactivated User)", "New"]
    + ["2026-01-06 09:00", "Globex", GLOBEX, GLOBEX]
    + ["Marketing Qualified Lead", "Organic Search", "", "", "", "", "", "", "", ""],
    [MIA, "Mia", "Line one\nline two", "", "", "", "", ""]
    + ["2026-01-07 09:00", "", "", "", "Subscriber", "", "", "", "", "", "", "", "", ""],
    ["5.1E+10", "Lost", "In Excel", "lost@acme.example", "", "", "", ""]
    + ["2026-01-07 09:00", "", "", "", "Lead", "", "", "", "", "", "", "", "", ""],
]  # fmt: skip
DEALS = [
    ["Record ID", "Deal Name", "Pipeline", "Deal Stage", "Amount", "Amount in company currency", "Currency"]
    + ["Close Date", "Create Date", "Deal owner", "Deal Type", "Closed Lost Reason", "Closed Won Reason"]
    + ["Associated Company IDs (Primary)", "Associated Company Names (Primary)", "Associated Contact IDs", _SENT, _WON]
    + ['Time in "Contract Sent (Sales Pipeline)" (HH:mm:ss)'],
    [PILOT, "Acme – Pilot", "Sales Pipeline", "Closed Won", "10900", "9800.50", "USD"]
    + ["2026-04-01 17:00", "2026-02-10 10:00", "Ana Ruiz", "newbusiness", "", "Best fit"]
    + [ACME, "Acme, Inc.", f"{ZOE};{BO}", "2026-03-01 09:00", "2026-04-01 08:30", "112:04:09"],
    [ROLLOUT, "Globex – Rollout", "Renewals", "Closed Won", "500", "", ""]
    + ["2026-05-01 17:00", "2026-03-10 10:00", "Ben Okafor", "existingbusiness", "", ""]
    + [GLOBEX, "Globex", f"{BO};51000000099", "", "", ""],
]  # fmt: skip
CALLS = [
    ["Record ID", "Call Title", "Call notes", "Activity date", "Activity assigned to", "Call outcome"]
    + ["Associated Contact IDs", "Associated Deal IDs"],
    ["77001", "First call", "<p>Budget is there</p>", "2026-02-03 10:00", "Ana Ruiz", "Connected", f"{BO};{ZOE}", ""],
]  # fmt: skip
WHOLE = {"companies.csv": COMPANIES, "contacts.csv": CONTACTS, "deals.csv": DEALS, "calls.csv": CALLS}

OWNERS = [
    ["owner_id", "_fivetran_synced", "email", "first_name", "last_name"],
    ["7001", "2026-05-01", "Ana@example.com", "Ana", "Ruiz"],
]
STAGES = [
    [
        "stage_id",
        "label",
        "pipeline_id",
        "probability",
        "is_closed",
        "closed_won",
        "display_order",
        "_fivetran_deleted",
    ],
    ["s1", "Qualified", "p1", "0.2", "false", "false", "1", "false"],
    ["s2", "Signed", "p1", "1.0", "true", "true", "2", "false"],
    ["s3", "Signed", "p2", "1.0", "true", "true", "2", "false"],
]
PIPELINES = [
    ["pipeline_id", "label", "display_order", "active"],
    ["p1", "New business", "1", "true"],
    ["p2", "Renewals", "2", "true"],
]
WAREHOUSE_DEALS = [
    ["deal_id", "is_deleted", "deal_pipeline_id", "deal_pipeline_stage_id", "owner_id", "property_dealname"]
    + ["property_amount", "property_closedate", "property_createdate"],
    ["81", "false", "p1", "s2", "7001", "Signed in new business", "100", "2026-04-01", "2026-01-01 3:15:52"],
    ["82", "false", "p2", "s3", "7999", "Signed in renewals", "200", "2026-04-02", "2026-01-02 13:15:52"],
    ["83", "true", "", "", "", "Deleted, without a stage", "", "", "2026-01-03 00:00:00"],
]
DEAL_STAGES = [
    ["deal_id", "_fivetran_active", "date_entered", "value"],
    ["81", "false", "2026-01-05 08:00:00", "s1"],
    ["81", "true", "2026-03-05 08:00:00", "s2"],
    ["99", "true", "2026-03-05 08:00:00", "s2"],
]
DEAL_HISTORY = [
    ["deal_id", "timestamp", "_fivetran_synced", "source", "name", "value"],
    ["82", "2026-02-05 08:00:00.123", "2026-05-01", "CRM_UI", "dealstage", "s3"],
    ["82", "2026-02-06 08:00:00", "2026-05-01", "CRM_UI", "amount", "200"],
]
WAREHOUSE_CONTACTS = [
    ["_fivetran_deleted", "_fivetran_synced", "property_email", "id", "property_firstname", "property_lifecyclestage"]
    + ["property_createdate", "property_hs_merged_object_ids", "property_hs_lifecyclestage_lead_date"],
    ["FALSE", "2026-05-01", "cleo@acme.example", "61", "Cleo", "lead", "2026-01-01 00:00:00", "62;63"]
    + ["2026-01-04 00:00:00"],
    ["TRUE", "2026-05-01", "gone@acme.example", "64", "Gone", "", "2026-01-01 00:00:00", "", ""],
]
DEAL_CONTACTS = [
    ["contact_id", "deal_id", "_fivetran_synced", "type_id"],
    ["61", "81", "2026-05-01", "3"],
    ["61", "99", "2026-05-01", "3"],
]
ENGAGEMENTS = [
    ["engagement_id", "_fivetran_deleted", "property_hs_createdate", "property_hs_timestamp", "type"],
    ["501", "false", "2026-02-01 00:00:00", "2026-02-02 10:00:00.5", "CALL"],
]
TIES = [["contact_id", "engagement_id", "engagement_type"], ["61", "501", "CALL"], ["61", "599", "CALL"]]
FORMS = [
    ["guid", "form_type", "name", "created_at"],
    ["aa-11", "REGULAR", "Download Guide", "2026-01-01 10:00:00"],
]
SUBMISSIONS = [
    ["timestamp", "form_id", "contact_id", "conversion_id", "title"],
    ["2026-01-03 10:20:00", "aa-11", "61", "1", "Download Guide"],
    ["2026-01-03 10:20:00", "zz-99", "61", "2", "Other"],
]
WAREHOUSE = {
    "owner_data.csv": OWNERS,
    "deal_pipeline_stage_data.csv": STAGES,
    "deal_pipeline_data.csv": PIPELINES,
    "contact_data.csv": WAREHOUSE_CONTACTS,
    "deal_data.csv": WAREHOUSE_DEALS,
    "deal_stage_data.csv": DEAL_STAGES,
    "deal_property_history_data.csv": DEAL_HISTORY,
    "deal_contact_data.csv": DEAL_CONTACTS,
    "engagement_call_data.csv": ENGAGEMENTS,
    "engagement_contact_data.csv": TIES,
    "form_data.csv": FORMS,
    "contact_form_submission_data.csv": SUBMISSIONS,
}


def text(rows: Rows, *, separator: str = ",") -> str:
    """As HubSpot writes it: quoted where needed, CRLF."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n", delimiter=separator).writerows(rows)
    return buffer.getvalue()


def write(folder: Path, files: dict[str, Rows], *, encoding: str = "utf-8-sig") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        (folder / name).write_bytes(text(rows).encode(encoding))
    return folder


def bring_in(folder: Path) -> ImportRun:
    made = runs.create("hubspot", folder, origin="an export", by=None, at=NOW)
    return runs.execute(made.pk)
