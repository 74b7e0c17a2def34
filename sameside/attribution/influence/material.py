"""What influence is computed from: every closed deal as a case, and what its company met, as arrays.

A case lasts from the deal's creation to its close. What its company met in the year before it and while it lasted
counts; a deal without a company met nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection

from sameside.analytics.influence.cases import DAY, Cases, Floats, Ints, Touches
from sameside.analytics.influence.strata import inside
from sameside.attribution import transfer
from sameside.attribution.influence.models import Kind
from sameside.crm.channels import CHANNELS

BEFORE = 365 * DAY
SIZES = (50, 250, 1000, 5000)
_SIZE_NAMES = ("under 50", "50 to 249", "250 to 999", "1,000 to 4,999", "5,000 and more")
MOST_VALUES = 8
"""Of one thing so many values are told apart; all others are one."""
UNKNOWN, OTHER = "not recorded", "other"

ALIKE = {
    "kind": "kind of deal",
    "size": "employees",
    "team": "seller's team",
    "segment": "industry",
    "year": "year",
    "season": "quarter",
}
"""What deals may be alike in, the first tried first, as the screen says it."""

RESULTS = ("won", "days", "amount")

_DEALS = """
SELECT d.id, COALESCE(d.company_id, -d.id), d.created_at, d.closed_at, d.is_won, d.amount, d.kind, c.employees,
  c.vertical, t.name
FROM crm_deal d LEFT JOIN crm_company c ON c.id = d.company_id
LEFT JOIN people_person p ON p.id = d.owner_id LEFT JOIN people_team t ON t.id = p.team_id
WHERE d.is_closed AND NOT d.deleted_in_source AND d.closed_at > d.created_at
ORDER BY d.id
"""
_CHANNELS = tuple(CHANNELS)
_TOUCHES = f"""
SELECT t.company_id, t.occurred_at, COALESCE(names.place - 1, {_CHANNELS.index("other")}) AS channel,
  COALESCE(t.campaign_id, -1) AS campaign, COALESCE(t.asset_id, -1) AS asset
