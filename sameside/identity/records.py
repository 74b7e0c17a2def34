"""What is known of each kind of record that can be the same as another: its model, its page, and which of its columns a
survivor takes over from the row that was merged into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from sameside.crm.models import Company, Contact
from sameside.identity.models import Kind
from sameside.leads.models import Lead

Record = Company | Contact | Lead

# Where a row came from and what was derived of it is its own; it never goes over to a survivor.
_OWN = frozenset(
    {
        *("id", "source", "external_id", "deleted_in_source", "changed_by_run", "created_by_run", "merged_into"),
        *("campaign", "fate", "handed_over_at", "first_attempt_at", "attempts", "won_amount", "source_owner"),
        *("segment", "score", "likelihood", "scored_at", "qualified_at", "not_routed"),
    }
)
# A column that follows from another goes over only together with it.
_LEADERS: Mapping[str, str] = {
    "vertical": "industry",
    "language": "country",
    "seniority": "title",
    "department": "title",
    "email_status": "email",
}


@dataclass(frozen=True)
class RecordKind:
    """`noun` names one of them in a sentence; `page` is the name of its page's address."""

    kind: Kind
    model: type[models.Model]
    noun: str
    page: str

    def columns(self) -> Sequence["models.Field[Any, Any]"]:
        """The columns that describe such a record, in the order of the model."""
        return [field for field in self.model._meta.concrete_fields if field.name not in _OWN]

    def rows(self) -> "models.QuerySet[Any]":
        return self.model._default_manager.all()


RECORDS: Mapping[str, RecordKind] = {
    Kind.COMPANY: RecordKind(Kind.COMPANY, Company, "company", "crm:company"),
    Kind.CONTACT: RecordKind(Kind.CONTACT, Contact, "contact", "crm:contact"),
    Kind.LEAD: RecordKind(Kind.LEAD, Lead, "lead", "leads:lead"),
}
_SOURCES: Mapping[str, str] = {"hubspot": "HubSpot", "sameside": "made here"}
_KIND_OF: Mapping[type[models.Model], Kind] = {record.model: record.kind for record in RECORDS.values()}


def source_name(source: str) -> str:
    """The name of a source as its vendor writes it."""
    return _SOURCES.get(source, source.capitalize())


def kind_of(record: Record) -> RecordKind:
    return RECORDS[_KIND_OF[type(record)]]


def is_blank(value: Any) -> bool:
    """Whether a column says nothing; an unticked box says nothing either."""
    return value is None or value == "" or value is False


def to_text(field: "models.Field[Any, Any]", record: Any) -> str | None:
    value = getattr(record, field.attname)
    return None if value is None else str(field.value_to_string(record))


def fillable(kind: RecordKind, kept: Any, merged: Any) -> list["models.Field[Any, Any]"]:
    """The columns that say nothing in `kept` and something in `merged`."""
    found = {}
    for field in kind.columns():
        leader = _LEADERS.get(field.name)
        if leader is not None and leader not in found and not is_blank(getattr(kept, leader)):
            continue
        if is_blank(getattr(kept, field.attname)) and not is_blank(getattr(merged, field.attname)):
            found[field.name] = field
    return list(found.values())
