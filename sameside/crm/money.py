"""Amounts that can be added: what a source gave in its currency, converted into the organisation's by dated rates.

A rate says how many units of a currency one unit of its base is worth from a day on. An amount is converted with the
rates in force on its day: a deal on its close date (also while that is a forecast), else on the day it was created; its
stage history like the deal; a campaign's costs on its first day. Both currencies are looked up in the rates of one
source, so that its base need not be the organisation's currency. Rates set by hand count before those of a file, these
before the CRM's, and the European Central Bank's last; of one source, the latest that is not after the day.

An amount without a currency is in the organisation's. Where a source says itself what a deal is worth in its own
currency (`amount_told`), that counts. What a source converted itself, into the organisation's currency
(`told`), counts as it says. One for which no rate is known stays empty, is in no total, and
is told: nothing is invented.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from sameside.kit.sql import rows
from sameside.people.models import Organisation

HAND, FILE, ECB = "hand", "file", "ecb"
LARGEST = 10**16
JOB = "connectors.reconvert"


@dataclass(frozen=True)
class Amounts:
    """A column of amounts: `given` and `currency` are what the source said on `day`, `amount` is what they are worth.

    Columns of the table itself are written `t.name`; `joins` brings others in, and `changed` says what else makes a row
    belong to a run.
    """

    one: str
    many: str
    table: str
    given: str
    amount: str
    currency: str
    day: str
    digits: int = 2
    told: str = "NULL::numeric"
    joins: str = ""
    changed: str = ""


_DEAL_DAY = "COALESCE({0}.close_on, ({0}.created_at AT TIME ZONE 'UTC')::date)"
_CAMPAIGN_DAY = "COALESCE(t.starts_on, (t.created_at AT TIME ZONE 'UTC')::date, t.ends_on, 'infinity'::date)"
CONVERTED: tuple[Amounts, ...] = (
    Amounts(
        *("deal", "deals", "crm_deal", "amount_given", "amount", "t.currency", _DEAL_DAY.format("t")),
        told="t.amount_told",
    ),
    Amounts(
        *("stage change", "stage changes", "crm_stagechange", "amount_given", "amount", "d.currency"),
        _DEAL_DAY.format("d"), joins="JOIN crm_deal d ON d.id = t.deal_id", changed="d.changed_by_run = %(run)s",
    ),
    Amounts(
        "campaign budget", "campaign budgets", "crm_campaign", "budgeted_cost_given", "budgeted_cost", "t.currency",
        _CAMPAIGN_DAY,
    ),
    Amounts(
        "campaign cost", "campaign costs", "crm_campaign", "actual_cost_given", "actual_cost", "t.currency",
        _CAMPAIGN_DAY,
    ),
    Amounts("ad cost", "ad costs", "crm_campaigncost", "amount_given", "amount", "t.currency", "t.day", digits=4),
)  # fmt: skip

_IN_FORCE = """
    CASE WHEN {currency} = b.base THEN 1 ELSE (
        SELECT r.rate FROM crm_exchangerate r
        WHERE r.source = b.source AND r.base = b.base AND r.currency = {currency} AND r.starts_on <= w.day
            AND NOT r.deleted_in_source
        ORDER BY r.starts_on DESC, r.id DESC LIMIT 1
    ) END
