"""What a document is worth to a question, as one query whose parts add up.

Words and their pieces are each divided by their best score within the request, so that they weigh what `Weights` says;
nearness is a share already. What the context prefers and what has been a success add their weight. Because it is one
query, the order holds for every page, not only for some candidates.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tantivy import FieldType, Occur, Query

from sameside.retrieval.schema import documents_schema
from sameside.retrieval.scope import Clause, has_key_of, has_one_of

if TYPE_CHECKING:
    from sameside.retrieval.asking import Question
    from sameside.retrieval.hybrid import Meaning

MOST_GRAMS = 24
COMMON_GRAM = 0.1
"""Share of the documents above which a gram says too little to be asked for."""
_MOST = 2**62
_NOTHING = 1e-4


def scored(question: "Question") -> Query:
    """The set that the question defines, scored."""
    limits = question.limits()
    near = _near(question)
    worded = Query.disjunction_max_query([question.matching, near]) if near else question.matching
    best = max(question.top, question.best(near, limits) if near else 0.0) if question.has_words else 0.0
    weights, meaning = question.request.weights, question.meaning
    by_words = 1.0 if meaning is None else 1 - weights.meaning
    worded = Query.boost_query(worded, by_words * weights.words / best if best else 0.0)
    clauses: list[Clause] = [(Occur.Must, worded), *limits]
    added = [*preferences(question), *_boosts(question)]
    if best:
        added += _pieces(question, limits, by_words * weights.pieces)
    if meaning is not None:
        added += _nearness(meaning, weights.meaning)
    return Query.boolean_query([*clauses, *((Occur.Should, query) for query in added)])


def _near(question: "Question") -> Query | None:
    """What is there for its meaning, scored by words: it may hold too few of them to match, and these count too."""
    if question.meaning is None or not question.meaning.found:
        return None
    some = question.matcher.matches(question.typed.wanted, strict=False)
    found = Query.const_score_query(has_key_of(question.meaning.found), 0.0)
    return Query.boolean_query([(Occur.Must, found), (Occur.Should, some)])


def preferences(question: "Question") -> list[Query]:
    """One query for each preferred facet; together they weigh `preference`."""
    preferred = [(facet, values) for facet, values in question.request.preferred.items() if values]
    return [
        Query.const_score_query(has_one_of(facet, values), question.request.preference / len(preferred))
        for facet, values in preferred
    ]


def shares(question: "Question", keys: Sequence[int], scores: Sequence[float]) -> list[dict[str, float]]:
    """What of the score of each of these documents comes from where; `words` is what the others leave."""
    weights, meaning = question.request.weights, question.meaning
    found: list[dict[str, float]] = [{} for _ in keys]
    for name, queries in (("context", preferences(question)), ("success", _boosts(question))):
        within = Query.const_score_query(has_key_of(keys), 0.0)
        for query in queries:
            both = Query.boolean_query([(Occur.Must, within), (Occur.Must, query)])
            hits = question.snapshot.documents.search(both, max(1, len(keys)), count=False).hits
            by_key = dict(zip(question.keys_of([address for _, address in hits]), hits, strict=True))
            for share, key in zip(found, keys, strict=True):
                if key in by_key:
                    share[name] = share.get(name, 0.0) + float(by_key[key][0])
    for share, key, score in zip(found, keys, scores, strict=True):
        if meaning is not None and meaning.shares.get(key):
            share["meaning"] = weights.meaning * meaning.shares[key]
        words = score - sum(share.values())
        if question.has_words and words > _NOTHING:
            share["words"] = words
    return found


def _boosts(question: "Question") -> list[Query]:
    slots = ((boost, question.snapshot.slot_of(boost.number)) for boost in question.request.boosts if boost.weight > 0)
    schema = documents_schema()
    return [
        Query.const_score_query(Query.range_query(schema, slot, FieldType.Integer, boost.least, _MOST), boost.weight)
        for boost, slot in slots
        if slot is not None
    ]


def _pieces(question: "Question", limits: Sequence[Clause], weight: float) -> list[Query]:
    documents = question.snapshot.documents
    common = max(100, int(documents.num_docs * COMMON_GRAM))
    grams = question.matcher.grams(
        question.typed.wanted, lambda gram: int(documents.doc_freq("grams", gram)), MOST_GRAMS, common
    )
    if grams is None or not weight:
        return []
    matching = Query.const_score_query(question.matching, 0.0)
    best = question.best(Query.boolean_query([(Occur.Must, matching), (Occur.Must, grams)]), limits)
    return [Query.boost_query(grams, weight / best)] if best else []


def _nearness(meaning: "Meaning", weight: float) -> list[Query]:
    schema = documents_schema()
    return [
        Query.const_score_query(Query.term_query(schema, "key", key, "basic"), weight * share)
        for key, share in meaning.shares.items()
    ]
