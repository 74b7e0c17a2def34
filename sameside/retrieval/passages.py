"""Where in a document it is: its best part, and the piece of text to show, with what was searched marked."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import tantivy
from tantivy import Occur, Query

from sameside.retrieval import analysis
from sameside.retrieval.engine import Fragment
from sameside.retrieval.matching import Matcher
from sameside.retrieval.schema import parts_schema
from sameside.retrieval.words import Unit

LENGTH = 220
"""Characters of a snippet, about."""
_MOST_PARTS = 2_000
_MOST_READ = 100
_BY_NUMBER: dict[str, Any] = {"order_by_field": "number", "order": tantivy.Order.Asc}
_WORD = re.compile("[^\\W_][\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u00ad\u200b-\u200d]*")
_TOKEN = re.compile(f"(?:{_WORD.pattern})+")
_SIMPLE = re.compile("[^\\W_]+")
"""The same tokens, found in a third of the time, where no letter can carry a mark of its own."""
_LAST_SIMPLE = "\u02ff"


NEARLY = 0.6
"""Other parts are told that score at least this share of the best one's score."""
MOST_OTHERS = 3


@dataclass(frozen=True)
class Passage:
    """`others`: further parts that match nearly as well, best first."""

    number: int
    snippet: Sequence[Fragment]
    others: Sequence[int] = ()


@dataclass(frozen=True)
class Marks:
    """What is marked: words, beginnings of words, stems by language, and pieces of paired script."""

    terms: frozenset[str] = frozenset()
    starts: tuple[str, ...] = ()
    stems: dict[str, frozenset[str]] = field(default_factory=dict)
    pieces: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    _known: dict[str, str] = field(default_factory=dict)

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """Where marked text is, with what it stands for; in order, not overlapping."""
        if not (self.terms or self.starts or self.pieces or self.pairs or any(self.stems.values())):
            return []
        tokens = _SIMPLE if max(text, default="") <= _LAST_SIMPLE and "\xad" not in text else _TOKEN
        known = self._known
        words = set(tokens.findall(text))
        for word in words - known.keys():
            known[word] = self._marked(word)
        found = []
        if any(map(known.__getitem__, words)):
            found += [
                (token.start(), token.end(), term) for token in tokens.finditer(text) if (term := known[token.group()])
            ]
        for pair in self.pairs:
            found += [(at, at + len(pair), pair) for at in _places(text, pair)]
        return _joined(sorted(found)) if self.pairs else found

    def _marked(self, token: str) -> str:
        folded = _folded(token)
        if folded in self.terms or (self.starts and folded.startswith(self.starts)):
            return folded
        for piece in self.pieces:
            if piece in folded:
                return piece
        for language, stems in self.stems.items():
            stem = _stem(token, language)
            if stem in stems:
                return stem
        return ""


class Passages:
    def __init__(self, searcher: tantivy.Searcher, matcher: Matcher) -> None:
        self.searcher = searcher
        self.matcher = matcher
        self._addresses: dict[tuple[int, int], tantivy.DocAddress] = {}

    def marks(self, units: Sequence[Unit]) -> Marks:
        content = self.matcher.content(units)
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
            for tongue in self.matcher.asked.tongues
        }
        return Marks(frozenset(terms), tuple(starts - pairs), stems, tuple(self._pieces(units)), tuple(sorted(pairs)))

    def _pieces(self, units: Sequence[Unit]) -> list[str]:
        """Words that may stand inside longer ones."""
        return [
            item.terms[0]
            for unit in self.matcher.content(units)
            if (item := unit.single) and len(item.terms) == 1
            if item.piece or (self.matcher.compounds and self.matcher.may_be_inside(item.terms[0]))
        ]

    def best(
        self, keys: Sequence[int], units: Sequence[Unit], cosines: Mapping[int, Mapping[int, float]]
    ) -> dict[int, Passage]:
        """The part of each document that matches best, for those that have one: by words, and by the cosines of its
        parts where there are some."""
        if not keys:
            return {}
        matching = self.matcher.matches(units, any_is_enough=True, strict=False)
        scores = self._scores(matching, keys, min(_MOST_PARTS, 40 * len(keys)))
        pieces = self._pieces(units)
        for key in keys:
            if key not in scores:
                scores |= self._scores(matching, [key], 1) or self._holding(pieces, key)
        marks = self.marks(units)
        found = {}
        for key in keys:
            best, *others = _best_parts(scores.get(key, {}), cosines.get(key, {})) or [0]
            if best:
                found[key] = Passage(best, marked(self._text(key, best), marks), others)
        return found

    def _holding(self, pieces: Sequence[str], key: int) -> dict[int, dict[int, float]]:
        """The first part with one of these pieces of words; there is no index of them in parts, so they are read."""
        if not pieces:
            return {}
        own = Query.term_query(parts_schema(), "key", key, "basic")
        for number, address in self.searcher.search(own, _MOST_READ, count=False, **_BY_NUMBER).hits:
            text = analysis.folded(_text(self.searcher.doc(address)))
            if any(piece in text for piece in pieces):
                return {key: {number: 1.0}}
        return {}

    def _text(self, key: int, number: int) -> str:
        if (key, number) in self._addresses:
            return _text(self.searcher.doc(self._addresses[key, number]))
        schema = parts_schema()
        own = [Query.term_query(schema, name, value, "basic") for name, value in (("key", key), ("number", number))]
        hits = self.searcher.search(Query.boolean_query([(Occur.Must, query) for query in own]), 1, count=False).hits
        return _text(self.searcher.doc(hits[0][1])) if hits else ""

    def _scores(self, matching: Query, keys: Sequence[int], limit: int) -> dict[int, dict[int, float]]:
        """The scores of matching parts by document. Their documents are few, so these lead and the words follow."""
        own = [(Occur.Should, Query.term_query(parts_schema(), "key", key, "basic")) for key in keys]
        within = Query.const_score_query(Query.boolean_query(own), 0.0)
        query = Query.boolean_query([(Occur.Must, within), (Occur.Should, matching)])
        hits = [hit for hit in self.searcher.search(query, limit, count=False).hits if hit[0] > 0]
        addresses = [address for _, address in hits]
        numbers = self.searcher.fast_field_values("number", addresses)
        found: dict[int, dict[int, float]] = {}
        of = self.searcher.fast_field_values("key", addresses)
        for key, number, (score, address) in zip(of, numbers, hits, strict=True):
            found.setdefault(int(key or 0), {})[int(number or 0)] = float(score)
            self._addresses[int(key or 0), int(number or 0)] = address
        return found


