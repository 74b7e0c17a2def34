"""From a mapping to what every connector reads: the columns of a table here, its references, and how a row is known.

Rows of all targets are found again by the id that the mapping names, in the namespace of its source. Without one, a
person is known by the e-mail address, a company by its domain, else by its name, and such keys share one namespace:
the same person in two lists is one.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from sameside.connectors.objects import Census, Derived, Join, Key, Object
from sameside.connectors.salesforce import rules
from sameside.connectors.table import reading
from sameside.connectors.table.making import Maker, first
from sameside.connectors.table.mapping import NATURAL, TableSpec
from sameside.connectors.values import Value

_COMPANY_OF = "(SELECT company_id FROM {} WHERE id = {}.id)"
_CREATED = {"created_at": "COALESCE(s.created_at, %(at)s)"}
_FIRST_CREATED = {"created_at": "LEAST(t.created_at, EXCLUDED.created_at)"}
_NO_KEY = "Nothing in the row tells who or what it is"


def _companies(make: Maker) -> Object:
    make.field("name", most=255)
    make.field("domain", most=255, read=rules.domain)
    make.field("industry", most=120)
    make.field("country", most=80)
    make.field("employees", kind="whole")
    make.field("annual_revenue", kind="amount")
    make.field("phone", most=60)
    make.field("created_at", kind="moment")
    make.owner()
    make.derived += [
        Derived("vertical", ("industry",), rules.vertical),
        Derived("language", ("country",), rules.language),
    ]
    key = Key((), of=("domain", "name"), rule=reading.company_key, missing=_NO_KEY)
    return _made(make, "crm_company", key, required={"name": "The name is empty"})


def _people(make: Maker) -> None:
    spanish = make.spec.spanish
    make.field("full_name", most=300, helper=True)
    make.field("first_name", most=120)
    make.field("last_name", most=160)
    make.field("email", most=254, read=reading.email)
    make.field("phone", most=60)
    make.field("title", most=255)
    make.field("lead_source", most=80)
    make.field("created_at", kind="moment")
    make.owner()
    first = reading.first_name_spanish if spanish else reading.first_name
    last = reading.last_name_spanish if spanish else reading.last_name
    make.derived += [
        Derived("first_name", ("first_name", "full_name"), first),
        Derived("last_name", ("last_name", "full_name"), last),
    ]


def _contacts(make: Maker) -> Object:
    _people(make)
    make.field("department", "given_department", most=255, helper=True)
    make.field("company_name", "company_key", most=255, helper=True)
    make.derived += [
        Derived("seniority", ("title",), rules.seniority),
        Derived("department", ("title", "given_department"), rules.department),
    ]
    company = first(make.company())
    if company:
        make.targets["company_id"] = company
    of = ("email", "first_name", "last_name", "full_name", "company_key", "phone", "title")
    return _made(make, "crm_contact", Key((), of=of, rule=reading.person_key, missing=_NO_KEY))


def _leads(make: Maker) -> Object:
    _people(make)
    make.field("company_name", most=255)
    make.field("industry", most=120)
    make.field("country", most=80)
    make.field("status", most=120)
    make.field("rating", most=40)
    make.field("is_converted", kind="boolean")
    make.field("converted_on", kind="day")
    make.derived += [
        Derived("seniority", ("title",), rules.seniority),
        Derived("department", ("title",), rules.department),
        Derived("vertical", ("industry",), rules.vertical),
        Derived("is_converted", ("is_converted",), reading.no),
    ]
    make.targets |= _CREATED
    of = ("email", "first_name", "last_name", "full_name", "company_name", "phone", "title")
    key = Key((), of=of, rule=reading.person_key, missing=_NO_KEY)
    constants = {"fate": "'waiting'", "attempts": "0"}
    return _made(make, "leads_lead", key, constants=constants, kept=_FIRST_CREATED)


def _deals(make: Maker) -> Object:
    make.field("name", most=255)
    make.field("stage", "given_stage", most=120, helper=True)
    make.field("status", most=120, helper=True)
    make.field("amount", "amount_given", kind="amount")
    make.field("currency", most=3)
    make.field("probability", kind="percentage")
    make.field("kind", most=80)
    make.field("lead_source", most=80)
    make.field("created_at", kind="moment")
    make.field("close_on", kind="day")
    make.field("lost_reason", most=255)
    make.field("next_step", most=255)
    make.field("company_name", "company_key", most=255, helper=True)
    make.owner()
    company = first(make.company())
    if company:
        make.targets["company_id"] = company
    campaign = make.lookup("campaign_id", "campaign_name", "crm_campaign", "campaign")
    if campaign:
        make.targets["campaign_id"] = campaign
    make.derived += [
        Derived("is_won", ("status", "given_stage"), reading.is_won),
        Derived("is_closed", ("status", "given_stage"), reading.is_closed),
        Derived("stage", ("given_stage", "status"), reading.stage),
        Derived("closed_at", ("is_closed", "close_on", "created_at", "created_at"), rules.closed_at),
    ]
    make.targets |= _CREATED
    make.targets["closed_at"] = "CASE WHEN s.is_closed THEN COALESCE(s.closed_at, s.created_at, %(at)s) END"
    still = "t.is_closed AND EXCLUDED.is_closed AND t.close_on IS NOT DISTINCT FROM EXCLUDED.close_on"
    kept = {**_FIRST_CREATED, "closed_at": f"CASE WHEN {still} THEN t.closed_at ELSE EXCLUDED.closed_at END"}
    key = Key((), of=("name", "company_key"), rule=_keyed("deal"), missing=_NO_KEY)
    required = {"name": "The name is empty", "stage": "The stage is empty"}
    return _made(make, "crm_deal", key, kept=kept, required=required)


def _stage_changes(make: Maker) -> Object:
    make.field("stage", most=120)
    make.field("at", kind="moment")
    make.field("amount", "amount_given", kind="amount")
    make.field("probability", kind="percentage")
    make.field("close_on", kind="day")
    make.owner("by_id")
    make.targets["deal_id"] = make.lookup("deal_id", "deal_name", "crm_deal", "deal", "the deal is not here")
    of = tuple(f"ref_{each.name}" for each in make.references if each.name.startswith("deal"))
    key = Key((), of=(*of, "stage", "at"), rule=_keyed("change"), missing=_NO_KEY)
    required = {"stage": "The stage is empty", "at": "The time is empty"}
    return _made(make, "crm_stagechange", key, constants={"inferred": "false"}, required=required)


def _campaigns(make: Maker) -> Object:
    make.field("name", most=255)
    make.field("kind", most=80)
    make.field("status", most=60)
    make.field("starts_on", kind="day")
    make.field("ends_on", kind="day")
    make.field("budgeted_cost", "budgeted_cost_given", kind="amount")
    make.field("actual_cost", "actual_cost_given", kind="amount")
    make.field("created_at", kind="moment")
    make.owner()
    if make.refer("parent", "parent"):
        make.joins.append(Join("parent", "crm_campaign", "parent", on=make.by_id))
        make.targets["parent_id"] = "parent.id"
    make.derived.append(Derived("channel", ("kind", "name"), rules.channel))
    key = Key((), of=("name",), rule=_keyed("campaign"), missing=_NO_KEY)
    made = _made(make, "crm_campaign", key, required={"name": "The name is empty"})
    return replace(made, refers_to_itself="parent_id" in make.targets)


def _members(make: Maker) -> Object:
    make.field("status", most=80)
    make.field("responded", kind="boolean")
    make.field("at", kind="moment")
    campaign = make.lookup("campaign_id", "campaign_name", "crm_campaign", "campaign", "the campaign is not here")
    contact, lead = make.person()
    make.targets |= {"campaign_id": campaign, "at": "COALESCE(s.at, %(at)s)"}
    make.targets |= {name: sql for name, sql in (("contact_id", contact), ("lead_id", lead)) if sql}
    make.derived.append(Derived("responded", ("responded",), reading.no))
    of = tuple(f"ref_{each.name}" for each in make.references)
    key = Key((), of=of, rule=_keyed("member"), missing=_NO_KEY)
    return _made(make, "crm_campaignmember", key, kept={"at": "LEAST(t.at, EXCLUDED.at)"})


def _activities(make: Maker) -> Object:
    make.field("kind", "given_kind", most=120, helper=True)
    make.field("subject", most=255)
    make.field("body")
    make.field("at", kind="moment")
    make.field("is_done", kind="boolean", read=reading.is_done)
    make.owner()
    company = make.company()
    contact, lead = make.person()
    deal = make.lookup("deal_id", "deal_name", "crm_deal", "deal")
    make.targets |= {name: sql for name, sql in (("contact_id", contact), ("lead_id", lead), ("deal_id", deal)) if sql}
    through = [f"{alias}.id" for alias in company]
    tables = {"deal": "crm_deal", "contact": "crm_contact", "lead": "leads_lead"}
    for join in make.joins:
        table = tables.get(join.alias.split("_by_")[0])
        through += [_COMPANY_OF.format(table, join.alias)] if table else []
    if through:
        make.targets["company_id"] = f"COALESCE({', '.join(through)})"
    make.derived += [
        Derived("kind", ("given_kind", "given_kind", "subject"), rules.task_kind),
        Derived("is_done", ("is_done",), reading.done),
    ]
    told = tuple(f"ref_{each.name}" for each in make.references if each.name != "owner")
    key = Key((), of=("at", "subject", "body", *told), rule=_keyed("activity"), numbered=True, missing=_NO_KEY)
    return _made(make, "crm_activity", key, required={"at": "The time is empty"})


def _keyed(kind: Literal["deal", "change", "campaign", "member", "activity"]) -> Callable[..., Value]:
    return lambda *parts: reading.key(kind, *parts)


_RECIPES: dict[str, Callable[[Maker], Object]] = {
    "companies": _companies,
    "contacts": _contacts,
    "leads": _leads,
    "deals": _deals,
    "stage_changes": _stage_changes,
    "campaigns": _campaigns,
    "members": _members,
    "activities": _activities,
}


def _made(
    make: Maker,
    table: str,
    key: Key,
    *,
    constants: dict[str, str] | None = None,
    kept: dict[str, str] | None = None,
    required: dict[str, str] | None = None,
) -> Object:
    told = next((each.column for each in make.fields if each.headers), make.fields[0].column)
    make.constants(told)
    ids = make.headers("id")
    return Object(
        make.spec.target,
        table,
        tuple(make.fields),
        make.source if ids else NATURAL,
        Key(ids) if ids else key,
        tuple(make.references),
        tuple(make.joins),
        tuple(make.derived),
        make.targets,
        constants or {},
        kept or {},
        required or {},
        deleted=(),
        label=make.spec.kind.label,
        census=Census() if ids and make.source != NATURAL and table != "crm_stagechange" else None,
    )


def build(spec: TableSpec) -> Object:
    """What a table is read as. Raises `MappingRefused` when something that is needed is not mapped."""
    spec.check()
    return _RECIPES[spec.target](Maker(spec))
