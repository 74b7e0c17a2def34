"""What the tables of Salesforce have in common: how their rows are known, and whom and what they refer to."""

from typing import Any

from sameside.connectors.objects import Census, Join, Key, Object, Reference
from sameside.connectors.salesforce import ids

SOURCE = "salesforce"
DELETED = ("isdeleted", "fivetrandeleted")
# Histories are kept for a time only: what is no longer in one has not vanished.
_COMPLETE = frozenset(
    {"crm_company", "crm_contact", "crm_campaign", "crm_campaignmember", "crm_deal", "crm_dealcontact"}
    | {"crm_activity", "leads_lead"}
)


_CALLED = {
    "company": "account",
    "deal": "opportunity",
    "parent": "parent campaign",
    "who": "contact or lead",
    "what": "account or opportunity",
    "named": "account named as company",
    "record": "record",
}


def owner(*headers: str) -> Reference:
    return Reference("owner", headers or ("ownerid",), read=ids.owner)


def to(name: str, headers: tuple[str, ...], prefixes: tuple[str, ...] = ()) -> Reference:
    return Reference(name, headers, prefixes, read=ids.reference, label=_CALLED.get(name, ""))


def key(*prefixes: str, headers: tuple[str, ...] = ("id",), missing: str = "Id is empty") -> Key:
    """Rows known again by their id, which begins with one of `prefixes`; 15 characters of it tell two apart."""
    read = ids.id_of(*prefixes) if prefixes else ids.record_id
    return Key(headers=headers, read=read, same=lambda cell: cell[:15], missing=missing)


def an_object(name: str, table: str, *prefixes: str, **described: Any) -> Object:
    census = _census(prefixes) if table in _COMPLETE and prefixes else None
    return Object(name, table, source=SOURCE, key=key(*prefixes), deleted=DELETED, census=census, **described)


def _census(prefixes: tuple[str, ...]) -> Census:
    """Objects that share a table are told apart by how their ids begin."""
    listed = ", ".join(f"'{prefix}'" for prefix in prefixes)
    return Census(f"left(t.external_id, 3) IN ({listed})")


OWNER = Join("owner", "people_person", "owner")
CREATED = ("createddate", "lastmodifieddate", "systemmodstamp")
