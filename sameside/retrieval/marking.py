"""What of a text is marked as searched, and the piece of it to show.

A page has some sixty different words, of which few are marked. Folding and stemming each in several languages costs
more than finding the page did, so a word is only looked at when it begins like something that is marked: stemmers
change the ends of words, of short ones up to the second letter. The Arabic and the Dutch one take beginnings off as
well; where these are asked, every word is looked at.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache

from sameside.retrieval import analysis
from sameside.retrieval.engine import Fragment
from sameside.retrieval.matching import Matcher
from sameside.retrieval.words import Unit

LENGTH = 220
"""Characters of a snippet, about."""
_SURELY_SHOWN = LENGTH - 40
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u00ad\u200b-\u200d"
_MARK = re.compile(f"[{_MARKS}]")
_TOKEN = re.compile(f"(?:[^\\W_][{_MARKS}]*)+")
_SIMPLE = re.compile("[^\\W_]+")
"""The same tokens, where no letter has a mark of its own."""
_OTHERS = re.compile(r"[^ ]*[^\x00-\x7f ][^ ]*")
"""Words in a line in which a letter is left that folds to several."""
_UNEVEN = re.compile(r"[^\S ]|\s\s")
_SPACES = re.compile(r"\s+")
_TAKING_BEGINNINGS_OFF = frozenset({"ar", "nl"})
_LONG_STEM = 4
"""Stems of so many letters begin with the first two of their word, shorter ones with the first."""
_UMLAUTS = {"de": "aou"}
"""Letters that the stemmer writes for two: `ae` becomes `a`."""

Span = tuple[int, int, str]


class _Line(dict[int, str]):
    """To put words in a line: letters that fold to one become that one, and what is in no word a space."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        folded = "".join(analysis.words(letter)) if _SIMPLE.fullmatch(letter) else " "
        self[code] = folded if len(folded) == 1 else letter
        return self[code]


_IN_LINE = _Line()
_COMMON = "cp1252"
"""Holds what most European texts are written in, one byte a character, so that these are put in a line at once."""
_SOFT_HYPHEN = "\u00ad".encode(_COMMON)
"""The one mark in it."""


@cache
def _common_in_line() -> bytes:
    """For each byte what stands for it in a line; itself where that is no character of them."""
    own = [bytes([code]) for code in range(256)]
    folded = [byte.decode(_COMMON, "ignore").translate(_IN_LINE).encode(_COMMON, "ignore") for byte in own]
    return b"".join(there or byte for there, byte in zip(folded, own, strict=True))


def _line_of(text: str) -> str | None:
    """The text in a line, of as many characters; None where letters have marks of their own."""
    try:
        common = text.encode(_COMMON)
    except UnicodeEncodeError:
        return None if _MARK.search(text) else f" {text.translate(_IN_LINE)} "
    return None if _SOFT_HYPHEN in common else f" {common.translate(_common_in_line()).decode(_COMMON)} "


@dataclass(frozen=True)
class Marks:
    """What is marked: words, beginnings of words, stems by language, and pieces of paired script."""

    terms: frozenset[str] = frozenset()
    starts: tuple[str, ...] = ()
    stems: dict[str, frozenset[str]] = field(default_factory=dict)
    pieces: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    _known: dict[str, str] = field(default_factory=dict)

    def spans(self, text: str) -> list[Span]:
        """Where marked text is, with what it stands for; in order, not overlapping."""
        if not (self.terms or self.starts or self.pieces or self.pairs or any(self.stems.values())):
            return []
        line = _line_of(text)
        places = [token.span() for token in _TOKEN.finditer(text)] if line is None else self._candidates(text, line)
        known = self._known
        found = []
        for start, end in places:
            word = text[start:end]
            term = known.get(word)
            if term is None:
                term = known[word] = self._marked(word)
            if term:
                found.append((start, end, term))
        for pair in self.pairs:
            found += [(at, at + len(pair), pair) for at in _places(text, pair)]
        found.sort()
        return _joined(found) if self.pairs else found

    def _candidates(self, text: str, line: str) -> Iterable[tuple[int, int]]:
        """Where words are that may be marked."""
        begins = self._beginnings
        if begins is None:
            return [token.span() for token in _SIMPLE.finditer(text)]
        found = {(at, line.index(" ", at + 1) - 1) for begin in begins for at in _places(line, begin)}
        for piece in self.pieces:
            found.update((line.rindex(" ", 0, at), line.index(" ", at) - 1) for at in _places(line, piece))
        if not line.isascii():
            found.update((word.start() - 1, word.end() - 1) for word in _OTHERS.finditer(line))
        return found

    @cached_property
    def _beginnings(self) -> Sequence[str] | None:
        """How words in a line begin that may be marked. None: any word may be."""
        if any(some for language, some in self.stems.items() if language in _TAKING_BEGINNINGS_OFF):
            return None
        heads = {stem[: _kept_of(stem, language)] for language, some in self.stems.items() for stem in some}
        heads |= {text[:2] for text in (*self.terms, *self.starts) if text}
        return [f" {head}" for head in heads if len(head) == 1 or head[0] not in heads]

    def _marked(self, token: str) -> str:
        folded = _folded(token)
        if folded in self.terms or (self.starts and folded.startswith(self.starts)):
            return folded
        for piece in self.pieces:
            if piece in folded:
                return piece
        for language, stems in self.stems.items():
            stem = analysis.stem(token, language)
            if stem in stems:
                return stem
        return ""


