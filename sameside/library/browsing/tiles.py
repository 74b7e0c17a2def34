"""Cards of assets with one line about each: why it stands on this shelf."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from sameside.library import facets
from sameside.library.browsing import favourites
from sameside.library.models import Asset, Facet
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


class Stock:
    """The assets that the shelves of one page may show, read once for all of them.

    Shelves name ids; what the person may not find is simply not there, so that it is neither shown nor counted.
    """

    def __init__(self, person: Person, ids: Sequence[int]) -> None:
        self._person = person
        found = Asset.objects.visible_to(person).filter(pk__in=set(ids)).defer("summary") if ids else []
        self._assets: Mapping[int, Asset] = {asset.pk: asset for asset in found}
        self._marks = favourites.marks(self._assets.values(), person)

    def tiles(self, ids: Sequence[int], noted: Noted, most: int) -> list[Tile]:
        """The first `most` of `ids` that may be shown, in this order."""
        shown = [self._assets[pk] for pk in ids if pk in self._assets][:most]
        return [tile(asset, noted(asset), self._marks) for asset in shown]

    def thumbnails(self, ids: Sequence[int], most: int) -> list[str]:
        """Addresses of the first `most` pictures of these assets."""
        shown = [self._assets[pk] for pk in ids if pk in self._assets and self._assets[pk].thumbnail]
        return [f"{_address(asset)}thumbnail/" for asset in shown[:most]]


def _address(asset: Asset) -> str:
    return f"{reverse('library:list')}{asset.slug}/"


def tile(asset: Asset, note: Note, marks: favourites.Marks) -> Tile:
    url = _address(asset)
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
