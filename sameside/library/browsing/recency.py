"""What is new, what somebody opened last, and what they gave a star: ids of assets, the latest first."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from sameside.library.models import Asset, AssetFacet, Favourite, Usage
from sameside.people.models import Person

NEW_DAYS = (30, 90)
OPENED_DAYS = 180
OPENS_READ = 400
"""So many of one's last opens are looked through: opening the same again counts each time."""

Facets = Sequence[tuple[str, str]]
"""(facet, value) pairs, of which an asset must have all."""


def marked(rows: "QuerySet[Any]", facets: Facets, asset: str = "pk") -> "QuerySet[Any]":
    """Only the rows whose `asset` is marked with every one of `facets`."""
    stated = AssetFacet.objects.exclude(state=AssetFacet.State.REJECTED)
    for facet, value in facets:
        rows = rows.filter(**{f"{asset}__in": stated.filter(facet=facet, value=value).values("asset_id")})
    return rows


def new(person: Person, *, at: datetime, days: int, facets: Facets = (), most: int) -> list[int]:
    """Assets that came into the library in the last `days`."""
    since = at - timedelta(days=days)
    found = marked(Asset.objects.visible_to(person).filter(created_at__gte=since, status="active"), facets)
    return list(found.order_by("-created_at", "-pk").values_list("pk", flat=True)[:most])


def opened(person: Person, *, at: datetime, facets: Facets = (), most: int) -> dict[int, datetime]:
    """Assets that `person` opened last, with when."""
    since = at - timedelta(days=OPENED_DAYS)
    opens = Usage.objects.filter(person=person, action=Usage.Action.OPEN, at__gte=since)
    latest = opens.order_by("-at").values_list("asset_id", "at")[:OPENS_READ]
    found: dict[int, datetime] = {}
    for asset, moment in latest:
        found.setdefault(asset, moment)
    if facets:
        kept = set(marked(Asset.objects.filter(pk__in=found), facets).values_list("pk", flat=True))
        found = {asset: moment for asset, moment in found.items() if asset in kept}
    return dict(list(found.items())[:most])


def starred(person: Person, *, facets: Facets = (), most: int) -> dict[int, datetime]:
    """Favourites of `person`, with when they became one."""
    found = marked(Favourite.objects.filter(person=person), facets, "asset_id")
    return dict(found.order_by("-at", "-pk").values_list("asset_id", "at")[:most])
