"""HubSpot's exports come in: what a row tells besides its record, and a second time without a change."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import settings

from sameside.connectors import registry, runs
from sameside.connectors.models import ImportFile, ImportRun
from sameside.crm.models import Activity, Company, Contact, Deal, DealContact, StageChange, Touch
from sameside.identity.models import SourceMerge
from sameside.leads.models import Lead, LeadStage
from sameside.library.models import Asset
from sameside.people.models import Person
from tests.conftest import signed_in
from tests.connectors import hubspot_exports as exports
from tests.connectors.exports import NOW, counts

pytestmark = pytest.mark.django_db

FIRST = {
    "companies.csv": (1, 0, 0, 0, 0),
    "contacts.csv": (3, 0, 0, 1, 0),
    "deals.csv": (2, 0, 0, 0, 1),
    "calls.csv": (1, 0, 0, 0, 0),
}


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def imported(tmp_path: Path) -> ImportRun:
    return exports.bring_in(exports.write(tmp_path, exports.WHOLE))


def test_every_file_says_what_came_of_it(imported):
    assert imported.state == ImportRun.State.DONE
    assert counts(imported) == FIRST
    note = imported.files.get(name="contacts.csv").note
    assert "leads: 2 new" in note.lower()
    assert "1 column not used: Shoe size" in note


def test_a_second_import_changes_nothing(imported, tmp_path):
    def state() -> list[object]:
        return [
            list(model.objects.order_by("pk").values())
            for model in (Company, Contact, Deal, DealContact, StageChange, Lead, LeadStage, Activity, Person, Touch)
        ]

    before = state()
    again = exports.bring_in(tmp_path)
    assert counts(again) == {
        name: (0, 0, created, refused, missing) for name, (created, _, _, refused, missing) in FIRST.items()
    }
    assert state() == before


def test_a_rounded_id_is_refused_and_can_be_mended(imported):
    file = imported.files.get(name="contacts.csv")
    with (settings.DATA / "imports" / file.error_file).open(encoding="utf-8-sig", newline="") as errors:
        header, row = list(csv.reader(errors))
    assert header[:2] == ["Record ID", "First Name"]
    assert row[1:3] == ["Lost", "In Excel"]
    assert "before a spreadsheet rounded it" in row[-1]


def test_contacts_and_their_companies(imported):
    zoe = Contact.objects.get(external_id=exports.ZOE)
    assert (zoe.first_name, zoe.last_name, zoe.email, zoe.phone) == ("Zoë", "Ünal; Jr.", "zoe@acme.example", "=1+1")
    assert (zoe.seniority, zoe.department) == ("c-level", "finance")
    assert zoe.company is not None
    assert (zoe.company.name, zoe.company.domain, zoe.company.employees) == ("Acme, Inc.", "acme.example", 1200)
    globex = Company.objects.get(external_id=exports.GLOBEX)
    assert (globex.name, globex.domain, globex.created_by_run) == ("Globex", "", imported.pk)


def test_who_is_a_lead(imported):
    leads = {lead.external_id: lead for lead in Lead.objects.select_related("contact", "deal", "owner")}
    assert set(leads) == {exports.ZOE, exports.BO}
    zoe, bo = leads[exports.ZOE], leads[exports.BO]
    assert (zoe.created_at, zoe.is_converted, zoe.converted_on) == (at(1, 10, 9), True, date(2026, 4, 1))
    assert zoe.deal is not None
    assert (zoe.deal.external_id, zoe.fate, zoe.won_amount) == (exports.PILOT, "won", Decimal("9800.50"))
    assert zoe.contact is not None
    assert zoe.contact.external_id == exports.ZOE
    assert (bo.created_at, bo.status, bo.company_name) == (at(1, 6, 9), "New", "Globex")
    assert zoe.owner == bo.owner == Person.objects.get(name="Ana Ruiz")


def test_the_new_column_of_a_stage_wins_over_the_old_one(imported):
    told = LeadStage.objects.filter(lead__external_id=exports.ZOE).order_by("at").values_list("stage", "at")
    assert list(told) == [
        ("Lead", at(1, 10, 9)),
        ("Marketing qualified lead", at(2, 2, 9)),
        ("Customer", at(4, 1, 9)),
    ]


def test_the_page_of_the_lead_shows_its_stages(imported, alice):
    lead = Lead.objects.get(external_id=exports.ZOE)
    page = signed_in(alice).get(f"/leads/{lead.pk}/").content.decode()
    assert "Became: Marketing qualified lead" in page


def test_a_stranger_sees_nothing_of_it(imported, charlie):
    lead = Lead.objects.get(external_id=exports.ZOE)
    assert signed_in(charlie).get(f"/leads/{lead.pk}/").status_code in (302, 403, 404)


def test_a_deal_with_its_history(imported):
    pilot = Deal.objects.select_related("company", "owner").get(external_id=exports.PILOT)
    assert (pilot.amount_given, pilot.currency, pilot.amount) == (Decimal(10900), "USD", Decimal("9800.50"))
    assert (pilot.is_closed, pilot.is_won, pilot.closed_at) == (True, True, at(4, 1, 8, 30))
    history = StageChange.objects.filter(deal=pilot).order_by("at").values_list("stage", "at", "inferred")
    assert list(history) == [
        ("Contract Sent", at(3, 1, 9), False),
        ("Closed Won (Sales Pipeline)", at(4, 1, 8, 30), False),
    ]


def test_stages_of_two_pipelines_are_told_apart(imported):
    stages = dict(Deal.objects.values_list("external_id", "stage"))
    assert stages == {
        exports.PILOT: "Closed Won (Sales Pipeline)",
        exports.ROLLOUT: "Closed Won (Renewals)",
    }


def test_a_deal_without_dates_gets_an_inferred_history(imported):
    history = StageChange.objects.filter(deal__external_id=exports.ROLLOUT).order_by("at")
    assert [(change.stage, change.at, change.inferred) for change in history] == [
        ("Contract Sent", at(3, 10, 10), True),
        ("Closed Won (Renewals)", at(5, 1), True),
    ]


def test_the_buying_group(imported):
    roles = DealContact.objects.order_by("external_id").values_list("external_id", "role")
    assert list(roles) == [
        (f"{exports.PILOT}:{exports.ZOE}", "Decision maker, Budget holder"),
        (f"{exports.PILOT}:{exports.BO}", ""),
        (f"{exports.ROLLOUT}:{exports.BO}", ""),
    ]
    assert imported.files.get(name="deals.csv").missing == {"contact": {"count": 1, "ids": ["51000000099"]}}


def test_an_activity_is_one_of_the_lead(imported):
    call = Activity.objects.get()
    assert (call.kind, call.subject, call.body, call.at) == ("call", "First call", "Budget is there", at(2, 3, 10))
    assert call.contact is not None
    assert call.lead is not None
    assert (call.contact.external_id, call.lead.external_id) == (exports.BO, exports.BO)
    assert (call.lead.fate, call.lead.attempts) == ("won", 1)


def test_merges_of_hubspot_are_handed_over(imported):
    told = SourceMerge.objects.order_by("kind").values_list("kind", "kept_external_id", "merged_external_id")
    assert list(told) == [("contact", exports.ZOE, "51000000009"), ("lead", exports.ZOE, "51000000009")]


def test_of_two_persons_with_one_name_neither_is_taken(tmp_path):
    for number in (1, 2):
        Person.objects.create_user(f"ana{number}@example.com", None, name="Ana Ruiz")
    run = exports.bring_in(exports.write(tmp_path, {"deals.csv": exports.DEALS}))
    file = run.files.get()
    assert file.missing["owner"] == {"count": 1, "ids": ["Ana Ruiz"]}
    assert "2 persons are called Ana Ruiz: neither is taken" in file.note
    assert Deal.objects.get(external_id=exports.PILOT).owner is None


def test_a_person_of_that_name_owns_the_deal(tmp_path, bob):
    rows = [exports.DEALS[0], [*exports.DEALS[1][:9], bob.name.upper(), *exports.DEALS[1][10:]]]
    exports.bring_in(exports.write(tmp_path, {"deals.csv": rows}))
    assert Deal.objects.get().owner == bob


def test_a_later_export_updates_and_what_it_does_not_tell_stays(imported, tmp_path):
    later = [["Record ID", "Email", "Lifecycle Stage"], [exports.BO, "bo@new.example", "Subscriber"]]
    run = exports.bring_in(exports.write(tmp_path / "later", {"contacts.csv": later}))
    assert counts(run) == {"contacts.csv": (0, 1, 0, 0, 0)}
    bo = Contact.objects.select_related("company").get(external_id=exports.BO)
    assert (bo.email, bo.last_name, bo.created_at) == ("bo@new.example", "Lind", at(1, 6, 9))
    assert bo.company is not None
    lead = Lead.objects.get(external_id=exports.BO)
    assert (lead.email, lead.status, lead.created_at, lead.company_name) == (
        "bo@new.example", "New", at(1, 6, 9), "Globex",
    )  # fmt: skip


def test_a_contact_in_two_files_is_what_the_later_one_says(tmp_path):
    first = [["Record ID", "First Name", "Email", "Lifecycle Stage", "Create Date"]]
    first.append([exports.BO, "Bo", "bo@old.example", "Lead", "2026-01-06 09:00"])
    first.append([exports.ZOE, "Zoë", "zoe@acme.example", "Lead", "2026-01-06 09:00"])
    second = [["Record ID", "Email", "Job Title"], [exports.BO, "bo@new.example", "CFO"]]
    folder = exports.write(tmp_path, {"a.csv": first, "b.csv": second})
    assert counts(exports.bring_in(folder)) == {"a.csv": (2, 0, 0, 0, 0), "b.csv": (0, 1, 0, 0, 0)}
    bo, lead = Contact.objects.get(external_id=exports.BO), Lead.objects.get(external_id=exports.BO)
    assert (bo.first_name, bo.email, bo.title) == ("Bo", "bo@new.example", "CFO")
    assert (lead.first_name, lead.email, lead.title) == ("Bo", "bo@new.example", "CFO")
    assert counts(exports.bring_in(folder)) == {"a.csv": (0, 0, 2, 0, 0), "b.csv": (0, 0, 1, 0, 0)}
    first[1][1] = "Robert"
    exports.write(tmp_path, {"a.csv": first})
    assert counts(exports.bring_in(folder)) == {"a.csv": (0, 1, 1, 0, 0), "b.csv": (0, 0, 1, 0, 0)}
    assert Lead.objects.get(external_id=exports.BO).first_name == "Robert"


def test_a_company_is_found_by_its_name_where_no_number_is_told(tmp_path):
    contacts = [["Record ID", "Email", "Associated Company", "Lifecycle Stage", "Create Date"]]
    contacts.append([exports.BO, "bo@acme.example", "ACME, Inc.", "Lead", "2026-01-06 09:00"])
    contacts.append([exports.MIA, "mia@acme.example", "Nobody knows", "Lead", "2026-01-06 09:00"])
    run = exports.bring_in(exports.write(tmp_path, {"a.csv": exports.COMPANIES, "b.csv": contacts}))
    bo, lead = Contact.objects.get(external_id=exports.BO), Lead.objects.get(external_id=exports.BO)
    assert bo.company == lead.company == Company.objects.get()
    assert run.files.get(name="b.csv").missing == {"company": {"count": 1, "ids": ["Nobody knows"]}}


def test_who_is_unsubscribed_stays_so(tmp_path):
    header = ["Record ID", "Email", "Unsubscribed from all email", "Lifecycle Stage", "Create Date"]
    rows = [header, [exports.BO, "bo@acme.example", "true", "Lead", "2026-01-06 09:00"]]
    rows.append([exports.MIA, "mia@acme.example", "", "Lead", "2026-01-06 09:00"])
    folder = exports.write(tmp_path, {"a.csv": rows})
    assert "1 × unsubscribed from all e-mail" in exports.bring_in(folder).files.get().note
    assert dict(Contact.objects.values_list("external_id", "email_status")) == {
        exports.BO: "unsubscribed",
        exports.MIA: "",
    }
    assert Lead.objects.get(external_id=exports.BO).email_status == "unsubscribed"
    rows[1][2] = ""
    assert counts(exports.bring_in(exports.write(tmp_path, {"a.csv": rows}))) == {"a.csv": (0, 0, 2, 0, 0)}
    assert Contact.objects.get(external_id=exports.BO).email_status == "unsubscribed"


def test_a_german_export_in_windows_letters(tmp_path):
    header = ["Datensatz-ID", "Vorname", "Nachname", "E-Mail", "Kontakt-Inhaber", "Lifecycle-Phase", "Erstelldatum"]
    rows = [header, ["52000000001", "Jürgen", "Müßig", "j@acme.example", "Änne Größe", "Lead", "03.02.2026 10:00"]]
    folder = exports.write(tmp_path, {}, encoding="utf-8")
    (folder / "kontakte.csv").write_bytes(exports.text(rows, separator=";").encode("cp1252"))
    run = exports.bring_in(folder)
    assert run.files.get().recognised_as == "Contact"
    lead = Lead.objects.select_related("owner").get()
    assert (lead.first_name, lead.last_name) == ("Jürgen", "Müßig")
    assert lead.owner is not None
    assert lead.owner.name == "Änne Größe"


def test_an_unknown_language_is_read_as_far_as_its_content_is_certain(tmp_path):
    rows = [
        ["Posttunnus", "Etunimi", "Sähköposti", "Associated Company IDs (Primary)"],
        ["54000000001", "Aino", "aino@acme.example", exports.ACME],
        ["54000000002", "Eero", "", exports.ACME],
    ]
    run = exports.bring_in(exports.write(tmp_path, {"yhteystiedot.csv": rows}))
    file = run.files.get()
    assert (file.recognised_as, file.created) == ("Contact", 2)
    assert "1 column not used: Etunimi" in file.note
    assert Contact.objects.get(external_id="54000000001").email == "aino@acme.example"


def test_a_huge_cell_does_no_harm(tmp_path):
    rows = [["Record ID", "Email", "Notes"], ["53000000001", "x@acme.example", "y" * 180_000]]
    run = exports.bring_in(exports.write(tmp_path, {"contacts.csv": rows}))
    assert counts(run) == {"contacts.csv": (1, 0, 0, 0, 0)}


def test_a_deal_without_name_is_refused_and_the_others_come_in(tmp_path):
    nameless = [*exports.DEALS[1]]
    nameless[1] = ""
    run = exports.bring_in(exports.write(tmp_path, {"deals.csv": [exports.DEALS[0], nameless, exports.DEALS[2]]}))
    assert run.files.get().reasons == {"Deal Name is empty": 1}
    assert Deal.objects.get().external_id == exports.ROLLOUT


def test_tickets_are_left_out_and_say_why(tmp_path):
    rows = [["Record ID", "Ticket name", "Ticket status"], ["1", "Help", "New"]]
    run = exports.bring_in(exports.write(tmp_path, {"tickets.csv": rows}))
    file = run.files.get()
    assert (file.state, file.note) == (
        ImportFile.State.IGNORED,
        "Tickets are support work; Sameside does not use them.",
    )


def test_a_workbook_is_read_by_its_sheet_and_is_no_document(tmp_path):
    book = xlsxwriter.Workbook(str(tmp_path / "contacts.xlsx"))
    sheet = book.add_worksheet("hubspot-crm-exports")
    for line, cells in enumerate(
        [
            ["Record ID", "Email", "Lifecycle Stage", "Create Date"],
            [59000000777, "xi@x.example", "Lead", "2026-01-06 09:30"],
        ]
    ):
        for column, cell in enumerate(cells):
            sheet.write(line, column, cell)
    book.close()
    run = runs.create(registry.ANY, tmp_path, origin="a workbook", by=None, at=NOW)
    runs.execute(run.pk)
    assert [(file.connector, file.recognised_as, file.created) for file in run.files.all()] == [
        ("hubspot", "Contact", 1)
    ]
    assert Lead.objects.get().external_id == "59000000777"
    assert Asset.objects.count() == 0
