"""One pair side by side: what each says, what points to it, and which value a merged record would have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from sameside.crm import references
from sameside.identity import answering, lists
from sameside.identity.answering import LEFT, RIGHT
from sameside.identity.models import Duplicate, Kind
from sameside.identity.records import RECORDS, is_blank, kind_of, source_name
from sameside.ui import formats

_LABELS: Mapping[str, str] = {"email": "E-mail", "phone": "Telephone", "created_at": "In the source since"}
_SHARED = frozenset(
    {
        *("first_name", "last_name", "email", "phone", "title", "seniority", "department"),
        *("lead_source", "company", "owner", "created_at"),
    }
)


@dataclass(frozen=True)
class Side:
    """One of the two; `moves` says what points to it and would move if it is merged."""

    key: str
    name: str
    url: str
    source: str
    external_id: str
    moves: Sequence[tuple[str, int]]
    is_kept: bool
    is_deleted: bool


@dataclass(frozen=True)
class Line:
    """One column of both. `choice` is which side's value a merged record would have, where both say something else."""

    name: str
    label: str
    left: str
    right: str
    differs: bool
    choice: str


def _side(key: str, record: Any, kept: str) -> Side:
    kind = kind_of(record)
    moves = references.counts(kind.model, record.pk)
    return Side(
        key=key,
        name=str(record),
        url=reverse(kind.page, args=[record.pk]),
        source=source_name(record.source),
        external_id=record.external_id,
        moves=sorted(moves.items(), key=lambda one: -one[1]),
        is_kept=kept == key,
        is_deleted=record.deleted_in_source,
    )


def _text(record: Any, name: str) -> str:
    value = getattr(record, name, None)
    if is_blank(value):
        return ""
    if isinstance(value, datetime):
        return formats.moment(value)
    spoken = getattr(record, f"get_{name}_display", None)
    return str(spoken() if spoken else value)


def _lines(pair: Duplicate, left: Any, right: Any, kept: str) -> list[Line]:
    fields = [(field.name, str(field.verbose_name)) for field in kind_of(left).columns()]
    if pair.kind == Kind.LEAD_CONTACT:
        fields = [one for one in fields if one[0] in _SHARED]
    found = []
    for name, label in fields:
        one, other = _text(left, name), _text(right, name)
        if not one and not other:
            continue
        differs = bool(one and other and one != other)
        choice = kept if differs and pair.kind != Kind.LEAD_CONTACT else ""
        found.append(Line(name, _LABELS.get(name, label.capitalize()), one, other, differs, choice))
    return found


def pair(of: Duplicate, keep: str = "") -> dict[str, Any]:
    """What the page of one pair shows; `keep` is the side that somebody wants to survive."""
    left, right = answering.sides(of)
    kept = keep if keep in (LEFT, RIGHT) else answering.survivor(of, left, right)
    return {
        "pair": of,
        "kind": RECORDS[of.kind].noun if of.kind in RECORDS else "person",
        "is_link": of.kind == Kind.LEAD_CONTACT,
        "is_open": of.state in (Duplicate.State.PROPOSED, Duplicate.State.LATER),
        "may_reconsider": of.state in (Duplicate.State.LATER, Duplicate.State.REJECTED),
        "certainty": lists.certainty(of.score),
        "state": lists.STATE_TONES[Duplicate.State(of.state)],
        "for": [one for one in of.reasons if not one.startswith("but ")],
        "against": [one.removeprefix("but ") for one in of.reasons if one.startswith("but ")],
        "sides": [_side(LEFT, left, kept), _side(RIGHT, right, kept)],
        "lines": _lines(of, left, right, kept),
    }
