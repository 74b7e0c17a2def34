"""A lead becomes a contact of a company, with a deal if there is one, all at once or not at all.

Nothing is moved away: the lead stays with what happened to it, and its activities, memberships and touches show with
the contact and the company as well. Who is here already is taken, not made again; two who convert at once wait for each
other. A conversion can be undone while nothing depends on what it made.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from sameside.crm import likeness, references
from sameside.crm.models import Company, Contact, Deal, DealContact, StageChange, Touch
from sameside.leads import matches
from sameside.leads.models import Conversion, Lead
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import Refused

SOURCE = "sameside"
_LOCK = 7_361_010  # any constant: one conversion after the other, so that none makes what another is making
_COLUMNS = ("company_id", "contact_id", "deal_id", "is_converted", "converted_on", "fate", "won_amount")
# Derived of a deal, and gone with it.
_DERIVED = frozenset({"conversations_conversation", "attribution_credit", "crm_stagechange", "library_assetverdict"})
_OWN = frozenset({"leads_conversion"})


@dataclass(frozen=True)
class NewDeal:
    name: str
    stage: str
    amount: Decimal | None = None
    close_on: date | None = None


def check_can_convert(by: Person, lead: Lead) -> None:
    policies.check(by, "convert_leads")
    if not Lead.objects.visible_to(by).filter(pk=lead.pk).exists():
        raise Refused("This lead is not among those that you see.")
    if lead.is_converted:
        on = f" on {lead.converted_on:%-d %B %Y}" if lead.converted_on else ""
        raise Refused(f"{lead} was converted{on} already.")
    if not (lead.first_name or lead.last_name or lead.email):
        raise Refused("A lead without name and address cannot become a contact.")


@transaction.atomic
def convert(
    lead: Lead,
    *,
    company: Company | None = None,
    contact: Contact | None = None,
    deal: Deal | NewDeal | None = None,
    role: str = "",
    by: Person,
    at: datetime,
) -> Conversion:
    """Convert `lead`. Without `company` or `contact`, the one that is certainly the same is taken, else one is made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    check_can_convert(by, lead)
    done = Conversion(lead=lead, by=by, at=at, before={column: _plain(getattr(lead, column)) for column in _COLUMNS})
    contact = contact or matches.same_contact(lead)
    done.company = company or (contact.company if contact else None) or matches.same_company(lead) or _company(done)
    done.contact = contact or _contact(done)
    if contact is not None and contact.company is None:
        done.before["contact_company"] = None
        Contact.objects.filter(pk=contact.pk).update(company=done.company)
    done.deal = _deal(done, deal) if isinstance(deal, NewDeal) else deal
    done.role = _role(done, role)
    _mark(lead, done)
    done.touch_ids = _place_touches(lead, done.company)
    done.save()
    audit.record("lead.converted", by=by, at=at, subject=f"Lead:{lead.pk}", details={"made": done.made})
    return done


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def _company(done: Conversion) -> Company | None:
    lead = done.lead
    domain = likeness.own_domain(lead.email)
    name = lead.company_name if likeness.employer(lead.company_name) else domain
    if not name:
        return None
    done.made.append("company")
    return Company.objects.create(
        source=SOURCE, external_id=_key(done), name=name, domain=domain, industry=lead.industry,
        vertical=lead.vertical, country=lead.country, owner=lead.owner, created_at=done.at,
    )  # fmt: skip


def _contact(done: Conversion) -> Contact:
    lead = done.lead
    done.made.append("contact")
    return Contact.objects.create(
        source=SOURCE, external_id=_key(done), company=done.company, first_name=lead.first_name,
        last_name=lead.last_name, email=lead.email, phone=lead.phone, title=lead.title, seniority=lead.seniority,
        department=lead.department, lead_source=lead.lead_source, owner=lead.owner, created_at=done.at,
    )  # fmt: skip


def _deal(done: Conversion, new: NewDeal) -> Deal:
    lead = done.lead
    done.made.append("deal")
    deal = Deal.objects.create(
        source=SOURCE, external_id=_key(done), company=done.company, name=new.name, stage=new.stage,
        amount=new.amount, amount_given=new.amount, close_on=new.close_on, created_at=done.at,
        lead_source=lead.lead_source, campaign=lead.campaign, owner=lead.owner or done.by,
    )  # fmt: skip
    StageChange.objects.create(
        source=SOURCE, external_id=_key(done), deal=deal, stage=new.stage, at=done.at, amount=new.amount, by=done.by
    )
    return deal


