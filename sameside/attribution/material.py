"""What credit is computed from: every deal, and the touches of their companies, as arrays.

**When the lead was made.** The earliest lead that was converted into the deal; of a deal without one, the earliest lead
of its company, where that was made before the deal; else nobody knows. **When the opportunity was made:** when the
deal was created. **Whose team:** that of the person who made the touch, else of the owner of its campaign, as the teams
are today. **Direct** is the channel `website`: a visit that nothing is known to have brought.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np
import pyarrow as pa

from sameside.analytics.attribution import companies, slices
from sameside.analytics.attribution.journeys import UNKNOWN, Flags, Floats, Ints, Journeys, Outcomes
from sameside.attribution import transfer
from sameside.crm.channels import CHANNELS

DIMENSIONS = ("channel", "origin", "campaign", "asset", "team")
NO_KEY, NO_TOUCH = "none", ""

PAID, ORGANIC, SELLER = "paid", "organic", "seller"
ORIGINS = (PAID, ORGANIC, SELLER)
SELLER_CHANNELS = frozenset({"sales-call", "sales-email", "meeting", "content-share"})
DIRECT = frozenset({"website"})

_CHANNELS = tuple(CHANNELS)
_OTHER = _CHANNELS.index("other")
_AT_ONCE = 1 << 17  # deals whose journeys are in memory together

_DEALS = """
SELECT d.id, COALESCE(d.company_id, -1) AS company, COALESCE(d.closed_at, %s) AS ends_at, d.created_at,
  COALESCE(
    own.made_at, CASE WHEN of_company.made_at <= d.created_at THEN of_company.made_at END, '-infinity'
  ) AS lead_at,
  round(COALESCE(d.amount, 0) * 100)::bigint AS cents, (d.is_won::int + 2 * d.is_closed::int)::bigint AS state
FROM crm_deal d
LEFT JOIN (SELECT deal_id, min(created_at) AS made_at FROM leads_lead
  WHERE deal_id IS NOT NULL AND NOT deleted_in_source GROUP BY 1) own ON own.deal_id = d.id
LEFT JOIN (SELECT company_id, min(created_at) AS made_at FROM leads_lead
  WHERE company_id IS NOT NULL AND NOT deleted_in_source GROUP BY 1) of_company ON of_company.company_id = d.company_id
WHERE NOT d.deleted_in_source
"""
_TOUCHES = f"""
SELECT t.id, t.company_id, t.occurred_at,
  COALESCE(names.place - 1, {_OTHER}) AS channel, t.paid::int::bigint AS paid,
  COALESCE(t.campaign_id, -1) AS campaign, COALESCE(t.asset_id, -1) AS asset,
  COALESCE(p.team_id, o.team_id, -1) AS team
FROM crm_touch t LEFT JOIN unnest(%s::text[]) WITH ORDINALITY AS names(name, place) ON names.name = t.channel
LEFT JOIN people_person p ON p.id = t.person_id
LEFT JOIN crm_campaign c ON c.id = t.campaign_id LEFT JOIN people_person o ON o.id = c.owner_id
WHERE t.current AND t.occurred_at >= '1970-01-01+00'
  AND t.company_id IN (SELECT d.company_id FROM crm_deal d WHERE NOT d.deleted_in_source)
