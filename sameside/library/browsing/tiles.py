"""Cards of assets with one line about each: why it stands on this shelf."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse

from sameside.kit.prepared import VALUE, IsOneOf, Prepared
from sameside.library import facets
from sameside.library.browsing import favourites
from sameside.library.models import Asset, Facet, Sight
from sameside.people.models import Person
from sameside.ui.cells import Badge


@dataclass(frozen=True)
class Tile:
    pk: int
    title: str
    url: str
    thumbnail: str
    format: str
    facts: str
    note: str = ""
    note_url: str = ""
    badge: Badge | None = None
    favourite: bool = False
    pinned: bool = False


@dataclass(frozen=True)
class Note:
    """What a shelf says about one of its assets; `url` leads to the rows behind it."""

    text: str
    url: str = ""
    badge: Badge | None = None


Noted = Callable[[Asset], Note]
READ = ("title", "slug", "format", "language", "page_count", "thumbnail", "created_at", "updated_at")
"""What is read of an asset for its card, and for the note about it."""


class Stock:
    """The assets that the shelves of one page may show, read once for all of them.

    Shelves name ids; what the person may not find is simply not there, so that it is neither shown nor counted. Of each
    shelf's ids the first `most` are read, and the others where too few of these are there.
    """

    def __init__(self, person: Person, shelves: Sequence[Sequence[int]], most: int) -> None:
        first = {pk for ids in shelves for pk in ids[:most]}
        self._assets = _read(person, first)
        short = [ids for ids in shelves if len(ids) > most and not self._assets.keys() >= set(ids[:most])]
        if short:
            self._assets |= _read(person, {pk for ids in short for pk in ids[most:]} - first)
        self._marks = favourites.marks(self._assets.values(), person)

    def tiles(self, ids: Sequence[int], noted: Noted, most: int) -> list[Tile]:
        """The first `most` of `ids` that may be shown, in this order."""
        shown = [self._assets[pk] for pk in ids if pk in self._assets][:most]
        return [tile(asset, noted(asset), self._marks) for asset in shown]

    def thumbnails(self, ids: Sequence[int], most: int) -> list[str]:
        """Addresses of the first `most` pictures of these assets."""
        shown = [self._assets[pk] for pk in ids if pk in self._assets and self._assets[pk].thumbnail]
        return [f"{address(asset)}thumbnail/" for asset in shown[:most]]


def _read(person: Person, ids: set[int]) -> dict[int, Asset]:
    sight = Sight.of(person)
    return {asset.pk: asset for asset in _seen(sight)(list(ids))} if ids and sight.signs_in else {}


@lru_cache(maxsize=256)
def _seen(sight: Sight) -> Prepared[Asset]:
    return Prepared(Asset.objects.visible_to(sight).filter(IsOneOf("pk", VALUE)).only(*READ))


@lru_cache(maxsize=1)
def _library() -> str:
    return reverse("library:list")


def address(asset: Asset) -> str:
    return f"{_library()}{asset.slug}/"


def tile(asset: Asset, note: Note, marks: favourites.Marks) -> Tile:
    url = address(asset)
    name = facets.label(Facet.FORMAT, asset.format)
    pages = f"{asset.page_count:,} page{'' if asset.page_count == 1 else 's'}" if asset.page_count else ""
    language = facets.label(Facet.LANGUAGE, asset.language) if asset.language else ""
    return Tile(
        pk=asset.pk,
        title=asset.title,
        url=url,
        thumbnail=f"{url}thumbnail/" if asset.thumbnail else "",
        format=name,
        facts=" · ".join(filter(None, (name, pages, language))),
        note=note.text,
        note_url=note.url,
        badge=note.badge,
        favourite=asset.pk in marks.stars,
        pinned=asset.pk in marks.pins,
    )
