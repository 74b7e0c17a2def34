"""The order of results and its pages.

With words and no other order, results come by score. Without words, those that match more of the preferred facets
come first, and within these the given order counts, else the newest key first. Equal values are ordered by key.

A page goes on behind the last document of the one before (`place.key`): the place is where it was, and when the index
has changed meanwhile, it is looked for up to `SLACK` places around it. So nothing repeats and nothing is skipped unless
documents themselves moved. When the last one is gone or went far, the page goes on at the place and says that the list
has `moved`. There are no pages beyond place `FURTHEST`: of 30,000 hits, the last page before it costs 1.4 times the
first by relevance, and 2.9 times in another order.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from tantivy import DocAddress, Occur, Order, Query

from sameside.retrieval.columns import Columns
from sameside.retrieval.pool import count_of
from sameside.retrieval.schema import documents_schema
from sameside.retrieval.scope import has_key_of
from sameside.retrieval.scoring import preferences

if TYPE_CHECKING:
    from sameside.retrieval.asking import Question

FURTHEST = 10_000
"""The place from which there are no further pages."""
FEW = 256
"""Up to so many it costs less to ask for those of columns than for all in order."""
SLACK = 50
"""So many places up or down the last document of a page is looked for."""
_CURSOR = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,18}))?")
_NEWEST = "-key"

Hits = list[tuple[DocAddress, float]]


class Ordering:
    def __init__(self, question: "Question") -> None:
        self.question = question
        self.searcher = question.snapshot.documents
        self.by = question.request.order
        self.moved = False

    def page(self) -> tuple[list[DocAddress], list[float], int, str]:
        """Addresses, scores, how many there are in all, and where the next page begins."""
        (offset, last), size = self._cursor(), self.question.request.size
        begin = offset if last is None else max(0, offset - SLACK)
        hits, total = self._slice(begin, offset - begin + size + (0 if last is None else SLACK))
        if last is not None:
            keys = self._keys(hits)
            self.moved = last not in keys
            offset = offset if self.moved else begin + keys.index(last) + 1
            hits = hits[offset - begin : offset - begin + size]
        more = offset + len(hits) < total and hits and offset + size < FURTHEST
        after = f"{offset + len(hits)}.{self._keys(hits[-1:])[0]}" if more else ""
        return [address for address, _ in hits], [score for _, score in hits], total, after

    def all(self) -> list[DocAddress]:
        hits, total = self._slice(0, max(1, self.searcher.num_docs))
        addresses = [address for address, _ in hits]
        if len(addresses) == total:
            return addresses
        known = set(self._keys(hits))
        others = self._ordered(self.question.members(), 0, max(1, self.searcher.num_docs))
        keys = self._keys([(address, 0.0) for address in others])
        return [*addresses, *(address for address, key in zip(others, keys, strict=True) if key not in known)]

    def _cursor(self) -> tuple[int, int | None]:
        """The place where the page begins, and the key of the document before it."""
        match = _CURSOR.fullmatch(self.question.request.after)
        if match is None or not int(match[1]):
            return 0, None
        return min(int(match[1]), FURTHEST), int(match[2]) if match[2] else None

    def _keys(self, hits: Hits) -> list[int]:
        found = self.searcher.fast_field_values("key", [address for address, _ in hits]) if hits else []
        return [int(key or 0) for key in found]

    def _slice(self, offset: int, size: int) -> tuple[Hits, int]:
        if size < 1:
            return [], self.question.total
        if self.question.has_words and not self.by:
            return self.question.ranking.best(offset, size), self.question.total
        if not self.by and size <= FEW and self.question.browsed is not None:
            return self._newest(self.question.browsed, offset, size), self.question.total
        levels = [(self.question.members(), 0.0)] if self.question.has_words else self._levels()
        total = self.question.total
        hits: Hits = []
        passed = 0
        for query, score in levels:
            if len(hits) == size or passed == total:
                break
            count = self._count(query) if len(levels) > 1 else total
            begin = max(0, offset - passed)
            if begin < count:
                wanted = min(size - len(hits), count - begin)
                hits += [(address, score) for address in self._ordered(query, begin, wanted)]
            passed += count
        return hits, total

    def _newest(self, columns: Columns, offset: int, size: int) -> Hits:
        """What is left, by how many preferred facets it matches, then the newest first."""
        preferred = preferences(self.question)
        share = self.question.request.preference / len(preferred) if preferred else 0.0
        places = np.flatnonzero(columns.left(self.question.request))[::-1]
        levels = np.zeros(len(places), np.int8)
        for facet, values, _ in preferred:
            levels += columns.having(facet, values)[places]
        first = np.zeros(0, np.intp)
        for level in range(len(preferred), -1, -1):
            if len(first) < offset + size:
                first = np.concatenate([first, np.flatnonzero(levels == level)])
        first = first[offset : offset + size]
        wanted = columns.keys[places[first]].tolist()
        found = self.searcher.search(has_key_of(wanted), max(1, len(wanted)), count=False, order_by_field="key").hits
        addresses = dict(found)
        return [(addresses[key], level * share) for key, level in zip(wanted, levels[first].tolist(), strict=True)]

    def _count(self, query: Query) -> int:
        return count_of(self.searcher.search(query, 1))

    def _levels(self) -> list[tuple[Query, float]]:
        """The set in disjoint layers, by how many preferred facets a document matches, most first."""
        members = self.question.members()
        preferred = [query for _, _, query in preferences(self.question)]
        share = self.question.request.preference / len(preferred) if preferred else 0.0
        levels = []
        for needed in range(len(preferred), -1, -1):
            clauses = [(Occur.Must, members)]
            if needed:
                clauses.append((Occur.Must, _at_least(needed, preferred)))
            if needed < len(preferred):
                clauses.append((Occur.MustNot, _at_least(needed + 1, preferred)))
            levels.append((Query.boolean_query(clauses), needed * share))
        return levels

    def _ordered(self, query: Query, offset: int, size: int) -> list[DocAddress]:
        by = self.by or _NEWEST
        order = Order.Desc if by.startswith("-") else Order.Asc
        field = self._field(by.removeprefix("-"))
        if field is None:
            field, order = "key", Order.Desc
        hits = self.searcher.search(query, offset + size, count=False, order_by_field=field, order=order).hits
        if field == "key" or not hits:
            return [address for _, address in hits[offset:]]
        last = hits[-1][0]
        head = self._by_key([(value, address) for value, address in hits if value != last])
        needed = offset + size - len(head)
        equal = Query.boolean_query([(Occur.Must, query), *_equal(field, last)])
        tail = self.searcher.search(equal, needed, count=False, order_by_field="key", order=Order.Asc).hits
        return [*head, *(address for _, address in tail)][offset : offset + size]

    def _by_key(self, hits: Sequence[tuple[object, DocAddress]]) -> list[DocAddress]:
        """Runs of equal values, each by key."""
        keys = self.searcher.fast_field_values("key", [address for _, address in hits])
        places: dict[object, int] = {}
        for value, _ in hits:
            places.setdefault(value, len(places))
        ranked = sorted(zip(hits, keys, strict=True), key=lambda entry: (places[entry[0][0]], entry[1] or 0))
        return [address for (_, address), _ in ranked]

    def _field(self, name: str) -> str | None:
        """None when no document has such a number yet."""
        return {"title": "title_order", "key": "key"}.get(name) or self.question.snapshot.slot_of(name)


def _at_least(needed: int, queries: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries], minimum_number_should_match=needed)


def _equal(field: str, value: object) -> list[tuple[Occur, Query]]:
    if value is None:
        return [(Occur.MustNot, Query.exists_query(field))]
    return [(Occur.Must, Query.const_score_query(Query.term_query(documents_schema(), field, value, "basic"), 0.0))]
