"""From a mapping to what every connector reads: the columns of a table here, its references, and how a row is known.

Rows of all targets are found again by the id that the mapping names, in the namespace of its source. Without one, a
person is known by the e-mail address, a company by its domain, else by its name, and such keys share one namespace:
the same person in two lists is one.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from sameside.connectors import values
from sameside.connectors.objects import Derived, Field, Join, Key, Kind, Object, Reference, plain
from sameside.connectors.salesforce import rules
from sameside.connectors.table import reading
from sameside.connectors.table.mapping import NATURAL, MappingRefused, TableSpec, source_named
from sameside.connectors.values import Value

_COMPANY_OF = "(SELECT company_id FROM {} WHERE id = {}.id)"
_CREATED = {"created_at": "COALESCE(s.created_at, %(at)s)"}
_FIRST_CREATED = {"created_at": "LEAST(t.created_at, EXCLUDED.created_at)"}
_NO_KEY = "Nothing in the row tells who or what it is"


class Maker:
    """Collects the parts of the object while a target's recipe is followed."""

    def __init__(self, spec: TableSpec) -> None:
        self.spec = spec
        self.fields: list[Field] = []
        self.derived: list[Derived] = []
        self.references: list[Reference] = []
        self.joins: list[Join] = []
        self.targets: dict[str, str] = {}
        self.source = source_named(spec.source)
        self.by_id = f"{{alias}}.source = '{self.source}' AND {{alias}}.external_id = {{ref}}"
        self._constants: list[tuple[str, str]] = []

    def headers(self, name: str) -> tuple[str, ...]:
        return tuple(plain(header) for header in self.spec.headers(name)) if name in self.spec.kind.by_name else ()

    def has(self, name: str) -> bool:
        return bool(self.headers(name)) or name in self.spec.constants

    def field(
        self,
        name: str,
        column: str = "",
        kind: Kind = "text",
        *,
        most: int = 0,
        helper: bool = False,
        read: Callable[[str], Value] | None = None,
    ) -> None:
        """The field `name` of the mapping fills `column`, from all columns that are mapped to it."""
        column = column or name
        label = self.spec.kind.by_name[name].label if name in self.spec.kind.by_name else column
        words = self.spec.words(name)
        if words:
            read = reading.said_as(read or _reader(kind, most), words)
        headers = self.headers(name)
        together = self.spec.kind.by_name[name].joins if name in self.spec.kind.by_name else False
        if together and len(headers) > 1:
            parts = [f"{column}_{place}" for place in range(len(headers))]
            for part, header in zip(parts, headers, strict=True):
                self.fields.append(Field(part, (header,), kind, most, helper=True, read=read, label=label))
            self.fields.append(Field(column, (), kind, most, helper, label=label))
            self.derived.append(Derived(column, tuple(parts), reading.joined))
        else:
            self.fields.append(Field(column, headers, kind, most, helper, read, label))
        if name in self.spec.constants:
            self._constants.append((column, self.spec.constants[name]))

    def refer(self, name: str, reference: str, read: Callable[[str], Value] = reading.one_id) -> bool:
        """A reference from the columns that are mapped to `name`; False when there are none."""
        headers = self.headers(name)
        if headers:
            self.references.append(Reference(reference, headers, read=read, label=self.spec.kind.by_name[name].label))
        return bool(headers)

    def owner(self, column: str = "owner_id") -> None:
        if self.refer("owner", "owner", reading.owner):
            test = "lower({alias}.email) = {ref} OR lower({alias}.name) = {ref}"
            self.joins.append(Join("owner", "people_person", "owner", on=test, unique=True))
            self.targets[column] = "owner.id"

    def company(self) -> list[str]:
        """The aliases under which the row's company is found: by id, else by domain, else by name."""
        aliases = []
        if self.refer("company_id", "company_id"):
            self.joins.append(Join("company_by_id", "crm_company", "company_id", on=self.by_id))
            aliases.append("company_by_id")
        by_domain = self.refer("company_domain", "company_domain", _domain)
        if self.refer("company_name", "company", reading.named):
            test = "upper({alias}.name) = upper({ref})"
            self.joins.append(Join("company_by_name", "crm_company", "company", on=test, unique=True))
            aliases.append("company_by_name")
            if by_domain:
                test = "{alias}.domain = s.ref_company_domain"
                self.joins.append(Join("company_by_domain", "crm_company", "company", on=test, unique=True))
                aliases.insert(len(aliases) - 1, "company_by_domain")
        elif by_domain:
            test = "{alias}.domain = {ref}"
            self.joins.append(Join("company_by_domain", "crm_company", "company_domain", on=test, unique=True))
            aliases.append("company_by_domain")
        return aliases

    def lookup(self, id_field: str, name_field: str, table: str, alias: str, required: str = "") -> str:
        """SQL for the id of the row named by id, else by its exact name if only one has it; empty when neither."""
        found = []
        both = bool(self.headers(id_field) and self.headers(name_field))
        if self.refer(id_field, f"{alias}_id"):
            found.append(f"{alias}_by_id")
            self.joins.append(Join(f"{alias}_by_id", table, f"{alias}_id", "" if both else required, on=self.by_id))
        if self.refer(name_field, alias, reading.named):
            found.append(f"{alias}_by_name")
            test = "upper({alias}.name) = upper({ref})"
            self.joins.append(Join(f"{alias}_by_name", table, alias, "" if both else required, on=test, unique=True))
        return _first(found)

    def person(self) -> tuple[str, str]:
        """SQL for the contact and for the lead that a row names by id or by e-mail address."""
        contacts, leads = [], []
        if self.refer("contact_id", "contact_id"):
            self.joins.append(Join("contact_by_id", "crm_contact", "contact_id", on=self.by_id))
            contacts.append("contact_by_id")
        if self.refer("lead_id", "lead_id"):
            self.joins.append(Join("lead_by_id", "leads_lead", "lead_id", on=self.by_id))
            leads.append("lead_by_id")
        if self.refer("email", "person", reading.email):
            for alias, table, found in (
                ("contact_by_email", "crm_contact", contacts),
                ("lead_by_email", "leads_lead", leads),
            ):
                self.joins.append(Join(alias, table, "person", on="{alias}.email = {ref}", unique=True))
                found.append(alias)
        return _first(contacts), _first(leads)

    def constants(self, told: str) -> None:
        """Fields that are the same in every row; `told` is a column that is read of each of them."""
        for column, value in self._constants:
            each = next(each for each in self.fields if each.column == column)
            try:
                said = (each.read or _reader(each.kind, each.most))(value)
            except ValueError as problem:
                raise MappingRefused(f"{each.label}: {problem}.") from problem
            self.derived.insert(0, Derived(column, (told,), _always(said)))


def _first(aliases: list[str]) -> str:
    if not aliases:
        return ""
    ids = [f"{alias}.id" for alias in aliases]
    return ids[0] if len(ids) == 1 else f"COALESCE({', '.join(ids)})"


def _always(value: Value) -> Callable[..., Value]:
    return lambda *_: value


def _domain(cell: str) -> Value:
    return rules.domain(cell) or None


def _reader(kind: Kind, most: int) -> Callable[[str], Value]:
    days = values.Days()
    readers: dict[str, Callable[[str], Value]] = {
        "moment": days.moment,
        "day": days.day,
        "amount": values.amount,
        "percentage": values.percentage,
        "whole": values.whole,
        "boolean": values.boolean,
    }
    return readers.get(kind) or values.Text(most)


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
    company = _first(make.company())
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
    company = _first(make.company())
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
    )


def build(spec: TableSpec) -> Object:
    """What a table is read as. Raises `MappingRefused` when something that is needed is not mapped."""
    spec.check()
    return _RECIPES[spec.target](Maker(spec))
