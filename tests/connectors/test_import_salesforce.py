"""A whole export comes in: every object, every reference, and a second time without a change."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from sameside.connectors.models import ImportFile, ImportRun
from sameside.crm.models import (
    Activity,
    Campaign,
    CampaignMember,
    Company,
    Contact,
    Deal,
    DealContact,
    StageChange,
    Touch,
)
from sameside.leads.models import Lead
from sameside.people.models import AuditEntry, Person, Team
from tests.connectors import exports

pytestmark = pytest.mark.django_db

FIRST = {
    "User.csv": (2, 0, 0, 0, 0),
    "Account.csv": (2, 0, 0, 0, 1),
    "Contact.csv": (1, 0, 0, 0, 0),
    "Campaign.csv": (2, 0, 0, 0, 0),
    "Opportunity.csv": (2, 0, 0, 0, 0),
    "Lead.csv": (2, 0, 0, 0, 0),
    "OpportunityContactRole.csv": (1, 0, 0, 1, 0),
    "OpportunityHistory.csv": (3, 0, 0, 1, 0),
    "CampaignMember.csv": (2, 0, 0, 0, 0),
    "Task.csv": (3, 0, 0, 0, 0),
    "Event.csv": (1, 0, 0, 0, 0),
}


@pytest.fixture
def imported(tmp_path: Path) -> ImportRun:
    return exports.bring_in(exports.write(tmp_path, exports.WHOLE))


def test_every_file_says_what_came_of_it(imported):
    assert imported.state == ImportRun.State.DONE
    assert exports.counts(imported) == FIRST
    assert imported.files.get(name="Account.csv").note == "1 × owner missing."


def test_a_second_import_changes_nothing(imported, tmp_path):
    touches = list(Touch.objects.values_list("pk", "current"))
    history = list(StageChange.objects.values_list("pk", "stage", "at"))
    again = exports.bring_in(tmp_path)
    assert exports.counts(again) == {
        name: (0, 0, created, refused, missing) for name, (created, _, _, refused, missing) in FIRST.items()
    }
    assert list(Touch.objects.values_list("pk", "current")) == touches
    assert list(StageChange.objects.values_list("pk", "stage", "at")) == history


def test_companies_know_their_vertical_and_language(imported):
    acme, globex = Company.objects.get(external_id=exports.ACME), Company.objects.get(external_id=exports.GLOBEX)
    assert (acme.name, acme.vertical, acme.language, acme.domain) == ("Acme, Inc.", "banking", "de", "acme.example")
    assert (acme.employees, acme.annual_revenue, acme.owner.name) == (1200, Decimal("12000000.00"), "Bob Seller")
    assert globex.deleted_in_source
    assert globex.owner is None


def test_users_become_persons_who_cannot_sign_in(imported):
    bob, ana = Person.objects.get(external_id=exports.BOB), Person.objects.get(external_id=exports.ANA)
    assert (bob.email, bob.role, bob.team.name, bob.team.side) == (
        "bob@example.com",
        "",
        "Sales North",
        Team.Side.SALES,
    )
    assert ana.email == "005000000000002aaa@no-address.invalid"
    assert not ana.may_sign_in


def test_a_known_person_keeps_role_and_team(bob, tmp_path):
    exports.bring_in(exports.write(tmp_path, exports.WHOLE))
    bob.refresh_from_db()
    assert (bob.name, bob.role, bob.external_id, bob.team.name) == ("Bob", "seller", exports.BOB, "Sales North")


def test_a_deal_is_closed_when_it_last_entered_its_stage(imported):
    widgets, gadgets = Deal.objects.get(name="Widgets"), Deal.objects.get(name="Gadgets")
    assert widgets.closed_at == datetime(2025, 5, 20, 9, 30, tzinfo=UTC)
    assert gadgets.closed_at == datetime(2025, 6, 30, tzinfo=UTC)
    assert (gadgets.is_closed, gadgets.is_won, gadgets.lost_reason) == (True, False, "No budget")
    assert gadgets.owner is None
    assert widgets.campaign.name == "Fair"


def test_a_deal_without_history_gets_an_inferred_one(imported):
    rows = StageChange.objects.filter(deal__name="Gadgets").order_by("at").values_list("stage", "at", "inferred")
    assert list(rows) == [
        ("Prospecting", datetime(2025, 4, 1, 8, tzinfo=UTC), True),
        ("Closed Lost", datetime(2025, 6, 30, tzinfo=UTC), True),
    ]


def test_real_history_retires_the_inferred_one(imported, tmp_path):
    late = [
        exports.HISTORY[0],
        ["008000000000005AAA", exports.GADGETS, "", "2025-04-01 08:00:00", "Prospecting", "", "", "", "0"],
    ]
    exports.bring_in(exports.write(tmp_path / "later", {"OpportunityHistory.csv": late}))
    rows = StageChange.objects.filter(deal__name="Gadgets", deleted_in_source=False)
    assert [(row.stage, row.inferred) for row in rows] == [("Prospecting", False)]


def test_the_buying_group_and_members_refer_to_what_is_there(imported):
    role = DealContact.objects.get()
    assert (role.deal.name, role.contact.last_name, role.role, role.is_primary) == (
        "Widgets",
        "Müller",
        "Decision Maker",
        True,
    )
    member = CampaignMember.objects.get(lead__first_name="Lea")
    assert (member.responded, member.at) == (True, datetime(2025, 2, 10, tzinfo=UTC))


def test_campaigns_find_a_parent_that_comes_later_in_the_file(imported):
    north = Campaign.objects.get(name="Fair North")
    assert (north.parent.name, north.channel, north.actual_cost) == ("Fair", "event", Decimal("1250.50"))


def test_leads_refer_to_what_they_became(imported):
    lea, leo = Lead.objects.get(first_name="Lea"), Lead.objects.get(first_name="Leo")
    assert (lea.company.name, lea.contact.last_name, lea.deal.name) == ("Acme, Inc.", "Müller", "Widgets")
    assert (lea.converted_on, lea.seniority, lea.department) == (date(2025, 3, 1), "director", "procurement")
    assert leo.owner is None
    assert leo.company_name == "Globex"


def test_contacts_have_seniority_and_department(imported):
    carla = Contact.objects.get()
    assert (carla.email, carla.seniority, carla.department) == ("carla@acme.example", "c-level", "finance")


def test_activities_keep_their_text_and_time(imported):
    call = Activity.objects.get(kind="call")
    assert call.body == 'Nobody\nanswered "the" phone'
    assert (call.at, call.lead.first_name) == (datetime(2025, 2, 12, 14, tzinfo=UTC), "Leo")
    assert Activity.objects.get(subject="First meeting").company.name == "Acme, Inc."


def test_the_touch_log_holds_what_companies_experienced(imported):
    rows = (
        Touch.objects.filter(current=True)
        .order_by("occurred_at")
        .values_list("external_id", "channel", "company__name", "paid")
    )
    assert list(rows) == [
        ("CampaignMember:00v000000000001AAA", "event", "Acme, Inc.", False),
        (f"Lead:{exports.LEO}", "paid-search", "Globex", True),
        ("Activity:00T000000000001EAA", "sales-call", "Globex", False),
        ("Activity:00U000000000001EAA", "meeting", "Acme, Inc.", False),
    ]


def test_refused_rows_lie_in_an_error_file_with_their_reason(imported):
    file = imported.files.get(name="OpportunityHistory.csv")
    with (settings.DATA / "imports" / file.error_file).open(newline="") as lines:
        header, row = list(csv.reader(lines))
    assert header[-2:] == ["row", "reason"]
    assert row[:2] == ["008000000000004AAA", "006000000000009AAA"]
    assert row[-2:] == ["4", "the opportunity is not here"]


def test_a_changed_row_is_updated_and_its_touch_replaced(imported, tmp_path):
    changed = [exports.TASK[0], [*exports.TASK[1][:4], "2025-02-13 00:00:00", *exports.TASK[1][5:]]]
    again = exports.bring_in(exports.write(tmp_path / "later", {"Task.csv": changed}))
    assert exports.counts(again) == {"Task.csv": (0, 1, 0, 0, 0)}
    rows = (
        Touch.objects.filter(external_id="Activity:00T000000000001EAA")
        .order_by("pk")
        .values_list("occurred_at", "current")
    )
    assert list(rows) == [
        (datetime(2025, 2, 12, 14, tzinfo=UTC), False),
        (datetime(2025, 2, 13, tzinfo=UTC), True),
    ]


def test_an_export_of_a_few_columns_erases_nothing(imported, tmp_path):
    few = [["ID", "NAME", "WEBSITE", "ANNUALREVENUE"], [exports.ACME[:15], "Acme AG", "acme.example", "5"]]
    again = exports.bring_in(exports.write(tmp_path / "later", {"accounts.csv": few}))
    acme = Company.objects.get(external_id=exports.ACME)
    assert exports.counts(again) == {"accounts.csv": (0, 1, 0, 0, 0)}
    assert (acme.name, acme.vertical, acme.owner.name, acme.employees) == ("Acme AG", "banking", "Bob Seller", 1200)


def test_start_and_end_are_in_the_audit_log(imported):
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions[-2:] == ["import.started", "import.done"]


def test_files_that_are_not_needed_say_why(tmp_path):
    folder = exports.write(tmp_path, {"Account.csv": exports.ACCOUNT, "Case.csv": [["Id", "CaseNumber"], ["500", "1"]]})
    exports.write(
        folder,
        {
            "Branch__c.csv": [["Id", "Name"], ["a00", "Branch"]],
            "insert.csv": [["NAME", "INDUSTRY", "X__C"], ["A", "B", ""]],
        },
    )
    (folder / "photo.jpg").write_bytes(b"x")
    (folder / "empty.csv").write_bytes(b"")
    run = exports.bring_in(folder)
    ignored = dict(run.files.filter(state=ImportFile.State.IGNORED).values_list("name", "note"))
    assert ignored["Case.csv"] == "Support cases are not used."
    assert ignored["Branch__c.csv"] == "A custom object; Sameside uses the standard objects."
    assert ignored["insert.csv"].startswith("It looks like Account, but has no Id column")
    assert ignored["photo.jpg"] == "Neither a table nor a document that can be read."
    assert ignored["empty.csv"] == "The file is empty."


def test_the_last_of_several_rows_with_one_id_counts(tmp_path):
    header, acme, _ = exports.ACCOUNT
    twice = [header, acme, [*acme[:2], "Acme, later", *acme[3:]], [acme[0][:15], "0", "Acme, last", *acme[3:]]]
    first = exports.bring_in(exports.write(tmp_path, {"Account.csv": twice}))
    again = exports.bring_in(tmp_path)
    assert Company.objects.get().name == "Acme, last"
    assert exports.counts(first)["Account.csv"][:3] == (1, 0, 0)
    assert exports.counts(again)["Account.csv"][:3] == (0, 0, 1)
    assert "2 rows had an id that comes again later" in first.files.get().note


def test_rows_that_cannot_be_read_stop_nothing(tmp_path):
    header, acme, globex = exports.ACCOUNT
    rows = [
        header,
        ["", *acme[1:]],
        ["id#0", *acme[1:]],
        [acme[0], "0", "", *acme[3:]],
        [acme[0], "perhaps", *acme[2:]],
        [*acme[:8], "2025-13-45 99:00:00", acme[9]],
        [*acme, "one more"],
        globex,
        acme[:3],
    ]
    run = exports.bring_in(exports.write(tmp_path, {"Account.csv": rows}))
    file = run.files.get()
    with (settings.DATA / "imports" / file.error_file).open(newline="") as lines:
        reasons = [tuple(row[len(header) : len(header) + 2]) for row in csv.reader(lines)][1:]
    assert reasons == [
        ("1", "Id is empty"),
        ("2", "Id: “id#0” is no Salesforce id (15 or 18 letters and digits)"),
        ("6", "It has 11 cells, the header names 10"),
    ]
    assert sorted(Company.objects.values_list("name", flat=True)) == ["Acme, Inc.", "Globex"]
