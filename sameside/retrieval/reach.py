"""What somebody may find that day, whatever the words and filters: from columns where there are some, else asked."""

from functools import cached_property

import numpy as np
from tantivy import Occur, Query

from sameside.retrieval.columns import Columns
from sameside.retrieval.engine import Request
from sameside.retrieval.hybrid import Remembered
from sameside.retrieval.pool import Keys, Mask, keys_of
from sameside.retrieval.schema import documents_schema
from sameside.retrieval.scope import Scope
from sameside.retrieval.storage import Snapshot

FIRST = 16


class Reach:
    def __init__(
        self, snapshot: Snapshot, columns: Columns | None, request: Request, scope: Scope, remembered: Remembered[Keys]
    ) -> None:
        self._snapshot = snapshot
        self._columns = columns
        self._request = request
        self._scope = scope
        self._remembered = remembered
        self._sure: dict[str, bool] = {}

    def keys(self) -> Keys | None:
        """The sorted keys; None for everything."""
        if not self._scope.permitted:
            return None
        if self._columns is not None and self._mask is not None:
            return self._columns.keys[self._mask]
        request = self._request
        groups = None if request.groups is None else frozenset(request.groups)
        some = None if request.keys is None else frozenset(request.keys)
        return self._remembered.get((self._snapshot.generation, groups, request.on, some), self._asked)

    def is_surely_there(self, term: str) -> bool:
        """Whether one of the newest documents with this very word is within reach; only from columns."""
        if self._columns is None:
            return False
        if term not in self._sure:
            self._sure[term] = self._is_there(term)
        return self._sure[term]

    def _is_there(self, term: str) -> bool:
        query = Query.term_query(documents_schema(), "words", term, "basic")
        hits = self._snapshot.documents.search(query, FIRST, count=False, order_by_field="key").hits
        if not hits or self._mask is None:
            return bool(hits)
        keys = np.array([key for key, _ in hits], np.int64)
        return bool(self._columns is not None and self._mask[self._columns.places(keys)].any())

    @cached_property
    def _mask(self) -> Mask | None:
        return None if self._columns is None else self._columns.permitted(self._request)

    def _asked(self) -> Keys:
        query = Query.boolean_query([(Occur.Must, Query.all_query()), *self._scope.permitted])
        return keys_of(self._snapshot.documents, query)
