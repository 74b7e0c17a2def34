"""The plays as a list for their reader; and the content that people open but never use, with what would help."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.library import report
from sameside.library.models import Asset, AssetVerdict, Play, PlayRead, Sight
from sameside.library.plays import reading, writing
from sameside.library.plays.reading import LABELS, State
from sameside.library.truth import count
from sameside.people import roles
from sameside.people.models import Person
from sameside.people.policies import can
from sameside.ui.cells import Badge
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

LEAST_OPENERS = 3
"""So many persons have opened an asset that nobody used, before a play is proposed for it."""


def plays(person: Person) -> "QuerySet[Play]":
    """The plays of what is in the library for `person`."""
    current = Asset.objects.visible_to(person).current()
    mine = PlayRead.objects.filter(person=person).order_by("-at", "-pk")
    return (
        Play.objects.filter(asset__in=current)
        .select_related("asset")
        .prefetch_related(Prefetch("reads", queryset=mine, to_attr="mine"))
    )


def _in_state(found: "QuerySet[Play]", value: str, person: Person) -> "QuerySet[Play]":
    ever = PlayRead.objects.filter(play=OuterRef("pk"), person=person)
    this = ever.filter(edition=OuterRef("edition"))
    known = Q(Exists(this.filter(is_right=True))) | Q(Exists(this), question="")
    return {
        State.UNREAD: lambda: found.exclude(Exists(ever)),
        State.CHANGED: lambda: found.filter(Exists(ever)).exclude(Exists(this)),
        State.READ: lambda: found.filter(Exists(this)).exclude(known),
        State.KNOWN: lambda: found.filter(known),
    }[State(value)]()


def _who_writes(person: Person) -> str:
    if can(person, "edit_library"):
        return "Open an asset and press “Write a play”."
    return f"{roles.in_words('edit_library').capitalize()} write them on the asset's page."


def spec(person: Person) -> ListSpec:
    return ListSpec(
        name="plays",
        columns=(
            Column("title", "Play for"),
            Column("state", "You"),
            Column("minutes", "Length"),
            Column("asks", "Question"),
            Column("edition", "Edition", "number"),
            Column("updated_at", "Written", "date"),
        ),
        row=_row,
        filters=(
            Filter(
                "state",
                "You",
                lambda found, value: _in_state(found, value, person),
                choices=lambda _: [Choice(state.value, LABELS[state][0]) for state in State],
            ),
            Filter("title", "Title", lambda found, value: found.filter(asset__title__icontains=value), kind="text"),
        ),
        sorts=(
            Sort("updated_at", "Newest", Order("updated_at", descending=True)),
            Sort("title", "Title", Order("asset__title")),
        ),
        empty=Empty(
            icon="school",
            title="No play is written yet",
            text=f"A play says how to use an asset: when, for whom, and what to say. {_who_writes(person)}",
            action_url="/library/",
            action_label="To the library",
        ),
    )


def _row(play: Any) -> Mapping[str, Any]:
    known = reading.judge(play, play.mine)
    return {
        "link": f"/library/{play.asset.slug}/play/",
        "title": play.asset.title,
        "state": Badge(*LABELS[known.state]),
        "minutes": writing.length(writing.text_of(play).words),
        "asks": "Yes" if play.question else "No",
        "edition": play.edition,
        "updated_at": play.updated_at,
    }


def opened_only(person: Person | Sight, judged: Mapping[str, Any] | None = None) -> "QuerySet[AssetVerdict]":
    """What at least `LEAST_OPENERS` persons opened in the window of the content truth, and nobody used.

    `judged`: the window and k of the verdicts, the organisation's when it is not told.
    """
    by_default = judged or report.read({})
    readers = (
        PlayRead.objects.filter(play__asset=OuterRef("asset"))
        .order_by()
        .values("play__asset")
        .annotate(number=Count("person", distinct=True))
        .values("number")
    )
    return (
        AssetVerdict.objects.filter(
            window=by_default["window"],
            k=by_default["k"],
            uses=0,
            openers__gte=LEAST_OPENERS,
            asset__in=Asset.objects.visible_to(person).current(),
        )
        .annotate(
            readers=Coalesce(Subquery(readers, output_field=IntegerField()), 0),
            play=F("asset__play"),
        )
        .select_related("asset__owner")
    )


def proposals(person: Person) -> ListSpec:
    window = report.read({})["window"]
    return ListSpec(
        name="play-proposals",
        columns=(
            Column("title", "Opened, never used"),
            Column("openers", "Opened by", "number", help=f"Persons who opened or downloaded it in {window} days."),
            Column("open_deals", "Open deals in its facets", "number"),
            Column("proposal", "What would help"),
            Column("owner", "Owner"),
        ),
        row=_proposal,
        filters=(
            Filter(
                "play",
                "Play",
                lambda found, value: found.filter(play__isnull=value == "missing"),
                choices=lambda _: [Choice("missing", "Not written"), Choice("there", "Written")],
            ),
            Filter(
                "whose",
                "Whose",
                lambda found, value: found.filter(asset__owner=person),
                choices=lambda _: [Choice("mine", "Mine")],
            ),
        ),
        sorts=(
            Sort("openers", "Opened by most", Order("openers", descending=True)),
            Sort("open_deals", "Most open deals", Order("open_deals", descending=True)),
        ),
        empty=Empty(
            icon="checks",
            title="Nothing to propose",
            text=f"Here stands what {LEAST_OPENERS} people or more opened in {window} days and nobody used.",
            action_url="/library/plays/",
            action_label="To the plays",
        ),
    )


def _proposal(verdict: Any) -> Mapping[str, Any]:
    if verdict.play is None:
        help_, link = "Write a play: when to use it, and what to say", f"/library/{verdict.asset.slug}/play/writing/"
    else:
        link = f"/library/{verdict.asset.slug}/play/"
        read = count(verdict.readers, "person has", "persons have")
        help_ = f"Have its play read: {read} so far" if verdict.readers else "Have its play read: nobody has so far"
    return {
        "link": link,
        "title": verdict.asset.title,
        "openers": verdict.openers,
        "open_deals": verdict.open_deals,
        "proposal": help_,
        "owner": verdict.asset.owner.name if verdict.asset.owner else "",
    }
