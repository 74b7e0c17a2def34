"""HubSpot contacts become contacts, and leads where marketing handed them over.

A contact is a lead too when its lifecycle stage is lead, marketing qualified lead or sales qualified lead, or when a
date says that it once was: the lead begins on the first of these dates, and is linked to its contact. It was converted
when the contact went on to opportunity or customer. A lead stays a lead when its contact goes back to subscriber.
"""

from datetime import datetime

from sameside.connectors import values
from sameside.connectors.batch import Batch
from sameside.connectors.hubspot import leads as own_leads
from sameside.connectors.hubspot import rules
from sameside.connectors.hubspot.batches import Further, name_companies, told, unsubscribe, untold
from sameside.connectors.hubspot.columns import Columns
from sameside.connectors.hubspot.objects import LEAD, LEAD_STAGE, SOURCE, contact, lifecycle_dates
from sameside.connectors.hubspot.overlap import Later, Layers
from sameside.connectors.hubspot.owners import Owners
from sameside.connectors.hubspot.sourcemerges import SourceMerges
from sameside.connectors.merging import Merged
from sameside.connectors.salesforce import rules as crm_rules
from sameside.identity.models import Kind
from sameside.leads.models import PASSED_ON, Lead

Value = str | None
Row = dict[str, Value]
STAGES = {
    "subscriber": "Subscriber",
    "lead": "Lead",
    "marketingqualifiedlead": "Marketing qualified lead",
    "salesqualifiedlead": "Sales qualified lead",
    "opportunity": "Opportunity",
    "customer": "Customer",
    "evangelist": "Evangelist",
    "other": "Other",
}
_COPIED = ("first_name", "last_name", "email", "phone", "title", "seniority", "department", "lead_source")
_LEAD_COLUMNS = frozenset([*(each.column for each in LEAD.fields), *(f"ref_{each.name}" for each in LEAD.references)])
_FROM_CONTACT = {
    "company_name": "company_name",
    "industry": "industry",
    "vertical": "industry",
    "country": "country",
    "status": "lead_status",
}