def _role(done: Conversion, role: str) -> DealContact | None:
    """The contact's place in the buying group, unless it has one."""
    if done.deal is None or done.contact is None:
        return None
    if DealContact.objects.filter(deal=done.deal, contact=done.contact, deleted_in_source=False).exists():
        return None
    return DealContact.objects.create(
        source=SOURCE, external_id=_key(done), deal=done.deal, contact=done.contact, role=role[:80],
        is_primary="deal" in done.made,
    )  # fmt: skip


def _key(done: Conversion) -> str:
    """A lead may be converted again after its conversion was undone."""
    return f"lead-{done.lead.pk}-{done.at.astimezone(UTC):%Y%m%d%H%M%S%f}"


def _mark(lead: Lead, done: Conversion) -> None:
    lead.company, lead.contact, lead.deal = done.company or lead.company, done.contact, done.deal
    lead.is_converted, lead.converted_on = True, done.at.astimezone(UTC).date()
    lead.fate, lead.won_amount = Lead.Fate.CONVERTED, None
    if done.deal is not None:
        ended = Lead.Fate.WON if done.deal.is_won else Lead.Fate.LOST
        lead.fate = ended if done.deal.is_closed else Lead.Fate.OPEN
        lead.won_amount = done.deal.amount if done.deal.is_won else None
    lead.save(update_fields=list(_COLUMNS))


def _place_touches(lead: Lead, company: Company | None) -> list[int]:
    """Touches of the lead that know no company are the company's from now on."""
    if company is None:
        return []
    found = Touch.objects.filter(lead=lead, company=None, current=True)
    ids = list(found.values_list("pk", flat=True))
    Touch.objects.filter(pk__in=ids).update(company=company)
    return ids


@transaction.atomic
def undo(done: Conversion, *, by: Person, at: datetime) -> Conversion:
    """Take a conversion back: the lead says what it said before, and what was made for it is gone."""
    policies.check(by, "convert_leads")
    done = Conversion.objects.select_for_update(of=("self",)).get(pk=done.pk)
    if done.undone_at is not None:
        raise Refused(f"This conversion was undone on {done.undone_at:%-d %B %Y} already.")
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=done.lead_id)
    _give_back(lead, done)
    made = {name: getattr(done, name) for name in ("deal", "contact", "company") if name in done.made}
    role = done.role
    done.undone_at, done.undone_by = at, by
    done.deal = done.contact = done.company = done.role = None
    done.save()
    if role is not None:
        role.delete()
    for name, record in made.items():
        if record is not None:
            _check_nothing_depends(name, record)
            record.delete()
    audit.record("lead.unconverted", by=by, at=at, subject=f"Lead:{lead.pk}")
    return done


def _give_back(lead: Lead, done: Conversion) -> None:
    for column in _COLUMNS:
        field = Lead._meta.get_field(column.removesuffix("_id"))
        setattr(lead, column, field.to_python(done.before[column]))  # type: ignore[union-attr]
    lead.save(update_fields=list(_COLUMNS))
    if "contact_company" in done.before and done.contact is not None:
        Contact.objects.filter(pk=done.contact.pk, company=done.company).update(company=None)
    with references.moving():
        Touch.objects.filter(pk__in=done.touch_ids, company=done.company).update(company=None)


def _check_nothing_depends(name: str, record: Company | Contact | Deal) -> None:
    if record.source != SOURCE or getattr(record, "merged_into_id", None) is not None:
        raise Refused(f"The {name} {record} has been merged since; undo that merge first.")
    found = references.counts(type(record), record.pk, leave_out=_DERIVED | _OWN)
    if found:
        words = ", ".join(f"{number} {label}" for label, number in found.items())
        raise Refused(f"The {name} {record} has {words} by now, so the conversion stays.")


def hold(*, run_id: int | None) -> int:
    """An import of leads whose source knows nothing of their conversion does not take it back. Returns how many leads
    were set again."""
    taken = Conversion.objects.filter(undone_at=None, lead__is_converted=False).select_related("deal", "lead")
    if run_id is not None:
        taken = taken.filter(lead__changed_by_run=run_id)
    found = list(taken)
    for done in found:
        _mark(done.lead, done)
    return len(found)
