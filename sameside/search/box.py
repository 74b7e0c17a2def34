"""The one box: what it asks, and the sections that answer, each kind of thing apart.

A context registers a section when it starts: the library one for content, which comes first. Kinds that are only looked
up by name (companies, deals, contacts, leads) need no section of their own: they are asked from their index.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString

from sameside.people import policies
from sameside.people.models import Person
from sameside.retrieval.engine import Request
from sameside.search import kinds, markup, readers
from sameside.search.kinds import Kind

LONGEST = 1_000
SHOWN = 4
ON_THE_PAGE = 8
LEAST_LETTERS = 2
"""From so many letters on, things are looked up by name: one letter begins too many names."""


@dataclass(frozen=True)
class Chip:
    """A filter that was understood, and `because` of what, where it was not typed as one.

    Without it the box is given `value` as its `name`: the whole text (`text`), a word that was taken for a filter
    (`word`), or a part of the deal or lead that does not count (`without`).
    """

    label: str
    text: str
    name: str
    value: str
    because: str = ""
    url: str = ""
    """The page of results without it, where there is one."""


@dataclass(frozen=True)
class Entry:
    """One result. `title` and `snippet` are safe HTML with the words marked; `page` is the one that matched."""

    title: SafeString | str
    line: str
    url: str
    icon: str
    picture: str = ""
    page: int = 0
    page_url: str = ""
    snippet: SafeString | str = ""
    why: str = ""


@dataclass(frozen=True)
class Suggestion:
    """A text that continues what was typed, or finds something where that found nothing.

    `count`: how many results it would have, where that is known.
    """

    text: str
    label: str
    count: int | None = None
    icon: str = "search"
    url: str = ""
    """The page of its results, where there is one."""


@dataclass(frozen=True)
class Asked:
    """`query` is the whole address: the words (`q`), and where they are asked from (`deal`, `lead`)."""

    person: Person
    text: str
    query: QueryDict
    size: int = SHOWN
    typing: bool = True


@dataclass(frozen=True)
class Answered:
    """`more` leads to all of the results. `record` is what the recorder is told once the search is over.

    `suggestions` continue the words, or would find something where nothing was found. `missing` is where one asks for
    what is not there: a POST of `words` and `address`, the query of the search. `corrected`: the words that content was
    found by instead of those typed, which `instead` searches; `spelt`: those that things of a kind were found by.
    """

    name: str
    plural: str
    icon: str
    entries: Sequence[Entry] = ()
    total: int = 0
    more: str = ""
    note: str = ""
    corrected: str = ""
    instead: str = ""
    spelt: str = ""
    chips: Sequence[Chip] = ()
    suggestions: Sequence[Suggestion] = ()
    context: str = ""
    missing: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def items_html(self) -> SafeString:
        return markup.items(self)

    @property
    def options_html(self) -> SafeString:
        return markup.options(self)


@dataclass(frozen=True)
class Section:
    """`record(record, person, elapsed)` tells the recorder what an answer showed; `elapsed` milliseconds passed since
    the first key, as the browser says."""

    name: str
    capability: str
    answer: Callable[[Asked], Answered]
    record: Callable[[Mapping[str, Any], Person, str], None]


_SECTIONS: list[Section] = []


def register(section: Section) -> Section:
    _SECTIONS[:] = [*(one for one in _SECTIONS if one.name != section.name), section]
    return section


def answers(asked: Asked) -> list[Answered]:
    """What each section and kind answers that `asked.person` may ask; sections first, empty ones of kinds left out."""
    found = [one.answer(asked) for one in _SECTIONS if policies.can(asked.person, one.capability)]
    named = {one.name for one in _SECTIONS}
    if len(asked.text.replace(" ", "")) >= LEAST_LETTERS:
        others = (of_kind(kind, asked) for kind in kinds.every() if kind.name not in named)
        found += [one for one in others if one and one.entries]
    return found


def searched(person: Person) -> str:
    """What `person` may find in the box, in a sentence that names nothing else."""
    named = {one.name for one in _SECTIONS}
    others = [
        kind.plural.lower()
        for kind in kinds.every()
        if kind.name not in named and policies.can(person, kind.capability)
    ]
    if not others:
        return "The content that you may open."
    return (
        f"Content, {', '.join(others[:-1])} and {others[-1]} in one place."
        if others[1:]
        else (f"Content and {others[0]} in one place.")
    )


def record(told: Mapping[str, Any], person: Person, *, elapsed: str = "") -> None:
    """A search is over: its section tells the recorder what it showed."""
    for section in _SECTIONS:
        if told and told.get("section") == section.name:
            section.record(told, person, elapsed)


def of_kind(kind: Kind, asked: Asked) -> Answered | None:
    """The things of one kind that the words find; what the person may see is checked against the database too."""
    if not policies.can(asked.person, kind.capability):
        return None
    # Things that have but some of the words in their names are not what was meant.
    request = Request(
        words=asked.text, groups=kind.groups_of(asked.person), size=asked.size, parts=False, semantic=False,
        relaxing=False, typing=asked.typing, explained=False,
    )  # fmt: skip
    try:
        found = readers.engine(kind.name).search(request)
    except readers.NotReady:
        return None
    if not found.hits:
        return None
    shown = kind.show([hit.key for hit in found.hits], asked.person)
    entries = [
        Entry(shown[hit.key].title, shown[hit.key].line, shown[hit.key].url, kind.icon, shown[hit.key].thumbnail)
        for hit in found.hits
        if hit.key in shown
    ]
    total = found.total if entries else 0
    return Answered(kind.name, kind.plural, kind.icon, entries, total, spelt=found.corrected)
