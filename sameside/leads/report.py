"""The report on leads as tables, for the page, the CSV file, JSON and the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from sameside.kit import periods
from sameside.kit.snapshots import Report, register
from sameside.kit.tables import Column, Table
from sameside.leads.figures import compute
from sameside.leads.models import Lead

LABELS = {
    "source": ("By source", "Source"),
    "campaign": ("By first campaign", "First campaign"),
    "owner": ("By owner", "Owner"),
    "team": ("By team", "Team"),
    "month": ("By month of creation", "Month"),
}
FATES = tuple(Column(fate.value, fate.label, "number") for fate in Lead.Fate)
CONVERSION = Column("conversion", "Conversion", "percent", "Converted, with or without a deal, out of all leads.")
WON = Column("won_amount", "Won", "money", "Amounts of the won deals that these leads became.")
SPEED = (
    Column("handed_over", "Handed over", "number", "Created for a person, not for a queue."),
    Column("median_hours", "Median", "hours", "From hand-over to the first attempt, of those tried."),
    Column("p90_hours", "9 of 10 within", "hours"),
    Column("within_5m_share", "In 5 min", "percent", "Of all handed over."),
    Column("within_1h_share", "In 1 h", "percent"),
    Column("within_24h_share", "In 24 h", "percent"),
    Column("never_share", "No attempt", "percent", "Handed over, and no attempt is logged."),
)


def fates_by(data: Mapping[str, Any], dimension: str) -> Table:
    caption, label = LABELS[dimension]
    return Table(
        (Column("name", label), Column("leads", "Leads", "number"), *FATES, CONVERSION, WON),
        data["by"][dimension],
        total={"name": "All", **data["total"]},
        caption=caption,
        empty="No leads in this period.",
    )


def speed_by(data: Mapping[str, Any], dimension: str) -> Table:
    caption, label = LABELS[dimension]
    return Table(
        (Column("name", label), *SPEED),
        data["by"][dimension],
        total={"name": "All", **data["total"]},
        caption=f"Time to first touch, {caption[0].lower()}{caption[1:]}",
        empty="No leads in this period.",
    )


def tables(data: Mapping[str, Any]) -> Sequence[Table]:
    return (*(fates_by(data, dimension) for dimension in LABELS), *(speed_by(data, one) for one in ("team", "owner")))


def read(query: Mapping[str, str]) -> dict[str, Any]:
    return {"months": periods.read(query, everything=True)}


REPORT = register(Report(name="leads", compute=compute, defaults={"months": periods.DEFAULT}, read=read, tables=tables))
