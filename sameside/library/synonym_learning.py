"""Words that mean the same here, learnt from the library and from how it is searched; somebody accepts or rejects them.

Titles say what an acronym stands for: "Total Cost of Ownership (TCO)". Facets have values and names: `tailored_pov` is
a tailored point of view. And when at least three persons who found nothing with some words then opened something with
others, both may mean the same.

What was masked is not learnt from. Of titles, those that everybody may open come first; where only restricted ones
explain an acronym, the proposal says so, because accepting it makes words of them known to all who search.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sameside.library import facets
from sameside.library.masking import is_masked
from sameside.library.models import Asset, AssetFacet, Facet, SearchOutcome
from sameside.library.models.assets import EVERYBODY
from sameside.retrieval import analysis
from sameside.search import synonyms
from sameside.search.models import Synonym

LEAST_PERSONS = 3
LOOK_BACK = timedelta(days=365)
MOST_TITLES = 200_000
LONGEST_WORDS = 5
RESTRICTED = "Only content that not everybody may open says so: used, its words are known to all who search."
SMALL = frozenset(
    {
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "in",
        "of",
        "on",
        "the",
        "to",
        "der",
        "die",
        "das",
        "des",
        "und",
        "von",
        "für",
    }
    | {"de", "du", "la", "le", "les", "et", "en", "del", "el", "los", "las", "y", "van"}
)
FAILED = (SearchOutcome.Outcome.NONE, SearchOutcome.Outcome.REFORMULATED)
FOUND = (SearchOutcome.Outcome.OPENED, SearchOutcome.Outcome.USED)
_LONG_FIRST = re.compile(r"((?:[\w'’/-]+[ ]+){2,9})\(([A-Z][A-Za-z0-9&]{1,7})\)")
_SHORT_FIRST = re.compile(r"\b([A-Z][A-Z0-9&]{1,7}) \(((?:[\w'’/-]+[ ]*){2,9})\)")


@dataclass(frozen=True)
class Learnt:
    words: tuple[str, ...]
    source: str
    evidence: Sequence[str]
    weight: int
    is_one_way: bool = False


def acronyms(title: str) -> Iterator[tuple[str, str]]:
    """(what it stands for, acronym) of each acronym that a title explains."""
    for match in _LONG_FIRST.finditer(title):
        phrase = expansion(match[1].split(), match[2])
        if phrase:
            yield phrase, match[2]
    for match in _SHORT_FIRST.finditer(title):
        words = match[2].split()
        phrase = expansion(words, match[1])
        if phrase and len(phrase.split()) == len(words):
            yield phrase, match[1]


def expansion(words: Sequence[str], acronym: str) -> str:
    """The last of `words` whose initials are the acronym's letters, small words left out or not; empty if none are."""
    letters = [letter.casefold() for letter in acronym if letter.isalnum()]
    if letters and letters[-1] == "s" and acronym[-1] == "s":
        letters.pop()
    parts = [(place, part) for place, word in enumerate(words) for part in re.split(r"[-/]", word) if part]
    for start in range(len(parts)):
        initials = [part[0].casefold() for _, part in parts[start:] if part.casefold() not in SMALL]
        every = [part[0].casefold() for _, part in parts[start:]]
        first = parts[start]
        begins = start == 0 or parts[start - 1][0] != first[0]
        if len(letters) > 1 and begins and first[1].casefold() not in SMALL and letters in (initials, every):
            return " ".join(words[first[0] :])
    return ""


def from_titles() -> list[Learnt]:
    explaining = Asset.objects.current().filter(title__contains="(").order_by("-updated_at")
    titles = explaining.values_list("title", "groups")[:MOST_TITLES]
    open_titles: dict[tuple[str, str], list[str]] = defaultdict(list)
    restricted: dict[tuple[str, str], list[str]] = defaultdict(list)
    written: dict[tuple[str, str], tuple[str, str]] = {}
    for title, groups in titles.iterator(chunk_size=2_000):
        for phrase, acronym in acronyms(title):
            key = (analysis.folded(phrase), analysis.folded(acronym))
            written.setdefault(key, (acronym, phrase))
            (open_titles if EVERYBODY in groups else restricted)[key].append(title)
    return [
        _of_titles(words, some, is_restricted=key not in open_titles)
        for key, words in written.items()
        if (some := open_titles.get(key) or restricted[key])
    ]


