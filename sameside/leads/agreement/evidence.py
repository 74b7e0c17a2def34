"""What the last six whole months say, so that a first draft begins with numbers that this company knows.

Each proposal comes with its sentence; people change what they like. Where there is nothing to go by, it says so and
proposes an ordinary start.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import ceil, floor
from statistics import median
from typing import Any

from django.db import connection

from sameside.leads.agreement import calendar
from sameside.leads.agreement.calendar import Period
from sameside.leads.agreement.terms import OnBreach, Segment, Service, Supply, Terms
from sameside.leads.agreement.wording import count, in_order
from sameside.leads.cohorts import Cohort
from sameside.leads.measures import ROWS
from sameside.leads.tallies import tally
from sameside.ui.formats import money, number, percent

MONTHS = 6
FEWEST = 20
"""Hand-overs below which nothing is proposed from them."""
HOURS = (1, 2, 4, 8, 16, 24, 40)
ENOUGH = 0.7
"""The shortest time is proposed in which so many were answered."""
_COLUMNS = {"accept": "accepted_after", "attempt": "attempted_after"}


def compute(at: datetime) -> dict[str, Any]:
    """Counts of the last six whole months, by month where it matters."""
    first = calendar.back(at.astimezone(UTC).date(), MONTHS)
    last = at.astimezone(UTC).date().replace(day=1) - timedelta(days=1)
    cohort = Cohort(first=first, last=last)
    found = tally(cohort, ("month",), at=at)
    total = found[""][0]
    by_month = {row["id"]: row["delivered"] for row in found["month"]}
    keys = ("delivered", "answered", "accepted", "settled", "opportunity", "costed_delivered", "cost", "derived")
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        **{key: total[key] or 0 for key in keys},
        "months": [by_month.get(month, 0) for month in Period(first, last).months],
        "attempts": total["attempts_ended"],
        "within": _within(cohort, at),
    }


def _within(cohort: Cohort, at: datetime) -> dict[str, dict[str, int]]:
    """Of how many the time to the answer is known, and how many were answered within so many business hours."""
    where, params = cohort.where()
    parts = [
        f"count(*) FILTER (WHERE m.{column} <= {hours * 3600}) AS {key}_{hours}"
        for key, column in _COLUMNS.items()
        for hours in HOURS
    ]
    parts += [f"count(m.{column}) AS {key}_of" for key, column in _COLUMNS.items()]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)} FROM ({ROWS}) m WHERE {where}", {**params, "at": at})
        row = dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))
    return {key: {"of": row[f"{key}_of"], **{str(hours): row[f"{key}_{hours}"] for hours in HOURS}} for key in _COLUMNS}


class Proposal:
    """Terms with a sentence for each number, by the name of its field in the form."""

    def __init__(self, found: Mapping[str, Any], *, min_score: int | None = None) -> None:
        self.because: dict[str, str] = {}
        self.found = found
        self.is_known = found.get("delivered", 0) >= FEWEST
        self.terms = Terms(
            segments=(Segment("qualified-leads", "Qualified leads", min_score=min_score),),
            supply=(self._supply(),),
            service=(self._service(),),
            on_breach=OnBreach(remind_at=(75,), escalate_hours=None),
        )

    def _supply(self) -> Supply:
        found = self.found
        if not self.is_known:
            self.because["supply-0-leads"] = "Fewer than 20 leads were handed over in the last six whole months."
            return Supply(leads=100, acceptance=0.7)
        leads = max(1, round(median(found["months"])))
        each = ", ".join(number(one) for one in found["months"])
        self.because["supply-0-leads"] = f"Your last six months: {each}. The middle is {number(leads)}."
        acceptance = self._share("acceptance", found["accepted"], found["answered"], "sales answered", "were accepted")
        conversion = self._share(
            "conversion", found["opportunity"], found["settled"], "ended or are overdue", "became an opportunity"
        )
        cost = None
        if found["costed_delivered"]:
            was = found["cost"] / found["costed_delivered"]
            cost = float(ceil(was))
            self.because["supply-0-cost_per_lead"] = (
                f"Your last six months: {money(was)} a lead, where costs are known."
            )
        return Supply(leads=leads, acceptance=acceptance, conversion=conversion, cost_per_lead=cost)

    def _share(self, key: str, some: int, of: int, what: str, became: str) -> float | None:
        if of < FEWEST:
            return None
        of_them = f"of {number(of)} leads that {what}, {percent(some / of)} {became}"
        self.because[f"supply-0-{key}"] = f"Your last six months: {of_them}."
        return max(0.05, floor(some / of * 20) / 20)

    def _service(self) -> Service:
        accept, share = self._hours("accept", "answered")
        attempt, _ = self._hours("attempt", "tried for the first time")
        tries = self.found.get("attempts")
        if tries:
            said = f"Your last six months: {number(round(tries, 1))} attempts on average before a lead ended."
            self.because["service-0-attempts"] = said
        attempts = max(3, min(8, ceil(tries))) if tries else 6
        return Service(accept_hours=accept, attempt_hours=attempt, attempts=attempts, share=share)

    def _hours(self, key: str, did: str) -> tuple[float, float]:
        """The shortest of the usual times in which most were answered, and a share a step above what is so today."""
        found = self.found.get("within", {}).get(key, {"of": 0})
        field = f"service-0-{key}_hours"
        if found["of"] < FEWEST:
            self.because[field] = "Too few times are known to go by: an ordinary start."
            return 8.0, 0.9
        for hours in HOURS:
            share = found[str(hours)] / found["of"]
            if share >= ENOUGH:
                break
        known = count(found["of"], "lead")
        self.because[field] = f"Your last six months: {percent(share)} of {known} {did} within {in_order(hours)}."
        return float(hours), min(1.0, floor(share * 10 + 1) / 10)
