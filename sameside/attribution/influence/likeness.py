"""What cases may be alike in besides their age and their touches so far, and where it comes from.

The persona is the department of the buying group's first contact that has one, the main contact before the others, as
recorded today. The score is that of the lead the deal came from: at its first hand-over, else today's. The stage is the
conversation that the CRM's stage stands for, at each landmark. A seller alone leaves few alike, so the team stands for
it first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from sameside.analytics.influence.cases import Ints, Moving
from sameside.attribution import transfer
from sameside.conversations.models import KINDS, RANK

SIZES = (50, 250, 1000, 5000)
_SIZE_NAMES = ("under 50", "50 to 249", "250 to 999", "1,000 to 4,999", "5,000 and more")
BAND = 20
MOST_VALUES = 8
"""Of one thing so many values are told apart; all others are one."""
UNKNOWN, OTHER, NO_LEAD = "not recorded", "other", "from no lead"
NO_STAGE = "before any stage"

ALIKE = {
    "conversation": "kind of conversation",
    "waited": "age at the recommendation",
    "kind": "kind of deal",
    "stage": "stage",
    "size": "employees",
    "team": "seller's team",
    "segment": "industry",
    "score": "score of the lead",
    "persona": "persona of the buying group",
    "year": "year",
    "season": "quarter",
    "seller": "seller",
}
"""What cases may be alike in, the first tried first, as the screen says it. The first two are told of some alone."""
OF_SOME = ("conversation", "waited")

NAMES = ("kind", "employees", "vertical", "team", "seller", "persona", "lead", "score")
COLUMNS = "d.kind, co.employees, co.vertical, te.name, ow.name, pe.department, le.id, le.score"
JOINS = """
LEFT JOIN crm_company co ON co.id = d.company_id
LEFT JOIN people_person ow ON ow.id = d.owner_id LEFT JOIN people_team te ON te.id = ow.team_id
LEFT JOIN (
  SELECT DISTINCT ON (r.deal_id) r.deal_id, k.department
  FROM crm_dealcontact r JOIN crm_contact k ON k.id = r.contact_id
  WHERE k.department <> '' AND NOT r.deleted_in_source ORDER BY r.deal_id, r.is_primary DESC, r.id
) pe ON pe.deal_id = d.id
LEFT JOIN (
  SELECT DISTINCT ON (l.deal_id) l.deal_id, l.id, COALESCE(h.score, l.score) AS score
  FROM leads_lead l LEFT JOIN leads_handover h ON h.lead_id = l.id AND h.number = 1
  WHERE l.deal_id IS NOT NULL AND NOT l.deleted_in_source ORDER BY l.deal_id, l.created_at, l.id
) le ON le.deal_id = d.id
"""
_STAGES = """
SELECT s.deal_id, s.at, names.place
FROM crm_stagechange s JOIN conversations_stagemapping m ON m.stage = s.stage
JOIN unnest(%s::text[]) WITH ORDINALITY AS names(name, place) ON names.name = m.kind
WHERE NOT s.deleted_in_source AND s.at >= '1970-01-01+00'
"""


@dataclass(frozen=True)
class Stages:
    """Every deal's changes of stage: `deal`, `at` in seconds since 1970, and the code of its conversation from 1."""

    deal: Ints
    at: Ints
    code: Ints

    @property
    def names(self) -> list[str]:
        return [NO_STAGE, *(str(kind.label) for kind in KINDS)]

    def of(self, deals: Ints, begins: Ints) -> Moving:
        """The stages of `deals` (ascending), by their age."""
        if not len(deals):
            return Moving(*(np.empty(0, dtype=np.int64),) * 3)
        place = np.minimum(np.searchsorted(deals, self.deal), len(deals) - 1)
        there = deals[place] == self.deal
        case, code = place[there], self.code[there]
        age = np.maximum(self.at[there] - begins[case], 0)
        order = np.lexsort((age, case))
        return Moving(case[order], age[order], code[order])


def stages() -> Stages:
    rows = transfer.read(_STAGES, [list(RANK)], ["deal", "at", "code"])
    return Stages(rows["deal"], transfer.seconds(rows["at"]), rows["code"])


def coded(columns: Sequence[Sequence[Any]], begins: Sequence[datetime]) -> Mapping[str, tuple[Ints, list[str]]]:
    """Codes and their words by name, of the COLUMNS and the kind of conversation."""
    kind, employees, vertical, team, seller, persona, lead, score, conversation = columns
    labels: dict[str, Sequence[str | None]] = {
        "conversation": conversation,
        "kind": kind,
        "size": [_size(one) for one in employees],
        "team": team,
        "segment": vertical,
        "score": [_band(*one) for one in zip(lead, score, strict=True)],
        "persona": persona,
        "year": [str(at.year) for at in begins],
        "season": [f"Q{(at.month + 2) // 3}" for at in begins],
        "seller": seller,
    }
    return {name: _coded(values) for name, values in labels.items()}


def _size(employees: int | None) -> str:
    return "" if employees is None else _SIZE_NAMES[sum(employees >= size for size in SIZES)]


def _band(lead: int | None, score: int | None) -> str:
    if lead is None:
        return NO_LEAD
    if score is None:
        return ""
    low = min(score // BAND, 100 // BAND - 1) * BAND
    return f"score {low} to {low + BAND if low + BAND == 100 else low + BAND - 1}"


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
