"""Why hand-overs end: the list that administrators edit. A reason that was used is put away, never deleted.

Every change is audited and can be undone: `before` of a change is the whole reason as it was (None: it was not there).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from sameside.leads.models import HandOver, Reason
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import Refused

Ending = Reason.Ending
OTHER = "other"
MOST = 40


def offered(ending: str) -> list[Reason]:
    """The reasons for one ending, in their order."""
    return [one for one in Reason.objects.filter(put_away_at=None) if ending in one.endings]


def by_ending() -> dict[str, list[Reason]]:
    """Those of each ending, with one statement."""
    rows = list(Reason.objects.filter(put_away_at=None))
    return {ending.value: [one for one in rows if ending in one.endings] for ending in Ending}


def fit(reason: Reason | None, ending: str, said: str) -> Reason:
    """The reason, if a hand-over may end with it so. Nothing ends without one."""
    if reason is None:
        raise Refused("Choose a reason: nothing ends without one.")
    if reason.put_away_at is not None:
        raise Refused(f"“{reason.label}” is no longer a reason to choose.")
    if ending not in reason.endings:
        raise Refused(f"“{reason.label}” is no reason to {Ending(ending).label.lower()}.")
    if reason.key == OTHER and not said:
        raise Refused("Say in a sentence why, since none of the other reasons fits.")
    return reason


# Editing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """A reason as somebody typed it."""

    label: str
    help: str
    endings: Sequence[str]


def read(data: Mapping[str, Any], endings: Sequence[str]) -> Wanted:
    label = " ".join(str(data.get("label", "")).replace("\x00", "").split())
    if not 2 <= len(label) <= 80:
        raise Refused("Give the reason a name of 2 to 80 characters.")
    chosen = [ending for ending in Ending.values if ending in endings]
    if not chosen:
        raise Refused("Choose for which ending it is offered: return, disqualify or recycle.")
    return Wanted(label, " ".join(str(data.get("help", "")).replace("\x00", "").split())[:200], chosen)


@transaction.atomic
def add(wanted: Wanted, *, by: Person, at: datetime) -> dict[str, Any]:
    """Add a reason at the end; gives the change, which `undo` takes."""
    policies.check(by, "manage_settings")
    rows = _locked()
    _check_name(wanted.label, rows, None)
    if len(rows) >= MOST:
        raise Refused(f"There are {MOST} reasons already, more than anybody can choose from.")
    last = Reason.objects.aggregate(last=Max("position"))["last"] or 0
    made = Reason.objects.create(
        key=_key(wanted.label, rows), label=wanted.label, help=wanted.help, endings=list(wanted.endings),
        position=last + 1,
    )  # fmt: skip
    return _changed(made, None, "leads.reason_added", by, at)


@transaction.atomic
def change(reason: Reason, wanted: Wanted, *, by: Person, at: datetime) -> dict[str, Any]:
    policies.check(by, "manage_settings")
    reason = _one(reason, rows := _locked())
    _check_name(wanted.label, rows, reason)
    _check_left(rows, reason, wanted.endings)
    before = _state(reason)
    reason.label, reason.help, reason.endings = wanted.label, wanted.help, list(wanted.endings)
    reason.save(update_fields=["label", "help", "endings"])
    return _changed(reason, before, "leads.reason_changed", by, at)


@transaction.atomic
def put_away(reason: Reason, *, by: Person, at: datetime) -> dict[str, Any]:
    """No longer offered; what ended with it keeps it."""
    policies.check(by, "manage_settings")
    reason = _one(reason, rows := _locked())
    if reason.put_away_at is not None:
        raise Refused(f"“{reason.label}” is put away already.")
    _check_left(rows, reason, ())
    before = _state(reason)
    reason.put_away_at = at
    reason.save(update_fields=["put_away_at"])
    return _changed(reason, before, "leads.reason_put_away", by, at)


@transaction.atomic
def bring_back(reason: Reason, *, by: Person, at: datetime) -> dict[str, Any]:
    policies.check(by, "manage_settings")
    reason = _one(reason, rows := _locked())
    if reason.put_away_at is None:
        raise Refused(f"“{reason.label}” is offered already.")
    _check_name(reason.label, rows, reason)
    before = _state(reason)
    reason.put_away_at = None
    reason.save(update_fields=["put_away_at"])
    return _changed(reason, before, "leads.reason_brought_back", by, at)


@transaction.atomic
def move(reason: Reason, steps: int, *, by: Person, at: datetime) -> dict[str, Any]:
    """Up (negative) or down among those that are offered."""
    policies.check(by, "manage_settings")
    rows = _locked()
    reason = _one(reason, rows)
    order = [one for one in rows if one.put_away_at is None or one.pk == reason.pk]
    place = order.index(reason)
    before = {"order": {str(one.pk): one.position for one in rows}}
    order.insert(max(0, min(len(order) - 1, place + steps)), order.pop(place))
    rest = [one for one in rows if one not in order]
    for position, one in enumerate([*order, *rest], 1):
        one.position = position
    Reason.objects.bulk_update(rows, ["position"])
    return _changed(reason, before, "leads.reasons_ordered", by, at)


@transaction.atomic
def undo(made: Mapping[str, Any], *, by: Person, at: datetime) -> None:
    """Take one change back, if the reason is still as that change left it."""
    policies.check(by, "manage_settings")
    rows = _locked()
    reason = next((one for one in rows if one.pk == made["reason"]), None)
    before = made["before"]
    if reason is None or _state(reason) != made["after"]:
        raise Refused("The reason was changed again since, so that change stays. Change it as you want it.")
    if before is None:
        if Reason.objects.filter(pk=reason.pk, pk__in=_used()).exists():
            raise Refused(f"Leads ended with “{reason.label}” since. Put it away instead.")
        reason.delete()
    elif "order" in before:
        for one in rows:
            one.position = before["order"].get(str(one.pk), one.position)
        Reason.objects.bulk_update(rows, ["position"])
    else:
        for name, value in before.items():
            setattr(reason, name, datetime.fromisoformat(value) if name == "put_away_at" and value else value)
        reason.save()
    audit.record("leads.reason_undone", by=by, at=at, subject=f"Reason:{made['reason']}")


def _used() -> Any:
    return HandOver.objects.filter(reason__isnull=False).values("reason")


def _locked() -> list[Reason]:
    """All of them, so that order and names are settled by one at a time."""
    return list(Reason.objects.select_for_update().order_by("position", "label"))


def _one(reason: Reason, rows: Sequence[Reason]) -> Reason:
    found = next((one for one in rows if one.pk == reason.pk), None)
    if found is None:
        raise Refused("This reason is no longer there.")
    return found


def _check_name(label: str, rows: Sequence[Reason], but: Reason | None) -> None:
    if any(one.label.casefold() == label.casefold() and one.put_away_at is None and one != but for one in rows):
        raise Refused(f"There is a reason “{label}” already.")


def _check_left(rows: Sequence[Reason], reason: Reason, endings: Sequence[str]) -> None:
    """Nothing ends without a reason, so every ending keeps one to choose."""
    if reason.put_away_at is not None:
        return
    others = {ending for one in rows if one != reason and one.put_away_at is None for ending in one.endings}
    for ending in reason.endings:
        if ending not in others and ending not in endings:
            raise Refused(f"It is the last reason to {Ending(ending).label.lower()}: nothing could end so any more.")


def _key(label: str, rows: Sequence[Reason]) -> str:
    plain = unicodedata.normalize("NFKD", label.casefold()).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:34] or "reason"
    taken = {one.key for one in rows}
    return next(key for key in (base, *(f"{base}_{number}" for number in range(2, 99))) if key not in taken)


def _state(reason: Reason) -> dict[str, Any]:
    away = reason.put_away_at
    return {
        "label": reason.label, "help": reason.help, "endings": list(reason.endings), "position": reason.position,
        "put_away_at": away.isoformat() if away else None,
    }  # fmt: skip


def _changed(reason: Reason, before: Any, action: str, by: Person, at: datetime) -> dict[str, Any]:
    audit.record(action, by=by, at=at, subject=f"Reason:{reason.pk}", details={"key": reason.key})
    return {"reason": reason.pk, "before": before, "after": _state(reason)}
