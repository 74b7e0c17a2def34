# ruff: noqa: RUF005 a row reads better in two lines that are added
"""Small Salesforce exports, written the way the vendor writes them, dirt included."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sameside.connectors import runs
from sameside.connectors.models import ImportFile, ImportRun

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOBODY = "000000000000000AAA"
BOB, ANA, QUEUE = "005000000000001AAA", "005000000000002AAA", "00G000000000001EAA"
ACME, GLOBEX = "001000000000001AAA", "001000000000002AAA"
CARLA = "003000000000001AAA"
WIDGETS, GADGETS = "006000000000001AAA", "006000000000002AAA"
FAIR, FAIR_NORTH = "701000000000001AAA", "701000000000002AAA"
LEA, LEO = "00Q000000000001EAA", "00Q000000000002EAA"

USER = [
    ["Id", "Username", "LastName", "FirstName", "Name", "Title", "Department", "Email", "IsActive"],
    [BOB, "bob@crm", "Seller", "Bob", "Bob Seller", "Account Executive", "Sales North", "bob@example.com", "1"],
    [ANA, "ana@crm", "Ruiz", "Ana", "Ana Ruiz", "SDR", "Sales North", "", "1"],
]
ACCOUNT = [
    ["Id", "IsDeleted", "Name", "BillingCountry", "Industry", "NumberOfEmployees", "AnnualRevenue", "OwnerId"]
    + ["CreatedDate", "Website"],
    [
        ACME,
        "0",
        "Acme, Inc.",
        "Germany",
        "Banking",
        "1200",
        "1.2E+7",
        BOB,
        "2025-01-02 03:04:05",
        "https://www.acme.example/de",
    ],
    [GLOBEX, "1", "Globex", "US", "Insurance", "", "", "005000000000009AAA", "2025-01-02 03:04:05", ""],
]
CONTACT = [
    ["Id", "IsDeleted", "AccountId", "FirstName", "LastName", "Email", "Title", "Department", "OwnerId", "CreatedDate"],
    [CARLA, "0", ACME, "Carla", "Müller", "Carla@Acme.example", "CFO", "", BOB, "2025-01-03 00:00:00"],
]
CAMPAIGN = [
    ["Id", "IsDeleted", "Name", "ParentId", "Type", "Status", "StartDate", "BudgetedCost", "ActualCost", "NumberSent"]
    + ["OwnerId", "CreatedDate"],
    [FAIR_NORTH, "0", "Fair North", FAIR, "Trade Show", "Completed", "2025-02-01 00:00:00", "1000", "1,250.50", "0"]
    + [ANA, "2025-01-01 00:00:00"],
    [
        FAIR,
        "0",
        "Fair",
        NOBODY,
        "Trade Show",
        "Completed",
        "2025-02-01 00:00:00",
        "",
        "",
        "0",
        ANA,
        "2025-01-01 00:00:00",
    ],
]
OPPORTUNITY = [
    ["Id", "IsDeleted", "AccountId", "Name", "StageName", "Amount", "Probability", "CloseDate", "IsClosed", "IsWon"]
    + ["CampaignId", "OwnerId", "CreatedDate", "Loss_Reason__c"],
    [WIDGETS, "0", ACME, "Widgets", "Closed Won", "50000", "100", "2025-05-31 00:00:00", "1", "1", FAIR, BOB]
    + ["2025-03-01 08:00:00", ""],
    [GADGETS, "0", ACME, "Gadgets", "Closed Lost", "9000", "0", "2025-06-30 00:00:00", "1", "0", NOBODY, QUEUE]
    + ["2025-04-01 08:00:00", "No budget"],
]
HISTORY = [
    [
        "Id",
        "OpportunityId",
        "CreatedById",
        "CreatedDate",
        "StageName",
        "Amount",
        "Probability",
        "CloseDate",
        "IsDeleted",
    ],
    [
        "008000000000001AAA",
        WIDGETS,
        BOB,
        "2025-03-01 08:00:00",
        "Prospecting",
        "40000",
        "10",
        "2025-06-30 00:00:00",
        "0",
    ],
    [
        "008000000000002AAA",
        WIDGETS,
        BOB,
        "2025-05-20 09:30:00",
        "Closed Won",
        "50000",
        "100",
        "2025-05-31 00:00:00",
        "0",
    ],
    [
        "008000000000003AAA",
        WIDGETS,
        BOB,
        "2025-05-22 10:00:00",
        "Closed Won",
        "50001",
        "100",
        "2025-05-31 00:00:00",
        "0",
    ],
    ["008000000000004AAA", "006000000000009AAA", BOB, "2025-05-22 10:00:00", "Prospecting", "", "", "", "0"],
]
LEAD = [
    [
        "Id",
        "IsDeleted",
        "FirstName",
        "LastName",
        "Title",
        "Company",
        "Country",
        "Email",
        "LeadSource",
        "Status",
        "OwnerId",
    ]
    + [
        "IsConverted",
        "ConvertedDate",
        "ConvertedAccountId",
        "ConvertedContactId",
        "ConvertedOpportunityId",
        "CreatedDate",
    ],
    [
        LEA,
        "0",
        "Lea",
        "Lang",
        "Leiterin Einkauf",
        "Acme",
        "Germany",
        "lea@acme.example",
        "Web",
        "Closed - Converted",
        BOB,
    ]
    + ["1", "2025-03-01 00:00:00", ACME, CARLA, WIDGETS, "2025-02-10 10:00:00"],
    [LEO, "0", "Leo", "", "", GLOBEX, "", "", "Paid Search", "Open - Not Contacted", QUEUE]
    + ["0", "", NOBODY, NOBODY, NOBODY, "2025-02-11 10:00:00"],
]
ROLE = [
    ["Id", "OpportunityId", "ContactId", "Role", "IsPrimary", "IsDeleted"],
    ["00K000000000001EAA", WIDGETS, CARLA, "Decision Maker", "1", "0"],
    ["00K000000000002EAA", WIDGETS, "003000000000009AAA", "Evaluator", "0", "0"],
]
MEMBER = [
    [
        "Id",
        "IsDeleted",
        "CampaignId",
        "LeadId",
        "ContactId",
        "Status",
        "HasResponded",
        "CreatedDate",
        "FirstRespondedDate",
    ],
    ["00v000000000001AAA", "0", FAIR, LEA, NOBODY, "Responded", "1", "2025-02-01 00:00:00", "2025-02-10 00:00:00"],
    ["00v000000000002AAA", "0", FAIR, NOBODY, CARLA, "Sent", "0", "2025-02-01 00:00:00", ""],
]
TASK = [
    ["Id", "WhoId", "WhatId", "Subject", "ActivityDate", "Status", "OwnerId", "Description", "IsDeleted", "AccountId"]
    + ["IsClosed", "CreatedDate", "TaskSubtype"],
    [
        "00T000000000001EAA",
        LEO,
        NOBODY,
        "Call",
        "2025-02-12 00:00:00",
        "Completed",
        BOB,
        'Nobody\nanswered "the" phone',
        "0",
    ]
    + [NOBODY, "1", "2025-02-12 14:00:00", "Call"],
    [
        "00T000000000002EAA",
        CARLA,
        WIDGETS,
        "Prepare slides",
        "2025-03-02 00:00:00",
        "Completed",
        BOB,
        "",
        "0",
        ACME,
        "1",
    ]
    + ["2025-03-02 10:00:00", "Task"],
    [
        "00T000000000003EAA",
        CARLA,
        WIDGETS,
        "Email: offer",
        "2026-12-01 00:00:00",
        "Not Started",
        BOB,
        "",
        "0",
        ACME,
        "0",
    ]
    + ["2025-03-02 10:00:00", "Email"],
]
EVENT = [
    ["Id", "WhoId", "WhatId", "Subject", "StartDateTime", "DurationInMinutes", "OwnerId", "IsDeleted", "AccountId"],
    ["00U000000000001EAA", CARLA, WIDGETS, "First meeting", "2025-03-05 09:00:00", "60", BOB, "0", NOBODY],
]
WHOLE = {
    "User.csv": USER,
    "Account.csv": ACCOUNT,
    "Contact.csv": CONTACT,
    "Campaign.csv": CAMPAIGN,
    "Opportunity.csv": OPPORTUNITY,
    "OpportunityHistory.csv": HISTORY,
    "OpportunityContactRole.csv": ROLE,
    "Lead.csv": LEAD,
    "CampaignMember.csv": MEMBER,
    "Task.csv": TASK,
    "Event.csv": EVENT,
}
Rows = Sequence[Sequence[str]]


def text(rows: Rows, *, separator: str = ",") -> str:
    """As a weekly export has it: every cell quoted, LF."""
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n", delimiter=separator).writerows(rows)
    return buffer.getvalue()


def write(folder: Path, files: Mapping[str, Rows], *, encoding: str = "utf-8") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        (folder / name).write_bytes(text(rows).encode(encoding))
    return folder


def bring_in(folder: Path, name: str = "salesforce") -> ImportRun:
    made = runs.create(name, folder, origin="an export", by=None, at=NOW)
    return runs.execute(made.pk)


def counts(run: ImportRun) -> dict[str, tuple[int, int, int, int, int]]:
    """created, updated, unchanged, refused, missing of every file that was read."""
    return {
        file.name: (file.created, file.updated, file.unchanged, file.refused, file.missing_references)
        for file in run.files.exclude(state=ImportFile.State.IGNORED)
    }
