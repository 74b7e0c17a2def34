"""What was typed into a search box, read: words, "exact phrases", -unwanted ones, and `or` between alternatives.

Anything else is words. Nobody's text ever reaches a query parser: whatever is typed, there are only words in it.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sameside.retrieval import analysis

LONGEST = 1_000
MOST_WORDS = 100
_PIECE = re.compile(r'(-?)"([^"]*)(?:"|$)|(\S+)')
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "\x00": " "})
_DASHES = "-–—/"


@dataclass(frozen=True)
class Item:
    """Terms that follow each other. `quoted`: typed as a phrase, so taken exactly as it stands. `piece`: a word that
    only stands inside longer ones."""

    text: str
    terms: tuple[str, ...]
    quoted: bool = False
    piece: bool = False


@dataclass(frozen=True)
class Unit:
    """Alternatives, one of which is wanted; `last` when it may be unfinished. Each alternative is items, all wanted."""

    alternatives: tuple[tuple[Item, ...], ...]
    last: bool = False

    @property
    def is_quoted(self) -> bool:
        return all(item.quoted for items in self.alternatives for item in items)

    @property
    def single(self) -> Item | None:
        """The one word that this is, when it is nothing else."""
        if len(self.alternatives) == 1 and len(self.alternatives[0]) == 1 and not self.alternatives[0][0].quoted:
            return self.alternatives[0][0]
        return None


@dataclass(frozen=True)
class Typed:
    wanted: tuple[Unit, ...] = ()
    unwanted: tuple[Item, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.wanted and not self.unwanted


@lru_cache(maxsize=8)
def read(text: str) -> Typed:
    """The units of what was typed, at most `MOST_WORDS` of the first `LONGEST` characters. Each kind of thing in the
    box is asked the same."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).translate(_QUOTES)
    wanted: list[list[Item]] = []
    unwanted: list[Item] = []
    joining = False
    count = 0
    end_of_last = -1
    for piece in _PIECE.finditer(text):
        minus, phrase, word = piece.groups()
        if word is not None and word.lower() == "or" and wanted and not joining:
            joining = True
            continue
        negative = bool(minus) or (word is not None and len(word) > 1 and word.startswith("-"))
        items = [_item(phrase, quoted=True)] if word is None else _words(word.removeprefix("-") if negative else word)
        for item in items:
            if not item.terms or count >= MOST_WORDS:
                continue
            count += len(item.terms)
            if negative:
                unwanted.append(item)
            elif joining and wanted:
                wanted[-1].append(item)
            else:
                wanted.append([item])
                end_of_last = piece.end() if word is not None else -1
            joining = False
    units = [Unit(tuple((item,) for item in items)) for items in wanted]
    if units and end_of_last == len(text) and len(wanted[-1]) == 1:
        units[-1] = Unit(units[-1].alternatives, last=True)
    return Typed(tuple(units), tuple(unwanted))


def _item(text: str, *, quoted: bool = False) -> Item:
    return Item(text, tuple(analysis.asked(text)[:MOST_WORDS]), quoted)


def _words(word: str) -> list[Item]:
    """The parts of a hyphenated word are words of their own, unless one of them is a letter: `e-mail`, `A/B`."""
    pieces = [piece for piece in re.split(f"[{_DASHES}]", word) if piece]
    if len(pieces) > 1 and all(len(piece) > 1 for piece in pieces):
        return [item for piece in pieces for item in _words(piece)]
    return [_item(word)]


def with_synonyms(units: Sequence[Unit], synonyms: Mapping[str, Sequence[str]]) -> tuple[Unit, ...]:
    """Words, or several in a row, that have synonyms become one unit with these as alternatives."""
    if not synonyms:
        return tuple(units)
    longest = max(len(key.split()) for key in synonyms)
    result: list[Unit] = []
    at = 0
    while at < len(units):
        for size in range(min(longest, len(units) - at), 0, -1):
            row = [unit.single for unit in units[at : at + size]]
            if any(item is None for item in row):
                continue
            items = tuple(item for item in row if item is not None)
            others = synonyms.get(" ".join(term for item in items for term in item.terms))
            if others:
                alternatives = [(item,) for other in others if (item := _item(other)).terms]
                result.append(Unit((items, *alternatives), units[at + size - 1].last))
                at += size
                break
        else:
            result.append(units[at])
            at += 1
    return tuple(result)
