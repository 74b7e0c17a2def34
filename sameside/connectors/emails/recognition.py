"""Which tables marketing automation wrote, judged by the header; for activities, by the type in the first row too."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sameside.connectors.emails import events, objects, people, rules
from sameside.connectors.objects import plain
from sameside.connectors.registry import Found, Source
from sameside.connectors.tabular import Rows, Table

SAMPLE = 200


@dataclass(frozen=True)
class Signature:
    """A header that has `all` of these, `one` of those and `none` of the last; `note` says why it is not needed."""

    name: str
    all: str
    one: str = ""
    none: str = ""
    note: str = ""
    stem: str = ""

    def fits(self, header: frozenset[str], stem: str) -> bool:
        one = self.one.split()
        return (
            header.issuperset(self.all.split())
            and (not one or not header.isdisjoint(one))
            and header.isdisjoint(self.none.split())
            and self.stem in stem
        )


_SYNCED = "id fivetransynced"
SIGNATURES = (
    Signature("HubSpotEmailEvent", "id created emailcampaignid recipient type"),
    Signature("HubSpotEmailCampaign", "id appid contentid subject name"),
    Signature("HubSpotClick", f"{_SYNCED} referer url useragent"),
    Signature("HubSpotBounce", f"{_SYNCED} category response status"),
    Signature("HubSpotDropped", f"{_SYNCED} dropreason dropmessage"),
    Signature("HubSpotStatusChange", f"{_SYNCED} portalsubscriptionstatus subscriptions"),
    Signature("HubSpotAnswer", f"{_SYNCED} response", "attempt smtpid", "category"),
    Signature("HubSpotAnswer", f"{_SYNCED} bcc cc from replyto subject", "", "dropreason"),
    Signature("", f"{_SYNCED} useragent", "browser duration ipaddress location", "url created",
              "With what program and where an e-mail was read; HubSpot's own events say that it was."),
    Signature("HubSpotList", "id listversion processingtype name"),
    Signature("HubSpotListMember", "contactid contactlistid addedat"),
    Signature("MarketoProgram", "id channel name sfdcid workspace"),
    Signature("MarketoCampaign", "id name programid active", "flowid smartlistid isrequestable workspacename"),
    Signature(objects.MERGES, "leadid mergeids activitydate"),
    Signature("", "restname soapname datatype", "", "", "It describes the fields of leads."),
    Signature("", "id fromemail subject template version", "", "",
              "Templates of e-mails; the events say which e-mail it was."),
    Signature("MarketoActivity", "activitydate activitytypeid leadid"),
    Signature("MarketoLead", "id email firstname lastname createdat updatedat", "marketoguid leadpartitionid"),
    Signature("MarketoLead", "id email firstname lastname createdat updatedat", stem="marketo"),
    Signature("PardotProspect", "id email crmcontactfid crmleadfid prospectaccountid"),
    Signature("PardotActivity", "id type typename createdat prospectid visitorid"),
    Signature("PardotCampaign", "id name cost fivetransynced", "", "stagename createdat"),
    Signature("PardotList", "id name isdynamic ispublic", "iscrmvisible title"),
    Signature("PardotListMember", "id listid prospectid optedout"),
    Signature("", "id sourceparameter mediumparameter visitorid", "", "", "Visitors of the website without a name."),
    Signature("", "id campaignparameter mediumparameter pageviewcount", "", "",
              "Visitors of the website by their cookie: who is a prospect is among the prospects."),
    Signature("", "opportunityid prospectid updatedat", "", "closedate stagename",
              "Opportunities and their persons come from the CRM, which has them whole."),
    Signature("", "id campaignid closedat probability stage value status", "", "accountid",
              "Opportunities come from the CRM, which has them whole."),
    Signature("MauticContact", "id email points firstname lastname", "preferredlocale attributiondate foursquare"),
)  # fmt: skip
_ACTIVITIES = {
    "13": "Changes of a lead's fields; the lead has what they came to.",
    "29": people.MARKETO_DELETED.name,
    "37": people.MARKETO_DELETED.name,
}
_CRM = frozenset(
    ("stagename", "dealstage", "ownerid", "whoid", "isconverted", "recordid", "lifecyclestage", "profileid")
)


def recognise_table(table: Table) -> Found | None:
    if table.layout is None:
        return None
    header = frozenset(map(plain, table.layout.header))
    stem = Path(table.name).stem.lower()
    for signature in SIGNATURES:
        if signature.fits(header, stem):
            name, note = signature.name, signature.note
            if name == "MarketoActivity":
                name, note = _activity(table)
            return Found(table.name, name, table.bytes, note, table.path)
    if _is_event_log(table, header):
        return Found(table.name, events.GENERIC_EVENT.name, table.bytes, path=table.path)
    return None


def _activity(table: Table) -> tuple[str, str]:
    """By the types of the first rows: e-mail, deleted leads, or nothing that is needed."""
    kinds = set(_cells(table, ("activitytypeid",)))
    if any(rules.marketo_kind(kind, "") for kind in kinds) or not kinds:
        return "MarketoActivity", ""
    if len(kinds) == 1 and (told := _ACTIVITIES.get(kinds.pop())):
        return (told, "") if told in objects.BY_NAME else ("", told)
    return "", "Activities of other kinds than e-mail are not used."


def _is_event_log(table: Table, header: frozenset[str]) -> bool:
    """An address, a time and a column whose words are events of e-mails, in nearly every row looked at."""
    if header & _CRM or any("fivetran" in name for name in header):
        return False
    if header.isdisjoint(events.ADDRESS) or header.isdisjoint(events.TIME) or header.isdisjoint(events.WORD):
        return False
    words = _cells(table, events.WORD)
    known = sum(rules.kind(word) is not None for word in words)
    return bool(words) and known * 5 >= len(words) * 4


def _cells(table: Table, names: Sequence[str]) -> list[str]:
    """The filled cells of the first of these columns, of the first rows."""
    if table.layout is None:
        return []
    header = [plain(title) for title in table.layout.header]
    place = next((header.index(name) for name in names if name in header), None)
    if place is None:
        return []
    rows = islice(Rows(table.path, table.layout), SAMPLE)
    taken = [cells for _, cells in rows if not isinstance(cells, csv.Error)]
    return [cells[place].strip() for cells in taken if len(cells) > place and cells[place].strip()]


def recognise(source: Source) -> list[Found]:
    order = {name: place for place, name in enumerate(objects.BY_NAME)}
    order[objects.MERGES] = order[people.MARKETO_DELETED.name]
    found = [each for each in map(recognise_table, source.tables) if each is not None]
    return sorted(found, key=lambda each: (order.get(each.recognised_as, len(order)), each.name))
