"""What is new, what somebody opened last, and what they gave a star: ids of assets, the latest first."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from sameside.kit.prepared import IsOneOf, PreparedValues, place
from sameside.library import searching
from sameside.library.facets import Narrowing
from sameside.library.models import Asset, AssetFacet, Favourite, Sight, Usage
from sameside.people.models import Person

NEW_DAYS = (30, 90)
OPENED_DAYS = 180
OPENS_READ = 400
"""So many of one's last opens are looked through: opening the same again counts each time."""

Facets = Sequence[tuple[Any, Any]]
"""(facet, value) pairs, of which an asset must have all."""


def marked(rows: "QuerySet[Any]", facets: Facets, asset: str = "pk") -> "QuerySet[Any]":
    """Only the rows whose `asset` is marked with every one of `facets`."""
    stated = AssetFacet.objects.exclude(state=AssetFacet.State.REJECTED)
    for facet, value in facets:
        rows = rows.filter(**{f"{asset}__in": stated.filter(facet=facet, value=value).values("asset_id")})
    return rows


def new(person: Person, *, at: datetime, days: int, facets: Facets = (), most: int) -> list[int]:
    """Assets that came into the library in the last `days`."""
    since, sight = at - timedelta(days=days), Sight.of(person)
    if not sight.signs_in:
        return []
    try:
        # The database would look through all that carry a value; without one, it reads them in this order.
        found = searching.newest(Narrowing(values=_by_facet(facets)), person, most) if facets else None
    except searching.NotReady:
        found = None
    if found is not None:
        return [asset.pk for asset in found if asset.created_at >= since]
    return [pk for (pk,) in _newest(sight, len(facets), most)(since=since, **_given(facets))]


@lru_cache(maxsize=256)
def _newest(sight: Sight, facets: int, most: int) -> PreparedValues:
    rows = Asset.objects.visible_to(sight).filter(created_at__gte=place("since"), status="active")
    return PreparedValues(marked(rows, _places(facets)).order_by("-created_at", "-pk").values_list("pk")[:most])


def _places(number: int) -> Facets:
    return [(place(f"facet{at}"), place(f"value{at}")) for at in range(number)]


def _given(facets: Facets) -> dict[str, str]:
    pairs = enumerate(facets)
    return {name: text for at, (facet, value) in pairs for name, text in ((f"facet{at}", facet), (f"value{at}", value))}


def _by_facet(facets: Facets) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for facet, value in facets:
        found[facet] = (*found.get(facet, ()), value)
    return found


def opened(person: Person, *, at: datetime, facets: Facets = (), most: int) -> dict[int, datetime]:
    """Assets that `person` opened last, with when."""
    found: dict[int, datetime] = {}
    for asset, moment in _opens()(person=person.pk, since=at - timedelta(days=OPENED_DAYS)):
        found.setdefault(asset, moment)
    if facets and found:
        kept = {pk for (pk,) in _among(len(facets))(assets=list(found), **_given(facets))}
        found = {asset: moment for asset, moment in found.items() if asset in kept}
    return dict(list(found.items())[:most])


@lru_cache(maxsize=1)
def _opens() -> PreparedValues:
    rows = Usage.objects.filter(person=place("person"), action=Usage.Action.OPEN, at__gte=place("since"))
    return PreparedValues(rows.order_by("-at").values_list("asset_id", "at")[:OPENS_READ])


@lru_cache(maxsize=8)
def _among(facets: int) -> PreparedValues:
    """Those of some assets that are marked so."""
    return PreparedValues(
        marked(Asset.objects.filter(IsOneOf("pk", place("assets"))), _places(facets)).values_list("pk")
    )


def starred(person: Person, *, facets: Facets = (), most: int) -> dict[int, datetime]:
    """Favourites of `person`, with when they became one."""
    return dict(_stars(len(facets), most)(person=person.pk, **_given(facets)))


@lru_cache(maxsize=8)
def _stars(facets: int, most: int) -> PreparedValues:
    found = marked(Favourite.objects.filter(person=place("person")), _places(facets), "asset_id")
    return PreparedValues(found.order_by("-at", "-pk").values_list("asset_id", "at")[:most])
