"""Which documents have what, as arrays: once a snapshot is asked often, counts need no lists of the index.

Everything here is read from one snapshot and says the same as the index does, so it needs no care when something is
written: the next snapshot begins without. Reading takes about as long as a search for every thousand documents, so a
snapshot is read after it was asked that often, and before that the index itself counts.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from operator import itemgetter
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from tantivy import Occur, Query

from sameside.retrieval.engine import Request
from sameside.retrieval.hybrid import Remembered
from sameside.retrieval.pool import Keys, Mask, is_in, keys_of
from sameside.retrieval.schema import documents_schema, facet_field, facet_value
from sameside.retrieval.scope import has_one_of, of_group, valid_on
from sameside.retrieval.storage import Snapshot

PAYS_AFTER = 1_000
"""One search for so many documents."""
MOST_VALUES = 65_000
_REMEMBERED = 256
_TABLES = 16

Places = NDArray[np.intp]


class Columns:
    """`places` of documents are those of their keys in order."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._masks: Remembered[Mask] = Remembered(_REMEMBERED)
        self._facets: Remembered[Facet] = Remembered(_REMEMBERED)
        self._tables: Remembered[Table] = Remembered(_TABLES)

    @cached_property
    def keys(self) -> Keys:
        return keys_of(self._snapshot.documents, Query.all_query())

    def places(self, keys: Keys) -> Places:
        return np.searchsorted(self.keys, keys)

    def mask(self, name: Hashable, query: Callable[[], Query]) -> Mask:
        """Which documents, by place, match a clause of this name."""
        return self._masks.get(name, lambda: self._mask(query()))

    def permitted(self, request: Request) -> Mask | None:
        """What the person may find that day; None for everything."""
        masks: list[Mask] = []
        if request.groups is not None:
            of_one = [self.mask(("groups", group), partial(of_group, [group])) for group in request.groups]
            masks.append(np.logical_or.reduce([np.zeros(len(self.keys), np.bool_), *of_one]))
        if request.on is not None:
            masks.append(self.mask(("valid", request.on), partial(_valid, request.on)))
        if request.keys is not None:
            masks.append(is_in(self.keys, np.unique(np.array(list(request.keys), np.int64))))
        return np.logical_and.reduce(masks) if masks else None

    def left(self, request: Request) -> Mask:
        """What a request leaves, whatever its words."""
        permitted = self.permitted(request)
        left = np.ones(len(self.keys), np.bool_) if permitted is None else permitted.copy()
        for facet, values in request.filters.items():
            if values:
                left &= self.having(facet, values)
        for facet, values in request.excluded.items():
            if values:
                left &= ~self.having(facet, values)
        return left

    def having(self, facet: str, values: Sequence[str]) -> Mask:
        return self.mask(("facet", facet, *values), partial(has_one_of, facet, values))

    def counts(self, facets: Sequence[str], places: Places) -> dict[str, dict[str, int]]:
        """How many of these documents have each value."""
        return self._tables.get(tuple(facets), lambda: Table([self._facet(facet) for facet in facets])).counts(places)

    def _mask(self, query: Query) -> Mask:
        mask = np.zeros(len(self.keys), np.bool_)
        mask[self.places(keys_of(self._snapshot.documents, query))] = True
        return mask

    def _facet(self, facet: str) -> "Facet":
        return self._facets.get(facet, partial(self._read, facet))

    def _read(self, facet: str) -> "Facet":
        field, documents = facet_field(facet), self._snapshot.documents
        asked = {"values": {"terms": {"field": field, "size": MOST_VALUES}}}
        terms = [bucket["key"] for bucket in documents.aggregate(Query.all_query(), asked)["values"]["buckets"]]
        queries = [Query.term_query(documents_schema(), field, term, "basic") for term in terms]
        having = [self.places(keys_of(documents, query)) for query in queries]
        mentioned = np.zeros((2, sum(map(len, having))), np.int32)
        mentioned[0] = np.concatenate([np.zeros(0, np.intp), *having])
        mentioned[1] = np.repeat(np.arange(len(terms)), [len(some) for some in having])
        return Facet(facet, [facet_value(term) for term in terms], mentioned, len(self.keys))


@dataclass(frozen=True)
class Facet:
    """`mentioned`: the place of a document and the number of one of its values."""

    name: str
    values: Sequence[str]
    mentioned: NDArray[np.int32]
    documents: int


class Table:
    """The values of some facets as numbers in a row, one document after the other."""

    def __init__(self, facets: Sequence[Facet]) -> None:
        self._facets = facets
        self._begins = np.cumsum([0, *(len(facet.values) for facet in facets)])
        places = np.concatenate([facet.mentioned[0] for facet in facets])
        codes = [facet.mentioned[1] + begin for facet, begin in zip(facets, self._begins.tolist(), strict=False)]
        order = np.argsort(places, kind="stable")
        self._codes = np.concatenate(codes)[order]
        self._starts = np.searchsorted(places[order], np.arange(facets[0].documents + 1))

    def counts(self, places: Places) -> dict[str, dict[str, int]]:
        begin, many = self._starts[places], self._starts[places + 1] - self._starts[places]
        ends = np.cumsum(many)
        at = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begin - ends + many, many)
        found = np.bincount(self._codes[at], minlength=int(self._begins[-1])).tolist()
        counts = {}
        for facet, begin_of in zip(self._facets, self._begins.tolist(), strict=False):
            counted = zip(facet.values, found[begin_of : begin_of + len(facet.values)], strict=True)
            counts[facet.name] = dict(sorted((pair for pair in counted if pair[1]), key=itemgetter(1), reverse=True))
        return counts


def _valid(day: int) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in valid_on(day)])


class Shelf:
    """The columns of the snapshot that is asked, once they pay."""

    def __init__(self) -> None:
        self._generation = ""
        self._asked = 0
        self._columns: Columns | None = None
        self._lock = Lock()

    def of(self, snapshot: Snapshot) -> Columns | None:
        with self._lock:
            if snapshot.generation != self._generation:
                self._generation, self._asked, self._columns = snapshot.generation, 0, None
            self._asked += 1
            if self._columns is None and (self._asked - 1) * PAYS_AFTER > snapshot.documents.num_docs:
                self._columns = Columns(snapshot)
            return self._columns
