"""The shape of what a table may become: a target with its fields in plain words, and the fields that several share.

A field's `words` are the headers under which it is known, most usual first; they are compared by `vocabulary.normal`.
`signal` says how much finding the field speaks for this target. A row is known again by the field with the role `id`,
else by what `known_by` names.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from sameside.connectors.table import vocabulary as words
from sameside.connectors.table.vocabulary import phrases

Kind = Literal[
    "text",
    "long text",
    "name",
    "email",
    "phone",
    "domain",
    "company",
    "country",
    "title",
    "moment",
    "day",
    "amount",
    "percentage",
    "whole",
    "boolean",
    "currency",
    "stage",
    "id",
    "owner",
]


@dataclass(frozen=True)
class TargetField:
    """`joins` says that several columns may be put together in it, with a blank between; else the first filled
    counts."""

    name: str
    label: str
    kind: Kind = "text"
    words: tuple[str, ...] = ()
    sentence: str = ""
    group: str = ""
    signal: float = 1.0
    required: bool = False
    joins: bool = False


@dataclass(frozen=True)
class Target:
    """`one_of` are groups of fields of which at least one has to be there; `known_by` are the fields that tell a row
    when it has no id, in order of preference."""

    name: str
    label: str
    singular: str
    sentence: str
    own: tuple[str, ...]
    fields: tuple[TargetField, ...]
    known_by: tuple[tuple[str, ...], ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    hints: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, TargetField]:
        return {each.name: each for each in self.fields}

    @cached_property
    def groups(self) -> dict[str, list[TargetField]]:
        grouped: dict[str, list[TargetField]] = {}
        for each in self.fields:
            grouped.setdefault(each.group or self.singular, []).append(each)
        return grouped

    def missing(self, used: "set[str] | frozenset[str]") -> list[str]:
        """What has to be there and is not, as sentences."""
        told = [f"{each.label} is needed." for each in self.fields if each.required and each.name not in used]
        for group in self.one_of:
            if used.isdisjoint(group):
                labels = [self.by_name[name].label for name in group]
                told.append(f"{_either(labels)} is needed.")
        return told


def _either(labels: list[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"


def id_of(own: tuple[str, ...], more: str = "") -> TargetField:
    known = (
        "id",
        "record id",
        "external id",
        "uuid",
        "guid",
        *phrases(("do not modify",), own),
        *phrases(own, words.ID),
    )
    known += (*words.ID, "externe id", "id externe", "id externo", "id registro", "datensatz id", *_split(more))
    sentence = "How a row is known again when it comes a second time, and how other tables refer to it."
    return TargetField("id", "Id", "id", known, sentence, signal=0.5)


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split(", ")) if text else ()


CREATED = TargetField("created_at", "Created at", "moment", words.CREATED, signal=0.4)
OWNER = TargetField(
    "owner",
    "Owner",
    "owner",
    words.OWNER,
    "The e-mail address or the full name of somebody who works here.",
    signal=0.3,
)
COMPANY_NAME = TargetField(
    "company_name",
    "Company",
    "company",
    phrases(words.COMPANY, words.NAME),
    "Found by its exact name, if only one company has it.",
    "Company",
)
COMPANY_ID = TargetField(
    "company_id",
    "Company id",
    "id",
    (*phrases(words.COMPANY, words.ID), "associated company ids primary", "associated company ids", "accountid"),
    "The id of the company in the system this table comes from.",
    "Company",
)
COMPANY_DOMAIN = TargetField(
    "company_domain",
    "Company website",
    "domain",
    (
        *phrases(words.COMPANY, "website, domain, url, web, site web, sitio web, webseite, homepage"),
        "website",
        "domain",
    ),
    "Found by its domain, if only one company has it.",
    "Company",
    signal=0.6,
)
PERSON_FIELDS = (
    TargetField("first_name", "First name", "name", words.FIRST_NAME),
    TargetField("last_name", "Last name", "name", words.LAST_NAME),
    TargetField(
        "full_name", "Full name", "name", words.FULL_NAME, "Split into first and last name.", joins=True, signal=0.8
    ),
    TargetField("email", "E-mail", "email", words.EMAIL, signal=1.2),
    TargetField("phone", "Phone", "phone", words.PHONE),
    TargetField("title", "Job title", "title", words.JOB_TITLE, signal=0.9),
)
LEAD_SOURCE = TargetField("lead_source", "Lead source", "text", words.LEAD_SOURCE, signal=0.8)
DEAL_NAME = TargetField(
    "deal_name",
    "Deal",
    "text",
    phrases(words.DEAL, words.NAME),
    "Found by its exact name, if only one deal has it.",
    "Deal",
)
DEAL_ID = TargetField("deal_id", "Deal id", "id", phrases(words.DEAL, words.ID), "", "Deal", signal=1.2)
CAMPAIGN_NAME = TargetField(
    "campaign_name",
    "Campaign",
    "text",
    (*phrases(words.CAMPAIGN, words.NAME), "primary campaign source", "utm campaign"),
    "Found by its exact name, if only one campaign has it.",
    "Campaign",
)
CAMPAIGN_ID = TargetField(
    "campaign_id", "Campaign id", "id", phrases(words.CAMPAIGN, words.ID), "", "Campaign", signal=1.2
)
CONTACT_ID = TargetField(
    "contact_id",
    "Contact id",
    "id",
    (*phrases(words.PERSON, words.ID), "associated contact ids", "who id"),
    "The id of the contact in the system this table comes from.",
    "Person",
)
LEAD_ID = TargetField("lead_id", "Lead id", "id", phrases(words.LEAD, words.ID), "", "Person")
PERSON_EMAIL = TargetField(
    "email",
    "Person's e-mail",
    "email",
    (*words.EMAIL, *phrases(words.PERSON, words.EMAIL), *phrases(words.LEAD, "email"), "to", "recipient", "invitee"),
    "Found among contacts and leads, if only one has it.",
    "Person",
)
