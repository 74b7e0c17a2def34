"""How people write facets and their values when they type them as filters; see `search.typed`.

What is understood are the values that the person finds in the library, so a value of content that is not theirs to see
is a word like any other.
"""

import time
from collections.abc import Iterable, Mapping
from functools import lru_cache

from sameside.library import facets, searching
from sameside.library.facets import Narrowing
from sameside.library.models import Facet, groups_of
from sameside.people.models import Person
from sameside.search import readers
from sameside.search.typed import Vocabulary, fold

KEYS: Mapping[str, str] = {
    Facet.CONVERSATION: "conversation talk stage",
    Facet.VERTICAL: "vertical industry branche secteur sector",
    Facet.LANGUAGE: "language lang sprache langue idioma",
    Facet.FORMAT: "format type filetype kind",
    Facet.PERSONA: "persona for role buyer",
    Facet.SENIORITY: "seniority level",
    Facet.DEPTH: "depth",
    Facet.PRODUCT_LINE: "product productline product_line product-line",
    Facet.REGION: "region market",
    Facet.COMPETITOR: "competitor against vs",
}
FORMATS = {
    "pptx": "deck decks slides slide-deck slidedeck powerpoint ppt presentation folien foliensatz diapositives",
    "pdf": "pdfs",
    "docx": "word-document word doc",
    "xlsx": "excel spreadsheet spreadsheets sheet tabelle tabellen",
    "html": "webpage web",
    "video": "videos film movie recording",
    "image": "images picture pictures photo",
    "epub": "ebook e-book",
    "md": "markdown",
}
LANGUAGES = {
    "en": "english englisch anglais ingles",
    "de": "german deutsch allemand aleman",
    "fr": "french franzosisch francais frances",
    "es": "spanish spanisch espagnol espanol castellano",
    "it": "italian italienisch italien italiano",
    "pt": "portuguese portugiesisch portugais portugues",
    "nl": "dutch niederlandisch neerlandais nederlands",
    "pl": "polish polnisch polonais polski",
    "ja": "japanese japanisch japonais",
    "zh": "chinese chinesisch chinois",
    "ar": "arabic arabisch arabe",
}
BARE = (Facet.FORMAT, Facet.LANGUAGE, Facet.VERTICAL, Facet.REGION)
"""A bare word can stand for these; the values of the others are words that everybody writes in their texts."""
EVERYDAY = frozenset(
    {"word", "doc", "web", "sheet", "type", "image", "picture", "recording", "film", "html", "software"}
)
FRESH_SECONDS = 60.0
LARGE = 1_000
"""From so many assets on, what is understood may be a minute old."""
MOST_KEPT = 64

_kept: dict[tuple[str, ...] | None, tuple[float, Vocabulary]] = {}


@lru_cache(maxsize=1)
def keys() -> dict[str, str]:
    return {fold(word): str(facet) for facet, words in KEYS.items() for word in words.split()}


@lru_cache(maxsize=4_096)
def of(facet: str, value: str) -> tuple[str, ...]:
    """Every way in which people write a value, folded; what the library itself calls it comes first."""
    written = [facets.label(facet, value), value]
    if facet == Facet.FORMAT:
        written += FORMATS.get(value, "").split()
    if facet == Facet.LANGUAGE:
        written += LANGUAGES.get(value, "").split()
    return tuple(dict.fromkeys(filter(None, map(fold, written))))


def vocabulary_of(values: Mapping[str, Iterable[str]]) -> Vocabulary:
    """What is understood where these facets have these values."""
    spelt: dict[str, dict[str, str]] = {}
    meanings: dict[str, set[tuple[str, str]]] = {}
    for facet, some in values.items():
        for value in some:
            for spelling in of(facet, value):
                spelt.setdefault(facet, {}).setdefault(spelling, value)
                meanings.setdefault(spelling, set()).add((facet, value))
    bare = {
        spelling: next(iter(meant))
        for spelling, meant in meanings.items()
        if len(meant) == 1 and spelling not in EVERYDAY and next(iter(meant))[0] in BARE
    }
    codes = frozenset(spelling for spelling in bare if len(spelling) <= 2)
    return Vocabulary(keys(), spelt, bare, codes)


@lru_cache(maxsize=MOST_KEPT)
def _made(values: tuple[tuple[str, tuple[str, ...]], ...]) -> Vocabulary:
    return vocabulary_of(dict(values))


def vocabulary(person: Person) -> Vocabulary:
    """What is understood when `person` types; only the facets' names while the index is being built."""
    key = groups_of(person)
    mine = tuple(key) if key is not None else None
    made, known = _kept.get(mine, (0.0, None))
    if known is not None and time.monotonic() - made < FRESH_SECONDS:
        return known
    asked = searching.request("", Narrowing(), person, size=1)
    try:
        found = searching.engine().search(asked)
    except readers.NotReady:
        return Vocabulary(keys())
    read = _made(tuple((facet, tuple(counts)) for facet, counts in found.counts.items()))
    if found.total >= LARGE:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[mine] = (time.monotonic(), read)
    return read
