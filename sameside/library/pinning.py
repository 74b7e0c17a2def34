"""Which version stands behind an asset's link, by somebody's decision: an older one again, or one that stays.

While an asset is pinned, newer versions come in and wait behind it; taking the pin out lets the newest through. Making
an older version current is undone by making the other one current again; each change is a row (`VersionChange`).
"""

from datetime import datetime
from functools import lru_cache

from django.db import transaction

from sameside.kit.prepared import VALUE, Prepared
from sameside.library import versions
from sameside.library.models import Asset, AssetVersion, Pin
from sameside.library.refusals import NotPossible
from sameside.people import audit, policies
from sameside.people.models import Person


def pin_of(asset: Asset) -> Pin | None:
    return _pins().one(asset.pk)


@lru_cache(maxsize=1)
def _pins() -> Prepared[Pin]:
    return Prepared(Pin.objects.select_related("version", "by").filter(asset=VALUE))


def check_can_bring_back(by: Person, version: AssetVersion) -> None:
    policies.check(by, "edit_library")
    if version.is_current:
        raise NotPossible(f"Version {version.number} is the current one.")
    pin = pin_of(version.asset)
    if pin is not None:
        raise NotPossible(f"It is pinned at version {pin.version.number}: take the pin out first.")


def check_can_pin(by: Person, version: AssetVersion) -> None:
    policies.check(by, "edit_library")
    if Pin.objects.filter(version=version).exists():
        raise NotPossible(f"It is pinned at version {version.number} already.")


@transaction.atomic
def bring_back(version: AssetVersion, *, by: Person, at: datetime, reason: str = "") -> None:
    """Have another version behind the link, until a newer one comes in."""
    version = _locked(version)
    check_can_bring_back(by, version)
    versions.make_current(version, by=by, at=at, reason=reason or f"{by.name} brought it back.")
    _record("brought_back", version, by=by, at=at)


@transaction.atomic
def pin(version: AssetVersion, *, by: Person, at: datetime, reason: str = "") -> Pin:
    """Have this version behind the link, whatever comes in, until the pin is taken out."""
    version = _locked(version)
    check_can_pin(by, version)
    Pin.objects.filter(asset=version.asset_id).delete()
    if not version.is_current:
        versions.make_current(version, by=by, at=at, reason=reason or f"{by.name} pinned it.")
    made = Pin.objects.create(asset_id=version.asset_id, version=version, by=by, at=at, reason=reason[:300])
    _record("pinned", version, by=by, at=at)
    return made


@transaction.atomic
def unpin(asset: Asset, *, by: Person, at: datetime) -> AssetVersion:
    """Let the newest version through; returns it."""
    policies.check(by, "edit_library")
    Asset.objects.select_for_update(of=("self",)).only("pk").get(pk=asset.pk)
    if not Pin.objects.filter(asset=asset).delete()[0]:
        raise NotPossible("It is not pinned any more.")
    newest = asset.versions.select_related("asset").order_by("-number")[0]
    if not newest.is_current:
        versions.make_current(newest, by=by, at=at, reason=f"{by.name} took the pin out.")
    _record("unpinned", newest, by=by, at=at)
    return newest


def _locked(version: AssetVersion) -> AssetVersion:
    Asset.objects.select_for_update(of=("self",)).only("pk").get(pk=version.asset_id)
    return AssetVersion.objects.select_related("asset").get(pk=version.pk)


def _record(action: str, version: AssetVersion, *, by: Person, at: datetime) -> None:
    details = {"asset": version.asset_id, "version": version.number}
    audit.record(f"library.{action}", by=by, at=at, subject=version.asset.title, details=details)
