"""Somebody judges whether assets are still right: verifies, retires, restores or replaces them, or gives an owner.

Each decision is one row (`Review`) that remembers what it changed, so that it can be taken back (`undoing`), and each
works on one asset or on many at once: then all of them are decided, or none. Who may edit the library may decide.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from sameside.library.models import Asset, Review, ReviewSheet
from sameside.library.refusals import NotPossible
from sameside.library.upkeep import successors, validity
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.roles import allows
from sameside.ui import formats

Outcome, Status = Review.Outcome, Asset.Status
COLUMNS = ("id", "title", "slug", "status", "continued_by_id", "replaced_by_id", "owner_id")
DATED = ("retired_at", "verified_until", "verified_at", "verified_by_id")
MOST_AT_ONCE = 500


def check_can_review(by: Person, asset: Asset) -> None:
    policies.check(by, "edit_library")
    if asset.continued_by_id:
        raise NotPossible(f"“{asset.title}” is part of another asset by now.")


def check_can_verify(by: Person, asset: Asset, until: date, at: datetime) -> None:
    check_can_review(by, asset)
    if asset.status == Status.RETIRED:
        raise NotPossible(f"“{asset.title}” is retired: restore it first.")
    _check_date(until, at)


def check_can_retire(by: Person, asset: Asset) -> None:
    check_can_review(by, asset)
    if asset.status == Status.RETIRED:
        raise NotPossible(f"“{asset.title}” is retired already.")


def check_can_restore(by: Person, asset: Asset, until: date, at: datetime) -> None:
    check_can_review(by, asset)
    if asset.status == Status.ACTIVE:
        raise NotPossible(f"“{asset.title}” is in the library already.")
    _check_date(until, at)


def check_can_replace(by: Person, asset: Asset, other: Asset) -> None:
    check_can_review(by, asset)
    if asset.pk == other.pk:
        raise NotPossible("An asset cannot replace itself.")
    if not Asset.objects.current().filter(pk=other.pk).exists():
        raise NotPossible(f"“{other.title}” is not in the library any more: choose one that is.")
    if asset.pk in successors.chain(other):
        raise NotPossible(f"“{asset.title}” is itself what replaces “{other.title}”.")
    if asset.status == Status.RETIRED and asset.replaced_by_id == other.pk:
        raise NotPossible(f"“{other.title}” replaces it already.")


def check_can_give(by: Person, asset: Asset, owner: Person) -> None:
    check_can_review(by, asset)
    if not owner.may_sign_in or not allows(owner.role, "edit_library"):
        raise NotPossible(f"{owner.name} may not edit the library, so could not answer for it.")


def _check_date(until: date, at: datetime) -> None:
    today = timezone.localdate(at)
    if until < today:
        raise NotPossible(f"{formats.date(until)} has passed: choose a day to come.")
    if until > today + validity.LONGEST:
        raise NotPossible("Nobody knows what is right in more than five years: choose an earlier day.")


def verify(
    assets: Iterable[int], *, until: date, by: Person, at: datetime, note: str = "", sheet: ReviewSheet | None = None
) -> list[Review]:
    """They are right until `until`; what had expired is found again."""
    changes = {"verified_until": until, "verified_at": at, "verified_by_id": by.pk, "status": Status.ACTIVE}
    return _decide(
        assets,
        Review(outcome=Outcome.VERIFIED, until=until, note=note, by=by, at=at, sheet=sheet),
        changes,
        lambda asset: check_can_verify(by, asset, until, at),
    )


def retire(assets: Iterable[int], *, by: Person, at: datetime, note: str = "") -> list[Review]:
    """Nobody should use them any more; their links say so."""
    changes = {"status": Status.RETIRED, "retired_at": at, "replaced_by_id": None}
    review = Review(outcome=Outcome.RETIRED, note=note, by=by, at=at)
    return _decide(assets, review, changes, lambda asset: check_can_retire(by, asset))


def restore(asset: Asset, *, until: date, by: Person, at: datetime, note: str = "") -> Review:
    """What was retired or has expired is in the library again, right until `until`."""
    changes = {
        "status": Status.ACTIVE,
        "retired_at": None,
        "replaced_by_id": None,
        "verified_until": until,
        "verified_at": at,
        "verified_by_id": by.pk,
    }
    review = Review(outcome=Outcome.RESTORED, until=until, note=note, by=by, at=at)
    return _decide([asset.pk], review, changes, lambda one: check_can_restore(by, one, until, at))[0]


def replace(asset: Asset, other: Asset, *, by: Person, at: datetime, note: str = "") -> Review:
    """`other` is used instead: the links of `asset` lead there."""
    changes = {"status": Status.RETIRED, "retired_at": at, "replaced_by_id": other.pk}
    review = Review(outcome=Outcome.REPLACED, other=other, note=note, by=by, at=at)
    return _decide([asset.pk], review, changes, lambda one: check_can_replace(by, one, other))[0]


def give(
    assets: Iterable[int], owner: Person, *, by: Person, at: datetime, sheet: ReviewSheet | None = None
) -> list[Review]:
    """`owner` answers for them from now on."""
    review = Review(outcome=Outcome.OWNED, note=f"To {owner.name}."[:500], by=by, at=at, sheet=sheet)
    return _decide(assets, review, {"owner_id": owner.pk}, lambda asset: check_can_give(by, asset, owner))


@transaction.atomic
def _decide(
    assets: Iterable[int], meant: Review, changes: Mapping[str, Any], check: Callable[[Asset], None]
) -> list[Review]:
    found = locked(assets)
    if not found:
        raise NotPossible("Choose at least one asset first.")
    for asset in found:
        check(asset)
    made = [_review(asset, meant, changes) for asset in found]
    Review.objects.bulk_create(made)
    Asset.objects.filter(pk__in=[asset.pk for asset in found]).update(**changes)
    subject = found[0].title if len(found) == 1 else f"{len(found)} assets"
    details: dict[str, Any] = {"assets": [asset.pk for asset in found]}
    if meant.other_id:
        details["other"] = meant.other_id
    if meant.until:
        details["until"] = meant.until.isoformat()
    if "owner_id" in changes:
        details["owner"] = changes["owner_id"]
    audit.record(f"library.{meant.outcome}", by=meant.by, at=meant.at, subject=subject, details=details)
    return made


def locked(assets: Iterable[int]) -> list[Asset]:
    """The assets, always locked in the same order, so that two decisions wait for each other instead of dying."""
    ids = sorted(set(assets))[:MOST_AT_ONCE]
    rows = Asset.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    return list(rows.only(*COLUMNS, *DATED))


def _review(asset: Asset, meant: Review, changes: Mapping[str, Any]) -> Review:
    return Review(
        asset=asset,
        outcome=meant.outcome,
        at=meant.at,
        by=meant.by,
        until=meant.until,
        other=meant.other,
        note=meant.note[:500],
        sheet=meant.sheet,
        before=stored(asset, changes),
    )


def stored(asset: Asset, names: Iterable[str]) -> dict[str, Any]:
    """Some columns of an asset as JSON keeps them."""
    values = {name: getattr(asset, name) for name in names}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
