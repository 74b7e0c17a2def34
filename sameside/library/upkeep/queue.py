"""The review queue: content whose date comes near or has passed, that has no date, or for which nobody answers.

What nobody ever verified is a list beside it: intake gives it a date, until which it need not be looked at.

What matters most comes first: what is used, and what open deals need, as the last computation of the content truth
found them (`weighing.py`). Beside each asset stand both numbers; the uses of what has expired are counted when they are
asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any

from django.db.models import Case, Count, F, FilteredRelation, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone

from sameside.kit import bounded
from sameside.kit.bounded import BoundedCounts
from sameside.kit.paging import Order
from sameside.kit.prepared import place
from sameside.kit.tables import Column
from sameside.library import report
from sameside.library.facets import FORMATS
from sameside.library.models import USED, Asset, Sight, Usage
from sameside.library.shelf_chips import address
from sameside.library.truth import count
from sameside.library.upkeep import validity
from sameside.library.upkeep.queue_rows import row_html
from sameside.people.models import Person
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

Status = Asset.Status
STATES = {
    "overdue": "Overdue",
    "soon": "Due soon",
    "undated": "Without date",
    "nobody": "Without owner",
    "never": "Never verified",
}
NEEDED = (
    "title",
    "slug",
    "status",
    "format",
    "path",
    "thumbnail",
    "verified_until",
    "verified_at",
    "review_weight",
    "owner__name",
)


@dataclass(frozen=True)
class Segment:
    """`count` as `BoundedCounts` has it."""

    label: str
    count: int
    url: str
    is_on: bool

    @property
    def said(self) -> str:
        return bounded.said(self.count)


def states(today: date) -> Mapping[str, Q]:
    """The assets in each state of the queue; an asset may be in two."""
    return states_between(today, today + validity.SOON)


def states_between(today: Any, soon: Any) -> Mapping[str, Q]:
    """The same, where both days are told."""
    return {
        "overdue": Q(verified_until__lt=today),
        "soon": Q(verified_until__gte=today, verified_until__lte=soon),
        "undated": Q(verified_until=None),
        "nobody": Q(owner=None),
        "never": Q(verified_at=None),
    }


def _due(state: Mapping[str, Q]) -> Q:
    return state["overdue"] | state["soon"] | state["undated"] | state["nobody"]


def due(today: date) -> Q:
    """What is in the queue."""
    return _due(states(today))


def answerable(person: Person | Sight) -> "QuerySet[Asset]":
    """What somebody should answer for: in the library, expired ones too, as long as they are assets of their own."""
    return Asset.objects.visible_to(person).filter(status__in=(Status.ACTIVE, Status.EXPIRED), continued_by=None)


def waiting(person: Person, today: date) -> "QuerySet[Asset]":
    """Everything in the queue."""
    return answerable(person).filter(due(today))


def rows(person: Person, at: datetime, chosen: str = "") -> "QuerySet[Asset]":
    """The queue, or the `chosen` one of its states, with what each asset's place in it depends on."""
    today = timezone.localdate(at)
    by_default = report.read({})
    used = Usage.objects.filter(
        asset=OuterRef("pk"), action__in=USED, at__gt=at - timedelta(days=by_default["window"]), at__lte=at
    )
    number = used.order_by().values("asset").annotate(number=Count("pk")).values("number")
    verdict = FilteredRelation(
        "verdicts", condition=Q(verdicts__window=by_default["window"], verdicts__k=by_default["k"])
    )
    return (
        answerable(person)
        .filter(states(today)[chosen] if chosen in STATES else due(today))
        .annotate(verdict=verdict)
        .annotate(
            uses=Case(
                When(status=Status.EXPIRED, then=Coalesce(Subquery(number), 0)),
                default=Coalesce(F("verdict__uses"), 0),
                output_field=IntegerField(),
            ),
            open_deals=Coalesce(F("verdict__open_deals"), 0),
        )
        .select_related("owner")
        .only(*NEEDED)
    )


