"""The whole on one screen: successful conversations in the centre, then what became of leads, content and deals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sameside.kit.tables import Column, Table
from sameside.leads.models import Lead
from sameside.ui.charts import Chart, Series

FATE_TONES = {
    "won": "good",
    "open": "info",
    "converted": "info",
    "worked": "neutral",
    "waiting": "quiet",
    "returned": "warn",
    "untouched": "bad",
    "lost": "lost",
}
FATE_ORDER = ("won", "open", "converted", "worked", "waiting", "lost", "returned", "untouched")
VERDICT_TONES = {
    "used": "good",
    "not_found": "bad",
    "not_relevant": "warn",
    "not_understood": "info",
    "no_demand": "quiet",
}


@dataclass(frozen=True)
class Segment:
    """One part of a bar of 100: it begins at `x` and is `width` wide."""

    label: str
    count: int
    share: float
    x: str
    width: str
    tone: str
    url: str


@dataclass(frozen=True)
class Rate:
    """How often one kind of conversation succeeds; `low` and `high` bound the true rate 95 times in 100."""

    label: str
    rate: float | None
    low: float | None
    high: float | None
    ended: int
    url: str


@dataclass(frozen=True)
class Overview:
    succeeded: int
    trend: str
    tone: str
    week_values: Sequence[int]
    chart: Chart
    pipeline: Mapping[str, Any]
    month: Mapping[str, Any]
    won_values: Sequence[float]
    now: Mapping[str, Any]
    untouched_trend: str
    leads: Mapping[str, Any] | None
    fates: Sequence[Segment]
    content: Mapping[str, Any] | None
    verdicts: Sequence[Segment]
    rates: Sequence[Rate]
    talks: Mapping[str, Any] | None


def signed(difference: float) -> str:
    return f"+{difference:,.0f}" if difference > 0 else f"−{-difference:,.0f}" if difference < 0 else "±0"


def segments(rows: Sequence[tuple[str, int, str, str]]) -> list[Segment]:
    """(label, count, tone, address) as parts of one bar; nothing where everything is nought."""
    total = sum(count for _, count, _, _ in rows)
    found, x = [], 0.0
    for label, count, tone, url in rows:
        share = count / total if total else 0.0
        found.append(Segment(label, count, share, f"{x:.2f}", f"{share * 100:.2f}", tone, url))
        x += share * 100
    return found if total else []


def weeks_chart(weeks: Sequence[Mapping[str, Any]]) -> Chart:
    columns = (
        Column("ends", "Seven days to", "date"),
        Column("succeeded", "Succeeded", "number"),
        Column("failed", "Failed", "number"),
    )
    return Chart(
        kind="bar",
        title="Successful conversations per week",
        categories=[week["ends"] for week in weeks],
        series=[Series("Succeeded", [week["succeeded"] for week in weeks], "1")],
        unit="number",
        table=Table(columns, weeks),
        description=f"Successful conversations in each of the last {len(weeks)} weeks, the latest at the right.",
    )


def build(today: Mapping[str, Any]) -> Overview:
    now, before, talks = today["now"], today["before"], today["talks"]
    leads, content = today["leads"], today["content"]
    difference = now["succeeded"] - before["succeeded"]
    fates = (
        [(str(Lead.Fate(fate).label), leads[fate], FATE_TONES[fate], f"/leads/all/?fate={fate}") for fate in FATE_ORDER]
        if leads
        else []
    )
    verdicts = (
        [
            (one["label"], one["count"], VERDICT_TONES[one["verdict"]], f"/library/?verdict={one['verdict']}")
            for one in content["verdicts"]
        ]
        if content
        else []
    )
    return Overview(
        succeeded=now["succeeded"],
        trend=signed(difference),
        tone="good" if difference > 0 else "bad" if difference < 0 else "neutral",
        week_values=[week["succeeded"] for week in today["weeks"]],
        chart=weeks_chart(today["weeks"]),
        pipeline=today["pipeline"],
        month=today["months"][-1],
        won_values=[month["won_amount"] for month in today["months"]],
        now=now,
        untouched_trend=signed(now["untouched"] - before["untouched"]),
        leads=leads,
        fates=segments(fates),
        content=content,
        verdicts=segments(verdicts),
        rates=[
            Rate(
                one["label"],
                one["rate"],
                one["low"],
                one["high"],
                one["ended"],
                f"/conversations/all/?kind={one['kind']}",
            )
            for one in talks["kinds"]
        ]
        if talks
        else [],
        talks=talks,
    )
