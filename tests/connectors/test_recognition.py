"""Whatever lies in a folder, each table is read by the one connector that knows its header."""

from pathlib import Path

import pytest

from sameside.connectors import registry
from tests.connectors import exports

pytestmark = pytest.mark.django_db

REAL = Path(__file__).resolve().parents[3] / "shared" / "realdata"
TABLES = {
    "Account.csv": (exports.ACCOUNT, "salesforce", "Account"),
    "contacts.csv": (
        [
            ["Record ID", "First Name", "Last Name", "Email", "Lifecycle Stage"],
            ["51000000000", "Zoë", "Doe", "", "Lead"],
        ],
        "hubspot",
        "Contact",
    ),
    "campaigns.csv": (
        [
            ["Campaign performance report (in UTC)"],
            ["Start Date (in UTC)", "Account Name", "Currency", "Campaign Name", "Campaign ID", "Total Spent"],
            ["5/1/2026", "Example", "EUR", "Directors", "290001", "33.31"],
        ],
        "costs",
        "LinkedIn costs by campaign",
    ),
    "programs.csv": (
        [
            ["id", "channel", "created_at", "name", "sfdc_id", "status", "type", "updated_at", "workspace"],
            ["1", "Webinar", "2026-01-01 00:00:00 UTC", "Spring", "", "", "Event", "2026-01-01 00:00:00 UTC", "Main"],
        ],
        "emails",
        "MarketoProgram",
    ),
    "journeys.csv": (
        [
            ["customer_id", "time", "channel", "conversion", "conversion_value"],
            ["A1", "2026-01-01T10:00:00Z", "x", "0", "0"],
        ],
        "touches",
        "Touch log",
    ),
    "views.csv": (
        [
            ["Date", "User Email", "Activity Type", "Content Title"],
            ["2026-05-31", "bob@example.com", "Viewed", "Guide"],
        ],
        "usage",
        "usage",
    ),
}  # fmt: skip


def test_a_folder_of_several_systems_is_read_by_each_ones_connector(tmp_path):
    folder = exports.write(tmp_path / "all", {name: rows for name, (rows, _, _) in TABLES.items()})
    (folder / "guide.md").write_text("# Guide\n\nHow to begin.")
    (folder / "strange.csv").write_text("zxq,qqw\n1,2\n")
    found = registry.recognise(registry.Source(folder, tmp_path / "workspace"))
    read = {file.name: (connector, file.recognised_as) for connector, file in found if file.recognised_as}
    expected = {name: (connector, kind) for name, (_, connector, kind) in TABLES.items()}
    assert read == {**expected, "guide.md": ("documents", "md")}
    (strange,) = [file for _, file in found if file.name == "strange.csv"]
    assert not strange.recognised_as
    assert strange.note


@pytest.mark.skipif(not REAL.is_dir(), reason="the collection of real exports is not here")
@pytest.mark.parametrize(
    ("folder", "connectors"),
    [
        ("salesforce/sfdx_bulk_export_SFDC-Assets", {"salesforce"}),
        ("salesforce/gen-ai-demo", {"salesforce"}),
        ("salesforce/excel_touched_earthfink1982", {"salesforce"}),
        ("salesforce/fivetran_seeds", {"salesforce"}),
        ("hubspot/fivetran_seeds", {"hubspot", "emails"}),
        ("ad_cost/fivetran_seeds", {"costs"}),
        ("marketing_automation", {"emails"}),
        ("attribution", {"touches"}),
        ("export_formats", {"salesforce", "hubspot", "costs", "emails", "documents"}),
    ],
)
def test_real_exports_are_read_by_the_connector_of_their_system(folder, connectors, tmp_path):
    found = registry.recognise(registry.Source(REAL / folder, tmp_path))
    assert {connector for connector, file in found if file.recognised_as} == connectors
    assert all(file.note for _, file in found if not file.recognised_as)