"""
_CONVERT = f"""
    WITH sums AS MATERIALIZED (
        SELECT t.id, t.{{given}} AS given, upper({{currency}}) AS currency, {{day}} AS day, {{told}} AS told
        FROM {{table}} t {{joins}} WHERE {{where}}
    ), wanted AS (
        SELECT DISTINCT currency, day FROM sums WHERE given IS NOT NULL AND currency NOT IN ('', %(currency)s)
    ), bases AS (
        SELECT DISTINCT source, base FROM crm_exchangerate WHERE NOT deleted_in_source
    ), factors AS (
        SELECT DISTINCT ON (w.currency, w.day) w.currency, w.day, f.ours / f.theirs AS factor
        FROM wanted w CROSS JOIN bases b CROSS JOIN LATERAL (
            SELECT {_IN_FORCE.format(currency="w.currency")} AS theirs,
                {_IN_FORCE.format(currency="%(currency)s")} AS ours
        ) f
        WHERE f.theirs IS NOT NULL AND f.ours IS NOT NULL
        ORDER BY w.currency, w.day,
            CASE b.source WHEN '{HAND}' THEN 0 WHEN '{FILE}' THEN 1 WHEN '{ECB}' THEN 3 ELSE 2 END, b.source, b.base
    ), worth AS (
        SELECT s.id, CASE
            WHEN s.given IS NOT NULL AND (s.currency = %(currency)s OR s.currency = '' AND s.told IS NULL) THEN s.given
            WHEN s.told IS NOT NULL THEN s.told
            WHEN abs(s.given * f.factor) < {LARGEST} THEN round(s.given * f.factor, {{digits}}) END AS amount
        FROM sums s LEFT JOIN factors f USING (currency, day)
    )
    UPDATE {{table}} t SET {{amount}} = w.amount FROM worth w
    WHERE w.id = t.id AND t.{{amount}} IS DISTINCT FROM w.amount
"""


def convert(run_id: int | None = None) -> int:
    """Fill the amounts of the rows that the run changed, of every row without one. Returns how many were different.

    A run that brought rates concerns every row.
    """
    values = {"currency": Organisation.current().currency, "run": run_id}
    with transaction.atomic(), connection.cursor() as cursor:
        if run_id is not None:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM crm_exchangerate WHERE changed_by_run = %(run)s)", values)
            if (cursor.fetchone() or (False,))[0]:
                run_id = None
        changed = 0
        for each in CONVERTED:
            conditions = ["t.changed_by_run = %(run)s", *([each.changed] if each.changed else [])]
            cursor.execute(_statement(each, "true" if run_id is None else " OR ".join(conditions)), values)
            changed += cursor.rowcount
    return changed


def convert_table(of: Amounts) -> int:
    """Fill the amounts of a table that is not among `CONVERTED`. Returns how many were different."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(of, "true"), {"currency": Organisation.current().currency})
        return int(cursor.rowcount)


def _statement(of: Amounts, where: str) -> str:
    return _CONVERT.format(
        table=of.table,
        given=of.given,
        amount=of.amount,
        currency=of.currency,
        day=of.day,
        told=of.told,
        digits=of.digits,
        joins=of.joins,
        where=where,
    )


def convert_soon() -> None:
    """Have everything converted anew in the background, once, however many changes ask for it."""
    try:
        with transaction.atomic():
            app.configure_task(JOB, queueing_lock=JOB).defer()
    except AlreadyEnqueued:
        return


@dataclass(frozen=True)
class Missing:
    """`count` amounts in `currency` have no rate, or one that makes them too large to store."""

    one: str
    many: str
    currency: str
    count: int

    @property
    def sentence(self) -> str:
        what, have = (self.one, "has") if self.count == 1 else (self.many, "have")
        return f"{self.count:,} {what} in {self.currency} {have} no rate: not in any total."


def missing(of: Sequence[Amounts] = CONVERTED) -> list[Missing]:
    """What could not be converted, of deals and costs; the stage history says nothing that its deals do not."""
    found = []
    for each in of:
        if each.joins:
            continue
        counted: list[dict[str, Any]] = rows(
            f"""SELECT upper({each.currency}) AS currency, count(*) AS count FROM {each.table} t
            WHERE t.{each.given} IS NOT NULL AND t.{each.amount} IS NULL AND NOT t.deleted_in_source
            GROUP BY 1 ORDER BY 2 DESC, 1""",
            {},
        )
        found += [Missing(each.one, each.many, row["currency"], row["count"]) for row in counted]
    return found
