"""What answering soon gained: leads tried within 5 minutes, an hour, a day, against alike leads that were not.

Of the hand-overs that ended or are overdue, each is compared with those of the same source and the same band of score
(of the likelihood where there is no score): sellers call the promising ones first, and that alone would look like a
gain. Left out are those that sales gave back without trying, and those that were converted although no attempt is
logged: when they were answered is not known. Time is that of the clock, nights and weekends included.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import connection

from sameside.analytics.stratified import Comparison, Stratum, compare
from sameside.leads.cohorts import Cohort
from sameside.leads.measures import BY_KEY, ROWS

WITHIN = (("5m", "5 minutes", 300), ("1h", "an hour", 3_600), ("24h", "a day", 86_400))
NEVER = len(WITHIN) + 1
BAND = 20
_SOON = " ".join(
    f"WHEN m.first_attempt_at - m.at <= interval '{seconds} seconds' THEN {place}"
    for place, (_, _, seconds) in enumerate(WITHIN)
)
_STATEMENT = f"""
SELECT CASE WHEN m.score IS NOT NULL THEN 's' || least(m.score / {BAND}, {100 // BAND - 1})
            WHEN m.likelihood IS NOT NULL THEN 'l' || least(floor(m.likelihood * {100 // BAND}), {100 // BAND - 1})
            ELSE '' END AS band,
       m.lead_source,
       CASE WHEN m.first_attempt_at IS NULL THEN {NEVER} {_SOON} ELSE {len(WITHIN)} END AS soon,
       count(*), count(*) FILTER (WHERE {BY_KEY["opportunity"].sql})
FROM ({ROWS}) m
WHERE %(where)s AND {BY_KEY["settled"].sql}
  AND (m.first_attempt_at IS NOT NULL OR m.outcome NOT IN ('returned', 'converted'))
GROUP BY 1, 2, 3
"""


def _comparison(within: str, label: str, against: str, found: Comparison) -> dict[str, Any]:
    return {
        "within": within, "label": label, "against": against, "treated": found.treated, "others": found.others,
        "crude": found.crude, "share": found.treated_share, "other_share": found.other_share,
        "difference": found.difference, "lower": found.lower, "upper": found.upper, "overlap": found.overlap,
        "strata": found.strata, "strata_left_out": found.strata_left_out, "is_clear": found.is_clear,
    }  # fmt: skip


def compute(cohort: Cohort, *, at: datetime) -> dict[str, Any]:
    """The comparisons: against all others (`later or never`), and against those that were tried as well (`later`)."""
    where, params = cohort.where()
    cells: dict[tuple[str, str], dict[int, tuple[int, int]]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT.replace("%(where)s", where), {**params, "at": at})
        for band, source, soon, cases, successes in cursor.fetchall():
            cells[band, source][soon] = (cases, successes)
    comparisons = []
    for against, last in (("later or never", NEVER), ("later", NEVER - 1)):
        for place, (key, label, _) in enumerate(WITHIN):
            strata = [Stratum(*_sum(levels, 0, place), *_sum(levels, place + 1, last)) for levels in cells.values()]
            comparisons.append(_comparison(key, label, against, compare(strata)))
    cases = sum(n for levels in cells.values() for n, _ in levels.values())
    scored = sum(n for (band, _), levels in cells.items() if band for n, _ in levels.values())
    return {"comparisons": comparisons, "cases": cases, "scored": scored}


def _sum(levels: dict[int, tuple[int, int]], first: int, last: int) -> tuple[int, int]:
    chosen = [counts for soon, counts in levels.items() if first <= soon <= last]
    return sum(cases for cases, _ in chosen), sum(successes for _, successes in chosen)
