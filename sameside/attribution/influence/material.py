"""What influence is computed from, as arrays: closed deals and ended conversations as cases, and what they met.

A deal is a case from its creation to its close, and what its company met counts from a year before it; a conversation
from its opening to its end, and what its company met counts from 90 days before. Plays and answers are met by the deal
itself (see exposures.py). A case without a company met no content, campaign or channel.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from sameside.analytics.influence.cases import DAY, Cases, Floats, Ints, Moving, Touches
from sameside.analytics.influence.strata import inside
from sameside.attribution.copy import reading, refreshing
from sameside.attribution.influence import exposures, likeness, recommended
from sameside.attribution.influence.exposures import Exposures
from sameside.attribution.influence.models import CREDITED, Kind
from sameside.attribution.influence.recommended import Recommended
from sameside.attribution.material import ints
from sameside.crm.channels import CHANNELS

BEFORE = 365 * DAY
BEFORE_CONVERSATION = 90 * DAY
OF_DEALS, OF_CONVERSATIONS = ("won", "days", "amount"), ("conversations",)
RESULTS = OF_DEALS + OF_CONVERSATIONS

_DEALS = f"""
SELECT d.id, d.id AS deal, COALESCE(d.company_id, -d.id), d.created_at, d.closed_at, d.is_won, d.amount,
  {likeness.COLUMNS}, '' AS conversation
FROM crm_deal d {likeness.JOINS}
WHERE d.is_closed AND NOT d.deleted_in_source AND d.closed_at > d.created_at
ORDER BY d.id
"""
_CONVERSATIONS = f"""
SELECT c.id, d.id AS deal, COALESCE(d.company_id, -d.id), c.opened_at, c.ended_at, c.state = 'succeeded', NULL,
  {likeness.COLUMNS}, c.kind AS conversation
