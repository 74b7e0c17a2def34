"""Favourites: what somebody marked with a star, for themselves alone; and the marks that cards of assets carry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from sameside.library.models import Asset, Favourite
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
    asked: dict[str, Any] = {"person": person.pk, "assets": [asset.pk for asset in assets]}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asset_id, true FROM library_favourite WHERE person_id = %(person)s AND asset_id = ANY(%(assets)s)
            UNION ALL SELECT asset_id, false FROM library_pin WHERE asset_id = ANY(%(assets)s)
            """,
            asked,
        )
        found = cursor.fetchall()
    return Marks(frozenset(pk for pk, star in found if star), frozenset(pk for pk, star in found if not star))