def _of_titles(words: tuple[str, str], titles: Sequence[str], *, is_restricted: bool) -> Learnt:
    evidence = [f"Titled “{title}”." for title in titles]
    if is_restricted:
        evidence.insert(0, RESTRICTED)
    return Learnt(words, Synonym.Source.TITLE, evidence, len(titles))


def from_facets() -> list[Learnt]:
    """What a facet's value is called, where that is other words than the value itself."""
    stated = AssetFacet.objects.filter(facet=Facet.CONVERSATION).exclude(state=AssetFacet.State.REJECTED)
    found = []
    for value in sorted(set(stated.values_list("value", flat=True).distinct())):
        name = facets.label(Facet.CONVERSATION, value)
        if analysis.folded(name) != analysis.folded(value.replace("_", " ")):
            sentence = f"The conversation “{value}” is called {name}."
            found.append(Learnt((value.replace("_", " "), name), Synonym.Source.FACET, [sentence], 1))
    return found


def from_searches(since: datetime) -> list[Learnt]:
    """Words that failed and what the same persons found something with, within one attempt."""
    rows = (
        SearchOutcome.objects.filter(at__gte=since, outcome__in=(*FAILED, *FOUND))
        .order_by("attempt", "at", "search_id")
        .values_list("attempt", "outcome", "search__query", "search__person_id")
    )
    return learnt_from(rows.iterator(chunk_size=5_000))


def learnt_from(rows: Iterable[tuple[int, str, str, int | None]]) -> list[Learnt]:
    """From (attempt, outcome, words, person) in order of time: pairs that at least `LEAST_PERSONS` persons made."""
    persons: dict[tuple[str, str], set[int]] = defaultdict(set)
    failed: Mapping[str, None] = {}
    attempt = -1
    for number, outcome, words, person in rows:
        if number != attempt:
            attempt, failed = number, {}
        if is_masked(words):
            continue
        if outcome in FAILED:
            failed = {**failed, words: None}
        elif person is not None:
            for before in failed:
                pair = differing(before, words)
                if pair:
                    persons[pair].add(person)
            failed = {}
    return [
        Learnt(pair, Synonym.Source.SEARCH, [_told(pair, len(some))], len(some), is_one_way=True)
        for pair, some in sorted(persons.items())
        if len(some) >= LEAST_PERSONS
    ]


def _told(pair: tuple[str, str], number: int) -> str:
    return f"{number} persons found nothing with “{pair[0]}” and then opened something they found with “{pair[1]}”."


def differing(before: str, after: str) -> tuple[str, str] | None:
    """The words in which two searches differ; None when one only adds words, or mends a typo."""
    first, second = analysis.words(before), analysis.words(after)
    left = [word for word in first if word not in second]
    right = [word for word in second if word not in first]
    if not left or not right or max(len(left), len(right)) > LONGEST_WORDS:
        return None
    if " ".join(right).startswith(" ".join(left)) or _is_typo(" ".join(left), " ".join(right)):
        return None
    return " ".join(left), " ".join(right)


def _is_typo(one: str, other: str) -> bool:
    """Whether at most two letters differ: the search mends these by itself."""
    if abs(len(one) - len(other)) > 2:
        return False
    before = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        row = [place]
        for at, wanted in enumerate(other, start=1):
            row.append(min(before[at] + 1, row[-1] + 1, before[at - 1] + (letter != wanted)))
        before = row
    return before[-1] <= 2


def learn(*, at: datetime) -> int:
    """Propose what is new; returns how many proposals there are more."""
    found = [*from_titles(), *from_facets(), *from_searches(at - LOOK_BACK)]
    return sum(
        synonyms.propose(
            one.words, source=one.source, evidence=one.evidence, weight=one.weight, at=at, is_one_way=one.is_one_way
        )
        for one in found
    )
