"""A person's answer to a pair: merge, and which of both survives; or link a lead to its contact."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from sameside.crm import references
from sameside.identity import merging, pairs
from sameside.identity.models import Duplicate, Kind, Merge
from sameside.identity.records import RECORDS
from sameside.people import policies
from sameside.people.models import Person
from sameside.people.policies import Refused

LEFT, RIGHT = "left", "right"


def sides(pair: Duplicate) -> tuple[Any, Any]:
    """Both records of a pair, as they are now."""
    if pair.kind == Kind.LEAD_CONTACT:
        return _one(Kind.LEAD, pair.left_id), _one(Kind.CONTACT, pair.right_id)
    return _one(pair.kind, pair.left_id), _one(pair.kind, pair.right_id)


def _one(kind: str, pk: int) -> Any:
    record = RECORDS[kind]
    related = [field.name for field in record.columns() if field.is_relation]
    found = record.rows().select_related(*related, "merged_into").filter(pk=pk).first()
    if found is None:
        raise Refused(f"This {record.noun} is no longer here.")
    return found


def survivor(pair: Duplicate, left: Any, right: Any) -> str:
    """The side that is kept unless somebody says otherwise: more rows point to it, else it came in first."""
    if pair.kind == Kind.LEAD_CONTACT:
        return RIGHT
    model = RECORDS[pair.kind].model
    of_left, of_right = (sum(references.counts(model, one.pk).values()) for one in (left, right))
    return RIGHT if of_right > of_left else LEFT


@transaction.atomic
def accept(pair: Duplicate, *, by: Person, at: datetime, keep: str = "", chosen: Iterable[str] = ()) -> Merge | None:
    """Merge the pair and give the merge; a lead is linked to its contact instead, and there is none.

    `keep` is the side that survives; `chosen` names the columns taken from the other side.
    """
    policies.check(by, "merge_records")
    pair = pairs.still_open(pair)
    if pair.kind == Kind.LEAD_CONTACT:
        pairs.link(pair, by=by, at=at)
        return None
    left, right = sides(pair)
    kept, merged = (right, left) if (keep or survivor(pair, left, right)) == RIGHT else (left, right)
    return merging.merge(kept, merged, by=by, at=at, reasons=pair.reasons, chosen=chosen)
