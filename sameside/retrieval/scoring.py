"""What a document is worth to a question: shares that add up.

Words and their pieces are each divided by their best score within the request, so that they weigh what `Weights` says;
nearness is a share already. What the context prefers and what has been a success add their weight. Every document that
is found is worth something by this one sum, so the order holds for every page, not only for some candidates; equal ones
are in order of their keys.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from tantivy import DocAddress, FieldType, Occur, Query

from sameside.retrieval.first_answers import learnt
from sameside.retrieval.pool import MOST, Keys, Mask, Pool, Scores, is_in
from sameside.retrieval.schema import documents_schema
from sameside.retrieval.scope import Clause, has_key_of, has_one_of

if TYPE_CHECKING:
    from sameside.retrieval.asking import Question

MOST_GRAMS = 24
FEW_KEYS = 100
"""Up to so many documents it costs less to ask for them than for all that is found."""
MOST_BY_PIECES = 1_000
COMMON_GRAM = 0.1
"""Share of the documents above which a gram says too little to be asked for."""
_MOST = 2**62
_NOTHING = 1e-4
_DIGITS = 6
"""What differs by less is a matter of rounding in the index."""


@dataclass(frozen=True)
class Ranking:
    """What is found, with what it is worth."""

    pool: Pool
    scores: Scores

    def best(self, begin: int, size: int) -> list[tuple[DocAddress, float]]:
        places = self.pool.best(self.scores, begin + size)[begin:]
        return [(self.pool.addresses[place], float(self.scores[place])) for place in places.tolist()]


def ranked(question: "Question") -> Ranking:
    inside = question.inside()
    pool = question.pool if inside.all() else question.pool.only(inside)
    weights = question.request.weights
    by_words = 1.0 if question.meaning is None else 1 - weights.meaning
    best = pool.scores.max(initial=0.0)
    scores = np.zeros(len(pool.keys))
    if best:
        matches = np.flatnonzero(inside) < len(question.matched.pool.keys)
        scores += by_words * weights.words / best * pool.scores
        scores += by_words * weights.pieces * _pieces(question, pool.keys, matches)
    if question.meaning is not None and not question.matcher.asked.foreign:
        question.meaning = learnt(question.meaning, pool, scores, weights.meaning)
    for _, shares in _added(question, pool.keys):
        scores += shares
    return Ranking(pool, scores.round(_DIGITS))


def why(question: "Question", keys: Sequence[int], scores: Sequence[float]) -> list[dict[str, float]]:
    """What of the score of each of these documents comes from where; `words` is what the others leave."""
    found: list[dict[str, float]] = [{} for _ in keys]
    for name, shares in _added(question, np.array(keys, np.int64)):
        for told, share in zip(found, shares.tolist(), strict=True):
            if share:
                told[name] = told.get(name, 0.0) + share
    for told, score in zip(found, scores, strict=True):
        words = score - sum(told.values())
        if question.has_words and words > _NOTHING:
            told["words"] = words
    return found


def _added(question: "Question", keys: Keys) -> Iterator[tuple[str, Scores]]:
    """What these documents are worth besides their words: for their meaning, for each preferred facet, which together
    weigh `preference`, and for boosts."""
    request = question.request
    if question.meaning is not None:
        yield "meaning", request.weights.meaning * question.meaning.shares_of(keys)
    preferred = preferences(question)
    share = request.preference / len(preferred) if preferred else 0.0
    for facet, values, query in preferred:
        yield "context", share * question.having(("facet", facet, *values), query, keys).astype(np.float64)
    for boost in request.boosts:
        slot = question.snapshot.slot_of(boost.number)
        if slot is not None and boost.weight > 0:
            above = Query.range_query(documents_schema(), slot, FieldType.Integer, boost.least, _MOST)
            yield (
                "success",
                boost.weight * question.having(("number", slot, boost.least), above, keys).astype(np.float64),
            )


def preferences(question: "Question") -> list[tuple[str, Sequence[str], Query]]:
    """The preferred facets with their values."""
    preferred = [(facet, values) for facet, values in question.request.preferred.items() if values]
    return [(facet, values, has_one_of(facet, values)) for facet, values in preferred]


def _pieces(question: "Question", keys: Keys, matches: Mask) -> Scores:
    """How well the pieces of words match, beside the best of what matches. Rare ones are looked for wherever they are,
    others only in what is found. Of very many results all hold the words, and pieces tell none of them from another."""
    if len(keys) > MOST_BY_PIECES:
        return np.zeros(len(keys))
    documents = question.snapshot.documents
    common = max(100, int(documents.num_docs * COMMON_GRAM))
    wanted = question.matcher.grams(
        question.typed.wanted, lambda gram: int(documents.doc_freq("grams", gram)), MOST_GRAMS, common
    )
    scores = np.zeros(len(keys))
    if wanted is None:
        return scores
    found = _with_grams(question, keys, *wanted)
    order = np.argsort(found.keys)
    has = is_in(keys, found.keys[order])
    scores[has] = found.scores[order][np.searchsorted(found.keys[order], keys[has])]
    best = scores[matches].max(initial=0.0)
    return scores / best if best else np.zeros(len(keys))


def _with_grams(question: "Question", keys: Keys, grams: Query, holding: int) -> Pool:
    """What holds some of these grams: of these documents when they are few, else of all, or of those that may match
    when so many hold them: that one word is there costs a third of asking that all are."""
    documents = question.snapshot.documents
    if len(keys) <= FEW_KEYS:
        return Pool.of(documents, _within(grams, has_key_of(keys.tolist())))
    if holding <= MOST:
        return Pool.of(documents, Query.boolean_query([(Occur.Must, grams), *question.scope.permitted]))
    needed = question.needed
    if needed is not None and (found := Pool.of(documents, _within(grams, needed))).is_whole:
        return found
    return Pool.of(documents, _within(grams, question.matching_or_near, *question.scope.permitted))


def _within(scored: Query, within: Query, *clauses: Clause) -> Query:
    return Query.boolean_query([(Occur.Must, scored), (Occur.Must, Query.const_score_query(within, 0.0)), *clauses])
