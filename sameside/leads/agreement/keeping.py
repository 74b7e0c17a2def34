"""How both sides keep what they promised: each promise of the version in force, in the running period and those before.

Every promise is measured by the definitions of `leads/measures.py`, over the leads handed over in the period, and held
to what was agreed then. `judge` says how it stands:

- A number (leads) is kept once it is reached. While the period runs it is held to its share of the weekdays that have
  passed; before a tenth of them has, it is too early.
- A share is kept at or above what was agreed. Below it, it is at risk while leads that are not decided yet could still
  lift it, or while the period runs; else it is breached. Of fewer than five leads it is too early to say.
- A cost is kept at or below what was agreed; while the period runs, of fewer than five leads it is too early to say.

What one version asked of a period it began in is in proportion to the weekdays left of it; leads handed over before
there was any agreement do not count.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any, Literal

from sameside.analytics import rates
from sameside.leads.agreement import calendar, evidence, terms, wording
from sameside.leads.agreement.calendar import Period
from sameside.leads.agreement.force import in_force
from sameside.leads.agreement.terms import EVERY, Service, Supply, Terms
from sameside.leads.cohorts import Cohort
from sameside.leads.models import Agreement
from sameside.leads.tallies import tally

State = Literal["kept", "on_course", "at_risk", "breached", "early", "unknown", "none"]
FEWEST = 5
EARLY = 0.1
COUNTED = ("delivered", "answered", "accepted", "settled", "opportunity", "passed", "costed_delivered", "cost")
PROMISES = ("accept", "attempt", "persist", "end")
Counts = Mapping[str, float]


@dataclass(frozen=True)
class Promise:
    """One number that one side committed to. `kept` and `of` are measures; of nothing: a count."""

    side: Literal["marketing", "sales"]
    key: str
    segment: str
    label: str
    unit: Literal["number", "percent", "money"]
    level: float
    per: str
    kept: str
    of: str = ""
    open_to: str = ""
    """The measure that `of` grows into as leads are decided."""


def promises(said: Terms) -> list[Promise]:
    return [*(one for supply in said.supply for one in _of_supply(supply)), *_of_sales(said)]


def _of_supply(one: Supply) -> Iterator[Promise]:
    at = f"supply:{one.segment}:{one.per}"
    if one.leads is not None:
        label = f"Leads handed over a {one.per}"
        yield Promise("marketing", f"{at}:leads", one.segment, label, "number", one.leads, one.per, "delivered")
    if one.acceptance is not None:
        yield Promise(
            "marketing", f"{at}:acceptance", one.segment, "Accepted by sales", "percent", one.acceptance, one.per,
            "accepted", "answered", "delivered",
        )  # fmt: skip
    if one.conversion is not None:
        yield Promise(
            "marketing", f"{at}:conversion", one.segment, "Become an opportunity", "percent", one.conversion, one.per,
            "opportunity", "settled", "delivered",
        )  # fmt: skip
    if one.cost_per_lead is not None:
        yield Promise(
            "marketing", f"{at}:cost", one.segment, "Cost of a lead", "money", one.cost_per_lead, one.per, "cost",
            "costed_delivered",
        )  # fmt: skip


def _of_sales(said: Terms) -> Iterator[Promise]:
    for one in said.service:
        for key, label in service_labels(one).items():
            yield Promise(
                "sales", f"service:{one.segment}:{key}", one.segment, label, "percent", one.share, "month",
                f"{key}_kept", f"{key}_judged", "passed",
            )  # fmt: skip


def service_labels(one: Service) -> dict[str, str]:
    """What is promised, by `Breach.Promise`."""
    found = {
        "accept": f"Accepted or returned within {wording.in_order(one.accept_hours)}",
        "attempt": f"First attempt within {wording.in_order(one.attempt_hours)}",
    }
    if one.attempts:
        tries = wording.count(one.attempts, "attempt")
        found["persist"] = f"{tries} over {wording.count(one.over_days, 'business day')}"
    if one.end_days is not None:
        found["end"] = f"Ended with a reason within {wording.count(one.end_days, 'business day')}"
    return found


@dataclass(frozen=True)
class Standing:
    state: State
    value: float | None
    low: float | None = None
    high: float | None = None
    could_be_chance: bool = False


def judge(promise: Promise, level: float | None, counts: Counts, *, passed: float) -> Standing:
    """How a promise stands; `passed` is how much of the period is over, 1 when it is complete."""
    if level is None:
        return Standing("none", None)
    if promise.unit == "number":
        return _judge_number(counts[promise.kept], level, passed)
    if promise.unit == "money":
        return _judge_cost(counts, promise, level, passed)
    return _judge_share(counts, promise, level, passed)


def _judge_number(value: float, level: float, passed: float) -> Standing:
    if value >= level:
        return Standing("kept", value)
    if passed >= 1:
        return Standing("breached", value)
    if passed < EARLY:
        return Standing("early", value)
    return Standing("on_course" if value >= level * passed else "at_risk", value)


def _judge_cost(counts: Counts, promise: Promise, level: float, passed: float) -> Standing:
    if not counts[promise.of]:
        return Standing("unknown", None)
    value = counts["cost"] / counts[promise.of]
    if passed >= 1:
        return Standing("kept" if value <= level else "breached", value)
    if counts[promise.of] < FEWEST:
        return Standing("early", value)
    return Standing("on_course" if value <= level else "at_risk", value)


def _judge_share(counts: Counts, promise: Promise, level: float, passed: float) -> Standing:
    kept, of = int(counts[promise.kept]), int(counts[promise.of])
    if not of:
        return Standing("early", None)
    value, (low, high) = kept / of, rates.wilson(kept, of)
    chance = low <= level <= high
    if value >= level:
        state: State = "kept" if passed >= 1 else "on_course"
        return Standing("early" if of < FEWEST and passed < 1 else state, value, low, high, chance)
    undecided = max(0, int(counts[promise.open_to]) - of)
    could_still = passed < 1 or (kept + undecided) / (of + undecided) >= level
    state = "at_risk" if could_still else "breached"
    return Standing("early" if of < FEWEST and could_still else state, value, low, high, chance)


def compute(_params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The report "agreement"."""
    current = in_force(at)
    found: dict[str, Any] = {"at": at.isoformat(), "evidence": evidence.compute(at), "promises": [], "number": None}
    if current is None:
        return found
    said = terms.read(current.terms)
    versions = list(Agreement.objects.filter(agreed_at__isnull=False, begins_at__lte=at).order_by("begins_at"))
    first = min(one.begins_at for one in versions if one.begins_at).astimezone(UTC).date()
    counts = _Counts(said, first, at)
    rows = [_row(one, versions, counts, first, at) for one in promises(said)]
    return found | {
        "number": current.number,
        "segments": terms.names(said),
        "promises": rows,
        "since": first.isoformat(),
    }


