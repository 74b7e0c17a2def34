"""A library of any size: perturbed copies of the passages of collections, twenty to an asset.

In every copy a tenth of the words are others of the same collection, drawn as often as they occur. Assets are of one
language, may be found by one to three of 40 groups, are valid or not on the day, and have seven facets. The statistics
of words are milder than real life's; what is compared is how engines do on the very same library.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from benchmarks.search_collections import Collection, Passage
from sameside.retrieval.engine import ALWAYS, FOREVER, Document, Part

PAGES = 20
WORDS = 95
GROUPS = 40
MINE = 12
TODAY = 740_000
FACETS: Mapping[str, tuple[str, int, int]] = {
    "vertical": ("vertical", 12, 1),
    "product": ("product", 8, 2),
    "persona": ("persona", 10, 2),
    "region": ("region", 6, 1),
    "depth": ("depth", 3, 1),
    "format": ("format", 7, 1),
    "conversations": ("conversation", 5, 2),
}


@dataclass(frozen=True)
class Question:
    words: str
    groups: Sequence[str]
    filters: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Origin:
    """A stretch of a passage that copies are made of: its language, its words and its place among all origins."""

    number: int
    language: str
    words: Sequence[str]
    passage: Passage


def origins(collections: Sequence[Collection]) -> list[Origin]:
    """The passages of every collection (each corpus once), cut to `WORDS` words."""
    found: list[Origin] = []
    seen: set[str] = set()
    for collection in collections:
        for passage in collection.passages.values():
            words = passage.whole.split()
            for start in range(0, max(1, len(words) - WORDS // 2), WORDS):
                piece = words[start : start + WORDS]
                text = " ".join(piece)
                if len(piece) >= 5 and text not in seen:
                    seen.add(text)
                    found.append(Origin(len(found), collection.language, piece, passage))
    return found


@dataclass(frozen=True)
class Grown:
    """`documents` are made anew at each call, always the same; `made_of` says which origin a page is a copy of."""

    sources: Sequence[Origin]
    passages: int

    @property
    def count(self) -> int:
        return -(-self.passages // PAGES)

    @cached_property
    def by_language(self) -> Mapping[str, Sequence[Origin]]:
        found: dict[str, list[Origin]] = {}
        for origin in self.sources:
            found.setdefault(origin.language, []).append(origin)
        return dict(sorted(found.items()))

    def documents(self, first: int = 0, until: int | None = None) -> Iterator[Document]:
        languages = list(self.by_language)
        pools = {each: [word for origin in some for word in origin.words] for each, some in self.by_language.items()}
        for key in range(first, self.count if until is None else until):
            language = languages[key % len(languages)]
            yield self._document(key, language, self.by_language[language], pools[language])

    def made_of(self, key: int) -> list[Origin]:
        """The origins of the pages of the document with this key."""
        some = list(self.by_language.values())
        return self._origins(key - 1, some[(key - 1) % len(some)])

    def _origins(self, key: int, some: Sequence[Origin]) -> list[Origin]:
        start = key * PAGES * 7
        return [some[(start + page * 13) % len(some)] for page in range(PAGES)]

    def _document(self, key: int, language: str, some: Sequence[Origin], pool: Sequence[str]) -> Document:
        chance = random.Random(key)
        parts = []
        for page, origin in enumerate(self._origins(key, some), 1):
            words = list(origin.words)
            for place in range(len(words)):
                if chance.random() < 0.1:
                    words[place] = chance.choice(pool)
            parts.append(Part(page, " ".join(words)))
        ends = TODAY - 10 if chance.random() < 0.1 else FOREVER
        return Document(
            key=key + 1,
            title=" ".join(parts[0].text.split()[:6]),
            parts=parts,
            language=language,
            terms={
                facet: sorted({f"{stem}-{chance.randrange(size)}" for _ in range(chance.randint(1, most))})
                for facet, (stem, size, most) in FACETS.items()
            },
            numbers={"fresh": chance.randrange(TODAY - 1000, TODAY)},
            groups=sorted({f"group-{chance.randrange(GROUPS)}" for _ in range(chance.randint(1, 3))}),
            valid_from=ALWAYS,
            valid_until=ends,
        )


def questions(collections: Sequence[Collection], size: int) -> list[Question]:
    """Up to eight words of the collections' queries in turn; every second one with a facet chosen."""
    chance = random.Random(3)
    pools = [sorted(each.queries.values()) for each in collections if not each.crosses] or [
        sorted(each.queries.values()) for each in collections
    ]
    found = []
    for number in range(size):
        words = chance.choice(pools[number % len(pools)]).split()[:8]
        mine = [f"group-{each}" for each in sorted(chance.sample(range(GROUPS), MINE))]
        filters = {"vertical": [f"vertical-{chance.randrange(12)}"]} if number % 2 else {}
        found.append(Question(" ".join(words), mine, filters))
    return found
