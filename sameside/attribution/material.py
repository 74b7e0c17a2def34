"""What credit is computed from: every deal, and the touches of their companies, as arrays of the columnar copy.

**When the lead was made, whose team:** as the copy says (copy/contents.py). **When the opportunity was made:** when the
deal was created. **Direct** is the channel `website`: a visit that nothing is known to have brought.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sameside.analytics.attribution import companies, slices
from sameside.analytics.attribution.journeys import UNKNOWN, Flags, Floats, Ints, Journeys, Outcomes
from sameside.attribution.copy import reading, refreshing
from sameside.attribution.copy.contents import ORGANIC, PAID, SELLER, SELLER_CHANNELS
from sameside.crm.channels import CHANNELS

__all__ = ["DIMENSIONS", "NO_KEY", "NO_TOUCH", "ORGANIC", "PAID", "SELLER", "SELLER_CHANNELS", "Material", "load"]

DIMENSIONS = ("channel", "origin", "campaign", "asset", "team")
NO_KEY, NO_TOUCH = "none", ""
ORIGINS = (PAID, ORGANIC, SELLER)
DIRECT = frozenset({"website"})

_CHANNELS = tuple(CHANNELS)
_OTHER = _CHANNELS.index("other")
_TO_2000 = 946_684_800_000_000


@dataclass(frozen=True)
class Deals:
    """d deals, those lost too, int64[d]: times are seconds since 1970, `lead` and `company` UNKNOWN where nobody
    knows.
    """

    id: Ints
    company: Ints
    end: Ints
    created: Ints
    lead: Ints
    cents: Ints
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
    ahead: tuple[int, ...]
    """The deals that were made or closed later than the moment of the material, by their own dates."""

    def journeys(self, lookback: int, deals: Deals) -> Journeys:
        found = self.touches.journeys(deals.outcomes, deals.company, deals.end, lookback)
        return replace(found, direct=self.direct[found.key])


def load(at: datetime, ahead: Collection[int] | None = None) -> Material:
    """Every deal as of `at`, which is when the open ones end, and the current touches of their companies. Brings the
    copy up to date first.

    With `ahead`, as it was at `at`: deals made since are left out, and those closed since were open. Not those of
    `ahead`, whose dates lay in the future even then: a close may be entered before its day.
    """
    refreshing.refresh()
    deals = _deals(at)
    now = int(at.timestamp())
    later = (deals.closed & (deals.end > now)) | (deals.created > now)
    dated_ahead = tuple(deals.id[later].tolist())
    if ahead is not None:
        deals = _as_of(deals, now, later & ~np.isin(deals.id, np.array(list(ahead), dtype=np.int64)))
    rows = _touches(deals)
    at_second = rows["at"] // 1_000_000
    return Material(
        deals,
        slices.Sorted(rows["company"], at_second),
        {name: _dimension(name, rows[name]) for name in DIMENSIONS},
        np.isin(rows["channel"], [_CHANNELS.index(name) for name in DIRECT]),
        _digests(deals, rows, now),
        dated_ahead,
    )


def _as_of(deals: Deals, now: int, since: Flags) -> Deals:
    """The deals at `now`; `since` are those that were made or closed afterwards."""
    end = np.where(since, now, deals.end)
    found = replace(deals, end=end, won=deals.won & ~since, closed=deals.closed & ~since)
    return found.take(~(since & (deals.created > now)))


def ints(column: pa.ChunkedArray, missing: int = -1) -> Ints:
    """A column of the copy, times in microseconds since 1970."""
    found: Ints = column.cast(pa.int64()).fill_null(missing).to_numpy()
    return found


def _touches(deals: Deals) -> dict[str, Ints]:
    """Of companies that have a deal, in the order of their ids; times in microseconds since 1970."""
    names = ("touch_id", "company_id", "occurred_at", "channel", "origin", "paid", "campaign_id", "asset_id", "team_id")
    table = reading.touches(names)
    table = table.filter(pa.array(np.isin(ints(table["company_id"]), deals.company)))
    table = table.take(pa.array(np.argsort(ints(table["touch_id"]), kind="stable")))
    return {
        "id": ints(table["touch_id"]),
        "company": ints(table["company_id"]),
        "at": ints(table["occurred_at"]),
        "channel": ints(pc.index_in(table["channel"], value_set=pa.array(_CHANNELS)), _OTHER),
        "origin": ints(pc.index_in(table["origin"], value_set=pa.array(ORIGINS))),
        "paid": ints(table["paid"]),
        "campaign": ints(table["campaign_id"]),
        "asset": ints(table["asset_id"]),
        "team": ints(table["team_id"]),
    }


def _deals(at: datetime) -> Deals:
    table = reading.deals()
    table = table.take(pa.array(np.argsort(ints(table["deal_id"]))))
    now = int(at.timestamp()) * 1_000_000
    end, created = (np.maximum(ints(table[name], now) // 1_000_000, 0) for name in ("closed_at", "created_at"))
    lead = ints(table["lead_created_at"], UNKNOWN * 1_000_000) // 1_000_000
    return Deals(
        ints(table["deal_id"]),
        ints(table["company_id"], UNKNOWN),
        end,
        created,
        np.maximum(lead, UNKNOWN),
        np.rint(table["amount"].to_numpy() * 100).astype(np.int64),
        table["won"].to_numpy(),
        table["closed"].to_numpy(),
    )


def _dimension(name: str, keys: Ints) -> Dimension:
    fixed: Mapping[str, tuple[str, ...]] = {"channel": _CHANNELS, "origin": ORIGINS}
    labels = fixed.get(name)
    distinct, codes = np.unique(keys, return_inverse=True)
    names = [NO_KEY if key < 0 else labels[key] if labels else str(key) for key in distinct.tolist()]
    return Dimension(tuple(names), codes.astype(np.int64))


def _digests(deals: Deals, rows: Mapping[str, Ints], at: int) -> dict[str, str]:
    """What the numbers depend on, in parts, so that a change can be named."""
    known = rows["at"] // 1_000_000 <= at
    rows = {**rows, "at": rows["at"] - _TO_2000}
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
