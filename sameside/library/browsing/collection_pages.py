"""Collections as pages show them: the list, one collection with its assets, and the choice of one to add to.

Whoever looks sees the assets that they may find, and neither the others nor their number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, Func, OuterRef, Q, QuerySet
from django.urls import reverse

from sameside.kit.prepared import VALUE, IsOneOf, Prepared, PreparedValues, place
from sameside.kit.tables import Column
from sameside.library import access_page
from sameside.library.access_page import Panel
from sameside.library.browsing import collections, favourites, recency
from sameside.library.browsing.tiles import READ, Note, Tile, tile
from sameside.library.models import Asset, Collection, CollectionItem, Grant, Sight
from sameside.people import roles
from sameside.people.models import Person
from sameside.ui import formats
from sameside.ui.cells import Badge

FACES = 3
ON_BOARD = 8
CHOICES = 40
COVERED = ("name", "slug", "description", "archived_at", "is_restricted", "updated_at", "owner__name")
"""What is read of a collection for its cover."""


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
    who_fills: str
    """Said to those who may not change what is in it, when they see nothing there."""


def listed(person: Person, *, words: str = "", mine: bool = False, archived: bool = False) -> "QuerySet[Collection]":
    rows = Collection.objects.visible_to(person).filter(archived_at__isnull=not archived).select_related("owner")
    if mine:
        rows = rows.filter(owner=person)
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(description__icontains=words))
    return rows


def called(person: Person, slug: str) -> Collection | None:
    """The collection with this name in addresses, with its owner, when the person sees it."""
    sight = Sight.of(person)
    return _called(sight).one(slug) if sight.signs_in else None


@lru_cache(maxsize=256)
def _called(sight: Sight) -> Prepared[Collection]:
    return Prepared(Collection.objects.visible_to(sight).filter(slug=VALUE).select_related("owner"))


def covers(rows: Sequence[Collection], person: Person) -> list[Cover]:
    """One query for all of them, which have their owners with them: the numbers of assets, and the first pictures."""
    counted = _covered(Sight.of(person))([one.pk for one in rows]) if rows else ()
    known = {pk: (number, slugs) for pk, number, slugs in counted}
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


@lru_cache(maxsize=256)
def _covered(sight: Sight) -> PreparedValues:
    """Of collections: how many assets each has, and the links of the first with a picture."""
    first = ArrayAgg("asset__slug", filter=~Q(asset__thumbnail=""), order_by=("position", "pk"), default=[])
    items = _seen(sight).filter(IsOneOf("collection_id", VALUE)).order_by().values_list("collection")
    return PreparedValues(
        items.annotate(assets=Count("pk"), pictures=Func(first, template=f"(%(expressions)s)[1:{FACES}]"))
    )


def _seen(person: Person | Sight) -> "QuerySet[CollectionItem]":
    """Items whose asset `person` finds; who finds everything need not be asked of each."""
    sight = person if isinstance(person, Sight) else Sight.of(person)
    if sight.signs_in and sight.edits:
        return CollectionItem.objects.all()
    return CollectionItem.objects.filter(asset__in=Asset.objects.visible_to(sight).values("pk"))


def badges(collection: Collection) -> list[Badge]:
    found = []
    if collection.archived_at:
        found.append(Badge("Archived", "neutral"))
    if collection.is_restricted:
        found.append(Badge("Restricted", "warn"))
    return found


def build(collection: Collection, person: Person, *, today: date) -> Page:
    sight = Sight.of(person)
    seen = _items(sight)(collection.pk) if sight.signs_in else []
    by_id = {asset.pk: asset for asset in _assets()([item.asset_id for item in seen])}
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
        who_fills=_who_fills(collection, person),
    )


def _who_fills(collection: Collection, person: Person) -> str:
    others = roles.in_words("edit_library")
    if person.role == roles.PARTNER:
        return "Content that is opened to your company stands here."
    owner = collection.owner.name if collection.owner and collection.owner != person else ""
    return f"{f'{owner}, and {others}, change' if owner else f'{others.capitalize()} change'} what is in it."


@lru_cache(maxsize=256)
def _items(sight: Sight) -> Prepared[CollectionItem]:
    return Prepared(_seen(sight).filter(collection=VALUE).order_by("position", "pk"))


@lru_cache(maxsize=1)
def _assets() -> Prepared[Asset]:
    return Prepared(Asset.objects.filter(IsOneOf("pk", VALUE)).only(*READ))


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
    sight = Sight.of(person)
    ids = [pk for pk, _ in _most_marked(sight)(facet=facet, value=value)] if sight.signs_in else []
    known = {one.pk: one for one in _listed(sight)(ids)} if ids else {}
    return covers([known[pk] for pk in ids if pk in known][:ON_BOARD], person)


@lru_cache(maxsize=256)
def _most_marked(sight: Sight) -> PreparedValues:
    items = recency.marked(_seen(sight), [(place("facet"), place("value"))], "asset_id")
    counts = items.filter(collection__archived_at=None).order_by().values_list("collection")
    return PreparedValues(counts.annotate(marked=Count("pk")).order_by("-marked", "collection")[: ON_BOARD * 3])


@lru_cache(maxsize=256)
def _listed(sight: Sight) -> Prepared[Collection]:
    rows = Collection.objects.visible_to(sight).filter(IsOneOf("pk", VALUE), archived_at=None)
    return Prepared(rows.select_related("owner").only(*COVERED))


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
    sight = Sight.of(person)
    rows = _holding(sight)(asset.pk) if sight.signs_in else []
    return [(name, reverse("library:collection", args=[slug])) for name, slug in rows]


@lru_cache(maxsize=256)
def _holding(sight: Sight) -> PreparedValues:
    rows = Collection.objects.visible_to(sight).filter(archived_at=None, items__asset=VALUE)
    return PreparedValues(rows.order_by("name", "pk").values_list("name", "slug")[:20])


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
    for number, item in enumerate(rows, start=1):
        yield {
            "place": number,
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