"""


@dataclass(frozen=True)
class Deals:
    """d deals, those lost too, int64[d]: times are seconds since 1970, `lead` and `company` UNKNOWN where nobody knows;
    `moment` is the end in microseconds.
    """

    id: Ints
    company: Ints
    end: Ints
    created: Ints
    lead: Ints
    cents: Ints
    moment: Ints
    won: Flags
    closed: Flags

    def __len__(self) -> int:
        return len(self.id)

    def take(self, chosen: Flags | slice) -> "Deals":
        return Deals(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    @cached_property
    def outcomes(self) -> Outcomes:
        return Outcomes(
            won=self.won,
            amount=np.where(self.won, self.cents / 100, 0.0),
            month=self.end.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64),
            bucket=companies.buckets(companies.hashes(pa.chunked_array([pa.array(self.company)]))),
            lead_age=np.where(self.lead == UNKNOWN, UNKNOWN, np.maximum(self.end - self.lead, 0)),
            opportunity_age=np.maximum(self.end - self.created, 0),
        )


@dataclass(frozen=True)
class Dimension:
    """The names of its keys, and the code of each touch."""

    names: tuple[str, ...]
    code: Ints


@dataclass(frozen=True)
class Material:
    deals: Deals
    touches: slices.Sorted
    dimensions: Mapping[str, Dimension]
    direct: Flags
    digests: Mapping[str, str]

    def journeys(self, lookback: int, chosen: Flags | None = None) -> Iterator[tuple[Deals, Journeys]]:
        """The journeys of all deals, or of the chosen ones, some deals at a time."""
        deals = self.deals if chosen is None else self.deals.take(chosen)
        for low in range(0, len(deals), _AT_ONCE):
            part = deals.take(slice(low, low + _AT_ONCE))
            found = self.touches.journeys(part.outcomes, part.company, part.end, lookback)
            yield part, _with_direct(found, self.direct)


def _with_direct(journeys: Journeys, direct: Flags) -> Journeys:
    return replace(journeys, direct=direct[journeys.key])


def load(at: datetime) -> Material:
    """Every deal as of `at`, which is when the open ones end, and the current touches of their companies."""
    deals = _deals(at)
    names = ["id", "company", "at", "channel", "paid", "campaign", "asset", "team"]
    rows = transfer.read(_TOUCHES, [list(_CHANNELS)], names)
    order = np.argsort(rows["id"], kind="stable")
    rows = {name: column[order] for name, column in rows.items()}
    sold = np.isin(rows["channel"], [_CHANNELS.index(name) for name in SELLER_CHANNELS])
    rows["origin"] = np.where(sold, ORIGINS.index(SELLER), np.where(rows["paid"] == 1, 0, 1)).astype(np.int64)
    moments = transfer.seconds(rows["at"])
    return Material(
        deals,
        slices.Sorted(rows["company"], moments),
        {name: _dimension(name, rows[name]) for name in DIMENSIONS},
        np.isin(rows["channel"], [_CHANNELS.index(name) for name in DIRECT]),
        _digests(deals, rows, int(at.timestamp())),
    )


def _deals(at: datetime) -> Deals:
    rows = transfer.read(_DEALS, [at], ["id", "company", "end", "created", "lead", "cents", "state"])
    order = np.argsort(rows["id"])
    rows = {name: column[order] for name, column in rows.items()}
    end, created = (np.maximum(transfer.seconds(rows[name]), 0) for name in ("end", "created"))
    lead = np.maximum(transfer.seconds(rows["lead"]), UNKNOWN)
    moment = rows["end"] + 946_684_800_000_000
    won, closed = rows["state"] % 2 == 1, rows["state"] >= 2
    return Deals(rows["id"], rows["company"], end, created, lead, rows["cents"], moment, won, closed)


def _dimension(name: str, keys: Ints) -> Dimension:
    fixed: Mapping[str, tuple[str, ...]] = {"channel": _CHANNELS, "origin": ORIGINS}
    labels = fixed.get(name)
    distinct, codes = np.unique(keys, return_inverse=True)
    names = [NO_KEY if key < 0 else labels[key] if labels else str(key) for key in distinct.tolist()]
    return Dimension(tuple(names), codes.astype(np.int64))


def _digests(deals: Deals, rows: Mapping[str, Ints], at: int) -> dict[str, str]:
    """What the numbers depend on, in parts, so that a change can be named."""
    known = transfer.seconds(rows["at"]) <= at
    touches = [rows[name][known] for name in ("id", "company", "at", "channel", "paid", "campaign", "asset")]
    ended = np.where(deals.closed, deals.end, 0)
    return {
        "touches": _digest(*touches),
        "teams": _digest(rows["team"][known]),
        "deals": _digest(deals.id, deals.company, ended, deals.created, deals.won, deals.closed),
        "amounts": _digest(deals.id, deals.cents),
        "leads": _digest(deals.id, deals.lead),
    }


def _digest(*columns: Ints | Floats | Flags) -> str:
    told = hashlib.sha256()
    for column in columns:
        told.update(np.ascontiguousarray(column).tobytes())
    return told.hexdigest()
