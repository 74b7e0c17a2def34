"""Which HubSpot records a table holds, judged by its header: an export of a view, or a table of a data warehouse."""

from collections.abc import Iterable

from sameside.connectors.hubspot import content, vocabulary, warehouse
from sameside.connectors.hubspot.columns import columns
from sameside.connectors.hubspot.vocabulary import folded
from sameside.connectors.objects import plain
from sameside.connectors.registry import Found, Source

# What makes a table with a record id one of these records: one of the first, none of the second.
_SIGNS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "Deal": (frozenset({"stage", "stage_id", "name"}), frozenset()),
    "LeadObject": (frozenset({"name"}), frozenset()),
    "Ticket": (frozenset({"name", "status", "owner"}), frozenset()),
    "Call": (frozenset({"subject", "body", "outcome", "direction"}), frozenset()),
    "Email": (frozenset({"subject", "body", "direction"}), frozenset()),
    "Meeting": (frozenset({"subject", "starts", "outcome"}), frozenset()),
    "Task": (frozenset({"subject", "status", "due"}), frozenset()),
    "Note": (frozenset({"body"}), frozenset()),
    "Company": (frozenset({"name", "domain"}), frozenset()),
    "Contact": (frozenset({"email", "first_name", "last_name", "lifecycle", "lead_status"}), frozenset()),
}
# `Name`, `Nom`, `Nombre` and their like name a company in one file and a person in the other.
_COMPANY_ONLY = ("domain", "employees", "annual_revenue", "website")
_CONTACT_ONLY = ("email", "last_name", "lifecycle", "lead_status", "title", "primary_company_ids", "company_ids")
_RECORD = frozenset(folded(name) for name in vocabulary.RECORD.split("|"))
_OTHERS = frozenset({"whoid", "whatid", "casenumber", "isconverted", "ownerid18"})
NOT_NEEDED = {"Ticket": "Tickets are support work; Sameside does not use them."}
ORDER = (
    "Owner", "User", "Team", "OwnerTeam", "Stage", "Pipeline", "Company", "Contact", "Deal", "DealCompany",
    "DealContact", "LeadObject", "DealStage", "DealHistory", "ContactHistory", "Form", "Submission", "Call", "Email",
    "Meeting", "Task", "Note", "Engagement", "EngagementCompany", "EngagementContact", "EngagementDeal",
    "ContactMerge", "DealMerge",
)  # fmt: skip
"""The order in which files are read, so that what a row refers to is there already."""


def recognise_header(header: Iterable[str], name: str = "") -> tuple[str, str] | None:
    """(records, sentence): no records when the file is not needed, and the sentence says why; None for a table that
    is not of HubSpot."""
    names = [column for column in header if column.strip()]
    if known := warehouse.recognise(names, name):
        return known
    if not _has_record_id(names) or not _OTHERS.isdisjoint(map(plain, names)):
        return None
    scores = {kind: _score(kind, names) for kind in _SIGNS}
    kind = max(scores, key=lambda each: scores[each])
    if not scores[kind]:
        return None
    if kind in NOT_NEEDED:
        return "", NOT_NEEDED[kind]
    return kind, ""


def _has_record_id(names: list[str]) -> bool:
    """`Record ID` in some language, or the id of an object beside other columns that only HubSpot writes."""
    if any(folded(name) in _RECORD for name in names):
        return True
    return any(columns(kind, names).has("id") for kind in ("Contact", "Company", "Deal")) and any(
        name.lower().startswith("associated ") or folded(name).startswith(("hs", "hubspot", "originalsource"))
        or folded(name) in ("lifecyclestage", "dealstage", "contactowner", "companyowner", "dealowner")
        for name in names
    )  # fmt: skip


def _score(kind: str, names: list[str]) -> int:
    """How well the header fits: the fields understood; nothing when a sign is missing or speaks against it."""
    found = columns(kind, names)
    one, none = _SIGNS[kind]
    if not found.has("id") or not found.has(*one) or found.has(*none):
        return 0
    if kind == "Company" and not found.has(*_COMPANY_ONLY):
        as_contact = columns("Contact", names)
        if as_contact.has(*_CONTACT_ONLY):
            return 0
    if kind == "Contact" and columns("Company", names).has(*_COMPANY_ONLY) and not found.has("email", "last_name"):
        return 0
    return len(found.fields) + len(found.dated)


def recognise(source: Source) -> list[Found]:
    """The tables of the source that are HubSpot's, those to be read first, in the order in which they are read."""
    found: list[tuple[int, str, Found]] = []
    for table in source.tables:
        if table.layout is None:
            continue
        known = recognise_header(table.layout.header, table.name)
        if known is None and content.is_contacts(table):
            known = "Contact", ""
        if known is None:
            continue
        kind, note = known
        place = ORDER.index(kind) if kind else len(ORDER)
        found.append((place, table.name, Found(table.name, kind, table.bytes, note, table.path)))
    return [each for _, _, each in sorted(found, key=lambda line: line[:2])]
