"""The pages of one company, contact and campaign: a bounded number of rows each, with the way to all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from sameside.crm import adcosts, emailing, lists
from sameside.crm.models import Activity, Campaign, CampaignMember, Company, Contact, Deal, DealContact
from sameside.kit.tables import Column, Table
from sameside.people.models import Person
from sameside.ui.cells import Badge, Two

SHOWN = 8
_COUNTED = 1_000
_LEADS = 100


@dataclass(frozen=True)
class Block:
    """A table of the latest rows, and where all of them are."""

    title: str
    table: Table
    url: str = ""
    url_label: str = ""


def counted(rows: "QuerySet[Any]") -> str:
    """How many rows there are, said exactly up to a thousand: counting them all would cost as much as there are."""
    found = rows.order_by()[: _COUNTED + 1].count()
    return f"{_COUNTED:,}+" if found > _COUNTED else f"{found:,}"


def visible_leads(person: Person) -> "QuerySet[Any]":
    leads: QuerySet[Any] = apps.get_model("leads", "Lead").objects.visible_to(person)
    return leads


def state_badge(deal: Deal) -> Badge:
    if not deal.is_closed:
        return Badge("Open", "info")
    return Badge("Won", "good") if deal.is_won else Badge("Lost", "bad")


def deals_block(rows: "QuerySet[Deal]", query: Mapping[str, Any], shown: int = SHOWN) -> Block:
    link = lists.address("deals:deal")
    columns = (
        Column("name", "Deal"),
        Column("state", "State"),
        Column("amount", "Amount", "money"),
        Column("owner", "Owner"),
        Column("when", "Closed or closes", "date"),
    )
    found = [
        {
            "link": link(deal.pk),
            "name": Two(deal.name, deal.stage),
            "state": state_badge(deal),
            "amount": deal.amount,
            "owner": deal.owner.name if deal.owner else None,
            "when": deal.closed_at or deal.close_on,
        }
        for deal in rows.select_related("owner").order_by("-created_at", "-pk")[:shown]
    ]
    table = Table(columns, found, empty="No deal that you may see.")
    return Block("Deals", table, f"{reverse('deals:list')}?{urlencode(query)}", "All deals")


def leads_block(rows: "QuerySet[Any]", url: str = "") -> Block:
    link = lists.address("leads:lead")
    columns = (Column("name", "Lead"), Column("fate", "What became of it"), Column("at", "Created", "date"))
    tones = {"won": "good", "open": "info", "converted": "info", "lost": "bad", "returned": "warn", "untouched": "warn"}
    found = [
        {
            "link": link(lead.pk),
            "name": Two(str(lead), lead.title),
            "fate": Badge(lead.get_fate_display(), tones.get(lead.fate, "neutral")),
            "at": lead.created_at,
        }
        for lead in rows.order_by("-created_at", "-pk")[:SHOWN]
    ]
    return Block("Leads", Table(columns, found, empty="No lead that you may see."), url, "All leads")


def activities_table(rows: "QuerySet[Activity]", shown: int = SHOWN) -> Table:
    columns = (
        Column("at", "When", "datetime"),
        Column("kind", "Kind"),
        Column("subject", "Subject"),
        Column("who", "With"),
        Column("by", "By"),
    )
    found = [
        activity_row(activity) for activity in rows.select_related("contact", "owner").order_by("-at", "-pk")[:shown]
    ]
    return Table(columns, found, empty="No activity is logged.")


def activity_row(activity: Activity) -> dict[str, Any]:
    return {
        "at": activity.at,
        "kind": Badge(activity.get_kind_display()),
        "subject": activity.subject,
        "who": str(activity.contact) if activity.contact else None,
        "by": activity.owner.name if activity.owner else None,
    }


def company(of: Company, by: Person) -> dict[str, Any]:
    """The company's facts, deals, contacts, leads and latest touches, as far as `by` may see them."""
    contact_link = lists.address("crm:contact")
    contacts = [
        {
            "link": contact_link(contact.pk),
            "name": Two(str(contact), contact.title),
            "seniority": lists.SENIORITIES.get(contact.seniority, contact.seniority),
        }
        for contact in of.contacts.unmerged().order_by("last_name", "pk")[:SHOWN]
    ]
    columns = (Column("name", "Contact"), Column("seniority", "Seniority"))
    touch_columns = [column for column in lists.touches(by).columns if column.key != "by"]
    row = lists.touch_row(by)
    touches = [
        row(touch) for touch in lists.with_names(of.touches.filter(current=True)).order_by("-occurred_at")[:SHOWN]
    ]
    deals = Deal.objects.visible_to(by).filter(company=of)
    return {
        "company": of,
        "vertical": lists.words(of.vertical),
        "figures": [
            ("Deals", counted(deals)),
            ("Won", counted(deals.filter(is_won=True))),
            ("Contacts", counted(of.contacts.unmerged())),
            ("Touches", counted(of.touches.filter(current=True))),
        ],
        "deals": deals_block(deals, {"company": of.pk}),
        "leads": leads_block(visible_leads(by).filter(company=of)),
        "contacts": Block(
            "Contacts",
            Table(columns, contacts, empty="No contact is known."),
            f"{reverse('crm:contacts')}?{urlencode({'company': of.pk})}",
            "All contacts",
        ),
        "touches": Block(
            "Timeline of touches",
            Table(touch_columns, touches, empty="Nothing we did reached this company yet, as far as the data show."),
            reverse("crm:touches", args=[of.pk]),
            "All touches",
        ),
    }


