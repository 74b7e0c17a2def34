"""Where in a document it is: its best part, and the piece of text to show, with what was searched marked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tantivy
from tantivy import Occur, Query

from sameside.retrieval import analysis
from sameside.retrieval.engine import Fragment
from sameside.retrieval.marking import Marks, marked, pieces_of
from sameside.retrieval.matching import Matcher
from sameside.retrieval.schema import parts_schema
from sameside.retrieval.words import Unit

_MOST_PARTS = 2_000
_MOST_READ = 100
_BY_NUMBER: dict[str, Any] = {"order_by_field": "number", "order": tantivy.Order.Asc}

NEARLY = 0.6
"""Other parts are told that score at least this share of the best one's score."""
MOST_OTHERS = 3


@dataclass(frozen=True)
class Passage:
    """`others`: further parts that match nearly as well, best first."""

    number: int
    snippet: Sequence[Fragment]
    others: Sequence[int] = ()


class Passages:
    def __init__(self, searcher: tantivy.Searcher, matcher: Matcher) -> None:
        self.searcher = searcher
        self.matcher = matcher
        self._addresses: dict[tuple[int, int], tantivy.DocAddress] = {}

    def best(
        self,
        keys: Sequence[int],
        units: Sequence[Unit],
        marks: Marks,
        cosines: Mapping[int, Mapping[int, float]],
        others: Collection[int] = (),
    ) -> dict[int, Passage]:
        """The part of each document that matches best, for those that have one: by words, and by the cosines of its
        parts where there are some. No document matches the words that is among the `others`."""
        if not keys:
            return {}
        matching = self.matcher.matches(units, any_is_enough=True, strict=False)
        limit = min(_MOST_PARTS, 40 * len(keys))
        scores = self._scores(matching, keys, limit)
        is_cut_off = sum(map(len, scores.values())) == limit
        pieces = pieces_of(self.matcher, units)
        for key in keys:
            if key not in scores:
                alone = self._scores(matching, [key], 1) if is_cut_off else {}
                scores |= alone or ({} if key in others else self._holding(pieces, key))
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
    values = {number: score / top for number, score in scores.items()}
    if by_cosine:
        low, high = min(by_cosine.values()), max(by_cosine.values())
        for number, cosine in by_cosine.items():
            values[number] = values.get(number, 0.0) + (cosine - low) / ((high - low) or 1.0)
    if not values:
        return []
    least = NEARLY * max(values.values())
    near = [number for number, value in values.items() if value >= least]
    return sorted(near, key=lambda number: (-values[number], number))[: 1 + MOST_OTHERS]


def _text(stored: tantivy.Document) -> str:
    return bytes(stored.get_first("text") or b"").decode()
