"""Boards: the library arranged by what it is for. One board for each conversation, persona and vertical.

The five conversations always have a board. A persona or a vertical has one as soon as content that one may find is
marked with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.urls import reverse

from sameside.conversations.models import KINDS
from sameside.library import facets, searching
from sameside.library.facets import Narrowing
from sameside.library.models import Facet
from sameside.people.models import Person

FACETS = (Facet.CONVERSATION, Facet.PERSONA, Facet.VERTICAL)
TITLES = {
    Facet.CONVERSATION: "The five conversations",
    Facet.PERSONA: "Personas",
    Facet.VERTICAL: "Verticals",
}
MOST = 24


@dataclass(frozen=True)
class Board:
    facet: str
    value: str
    label: str
    url: str
    assets: int = 0

    @property
    def facet_label(self) -> str:
        return str(Facet(self.facet).label)

    @property
    def search_url(self) -> str:
        return f"{reverse('library:list')}?{self.facet}={self.value}"


@dataclass(frozen=True)
class Section:
    """The boards of one facet; `rest` are those whose boards are not shown."""

    facet: str
    title: str
    boards: Sequence[Board]
    rest: int


def board(facet: str, value: str, assets: int = 0) -> Board:
    return Board(facet, value, facets.label(facet, value), _address(facet, value), assets)


@lru_cache(maxsize=1_024)
def _address(facet: str, value: str) -> str:
    return reverse("library:board", args=[facet, value])


def is_board(facet: str, value: str) -> bool:
    """Whether there can be such a board: conversations are five, other values are whatever content is marked with."""
    if facet == Facet.CONVERSATION:
        return value in KINDS
    return facet in FACETS and "\x00" not in value


def all_boards(person: Person) -> list[Section]:
    """Every board with the number of assets on it that `person` may find."""
    counted = searching.search("", Narrowing(), person, size=0).facets
    return [_section(facet, dict(counted.get(facet.value, ()))) for facet in FACETS]


def _section(facet: Facet, counts: dict[str, int]) -> Section:
    title = TITLES[facet]
    if facet == Facet.CONVERSATION:
        return Section(facet, title, [board(facet, kind.value, counts.get(kind.value, 0)) for kind in KINDS], 0)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], facets.label(facet, pair[0])))
    shown = [board(facet, value, number) for value, number in ordered[:MOST]]
    return Section(facet, title, shown, max(0, len(ordered) - MOST))
