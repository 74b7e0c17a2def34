"""The list of hand-overs: where every figure about them leads.

A figure opens it with `address(**cohort.filters(), **{"is": key})`: `is` narrows it to what a measure counts, by the
measure's own rule, so that a figure and its list cannot differ.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils.http import urlencode

from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.leads import lists
from sameside.leads.agreement import terms
from sameside.leads.agreement.force import terms_of
from sameside.leads.cohorts import NONE
from sameside.leads.measures import ALL, BY_KEY, ROWS
from sameside.leads.models import Agreement, HandOver, Reason
from sameside.leads.passing import score_then
from sameside.people.models import Person
from sameside.ui.cells import Badge, Two
from sameside.ui.formats import hours, moment
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

Rows = QuerySet[HandOver]
Outcome = HandOver.Outcome
OPEN = "open"
TONES = {
    Outcome.RETURNED: "warn",
    Outcome.DISQUALIFIED: "neutral",
    Outcome.RECYCLED: "warn",
    Outcome.CONVERTED: "good",
    Outcome.REASSIGNED: "neutral",
    Outcome.WITHDRAWN: "neutral",
}
ENDS = {outcome.value: Badge(str(outcome.label), tone) for outcome, tone in TONES.items()}


def address(**filters: Any) -> str:
    """The list narrowed by `filters`; those without a value are left out."""
    chosen = {key: value for key, value in filters.items() if value not in (None, "")}
    return f"{reverse('leads:handovers')}?{urlencode(chosen)}"


ENDED_AS = {
    **{outcome.value: outcome for outcome in (Outcome.RETURNED, Outcome.DISQUALIFIED, Outcome.RECYCLED)},
    **dict.fromkeys(("converted", "opportunity", "decided", "won", "lost"), Outcome.CONVERTED),
}
"""The outcome that a measure implies: said beside it, an index finds the few that have it."""
ENDED = ("refused", "ended", "ended_with_reason")
"""Measures that imply an end of whatever kind: said beside them, an index leaves out what is open, the newest."""
OVER = {
    "accept_late": "accept_due_at",
    "attempt_late": "attempt_due_at",
    "persist_late": "persist_due_at",
    "persist_kept": "persist_due_at",
    "end_late": "end_due_at",
}
"""Measures that imply that a time is over: said beside them, the newest are left out before anything is looked up."""


def counted(rows: Rows, key: str, *, at: datetime) -> Rows:
    """Those of `rows` that the measure counts."""
    if key in ENDED_AS:
        rows = rows.filter(outcome=ENDED_AS[key])
    elif key in ENDED:
        rows = rows.filter(ended_at__isnull=False)
    elif key in OVER:
        rows = rows.filter(**{f"{OVER[key]}__lt": at})
    statement = f"SELECT m.id FROM ({ROWS}) m WHERE {BY_KEY[key].sql}"
    return rows.filter(pk__in=RawSQL(statement.replace("%(at)s", "%s"), [at] * statement.count("%(at)s")))  # noqa: S611


def shown(person: Person) -> Rows:
    """What the list begins with: as in every figure, leads that were merged or deleted are left out."""
    return HandOver.objects.visible_to(person).filter(lead__merged_into=None, lead__deleted_in_source=False)


def state(handover: HandOver) -> Badge:
    if handover.outcome:
        return ENDS[handover.outcome]
    if handover.paused_at:
        return Badge("Waits for the buyer", "neutral")
    return Badge("Accepted", "info") if handover.accepted_at else Badge("Not answered yet", "neutral")


def segment_names() -> dict[str, str]:
    """What the segments of all versions are called, the newest name first."""
    found: dict[str, str] = {}
    for agreement in Agreement.objects.only("number", "digest").order_by("-number"):
        for key, name in terms.names(terms_of(agreement)).items():
            found.setdefault(key, name)
    return found


def _is(field: str, *, unknown: Any = None) -> Callable[[Rows, str], Rows]:
    return lambda rows, value: rows.filter(**{field: unknown if value == NONE else value})


_OF_CAMPAIGN = """
SELECT unnest(ARRAY(
  SELECT h.id FROM leads_handover h JOIN leads_lead l ON l.id = h.lead_id WHERE l.campaign_id = %s
))
"""


def _campaign(rows: Rows, value: str) -> Rows:
    """Read from the leads of the campaign: going back through all hand-overs, an old one would come late."""
    if value == NONE:
        return rows.filter(lead__campaign__isnull=True)
    return rows.filter(pk__in=RawSQL(_OF_CAMPAIGN, [value]))  # noqa: S611


def _outcome(rows: Rows, value: str) -> Rows:
    return rows.open() if value == OPEN else rows.filter(outcome=value)  # type: ignore[attr-defined]


def _besides(rows: Rows, value: str) -> Rows:
    """Without the leads of these segments: those that a promise for all other leads is about."""
    return rows.exclude(segment__in=[key for key in value.split(",") if key])


def _from(rows: Rows, value: str) -> Rows:
    return rows.filter(at__gte=datetime.fromisoformat(value).replace(tzinfo=UTC))


def _to(rows: Rows, value: str) -> Rows:
    return rows.filter(at__lt=datetime.fromisoformat(value).replace(tzinfo=UTC) + timedelta(days=1))


def _owners(person: Person) -> Sequence[Choice]:
    people = Person.objects.filter(Exists(HandOver.objects.filter(owner=OuterRef("pk")))).values_list("pk", "name")
    return [Choice(str(pk), "Me" if pk == person.pk else name) for pk, name in people]


def _segments(_person: Person) -> Sequence[Choice]:
    return [*(Choice(key, name) for key, name in segment_names().items()), Choice(NONE, "No segment")]


def _reasons(_person: Person) -> Sequence[Choice]:
    return [*(Choice(str(one.pk), one.label) for one in Reason.objects.all()), Choice(NONE, "No reason")]


def _outcomes(_person: Person) -> Sequence[Choice]:
    return [Choice(OPEN, "Still open"), *(Choice(one.value, one.label) for one in Outcome)]


def _measures(_person: Person) -> Sequence[Choice]:
    return [Choice(one.key, one.label) for one in ALL if one.key != "passed"]


def _derived(_person: Person) -> Sequence[Choice]:
    return [Choice("yes", "Derived from imports"), Choice("no", "Handed over here")]


def _after(seconds: int | None) -> str | None:
    return None if seconds is None else f"after {hours(seconds / 3600)}"


def _reason(handover: HandOver) -> Two | None:
    why = handover.reason.label if handover.reason else handover.source_reason
    return Two(why or "No reason", handover.said) if handover.ended_at and (why or handover.said) else None


READ = (
    "lead", "derived", "segment", "owner", "at", "score", "accepted_at", "accepted_after", "attempts", "paused_at",
    "ended_at", "outcome", "said", "source_reason", "lead__first_name", "lead__last_name", "lead__email",
    "lead__title", "lead__company_name", "lead__lead_source", "lead__campaign__name", "owner__name", "reason__label",
)  # fmt: skip
"""What is read of a hand-over for its row."""


def _row(handover: HandOver, link: Callable[[int], str], names: Mapping[str, str]) -> Mapping[str, Any]:
    lead, derived = handover.lead, "derived from an import" if handover.derived else ""
    return {
        "link": link(handover.lead_id),
        "lead": Two(str(lead), " · ".join(filter(None, (lead.title, lead.company_name)))),
        "state": state(handover),
        "owner": Two(handover.owner.name, names.get(handover.segment, handover.segment)),
        "at": Two(moment(handover.at), ", ".join(filter(None, (derived, score_then(handover)))).capitalize()),
        "source": Two(lead.lead_source or "No source", lead.campaign.name if lead.campaign else ""),
        "accepted": _after(handover.accepted_after) if handover.accepted_at else None,
        "attempts": handover.attempts,
        "reason": _reason(handover),
    }


def spec(*, at: datetime) -> ListSpec:
    """`at`: what is due by then is due."""
    names = segment_names()
    pattern = reverse("leads:lead", args=[0])
    before, after = pattern.rsplit("0", 1)
    return ListSpec(
        name="hand-overs",
        columns=(
            Column("lead", "Lead"),
            Column("state", "Now"),
            Column("owner", "Owner and segment"),
            Column("at", "Handed over"),
            Column("source", "Source and campaign"),
            Column("accepted", "Accepted"),
            Column("attempts", "Attempts", "number"),
            Column("reason", "Why it ended"),
        ),
        row=lambda one: _row(one, lambda pk: f"{before}{pk}{after}", names),
        filters=(
            Filter("is", "Counts as", lambda rows, value: counted(rows, value, at=at), _measures),
            Filter("outcome", "Outcome", _outcome, _outcomes),
            Filter("reason", "Reason", _is("reason_id"), _reasons),
            Filter("owner", "Owner", _is("owner_id"), _owners),
            Filter("team", "Team", _is("owner__team_id"), lists.teams),
            Filter("segment", "Segment", _is("segment", unknown=""), _segments),
            Filter("besides", "Without the segments", _besides, kind="hidden"),
            Filter("source", "Source", _is("lead__lead_source", unknown=""), lists.sources),
            Filter("campaign", "First campaign", _campaign, lists.campaigns),
            Filter("derived", "Origin", lambda rows, value: rows.filter(derived=value == "yes"), _derived),
            Filter("from", "Handed over from", _from, kind="date"),
            Filter("to", "Handed over to", _to, kind="date"),
            Filter("status", "Status in the import", _is("source_reason"), kind="hidden"),
        ),
        sorts=(Sort("at", "Handed over", Order("at", descending=True)),),
        empty=Empty(
            "user-check",
            "No hand-overs yet",
            "A hand-over begins when marketing passes a lead to a person of sales: from the lead's page, or by the "
            "routes as soon as it qualifies. Those of before come with the owners and activities of an import.",
            reverse("leads:list"),
            "Choose a lead to hand over",
            "hand_over_leads",
        ),
        prefetch=lambda rows: rows.select_related("lead__campaign", "owner", "reason").only(*READ),
    )
