"""Journeys as the tables that a user would have: one company each, times with fractions of a second, rows shuffled."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from tests.analytics.attribution.reference import Journey

TIME = pa.timestamp("us", "UTC")


def label(key: int) -> str:
    return f"key {key:03}"


def tables(told: Sequence[Journey], *, seed: int = 1) -> tuple[pa.Table, pa.Table]:
    """(touches, outcomes); a touch of the same second as its outcome lies in any fraction of it."""
    chance = random.Random(seed)
    outcomes, touches = [], []
    for number, journey in enumerate(told):
        end = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(500 * 86_400))

        def before(age: int | None, end: datetime = end) -> datetime | None:
            return (
                None if age is None else end - timedelta(seconds=age) + timedelta(microseconds=chance.randrange(10**6))
            )

        outcomes.append(
            {
                "deal_id": f"deal {number}",
                "company_id": f"company {number} \N{SNOWMAN}",
                "closed_at": before(0),
                "won": journey.won,
                "amount": journey.amount,
                "lead_created_at": before(journey.lead_age),
                "created_at": before(journey.opportunity_age),
            }
        )
        company = outcomes[-1]["company_id"]
        for age, key, _ in journey.touches:
            touches.append({"company_id": company, "occurred_at": before(age), "channel": label(key), "paid": key > 2})
    chance.shuffle(touches)
    chance.shuffle(outcomes)
    made = pa.schema(
        [("company_id", pa.string()), ("occurred_at", TIME), ("channel", pa.string()), ("paid", pa.bool_())]
    )
    ended = pa.schema(
        [
            ("deal_id", pa.string()),
            ("company_id", pa.string()),
            ("closed_at", TIME),
            ("won", pa.bool_()),
            ("amount", pa.float64()),
            ("lead_created_at", TIME),
            ("created_at", TIME),
        ]
    )
    return pa.Table.from_pylist(touches, made), pa.Table.from_pylist(outcomes, ended)


def few(
    outcomes: Sequence[tuple[str, datetime, bool, float]], touches: Sequence[tuple[str, datetime, str | None]]
) -> tuple[pa.Table, pa.Table]:
    """(touches, outcomes) by hand: (company, closed, won, amount) and (company, occurred, channel)."""
    rows = [
        {"deal_id": number, "company_id": company, "closed_at": closed, "won": won, "amount": amount}
        for number, (company, closed, won, amount) in enumerate(outcomes)
    ]
    ended = pa.schema(
        [
            ("deal_id", pa.int64()),
            ("company_id", pa.string()),
            ("closed_at", TIME),
            ("won", pa.bool_()),
            ("amount", pa.float64()),
        ]
    )
    made = pa.schema([("company_id", pa.string()), ("occurred_at", TIME), ("channel", pa.string())])
    named = [dict(zip(made.names, touch, strict=True)) for touch in touches]
    return pa.Table.from_pylist(named, made), pa.Table.from_pylist(rows, ended)
