"""How many of the set that a request defines have each value of the facets that it wants counted.

The count beside a value is what choosing it would leave: every other filter applies, those of its own facet do not.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sameside.retrieval.columns import MOST_VALUES
from sameside.retrieval.schema import facet_field, facet_value

if TYPE_CHECKING:
    from sameside.retrieval.asking import Question


def counts(question: "Question") -> dict[str, dict[str, int]]:
    wanted = question.request.counted
    own = [facet for facet in wanted if facet in question.scope.filtered]
    shared = [facet for facet in wanted if facet not in question.scope.filtered]
    counted = _counted(question, shared) if shared else {}
    for facet in own:
        counted |= _counted(question, [facet], facet)
    return {facet: counted[facet] for facet in wanted}


def _counted(question: "Question", facets: Sequence[str], *own: str) -> dict[str, dict[str, int]]:
    """Counts of the set, without the filters of the facets that are counted when these are their `own`."""
    matched = question.matched if question.has_words else None
    if question.columns is not None and matched and matched.pool.is_whole and set(own).issubset(matched.open):
        return question.columns.counts(facets, question.columns.places(question.pool.keys[question.inside(*own)]))
    asked = {str(at): {"terms": {"field": facet_field(facet), "size": MOST_VALUES}} for at, facet in enumerate(facets)}
    found: dict[str, Any] = question.snapshot.documents.aggregate(question.members(*own), asked)
    return {
        facet: {facet_value(bucket["key"]): bucket["doc_count"] for bucket in found[str(at)]["buckets"]}
        for at, facet in enumerate(facets)
    }