def contact(of: Contact, by: Person) -> dict[str, Any]:
    """The contact's place in deals, the campaigns it was in, and the latest activities with it: as a contact, and as
    the leads it was."""
    leads = visible_leads(by).filter(contact=of).order_by("pk").values_list("pk", flat=True)
    was = Q(contact=of) | Q(lead__in=list(leads[:_LEADS]))
    roles = (
        DealContact.objects.filter(contact=of, deal__in=Deal.objects.visible_to(by), deleted_in_source=False)
        .select_related("deal")
        .order_by("-deal__created_at", "-pk")[:SHOWN]
    )
    # A contact that was merged may have brought a second place in a deal along: the named one counts.
    places_by_deal: dict[int, DealContact] = {}
    for role in roles:
        if role.deal_id not in places_by_deal or (role.role and not places_by_deal[role.deal_id].role):
            places_by_deal[role.deal_id] = role
    deal_link, campaign_link = lists.address("deals:deal"), lists.address("crm:campaign")
    places = [
        {
            "link": deal_link(role.deal_id),
            "deal": Two(role.deal.name, role.deal.stage),
            "role": role.role or None,
            "state": state_badge(role.deal),
            "amount": role.deal.amount,
        }
        for role in places_by_deal.values()
    ]
    memberships = [
        {
            "link": campaign_link(member.campaign_id),
            "campaign": member.campaign.name,
            "channel": lists.channel_badge(member.campaign.channel),
            "status": member.status,
            "at": member.at,
        }
        for member in CampaignMember.objects.filter(was).select_related("campaign").order_by("-at", "-pk")[:SHOWN]
    ]
    place_columns = (
        Column("deal", "Deal"),
        Column("role", "Role in the buying group"),
        Column("state", "State"),
        Column("amount", "Amount", "money"),
    )
    campaign_columns = (
        Column("campaign", "Campaign"),
        Column("channel", "Channel"),
        Column("status", "Status"),
        Column("at", "When", "date"),
    )
    return {
        "contact": of,
        "seniority": lists.SENIORITIES.get(of.seniority, of.seniority),
        "department": lists.words(of.department),
        "blocks": [
            Block("Deals", Table(place_columns, places, empty="In no buying group that you may see.")),
            Block("Campaigns", Table(campaign_columns, memberships, empty="A member of no campaign.")),
            Block("Activities", activities_table(Activity.objects.filter(was, Q(deal=None) | Q(deal__in=_deals(by))))),
        ],
    }


def _deals(by: Person) -> "QuerySet[Deal]":
    return Deal.objects.visible_to(by)


def members(of: Campaign, by: Person) -> "QuerySet[CampaignMember]":
    """The members that `by` may see: every contact, and the leads visible to them."""
    rows = CampaignMember.objects.filter(campaign=of, deleted_in_source=False)
    return rows.filter(Q(lead__isnull=True) | Q(lead__in=visible_leads(by)))


def campaign(of: Campaign) -> dict[str, Any]:
    """The campaign's facts, and the ways to its leads and to what it earned."""
    found = CampaignMember.objects.filter(campaign=of, deleted_in_source=False)
    return {
        "campaign": of,
        "channel": lists.channel_badge(of.channel),
        "figures": [("Members", counted(found)), ("Responded", counted(found.filter(responded=True)))],
        "leads_url": f"{reverse('leads:list')}?{urlencode({'campaign': of.pk})}",
        "funnel_url": reverse("leads:campaign_batch", args=[of.pk]),
        "revenue_url": reverse("attribution:key", args=["campaign", of.pk]),
        "costs": adcosts.of_campaign(of),
        "emails": emailing.of_campaign(of),
    }
