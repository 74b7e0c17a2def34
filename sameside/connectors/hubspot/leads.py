"""HubSpot's own leads (object 0-136): the work of sales on a contact, as hand-overs, status and reason of our lead.

A lead here is one person, so it stays that of the contact (`contacts.py`); a contact that is none yet becomes one. Each
of HubSpot's leads is a hand-over to its owner on the day it was created; the dates of its stages are signs of work, as
statuses are. Of several leads of one contact the newest says how it stands: its stage is the status, its reason that
of the ending. From all this hand-overs are derived like any others (`leads/history`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Max

from sameside.connectors import values
from sameside.connectors.batch import Batch
from sameside.connectors.hubspot import rules
from sameside.connectors.hubspot.batches import Further
from sameside.connectors.hubspot.columns import Columns, Dated
from sameside.connectors.hubspot.deals import roles
from sameside.connectors.hubspot.objects import LEAD, LEAD_STAGE, OWNER, ROLE, SOURCE, owner_of, same_id
from sameside.connectors.hubspot.owners import Owners
from sameside.connectors.merging import Merge, Merged
from sameside.connectors.objects import Derived, Field, Join, Key, Object, Reference
from sameside.crm.models import Contact, PipelineStage
from sameside.leads.models import HANDED_OVER, UNOWNED, Lead, LeadStage

Value = str | None
Row = dict[str, Value]
PREFIX = "lead:"
STAGES = {
    "new": "New",
    "attempting": "Attempting",
    "connected": "Connected",
    "qualified": "Qualified",
    "unqualified": "Disqualified",
}
"""The stages that every portal begins with, by the word in their id, and what they are called here."""
_STANDARD = re.compile(r"^(new|attempting|connected|qualified|unqualified)[-_]stage[-_]id(?:_\d+)?$")
_TOLD = frozenset({"status", "source_reason", "ref_owner"})
_MADE_OF = {"status": ("stage",), "source_reason": ("reason",), "ref_owner": ("owner", "owner_id")}
_LEAD = replace(LEAD, fields=(*LEAD.fields, Field("source_reason", (), most=255)))
_OF_CONTACT = ("first_name", "last_name", "email", "phone", "title", "seniority", "department", "lead_source")
_UNTOLD = frozenset({*(each.column for each in LEAD.fields), "ref_company", "ref_contact"} - _TOLD)


def _key(cell: str) -> Value:
    number = rules.record_id(cell)
    return values.short(f"{PREFIX}{number}") if number else None


def lead(found: Columns) -> Object:
    """Each row is a hand-over; the rest of what it says is read beside it (`Leads`)."""
    return Object(
        "LeadObject",
        "leads_leadstage",
        source=SOURCE,
        key=Key(found.of("id"), read=_key, same=same_id, missing="Record ID is empty"),
        deleted=found.of("deleted"),
        fields=(
            Field("at", found.of("created"), "moment"),
            Field("stage", ()),
            Field("raw_stage", found.of("stage"), most=80, helper=True),
            Field("reason", found.of("reason"), most=255, helper=True),
            Field("deal_ids", found.of("deal_ids"), helper=True),
            Field("company_ids", found.of("primary_company_ids", "company_ids"), helper=True, read=rules.first_id),
            *(Field(each.column, (each.header,), "moment", helper=True) for each in found.dated),
        ),
        references=(
            Reference("lead", found.of("contact_ids"), read=rules.first_id, label="contact"),
            owner_of(found),
        ),
        joins=(Join("lead", "leads_lead", "lead", required="the contact is not here"), OWNER),
        derived=(Derived("stage", ("at",), lambda at: HANDED_OVER),),
        targets={"lead_id": "lead.id", "owner_id": "owner.id"},
        required={"at": "Create Date is empty"},
        label="Leads",
    )


class Stages:
    """What the stages of leads are called: the standard ones by their ids, a portal's own as a warehouse tells it."""

    def __init__(self) -> None:
        rows = PipelineStage.objects.filter(source=SOURCE).values_list("external_id", "label")
        self._labels = dict(rows)

    def name(self, told: str) -> str:
        told = told.strip()
        standard = _STANDARD.match(told.casefold())
        return STAGES[standard[1]] if standard else self._labels.get(told, told)[:80]

    def entered(self, each: Dated) -> str:
        return self.name(each.entered.stage_id) if each.entered.stage_id else each.entered.stage[:80]


