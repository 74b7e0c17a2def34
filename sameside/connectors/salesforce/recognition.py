"""Which object a file holds, judged by its header; the file's name only decides between equals."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

from sameside.connectors.objects import plain
from sameside.connectors.registry import Found, Source
from sameside.connectors.salesforce import ids, reports
from sameside.connectors.salesforce.targets import TARGETS
from sameside.connectors.signatures import Signature
from sameside.connectors.tabular import Rows, Table

SIGNATURES = (
    Signature("CurrencyType", "isocode conversionrate", none="startdate"),
    Signature("DatedConversionRate", "isocode conversionrate startdate"),
    Signature("EntityHistory", "parentid fieldname", "newvalstring newvalue"),
    Signature("EntityHistory", "parentid field", "newvalue"),
    Signature("LeadHistory", "leadid field newvalue"),
    Signature("OpportunityContactRole", "opportunityid contactid"),
    Signature("OpportunityFieldHistory", "opportunityid field newvalue"),
    Signature("OpportunityHistory", "opportunityid stagename createddate"),
    Signature("CampaignMember", "campaignid", "leadid contactid leadorcontactid"),
    Signature("User", "", "username profileid userroleid timezonesidkey", "accountid whoid"),
    Signature("User", "username"),
    Signature("Event", "subject", "startdatetime activitydatetime durationinminutes", "casenumber"),
    Signature("Task", "subject", "whoid activitydate tasksubtype", "casenumber startdatetime"),
    Signature("Opportunity", "stagename", "closedate amount isclosed", "opportunityid"),
    Signature("Lead", "company", "status isconverted convertedaccountid", "stagename"),
    Signature("Account", "name ispersonaccount", none="accountid"),
    Signature("Contact", "lastname", "accountid email", "isconverted username company casenumber"),
    Signature("Campaign", "name", "numbersent budgetedcost actualcost expectedresponse numberofleads"
    " campaignmemberrecordtypeid"),
    Signature("Campaign", "name startdate enddate status type"),
    Signature(
        "Account",
        "name",
        "industry numberofemployees annualrevenue billingcity billingcountry billingstreet accountsource accountnumber",
        "lastname firstname stagename subject company casenumber family productcode accountid",
    ),
)  # fmt: skip

NOT_NEEDED = (
    (Signature("", "casenumber"), "Support cases are not used."),
    (Signature("", "accountid contactid", none="opportunityid email lastname"), "Further accounts of a contact are not"
     " used; its own account is."),
    (Signature("", "ordernumber"), "Orders are not used."),
    (Signature("", "opportunityid", "pricebookentryid unitprice"), "Line items are not used; the opportunity's amount"
     " is."),
    (Signature("", "name", "productcode stockkeepingunit"), "Products are not used."),
    (Signature("", "pricebook2id product2id"), "Price books are not used."),
    (Signature("", "name", "rollupdescription parentroleid"), "Roles are not used; a user's department is."),
)  # fmt: skip
# What only a Salesforce export has; ids that are no Salesforce ids, or none, are believed only beside one of these.
_ITS_OWN = frozenset(
    {"isdeleted", "ownerid", "systemmodstamp", "createdbyid", "lastmodifiedbyid", "recordtypeid", "masterrecordid"}
    | {"whoid", "whatid", "stagename", "lastvieweddate", "lastreferenceddate", "parentsobjecttype", "casenumber"}
    | {"fivetransynced", "fivetrandeleted"}
)
SAMPLE = 50
SDL = (
    "A mapping file of Data Loader: it says which column was loaded into which field, and holds no data. Bring in the"
    " tables themselves."
)


class Sample:
    """The first rows of a table, by the plain name of their columns."""

    def __init__(self, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        self.names = [plain(name) for name in header]
        self.rows = list(rows)

    @classmethod
    def of(cls, table: Table) -> "Sample":
        if table.layout is None:
            return cls((), ())
        records = islice(Rows(table.path, table.layout), SAMPLE)
        return cls(table.layout.header, [cells for _, cells in records if not isinstance(cells, csv.Error)])

    def column(self, name: str) -> list[str]:
        """The values that are not blank."""
        if name not in self.names:
            return []
        place = self.names.index(name)
        return [cells[place].strip() for cells in self.rows if len(cells) > place and cells[place].strip()]

    @property
    def has_ids(self) -> bool:
        """Whether the Id column holds ids of Salesforce; a table without rows or ids contradicts nothing."""
        values = self.column("id")
        return not values or any(map(ids.is_id, values))


def recognise_header(
    header: Sequence[str], name: str = "", rows: Iterable[Sequence[str]] = ()
) -> tuple[str, str] | None:
    """(object, sentence): the object is empty when the file is not needed, and the sentence says why; None for a table
    that is not of Salesforce."""
    columns = frozenset(plain(column) for column in (*header, Path(name).stem))
    sample = Sample(header, rows)
    is_own = not columns.isdisjoint(_ITS_OWN) or any(
        column.strip().lower().endswith("__c") for column in (*header, Path(name).stem)
    )
    if loaded := _of_data_loader(header, sample):
        return "", loaded
    if ("recordid" in columns and "id" not in columns) or "updatedat" in columns:
        return None
    if "fivetranstart" in columns:
        return "", "A warehouse's history of former values; the file with the current values is used."
    if "id" in columns and (sample.has_ids or is_own):
        return _exported(columns, name, is_own=is_own)
    if report := reports.recognise(header):
        return _reported(report, columns)
    kind = next((each.name for each in SIGNATURES if each.fits(columns)), "")
    if "id" in columns or not kind or not is_own:
        return None
    return "", (
        f"It looks like {kind}, but has no Id column: a second import could not tell which rows it has seen. Export it"
        " with Id, or say what its columns mean and what its rows are known by."
    )


def _exported(columns: frozenset[str], name: str, *, is_own: bool) -> tuple[str, str] | None:
    for unneeded, sentence in NOT_NEEDED:
        if unneeded.fits(columns):
            return "", sentence
    for signature in SIGNATURES:
        if signature.fits(columns):
            return signature.name, ""
    if "__c" in Path(name).stem.lower():
        return "", "A custom object; Sameside uses the standard objects."
    return ("", "An object of Salesforce that Sameside does not use.") if is_own else None


def _reported(report: reports.Report, columns: frozenset[str]) -> tuple[str, str]:
    if report.has_id(columns):
        return report.target.name, ""
    return "", (
        f"A report of {report.noun} without their ids: a second import could not tell which rows it has seen. Add the"
        f" column “{report.id}” to the report and export its details again."
    )


def _of_data_loader(header: Sequence[str], sample: Sample) -> str:
    """What Data Loader or the Bulk API wrote about a load, in a sentence; empty for everything else."""
    if any(name.lower().startswith("sf__") for name in header):
        return "The result of a load by the Bulk API: it repeats what was sent. Bring in an export instead."
    last = sample.names[-1] if sample.names else ""
    if last == "error":
        return "Data Loader's error file: rows that Salesforce refused, with its reasons. They are not in Salesforce."
    says = sample.column("status")
    if last == "status" and "id" in sample.names and says and all(text.startswith("Item ") for text in says):
        return "Data Loader's success file: it repeats the rows that were loaded. Bring in an export instead."
    return ""


def recognise(source: Source) -> list[Found]:
    """The tables of Salesforce, those to be read first and in the order in which they will be read.

    Of several files of one object the one with the latest change is read last, so that its rows count; parts of one
    export, which share no rows, keep the order of their numbers.
    """
    found: list[tuple[int, Found, Table]] = []
    order = {name: place for place, name in enumerate(TARGETS)}
    for table in source.tables:
        if table.layout is None:
            continue
        recognised = recognise_header(table.layout.header, table.name, Sample.of(table).rows)
        if recognised is None:
            continue
        kind, note = recognised
        file = Found(table.name, kind, table.bytes, note, table.path)
        found.append((order.get(kind, len(order)), file, table))
    counted = Counter(file.recognised_as for _, file, _ in found)
    ranked = [
        ((place, _latest(table) if file.recognised_as and counted[file.recognised_as] > 1 else "", natural(file.name)),
         file)
        for place, file, table in found
    ]  # fmt: skip
    files = [file for _, file in sorted(ranked, key=lambda pair: pair[0])]
    maps = [Found(name, "", path.stat().st_size, SDL) for name, path in source.files if path.suffix.lower() == ".sdl"]
    return [*map(partial(_unless_twice, kinds=frozenset(counted)), files), *maps]


def natural(name: str) -> tuple[tuple[str, int], ...]:
    """Sorts `Account_2` before `Account_10`."""
    return tuple((text, int(number or 0)) for text, number in re.findall(r"(\D+|^)(\d*)", name.lower())[:50])


def _latest(table: Table) -> str:
    """The day of the latest change in the table, as far as it is written year first; empty when nothing says."""
    if table.layout is None:
        return ""
    names = [plain(name) for name in table.layout.header]
    place = next((names.index(name) for name in ("systemmodstamp", "lastmodifieddate") if name in names), None)
    if place is None:
        return ""
    latest = ""
    for _, cells in Rows(table.path, table.layout):
        if not isinstance(cells, csv.Error) and len(cells) > place and re.match(r"\d{4}-\d\d-\d\d", cells[place]):
            latest = max(latest, cells[place][:19].replace("T", " "))
    return latest


def _unless_twice(file: Found, kinds: frozenset[str]) -> Found:
    if file.recognised_as == "OpportunityFieldHistory" and "OpportunityHistory" in kinds:
        return replace(file, recognised_as="", note="OpportunityHistory is here and says the same, with amounts.")
    return file
