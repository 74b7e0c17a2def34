"""What decides who finds what: groups, days, filters. Clauses inside the query, never a sieve after it."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from tantivy import FieldType, Occur, Query

from sameside.retrieval.engine import Request
from sameside.retrieval.schema import documents_schema, facet_field, facet_term

Clause = tuple[Occur, Query]

_FEW = 12
"""Up to so many terms it costs less to ask for each than for the set."""
_FEW_KEYS = 256


class Scope:
    """The clauses of a request; those of one facet can be left out, to count what choosing another value leaves.

    What the words mean (repairs, relaxing, nearness) is decided over all that is `permitted`, whatever the filters, or
    choosing a value would change more than its count said.
    """

    def __init__(self, request: Request) -> None:
        self.permitted = _permitted(request)
        self._base = [*self.permitted, *excluded(request.excluded)]
        self._facets = {
            facet: Query.const_score_query(has_one_of(facet, values), 0.0)
            for facet, values in request.filters.items()
            if values
        }

    @property
    def filtered(self) -> Iterable[str]:
        return self._facets.keys()

    def clauses(self, *, without: Collection[str] = ()) -> list[Clause]:
        facets = [(Occur.Must, query) for facet, query in self._facets.items() if facet not in without]
        return [*self._base, *facets]

    def query(self) -> Query | None:
        """All that the request leaves, whatever its words; None for everything."""
        clauses = self.clauses()
        return Query.boolean_query([(Occur.Must, Query.all_query()), *clauses]) if clauses else None


def has_one_of(facet: str, values: Sequence[str]) -> Query:
    schema = documents_schema()
    field = facet_field(facet)
    if len(values) <= _FEW:
        terms = [Query.term_query(schema, field, facet_term(value), "basic") for value in values]
        return Query.boolean_query([(Occur.Should, term) for term in terms])
    return Query.term_set_query(schema, field, [facet_term(value) for value in values])


def has_key_of(keys: Sequence[int]) -> Query:
    if not keys:
        return Query.empty_query()
    schema = documents_schema()
    if len(keys) > _FEW_KEYS:
        return Query.term_set_query(schema, "key", list(keys))
    return Query.boolean_query([(Occur.Should, Query.term_query(schema, "key", key, "basic")) for key in keys])


def of_group(groups: Sequence[str]) -> Query:
    schema = documents_schema()
    if len(groups) > _FEW:
        return Query.term_set_query(schema, "groups", list(groups))
    terms = [(Occur.Should, Query.term_query(schema, "groups", group, "basic")) for group in groups]
    return Query.boolean_query(terms) if terms else Query.empty_query()


def valid_on(day: int) -> list[Query]:
    schema = documents_schema()
    begun = Query.range_query(schema, "valid_from", FieldType.Integer, None, day)
    return [begun, Query.range_query(schema, "valid_until", FieldType.Integer, day, None)]


def _permitted(request: Request) -> list[Clause]:
    queries = [] if request.groups is None else [of_group(request.groups)]
    queries += [] if request.on is None else valid_on(request.on)
    queries += [] if request.keys is None else [has_key_of(request.keys)]
    return [(Occur.Must, Query.const_score_query(query, 0.0)) for query in queries]


def excluded(facets: Mapping[str, Sequence[str]]) -> list[Clause]:
    return [(Occur.MustNot, has_one_of(facet, values)) for facet, values in facets.items() if values]
