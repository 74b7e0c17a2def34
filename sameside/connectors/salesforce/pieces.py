"""What the tables of Salesforce have in common: how their rows are known, and whom and what they refer to."""

from typing import Any

from sameside.connectors.objects import Join, Key, Object, Reference
from sameside.connectors.salesforce import ids

SOURCE = "salesforce"
DELETED = ("isdeleted", "fivetrandeleted")


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
    return Object(name, table, source=SOURCE, key=key(*prefixes), deleted=DELETED, **described)


OWNER = Join("owner", "people_person", "owner")
CREATED = ("createddate", "lastmodifieddate", "systemmodstamp")
