"""Which documents have what, as arrays: once a snapshot is asked often, counts need no lists of the index.

Everything here is read from one snapshot and says the same as the index does, so it needs no care when something is
written: the next snapshot begins without. Reading takes about as long as a search for every thousand documents, so a
snapshot is read after it was asked that often, and before that the index itself counts.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property, partial
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from tantivy import Occur, Query

from sameside.retrieval.engine import Request
from sameside.retrieval.hybrid import Remembered
from sameside.retrieval.pool import Keys, Mask, is_in, keys_of
from sameside.retrieval.schema import documents_schema, facet_field, facet_value
from sameside.retrieval.scope import of_group, valid_on
from sameside.retrieval.storage import Snapshot

PAYS_AFTER = 1_000
"""One search for so many documents."""
MOST_VALUES = 65_000
_REMEMBERED = 256

Places = NDArray[np.intp]


class Columns:
    """`places` of documents are those of their keys in order."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._masks: Remembered[Mask] = Remembered(_REMEMBERED)
        self._facets: Remembered[_Facet] = Remembered(_REMEMBERED)

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

    def counts(self, facets: Sequence[str], places: Places) -> dict[str, dict[str, int]]:
        """How many of these documents have each value."""
        return {facet: self._facets.get(facet, partial(self._facet, facet)).counts(places) for facet in facets}

    def _mask(self, query: Query) -> Mask:
        mask = np.zeros(len(self.keys), np.bool_)
        mask[self.places(keys_of(self._snapshot.documents, query))] = True
        return mask

    def _facet(self, facet: str) -> "_Facet":
        field = facet_field(facet)
        asked = {"values": {"terms": {"field": field, "size": MOST_VALUES}}}
        buckets = self._snapshot.documents.aggregate(Query.all_query(), asked)["values"]["buckets"]
        terms = sorted(bucket["key"] for bucket in buckets)
        having = [
            self.places(keys_of(self._snapshot.documents, Query.term_query(documents_schema(), field, term, "basic")))
            for term in terms
        ]
        return _Facet([facet_value(term) for term in terms], having, len(self.keys))


class _Facet:
    """The values of each document, one document after the other."""

    def __init__(self, values: Sequence[str], having: Sequence[Places], documents: int) -> None:
        self.values = values
        places = np.concatenate(having) if having else np.zeros(0, np.intp)
        codes = np.repeat(np.arange(len(values), dtype=np.int32), [len(some) for some in having])
        order = np.argsort(places, kind="stable")
        self.codes = codes[order]
        self.starts = np.searchsorted(places[order], np.arange(documents + 1))

    def counts(self, places: Places) -> dict[str, int]:
        begin, many = self.starts[places], self.starts[places + 1] - self.starts[places]
        ends = np.cumsum(many)
        at = np.arange(ends[-1] if len(ends) else 0) + np.repeat(begin - ends + many, many)
        found = np.bincount(self.codes[at], minlength=len(self.values))
        order = np.argsort(-found, kind="stable")[: np.count_nonzero(found)]
        return {self.values[code]: count for code, count in zip(order.tolist(), found[order].tolist(), strict=True)}


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
