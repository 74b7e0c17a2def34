"""Favourites: what somebody marked with a star, for themselves alone."""

from collections.abc import Iterable
from datetime import datetime

from sameside.library.models import Asset, Favourite
from sameside.people.models import Person


def add(asset: Asset, *, by: Person, at: datetime) -> None:
    """Give `asset` a star; it keeps the one it has."""
    Favourite.objects.get_or_create(person=by, asset=asset, defaults={"at": at})


def remove(asset: Asset, *, by: Person) -> None:
    Favourite.objects.filter(person=by, asset=asset).delete()


def among(assets: Iterable[Asset], person: Person) -> set[int]:
    """Ids of those of `assets` that `person` has given a star."""
    ids = [asset.pk for asset in assets]
    return set(Favourite.objects.filter(person=person, asset__in=ids).values_list("asset_id", flat=True))
