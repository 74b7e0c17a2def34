"""Figures of hand-overs as they are shown: with the interval, beside what was agreed, opening what they count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sameside.analytics.rates import is_small, wilson
from sameside.leads import handover_lists
from sameside.leads.cohorts import NONE
from sameside.leads.measures import BY_KEY
from sameside.ui.cells import Figure
from sameside.ui.formats import number, percent

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Stat:
    label: str
    value: str
    help: str
    url: str
    tone: str = ""
    trend: str = ""


@dataclass(frozen=True)
class Line:
    """One share of a claim: how much it is, of how many, how certain, and what was agreed."""

    label: str
    value: str
    note: str
    url: str
    help: str = ""
    agreed: str = ""
    tone: str = "neutral"


def counted(count: int, one: str, many: str) -> str:
    return f"{number(count)} {one if count == 1 else many}"


def interval(successes: int, n: int) -> str:
    """ "58–71 % of 182", and that it is few where it is."""
    low, high = wilson(successes, n)
    return f"{low * 100:.0f}–{high * 100:.0f} % of {n:,}{': few' if is_small(n) else ''}"


def verdict(successes: int, n: int, agreed: float | None) -> str:
    """ "good" or "bad" where the whole interval lies on one side of what was agreed; else it cannot be told."""
    if not n or agreed is None:
        return "neutral"
    low, high = wilson(successes, n)
    return "bad" if high < agreed else "good" if low > agreed else "neutral"


def figure(row: Data, key: str, filters: Mapping[str, str]) -> Figure | None:
    """A measure as a share, with its interval, opening what it counts."""
    n = row[BY_KEY[key].of]
    if not n:
        return None
    url = handover_lists.address(**filters, **{"is": key}) if row[key] else ""
    return Figure(percent(row[key] / n), interval(row[key], n), url)


def count(row: Data, key: str, filters: Mapping[str, str]) -> Figure | int:
    return Figure(number(row[key]), "", handover_lists.address(**filters, **{"is": key})) if row[key] else 0


def filters_of(dimension: str, row: Data, data: Data) -> dict[str, str]:
    """What the list is narrowed to for one part of a dimension."""
    if dimension != "month":
        return {**data["filters"], dimension: str(row["id"] or NONE)}
    year, month = (int(part) for part in row["id"].split("-"))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    first = max(f"{row['id']}-01", data["filters"]["from"])
    return {**data["filters"], "from": first, "to": min(last.isoformat(), data["filters"]["to"])}


def line(row: Data, key: str, filters: Mapping[str, str], *, label: str = "", agreed: float | None = None) -> Line:
    one, n = BY_KEY[key], row[BY_KEY[key].of]
    share = row[key] / n if n else None
    return Line(
        label or one.label, percent(share), interval(row[key], n) if n else "Nothing to judge yet",
        handover_lists.address(**filters, **{"is": key}) if row[key] else "", one.means,
        f"agreed {percent(agreed)}" if agreed is not None else "",
        verdict(row[key], n, agreed),
    )  # fmt: skip


def reason_of(one: Data) -> dict[str, str]:
    """The filters of the list for one reason of the report."""
    if one["reason"]:
        return {"reason": str(one["reason"])}
    return {"reason": NONE, "status": one["status"]}
