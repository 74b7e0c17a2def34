"""Tables of no known system come in by a mapping: known again without ids, refused row by row like all others."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sameside.connectors import runs, steering
from sameside.connectors.models import ImportFile, ImportRun, TableMapping
from sameside.connectors.table import mapping as mappings
from sameside.connectors.table import proposing, saved
from sameside.connectors.table.mapping import MappedColumn, MappingRefused, TableSpec
from sameside.connectors.table.objects import build
from sameside.connectors.table.targets import TARGETS
from sameside.crm.models import Activity, Campaign, CampaignMember, Company, Contact, Deal, StageChange
from sameside.leads.models import Lead
from tests.connectors.exports import NOW

pytestmark = pytest.mark.django_db

PEOPLE = """Name;E-Mail;Firma;Position;Angelegt am
Anna Berg;Anna@Mueller.example;Müller GmbH;Einkaufsleiterin;03.11.2025
"von Stein, Jürgen";j.stein@stein.example;Stein AG;Geschäftsführer;14.12.2025
Ohne Adresse;;Müller GmbH;;15.12.2025
"""
COMPANIES = """Company Name,Website,Employees,Annual Revenue,Country
Acme Inc,https://www.acme.example/about,250,"$1,200,000.00",United States
Globex Ltd,globex.example,1200,,Germany
,,,,France
"""
DEALS = """ID,Title,Organization,Value,Currency,Stage,Status,Expected close date,Owner
1,Licence,Acme Inc,12000,EUR,Proposal made,Open,2026-03-31,Bob
2,Rollout,Globex Ltd,4500.50,EUR,Negotiations started,Won,2026-02-15,nobody
3,Pilot,Nowhere Corp,10,EUR,Qualified,Lost,2026-02-20,
"""


def _write(folder: Path, **tables: str) -> Path:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def _bring(folder: Path, mapping: str = "") -> ImportRun:
    run = runs.create("table", folder, origin="lists", by=None, at=NOW, preview=True)
    proposing.settle(run, name=mapping, by=None, at=NOW)
    steering.start(run, by=None, at=NOW, queue=False)
    return runs.execute(run.pk)


def _counts(run: ImportRun, name: str) -> tuple[int, int, int, int]:
    file = ImportFile.objects.get(run=run, name=name)
    return file.created, file.updated, file.unchanged, file.refused


def test_companies_come_in_once_however_often_the_table_does(tmp_path: Path):
    folder = _write(tmp_path, accounts=COMPANIES)
    assert _counts(_bring(folder), "accounts.csv") == (2, 0, 0, 1)
    assert _counts(_bring(folder), "accounts.csv") == (0, 0, 2, 1)
    acme = Company.objects.get(name="Acme Inc")
    assert (acme.domain, acme.employees, acme.annual_revenue) == ("acme.example", 250, Decimal("1200000.00"))


def test_a_person_in_two_spellings_and_two_lists_is_one(tmp_path: Path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    _bring(_write(tmp_path / "one", kontakte=PEOPLE))
    _bring(_write(tmp_path / "two", contacts="First name,Last name,Email\nAnna,Berg, ANNA@MUELLER.EXAMPLE \n"))
    assert Contact.objects.filter(email="anna@mueller.example").count() == 1
    assert Contact.objects.count() == 3


def test_full_names_are_parted_and_titles_understood(tmp_path: Path):
    _bring(_write(tmp_path, kontakte=PEOPLE))
    stein = Contact.objects.get(email="j.stein@stein.example")
    assert (stein.first_name, stein.last_name, stein.seniority) == ("Jürgen", "von Stein", "c-level")
    assert stein.created_at.date().isoformat() == "2025-12-14"


def test_companies_that_persons_name_are_made_when_the_mapping_says_so(tmp_path: Path):
    Company.objects.create(name="MÜLLER GMBH", source="salesforce", external_id="001")
    run = runs.create("table", _write(tmp_path, kontakte=PEOPLE), origin="lists", by=None, at=NOW, preview=True)
    file = run.files.get()
    spec = proposing.first_spec(file, proposing.proposal_for(file))
    saved.use(file, TableSpec(spec.target, spec.columns, spec.source, companies=True), by=None, at=NOW)
    steering.start(run, by=None, at=NOW, queue=False)
    runs.execute(run.pk)
    assert sorted(Company.objects.values_list("name", flat=True)) == ["MÜLLER GMBH", "Stein AG"]
    assert Contact.objects.get(email="anna@mueller.example").company.name == "MÜLLER GMBH"
    assert Contact.objects.get(email="j.stein@stein.example").company.name == "Stein AG"


def test_deals_find_company_and_owner_and_say_whom_they_did_not_find(tmp_path: Path, bob: Any):
    _bring(_write(tmp_path, companies=COMPANIES))
    (tmp_path / "companies.csv").unlink()
    bob_row = DEALS.replace("Bob\n", f"{bob.email.upper()}\n")
    run = _bring(_write(tmp_path, deals=bob_row))
    licence, rollout, pilot = Deal.objects.order_by("external_id")
    assert (licence.company.name, licence.owner, licence.is_closed) == ("Acme Inc", bob, False)
    assert (rollout.is_won, rollout.is_closed, rollout.amount_given) == (True, True, Decimal("4500.50"))
    assert (pilot.is_won, pilot.is_closed, pilot.company) == (False, True, None)
    missing = ImportFile.objects.get(run=run).missing
    assert missing["company"] == {"count": 1, "ids": ["Nowhere Corp"]}
    assert missing["owner"] == {"count": 1, "ids": ["nobody"]}
    assert _counts(_bring(tmp_path), "deals.csv") == (0, 0, 3, 0)


def test_leads_without_a_date_keep_the_day_they_came_in(tmp_path: Path):
    folder = _write(tmp_path, leads="Full name,Email,Lead status\nAnn Lee,ann@acme.example,New\n")
    _bring(folder)
    first = Lead.objects.get().created_at
    assert _counts(_bring(folder), "leads.csv") == (0, 0, 1, 0)
    assert Lead.objects.get().created_at == first


def test_the_history_members_and_activities_of_another_system_find_their_records(tmp_path: Path):
    (tmp_path / "pipedrive").mkdir()
    _bring(
        _write(
            tmp_path / "pipedrive",
            pipedrive_people="Person ID,Name,Email\n7,Jane Roe,jane@acme.example\n",
            pipedrive_deals=DEALS,
            pipedrive_campaigns="Campaign ID,Campaign Name,Start Date,End Date\nC1,Spring fair,2026-04-20,2026-04-24",
            pipedrive_attendees="Event Name,Email,Attended,Signup date\nSpring fair,Jane@acme.example,Yes,2026-04-01",
            pipedrive_stage_history="Deal ID,From stage,To stage,Changed at\n1,Qualified,Proposal,2026-01-02 10:00",
            pipedrive_activities="Type,Subject,Due date,Email,Done\nCall,Intro,2026-01-02,jane@acme.example,Done",
        )
    )
    jane = Contact.objects.get()
    assert (jane.source, jane.external_id) == ("pipedrive", "7")
    assert Campaign.objects.get().channel == "event"
    member = CampaignMember.objects.get()
    assert (member.contact, member.responded, member.campaign.name) == (jane, True, "Spring fair")
    change = StageChange.objects.get(inferred=False)
    assert (change.deal.name, change.stage) == ("Licence", "Proposal")
    activity = Activity.objects.get()
    assert (activity.kind, activity.is_done, activity.contact) == ("call", True, jane)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_the_fewest_columns_are_enough_for_each_target(target: Any, tmp_path: Path):
    Deal.objects.create(
        name="Licence", stage="Open", created_at=NOW, source="salesforce", external_id="d", company=None
    )
    Campaign.objects.create(name="Licence", channel="event", source="salesforce", external_id="c")
    values = {"at": "2026-01-02", "email": "ann@acme.example"}
    fields = [each.name for each in target.fields if each.required]
    fields += [
        next(name for name in group if name not in fields and not name.endswith("_id")) for group in target.one_of
    ]
    text = ",".join(fields) + "\n" + ",".join(values.get(name, "Licence") for name in fields) + "\n"
    run = runs.create("table", _write(tmp_path, some=text), origin="lists", by=None, at=NOW, preview=True)
    spec = TableSpec(target.name, tuple(MappedColumn(name, name) for name in fields))
    saved.use(run.files.get(), spec, by=None, at=NOW)
    steering.start(run, by=None, at=NOW, queue=False)
    runs.execute(run.pk)
    assert _counts(run, "some.csv") == (1, 0, 0, 0)


def test_a_saved_mapping_is_recognised_by_its_headers(tmp_path: Path):
    spec = TableSpec(
        "leads", (MappedColumn("Wer", "full_name"), MappedColumn("Wie", "email"), MappedColumn("Egal", ""))
    )
    saved.save("Fair scans", spec, choices={}, by=None, at=NOW)
    (tmp_path / "scan.csv").write_text("Wie,Wer,Egal\nann@acme.example,Ann Lee,x\n")
    run = runs.create("any", tmp_path, origin="scan", by=None, at=NOW)
    file = run.files.get()
    assert (file.connector, file.recognised_as) == ("table", "Leads")
    runs.execute(run.pk)
    assert Lead.objects.get().last_name == "Lee"


def test_constants_and_words_fill_every_row(tmp_path: Path):
    columns = (
        MappedColumn("Mail", "email"),
        MappedColumn("Stand", "status", {"offen": "Open", "gesprochen": "Working"}),
    )
    spec = TableSpec("leads", columns, constants={"lead_source": "Fair 2026", "created_at": "2026-04-20"})
    saved.save("Fair", spec, choices={}, by=None, at=NOW)
    (tmp_path / "f.csv").write_text("Mail,Stand\nann@acme.example,Offen\nbo@acme.example,anders\n")
    _bring(tmp_path, "fair")
    ann, bo = Lead.objects.order_by("email")
    assert (ann.status, ann.lead_source, ann.created_at.date().isoformat()) == ("Open", "Fair 2026", "2026-04-20")
    assert bo.status == "anders"


def test_changed_headers_are_said_and_found_by_similarity(tmp_path: Path):
    spec = TableSpec(
        "contacts",
        (MappedColumn("E-Mail Adresse", "email"), MappedColumn("Nachname", "last_name"), MappedColumn("Tel", "phone")),
    )
    saved.save("People", spec, choices={}, by=None, at=NOW)
    (tmp_path / "p.csv").write_text("EMail-Adresse,Nachname,Farbe\nann@acme.example,Lee,red\n")
    run = runs.create("table", tmp_path, origin="p", by=None, at=NOW, preview=True)
    proposing.settle(run, name="People", by=None, at=NOW)
    file = run.files.get()
    assert file.note == "not in this file: Tel; renamed: E-Mail Adresse (now EMail-Adresse); new and not used: Farbe"
    assert [each.field for each in saved.spec_of(file).columns] == ["email", "last_name", ""]


def test_a_mapping_without_what_is_needed_is_refused():
    with pytest.raises(MappingRefused, match="Name is needed"):
        build(TableSpec("deals", (MappedColumn("Stage", "stage"),)))
    with pytest.raises(MappingRefused, match="no field"):
        mappings.read({"target": "deals", "columns": [{"header": "x", "field": "colour"}]})
    with pytest.raises(MappingRefused, match="Only one column can be the id"):
        build(
            TableSpec(
                "companies",
                (MappedColumn("one", "id"), MappedColumn("two", "id"), MappedColumn("n", "name")),
            )
        )


def test_a_mapping_is_saved_changed_renamed_removed_and_brought_back(alice: Any):
    spec = TableSpec("contacts", (MappedColumn("Mail", "email"),))
    kept = saved.save("People", spec, choices={}, by=alice, at=NOW)
    again = saved.save(
        "people", TableSpec("contacts", (MappedColumn("E-Mail", "email"),)), choices={}, by=alice, at=NOW
    )
    assert (again.pk, again.version) == (kept.pk, 2)
    saved.rename(again, "Everybody", by=alice, at=NOW)
    saved.remove(again, by=alice, at=NOW)
    with pytest.raises(MappingRefused, match="no mapping named"):
        saved.named("Everybody")
    saved.restore(again, by=alice, at=NOW)
    copy = saved.exported(saved.named("Everybody"))
    saved.remove(again, by=alice, at=NOW)
    assert saved.bring_in(copy, by=alice, at=NOW).spec == again.spec
    assert TableMapping.objects.count() == 2


def test_what_is_no_mapping_is_not_brought_in(alice: Any):
    with pytest.raises(MappingRefused, match="no mapping that was exported here"):
        saved.bring_in({"format": "x"}, by=alice, at=NOW)


def test_a_run_that_has_begun_is_not_mapped_anew(tmp_path: Path):
    run = _bring(_write(tmp_path, accounts=COMPANIES))
    with pytest.raises(MappingRefused, match="has begun"):
        saved.use(run.files.get(), TableSpec("companies", (MappedColumn("x", "name"),)), by=None, at=NOW)


def test_a_namespace_of_ids_fits_its_column():
    assert mappings.source_named("Pipedrive EU") == "pipedrive-eu"
    assert len(mappings.source_named("table:a very long name of a list")) <= 20
