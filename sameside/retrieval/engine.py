"""What an engine is given and what it answers: documents in, a request, one defined set of results out.

A document is one thing that can be found (an asset, a company); its parts are what inside it can be pointed at (a
page). An engine holds documents of one kind. Everything that decides who finds what is in the document and applies
inside the engine: `groups` (who may find it), `valid_from` and `valid_until` (days, as `date.toordinal()`), `language`.

A request defines one set of documents: those that match the words (or mean the same), that one of the `groups` may
find, that are valid on the day, and that the filters leave. Hits, total and facet counts are of that very set. The
count beside a facet value is the number of documents that choosing it would leave: every other filter applies, the
facet's own does not.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

ALWAYS = 0
FOREVER = 4_000_000
"""Bounds of the days, for documents without a date."""


@dataclass(frozen=True)
class Part:
    """A page of a document. Numbers begin at 1 and need not be without gaps."""

    number: int
    text: str


@dataclass(frozen=True)
class Document:
    """`terms`: facet to exact values, to filter and to count by. `numbers`: what one can sort by, as integers.

    `names` are further names it is known by (file and folder names, tags, e-mail addresses, external ids): found by
    word, prefix and typo, but not stemmed. `language` is ISO 639-1, empty when unknown.
    """

    key: int
    title: str
    parts: Sequence[Part] = ()
    summary: str = ""
    names: Sequence[str] = ()
    language: str = ""
    terms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    groups: Sequence[str] = ()
    valid_from: int = ALWAYS
    valid_until: int = FOREVER


@dataclass(frozen=True)
class Weights:
    """What the parts of a score weigh: of the words' share, whole words (by stem) and their pieces; meaning's share
    when it takes part, from 0 to 1, of which words have the rest."""

    words: float = 0.8
    pieces: float = 0.2
    meaning: float = 0.55


@dataclass(frozen=True)
class Boost:
    """Adds `weight` to the score of documents whose number called `number` is at least `least`."""

    number: str
    least: int
    weight: float


@dataclass(frozen=True)
class Request:
    """`words` as typed; phrases in double quotes, `-` before what must not be there, `or` between alternatives.

    `groups` None: everything may be found. `typing`: the last word may be unfinished. `languages`: those the person
    reads, best first. `preferred`: facet to values that a result had better have (a deal's context), weighing up to
    `preference`. `synonyms`: folded word or phrase to others that mean the same. `order`: empty for relevance, else a
    key of `Document.numbers` or `title`, with `-` before it for descending. `after`: `Found.next` of the page before.
    """

    words: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    excluded: Mapping[str, Sequence[str]] = field(default_factory=dict)
    groups: Sequence[str] | None = None
    on: int | None = None
    counted: Sequence[str] = ()
    languages: Sequence[str] = ()
    preferred: Mapping[str, Sequence[str]] = field(default_factory=dict)
    preference: float = 0.3
    weights: Weights = Weights()
    boosts: Sequence[Boost] = ()
    synonyms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    keys: Sequence[int] | None = None
    typing: bool = True
    semantic: bool = True
    relaxing: bool = True
    """Whether some of the words are enough where nothing has all of them."""
    order: str = ""
    after: str = ""
    size: int = 24
    parts: bool = True
    """Whether to find the best part of each hit, with its snippet."""
    explained: bool = True
    """Whether hits need their title with the words marked, what their score is made of, and their summary where no
    words are searched."""


class Fragment(NamedTuple):
    """A piece of text; `marked` when it is what was searched."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class Hit:
    """`score` is of this answer only. `part` is 0 when none matched or was looked for. `why`: shares of the score."""

    key: int
    score: float
    part: int = 0
    snippet: Sequence[Fragment] = ()
    title: Sequence[Fragment] = ()
    why: Mapping[str, float] = field(default_factory=dict)
    others: Sequence[int] = ()
    """Further parts that match nearly as well, best first."""


@dataclass(frozen=True)
class Found:
    """`total` and `counts` are exact. `corrected`: the words searched instead of misspelt ones. `relaxed`: no document
    holds all of the words, so these hold some. `meaning`: whether meaning took part; else words alone answered.
    `widened`: frequent words that are searched beside rare ones that are spelt nearly alike.
    `moved`: the list changed since the page before, whose last document is not where it was."""

    hits: Sequence[Hit] = ()
    total: int = 0
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    corrected: str = ""
    relaxed: bool = False
    meaning: bool = False
    next: str = ""
    widened: Sequence[str] = ()
    moved: bool = False


class Writer(Protocol):
    """Collects changes; they are found once the `with` block ends. A block that raises changes nothing."""

    def put(self, documents: Iterable[Document]) -> int:
        """Add documents or replace those with the same key; returns how many."""

    def remove(self, keys: Iterable[int]) -> None: ...


class Engine(Protocol):
    """One index of one kind of documents."""

    def search(self, request: Request) -> Found: ...

    def keys(self, request: Request) -> Iterator[int]:
        """The keys of everything `request` leaves, in its order, whatever `size` says: for exports and bulk edits."""

    def suggest(self, typed: str, request: Request, limit: int = 6, *, titles: bool = True) -> Sequence[str]:
        """Words that continue what is typed, and `titles` where there are few of these, only of documents that
        `request` leaves."""

    def rank(self, key: int, request: Request) -> int:
        """The place of a document among all results, from 1; 0 when it is not among them."""

    def writing(self) -> AbstractContextManager[Writer]:
        """The one writer; raises `Busy` when another process writes."""

    def refresh(self) -> bool:
        """See what was committed since, by any process; returns whether there was something."""

    def count(self) -> int: ...

    def state(self) -> Hashable | None:
        """Another one whenever what is found may have changed; None when that cannot be told."""


class Busy(Exception):
    """Another process writes this index."""


class NotReady(Exception):
    """Nothing can be answered just now. The message is a sentence fit for the screen."""


class Damaged(Exception):
    """The index cannot be read; it must be built anew."""
