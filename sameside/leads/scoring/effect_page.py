"""The effect of a rule as the page shows it: figures with their intervals, months, scores, and leads that move."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sameside.analytics import rates
from sameside.kit.tables import Column, Table
from sameside.leads.models import Lead, ScoreEffect
from sameside.leads.scoring.effect import BINS
from sameside.leads.scoring.rule import TOP
from sameside.people.models import Person
from sameside.ui.charts import Chart, Series
from sameside.ui.formats import number, percent

NOW, NEW = "Rule in force", "This rule"


@dataclass(frozen=True)
class Figure:
    label: str
    new: str
    now: str
    help: str


@dataclass(frozen=True)
class Move:
    """A lead that one of the rules would have qualified and the other not; `lead` is None for who may not see it."""

    lead: Lead | None
    at: str
    segment: str
    now: str
    new: str
    gained: Sequence[str]
    lost: Sequence[str]


@dataclass(frozen=True)
class Shown:
    figures: Sequence[Figure]
    notes: Sequence[str]
    by_month: Chart
    by_segment: Table
    scores: Chart
    moved_in: int
    moved_out: int
    came: Sequence[Move]
    went: Sequence[Move]
    population: int
    sampled: int


def present(asked: ScoreEffect, reader: Person) -> Shown:
    data = asked.data
    has_rule = asked.against is not None
    moved = data["moved"]
    visible = _visible(moved["examples"], reader)
    return Shown(
        figures=_figures(data, has_rule=has_rule),
        notes=_notes(data, has_rule=has_rule),
        by_month=_by_month(data),
        by_segment=_by_segment(data),
        scores=_scores(data),
        moved_in=moved["in"],
        moved_out=moved["out"],
        came=[_move(one, visible) for one in moved["examples"]["in"]],
        went=[_move(one, visible) for one in moved["examples"]["out"]],
        population=data["population"],
        sampled=data["sampled"],
    )


def _visible(examples: Mapping[str, Sequence[Mapping[str, Any]]], reader: Person) -> Mapping[int, Lead]:
    numbers = [one["lead"] for some in examples.values() for one in some]
    return {lead.pk: lead for lead in Lead.objects.visible_to(reader).filter(pk__in=numbers)}


def _move(one: Mapping[str, Any], visible: Mapping[int, Lead]) -> Move:
    return Move(
        visible.get(one["lead"]), one["at"], one["segment"], _points(one["now"]), _points(one["new"]),
        one["gained"], one["lost"],
    )  # fmt: skip


def _points(value: int | None) -> str:
    return "no score" if value is None else f"{value} point{'' if value == 1 else 's'}"


def _figures(data: Mapping[str, Any], *, has_rule: bool) -> list[Figure]:
    def both(say: Any) -> tuple[str, str]:
        return say(data["new"]), say(data["now"]) if has_rule else "no rule"

    def share(part: str, whole: str | None) -> Any:
        def say(side: Mapping[str, Any]) -> str:
            found, of = side[part], data[part] if whole is None else side[whole]
            if not of:
                return "none to judge by"
            low, high = rates.wilson(found, of)
            return f"{percent(found / of)} ({percent(low)} to {percent(high)})"

        return say

    return [
        Figure(
            "Would have qualified", *both(lambda side: _leads(side["qualified"], data)),
            "Leads created in these 12 months that a segment would have taken, at some time in them.",
        ),
        Figure(
            "Opportunities captured", *both(share("opportunities", None)),
            "Of the leads that became an opportunity, the share that would have qualified.",
        ),
        Figure(
            "Became an opportunity", *both(share("opportunities", "qualified")),
            "Of the leads that would have qualified, the share that became an opportunity.",
        ),
        Figure(
            "Won deals captured", *both(share("won", None)),
            "Of the leads whose deal was won, the share that would have qualified.",
        ),
    ]  # fmt: skip


def _leads(count: int, data: Mapping[str, Any]) -> str:
    sampled, population = data["sampled"], data["population"]
    if sampled == population:
        return number(count)
    low, high = rates.wilson(count, sampled)
    about, least, most = (round(share * population) for share in (count / sampled, low, high))
    return f"about {number(about)} ({number(least)} to {number(most)})"


def _notes(data: Mapping[str, Any], *, has_rule: bool) -> list[str]:
    notes = []
    if data["sampled"] < data["population"]:
        notes.append(
            f"Judged on an even sample of {number(data['sampled'])} of {number(data['population'])} leads; counts are "
            "scaled up, with the interval they lie in 95 times of 100."
        )
    if rates.is_small(data["opportunities"]):
        count = data["opportunities"]
        notes.append(
            f"Only {number(count)} of these leads became an opportunity: too few to say which rule is the better."
        )
    elif rates.is_small(data["new"]["qualified"]):
        count = data["new"]["qualified"]
        notes.append(f"Only {number(count)} lead{'' if count == 1 else 's'} would have qualified: too few to judge by.")
    if all(one["min_score"] is None for one in data["segments"]):
        notes.append("No segment asks for points, so no rule changes who qualifies.")
    if not has_rule:
        notes.append("No rule is in force to compare with, so where a segment asks for points nobody qualifies now.")
    return notes


def _months(data: Mapping[str, Any]) -> list[str]:
    """Every month from the first day looked at to the last."""
    first, last = date.fromisoformat(data["from"]), date.fromisoformat(data["to"])
    count = (last.year - first.year) * 12 + last.month - first.month
    return [
        f"{first.year + (first.month - 1 + step) // 12}-{(first.month - 1 + step) % 12 + 1:02}"
        for step in range(count + 1)
    ]


def _scale(data: Mapping[str, Any], count: int) -> int:
    return round(count * data["population"] / data["sampled"]) if data["sampled"] else 0


def _by_month(data: Mapping[str, Any]) -> Chart:
    months = _months(data)

    def of(side: str) -> list[int]:
        counts = data[side]["by_month"].values()
        return [_scale(data, sum(one.get(month, 0) for one in counts)) for month in months]

    now, new = of("now"), of("new")
    labels = [date(int(month[:4]), int(month[5:]), 1).strftime("%b %Y") for month in months]
    rows = [
        {"month": label, "now": before, "new": after} for label, before, after in zip(labels, now, new, strict=True)
    ]
    return Chart(
        "bar", "Leads that would have qualified, by month", labels,
        [Series(NOW, now, "neutral"), Series(NEW, new, "1")], "number",
        Table((Column("month", "Month"), Column("now", NOW, "number"), Column("new", NEW, "number")), rows),
        "For each month, how many leads would have qualified by the rule in force and by this one.",
    )  # fmt: skip


def _by_segment(data: Mapping[str, Any]) -> Table:
    def of(side: str, key: str) -> int:
        return _scale(data, sum(data[side]["by_month"].get(key, {}).values()))

    rows = []
    for one in data["segments"]:
        now, new = of("now", one["key"]), of("new", one["key"])
        least = "none" if one["min_score"] is None else number(one["min_score"])
        rows.append({"segment": one["name"], "least": least, "now": now, "new": new, "change": _change(new - now)})
    columns = (
        Column("segment", "Segment"), Column("least", "Points it asks for"), Column("now", NOW, "number"),
        Column("new", NEW, "number"), Column("change", "Change"),
    )  # fmt: skip
    return Table(columns, rows)


def _change(difference: int) -> str:
    return "none" if not difference else f"{'+' if difference > 0 else '−'}{number(abs(difference))}"


def _scores(data: Mapping[str, Any]) -> Chart:
    width = TOP // BINS
    labels = [f"{place * width}–{place * width + width - (place < BINS - 1)}" for place in range(BINS)]
    now, new = ([_scale(data, count) for count in data[side]["bins"]] for side in ("now", "new"))
    rows = [
        {"points": label, "now": before, "new": after} for label, before, after in zip(labels, now, new, strict=True)
    ]
    return Chart(
        "bar", "The best score each lead had", labels,
        [Series(NOW, now, "neutral"), Series(NEW, new, "1")], "number",
        Table((Column("points", "Points"), Column("now", NOW, "number"), Column("new", NEW, "number")), rows),
        "How many leads reached which score at best, by the rule in force and by this one.",
    )  # fmt: skip
