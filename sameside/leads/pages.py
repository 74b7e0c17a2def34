"""What the report's page shows: the bar of fates, the funnel, and tables whose figures open the leads behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from sameside.kit import periods
from sameside.kit.tables import Column, Table
from sameside.leads import report
from sameside.leads.lists import CONVERTED, NEVER, NONE, TRIED
from sameside.leads.models import Lead
from sameside.people.models import Organisation, Person
from sameside.people.roles import Role
from sameside.ui.cells import Link
from sameside.ui.charts import Chart, Series
from sameside.ui.formats import hours, number, percent

Fate = Lead.Fate
# The order of the picture: from what went wrong over what is under way to what was won.
ORDER: tuple[tuple[Lead.Fate, str], ...] = (
    (Fate.UNTOUCHED, "bad"),
    (Fate.WAITING, "neutral"),
    (Fate.RETURNED, "warn"),
    (Fate.LOST, "8"),
    (Fate.WORKED, "5"),
    (Fate.CONVERTED, "3"),
    (Fate.OPEN, "1"),
    (Fate.WON, "good"),
)
# The same order in fewer parts, for a picture with a row for each source.
GROUPED: tuple[tuple[str, str, tuple[Lead.Fate, ...]], ...] = (
    ("Untouched", "bad", (Fate.UNTOUCHED,)),
    ("Queue", "neutral", (Fate.WAITING,)),
    ("Returned", "warn", (Fate.RETURNED,)),
    ("Lost", "8", (Fate.LOST,)),
    ("Under way", "5", (Fate.WORKED, Fate.CONVERTED, Fate.OPEN)),
    ("Won", "good", (Fate.WON,)),
)
SOURCES_SHOWN = 10
_KEYS = {"source": "source", "campaign": "campaign", "owner": "owner", "team": "team"}


@dataclass(frozen=True)
class Part:
    """One fate in the bar at the head of the page; `x` and `width` on a scale of 100."""

    fate: str
    label: str
    tone: str
    count: int
    share: float
    x: float
    width: float
    url: str


def address(**filters: Any) -> str:
    chosen = {key: value for key, value in filters.items() if value not in (None, "")}
    return f"{reverse('leads:list')}?{urlencode(chosen)}"


def parts(data: Mapping[str, Any]) -> list[Part]:
    total = data["total"]["leads"]
    found, x = [], 0.0
    for fate, tone in ORDER:
        count = data["total"][fate]
        share = count / total if total else 0.0
        url = address(fate=fate, created_from=data["start"])
        found.append(Part(fate, fate.label, tone, count, share, round(x, 3), round(100 * share, 3), url))
        x += 100 * share
    return found


def by_source(data: Mapping[str, Any]) -> Chart:
    rows = [row for row in data["by"]["source"] if row["leads"]][:SOURCES_SHOWN]
    return Chart(
        kind="stacked",
        title="What became of the leads of each source",
        categories=[row["name"] for row in rows],
        series=[
            Series(label, [sum(row[fate] for fate in fates) / row["leads"] for row in rows], tone)
            for label, tone, fates in GROUPED
        ],
        unit="percent",
        table=report.fates_by({**data, "by": {"source": rows}}, "source"),
        description="For each source the shares of its leads that are untouched, returned, worked, lost or won.",
    )


def funnel(data: Mapping[str, Any]) -> Chart:
    total = data["total"]
    with_deal = total[Fate.OPEN] + total[Fate.WON] + total[Fate.LOST]
    steps = [
        ("Created", total["leads"]),
        ("Handed over", total["handed_over"]),
        ("Tried, as logged", total["tried"]),
        ("Converted", total["converted_all"]),
        ("With a deal", with_deal),
        ("Won", total[Fate.WON]),
    ]
    columns = (Column("step", "Step"), Column("leads", "Leads", "number"), Column("share", "Of all", "percent"))
    rows = [
        {"step": label, "leads": count, "share": count / total["leads"] if total["leads"] else None}
        for label, count in steps
    ]
    return Chart(
        kind="funnel",
        title="How far they came",
        categories=[label for label, _ in steps],
        series=[Series("Leads", [count for _, count in steps], "1")],
        unit="number",
        table=Table(columns, rows),
        description="How many of the leads created were handed over, tried, converted, became a deal and were won.",
    )


# Short headings for a table that has a column for every fate.
_SHORT = {
    Fate.WAITING: "Queue", Fate.UNTOUCHED: "Untouched", Fate.WORKED: "Worked", Fate.RETURNED: "Returned",
    Fate.CONVERTED: "No deal", Fate.OPEN: "Open", Fate.WON: "Won", Fate.LOST: "Lost",
}  # fmt: skip


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool


def tabs(months: int, by: str) -> list[Tab]:
    return [
        Tab(label, f"?{urlencode({'months': months or 'all', 'by': one})}", one == by)
        for one, (label, _) in report.LABELS.items()
    ]


def is_limited(person: Person) -> bool:
    """Whether `person` sees only some leads, so that a list may hold less than the figure that opened it."""
    return person.role == Role.SELLER and Organisation.current().seller_scope == Organisation.SellerScope.TEAM


def _filters(dimension: str, row: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    if dimension == "month":
        year, month = (int(part) for part in row["id"].split("-"))
        after = f"{year + month // 12}-{month % 12 + 1:02}-01"
        return {"created_from": f"{row['id']}-01", "created_to": _day_before(after)}
    return {_KEYS[dimension]: row["id"] or NONE, "created_from": data["start"]}


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _count(value: int, **filters: Any) -> Link | int:
    return Link(number(value), address(**filters)) if value else 0


def linked(data: Mapping[str, Any], dimension: str) -> Table:
    """The table of fates by `dimension`, every figure opening the leads behind it."""
    plain = report.fates_by(data, dimension)
    rows = []
    for row in data["by"][dimension]:
        if row.get("is_rest"):
            rows.append(row)
            continue
        filters = _filters(dimension, row, data)
        cells = {fate.value: _count(row[fate], fate=fate, **filters) for fate in Fate}
        name = periods.month_name(row["id"]) if dimension == "month" else row["name"]
        rows.append(
            {**row, **cells, "name": name, "leads": _count(row["leads"], **filters), "link": address(**filters)}
        )
    total = {**data["total"], "name": "All"}
    total |= {fate.value: _count(data["total"][fate], fate=fate, created_from=data["start"]) for fate in Fate}
    first, leads, *_ = plain.columns
    fates = [Column(fate.value, _SHORT[fate], "number") for fate in Fate]
    columns = (
        first,
        leads,
        *fates,
        Column("conversion", "Converted", "percent"),
        Column("won_amount", "Won worth", "money"),
    )
    return Table(columns, rows, total=total, empty=plain.empty)


def speed(data: Mapping[str, Any], dimension: str) -> Table:
    """The table of times to first touch; the share without an attempt opens those leads."""
    plain = report.speed_by(data, dimension)
    rows = []
    for row in data["by"][dimension]:
        if row.get("is_rest") or not row["handed_over"]:
            continue
        filters = _filters(dimension, row, data)
        never = Link(percent(row["never_share"]), address(touch=NEVER, **filters)) if row["never"] else "0 %"
        name = periods.month_name(row["id"]) if dimension == "month" else row["name"]
        rows.append({**row, "name": name, "never_share": never, "link": address(**filters)})
    return Table(plain.columns, rows, total=plain.total, empty="No lead was handed over in this period.")


@dataclass(frozen=True)
class Figure:
    label: str
    value: str
    help: str
    url: str
    tone: str = ""


def head(data: Mapping[str, Any]) -> Sequence[Figure]:
    total, start = data["total"], data["start"]
    untouched = total["untouched_share"]
    return (
        Figure("Leads", number(total["leads"]), "", address(created_from=start)),
        Figure(
            "Untouched", percent(untouched), "Handed over, and nothing shows that anybody tried, of all handed over.",
            address(fate=Fate.UNTOUCHED, created_from=start), "bad" if untouched and untouched > 0.25 else "",
        ),
        Figure(
            "Median first touch", hours(total["median_hours"]), "Of those where an attempt is logged.",
            address(touch=TRIED, created_from=start),
        ),
        Figure(
            "Converted", percent(total["conversion"]), report.CONVERSION.help,
            address(fate=CONVERTED, created_from=start),
        ),
    )  # fmt: skip


def sentence(data: Mapping[str, Any]) -> str:
    total = data["total"]
    if not total["leads"]:
        return "No leads were created in this period."
    within = total["within_1h_share"]
    return (
        f"Of {total['leads']:,} leads {total['handed_over']:,} were handed over; nobody touched "
        f"{total[Fate.UNTOUCHED]:,} of them, {total['converted_all']:,} were converted and {total[Fate.WON]:,} won."
        + (f" {percent(within)} were tried within an hour." if within is not None else "")
    )
