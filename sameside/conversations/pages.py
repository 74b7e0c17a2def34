"""What the report's page shows beside its tables: the five kinds as a path, the trend, rates by team and vertical."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from sameside.analytics.rates import is_small
from sameside.conversations import report
from sameside.conversations.models import KINDS, Conversation, Kind
from sameside.kit import periods
from sameside.kit.tables import Column, Table
from sameside.people.models import Person
from sameside.ui.cells import Meter, Two
from sameside.ui.charts import Chart, Series
from sameside.ui.formats import days, percent

OUTCOMES = {
    Kind.TAILORED_POV: "A written point of view for this customer",
    Kind.RIGHT_PEOPLE: "A confirmed opportunity",
    Kind.RELEVANT_MEETING: "A qualified prospect with a problem to solve",
    Kind.DEFINITION_OF_SUCCESS: "A success plan both sides agreed",
    Kind.TANGIBLE_VALUE: "A formal activation or close",
}
ICONS = {
    Kind.TAILORED_POV: "bulb",
    Kind.RIGHT_PEOPLE: "users",
    Kind.RELEVANT_MEETING: "messages",
    Kind.DEFINITION_OF_SUCCESS: "target",
    Kind.TANGIBLE_VALUE: "trophy",
}
STUCK_SHOWN = 8


@dataclass(frozen=True)
class Step:
    """One kind on the path. `low` and `width` place the interval of its rate on a scale of 100."""

    number: int
    icon: str
    label: str
    outcome: str
    url: str
    figures: Mapping[str, Any]
    rate_at: float
    low_at: float
    width: float
    is_small: bool


def address(**filters: Any) -> str:
    chosen = {key: value for key, value in filters.items() if value not in (None, "")}
    return f"{reverse('conversations:list')}?{urlencode(chosen)}"


def path(data: Mapping[str, Any]) -> list[Step]:
    steps = []
    for number, row in enumerate(data["kinds"], 1):
        low, high, rate = (100 * (row[key] or 0.0) for key in ("low", "high", "rate"))
        steps.append(
            Step(
                number=number,
                icon=ICONS[Kind(row["kind"])],
                label=row["label"],
                outcome=OUTCOMES[Kind(row["kind"])],
                url=address(kind=row["kind"], since=data["start"]),
                figures=row,
                rate_at=round(rate, 1),
                low_at=round(low, 1),
                width=round(high - low, 1),
                is_small=is_small(row["ended"]),
            )
        )
    return steps


def trend(data: Mapping[str, Any]) -> Chart:
    months = data["months"]
    return Chart(
        kind="line",
        title="Successful conversations in each month",
        categories=[periods.month_name(row["month"]) for row in months],
        series=[
            Series(kind.label, [row[f"won_{kind}"] for row in months], str(place))
            for place, kind in enumerate(KINDS, 1)
        ],
        unit="number",
        table=report.by_month(data),
        description="How many conversations of each kind reached their outcome, month by month.",
    )


def _rate(group: Mapping[str, Any]) -> Meter | None:
    return Meter(group["rate"], percent(group["rate"])) if group["rate"] is not None else None


def rates_by(data: Mapping[str, Any], dimension: str) -> Table:
    """A row for each team or vertical: the rate of all its conversations, then of each kind with how many ended."""
    rows = []
    for group in data[dimension]:
        cells: dict[str, Any] = {
            "name": report.vertical_name(group["name"]) if dimension == "verticals" else group["name"],
            "opened": group["opened"],
            "rate": _rate(group),
            "link": address(
                since=data["start"], **{"team" if dimension == "teams" else "vertical": group["id"] or "none"}
            ),
        }
        for kind in KINDS:
            found = group["rates"].get(kind)
            if found and found["ended"]:
                cells[kind] = Two(percent(found["rate"]), f"of {found['ended']:,}")
        rows.append(cells)
    first = Column("name", "Team" if dimension == "teams" else "Vertical")
    opened, rate = Column("opened", "Opened", "number"), Column("rate", "Success rate", help=report.RATE)
    kinds = [Column(kind, kind.label, "percent") for kind in KINDS]
    return Table((first, opened, rate, *kinds), rows, empty="No conversations in this period.")


def stuck_by_kind(data: Mapping[str, Any], at: datetime) -> Table:
    rows = []
    for row in data["stuck"]:
        link = ""
        if row["usual_days"] is not None:
            before = (at - timedelta(days=row["usual_days"])).date().isoformat()
            link = address(kind=row["kind"], state="open", until=before)
        rows.append({**row, "link": link})
    columns = (
        Column("label", "Conversation"),
        Column("usual_days", "3 of 4 within", "days", "Three of four successful ones took no longer than this."),
        Column("stuck", "Open longer", "number"),
        Column("median_age", "Median age", "days"),
    )
    return Table(columns, rows, note="Without at least five successes nobody knows how long is long.")


@dataclass(frozen=True)
class Late:
    """An open conversation that takes longer than usual."""

    deal: str
    url: str
    about: str
    days: int
    amount: Decimal | None


def open_longest(data: Mapping[str, Any], person: Person, at: datetime) -> list[Late]:
    """The open conversations that `person` may see and that are open for longer than usual, the oldest first."""
    late = Q(pk__in=[])
    for row in data["stuck"]:
        if row["usual_days"] is not None:
            late |= Q(kind=row["kind"], opened_at__lt=at - timedelta(days=row["usual_days"]))
    found = (
        Conversation.objects.visible_to(person)
        .filter(late, state=Conversation.State.OPEN)
        .select_related("deal", "owner")
        .order_by("opened_at", "pk")[:STUCK_SHOWN]
    )
    return [
        Late(
            deal=one.deal.name,
            url=reverse("deals:deal", args=[one.deal_id]),
            about=" · ".join(filter(None, (one.get_kind_display(), one.owner.name if one.owner else ""))),
            days=(at - one.opened_at).days,
            amount=one.deal.amount,
        )
        for one in found
    ]


def sentence(data: Mapping[str, Any]) -> str:
    """The report in one sentence."""
    total = data["total"]
    if not total["ended"]:
        return "No conversation that was opened in this period has ended yet."
    weakest = min((row for row in data["kinds"] if row["ended"]), key=lambda row: (row["rate"], row["label"]))
    return (
        f"{total['succeeded']:,} of {total['ended']:,} conversations that ended succeeded ({percent(total['rate'])}). "
        f"“{weakest['label']}” succeeds least often ({percent(weakest['rate'])}); "
        f"half of all successes take less than {days(total['median_days'])}."
    )


def definitions() -> Sequence[tuple[str, str]]:
    return (
        ("Conversation", "One attempt, with one deal, at one of the five kinds. It follows from the deal's stages."),
        ("Succeeded", "The deal entered a stage of a later kind, or was won: the outcome of the conversation exists."),
        ("Failed", "The deal went back to an earlier kind, or was lost. Going back opens a new attempt."),
        ("Success rate", f"{report.RATE} The thin bar is its 95 % Wilson interval; under 20 ended it is only a hint."),
        ("Time", report.DAYS),
        ("Stuck", "Open for longer than three of four successful ones of its kind took in the last two years."),
        ("Period", "Counts conversations opened in it; the months count what happened in them."),
    )


def mapping_note(unconfirmed: int) -> str:
    if not unconfirmed:
        return ""
    stages = "stage stands" if unconfirmed == 1 else "stages stand"
    return f"What {unconfirmed} {stages} for is a proposal that nobody has confirmed yet."
