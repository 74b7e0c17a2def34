"""The list of conversations: its columns, filters and order."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from sameside.conversations.models import Conversation, Kind
from sameside.conversations.report import vertical_name
from sameside.crm.verticals import NAMES
from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.people.models import Person, Team
from sameside.ui.cells import Badge, Two
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

Rows = QuerySet[Conversation]
NONE = "none"
TONES = {"open": "info", "succeeded": "good", "failed": "bad"}
_KINDS = {kind.value: str(kind.label) for kind in Kind}
_STATES = {state.value: Badge(str(state.label), TONES[state.value]) for state in Conversation.State}
_SHOWN = (
    *("kind", "state", "attempt", "opened_at", "ended_at"),
    *("deal__name", "deal__company__name", "owner__name"),
)


def _is(field: str, *, unknown: Any = None) -> Callable[[Rows, str], Rows]:
    def apply(rows: Rows, value: str) -> Rows:
        return rows.filter(**{field: unknown if value == NONE else value})

    return apply


def day(value: str) -> datetime:
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def _since(rows: Rows, value: str) -> Rows:
    return rows.filter(opened_at__gte=day(value))


def _until(rows: Rows, value: str) -> Rows:
    return rows.filter(opened_at__lt=day(value) + timedelta(days=1))


def _kinds(_person: Person) -> Sequence[Choice]:
    return [Choice(kind.value, kind.label) for kind in Kind]


def _states(_person: Person) -> Sequence[Choice]:
    return [Choice(state.value, state.label) for state in Conversation.State]


def _teams(_person: Person) -> Sequence[Choice]:
    return [*(Choice(str(pk), name) for pk, name in Team.objects.values_list("pk", "name")), Choice(NONE, "No team")]


def _verticals(_person: Person) -> Sequence[Choice]:
    return [*(Choice(name, vertical_name(name)) for name in sorted(NAMES)), Choice(NONE, "Unknown vertical")]


def _owners(person: Person) -> Sequence[Choice]:
    owns = Conversation.objects.filter(owner=OuterRef("pk"))
    people = Person.objects.filter(Exists(owns)).values_list("pk", "name")
    return [Choice(str(pk), "Me" if pk == person.pk else name) for pk, name in people]


def _row(deal_address: str, at: datetime) -> Callable[[Conversation], Mapping[str, Any]]:
    def row(one: Conversation) -> Mapping[str, Any]:
        company = one.deal.company
        return {
            "link": deal_address.format(one.deal_id),
            "deal": Two(one.deal.name, company.name if company else ""),
            "kind": _KINDS[one.kind],
            "state": _STATES[one.state],
            "attempt": one.attempt,
            "opened": one.opened_at,
            "ended": one.ended_at,
            "days": round(((one.ended_at or at) - one.opened_at).total_seconds() / 86400, 1),
            "owner": one.owner.name if one.owner else None,
        }

    return row


def spec(at: datetime) -> ListSpec:
    """The list as of `at`: the days of open conversations run until then."""
    return ListSpec(
        name="conversations",
        columns=(
            Column("deal", "Deal"),
            Column("kind", "Conversation"),
            Column("state", "State"),
            Column("attempt", "Attempt", "number"),
            Column("opened", "Opened", "date"),
            Column("ended", "Ended", "date"),
            Column("days", "Time", "days", "From opened to ended, or until now while open."),
            Column("owner", "Owner"),
        ),
        row=_row(reverse("deals:deal", args=[0]).replace("0", "{}"), at),
        filters=(
            Filter("kind", "Kind", _is("kind"), _kinds),
            Filter("state", "State", _is("state"), _states),
            Filter("team", "Team", _is("owner__team_id"), _teams),
            Filter("vertical", "Vertical", _is("deal__company__vertical", unknown=""), _verticals),
            Filter("owner", "Owner", _is("owner_id"), _owners),
            Filter("since", "Opened from", _since, kind="date"),
            Filter("until", "Opened until", _until, kind="date"),
        ),
        sorts=(Sort("opened", "Opened", Order("opened_at", descending=True)),),
        empty=Empty(
            "messages",
            "No conversations yet",
            "Conversations follow from the stage history of deals. Bring in opportunities with their history, "
            "then see what each stage stands for.",
            reverse("conversations:stages"),
            "See the stages",
        ),
        prefetch=lambda rows: rows.select_related("deal__company", "owner").only(*_SHOWN),
    )
