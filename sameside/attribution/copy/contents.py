"""What the copy holds: for each table its rows in SQL, its columns, and the files that its parts are kept in.

No personal data beyond ids: whose address or name it is stands in PostgreSQL alone, where it can be erased.

**Touches**: those that count and have a company, one file for each month (UTC), in the order of company and time.
`team_id` is that of the person who made it, else of the owner of its campaign, as the teams are today. Touches of one
second count in the `sequence` in which they were recorded.
**Outcomes**: deals that were won or lost, of a known company; **pipeline**: all other deals. `lead_created_at` is when
the earliest lead was made that became the deal; of a deal without one, the earliest lead of its company, where that was
made before the deal. An unknown amount counts nothing.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

PAID, ORGANIC, SELLER = "paid", "organic", "seller"
SELLER_CHANNELS = frozenset({"sales-call", "sales-email", "meeting", "content-share"})

_MOMENT = pa.timestamp("us", "UTC")
_TOUCHES = f"""
SELECT t.id AS touch_id, t.id AS sequence, t.company_id, t.occurred_at, t.channel,
  CASE WHEN t.channel IN ({", ".join(f"'{name}'" for name in sorted(SELLER_CHANNELS))}) THEN '{SELLER}'
    WHEN t.paid THEN '{PAID}' ELSE '{ORGANIC}' END AS origin,
  t.paid, t.campaign_id, t.asset_id, t.contact_id, COALESCE(p.team_id, o.team_id) AS team_id, t.cost::float8 AS cost
FROM crm_touch t LEFT JOIN people_person p ON p.id = t.person_id
LEFT JOIN crm_campaign c ON c.id = t.campaign_id LEFT JOIN people_person o ON o.id = c.owner_id
WHERE t.current AND t.company_id IS NOT NULL AND t.occurred_at >= '1970-01-01+00'
"""
_DEALS = """
SELECT d.id AS deal_id, d.company_id, d.created_at,
  COALESCE(own.made_at, CASE WHEN of_company.made_at <= d.created_at THEN of_company.made_at END) AS lead_created_at,
  d.closed_at, d.is_closed AS closed, d.is_won AS won, COALESCE(d.amount, 0)::float8 AS amount
FROM crm_deal d
LEFT JOIN (SELECT deal_id, min(created_at) AS made_at FROM leads_lead
  WHERE deal_id IS NOT NULL AND NOT deleted_in_source GROUP BY 1) own ON own.deal_id = d.id
LEFT JOIN (SELECT company_id, min(created_at) AS made_at FROM leads_lead
  WHERE company_id IS NOT NULL AND NOT deleted_in_source GROUP BY 1) of_company ON of_company.company_id = d.company_id
WHERE NOT d.deleted_in_source
"""
_IS_PIPELINE = "CASE WHEN q.closed AND q.company_id IS NOT NULL THEN 0 ELSE 1 END"


@dataclass(frozen=True, eq=False)
class Content:
    """One table of the database's rows. `grain` is an SQL expression (integer) that `part_of` makes a row's part of;
    `is_in` is the condition, in SQL, for a row to belong to a part, such that an index can answer it; `order` the
    columns that a file is sorted by, the last of them the id.
    """

    query: str
    grain: str
    part_of: Callable[[int], int]
    is_in: Callable[[int], str]
    order: tuple[str, ...]
    schema: pa.Schema
    files: Mapping[int, str] | None = None

    @property
    def id(self) -> str:
        return self.order[-1]

    @cached_property
    def edition(self) -> str:
        """Changes with whatever changes what a file holds."""
        told = f"{self.query} {self.grain} {self.order} {self.schema}"
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    def file(self, part: int) -> str:
        """The path in the copy's folder of the file that holds `part`."""
        return self.files[part] if self.files else f"touches/{month_name(part)}.parquet"

    def fingerprints(self, parts: Collection[int] | None = None) -> str:
        """One row for each grain of some parts, of all for None: its rows, its greatest id, and two sums of the hashes
        of its rows.
        """
        return f"""
            SELECT grain, count(*) AS n, max(id) AS latest, bit_xor(hash) AS mixed,
                sum(hash & 4294967295)::bigint AS added
            FROM (SELECT ({self.grain})::bigint AS grain, q.{self.id} AS id, hash_record_extended(q, 0) AS hash
                FROM ({self.query}) q{self._inside(parts)}) f GROUP BY grain"""

    def rows(self, parts: Collection[int] | None = None) -> str:
        """The rows of some parts, of all for None, each with its grain, in any order."""
        return f"SELECT ({self.grain})::bigint AS grain, q.* FROM ({self.query}) q{self._inside(parts)}"

    def _inside(self, parts: Collection[int] | None) -> str:
        return "" if parts is None else f" WHERE {' OR '.join(self.is_in(part) for part in sorted(parts))}"

    def part_named(self, name: str) -> int | None:
        """The part that a file of this name in the copy's folder is for."""
        if self.files is None:
            return _month_named(name)
        return next((part for part, file in self.files.items() if file == name), None)


def month_name(month: int) -> str:
    """`2026-05` of a number of months since January 1970."""
    return f"{1970 + month // 12:04}-{month % 12 + 1:02}"


def _month_named(name: str) -> int | None:
    found = re.fullmatch(r"touches/(\d{4})-(0[1-9]|1[0-2])\.parquet", name)
    return (int(found[1]) - 1970) * 12 + int(found[2]) - 1 if found else None


def _of_month(month: int) -> str:
    begin, end = (f"'{month_name(one)}-01+00'" for one in (month, month + 1))
    return f"(q.occurred_at >= {begin} AND q.occurred_at < {end})"


def _month_of_day(day: int) -> int:
    return int(np.datetime64(day, "D").astype("datetime64[M]").astype(np.int64))


TOUCHES = Content(
    _TOUCHES,
    "(q.occurred_at AT TIME ZONE 'UTC')::date - '1970-01-01'::date",
    _month_of_day,
    _of_month,
    ("company_id", "occurred_at", "touch_id"),
    pa.schema(
        {
            "touch_id": pa.int64(),
            "sequence": pa.int64(),
            "company_id": pa.int64(),
            "occurred_at": _MOMENT,
            "channel": pa.string(),
            "origin": pa.string(),
            "paid": pa.bool_(),
            "campaign_id": pa.int64(),
            "asset_id": pa.int64(),
            "contact_id": pa.int64(),
            "team_id": pa.int64(),
            "cost": pa.float64(),
        }
    ),
)
DEALS = Content(
    _DEALS,
    _IS_PIPELINE,
    int,
    lambda part: f"({_IS_PIPELINE}) = {part}",
    ("company_id", "deal_id"),
    pa.schema(
        {
            "deal_id": pa.int64(),
            "company_id": pa.int64(),
            "created_at": _MOMENT,
            "lead_created_at": _MOMENT,
            "closed_at": _MOMENT,
            "closed": pa.bool_(),
            "won": pa.bool_(),
            "amount": pa.float64(),
        }
    ),
    {0: "outcomes/outcomes.parquet", 1: "pipeline/pipeline.parquet"},
)
CONTENTS = (TOUCHES, DEALS)
