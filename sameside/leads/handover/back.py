"""Marketing's queue: what sales returned or recycled and nobody has taken up, with the reason and the sentence."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.http import QueryDict

from sameside.crm.models import Campaign
from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.leads.models import HandOver, Lead, Reason, Recycling
from sameside.people.models import Person
from sameside.people.roles import Role
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

Rows = QuerySet[Recycling]
COUNTED = 1_000
"""Groups are counted over the newest so many rows, which the page says where there may be more."""
SHOWN = 6
NONE = "none"
MOST = 1_000


def waiting(person: Person) -> "QuerySet[Recycling]":
    rows = Recycling.objects.filter(taken_up_at=None, undone_at=None)
    return rows if sees_all(person) else rows.filter(lead__in=Lead.objects.visible_to(person))


def sees_all(person: Person) -> bool:
    """Whoever takes up what comes back sees every lead; merged ones went with what they were merged into."""
    return person.role in (Role.MARKETER, Role.ADMIN)


@dataclass(frozen=True)
class Group:
    label: str
    count: int
    url: str
    is_on: bool


@dataclass(frozen=True)
class Grouping:
    label: str
    groups: Sequence[Group]
    more: int


_GROUPED = """
SELECT CASE 0 WHEN grouping(its_reason) THEN 'reason' WHEN grouping(its_campaign) THEN 'campaign' ELSE 'source' END,
    its_reason, (SELECT label FROM leads_reason WHERE id = its_reason),
    its_campaign, (SELECT name FROM crm_campaign WHERE id = its_campaign), its_source, its_source, count(*)