class Contacts:
    """Merges batches of contacts, and the leads and companies that their rows tell of."""

    def __init__(self, found: Columns, later: Later, *, run_id: int, at: datetime) -> None:
        self.target = contact(found)
        self.run_id = run_id
        self.at = at
        self.dates = lifecycle_dates(found)
        self.has_numbers = found.has("primary_company_ids", "company_ids")
        self.contacts = Layers(
            self.target,
            run_id=run_id,
            at=at,
            silent=untold(self.target),
            later=later,
            told=lambda found: told(contact(found)),
        )
        self.leads = Further(
            LEAD,
            "leads",
            run_id=run_id,
            at=at,
            untold=_untold_of_leads(found),
            later=later,
            told=lambda found: _LEAD_COLUMNS - _untold_of_leads(found),
        )
        self.stages = Further(LEAD_STAGE, "stages of leads", run_id=run_id, at=at)
        self.owners = Owners()
        self.merges = SourceMerges(Kind.CONTACT, at=at)
        self.companies = self.undated = self.opted_out = 0

    def merge(self, batch: Batch) -> Merged:
        if not batch.numbers:
            return Merged()
        batch.columns["ref_owner"] = self.owners.resolve(batch.columns["ref_owner"])
        self.companies += name_companies(batch, run_id=self.run_id)
        merged = self.contacts.merge(batch)
        rows = [dict(zip(batch.columns, row, strict=True)) for row in zip(*batch.columns.values(), strict=True)]
        self._merge_leads(rows)
        gone = [row["external_id"] or "" for row in rows if row["opted_out"] == "t"]
        self.opted_out += unsubscribe(gone, run_id=self.run_id) if gone else 0
        self.merges.add((row["external_id"] or "", rules.ids(row.get("merged"))) for row in rows)
        return merged

    def _merge_leads(self, rows: list[Row]) -> None:
        numbers = [row["external_id"] for row in rows]
        known = {
            lead.external_id: lead for lead in Lead.objects.filter(source=SOURCE, external_id__in=numbers).iterator()
        }
        worked = own_leads.worked(list(known))
        leads: list[Row] = []
        stages: list[Row] = []
        for row in rows:
            dates = self._dates(row)
            lead = self._lead(row, dates, known.get(row["external_id"] or ""))
            if lead is not None:
                leads.append(
                    lead | _as_worked(known[row["external_id"] or ""]) if row["external_id"] in worked else lead
                )
                stages.extend(_stages(row["external_id"] or "", dates))
                stages.extend(_owned(row))
        self.leads.add(leads)
        self.stages.add(stages)

    def _dates(self, row: Row) -> dict[str, str]:
        """The date of every lifecycle stage that the row has one for; of an old and a new column the new one."""
        return {stage: at for stage, column in self.dates if (at := row[column])}

    def _lead(self, row: Row, dates: dict[str, str], known: Lead | None) -> Row | None:
        began = rules.handed_over(row["lifecycle"] or "", list(dates.items()))
        if began is None and known is None:
            return None
        created = began or (known.created_at.isoformat() if known else row["created_at"])
        if not created:
            self.undated += 1
            return None
        done, when = rules.converted(row["lifecycle"] or "", list(dates.items()))
        if known is not None and known.deal_id is not None:
            done, when = True, when or (known.converted_on.isoformat() if known.converted_on else None)
        lead: Row = {name: row[name] for name in ("external_id", "deleted_in_source", *_COPIED)}
        lead |= {
            "company_name": (row["company_name"] or row["primary_company_names"] or row["company_names"] or "")[:255],
            "industry": row["industry"],
            "vertical": crm_rules.vertical(row["industry"] or ""),
            "country": row["country"],
            "status": row["lead_status"],
            "rating": "",
            "created_at": created,
            "is_converted": "t" if done else "f",
            "converted_on": when[:10] if when else None,
            "ref_owner": row["ref_owner"],
            "ref_company": row["ref_company"] if self.has_numbers else None,
            "ref_contact": row["external_id"],
        }
        return lead

    def end(self) -> None:
        self.contacts.end()
        self.leads.end()
        self.stages.end()

    @property
    def notes(self) -> list[str]:
        notes = [*self.leads.notes, *self.stages.notes, *self.owners.notes, *self.merges.notes]
        if self.companies:
            notes.append(f"{self.companies:,} × company known only by id and name")
        if self.opted_out:
            notes.append(f"{self.opted_out:,} × unsubscribed from all e-mail")
        if self.undated:
            notes.append(f"{self.undated:,} leads by their stage have no date and are contacts only")
        return notes


def _as_worked(known: Lead) -> Row:
    """How a lead stands and whose it is, where HubSpot's own leads say it (`leads.py`)."""
    return {"status": known.status, "ref_owner": f"={known.source_owner_id}" if known.source_owner_id else None}


def _untold_of_leads(found: Columns) -> frozenset[str]:
    """What a file of contacts says nothing about its leads."""
    silent = untold(contact(found))
    leads = {column for column, made_of in _FROM_CONTACT.items() if made_of in silent} - {"company_name"}
    if not found.has("company_name", "company_names", "primary_company_names"):
        leads.add("company_name")
    leads |= {name for name in silent if name in _COPIED or name.startswith("ref_")}
    if not found.dated and not found.has("lifecycle"):
        leads |= {"created_at", "is_converted", "converted_on"}
    return frozenset(leads | {"rating"})


def _owned(row: Row) -> list[Row]:
    """Since when the owner of today has it, where the file says so; who had it before is not told."""
    number, at, owner = row["external_id"] or "", row["owner_assigned"], row["ref_owner"]
    if not at or not (owner or "").startswith("="):
        return []
    name = values.short(f"assigned:{number}:{at[:19]}")
    return [{"external_id": name, "stage": PASSED_ON, "at": at, "ref_lead": number, "ref_owner": owner}]


def _stages(number: str, dates: dict[str, str]) -> list[Row]:
    return [
        {
            "external_id": values.short(f"{number}:{stage}"),
            "stage": STAGES.get(stage, stage)[:80],
            "at": at,
            "ref_lead": number,
        }
        for stage, at in dates.items()
    ]
