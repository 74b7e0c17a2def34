"""Collections as pages show them: the list, one collection with its assets, and the choice of one to add to.

Whoever looks sees the assets that they may find, and neither the others nor their number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, Func, OuterRef, Q, QuerySet
from django.urls import reverse

from sameside.kit.tables import Column
from sameside.library import access_page
from sameside.library.access_page import Panel
from sameside.library.browsing import collections, favourites, recency
from sameside.library.browsing.tiles import Note, Tile, tile
from sameside.library.models import EDITING_ROLES, Asset, Collection, CollectionItem, Grant
from sameside.people.models import Person
from sameside.ui import formats
from sameside.ui.cells import Badge

FACES = 3
ON_BOARD = 8
CHOICES = 40


@dataclass(frozen=True)
class Cover:
    """One collection in a list: a few of its pictures, and what it is."""

    name: str
    url: str
    description: str
    owner: str
    assets: int
    pictures: Sequence[str]
    badges: Sequence[Badge]
    updated: str


@dataclass(frozen=True)
class Item:
    pk: int
    tile: Tile
    note: str
    added: str
    place: int
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Page:
    collection: Collection
    url: str
    items: Sequence[Item]
    facts: str
    access: Panel | None
    badges: Sequence[Badge]
    may_change: bool
    may_change_items: bool
    why_not: str


def listed(person: Person, *, words: str = "", mine: bool = False, archived: bool = False) -> "QuerySet[Collection]":
    rows = Collection.objects.visible_to(person).filter(archived_at__isnull=not archived).select_related("owner")
    if mine:
        rows = rows.filter(owner=person)
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(description__icontains=words))
    return rows


def covers(rows: Sequence[Collection], person: Person) -> list[Cover]:
    """One query for all of them, which have their owners with them: the numbers of assets, and the first pictures."""
    first = ArrayAgg("asset__slug", filter=~Q(asset__thumbnail=""), order_by=("position", "pk"), default=[])
    counted = (
        _seen(person)
        .filter(collection__in=[one.pk for one in rows])
        .order_by()
        .values_list("collection")
        .annotate(assets=Count("pk"), pictures=Func(first, template=f"(%(expressions)s)[1:{FACES}]"))
    )
    known = {pk: (number, slugs) for pk, number, slugs in counted} if rows else {}
    library = reverse("library:list")
    found = []
    for one in rows:
        number, slugs = known.get(one.pk, (0, []))
        found.append(
            Cover(
                name=one.name,
                url=reverse("library:collection", args=[one.slug]),
                description=one.description,
                owner=one.owner.name if one.owner else "",
                assets=number,
                pictures=[f"{library}{slug}/thumbnail/" for slug in slugs],
                badges=badges(one),
                updated=formats.date(one.updated_at),
            )
        )
    return found


def _seen(person: Person) -> "QuerySet[CollectionItem]":
    """Items whose asset `person` finds; who finds everything need not be asked of each."""
    if person.may_sign_in and person.role in EDITING_ROLES:
        return CollectionItem.objects.all()
    return CollectionItem.objects.filter(asset__in=Asset.objects.visible_to(person).values("pk"))


def badges(collection: Collection) -> list[Badge]:
    found = []
    if collection.archived_at:
        found.append(Badge("Archived", "neutral"))
    if collection.is_restricted:
        found.append(Badge("Restricted", "warn"))
    return found


def build(collection: Collection, person: Person, *, today: date) -> Page:
    seen = list(_seen(person).filter(collection=collection).order_by("position", "pk"))
    assets = Asset.objects.filter(pk__in=[item.asset_id for item in seen]).defer("summary")
    by_id = {asset.pk: asset for asset in assets}
    marks = favourites.marks(by_id.values(), person)
    items = [
        Item(
            pk=item.pk,
            tile=tile(by_id[item.asset_id], Note(""), marks),
            note=item.note,
            added=formats.date(item.added_at),
            place=place,
            is_first=place == 1,
            is_last=place == len(seen),
        )
        for place, item in enumerate(seen, start=1)
    ]
    may_change = collections.may_change(person, collection)
    why_not = collections.why_items_stay(person, collection)
    return Page(
        collection=collection,
        url=reverse("library:collection", args=[collection.slug]),
        items=items,
        facts=_facts(collection, len(items)),
        access=access_page.panel(collection, person),
        badges=[*badges(collection), *_validity(collection, today)],
        may_change=may_change,
        may_change_items=may_change and not why_not and not collection.archived_at,
        why_not=why_not if may_change else "",
    )


def _facts(collection: Collection, number: int) -> str:
    parts = [f"{number:,} asset{'' if number == 1 else 's'}"]
    if collection.owner:
        parts.append(f"kept by {collection.owner.name}")
    parts.append(f"changed {formats.date(collection.updated_at)}")
    return " · ".join(parts)


def _validity(collection: Collection, today: date) -> list[Badge]:
    if collection.verified_until is None:
        return []
    until = formats.date(collection.verified_until.isoformat())
    if collection.verified_until < today:
        return [Badge(f"Was verified until {until}", "bad")]
    return [Badge(f"Verified until {until}", "good")]


def on_board(person: Person, facet: str, value: str) -> list[Cover]:
    """Collections that hold most content marked with this value."""
    items = recency.marked(_seen(person), [(facet, value)], "asset_id")
    counts = items.order_by().values("collection").annotate(marked=Count("pk")).order_by("-marked", "collection")
    most = counts.filter(collection__archived_at=None).values_list("collection", flat=True)
    ids = list(most[: ON_BOARD * 3])
    known = {one.pk: one for one in listed(person).filter(pk__in=ids)}
    return covers([known[pk] for pk in ids if pk in known][:ON_BOARD], person)


@dataclass(frozen=True)
class Choice:
    """A collection to add to; `holds` how many of the chosen assets are in it already."""

    slug: str
    name: str
    holds: int


def to_add_to(person: Person, assets: Sequence[Asset]) -> list[Choice]:
    """Collections that `person` may add to: their own first, then what changed last."""
    rows = listed(person)
    if not collections.edits_all(person):
        rows = rows.filter(owner=person)
    if not collections.manages_access(person):
        granted = Grant.objects.filter(collection=OuterRef("pk"))
        rows = rows.filter(~Exists(granted), is_restricted=False)
    held = Count("items", filter=Q(items__asset__in=[asset.pk for asset in assets]))
    rows = rows.annotate(holds=held, own=ExpressionWrapper(Q(owner=person), BooleanField())).order_by(
        "-own", "-updated_at", "-pk"
    )[:CHOICES]
    return [Choice(one.slug, one.name, one.holds) for one in rows]


def holding(asset: Asset, person: Person) -> list[tuple[str, str]]:
    """(name, address) of the collections that it is in, of those that the person sees."""
    rows = listed(person).filter(items__asset=asset).order_by("name", "pk").values_list("name", "slug")[:20]
    return [(name, reverse("library:collection", args=[slug])) for name, slug in rows]


EXPORTED = (
    Column("place", "Place", "number"),
    Column("title", "Title"),
    Column("format", "Format"),
    Column("language", "Language"),
    Column("note", "Note"),
    Column("added", "Added", "date"),
    Column("address", "Address"),
)


def exported(collection: Collection, person: Person) -> Iterator[dict[str, Any]]:
    rows = _seen(person).filter(collection=collection).order_by("position", "pk").select_related("asset")
    for place, item in enumerate(rows, start=1):
        yield {
            "place": place,
            "title": item.asset.title,
            "format": item.asset.format,
            "language": item.asset.language,
            "note": item.note,
            "added": f"{item.added_at:%Y-%m-%d}",
            "address": f"{reverse('library:list')}{item.asset.slug}/",
        }


def shown_ids(collection: Collection, person: Person) -> list[int]:
    """The items that `person` sees, in order."""
    seen = _seen(person).filter(collection=collection)
    return list(seen.order_by("position", "pk").values_list("pk", flat=True))