def _kept_of(stem: str, language: str) -> int:
    """How many letters the stem has in common with its word."""
    return 1 if len(stem) < _LONG_STEM or stem[0] in _UMLAUTS.get(language, "") else 2


def marks_of(matcher: Matcher, units: Sequence[Unit]) -> Marks:
    """What is marked where these units are searched."""
    content = matcher.content(units)
    items = [(item, unit.last) for unit in content for alternative in unit.alternatives for item in alternative]
    terms = {term for item, _ in items for term in item.terms if not analysis.is_paired(term)}
    pairs = {term for item, _ in items for term in item.terms if analysis.is_paired(term)}
    starts = {item.terms[-1] for item, last in items if last and len(item.terms[-1]) > 1}
    stems = {
        tongue.language: frozenset(
            stem
            for item, _ in items
            if not item.quoted and not analysis.is_paired(item.text)
            for stem in analysis.stems(item.text, tongue.language)
        )
        for tongue in matcher.asked.tongues
    }
    pieces = tuple(pieces_of(matcher, units))
    return Marks(frozenset(terms), tuple(starts - pairs), stems, pieces, tuple(sorted(pairs)))


def pieces_of(matcher: Matcher, units: Sequence[Unit]) -> list[str]:
    """Words that may stand inside longer ones."""
    return [
        item.terms[0]
        for unit in matcher.content(units)
        if (item := unit.single) and len(item.terms) == 1
        if item.piece or (matcher.compounds and matcher.may_be_inside(item.terms[0]))
    ]


def marked(text: str, marks: Marks, *, whole: bool = False) -> tuple[Fragment, ...]:
    """The text, or the piece of it that holds most of what was searched."""
    spans = marks.spans(text)
    begin, end = (0, len(text)) if whole else _window(text, spans)
    fragments = [Fragment("… ")] if begin > 0 else []
    is_uneven = _UNEVEN.search(text, begin, end) is not None
    at = begin
    for start, stop in [*((start, stop) for start, stop, _ in spans if begin <= start and stop <= end), (end, end)]:
        if start > at:
            between = text[at:start]
            fragments.append(Fragment(_SPACES.sub(" ", between) if is_uneven else between))
        if stop > start:
            fragments.append(Fragment(text[start:stop], marked=True))
        at = stop
    if end < len(text.rstrip()):
        fragments.append(Fragment(" …"))
    return tuple(fragments)


def _window(text: str, spans: Sequence[Span]) -> tuple[int, int]:
    """The stretch of about `LENGTH` characters with most different marks, from the beginning of a word."""
    if not spans or spans[-1][1] <= spans[0][0] + _SURELY_SHOWN:
        return _around(text, spans, spans[0][0] if spans else 0)
    best = (0, 0, 0)
    behind = 0
    inside: dict[str, int] = {}
    for at, (start, _, own) in enumerate(spans):
        while behind < len(spans) and spans[behind][1] <= start + _SURELY_SHOWN:
            term = spans[behind][2]
            inside[term] = inside.get(term, 0) + 1
            behind += 1
        best = max(best, (len(inside), behind - at, -start))
        if behind == at:  # a mark longer than what is shown
            behind += 1
        elif inside[own] > 1:
            inside[own] -= 1
        else:
            del inside[own]
    return _around(text, spans, -best[2])


def _around(text: str, spans: Sequence[Span], first: int) -> tuple[int, int]:
    """The stretch that shows the mark which begins there as its first."""
    begin = max(0, first - 40)
    if begin:
        space = text.find(" ", begin, first)
        begin = space + 1 if space >= 0 else begin
    end = min(len(text), begin + LENGTH)
    if end < len(text):
        space = text.rfind(" ", begin + LENGTH // 2, end)
        end = space if space > 0 and all(stop <= space or start >= space for start, stop, _ in spans) else end
    return begin, end


def _places(text: str, piece: str) -> Iterator[int]:
    at = text.find(piece)
    while at >= 0:
        yield at
        at = text.find(piece, at + 1)


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end, term in spans:
        if joined and start < joined[-1][1]:
            begin, stop, first = joined[-1]
            joined[-1] = (begin, max(stop, end), first)
        else:
            joined.append((start, end, term))
    return joined


@lru_cache(maxsize=50_000)
def _folded(token: str) -> str:
    return "".join(analysis.words(unicodedata.normalize("NFKC", token)))
