"""The charts of hand-overs: how many by month against what was committed, how they were kept, how far they came."""

from collections.abc import Sequence

from sameside.analytics.rates import is_small
from sameside.kit import periods
from sameside.kit.tables import Column, Table
from sameside.leads.measured import report
from sameside.leads.measured.shown import Data
from sameside.leads.measures import BY_KEY
from sameside.ui.charts import Chart, Series

KEPT = (("accepted", "Accepted", "1"), ("accept_kept", "Answered in time", "3"), ("attempt_kept", "Tried in time", "5"))


def _months(data: Data) -> list[str]:
    return [periods.month_name(row["id"]) for row in data["by"]["month"]]


def _agreed(data: Data, key: str) -> list[float | None]:
    return [row["agreed"][key] if row["agreed"] else None for row in data["by"]["month"]]


def volume(data: Data) -> Chart:
    """Delivered by month beside what marketing committed to in that month."""
    rows, committed = data["by"]["month"], _agreed(data, "leads")
    series = [
        Series("Handed over", [row["delivered"] for row in rows], "1"),
        Series("Accepted", [row["accepted"] for row in rows], "3"),
    ]
    if any(one is not None for one in committed):
        series.append(Series("Committed", committed, "neutral"))
    columns = (
        Column("month", "Month"), Column("delivered", "Handed over", "number"),
        Column("accepted", "Accepted", "number"), Column("committed", "Committed", "number"),
    )  # fmt: skip
    found = [
        {"month": name, "delivered": row["delivered"], "accepted": row["accepted"], "committed": one}
        for name, row, one in zip(_months(data), rows, committed, strict=True)
    ]
    return Chart(
        "line", "Handed over by month", _months(data), series, "number", Table(columns, found),
        "How many leads were handed over and accepted in each month, beside what marketing committed to.",
    )  # fmt: skip


def _shares(rows: Sequence[Data], key: str) -> list[float | None]:
    """A month of a few leads leaves a gap, instead of a peak that means nothing."""
    return [None if is_small(row[BY_KEY[key].of]) else report.share(row, key) for row in rows]


def kept(data: Data) -> Chart:
    """The shares that both sides promised, by month; the line of the acceptance that was agreed."""
    rows, agreed = data["by"]["month"], _agreed(data, "acceptance")
    series = [Series(label, _shares(rows, key), tone) for key, label, tone in KEPT]
    if any(one is not None for one in agreed):
        series.append(Series("Acceptance agreed", agreed, "neutral"))
    columns = (Column("month", "Month"), *(Column(key, label, "percent") for key, label, _ in KEPT))
    found = [
        {"month": name, **{key: report.share(row, key) for key, _, _ in KEPT}}
        for name, row in zip(_months(data), rows, strict=True)
    ]
    return Chart(
        "line", "What was accepted and kept, by month", _months(data), series, "percent",
        Table(columns, found, note="Months with fewer than 20 leads to judge are left out of the picture."),
        "The shares that were accepted, answered in time and tried in time, by month of hand-over.",
    )  # fmt: skip


def funnel(data: Data) -> Chart:
    total = data["total"]
    labels = [BY_KEY[key].label for key in report.STEPS]
    columns = (Column("step", "Step"), Column("leads", "Leads", "number"), Column("share", "Of all", "percent"))
    rows = [
        {"step": label, "leads": total[key], "share": total[key] / total["delivered"] if total["delivered"] else None}
        for label, key in zip(labels, report.STEPS, strict=True)
    ]
    return Chart(
        "funnel", "How far they came", labels, [Series("Leads", [total[key] for key in report.STEPS], "1")], "number",
        Table(columns, rows), "How many of the leads handed over were accepted, converted, became a deal and were won.",
    )  # fmt: skip
