"""Facets of many assets changed at once, by hand or by a rule; every edit can be undone as a whole.

What a change does to one value of one asset is `after`, a pure table:

| change | not there | proposed | confirmed | rejected |
|---|---|---|---|---|
| add, by hand | confirmed | confirmed | stays | confirmed |
| add, by a rule | confirmed | confirmed | stays | stays |
| remove | stays | rejected | rejected | stays |
| dismiss | rejected | rejected | stays | stays |

So a hand outweighs a rule, and a rule a proposal. To *replace* a facet is to add a value and remove all its others. The
last conversation of an asset is never removed: the asset is left alone and counted as such. An edit goes through its
assets in pieces, each in a transaction of its own, so that a large one can be watched and taken up again.

An undo brings back every value that is still as the edit left it: its state, its reason, who had decided it and when. A
value that somebody changed since stays as it is now, and is named.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.db.models import Exists, OuterRef

from sameside.library.models import Asset, AssetFacet, Facet, FacetChange, FacetEdit, FacetRule
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import Refused

State = AssetFacet.State
Verb = Literal["add", "remove", "replace", "dismiss"]
VERBS: tuple[Verb, ...] = ("add", "remove", "replace", "dismiss")
PIECE = 500
MOST_CHANGES = 50
NAMED = 5


@dataclass(frozen=True)
class Change:
    """`add`, `remove` or `dismiss` one value of a facet, or `replace` everything the facet says by the value."""

    verb: Verb
    facet: str
    value: str


def after(verb: Verb, before: str, *, by_hand: bool) -> str:
    """The state of a value after `verb`; an empty one: it is not there. See the table above."""
    if verb in ("add", "replace"):
        return State.CONFIRMED if by_hand or before != State.REJECTED else before
    if verb == "remove":
        return State.REJECTED if before in (State.PROPOSED, State.CONFIRMED) else before
    return before if before == State.CONFIRMED else State.REJECTED


@dataclass
class Plan:
    """What an edit would do: rows by (asset, facet, value) with their new state, and the assets it leaves alone."""

    known: Mapping[tuple[int, str, str], AssetFacet]
    states: dict[tuple[int, str, str], str] = field(default_factory=dict)
    left_alone: set[int] = field(default_factory=set)

    @property
    def assets(self) -> set[int]:
        return {asset for asset, _, _ in self.states}


def check(changes: Sequence[Change]) -> None:
    """Raise `Refused` unless these are changes that make sense."""
    if not changes or len(changes) > MOST_CHANGES:
        raise Refused("Choose at least one value to add, remove or replace.")
    for one in changes:
        editable = one.facet in Facet.values and one.facet != Facet.FORMAT
        if one.verb not in VERBS or not editable or not one.value or len(one.value) > 80 or "\x00" in one.value:
            raise Refused("One of these values cannot be set. The format of a file is what the file says.")


def plan(assets: Collection[int], changes: Sequence[Change], *, by_hand: bool) -> Plan:
    """What `changes` would do to `assets`; nothing is written. One query."""
    facets = {one.facet for one in changes}
    rows = AssetFacet.objects.filter(asset__in=assets, facet__in=facets)
    known = {(row.asset_id, row.facet, row.value): row for row in rows}
    by_asset: dict[int, list[AssetFacet]] = defaultdict(list)
    for row in known.values():
        by_asset[row.asset_id].append(row)
    found = Plan(known)
    for asset in assets:
        states = _states(asset, by_asset[asset], changes, by_hand=by_hand)
        if Facet.CONVERSATION in facets and _loses_conversation(by_asset[asset], states):
            found.left_alone.add(asset)
        else:
            found.states |= states
    return found


def _states(
    asset: int, rows: Sequence[AssetFacet], changes: Sequence[Change], *, by_hand: bool
) -> dict[tuple[int, str, str], str]:
    before = {(row.facet, row.value): row.state for row in rows}
    now = dict(before)
    for one in changes:
        if one.verb == "replace":
            for facet, value in before:
                if facet == one.facet and value != one.value:
                    now[facet, value] = after("remove", now[facet, value], by_hand=by_hand)
        key = (one.facet, one.value)
        now[key] = after(one.verb, now.get(key, ""), by_hand=by_hand)
    return {(asset, *key): state for key, state in now.items() if state and state != before.get(key, "")}


def _loses_conversation(rows: Sequence[AssetFacet], states: Mapping[tuple[int, str, str], str]) -> bool:
    before = {row.value: row.state for row in rows if row.facet == Facet.CONVERSATION}
    now = before | {value: state for (_, facet, value), state in states.items() if facet == Facet.CONVERSATION}
    had = any(state != State.REJECTED for state in before.values())
    return had and all(state == State.REJECTED for state in now.values())


def begin(
    assets: Iterable[int],
    changes: Sequence[Change],
    what: str,
    *,
    by: Person | None,
    at: datetime,
    rule: FacetRule | None = None,
) -> FacetEdit:
    """An edit that is still to be made, piece by piece, by `go_on`. `by` is None for a rule that runs by itself."""
    if by is not None:
        policies.check(by, "edit_library")
    check(changes)
    ids = sorted(set(assets))
    asked = {"changes": [[one.verb, one.facet, one.value] for one in changes], "left": ids, "alone": 0}
    return FacetEdit.objects.create(what=what[:300], rule=rule, at=at, by=by, asked=asked, total=len(ids))


@transaction.atomic
def go_on(edit: FacetEdit, *, at: datetime) -> bool:
    """Make the next piece of an edit. False: it is made. A piece that was cut off is made anew."""
    edit = FacetEdit.objects.select_for_update(of=("self",)).get(pk=edit.pk)
    if edit.done_at is not None:
        return False
    left: list[int] = edit.asked["left"]
    piece = list(Asset.objects.filter(pk__in=left[:PIECE]).order_by("pk").values_list("pk", flat=True))
    changes = [Change(*one) for one in edit.asked["changes"]]
    found = plan(piece, changes, by_hand=edit.rule_id is None)
    _write(edit, found)
    edit.asked |= {"left": left[PIECE:], "alone": edit.asked["alone"] + len(found.left_alone)}
    edit.assets += len(found.assets)
    edit.seen = edit.total - len(edit.asked["left"])
    if not edit.asked["left"]:
        edit.done_at = at
        if edit.by is not None:
            changed = [" ".join(one) for one in edit.asked["changes"]]
            details = {"edit": edit.pk, "assets": edit.assets, "changes": changed}
            audit.record("facets.edited", by=edit.by, at=at, subject=edit.what, details=details)
    edit.save(update_fields=["asked", "assets", "seen", "done_at"])
    return edit.done_at is None


def make(
    assets: Iterable[int],
    changes: Sequence[Change],
    what: str,
    *,
    by: Person | None,
    at: datetime,
    rule: FacetRule | None = None,
) -> FacetEdit:
    """All of an edit, at once."""
    return finish(begin(assets, changes, what, by=by, at=at, rule=rule), at=at)


def finish(edit: FacetEdit, *, at: datetime) -> FacetEdit:
    """Make what is left of an edit."""
    while go_on(edit, at=at):
        pass
    edit.refresh_from_db()
    return edit


@transaction.atomic
def extend(edit: FacetEdit, assets: Collection[int], *, at: datetime) -> FacetEdit:
    """Make the same edit on more assets."""
    edit = FacetEdit.objects.select_for_update(of=("self",)).get(pk=edit.pk)
    edit.asked |= {"left": sorted({*edit.asked["left"], *assets})}
    edit.total, edit.done_at = edit.total + len(assets), None
    edit.save(update_fields=["asked", "total", "done_at"])
    return finish(edit, at=at)


def _write(edit: FacetEdit, found: Plan) -> None:
    reason = _reason(edit)
    fresh, moved, changes = [], [], []
    for (asset, facet, value), state in found.states.items():
        row = found.known.get((asset, facet, value))
        change = FacetChange(edit=edit, asset_id=asset, facet=facet, value=value, after=state)
        if row is None:
            row = AssetFacet(asset_id=asset, facet=facet, value=value, reason=reason)
            fresh.append(row)
        else:
            change.before, change.before_reason = row.state, row.reason
            change.before_by_id, change.before_at = row.decided_by_id, row.decided_at
            moved.append(row)
            row.reason = row.reason if edit.rule_id is None else reason
        row.state, row.decided_by_id, row.decided_at = state, edit.by_id if edit.rule_id is None else None, edit.at
        changes.append(change)
    AssetFacet.objects.bulk_create(fresh, batch_size=2_000)
    AssetFacet.objects.bulk_update(moved, ["state", "reason", "decided_by", "decided_at"], batch_size=2_000)
    FacetChange.objects.bulk_create(changes, batch_size=2_000)
    _settle(found.assets)


def reason_of(rule: FacetRule) -> str:
    """Why a rule has set a value, as it stands beside the value."""
    return f"Rule: “{rule.words[:120]}” in the {str(FacetRule.Where(rule.where).label).lower()}."


def _reason(edit: FacetEdit) -> str:
    if edit.rule is not None:
        return reason_of(edit.rule)
    return f"Chosen by {edit.by.name}."[:300] if edit.by else ""


def _settle(assets: Collection[int]) -> None:
    """Nobody need look at an asset any more of which nothing is proposed; at one with a proposal, somebody does."""
    open_ones = AssetFacet.objects.filter(asset=OuterRef("pk"), state=State.PROPOSED)
    touched = Asset.objects.filter(pk__in=assets).annotate(waits=Exists(open_ones))
    touched.filter(waits=False, facets_confirmed=False).update(facets_confirmed=True)
    touched.filter(waits=True, facets_confirmed=True).update(facets_confirmed=False)


@dataclass(frozen=True)
class Undone:
    """How many values are as they were before, and the first few that somebody changed since."""

    values: int
    kept: int
    named: Sequence[tuple[str, str, str]]


@transaction.atomic
def undo(edit: FacetEdit, *, by: Person, at: datetime) -> Undone:
    """Take an edit back. A rule whose edit is taken back rests, else it would set the same again tonight."""
    policies.check(by, "edit_library")
    edit = FacetEdit.objects.select_for_update(of=("self",)).get(pk=edit.pk)
    if edit.undone_at is not None:
        raise Refused("This edit was undone already.")
    if edit.done_at is None:
        raise Refused("This edit is still being made. Wait until it is done, then undo it.")
    changes = list(edit.changes.select_related("asset").order_by("pk"))
    keys = {change.asset_id for change in changes}
    rows = AssetFacet.objects.select_for_update().filter(asset__in=keys)
    known = {(row.asset_id, row.facet, row.value): row for row in rows}
    gone, moved, kept = [], [], []
    for change in changes:
        row = known.get((change.asset_id, change.facet, change.value))
        if row is None or row.state != change.after or row.decided_at != edit.at:
            kept.append(change)
        elif not change.before:
            gone.append(row.pk)
        else:
            row.state, row.reason = change.before, change.before_reason
            row.decided_by_id, row.decided_at = change.before_by_id, change.before_at
            moved.append(row)
    AssetFacet.objects.filter(pk__in=gone).delete()
    AssetFacet.objects.bulk_update(moved, ["state", "reason", "decided_by", "decided_at"], batch_size=2_000)
    _settle(keys)
    edit.undone_at, edit.undone_by = at, by
    edit.save(update_fields=["undone_at", "undone_by"])
    if edit.rule_id is not None:
        FacetRule.objects.filter(pk=edit.rule_id).update(is_active=False)
    details = {"edit": edit.pk, "values": len(gone) + len(moved), "kept": len(kept)}
    audit.record("facets.edit_undone", by=by, at=at, subject=edit.what, details=details)
    named = [(change.asset.title, change.facet, change.value) for change in kept[:NAMED]]
    return Undone(len(gone) + len(moved), len(kept), named)


@dataclass(frozen=True)
class Effect:
    """What an edit would do, in numbers; `values` are (verb as it happens, facet, value, assets)."""

    chosen: int
    changed: int
    left_alone: int
    refused: int
    values: Sequence[tuple[str, str, str, int]]


def effect(assets: Collection[int], changes: Sequence[Change], *, by_hand: bool = True) -> Effect:
    """How many assets `changes` would change, and how; nothing is written."""
    changed, alone, refused = 0, 0, 0
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    ordered = sorted(set(assets))
    adding = {(one.facet, one.value) for one in changes if one.verb in ("add", "replace")}
    for start in range(0, len(ordered), 5_000):
        found = plan(ordered[start : start + 5_000], changes, by_hand=by_hand)
        changed += len(found.assets)
        alone += len(found.left_alone)
        refused += sum(
            row.state == State.REJECTED and key not in found.states
            for key, row in found.known.items()
            if key[1:] in adding
        )
        for (_, facet, value), state in found.states.items():
            counts["remove" if state == State.REJECTED else "add", facet, value] += 1
    values = sorted(((*key, number) for key, number in counts.items()), key=lambda one: (one[0], -one[3], one[1:3]))
    return Effect(len(ordered), changed, alone, refused, values)