class Leads:
    """Merges batches of HubSpot's leads, with our leads and the stages that their rows tell of."""

    def __init__(self, found: Columns, *, run_id: int, at: datetime) -> None:
        self.target = lead(found)
        self.dated = found.dated
        self.tells = {column for column, of in _MADE_OF.items() if found.has(*of)}
        self._merge = Merge(self.target, run_id=run_id, at=at)
        self._merge.begin()
        self.new = Further(_LEAD, "leads", run_id=run_id, at=at)
        self.known = Further(_LEAD, "leads", run_id=run_id, at=at, untold=_UNTOLD | (_TOLD - self.tells))
        self.entered = Further(LEAD_STAGE, "stages of leads", run_id=run_id, at=at)
        self.ties = Further(ROLE, "contacts in deals", run_id=run_id, at=at, untold=frozenset({"role", "is_primary"}))
        self._further = (self.new, self.known, self.entered, self.ties)
        self.owners, self.stages = Owners(), Stages()

    def merge(self, batch: Batch) -> Merged:
        if not batch.numbers:
            return Merged()
        columns = batch.columns
        columns["ref_owner"] = self.owners.resolve(columns["ref_owner"])
        columns["stage"] = [HANDED_OVER if (one or "").startswith("=") else UNOWNED for one in columns["ref_owner"]]
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        self._merge_leads([row for row in rows if row["ref_lead"] and row["at"]])
        merged = self._merge.merge(batch)
        self.entered.add([stage for row in rows for stage in self._stages(row)])
        self.ties.add([tie for row in rows for deal in rules.ids(row["deal_ids"]) for tie in _tie(deal, row)])
        return merged

    def _merge_leads(self, rows: Sequence[Row]) -> None:
        """What the newest row of each contact says of our lead of it."""
        newest = _newest(rows)
        known = {one.external_id: one for one in Lead.objects.filter(source=SOURCE, external_id__in=newest)}
        self.known.add([_kept(one) | self._told(number, newest[number]) for number, one in known.items()])
        contacts = Contact.objects.filter(source=SOURCE, external_id__in=newest, merged_into=None)
        contacts = contacts.exclude(external_id__in=known)
        first = _first(rows)
        self.new.add(
            [
                _made(one, first[one.external_id])
                | self._told(one.external_id, newest[one.external_id])
                | {"ref_company": newest[one.external_id]["company_ids"]}
                for one in contacts.select_related("company")
            ]
        )

    def _told(self, number: str, row: Row) -> Row:
        return {
            "external_id": number,
            "status": self.stages.name(row["raw_stage"] or ""),
            "source_reason": words(row["reason"] or ""),
            "ref_owner": row["ref_owner"],
        }

    def _stages(self, row: Row) -> list[Row]:
        """The dates at which it entered its stages; that it was new once, its beginning says."""
        number, contact = row["external_id"] or "", row["ref_lead"]
        told = ((self.stages.entered(each), row[each.column]) for each in self.dated)
        return [
            {"external_id": values.short(f"{number}:{stage}"), "stage": stage, "at": at, "ref_lead": contact}
            for stage, at in told
            if at and contact and stage != STAGES["new"]
        ]

    def end(self) -> None:
        self._merge.end()
        for one in self._further:
            one.end()

    @property
    def notes(self) -> list[str]:
        return [*(note for one in self._further for note in one.notes), *self.owners.notes]


def _tie(deal: str, row: Row) -> list[Row]:
    return roles(deal, [row["ref_lead"]], "") if row["ref_lead"] else []


def words(reason: str) -> str:
    """`NOT_A_GOOD_FIT` as "Not a good fit"; a label stays what it is."""
    text = reason.strip()
    plain = text.replace("_", " ").capitalize() if re.fullmatch(r"[A-Z0-9_]+", text) else text
    return plain[:255]


def worked(contacts: Sequence[Value]) -> frozenset[str]:
    """Those of these contacts of which HubSpot's own leads are known: they say how the lead stands and whose it is."""
    rows = LeadStage.objects.filter(
        source=SOURCE, lead__source=SOURCE, lead__external_id__in=contacts, external_id__startswith=PREFIX
    )
    return frozenset(rows.values_list("lead__external_id", flat=True))


def _newest(rows: Sequence[Row]) -> Mapping[str, Row]:
    """By contact, the row of its newest lead, unless a newer one came in before."""
    newest: dict[str, Row] = {}
    for row in sorted(rows, key=lambda one: one["at"] or ""):
        if row["deleted_in_source"] != "t":
            newest[row["ref_lead"] or ""] = row
    stages = LeadStage.objects.filter(source=SOURCE, external_id__startswith=PREFIX, stage__in=(HANDED_OVER, UNOWNED))
    stages = stages.filter(lead__source=SOURCE, lead__external_id__in=newest, deleted_in_source=False)
    before = dict(stages.values("lead__external_id").annotate(last=Max("at")).values_list("lead__external_id", "last"))
    return {number: row for number, row in newest.items() if _at(row) >= before.get(number, _at(row))}


def _first(rows: Sequence[Row]) -> Mapping[str, Value]:
    found: dict[str, Value] = {}
    for row in sorted(rows, key=lambda one: one["at"] or ""):
        found.setdefault(row["ref_lead"] or "", row["at"])
    return found


def _at(row: Row) -> datetime:
    return datetime.fromisoformat(row["at"] or "")


def _kept(one: Lead) -> Row:
    """What a lead has already and keeps: a row is whole, also where it changes three columns."""
    texts: Row = {each.column: str(getattr(one, each.column) or "") for each in LEAD.fields}
    return texts | {
        "created_at": one.created_at.isoformat(),
        "is_converted": "t" if one.is_converted else "f",
        "converted_on": one.converted_on.isoformat() if one.converted_on else None,
    }


def _made(contact: Contact, began: Value) -> dict[str, Any]:
    """The lead that a contact becomes with the first of HubSpot's leads."""
    company = contact.company
    return {
        **{name: getattr(contact, name) for name in _OF_CONTACT},
        "company_name": company.name if company else "",
        "industry": company.industry if company else "",
        "vertical": company.vertical if company else "",
        "country": company.country if company else "",
        "rating": "",
        "created_at": began,
        "is_converted": "f",
        "converted_on": None,
        "ref_contact": contact.external_id,
    }