def _best_parts(scores: Mapping[int, float], cosines: Mapping[int, float]) -> list[int]:
    """The number of the best part, and of those that come near it; equal ones in order of their numbers."""
    by_cosine = {number: cosine for number, cosine in cosines.items() if number}
    top = max(scores.values(), default=1.0) or 1.0
    low, high = (min(by_cosine.values()), max(by_cosine.values())) if by_cosine else (0.0, 1.0)

    def value(number: int) -> float:
        near = (by_cosine.get(number, low) - low) / ((high - low) or 1.0)
        return scores.get(number, 0.0) / top + near

    numbers = sorted({*scores, *by_cosine}, key=lambda number: (-value(number), number))
    if not numbers:
        return []
    least = NEARLY * value(numbers[0])
    return [numbers[0], *(number for number in numbers[1:] if value(number) >= least)][: 1 + MOST_OTHERS]


def _text(stored: tantivy.Document) -> str:
    return bytes(stored.get_first("text") or b"").decode()


def marked(text: str, marks: Marks, *, whole: bool = False) -> tuple[Fragment, ...]:
    """The text, or the piece of it that holds most of what was searched."""
    spans = marks.spans(text)
    begin, end = (0, len(text)) if whole else _window(text, spans)
    fragments = []
    at = begin
    for start, stop, _ in spans:
        if start < at or stop > end:
            continue
        if start > at:
            fragments.append(Fragment(_line(text[at:start])))
        fragments.append(Fragment(_line(text[start:stop]), marked=True))
        at = stop
    if at < end:
        fragments.append(Fragment(_line(text[at:end])))
    if begin > 0:
        fragments.insert(0, Fragment("… "))
    if end < len(text.rstrip()):
        fragments.append(Fragment(" …"))
    return tuple(fragments)


def _window(text: str, spans: Sequence[tuple[int, int, str]]) -> tuple[int, int]:
    """The stretch of about `LENGTH` characters with most different marks, from the beginning of a word."""
    best = (0, 0, 0)
    for at, (start, _, _) in enumerate(spans):
        inside = [term for begin, stop, term in spans[at : at + 30] if stop <= start + LENGTH - 40 and begin >= start]
        best = max(best, (len(set(inside)), len(inside), -start))
    begin = max(0, -best[2] - 40) if spans else 0
    if begin:
        space = text.find(" ", begin, -best[2])
        begin = space + 1 if space >= 0 else begin
    end = min(len(text), begin + LENGTH)
    if end < len(text):
        space = text.rfind(" ", begin + LENGTH // 2, end)
        end = space if space > 0 and all(stop <= space or start >= space for start, stop, _ in spans) else end
    return begin, end


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _places(text: str, piece: str) -> Iterable[int]:
    at = text.find(piece)
    while at >= 0:
        yield at
        at = text.find(piece, at + 1)


def _joined(spans: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    joined: list[tuple[int, int, str]] = []
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


@lru_cache(maxsize=50_000)
def _stem(token: str, language: str) -> str:
    return "".join(analysis.stems(token, language)[:1])
