"""Favourites: what somebody marked with a star, for themselves alone; and the marks that cards of assets carry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Value

from sameside.library.models import Asset, Favourite, Pin
from sameside.people.models import Person


def add(asset: Asset, *, by: Person, at: datetime) -> None:
    """Give `asset` a star; it keeps the one it has."""
    Favourite.objects.get_or_create(person=by, asset=asset, defaults={"at": at})


def remove(asset: Asset, *, by: Person) -> None:
    Favourite.objects.filter(person=by, asset=asset).delete()


@dataclass(frozen=True)
class Marks:
    """Ids of the assets with a star of the reader's, and of those pinned to a version."""

    stars: frozenset[int]
    pins: frozenset[int]


def marks(assets: Iterable[Asset], person: Person) -> Marks:
    """What the cards of `assets` carry for `person`; one query."""
    ids = [asset.pk for asset in assets]
    stars = Favourite.objects.filter(person=person, asset__in=ids).values_list("asset_id", Value("star"))
    pins = Pin.objects.filter(asset__in=ids).values_list("asset_id", Value("pin"))
    found = list(stars.union(pins, all=True))
    return Marks(
        frozenset(pk for pk, mark in found if mark == "star"), frozenset(pk for pk, mark in found if mark == "pin")
    )
