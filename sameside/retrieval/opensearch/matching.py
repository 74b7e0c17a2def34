"""The words of a request as one query of terms, by the rules of `sameside.retrieval.matching`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sameside.retrieval import analysis, matching
from sameside.retrieval.engine import Request
from sameside.retrieval.opensearch.connection import Json
from sameside.retrieval.opensearch.layout import facet_field, stem_field
from sameside.retrieval.words import Item, Unit

NOTHING: Json = {"match_none": {}}
MOST_GRAMS = 24


def term(field: str, text: object, weight: float = 1.0) -> Json:
    return {"term": {field: {"value": text, "boost": weight} if weight != 1 else {"value": text}}}


def all_of(queries: Sequence[Json]) -> Json:
    """Unscored."""
    return {"bool": {"filter": list(queries)}} if queries else {"match_all": {}}


def any_of(queries: Sequence[Json], needed: int = 1) -> Json:
    return {"bool": {"should": list(queries), "minimum_should_match": needed}} if queries else NOTHING


def _best_of(queries: Sequence[Json]) -> Json:
    return queries[0] if len(queries) == 1 else {"dis_max": {"queries": list(queries)}}


@dataclass(frozen=True)
class Words:
    """Builds queries. `rules`: what is a stop word, what may stand inside others; `path`: of the nested parts, or
    empty for documents."""

    rules: matching.Matcher
    path: str = ""

    def matches(self, units: Sequence[Unit], *, any_is_enough: bool = False) -> Json:
        content = self.rules.content(units)
        if self.path:
            return any_of([self.unit(unit) for unit in content])
        loose = [self.unit(unit) for unit in content if not unit.is_quoted]
        clauses = [self.unit(unit) for unit in content if unit.is_quoted]
        if loose:
            one = any_is_enough or self.rules.asked.foreign
            clauses.append(any_of(loose, 1 if one else matching.needed_of(len(loose))))
        return {"bool": {"must": clauses}} if clauses else NOTHING

    def unit(self, unit: Unit) -> Json:
        rows = []
        for items in unit.alternatives:
            ends = len(items) - 1
            row = [self.item(item, last=unit.last and at == ends) for at, item in enumerate(items)]
            rows.append(row[0] if len(row) == 1 else {"bool": {"must": row}})
        return _best_of(rows)

    def item(self, item: Item, *, last: bool = False) -> Json:
        words = f"{self.path}words"
        if len(item.terms) > 1:
            return self._row(item, words)
        text = item.terms[0]
        if item.piece:
            return NOTHING if self.path else self.inside(text)
        if item.quoted:
            return term(words, text)
        ways = [term(words, text, 0.9), *(term(words, form, 0.5) for form in matching.spelt_otherwise(text))]
        for tongue in self.rules.asked.tongues:
            field = f"{self.path}{stem_field(tongue.language)}"
            ways += [term(field, stem, tongue.weight)] if (stem := analysis.stem(item.text, tongue.language)) else []
        paired = analysis.is_paired(text)
        if (paired and len(text) == 1) or (last and not paired and len(text) >= matching.SHORTEST_PREFIX):
            most = f"top_terms_{matching.EXPANSIONS}"
            ways.append({"prefix": {words: {"value": text, "boost": 0.6, "rewrite": most}}})
        if self.rules.compounds and not self.path and self.rules.may_be_inside(text):
            ways.append(self.inside(text, self.rules.compounds))
        return _best_of(ways)

    def _row(self, item: Item, field: str) -> Json:
        terms = list(dict.fromkeys(item.terms))
        paired = [text for text in item.terms if analysis.is_paired(text)]
        if not item.quoted and len(paired) == len(item.terms) > 2:
            needed = max(1, int(len(item.terms) * 0.6))
            return any_of([term(field, text) for text in terms], min(needed, len(terms)))
        phrase: Json = {"match_phrase": {field: {"query": " ".join(item.terms)}}}
        return phrase if item.quoted or paired else _best_of([phrase, term(field, "".join(item.terms))])

    def inside(self, text: str, languages: Sequence[str] = ()) -> Json:
        clauses = [term("words.grams", gram) for gram in analysis.grams(text)]
        if languages:
            clauses.append({"terms": {"language": list(languages)}})
        return {"constant_score": {"filter": all_of(clauses), "boost": 0.1}}

    def pieces(self, units: Sequence[Unit]) -> Json | None:
        items = [item for unit in self.rules.content(units) for row in unit.alternatives[:1] for item in row]
        texts = sorted({text for item in items for text in item.terms if text.isascii()})
        grams = list(dict.fromkeys(gram for text in texts for gram in analysis.grams(text)))[:MOST_GRAMS]
        return any_of([term("words.grams", gram) for gram in grams]) if grams else None


def permitted(request: Request) -> list[Json]:
    """Who may find it, on which day, among which keys: part of every query that is asked for somebody."""
    clauses: list[Json] = []
    if request.groups is not None:
        clauses.append({"terms": {"groups": list(request.groups)}})
    if request.on is not None:
        clauses.append({"range": {"valid_from": {"lte": request.on}}})
        clauses.append({"range": {"valid_until": {"gte": request.on}}})
    if request.keys is not None:
        clauses.append({"terms": {"key": list(request.keys)}})
    return clauses


def chosen(filters: Mapping[str, Sequence[str]], *, but: str | None = None) -> list[Json]:
    return [has_one_of(facet, values) for facet, values in filters.items() if values and facet != but]


def has_one_of(facet: str, values: Sequence[str]) -> Json:
    return {"terms": {facet_field(facet): list(values)}}
