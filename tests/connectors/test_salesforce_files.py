"""Which files are Salesforce's, several files of one object, ids of other objects, rates, merges, person accounts."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sameside.connectors.models import ImportFile
from sameside.connectors.salesforce import ids
from sameside.connectors.salesforce.recognition import natural, recognise_header
from sameside.crm.models import Company, Contact, Deal, ExchangeRate
from sameside.identity.models import SourceMerge
from tests.connectors import exports

pytestmark = pytest.mark.django_db

ACCOUNT_HEADER = ["Id", "Name", "Industry", "SystemModstamp"]


def acme(name: str, at: str) -> list[str]:
    return [exports.ACME, name, "Banking", at]


@pytest.mark.parametrize(
    ("header", "row", "begins"),
    [
        ("ID,NAME,INDUSTRY,STATUS", f"{exports.ACME},Acme,Banking,Item Created", "Data Loader's success file"),
        ("NAME,INDUSTRY,ERROR", "Acme,Banking,REQUIRED_FIELD_MISSING", "Data Loader's error file"),
        ("sf__Id,sf__Created,Name", f"{exports.ACME},true,Acme", "The result of a load by the Bulk API"),
        ("Id,AccountId,ContactId,IsDirect", f"07k000000000001AAA,{exports.ACME},{exports.CARLA},1", "Further accounts"),
        ("Id,Name,ProductCode,Family", "01t000000000001AAA,Widget,W1,", "Products are not used."),
        ("Id,Body,SystemModstamp", "002000000000001AAA,Note,2026-01-01 00:00:00", "An object of Salesforce that"),
        ("Name,Industry,Oracle_Id__c", "Acme,Banking,1", "It looks like Account, but has no Id column"),
        ("id,name,industry,_fivetran_start", "1,Acme,Banking,2026-01-01", "A warehouse's history of former values"),
    ],
)
def test_what_is_known_and_not_needed(header: str, row: str, begins: str) -> None:
    recognised = recognise_header(header.split(","), "file.csv", [row.split(",")])
    assert recognised is not None
    assert recognised[0] == ""
    assert recognised[1].startswith(begins)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Id,Name,Industry", "17,Acme,Banking"),
        ("Record ID,First Name,Last Name,Email", "51,Lea,Lang,lea@acme.example"),
        ("id,campaignid,leadid", "1,2,3"),
        ("Name,Phone,Website", "Acme,1,acme.example"),
        ("column1,column2", "a,b"),
    ],
)
def test_what_is_another_systems_is_left_to_it(header: str, row: str) -> None:
    assert recognise_header(header.split(","), "file.csv", [row.split(",")]) is None


def test_a_statuss_lead_is_no_success_file() -> None:
    header = ["Id", "LastName", "Company", "Status"]
    assert recognise_header(header, "Lead.csv", [[exports.LEA, "Lang", "Acme", "Open"]]) == ("Lead", "")


def test_parts_of_an_export_come_in_and_the_latest_row_counts(tmp_path: Path) -> None:
    globex = [exports.GLOBEX, "Globex", "", "2026-01-01 00:00:00"]
    exports.write(tmp_path / "WE_1", {"Account.csv": [ACCOUNT_HEADER, acme("New", "2026-02-01 00:00:00")]})
    exports.write(tmp_path / "WE_2", {"Account_2.csv": [ACCOUNT_HEADER, acme("Old", "2025-02-01 00:00:00"), globex]})
    run = exports.bring_in(tmp_path)
    assert [file.name for file in run.files.order_by("pk")] == ["WE_2/Account_2.csv", "WE_1/Account.csv"]
    assert sorted(Company.objects.values_list("name", flat=True)) == ["Globex", "New"]
    assert sorted(["Account_10.csv", "Account_2.csv", "Account.csv"], key=natural) == [
        "Account.csv", "Account_2.csv", "Account_10.csv",
    ]  # fmt: skip


def test_the_id_of_another_object_is_refused(tmp_path: Path) -> None:
    rows = [ACCOUNT_HEADER, [exports.CARLA, "Acme", "", ""], ["a0X000000000001AAA", "Custom", "", ""]]
    file = exports.bring_in(exports.write(tmp_path, {"Account.csv": rows})).files.get()
    assert (file.created, file.refused) == (1, 1)
    assert file.reasons == {"Id: “…” is the id of a contact, not of an account": 1}


def test_an_id_whose_checksum_does_not_fit_is_kept_and_told(tmp_path: Path) -> None:
    odd = "001aB0000000001XYZ"
    assert not ids.fits(odd)
    rows = [ACCOUNT_HEADER, [odd, "Acme", "", ""], [exports.GLOBEX, "Globex", "", ""]]
    file = exports.bring_in(exports.write(tmp_path, {"Account.csv": rows})).files.get()
    assert file.note == "1 ids have a checksum that does not fit and are kept as they are."
    assert Company.objects.get(name="Acme").external_id == odd


def test_the_crms_rates_convert_its_amounts(tmp_path: Path) -> None:
    opportunity = [
        ["Id", "Name", "StageName", "Amount", "CurrencyIsoCode", "CloseDate", "CreatedDate"],
        *(
            [f"00600000000001{n}AAA", f"Deal {n}", "Proposal", "1000", currency, day, "2025-01-01 00:00:00"]
            for n, (currency, day) in enumerate((("USD", "2025-02-01"), ("USD", "2026-02-01"), ("CHF", "2026-02-01")))
        ),
    ]
    types = [
        ["Id", "IsoCode", "ConversionRate", "DecimalPlaces", "IsActive", "IsCorporate"],
        ["01L000000000001AAA", "EUR", "1", "2", "1", "1"],
        ["01L000000000002AAA", "USD", "1.25", "2", "1", "0"],
        ["01L000000000003AAA", "GBP", "0", "2", "1", "0"],
    ]
    dated = [
        ["Id", "IsoCode", "StartDate", "NextStartDate", "ConversionRate"],
        ["04w000000000001AAA", "EUR", "0001-01-01 00:00:00", "9999-12-31 00:00:00", "1"],
        ["04w000000000002AAA", "USD", "2026-01-01 00:00:00", "9999-12-31 00:00:00", "2.000000001"],
    ]
    tables = {"Opportunity.csv": opportunity, "CurrencyType.csv": types, "DatedConversionRate.csv": dated}
    run = exports.bring_in(exports.write(tmp_path, tables))
    assert run.files.get(name="CurrencyType.csv").refused == 1
    assert list(Deal.objects.order_by("name").values_list("amount", flat=True)) == [Decimal(800), Decimal(500), None]
    assert ExchangeRate.objects.get(currency="EUR", external_id__startswith="04w").starts_on == date(1900, 1, 1)
    again = exports.bring_in(tmp_path)
    assert {(file.created, file.updated) for file in again.files.all()} == {(0, 0)}


def test_merged_rows_are_handed_to_identity(tmp_path: Path) -> None:
    header = ["Id", "IsDeleted", "MasterRecordId", "Name", "Industry"]
    rows = [
        header,
        [exports.ACME, "0", exports.NOBODY, "Acme", ""],
        [exports.GLOBEX, "1", exports.ACME[:15], "Acme Inc", ""],
    ]
    contact = [["Id", "LastName", "AccountId"], [exports.CARLA, "M\xfcller", exports.GLOBEX]]
    run = exports.bring_in(exports.write(tmp_path, {"Account.csv": rows, "Contact.csv": contact}))
    merge = SourceMerge.objects.get()
    assert (merge.kept_external_id, merge.merged_external_id) == (exports.ACME, exports.GLOBEX)
    assert "1 rows were merged into others by Salesforce" in run.files.get(name="Account.csv").note
    kept = Company.objects.get(external_id=exports.ACME)
    assert Company.objects.get(external_id=exports.GLOBEX).merged_into == kept
    assert Contact.objects.get().company == kept


def test_a_person_account_is_a_company_called_like_the_person(tmp_path: Path) -> None:
    rows = [
        ["Id", "Name", "FirstName", "LastName", "IsPersonAccount", "PersonEmail", "BillingCity"],
        [exports.ACME, "Acme", "", "", "0", "", "Berlin"],
        [exports.GLOBEX, "", "Lea", "Lang", "1", "lea@example.com", "Bonn"],
    ]
    file = exports.bring_in(exports.write(tmp_path, {"Account.csv": rows})).files.get()
    assert (file.recognised_as, file.refused) == ("Account", 0)
    assert sorted(Company.objects.values_list("name", flat=True)) == ["Acme", "Lea Lang"]


def test_a_mapping_of_data_loader_is_named_and_left_aside(tmp_path: Path) -> None:
    (tmp_path / "insertAccount.sdl").write_text("#Mapping values\nNAME=Name\n")
    exports.write(tmp_path, {"Account.csv": exports.ACCOUNT})
    file = exports.bring_in(tmp_path).files.get(name="insertAccount.sdl")
    assert file.state == ImportFile.State.IGNORED
    assert file.note.startswith("A mapping file of Data Loader")
