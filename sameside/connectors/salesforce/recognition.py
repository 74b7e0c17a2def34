"""Which object a file holds, judged by its header; the file's name only decides between equals."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from sameside.connectors.objects import plain
from sameside.connectors.registry import Found, Source
from sameside.connectors.salesforce.objects import ORDER

REPORT = frozenset({"opportunityname", "accountname", "opportunityowner", "leadowner", "leadstatus", "opportunityid18"})


@dataclass(frozen=True)
class Signature:
    """A header that has `all` of these, `one` of those and `none` of the last is this object's."""

    name: str
    all: str
    one: str = ""
    none: str = ""

    def fits(self, header: frozenset[str]) -> bool:
        one = self.one.split()
        return (
            header.issuperset(self.all.split())
            and (not one or not header.isdisjoint(one))
            and header.isdisjoint(self.none.split())
        )


SIGNATURES = (
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

NOT_NEEDED = {
    "case": "Support cases are not used.",
    "accountcontactrelation": "Further accounts of a contact are not used; its own account is.",
    "product2": "Products are not used.",
    "pricebookentry": "Price books are not used.",
    "opportunitylineitem": "Line items are not used; the opportunity's amount is.",
    "entityhistory": "Field history of all objects together is not used; OpportunityHistory is.",
}


def recognise_header(header: Iterable[str], name: str = "") -> tuple[str, str]:
    """(object, sentence): the object is empty when the file is not needed, and the sentence says why."""
    columns = frozenset(plain(column) for column in header)
    stem = plain(Path(name).stem)
    if "fivetranstart" in columns:
        return "", "A warehouse's history of former values; the file with the current values is used."
    if "recordid" in columns and "id" not in columns:
        return "", "A HubSpot export, not one of Salesforce."
    if "casenumber" in columns:
        return "", NOT_NEEDED["case"]
    for other, sentence in NOT_NEEDED.items():
        if stem == other:
            return "", sentence
    for signature in SIGNATURES:
        if signature.fits(columns):
            if "id" not in columns:
                return "", (
                    f"It looks like {signature.name}, but has no Id column: a second import could not tell which"
                    " rows it has seen. Export it with Id."
                )
            return signature.name, ""
    if len(columns & REPORT) >= 2:
        return "", (
            "A report, with labels instead of field names. Use a data export (Setup, Data Export) or Data Loader:"
            " those keep the ids that connect the files."
        )
    if stem.endswith("__c") or Path(name).stem.lower().endswith("__c"):
        return "", "A custom object; Sameside uses the standard objects."
    return "", "Its header is that of no object that Sameside uses."


def recognise(source: Source) -> list[Found]:
    """Every table of the source, those to be read first and in the order in which they will be read."""
    found: list[tuple[int, str, Found]] = []
    order = {each.name: place for place, each in enumerate(ORDER)}
    for table in source.tables:
        kind, note = ("", table.problem) if table.layout is None else recognise_header(table.layout.header, table.name)
        place = order.get(kind, len(order))
        found.append((place, table.name, Found(table.name, kind, table.bytes, note, table.path)))
    has_history = any(each.recognised_as == "OpportunityHistory" for _, _, each in found)
    return [_unless_twice(each, has_history=has_history) for _, _, each in sorted(found, key=lambda line: line[:2])]


def _unless_twice(file: Found, *, has_history: bool) -> Found:
    if file.recognised_as == "OpportunityFieldHistory" and has_history:
        return replace(file, recognised_as="", note="OpportunityHistory is here and says the same, with amounts.")
    return file
