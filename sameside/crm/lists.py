"""The lists of companies, contacts, campaigns, members and touches."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from sameside.crm.channels import CHANNELS, PAID
from sameside.crm.models import CampaignMember, Contact, Touch
from sameside.crm.verticals import NAMES
from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.people.models import Person
from sameside.ui.cells import Badge, Two
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

SENIORITIES = {
    "c-level": "C-level",
    "vp": "Vice president",
    "director": "Director",
    "manager": "Manager",
    "staff": "Staff",
}


def _none_yet(icon: str, what: str, how: str) -> Empty:
    return Empty(icon, f"No {what} yet", how, reverse("connectors:runs"), "Open imports", "see_imports")


def words(value: str) -> str:
    """A facet value as a person would write it: `public-sector` → Public sector."""
    return value.upper() if value in _ABBREVIATED else value.replace("-", " ").replace("_", " ").capitalize()


_ABBREVIATED = frozenset({"it", "hr"})


def address(name: str) -> Callable[[int | None], str]:
    """What turns an id into the address `name`, computed once for a whole list."""
    pattern = reverse(name, args=[0])
    before, after = pattern.rsplit("0", 1)
    return lambda pk: f"{before}{pk}{after}" if pk else ""


def begins(field: str, value: str) -> Mapping[str, str]:
    return {f"{field}__istartswith": value}


def verticals(_person: Person) -> Sequence[Choice]:
    return [Choice(name, words(name)) for name in NAMES]


def owners(_person: Person) -> Sequence[Choice]:
    """Everybody of the sales teams; the list of a company of hundreds of sellers stays a list."""
    found = Person.objects.filter(is_active=True).exclude(team=None, role="").order_by("name")[:500]
    return [Choice(str(person.pk), person.name) for person in found]


def _text(label: str, field: str, key: str = "q") -> Filter:
    return Filter(key, label, lambda rows, value: rows.filter(**begins(field, value)), kind="text")


def _equal(key: str, label: str, field: str, choices: Callable[[Any], Sequence[Choice]]) -> Filter:
    return Filter(key, label, lambda rows, value: rows.filter(**{field: value}), choices)


def from_import() -> Filter:
    """The rows that an import run created or changed; the page of the run leads here."""

    def narrow(rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        run = _number(value)
        return rows.filter(Q(created_by_run=run) | Q(changed_by_run=run))

    return Filter("import", "Brought in by", narrow, kind="hidden", describe=lambda value: f"import {value}")


def companies() -> ListSpec:
    link = address("crm:company")
    return ListSpec(
        name="companies",
        columns=(
            Column("name", "Company"),
            Column("vertical", "Vertical"),
            Column("country", "Country"),
            Column("employees", "Employees", "number"),
            Column("revenue", "Annual revenue", "money"),
            Column("owner", "Owner"),
        ),
        row=lambda company: {
            "link": link(company.pk),
            "name": Two(company.name, company.domain),
            "vertical": words(company.vertical) or company.industry,
            "country": company.country,
            "employees": company.employees,
            "revenue": company.annual_revenue,
            "owner": company.owner.name if company.owner else None,
        },
        filters=(
            _text("Name begins with", "name"),
            _equal("vertical", "Vertical", "vertical", verticals),
            _equal("owner", "Owner", "owner", owners),
            from_import(),
        ),
        sorts=(Sort("name", "Name", Order("name")), Sort("newest", "Newest", Order("id", descending=True))),
        prefetch=lambda rows: rows.select_related("owner"),
        empty=_none_yet("building", "companies", "They come with the CRM's accounts (Account.csv)."),
    )


def contacts() -> ListSpec:
    link = address("crm:contact")

    def row(contact: Contact) -> Mapping[str, Any]:
        return {
            "link": link(contact.pk),
            "last_name": Two(str(contact), contact.email if contact.email != str(contact) else ""),
            "title": contact.title,
            "seniority": SENIORITIES.get(contact.seniority, contact.seniority),
            "department": words(contact.department),
            "company": contact.company.name if contact.company else None,
        }

    return ListSpec(
        name="contacts",
        columns=(
            Column("last_name", "Contact"),
            Column("title", "Title"),
            Column("seniority", "Seniority"),
            Column("department", "Department"),
            Column("company", "Company"),
        ),
        row=row,
        filters=(
            _text("Last name begins with", "last_name"),
            _equal("seniority", "Seniority", "seniority", lambda _: [Choice(*pair) for pair in SENIORITIES.items()]),
            Filter("company", "Company", lambda rows, value: rows.filter(company=_number(value)), kind="hidden"),
            from_import(),
        ),
        sorts=(Sort("last_name", "Name", Order("last_name")), Sort("newest", "Newest", Order("id", descending=True))),
        prefetch=lambda rows: rows.select_related("company"),
        empty=_none_yet("address-book", "contacts", "They come with the CRM's contacts (Contact.csv)."),
    )


def _number(value: str) -> int:
    """An id from the address; what is no number matches nothing."""
    return int(value) if value.isdecimal() and len(value) < 19 else 0


def campaigns() -> ListSpec:
    link = address("crm:campaign")
    return ListSpec(
        name="campaigns",
        columns=(
            Column("name", "Campaign"),
            Column("channel", "Channel"),
            Column("status", "Status"),
            Column("starts_on", "Starts", "date"),
            Column("ends_on", "Ends", "date"),
            Column("budget", "Budget", "money"),
            Column("cost", "Actual cost", "money"),
        ),
        row=lambda campaign: {
            "link": link(campaign.pk),
            "name": Two(campaign.name, campaign.kind),
            "channel": channel_badge(campaign.channel),
            "status": campaign.status,
            "starts_on": campaign.starts_on,
            "ends_on": campaign.ends_on,
            "budget": campaign.budgeted_cost,
            "cost": campaign.actual_cost,
        },
        filters=(
            _text("Name begins with", "name"),
            _equal("channel", "Channel", "channel", lambda _: [Choice(*pair) for pair in CHANNELS.items()]),
            _equal("owner", "Owner", "owner", owners),
            from_import(),
        ),
        sorts=(
            Sort("starts_on", "Latest start", Order("starts_on", descending=True, nullable=True)),
            Sort("name", "Name", Order("name")),
            Sort("cost", "Actual cost", Order("actual_cost", descending=True, nullable=True)),
        ),
        empty=_none_yet("speakerphone", "campaigns", "They come with the CRM's campaigns (Campaign.csv)."),
    )


def channel_badge(channel: str) -> Badge:
    return Badge(CHANNELS.get(channel, channel), "info" if channel in PAID else "neutral")


def members() -> ListSpec:
    contact_link, lead_link = address("crm:contact"), address("leads:lead")

    def row(member: CampaignMember) -> Mapping[str, Any]:
        who = member.contact or member.lead
        return {
            "link": contact_link(member.contact_id) or lead_link(member.lead_id),
            "who": Two(str(who), who.title) if who else "Somebody no longer known",
            "kind": Badge("Contact", "good") if member.contact else Badge("Lead"),
            "status": member.status,
            "responded": Badge("Responded", "good") if member.responded else None,
            "at": member.at,
        }

    return ListSpec(
        name="campaign-members",
        columns=(
            Column("who", "Member"),
            Column("kind", "Known as"),
            Column("status", "Status"),
            Column("responded", "Response"),
            Column("at", "When", "date"),
        ),
        row=row,
        filters=(Filter("responded", "Response", _responded, lambda _: _RESPONSES),),
        sorts=(Sort("at", "Latest", Order("at", descending=True)),),
        prefetch=lambda rows: rows.select_related("contact", "lead"),
        empty=_none_yet("users", "members", "They come with the CRM's campaign members (CampaignMember.csv)."),
    )


_RESPONSES = (Choice("yes", "Responded"), Choice("no", "Not yet"))


def _responded(rows: "QuerySet[CampaignMember]", value: str) -> "QuerySet[CampaignMember]":
    return rows.filter(responded=value == "yes")


def touches(person: Person) -> ListSpec:
    return ListSpec(
        name="touches",
        columns=(
            Column("at", "When", "datetime"),
            Column("channel", "Channel"),
            Column("what", "What"),
            Column("who", "Whom it reached"),
            Column("by", "By"),
        ),
        row=touch_row(person),
        filters=(_equal("channel", "Channel", "channel", lambda _: [Choice(*pair) for pair in CHANNELS.items()]),),
        sorts=(Sort("at", "Latest", Order("occurred_at", descending=True)),),
        prefetch=with_names,
        empty=_none_yet("timeline", "touches", "They come from campaign responses, activities and shared content."),
    )


def with_names(rows: "QuerySet[Touch]") -> "QuerySet[Touch]":
    return rows.select_related("campaign", "asset", "contact", "person")


def touch_row(person: Person) -> Callable[[Touch], Mapping[str, Any]]:
    """One line of a company's timeline. A lead is not named: not everybody who sees the company may see its leads."""
    campaign_link = address("crm:campaign")

    def row(touch: Touch) -> Mapping[str, Any]:
        about = touch.campaign or (touch.asset.named_for(person) if touch.asset else None)
        return {
            "link": campaign_link(touch.campaign_id),
            "at": touch.occurred_at,
            "channel": channel_badge(touch.channel),
            "what": str(about) if about else None,
            "who": str(touch.contact) if touch.contact else "A lead" if touch.lead_id else None,
            "by": touch.person.name if touch.person else None,
        }

    return row