FROM crm_touch t LEFT JOIN unnest(%s::text[]) WITH ORDINALITY AS names(name, place) ON names.name = t.channel
WHERE t.current AND t.occurred_at >= '1970-01-01+00' AND t.company_id IN (
  SELECT d.company_id FROM crm_deal d WHERE d.is_closed AND NOT d.deleted_in_source
)
"""


@dataclass(frozen=True)
class Material:
    """n closed deals and the p pairs of a deal with a touch before its end: `case`, `age` (seconds since the deal
    began) and `left` (seconds before its end), int64[p], with the pairs' keys by kind, -1 without one. `names` are the
    words of the codes in `alike`.
    """

    id: Ints
    company: Ints
    length: Ints
    won: Floats
    amount: Floats
    alike: Mapping[str, Ints]
    names: Mapping[str, Sequence[str]]
    case: Ints
    age: Ints
    left: Ints
    keys: Mapping[str, Ints]

    def __len__(self) -> int:
        return len(self.id)

    def result(self, name: str) -> Floats:
        """One of RESULTS by deal; nan where a deal has none."""
        if name == "won":
            return self.won
        values = self.length / DAY if name == "days" else self.amount
        return np.where(self.won > 0, values, np.nan)

    def cases(self, result: str, alike: Sequence[str]) -> Cases:
        return Cases(self.company, self.length, self.result(result), {name: self.alike[name] for name in alike})

    def touches(self, kind: str) -> tuple[list[str], Touches]:
        """The keys of `kind` that some deal met, and all touches; those without a key have the code after the last."""
        named, codes = np.unique(self.keys[kind], return_inverse=True)
        unnamed = int((named < 0).any())
        codes = np.where(codes < unnamed, len(named) - unnamed, codes - unnamed).astype(np.int64)
        fixed = kind == Kind.CHANNEL
        keys = [_CHANNELS[key] if fixed else str(key) for key in named[unnamed:].tolist()]
        return keys, Touches(self.case, codes, self.age)

    @property
    def digest(self) -> str:
        told = hashlib.sha256()
        for column in (self.id, self.company, self.length, self.won, np.nan_to_num(self.amount), *self.alike.values()):
            told.update(np.ascontiguousarray(column).tobytes())
        for column in (self.case, self.age, *self.keys.values()):
            told.update(np.ascontiguousarray(column).tobytes())
        return told.hexdigest()


def load() -> Material:
    with connection.cursor() as cursor:
        cursor.execute(_DEALS)
        deals = cursor.fetchall()
    columns: Sequence[Any] = list(zip(*deals, strict=True)) if deals else [()] * 10
    ids, companies = (np.array(columns[place], dtype=np.int64) for place in (0, 1))
    begins, ends = (np.array([int(at.timestamp()) for at in columns[place]], dtype=np.int64) for place in (2, 3))
    labels = {
        "kind": list(columns[6]),
        "size": [_size(employees) for employees in columns[7]],
        "segment": list(columns[8]),
        "team": list(columns[9]),
        "year": [str(at.year) for at in columns[2]],
        "season": [f"Q{(at.month + 2) // 3}" for at in columns[2]],
    }
    coded = {name: _coded(labels[name]) for name in ALIKE}
    case, age, left, keys = _met(companies, begins, ends)
    return Material(
        ids,
        companies,
        np.maximum(ends - begins, 1),
        np.array(columns[4], dtype=np.float64),
        np.array([np.nan if amount is None else float(amount) for amount in columns[5]], dtype=np.float64),
        {name: codes for name, (codes, _) in coded.items()},
        {name: words for name, (_, words) in coded.items()},
        case,
        age,
        left,
        keys,
    )


def _size(employees: int | None) -> str:
    return "" if employees is None else _SIZE_NAMES[sum(employees >= size for size in SIZES)]


def _coded(labels: Sequence[str | None]) -> tuple[Ints, list[str]]:
    """Codes of the most frequent values, of the others together, and of what is not recorded."""
    if not labels:
        return np.empty(0, dtype=np.int64), []
    values, inverse, counts = np.unique(
        np.array([label or UNKNOWN for label in labels]), return_inverse=True, return_counts=True
    )
    if len(values) > MOST_VALUES:
        rare = np.argsort(-counts, kind="stable")[MOST_VALUES - 1 :]
        kept = [*(str(value) for place, value in enumerate(values) if place not in set(rare.tolist())), OTHER]
        code = np.array([kept.index(str(value)) if str(value) in kept else len(kept) - 1 for value in values])
        return code[inverse].astype(np.int64), kept
    return inverse.astype(np.int64), [str(value) for value in values]


def _met(companies: Ints, begins: Ints, ends: Ints) -> tuple[Ints, Ints, Ints, dict[str, Ints]]:
    """Each deal with each touch of its company in time."""
    rows = transfer.read(_TOUCHES, [list(_CHANNELS)], ["company", "at", Kind.CHANNEL, Kind.CAMPAIGN, Kind.ASSET])
    known, of = np.unique(companies, return_inverse=True)
    at = transfer.seconds(rows["at"])
    place = np.searchsorted(known, rows["company"])
    if not len(known):
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, nothing, {kind.value: nothing for kind in Kind}
    there = known[np.minimum(place, len(known) - 1)] == rows["company"]
    word = place[there] * (1 << 40) + at[there]
    order = np.argsort(word, kind="stable")
    word = word[order]
    low = np.searchsorted(word, of * (1 << 40) + np.maximum(begins - BEFORE, 0))
    high = np.searchsorted(word, of * (1 << 40) + ends, side="right")
    many = np.maximum(high - low, 0)
    case = np.repeat(np.arange(len(companies)), many)
    pick = order[np.repeat(low, many) + inside(many)]
    moment = at[there][pick]
    keys = {str(kind): rows[kind][there][pick] for kind in (Kind.CHANNEL, Kind.CAMPAIGN, Kind.ASSET)}
    return case, moment - begins[case], ends[case] - moment, keys