FROM conversations_conversation c JOIN crm_deal d ON d.id = c.deal_id {likeness.JOINS}
WHERE c.state <> 'open' AND NOT d.deleted_in_source AND c.ended_at >= c.opened_at
ORDER BY c.id
"""
_CHANNELS = tuple(CHANNELS)

Columns = Sequence[Sequence[Any]]
Log = Mapping[str, Ints]
"""Touches of companies with a deal: `company`, `at` in seconds since 1970, and the keys by kind, -1 without one."""


@dataclass(frozen=True)
class Material:
    """n cases and the p pairs of a case with a touch before its end: `case`, `age` (seconds since the case began) and
    `left` (seconds before its end), int64[p], with the pairs' keys by kind, -1 without one. `names` are the words of
    the codes in `alike`.
    """

    id: Ints
    company: Ints
    length: Ints
    results: Mapping[str, Floats]
    alike: Mapping[str, Ints | Moving]
    names: Mapping[str, Sequence[str]]
    case: Ints
    age: Ints
    left: Ints
    keys: Mapping[str, Ints]
    exposed: Mapping[str, Exposures]

    def __len__(self) -> int:
        return len(self.id)

    @property
    def won(self) -> Floats:
        return self.results["won"]

    @property
    def amount(self) -> Floats:
        return self.results["amount"]

    def cases(self, kind: str, result: str, alike: Sequence[str]) -> Cases:
        """Those that `kind` can be told of; the others are compared with nobody."""
        values = self.results[result]
        if kind in self.exposed:
            values = np.where(self.exposed[kind].known, values, np.nan)
        return Cases(self.company, self.length, values, {name: self.alike[name] for name in alike})

    def touches(self, kind: str) -> tuple[list[str], Touches]:
        """The keys of `kind` that some case met, and all touches; those without a key have the code after the last."""
        if kind in self.exposed:
            return self.exposed[kind].beside(self.case, self.age)
        named, codes = np.unique(self.keys[kind], return_inverse=True)
        unnamed = int((named < 0).any())
        codes = np.where(codes < unnamed, len(named) - unnamed, codes - unnamed).astype(np.int64)
        fixed = kind == Kind.CHANNEL
        keys = [_CHANNELS[key] if fixed else str(key) for key in named[unnamed:].tolist()]
        return keys, Touches(self.case, codes, self.age)

    @property
    def columns(self) -> list[np.ndarray]:
        """All that the figures depend on."""
        moving = [
            part for one in self.alike.values() if isinstance(one, Moving) for part in (one.case, one.age, one.code)
        ]
        fixed = [one for one in self.alike.values() if not isinstance(one, Moving)]
        met = [part for one in self.exposed.values() for part in (one.case, one.key, one.age, one.known)]
        results = [np.nan_to_num(values) for values in self.results.values()]
        return [
            self.id,
            self.company,
            self.length,
            *results,
            *fixed,
            *moving,
            self.case,
            self.age,
            *self.keys.values(),
            *met,
        ]


@dataclass(frozen=True)
class Known:
    """`recommended` has by place the cases that something was recommended for, and nothing further in it."""

    deals: Material
    conversations: Material
    recommended: Mapping[str, "Known"]

    @property
    def digest(self) -> str:
        told = hashlib.sha256(" ".join(Kind).encode())
        for of in (self, *self.recommended.values()):
            for column in (*of.deals.columns, *of.conversations.columns):
                told.update(np.ascontiguousarray(column).tobytes())
        return told.hexdigest()

    def within(self, kind: str, key: str) -> "Known":
        """The cases that a thing is compared among."""
        return self.recommended[key] if kind == Kind.RECOMMENDATION else self

    def of(self, result: str) -> Material:
        return self.deals if result in OF_DEALS else self.conversations


def load() -> Known:
    log = _log()
    stages = likeness.stages()
    deals, conversations = _columns(_DEALS), _columns(_CONVERSATIONS)

    def known(place: Recommended | None, within: Mapping[str, Known]) -> Known:
        of_deals = _material(deals, log, stages, BEFORE, place)
        return Known(of_deals, _material(conversations, log, None, BEFORE_CONVERSATION, place), within)

    return known(None, {place.place: known(place, {}) for place in recommended.load()})


def _log() -> Log:
    """From the columnar copy, which is brought up to date first."""
    refreshing.refresh()
    table = reading.touches(("company_id", "occurred_at", "channel", "campaign_id", "asset_id"))
    table = table.filter(pc.is_in(table["company_id"], value_set=reading.deals()["company_id"].drop_null()))
    return {
        "company": ints(table["company_id"]),
        "at": ints(table["occurred_at"]) // 1_000_000,
        Kind.CHANNEL: ints(pc.index_in(table["channel"], value_set=pa.array(_CHANNELS)), _CHANNELS.index("other")),
        Kind.CAMPAIGN: ints(table["campaign_id"]),
        Kind.ASSET: ints(table["asset_id"]),
    }


def _columns(query: str) -> Columns:
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = cursor.fetchall()
    return list(zip(*found, strict=True)) if found else [()] * (7 + len(likeness.NAMES) + 1)


def _material(
    columns: Columns, log: Log, stages: likeness.Stages | None, before: int, place: Recommended | None
) -> Material:
    """Of all cases, or of those that something was recommended for at a place, each from then on."""
    ids, deals, companies = (np.array(columns[place], dtype=np.int64) for place in (0, 1, 2))
    begins, ends = (np.array([int(at.timestamp()) for at in columns[place]], dtype=np.int64) for place in (3, 4))
    since, followed = begins, begins
    if place is not None:
        case, since, followed = place.cases(deals, begins, ends)
        chosen = case.tolist()
        columns = [[column[one] for one in chosen] for column in columns]
        ids, deals, companies, begins, ends = (column[case] for column in (ids, deals, companies, begins, ends))
    length = np.maximum(ends - since, 1)
    good = np.array(columns[5], dtype=np.float64)
    amount = np.array([np.nan if one is None else float(one) for one in columns[6]], dtype=np.float64)
    results = (
        {"conversations": good}
        if stages is None
        else {
            "won": good,
            "days": np.where(good > 0, length / DAY, np.nan),
            "amount": np.where(good > 0, amount, np.nan),
        }
    )
    coded = likeness.coded(columns[7:], columns[3])
    alike: dict[str, Ints | Moving] = {name: codes for name, (codes, _) in coded.items()}
    if stages is not None:
        alike["stage"] = stages.of(deals, since)
    names = {name: words for name, (_, words) in coded.items()} | {"stage": stages.names if stages else []}
    if place is not None:
        alike["waited"], names["waited"] = recommended.waited(begins, since), list(recommended.WAITED)
    case, age, left, keys = _met(companies, since, ends, log, before)
    return Material(
        ids,
        companies,
        length,
        results,
        alike,
        names,
        case,
        age,
        left,
        keys,
        place.exposures(since, ends, followed) if place else exposures.load(deals, begins, ends, before),
    )


def _met(companies: Ints, begins: Ints, ends: Ints, log: Log, before: int) -> tuple[Ints, Ints, Ints, dict[str, Ints]]:
    """Each case with each touch of its company in time."""
    known, of = np.unique(companies, return_inverse=True)
    if not len(known):
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, nothing, {kind.value: nothing for kind in CREDITED}
    place = np.searchsorted(known, log["company"])
    there = known[np.minimum(place, len(known) - 1)] == log["company"]
    word = place[there] * (1 << 40) + log["at"][there]
    order = np.argsort(word, kind="stable")
    word = word[order]
    low = np.searchsorted(word, of * (1 << 40) + np.maximum(begins - before, 0))
    high = np.searchsorted(word, of * (1 << 40) + ends, side="right")
    many = np.maximum(high - low, 0)
    case = np.repeat(np.arange(len(companies)), many)
    pick = order[np.repeat(low, many) + inside(many)]
    moment = log["at"][there][pick]
    keys = {str(kind): log[kind][there][pick] for kind in CREDITED}
    return case, moment - begins[case], ends[case] - moment, keys