FROM ({rows}) newest GROUP BY GROUPING SETS ((its_reason), (its_campaign), (its_source))
"""


def groupings(person: Person, query: QueryDict) -> tuple[Sequence[Grouping], bool]:
    """How many wait by reason, campaign and source, and whether only the newest were counted."""
    columns = {"reason": F("handover__reason_id"), "campaign": F("lead__campaign_id"), "source": F("lead__lead_source")}
    newest = waiting(person).order_by("-came_at", "-pk").values(**{f"its_{key}": one for key, one in columns.items()})
    counted = _counted(newest[:COUNTED])
    made = (("Reason", "No reason given"), ("Campaign", "No campaign"), ("Source", "No source"))
    is_cut = counted["source"].total() == COUNTED
    return [_grouping(label, counted[label.lower()], none, query) for label, none in made], is_cut


def _counted(newest: "QuerySet[Any]") -> dict[str, Counter[Any]]:
    """How often each reason, campaign and source is there, by what an address calls it and by its name."""
    inner, given = newest.query.sql_with_params()
    found: dict[str, Counter[Any]] = {"reason": Counter(), "campaign": Counter(), "source": Counter()}
    with connection.cursor() as cursor:
        cursor.execute(_GROUPED.format(rows=inner), given)
        for key, *parts, count in cursor:
            of = list(found).index(key) * 2
            found[key][parts[of], parts[of + 1]] = count
    return found


def _grouping(label: str, counted: Counter[Any], none: str, query: QueryDict) -> Grouping:
    key, groups = label.lower(), []
    for (value, name), count in counted.most_common(SHOWN):
        text = str(value) if value else NONE
        is_on = query.get(key) == text
        groups.append(Group(name or none, count, _address(query, key, "" if is_on else text), is_on))
    return Grouping(label, groups, max(0, len(counted) - SHOWN))


def _address(query: QueryDict, key: str, value: str) -> str:
    changed = query.copy()
    for name in ("after", "before", "done", key):
        changed.pop(name, None)
    if value:
        changed[key] = value
    return f"?{changed.urlencode()}"


def _is(field: str, *, unknown: Any = None) -> Callable[[Rows, str], Rows]:
    def apply(rows: Rows, value: str) -> Rows:
        return rows.filter(**{field: unknown if value == NONE else value})

    return apply


def _came(rows: Rows, value: str) -> Rows:
    return rows.filter(handover__outcome=value)


def _reasons(_person: Person) -> Sequence[Choice]:
    found = Reason.objects.values_list("pk", "label")
    return [*(Choice(str(pk), label) for pk, label in found), Choice(NONE, "No reason given")]


def _campaigns(_person: Person) -> Sequence[Choice]:
    found = Campaign.objects.order_by("name", "pk").values_list("pk", "name")[:MOST]
    return [*(Choice(str(pk), name) for pk, name in found), Choice(NONE, "No campaign")]


def _ways(_person: Person) -> Sequence[Choice]:
    outcomes = (HandOver.Outcome.RETURNED, HandOver.Outcome.RECYCLED)
    return [Choice(outcome.value, str(outcome.label)) for outcome in outcomes]


def _whose(person: Person) -> Callable[[Rows, str], Rows]:
    return lambda rows, _value: rows.filter(lead__campaign__owner=person)


READ = (
    "lead", "handover", "came_at", "return_on", "revived_at", "lead__first_name", "lead__last_name", "lead__email",
    "lead__title", "lead__company_name", "lead__lead_source", "lead__campaign__name", "handover__outcome",
    "handover__source_reason", "handover__said", "handover__attempts", "handover__derived",
    "handover__reason__label", "handover__owner__name",
)  # fmt: skip
"""What is read of one that came back for its row."""


def _row(one: Recycling) -> Mapping[str, Any]:
    lead, handover = one.lead, one.handover
    return {
        "link": f"/leads/{lead.pk}/",
        "lead": str(lead),
        "about": " · ".join(part for part in (lead.title, lead.company_name) if part),
        "way": handover.get_outcome_display(),
        "reason": handover.reason.label if handover.reason else handover.source_reason or "No reason given",
        "said": handover.said,
        "owner": handover.owner.name,
        "campaign": lead.campaign.name if lead.campaign else "",
        "source": lead.lead_source,
        "came": one.came_at,
        "return_on": one.return_on,
        "revived": one.revived_at is not None,
        "put_right": one.revived_at if one.return_on is None else None,
        "attempts": handover.attempts,
        "derived": handover.derived,
    }


def spec(person: Person) -> ListSpec:
    return ListSpec(
        name="returned-leads",
        columns=(
            Column("lead", "Lead"),
            Column("way", "How it came back"),
            Column("reason", "Reason"),
            Column("said", "In their words"),
            Column("owner", "From"),
            Column("campaign", "Campaign"),
            Column("source", "Source"),
            Column("came", "Came back", "date"),
            Column("return_on", "Sales asked for it again on", "date"),
            Column("attempts", "Attempts", "number"),
        ),
        row=_row,
        filters=(
            Filter("way", "Came back", _came, _ways),
            Filter("reason", "Reason", _is("handover__reason_id"), _reasons),
            Filter("campaign", "Campaign", _is("lead__campaign_id"), _campaigns),
            Filter("whose", "Whose", _whose(person), lambda _p: [Choice("mine", "My campaigns")]),
            Filter("source", "Source", _is("lead__lead_source", unknown=""), kind="hidden"),
        ),
        sorts=(Sort("came", "Came back", Order("came_at", descending=True)),),
        empty=Empty(
            "inbox",
            "Nothing came back",
            "When sales returns or recycles a lead, it waits here with the reason and what they said.",
        ),
        prefetch=lambda rows: rows.select_related(
            "lead__campaign", "handover__reason", "handover__owner"
        ).only(*READ),
        size=30,
    )  # fmt: skip


def takers() -> Sequence[tuple[int, str]]:
    """To whom a lead may be handed again."""
    who = Person.objects.who_may_sign_in().filter(role__in=(Role.SELLER, Role.SUCCESS)).order_by("name", "pk")
    return list(who.values_list("pk", "name"))


def by_pk(person: Person, pk: int) -> Recycling | None:
    seen = Recycling.objects.filter(pk=pk).select_related("lead", "handover__reason", "handover__owner")
    return seen.filter(lead__in=Lead.objects.visible_to(person)).first()
