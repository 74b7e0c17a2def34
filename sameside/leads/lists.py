"""The list of leads: its columns, filters and order."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from sameside.crm.lists import from_import
from sameside.crm.models import Campaign
from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.leads.models import Lead
from sameside.people.models import Person, Team
from sameside.ui.cells import Badge, Two
from sameside.ui.formats import hours
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

Rows = QuerySet[Lead]
Fate = Lead.Fate
NONE = "none"
CONVERTED = "converted_all"
TRIED, NEVER = "tried", "never"
MOST = 1_000
TONES = {
    Fate.WAITING: "neutral",
    Fate.UNTOUCHED: "bad",
    Fate.WORKED: "info",
    Fate.RETURNED: "warn",
    Fate.CONVERTED: "info",
    Fate.OPEN: "info",
    Fate.WON: "good",
    Fate.LOST: "neutral",
}
# The index on (lead_source, ...) gives the distinct sources without reading the leads.
_SOURCES = """
WITH RECURSIVE source AS (
  (SELECT lead_source FROM leads_lead ORDER BY lead_source LIMIT 1)
  UNION ALL
  SELECT (SELECT l.lead_source FROM leads_lead l WHERE l.lead_source > s.lead_source ORDER BY l.lead_source LIMIT 1)
  FROM source s WHERE s.lead_source IS NOT NULL
)
SELECT lead_source FROM source WHERE lead_source <> '' LIMIT %s
"""


def badge(lead: Lead) -> Badge:
    return Badge(lead.get_fate_display(), TONES[Fate(lead.fate)])


def _is(field: str, *, unknown: Any = None) -> Callable[[Rows, str], Rows]:
    def apply(rows: Rows, value: str) -> Rows:
        return rows.filter(**{field: unknown if value == NONE else value})

    return apply


def _fate(rows: Rows, value: str) -> Rows:
    if value == CONVERTED:
        return rows.filter(fate__in=(Fate.CONVERTED, Fate.OPEN, Fate.WON, Fate.LOST))
    return rows.filter(fate=value)


def _touch(rows: Rows, value: str) -> Rows:
    handed_over = rows.filter(handed_over_at__isnull=False)
    return handed_over.filter(first_attempt_at__isnull=value == NEVER)


def _from(rows: Rows, value: str) -> Rows:
    return rows.filter(created_at__gte=datetime.fromisoformat(value).replace(tzinfo=UTC))


def _to(rows: Rows, value: str) -> Rows:
    return rows.filter(created_at__lt=datetime.fromisoformat(value).replace(tzinfo=UTC) + timedelta(days=1))


def _fates(_person: Person) -> Sequence[Choice]:
    return [*(Choice(fate.value, fate.label) for fate in Fate), Choice(CONVERTED, "Converted, all")]


def _touches(_person: Person) -> Sequence[Choice]:
    return [Choice(TRIED, "Tried after hand-over"), Choice(NEVER, "Handed over, no attempt")]


def sources(_person: Person) -> Sequence[Choice]:
    with connection.cursor() as cursor:
        cursor.execute(_SOURCES, [MOST])
        return [*(Choice(name, name) for (name,) in cursor.fetchall()), Choice(NONE, "No source")]


def campaigns(_person: Person) -> Sequence[Choice]:
    found = Campaign.objects.order_by("name", "pk").values_list("pk", "name")[:MOST]
    return [*(Choice(str(pk), name) for pk, name in found), Choice(NONE, "No campaign")]


def owners(person: Person) -> Sequence[Choice]:
    people = Person.objects.filter(Exists(Lead.objects.filter(owner=OuterRef("pk")))).values_list("pk", "name")
    return [*(Choice(str(pk), "Me" if pk == person.pk else name) for pk, name in people), Choice(NONE, "Nobody")]


def teams(_person: Person) -> Sequence[Choice]:
    return [*(Choice(str(pk), name) for pk, name in Team.objects.values_list("pk", "name")), Choice(NONE, "No team")]


def hours_to_touch(lead: Lead) -> float | None:
    """From the hand-over to the first attempt; None when one of them is missing."""
    if lead.handed_over_at is None or lead.first_attempt_at is None:
        return None
    return (lead.first_attempt_at - lead.handed_over_at).total_seconds() / 3600


def _first_touch(lead: Lead) -> str | None:
    if lead.handed_over_at is None:
        return None
    taken = hours_to_touch(lead)
    return "none" if taken is None else f"after {hours(taken)}"


def _row(address: str) -> Callable[[Lead], Mapping[str, Any]]:
    def row(lead: Lead) -> Mapping[str, Any]:
        return {
            "link": address.format(lead.pk),
            "lead": Two(str(lead), " · ".join(filter(None, (lead.title, lead.company_name)))),
            "fate": badge(lead),
            "source": lead.lead_source,
            "campaign": lead.campaign.name if lead.campaign else None,
            "owner": lead.owner.name if lead.owner else None,
            "created": lead.created_at,
            "touch": _first_touch(lead),
            "won": lead.won_amount,
        }

    return row


READ = (
    "first_name", "last_name", "email", "title", "company_name", "fate", "lead_source", "created_at", "handed_over_at",
    "first_attempt_at", "won_amount", "campaign__name", "owner__name",
)  # fmt: skip
"""What is read of a lead for its row."""


def spec() -> ListSpec:
    return ListSpec(
        name="leads",
        columns=(
            Column("lead", "Lead"),
            Column("fate", "What became of it"),
            Column("source", "Source"),
            Column("campaign", "First campaign"),
            Column("owner", "Owner"),
            Column("created", "Created", "date"),
            Column("touch", "First touch"),
            Column("won", "Won", "money"),
        ),
        row=_row(reverse("leads:lead", args=[0]).replace("0", "{}")),
        filters=(
            Filter("fate", "Fate", _fate, _fates),
            Filter("source", "Source", _is("lead_source", unknown=""), sources),
            Filter("campaign", "First campaign", _is("campaign_id"), campaigns),
            Filter("owner", "Owner", _is("owner_id"), owners),
            Filter("team", "Team", _is("owner__team_id"), teams),
            Filter("touch", "First touch", _touch, _touches),
            Filter("created_from", "Created from", _from, kind="date"),
            Filter("created_to", "Created to", _to, kind="date"),
            from_import(),
        ),
        sorts=(
            Sort("created", "Created", Order("created_at", descending=True)),
            Sort("won", "Won", Order("won_amount", descending=True, nullable=True)),
        ),
        empty=Empty(
            "user-plus",
            "No leads yet",
            "Leads appear here after they are brought in from the CRM, with their campaigns and activities.",
            reverse("connectors:runs"),
            "Open imports",
            "see_imports",
        ),
        prefetch=lambda rows: rows.select_related("campaign", "owner").only(*READ),
    )
