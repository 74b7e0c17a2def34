"""What a deal meets on our own side, by its own date: a play read before its content was used, an answer in time.

**A play** is met when somebody who had read it uses its content with the deal: shares, presents or personalises it.
What it goes together with includes what the content itself does, which has a row of its own.

**An answer time** is met at the first attempt to reach the lead that the deal came from, where that was made within so
long of the hand-over and before the deal began; by the clock, nights and weekends included, as in the report on
answering soon. Only deals from a lead whose answer is known are compared: with those answered later. What became of
leads that never made a deal is told there.
"""

from dataclasses import dataclass

import numpy as np

from sameside.analytics.influence.cases import Flags, Ints, Touches
from sameside.attribution import transfer
from sameside.attribution.influence.models import Kind
from sameside.leads.measured.benefit import WITHIN

ANSWERS = {key: f"Answered within {label}" for key, label, _ in WITHIN}

PLAYS_SQL = """
SELECT u.deal_id AS deal, p.asset_id AS key, min(u.at) AS at
FROM library_usage u JOIN library_play p ON p.asset_id = u.asset_id
WHERE u.deal_id IS NOT NULL AND u.action IN ('share', 'present', 'personalise') AND EXISTS (
  SELECT 1 FROM library_playread r WHERE r.play_id = p.id AND r.person_id = u.person_id AND r.at <= u.at
)
GROUP BY 1, 2
"""
ANSWERS_SQL = """
SELECT d.id AS deal, extract(epoch FROM one.answered - one.passed)::bigint AS key, one.answered AS at
FROM crm_deal d JOIN (
  SELECT DISTINCT ON (l.deal_id) l.deal_id, h.at AS passed, h.first_attempt_at AS answered
  FROM leads_lead l JOIN leads_handover h ON h.lead_id = l.id
  WHERE l.deal_id IS NOT NULL AND NOT l.deleted_in_source AND h.first_attempt_at IS NOT NULL
  ORDER BY l.deal_id, l.created_at, l.id, h.number
) one ON one.deal_id = d.id
WHERE one.answered BETWEEN one.passed AND d.created_at
"""


ANSWERED = f"SELECT deal FROM ({ANSWERS_SQL}) known"
"""The deals from a lead whose answer is known."""


@dataclass(frozen=True)
class Exposures:
    """e exposures `case`, `key` (a place in `keys`) and `age`, int64[e]; `known` bool[n]: cases it is known of."""

    keys: list[str]
    case: Ints
    key: Ints
    age: Ints
    known: Flags

    def beside(self, case: Ints, age: Ints) -> tuple[list[str], Touches]:
        """With all touches, which tell how busy a case was; exposures are no touches of their own."""
        none = np.full(len(case), len(self.keys), dtype=np.int64)
        is_touch = np.arange(len(case) + len(self.case)) < len(case)
        return self.keys, Touches(
            np.concatenate([case, self.case]),
            np.concatenate([none, self.key]),
            np.concatenate([age, self.age]),
            is_touch,
        )


def load(deals: Ints, begins: Ints, ends: Ints, before: int) -> dict[str, Exposures]:
    """Of the cases of `deals`, several of which may belong to one; met from `before` seconds before each to its end."""
    return {Kind.PLAY.value: _plays(deals, begins, ends, before), Kind.ANSWER.value: _answers(deals, begins)}


def _plays(deals: Ints, begins: Ints, ends: Ints, before: int) -> Exposures:
    rows = transfer.read(PLAYS_SQL, [], ["deal", "key", "at"])
    assets, code = np.unique(rows["key"], return_inverse=True)
    case, of = joined(deals, rows["deal"])
    at = transfer.seconds(rows["at"])[of]
    in_time = (at <= ends[case]) & (at >= begins[case] - before)
    case, key, age = case[in_time], code.astype(np.int64)[of][in_time], (at - begins[case])[in_time]
    met = np.unique(key)
    keys = [str(asset) for asset in assets[met].tolist()]
    return Exposures(keys, case, np.searchsorted(met, key), age, np.ones(len(deals), dtype=bool))


def _answers(deals: Ints, begins: Ints) -> Exposures:
    rows = transfer.read(ANSWERS_SQL, [], ["deal", "after", "at"])
    case, of = joined(deals, rows["deal"])
    at, after = transfer.seconds(rows["at"])[of], rows["after"][of]
    known = np.zeros(len(deals), dtype=bool)
    known[case] = True
    # At its first attempt, which lies before the deal; long before a later conversation, it still counts as met before.
    age = np.minimum(at - begins[case], -1)
    keys = [key for key, _, seconds in WITHIN if (after <= seconds).any()]
    parts = [
        (np.flatnonzero(after <= seconds), keys.index(key)) for key, _, seconds in WITHIN if (after <= seconds).any()
    ]
    chosen = np.concatenate([rows for rows, _ in parts]) if parts else np.empty(0, dtype=np.int64)
    key = np.concatenate([np.full(len(rows), place) for rows, place in parts]) if parts else chosen
    return Exposures(keys, case[chosen], key.astype(np.int64), age[chosen], known)


def joined(deals: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Pairs of a case and a row of `wanted`, one for each case of the row's deal."""
    order = np.argsort(deals, kind="stable")
    low = np.searchsorted(deals[order], wanted)
    many = np.searchsorted(deals[order], wanted, side="right") - low
    of = np.repeat(np.arange(len(wanted)), many)
    offset = np.arange(len(of)) - np.repeat(np.cumsum(many) - many, many)
    return order[np.repeat(low, many) + offset].astype(np.int64), of


def first_met(kind: str) -> str:
    """SQL: when the outer deal met the key, null while it did not. Takes the key, of an answer its seconds."""
    rows = PLAYS_SQL if kind == Kind.PLAY else ANSWERS_SQL
    rule = "e.key = %s" if kind == Kind.PLAY else "e.key <= %s"
    return f"(SELECT min(e.at) FROM ({rows}) e WHERE e.deal = crm_deal.id AND {rule})"


def number(kind: str, key: str) -> int:
    """The key as `first_met` takes it."""
    return int(key) if kind == Kind.PLAY else next(seconds for name, _, seconds in WITHIN if name == key)