def segments(query: QueryDict, person: Person, at: datetime) -> Sequence[Segment]:
    """The states with how many assets are in each, under the choice of whose they are."""
    whose, chosen = query.get("whose", ""), query.get("state", "")
    numbers = _counted(person, at, whose)
    clean = query.copy()
    clean.pop("decided", None)
    first = Segment("Due", numbers["all"], address(clean, state=""), chosen not in STATES)
    return [
        first,
        *(Segment(label, numbers[name], address(clean, state=name), chosen == name) for name, label in STATES.items()),
    ]


def _counted(person: Person, at: datetime, whose: str) -> Mapping[str, int]:
    """How many assets are in the queue (`all`) and in each state."""
    today = timezone.localdate(at)
    count = _counts(Sight.of(person), whose, has_team=person.team_id is not None)
    counted = count(today=today, soon=today + validity.SOON, person=person.pk, team=person.team_id)
    return dict(zip(("all", *STATES), counted, strict=True))


@lru_cache(maxsize=256)
def _counts(sight: Sight, whose: str, *, has_team: bool) -> BoundedCounts:
    state = states_between(place("today"), place("soon"))
    found = _whose(answerable(sight), whose, place("person"), place("team") if has_team else None)
    asked = (_due(state), *(state[name] for name in STATES))
    return BoundedCounts(*(found.filter(one) for one in asked))


def _whose(found: "QuerySet[Asset]", whose: str, person: Any, team: Any) -> "QuerySet[Asset]":
    """Who is in no team is their own."""
    if whose == "team" and team:
        return found.filter(owner__team=team)
    return found.filter(owner=person) if whose in ("mine", "team") else found


def spec(person: Person, at: datetime) -> ListSpec:
    today, window = timezone.localdate(at), report.read({})["window"]
    return ListSpec(
        name="reviews",
        columns=(
            Column("title", "Title"),
            Column("owner", "Owner"),
            Column("verified_until", "Verified until", "date"),
            Column("state", "State"),
            Column("uses", f"Uses in {window} days", "number"),
            Column("open_deals", "Open deals in its facets", "number"),
            Column("format", "Format"),
            Column("path", "Found at"),
            Column("slug", "Link"),
        ),
        row=lambda asset: _row(asset, today, window),
        filters=(
            Filter(
                "state", "State", lambda found, value: _narrowed(found, value, today), kind="hidden", describe=_label
            ),
            Filter(
                "whose",
                "Whose",
                lambda found, value: _whose(found, value, person, person.team_id),
                choices=lambda _: [Choice("mine", "Mine"), Choice("team", "My team's")],
            ),
            Filter("title", "Title or folder", lambda found, value: found.filter(_named(value)), kind="text"),
        ),
        sorts=(
            Sort("weight", "What matters most", Order("review_weight", descending=True)),
            Sort("verified_until", "Soonest date", Order("verified_until", nullable=True)),
            Sort("title", "Title", Order("title")),
        ),
        size=25,
        empty=Empty(
            icon="checks",
            title="Everything is verified",
            text="Content waits here from 30 days before its date on, without a date, and when nobody answers for it.",
            action_url="/library/",
            action_label="To the library",
        ),
    )


def _label(value: str) -> str:
    return STATES.get(value, "Due")


def _narrowed(found: "QuerySet[Asset]", value: str, today: date) -> "QuerySet[Asset]":
    return found.filter(states(today)[value]) if value in STATES else found


def _named(words: str) -> Q:
    return Q(title__icontains=words) | Q(path__icontains=words)


def _row(asset: Any, today: date, window: int) -> Mapping[str, Any]:
    url = f"/library/{asset.slug}/"
    sentence, tone = validity.in_words(asset, today)
    needed = count(asset.open_deals, "open deal")
    row = {
        "link": url,
        "title": asset.title,
        "slug": asset.slug,
        "owner": asset.owner.name if asset.owner else "",
        "verified_until": asset.verified_until,
        "state": sentence,
        "tone": tone or "neutral",
        "uses": asset.uses,
        "open_deals": asset.open_deals,
        "format": FORMATS.get(asset.format, asset.format),
        "path": asset.path,
        "thumbnail": f"{url}thumbnail/" if asset.thumbnail else "",
        "why": f"{count(asset.uses, 'use')} in {window} days · {needed} in its facets",
        "replace": f"{url}replacement/",
    }
    return {**row, "html": partial(row_html, asset.pk, row)}
