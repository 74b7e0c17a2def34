"""What a query matches, collected once: keys and scores as arrays, so that the order, the total, the counts and what is
chosen come from one look at the lists of words instead of one look each.

Of very many matches the `MOST` best by words are collected, as many as there are pages for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import DocAddress, Query

Keys = NDArray[np.int64]
Scores = NDArray[np.float64]
Mask = NDArray[np.bool_]

MOST = 10_000
_SCORE, _ADDRESS = itemgetter(0), itemgetter(1)


@dataclass(frozen=True)
class Pool:
    """`total`: how many match, of which the best are here; best first."""

    keys: Keys
    scores: Scores
    addresses: Sequence[DocAddress]
    total: int

    @classmethod
    def of(cls, searcher: tantivy.Searcher, query: Query) -> "Pool":
        found = searcher.search(query, max(1, min(searcher.num_docs, MOST)))
        hits = found.hits
        addresses = list(map(_ADDRESS, hits))
        scores = np.fromiter(map(_SCORE, hits), np.float64, len(hits))
        return cls(keys_at(searcher, addresses), scores, addresses, count_of(found))

    @classmethod
    def empty(cls) -> "Pool":
        return cls(np.zeros(0, np.int64), np.zeros(0), (), 0)

    @property
    def is_whole(self) -> bool:
        return self.total == len(self.keys)

    def only(self, mask: Mask) -> "Pool":
        places = np.flatnonzero(mask)
        addresses = [self.addresses[place] for place in places.tolist()]
        return Pool(self.keys[places], self.scores[places], addresses, len(places))

    def best(self, scores: Scores, size: int) -> NDArray[np.intp]:
        """The places of the first by these scores; equal ones are in order of their keys."""
        places = np.arange(len(scores))
        if size < len(places) // 2:
            places = np.flatnonzero(scores >= np.partition(scores, -size)[-size])
        order: NDArray[np.intp] = places[np.lexsort((self.keys[places], -scores[places]))][:size]
        return order

    def joined(self, other: "Pool") -> "Pool":
        """With what else is in the other one."""
        new = other.only(~is_in(other.keys, np.sort(self.keys)))
        keys, scores = np.concatenate([self.keys, new.keys]), np.concatenate([self.scores, new.scores])
        return Pool(keys, scores, [*self.addresses, *new.addresses], self.total + new.total)


def keys_at(searcher: tantivy.Searcher, addresses: Sequence[DocAddress]) -> Keys:
    found: list[Any] = searcher.fast_field_values("key", list(addresses)) if addresses else []
    return np.fromiter(found, np.int64, len(found))


def keys_of(searcher: tantivy.Searcher, query: Query) -> Keys:
    """The keys of everything that matches, in order."""
    hits = searcher.search(query, max(1, searcher.num_docs), count=False, order_by_field="key").hits
    return np.array([key for key, _ in reversed(hits)], np.int64)


def is_in(keys: Keys, some: Keys) -> Mask:
    """Which of the keys are among these sorted ones."""
    if not len(some):
        return np.zeros(len(keys), np.bool_)
    found: Mask = some[np.minimum(np.searchsorted(some, keys), len(some) - 1)] == keys
    return found


def count_of(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined]  # the stub lacks it
