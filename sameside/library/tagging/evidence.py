"""What speaks for a facet value of an asset: words on its pages, and the assets most like it. Shown as counts.

The assets most like one are found by what they say: first those that share passages with it (the keys by which versions
are told), then the best matches for any words of its title. At most nine; how many of them state a value is told as it
is.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from sameside.library import searching
from sameside.library.models import Asset, AssetFacet, AssetPage
from sameside.library.truth import count
from sameside.library.vocabulary import TABLES, Rule, Table
from sameside.retrieval.engine import Request, Weights
from sameside.search import embedding

NEIGHBOURS = 9
LEAST_ALIKE = 3
"""So many of the most similar assets, and more than half of them, must have a value before it is spoken of: of nine,
three were right one time in three, five twice in three; see docs/decisions/facets-from-neighbours.md."""
LEAST_TIMES = 2
"""A word that stands somewhere once says nothing."""
MOST_WORDS = 12
READ = 600
"""So many letters of a text are compared by meaning."""
_PLAIN = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[^\W_]{3,}")
_TABLES: Mapping[str, Table] = {table.facet: table for table in TABLES}


@dataclass(frozen=True)
class Words:
    """Words of a rule in a text: which, how often, and the first page."""

    value: str
    found: Sequence[str]
    times: int
    page: int

    @property
    def sentence(self) -> str:
        named = " and ".join(f"“{word}”" for word in self.found[:2])
        return f"{named}, {self.times:,} times, first on page {self.page}."


def in_pages(facet: str, pages: Iterable[tuple[int, str]]) -> list[Words]:
    """The values of a facet whose words stand on the pages (number, text), the most frequent first."""
    table = _TABLES.get(facet)
    if table is None:
        return []
    numbered = list(pages)
    found = [words for rule in table.rules if (words := _words(rule, numbered)) is not None]
    return sorted(found, key=lambda words: (-words.times, words.value))


def _words(rule: Rule, pages: Sequence[tuple[int, str]]) -> Words | None:
    counted: Counter[str] = Counter()
    first = 0
    for number, text in pages:
        here = [" ".join(match.group(0).split()).casefold() for match in rule.pattern.finditer(text)]
        counted.update(here)
        first = first or (number if here else 0)
    if counted.total() < LEAST_TIMES:
        return None
    return Words(rule.value, [word for word, _ in counted.most_common(2)], counted.total(), first)


def pages_of(assets: Iterable[int], *, longest: int = 60_000) -> dict[int, list[tuple[int, str]]]:
    """Number and text of the pages of the current versions, the beginning of each asset only."""
    found: dict[int, list[tuple[int, str]]] = {}
    room: dict[int, int] = {}
    rows = AssetPage.objects.filter(version__asset__in=list(assets), version__is_current=True)
    for asset, number, text in rows.order_by("version__asset_id", "number").values_list(
        "version__asset_id", "number", "text"
    ):
        left = room.setdefault(asset, longest)
        if left > 0:
            found.setdefault(asset, []).append((number, text[:left]))
            room[asset] = left - len(text)
    return found


def neighbours(asset: Asset) -> list[int]:
    """The assets most like this one, at most nine. Raises `readers.NotReady`."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT other.asset_id FROM library_assetversion mine
            JOIN library_likenesskey k ON k.version_id = mine.id
            JOIN library_likenesskey o ON o.key = k.key AND o.version_id <> k.version_id
            JOIN library_assetversion other ON other.id = o.version_id AND other.is_current
            JOIN library_asset a ON a.id = other.asset_id AND a.status = 'active'
            WHERE mine.asset_id = %s AND mine.is_current AND other.asset_id <> %s
            GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %s
            """,
            [asset.pk, asset.pk, NEIGHBOURS],
        )
        alike = [row[0] for row in cursor]
    words = list(dict.fromkeys(_WORD.findall(asset.title)))[:MOST_WORDS]
    told = [pk for pk in searching.best(" or ".join(words), NEIGHBOURS + 1) if pk != asset.pk]
    return list(dict.fromkeys([*alike, *told]))[:NEIGHBOURS]


def by_meaning(asset: Asset, text: str) -> list[int]:
    """The assets nearest in meaning to what this one says, at most nine, nearest first; none without a model.

    Raises `readers.NotReady`.
    """
    if embedding.embedder() is None:
        return []
    request = Request(
        words=" ".join(_PLAIN.findall(f"{asset.title} {text}"))[:READ].rstrip(),
        filters={"status": (Asset.Status.ACTIVE.value,)},
        on=timezone.localdate().toordinal(),
        weights=Weights(meaning=1.0),
        size=NEIGHBOURS + 1,
        typing=False,
        parts=False,
    )
    found = searching.engine().search(request)
    keys = [hit.key for hit in found.hits if hit.key != asset.pk]
    return keys[:NEIGHBOURS] if found.meaning else []


Stated = Mapping[tuple[int, str], Sequence[str]]


@dataclass(frozen=True)
class Alike:
    value: str
    have: int
    of: int

    @property
    def sentence(self) -> str:
        return f"{self.have} of the {count(self.of, 'most similar asset')} have it."

    @property
    def sentence_of_meaning(self) -> str:
        return f"{self.have} of the {count(self.of, 'asset')} nearest in meaning have it."


def stated(assets: Iterable[int]) -> Stated:
    """By (asset, facet): the values that somebody or a rule confirmed. One query for all of them."""
    found: dict[tuple[int, str], list[str]] = {}
    rows = AssetFacet.objects.filter(asset__in=set(assets), state=AssetFacet.State.CONFIRMED)
    for asset, facet, value in rows.order_by("pk").values_list("asset_id", "facet", "value"):
        found.setdefault((asset, facet), []).append(value)
    return found


def among(neighbours: Sequence[int], facet: str, known: Stated) -> list[Alike]:
    """The values of `facet` that most of these assets state, as `known` has it."""
    counted = Counter(value for asset in neighbours for value in known.get((asset, facet), ()))
    return [
        Alike(value, have, len(neighbours)) for value, have in counted.most_common() if is_most(have, len(neighbours))
    ]


def is_most(have: int, of: int) -> bool:
    return have >= LEAST_ALIKE and have * 2 > of
