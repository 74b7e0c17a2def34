"""Filters typed as words: `vertical:banking deck de` → a vertical, a format, a language, and no words.

`key:value` is a filter when the key is known and the value is one of its values, by any spelling or an unmistakable
beginning; several values stand between commas, a value of several words in quotes. `-key:value` leaves out what has
that value. What is not understood stays words.
A bare word is a filter where it can mean nothing else: the vocabulary lists such words. It is one only beside
something else, because somebody who types nothing but `banking` looks for the word. `kept` are words that somebody
turned back into words.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

LONGEST_PHRASE = 3
SHORTEST_BEGINNING = 2
_TERM = re.compile(r'(?:(?P<minus>-)?(?P<key>[^\W\d_][\w-]*):)?(?P<value>-?"[^"]*"|[^\s"]+)')
_PLAIN = re.compile(r"[^\W_]+(?:[-'.][^\W_]+)*")


def fold(text: str) -> str:
    """Without case, accents and punctuation: `Öffentlicher-Dienst` → `offentlicher dienst`."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(" " if c in "-_./'" else c for c in plain if not unicodedata.combining(c))
    return " ".join(letters.split())


@dataclass(frozen=True)
class Vocabulary:
    """Everything folded. `keys`: what may stand before the colon → facet. `values`: facet → spelling → value.

    `bare`: spelling → (facet, value), for words that mean nothing else. `last_only` of them count at the end alone: a
    two-letter code is a common word within a sentence of another language.
    """

    keys: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    bare: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    last_only: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Term:
    """A filter that was typed: `text` is what stands for it, `is_word` when it was a bare word.

    `is_not`: what has the value is left out.
    """

    facet: str
    value: str
    text: str
    is_word: bool = False
    is_not: bool = False


@dataclass(frozen=True)
class Unknown:
    """A value that its facet does not have."""

    facet: str
    text: str


@dataclass(frozen=True)
class Read:
    """`words` are what is left to search for, `without(term)` the text with one filter taken out."""

    text: str
    words: str
    terms: Sequence[Term] = ()
    unknown: Sequence[Unknown] = ()

    @property
    def filters(self) -> dict[str, list[str]]:
        return self._values(is_not=False)

    @property
    def excluded(self) -> dict[str, list[str]]:
        return self._values(is_not=True)

    def _values(self, *, is_not: bool) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for term in self.terms:
            if term.is_not == is_not and term.value not in found.setdefault(term.facet, []):
                found[term.facet].append(term.value)
        return {facet: values for facet, values in found.items() if values}

    def without(self, term: Term) -> str:
        """Of several values between commas, the others stay."""
        less = self._less(term)
        whole_piece = rf"(?<!\S){re.escape(term.text)}(?!\S)"
        changed, times = re.subn(whole_piece, lambda _: less, self.text)
        return " ".join((changed if times else self.text.replace(term.text, less, 1)).split())

    def _less(self, term: Term) -> str:
        together = [one for one in self.terms if one.text == term.text]
        head, _, typed = term.text.partition(":")
        parts = [part for part in typed.split(",") if part]
        if term.is_word or typed.startswith('"') or len(parts) < 2 or len(together) != len(parts):
            return ""
        left = [part for part, one in zip(parts, together, strict=False) if one is not term]
        return f"{head}:{','.join(left)}"


@dataclass(frozen=True)
class _Piece:
    text: str
    key: str
    value: str
    is_not: bool


def read(text: str, vocabulary: Vocabulary, kept: Iterable[str] = ()) -> Read:
    """What `text` asks for."""
    pieces = [_Piece(m[0], m["key"] or "", m["value"], bool(m["minus"])) for m in _TERM.finditer(text)]
    turned_back = {fold(word) for word in kept}
    terms: list[Term] = []
    unknown: list[Unknown] = []
    left: list[_Piece] = []
    for piece in pieces:
        facet = vocabulary.keys.get(fold(piece.key)) if piece.key else None
        values, strange = _values(piece.value, vocabulary.values.get(facet, {})) if facet else ([], [])
        if facet and values and not strange:
            terms += [Term(facet, value, piece.text, is_not=piece.is_not) for value in values]
            continue
        if facet:
            unknown += [Unknown(facet, one) for one in strange]
        left.append(piece)
    words, bare = _bare(left, vocabulary, turned_back)
    if bare and (words or terms or len(bare) > 1):
        return Read(text, _join(words), [*terms, *bare], unknown)
    return Read(text, _join(left), terms, unknown)


def _join(pieces: Sequence[_Piece]) -> str:
    return " ".join(piece.text for piece in pieces)


def _values(typed: str, spellings: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The values meant, and the parts that mean none."""
    found, strange = [], []
    for part in [typed.strip('"')] if typed.startswith('"') else typed.split(","):
        value = meant(part, spellings)
        if value:
            found.append(value)
        elif part:
            strange.append(part)
    return found, strange


def meant(typed: str, spellings: Mapping[str, str]) -> str:
    """The value with this spelling, else the only one that begins so; empty when there is none or several."""
    folded = fold(typed)
    if folded in spellings:
        return spellings[folded]
    if len(folded) < SHORTEST_BEGINNING:
        return ""
    begun = {value for spelling, value in spellings.items() if spelling.startswith(folded)}
    return begun.pop() if len(begun) == 1 else ""


def _bare(pieces: Sequence[_Piece], vocabulary: Vocabulary, turned_back: set[str]) -> tuple[list[_Piece], list[Term]]:
    """The pieces that stay words, and those that are filters; the longest phrase counts."""
    words: list[_Piece] = []
    terms: list[Term] = []
    place = 0
    while place < len(pieces):
        for length in range(min(LONGEST_PHRASE, len(pieces) - place), 0, -1):
            some = pieces[place : place + length]
            if any(piece.key or not _PLAIN.fullmatch(piece.value) for piece in some):
                continue
            folded = fold(_join(some))
            is_last = place + length == len(pieces)
            if folded in vocabulary.bare and folded not in turned_back:
                if folded in vocabulary.last_only and not is_last:
                    continue
                facet, value = vocabulary.bare[folded]
                terms.append(Term(facet, value, _join(some), is_word=True))
                place += length
                break
        else:
            words.append(pieces[place])
            place += 1
    return words, terms


@dataclass(frozen=True)
class Begun:
    """A filter being typed at the end of a text: `vertical:ba`."""

    facet: str
    head: str
    key: str
    value: str


def begun(text: str, vocabulary: Vocabulary) -> Begun | None:
    """The unfinished `key:` or `key:val` at the end of `text`, for completion."""
    match = re.search(r'(?:^|\s)-?([^\W\d_][\w-]*):("?[^\s"]*)$', text)
    facet = vocabulary.keys.get(fold(match[1])) if match else None
    if match is None or facet is None:
        return None
    return Begun(facet, text[: match.start(1)], match[1], match[2].strip('"'))
