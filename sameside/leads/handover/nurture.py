"""What nurture does with leads that sales gave back: parts of the product that nurture leads subscribe here.

Until one has, leads are kept in marketing's queue and everything that shows them says so. A subscriber is told within
the transaction of the verb, so it writes its own rows and does its work later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sameside.leads.models import Lead, Recycling

NOBODY = "There is no nurture part yet: the lead is marked for it, and nobody writes to it until there is one."


@dataclass(frozen=True)
class Part:
    """`came_back` is told of each lead that sales returned or recycled, `put` when marketing wants it nurtured, and
    `taken_out` when that was undone or the lead was handed over again. `label` is what the button says."""

    key: str
    label: str
    came_back: Callable[[Recycling, datetime], None]
    put: Callable[[Recycling, datetime], None]
    taken_out: Callable[[Recycling, datetime], None]


_parts: dict[str, Part] = {}


def subscribe(part: Part) -> None:
    """Called once, when the part's application is ready; a second time with the same key replaces it."""
    _parts[part.key] = part


def unsubscribe(key: str) -> None:
    _parts.pop(key, None)


def parts() -> tuple[Part, ...]:
    return tuple(_parts.values())


def there_is_one() -> bool:
    return bool(_parts)


def came_back(recycling: Recycling, *, at: datetime) -> None:
    for part in parts():
        part.came_back(recycling, at)


def put(recycling: Recycling, *, at: datetime) -> None:
    for part in parts():
        part.put(recycling, at)


def taken_out(recycling: Recycling, *, at: datetime) -> None:
    for part in parts():
        part.taken_out(recycling, at)


def handed_over(lead: Lead, *, at: datetime) -> None:
    """Sales has the lead again, so nobody nurtures it."""
    last = _last_of(lead)
    if last is not None:
        taken_out(last, at=at)


def handed_back(lead: Lead, *, at: datetime) -> None:
    """That sales got it again was undone: it stands where it stood."""
    last = _last_of(lead)
    if last is not None and last.taken == Recycling.Taken.NURTURE:
        put(last, at=at)
    elif last is not None:
        came_back(last, at=at)


def _last_of(lead: Lead) -> Recycling | None:
    """How the lead came back last; nothing is looked up while there is no part."""
    return Recycling.objects.filter(lead=lead, undone_at=None).order_by("-pk").first() if _parts else None
