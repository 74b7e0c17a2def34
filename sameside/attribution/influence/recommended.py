"""What was recommended for a deal, and when it was followed.

A *recommendation* is content that was proposed for a deal, or for the lead that became it (`Usage.recommended`): the
first conversation suggested with a hand-over, what a deal's board proposes, the list opened from a deal or a lead. What
a board lists for another reason is none: what its buyers read, what it was sent, what one opened lately; nor is what
was found by words, nor what had been used with the deal or its lead before it was proposed. It is *followed* when
somebody shares, presents or personalises that content with the deal or its lead, once it was shown.

Only deals that something was recommended for are cases, each from its first recommendation, or from its own beginning
where that came later: before it, there was nothing to follow. So those that followed by a landmark are compared with
open ones that were recommended something too and had not. What was recommended stands for itself by its place: what
suits the lead and what suits the deal are compared apart, and both together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sameside.analytics.influence.cases import DAY, Ints
from sameside.attribution import transfer
from sameside.attribution.influence.exposures import Exposures, joined
from sameside.attribution.influence.models import Kind

PLACES = {
    "any": "Any recommendation followed",
    "lead": "Recommendation for the lead followed",
    "deal": "Recommendation for the deal followed",
}
WAITED = ("recommended before it began", "within 30 days", "within 90 days", "later")
_WAITED = (0, 30 * DAY, 90 * DAY)

_NUMBERS = {place: number for number, place in enumerate(PLACES)}


def _of_deals(action: str, more: str = "") -> str:
    """SQL: usage with a deal or with the lead that became it, and the number of which of the two."""
    return f"""
  SELECT u.deal_id AS deal, {_NUMBERS["deal"]} AS place, u.asset_id AS asset, u.at FROM library_usage u
  WHERE u.deal_id IS NOT NULL AND u.action IN ({action}){more}
  UNION ALL
  SELECT l.deal_id, {_NUMBERS["lead"]}, u.asset_id, u.at FROM leads_lead l JOIN library_usage u ON u.lead_id = l.id
  WHERE l.deal_id IS NOT NULL AND NOT l.deleted_in_source AND u.action IN ({action}){more}"""


_SHOWN = f"""
SELECT o.deal, o.asset, p.place, min(o.at) AS at
FROM ({_of_deals("'impression'", " AND u.recommended")}) o
CROSS JOIN LATERAL (VALUES ({_NUMBERS["any"]}), (o.place)) AS p(place) GROUP BY 1, 2, 3
"""
_USED = f"""
SELECT deal, asset, min(at) AS at FROM ({_of_deals("'share', 'present', 'personalise'")}) u GROUP BY 1, 2
"""
_PROPOSED = f"""
SELECT s.deal, s.place, s.at AS shown, f.at AS followed
FROM ({_SHOWN}) s LEFT JOIN ({_USED}) f ON f.deal = s.deal AND f.asset = s.asset WHERE f.at IS NULL OR f.at >= s.at
"""
_FOLLOWED = f"""
SELECT deal, place, min(shown) AS shown, min(followed) AS followed FROM ({_PROPOSED}) p GROUP BY 1, 2
"""
_ROWS = f"""
SELECT deal, place::bigint, shown, COALESCE(followed, 'infinity') AS followed FROM ({_FOLLOWED}) f ORDER BY 1, 2
"""
RECOMMENDED = f"SELECT deal FROM ({_PROPOSED}) p WHERE p.place = %s"
"""The deals that something was recommended for at a place, by its number."""
FIRST_FOLLOWED = f"(SELECT f.followed FROM ({_FOLLOWED}) f WHERE f.deal = crm_deal.id AND f.place = %s)"
"""When the outer deal followed, null while it did not. Takes the number of the place."""


def number(place: str) -> int:
    return _NUMBERS[place]


@dataclass(frozen=True)
class Recommended:
    """Of one place: the `deal`, ascending, when something was first `shown` for it, and when it was `followed`, in
    seconds since 1970, the latter beyond all times where it was not; int64 each.
    """

    place: str
    deal: Ints
    shown: Ints
    followed: Ints

    def cases(self, deals: Ints, begins: Ints, ends: Ints) -> tuple[Ints, Ints, Ints]:
        """Which of the cases of `deals` are compared, from when on, and when each followed."""
        case, of = joined(deals, self.deal)
        since = np.maximum(begins[case], self.shown[of])
        open_then = since < ends[case]
        case, since, followed = case[open_then], since[open_then], self.followed[of][open_then]
        order = np.argsort(case, kind="stable")
        return case[order], since[order], followed[order]

    def exposures(self, begins: Ints, ends: Ints, followed: Ints) -> Mapping[str, Exposures]:
        """Of cases that are compared. A place whose recommendations nobody followed has its key all the same."""
        met = np.flatnonzero(followed <= ends)
        keys = [self.place] if len(begins) else []
        found = Exposures(keys, met, np.zeros_like(met), (followed - begins)[met], np.ones(len(begins), dtype=bool))
        return {Kind.RECOMMENDATION.value: found}


def load() -> list[Recommended]:
    """By place, each of them."""
    rows = transfer.read(_ROWS, [], ["deal", "place", "shown", "followed"])
    shown, followed = transfer.seconds(rows["shown"]), transfer.seconds(rows["followed"])
    chosen = {place: rows["place"] == number for place, number in _NUMBERS.items()}
    return [Recommended(place, rows["deal"][of], shown[of], followed[of]) for place, of in chosen.items()]


def waited(begins: Ints, since: Ints) -> Ints:
    """How old each case was at its first recommendation, as places in WAITED."""
    found: Ints = np.searchsorted(_WAITED, since - begins, side="left").astype(np.int64)
    return found
