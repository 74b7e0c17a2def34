"""Hand-overs counted: every measure at once, for a cohort as a whole and for each source, campaign, owner and so on.

Each part of a dimension holds every hand-over of the cohort exactly once, so that each dimension adds up to the same
total. Costs: what a campaign cost is spread evenly over all that it ever delivered (`measures.ALL`, delivered), and a
cohort bears the share of its own. Leads of a campaign without a cost are in no cost figure, on neither side of it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from sameside.leads.cohorts import COLUMNS, Cohort
from sameside.leads.measures import ALL, BY_KEY, ROWS

MONTH = "month"
DIMENSIONS = (*COLUMNS, MONTH)
COSTED = ("delivered", "accepted", "converted", "opportunity", "won")
_DAY = 86_400.0

# What is spread out, by key: its unit in SQL, and of which hand-overs. Business hours stand as they were settled.
SPREADS: Mapping[str, tuple[str, str]] = {
    "accept_hours": ("m.accepted_after / 3600.0", BY_KEY["accepted"].sql),
    "attempt_hours": ("m.attempted_after / 3600.0", BY_KEY["attempted"].sql),
    "arrive_days": (f"extract(epoch FROM m.at - m.created_at) / {_DAY}", BY_KEY["delivered"].sql),
    "accept_days": (f"extract(epoch FROM m.accepted_at - m.at) / {_DAY}", BY_KEY["accepted"].sql),
    "attempt_days": (f"extract(epoch FROM m.first_attempt_at - m.at) / {_DAY}", BY_KEY["attempted"].sql),
    "convert_days": (f"extract(epoch FROM m.closed_at - m.at) / {_DAY}", BY_KEY["converted"].sql),
    "win_days": (
        f"extract(epoch FROM m.deal_closed_at - greatest(m.at, m.deal_at)) / {_DAY}", BY_KEY["won"].sql,
    ),
}  # fmt: skip
AMOUNTS: Mapping[str, str] = {
    "won_amount": BY_KEY["won"].sql,
    "lost_amount": BY_KEY["lost"].sql,
    "pipeline": f"{BY_KEY['opportunity'].sql} AND NOT m.is_closed",
}


def _unit(cohort: Cohort, where: str) -> str:
    """What one delivery of each campaign cost; of the campaigns of the cohort only, where it is a narrow one."""
    narrow = ""
    if cohort.campaign is not None:
        narrow = "AND c.id = %(campaign)s" if cohort.campaign else "AND FALSE"
    elif cohort.source is not None:
        narrow = f"AND c.id IN (SELECT m.campaign_id FROM ({ROWS}) m WHERE {where})"
    return f"""
    SELECT c.id, c.actual_cost / count(*) AS cost
    FROM crm_campaign c JOIN ({ROWS}) m ON m.campaign_id = c.id
    WHERE c.actual_cost > 0 AND {BY_KEY["delivered"].sql} {narrow}
    GROUP BY c.id
    """


def _facts(cohort: Cohort, where: str) -> str:
    """One narrow row for each hand-over: what it is counted by, what it counts as, what it cost and took."""
    dimensions = ", ".join(f"{column} AS by_{key}" for key, column in COLUMNS.items())
    counts = ", ".join(f"({one.sql}) AS is_{one.key}" for one in ALL)
    spreads = ", ".join(
        f"CASE WHEN {of} THEN greatest({value}, 0) END AS {key}" for key, (value, of) in SPREADS.items()
    )
    amounts = ", ".join(f"CASE WHEN {of} THEN m.amount END AS {key}" for key, of in AMOUNTS.items())
    return f"""
    WITH unit AS ({_unit(cohort, where)}), f AS MATERIALIZED (
      SELECT {dimensions}, to_char(m.at AT TIME ZONE 'UTC', 'YYYY-MM') AS by_month, m.derived, m.attempts, u.cost,
             {counts}, {spreads}, {amounts}
      FROM ({ROWS}) m LEFT JOIN unit u ON u.id = m.campaign_id
      WHERE {where}
    )"""


_COUNTS = ", ".join(f"count(*) FILTER (WHERE f.is_{one.key}) AS {one.key}" for one in ALL)
_COSTED = ", ".join(f"count(*) FILTER (WHERE f.is_{key} AND f.cost IS NOT NULL) AS costed_{key}" for key in COSTED)
_SUMS = ", ".join(f"coalesce(sum(f.{key}), 0)::float AS {key}" for key in AMOUNTS)
_SPREADS = ", ".join(
    f"count(f.{key}) AS {key}_of, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY f.{key}) AS {key}"
    for key in SPREADS
)
_FIGURES = f"""
count(*) FILTER (WHERE f.derived) AS derived, {_COUNTS}, {_COSTED},
(sum(f.cost) FILTER (WHERE f.is_delivered))::float AS cost, {_SUMS},
avg(f.attempts) FILTER (WHERE f.is_ended)::float AS attempts_ended, {_SPREADS}
"""


def _finished(row: dict[str, Any]) -> dict[str, Any]:
    for key in SPREADS:
        spread = row[key]
        row[f"{key}_median"], row[f"{key}_p90"] = (round(one, 4) for one in spread) if spread else (None, None)
        del row[key]
    return row


def tally(cohort: Cohort, dimensions: Sequence[str] = (), *, at: datetime) -> dict[str, list[dict[str, Any]]]:
    """The figures of the cohort under "" (one row), and under each of `dimensions` a row for each part, with its `id`.

    A figure is the count of a measure by its key; beside them `derived`, `cost` (None: not known) with `costed_...`,
    the amounts, and for each spread its `..._median`, `..._p90` and of how many (`..._of`).
    """
    where, params = cohort.where()
    sets = ", ".join(["()", *(f"(f.by_{one})" for one in dimensions)])
    keys = "".join(f"GROUPING(f.by_{one}), f.by_{one}, " for one in dimensions)
    found: dict[str, list[dict[str, Any]]] = {"": [], **{one: [] for one in dimensions}}
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_facts(cohort, where)} SELECT {keys}{_FIGURES} FROM f GROUP BY GROUPING SETS ({sets})",
            {**params, "at": at},
        )
        names = [column.name for column in cursor.description][2 * len(dimensions) :]
        for row in cursor.fetchall():
            figures = _finished(dict(zip(names, row[2 * len(dimensions) :], strict=True)))
            place = next((n for n in range(len(dimensions)) if row[2 * n] == 0), None)
            if place is None:
                found[""].append(figures)
            else:
                found[dimensions[place]].append({"id": row[2 * place + 1], **figures})
    return found


def total(cohort: Cohort, *, at: datetime) -> dict[str, Any]:
    return tally(cohort, at=at)[""][0]