class _Counts:
    """The counts of each month, of all leads and of each segment."""

    def __init__(self, said: Terms, first: date, at: datetime) -> None:
        asked = {one.segment for one in said.supply} | {one.segment for one in said.service} | {EVERY}
        begin = max(first, min(calendar.periods(per, at)[-1].first for per in calendar.SHOWN))
        self.own = {one.segment for one in said.service} - {EVERY}
        self.by: dict[str, dict[str, Mapping[str, Any]]] = {}
        for segment in sorted(asked):
            cohort = Cohort(first=begin, segment=segment if segment != EVERY else None)
            self.by[segment] = {row["id"]: row for row in tally(cohort, ("month",), at=at)["month"]}

    def of(self, promise: Promise, period: Period) -> dict[str, float]:
        """Sales' promise for all leads is about those for which it has no other."""
        keys = {*COUNTED, promise.kept, promise.of or "delivered", promise.open_to or "delivered"}
        found = self._sum(promise.segment, period, keys)
        for other in self.besides(promise):
            less = self._sum(other, period, keys)
            found = {key: value - less[key] for key, value in found.items()}
        return found

    def besides(self, promise: Promise) -> list[str]:
        """The segments that a promise for all other leads leaves out."""
        return sorted(self.own) if promise.side == "sales" and promise.segment == EVERY else []

    def _sum(self, segment: str, period: Period, keys: set[str]) -> dict[str, float]:
        rows = [self.by[segment][month] for month in period.months if month in self.by[segment]]
        return {key: sum(row[key] or 0 for row in rows) for key in keys}


def _row(promise: Promise, versions: Sequence[Agreement], counts: _Counts, first: date, at: datetime) -> dict[str, Any]:
    shown = [one for one in calendar.periods(promise.per, at) if one.last >= first]
    return {
        "side": promise.side,
        "key": promise.key,
        "segment": promise.segment,
        "label": promise.label,
        "unit": promise.unit,
        "level": promise.level,
        "per": promise.per,
        "kept": promise.kept,
        "of": promise.of,
        "besides": counts.besides(promise),
        "periods": [_period(promise, one, versions, counts, first, at) for one in shown],
    }


def _period(
    promise: Promise, period: Period, versions: Sequence[Agreement], counts: _Counts, first: date, at: datetime
) -> dict[str, Any]:
    today = at.astimezone(UTC).date()
    bound = Period(max(period.first, first), period.last)
    is_running = period.last >= today
    level = _level(promise, versions, min(datetime.combine(period.last, datetime.max.time(), UTC), at))
    if level is not None and promise.unit == "number":
        level = float(max(1, ceil(level * calendar.share(bound, period))))
    passed = 1.0
    if is_running:
        days = calendar.weekdays(bound.first, bound.last)
        passed = calendar.weekdays(bound.first, today - timedelta(days=1)) / days if days else 1.0
    found = counts.of(promise, period)
    standing = judge(promise, level, found, passed=passed if is_running else 1.0)
    return {
        "name": period.name,
        "first": bound.first.isoformat(),
        "last": period.last.isoformat(),
        "is_running": is_running,
        "is_part": bound.first > period.first,
        "passed": round(passed, 4),
        "level": level,
        "state": standing.state,
        "value": standing.value,
        "low": standing.low,
        "high": standing.high,
        "could_be_chance": standing.could_be_chance,
        "kept": found[promise.kept],
        "of": found[promise.of] if promise.of else None,
        "all": found[promise.open_to] if promise.open_to else None,
    }


def _level(promise: Promise, versions: Sequence[Agreement], at: datetime) -> float | None:
    """What the version in force at this time promised of the same; None when it did not."""
    then = [
        one for one in versions if one.begins_at and one.begins_at <= at and not (one.ends_at and one.ends_at <= at)
    ]
    if not then:
        return None
    return next((one.level for one in promises(terms.read(then[-1].terms)) if one.key == promise.key), None)
