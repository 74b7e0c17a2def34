"""The quick look: one page of an asset at a time, with what helps to decide whether to open it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sameside.library import asset_page, facets
from sameside.library.asset_page import Preview, deals_of
from sameside.library.browsing import favourites
from sameside.library.browsing.tiles import Note, Tile, tile
from sameside.library.models import Asset, AssetFacet, Play
from sameside.people.models import Person
from sameside.ui.lists import Choice

TAGS = 12


@dataclass(frozen=True)
class Look:
    asset: Asset
    tile: Tile
    preview: Preview | None
    previous: str
    next: str
    tags: Sequence[tuple[str, str]]
    play: Play | None
    deals: Sequence[Choice]


def build(asset: Asset, asked: str, person: Person) -> Look:
    preview = asset_page.preview(asset, asked)
    marks = favourites.marks([asset], person)
    shown = tile(asset, Note(""), marks)
    return Look(
        asset=asset,
        tile=shown,
        preview=preview,
        previous=_turn(shown.url, preview.previous) if preview else "",
        next=_turn(shown.url, preview.next) if preview else "",
        tags=_tags(asset),
        play=Play.objects.filter(asset=asset).first(),
        deals=deals_of(person),
    )


def _turn(url: str, page: str) -> str:
    """The address of a page of the asset as one of its quick look."""
    return f"{url}look/{page.removeprefix(url)}&turned=1" if page else ""


def _tags(asset: Asset) -> list[tuple[str, str]]:
    """(facet, value) in words, in the order in which the library shows facets."""
    order = [facet.value for facet in facets.SHOWN]
    rows = AssetFacet.objects.filter(asset=asset).exclude(state=AssetFacet.State.REJECTED).order_by("value")
    found = sorted(rows, key=lambda row: order.index(row.facet) if row.facet in order else len(order))
    return [(row.get_facet_display(), facets.label(row.facet, row.value)) for row in found[:TAGS]]
