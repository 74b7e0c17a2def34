"""The report on conversations as tables, for the page, the CSV file, JSON and the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from sameside.conversations.figures import compute
from sameside.kit import periods
from sameside.kit.snapshots import Report, register
from sameside.kit.tables import Column, Table

OPENED = "Opened in the period."
RATE = "Succeeded out of those that ended; what is still open is no failure."
RANGE = "The rate would lie in this range 95 times in 100 (Wilson interval)."
DAYS = "From opened to succeeded; successes in the same moment left out."

_FIGURES = (
    Column("opened", "Opened", "number", OPENED),
    Column("succeeded", "Succeeded", "number"),
    Column("failed", "Failed", "number"),
    Column("open", "Still open", "number"),
    Column("rate", "Success rate", "percent", RATE),
    Column("low", "From", "percent", RANGE),
    Column("high", "To", "percent"),
    Column("median_days", "Median time", "days", DAYS),
    Column("p90_days", "9 of 10 within", "days"),
)


def by_kind(data: Mapping[str, Any]) -> Table:
    rows = [{**row, "name": row["label"]} for row in data["kinds"]]
    return Table(
        (Column("name", "Conversation"), *_FIGURES), rows, total={"name": "All", **data["total"]}, caption="By kind"
    )


def by_team(data: Mapping[str, Any]) -> Table:
    return Table((Column("name", "Team"), *_FIGURES), data["teams"], caption="By team", empty="No conversations yet.")


def by_vertical(data: Mapping[str, Any]) -> Table:
    rows = [{**row, "name": vertical_name(row["name"])} for row in data["verticals"]]
    return Table((Column("name", "Vertical"), *_FIGURES), rows, caption="By vertical", empty="No conversations yet.")


def by_month(data: Mapping[str, Any]) -> Table:
    columns = (
        Column("month", "Month"),
        Column("opened", "Opened", "number"),
        Column("succeeded", "Succeeded", "number"),
        Column("failed", "Failed", "number"),
    )
    return Table(columns, data["months"], caption="What happened in each month")


def stuck(data: Mapping[str, Any]) -> Table:
    columns = (
        Column("label", "Conversation"),
        Column("usual_days", "3 of 4 successes within", "days"),
        Column("stuck", "Open for longer", "number"),
        Column("median_age", "Their median age", "days"),
    )
    return Table(columns, data["stuck"], caption="Where they get stuck")


def vertical_name(slug: str) -> str:
    return slug.replace("-", " ").capitalize() if slug else "Unknown vertical"


def tables(data: Mapping[str, Any]) -> Sequence[Table]:
    return by_kind(data), by_team(data), by_vertical(data), by_month(data), stuck(data)


def read(query: Mapping[str, str]) -> dict[str, Any]:
    return {"months": periods.read(query)}


REPORT = register(
    Report(name="conversations", compute=compute, defaults={"months": periods.DEFAULT}, read=read, tables=tables)
)
