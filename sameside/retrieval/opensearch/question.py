"""One request put to the cluster: which words are meant, what is near, and the queries of its one set."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from sameside.retrieval import analysis, languages, words
from sameside.retrieval.embedder import Embedder, Vectors
from sameside.retrieval.engine import Request
from sameside.retrieval.hybrid import FOUND, LEAST
from sameside.retrieval.lexicon import distance
from sameside.retrieval.matching import Matcher
from sameside.retrieval.opensearch.connection import Json
from sameside.retrieval.opensearch.layout import number_field
from sameside.retrieval.opensearch.matching import Words, all_of, any_of, chosen, has_one_of, permitted, term
from sameside.retrieval.repair import LONG, SHORTEST
from sameside.retrieval.schema import documents_schema
from sameside.retrieval.words import Item, Unit

DEPTH = 10_000
"""So many of each share, per shard, are fused; no page by relevance lies behind."""
NEAR = 400
_UNLIKELY = 2.576
"""Standard deviations above the mean that one of two hundred random pairs exceeds."""
_NO_SHARE = 1e-6
Ask = Callable[[Json], Json]


@dataclass(frozen=True)
class About:
    """What an index holds: how many documents of each language, and vectors drawn at random."""

    languages: Mapping[str, int]
    sample: Vectors | None = None


@dataclass(frozen=True)
class Near:
    """Shares by key, and which are found by them alone."""

    shares: Mapping[int, float]
    found: Sequence[int]


class Question:
    def __init__(self, request: Request, about: About, ask: Ask, embedder: Embedder | None) -> None:
        self.request, self.about, self.ask = request, about, ask
        self.embedder = embedder if request.semantic and about.sample is not None else None
        self.permitted = permitted(request)
        self.corrected = ""
        self.relaxed = False

    @cached_property
    def rules(self) -> Matcher:
        asked = languages.of_question(self.request.words, self.about.languages, self.request.languages)
        compounds = tuple(language for language in self.about.languages if language in analysis.COMPOUNDING)
        return Matcher(documents_schema(), asked, lambda start: (), lambda word: 0.0, compounds)

    @cached_property
    def builder(self) -> Words:
        return Words(self.rules)

    @cached_property
    def read(self) -> words.Typed:
        return words.read(self.request.words)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """What is searched: repaired where nobody may find a word."""
        units = words.with_synonyms(self.read.wanted, self.request.synonyms)
        if units and not self.request.typing:
            units = (*units[:-1], Unit(units[-1].alternatives))
        unknown = {at: item.terms[0] for at, unit in enumerate(units) if (item := self._repairable(unit))}
        there = self._counts([self.builder.unit(units[at]) for at in unknown])
        unknown = {at: text for (at, text), count in zip(unknown.items(), there, strict=True) if not count}
        if not unknown:
            return units
        repaired = list(units)
        for at, better in self._repairs(unknown).items():
            repaired[at] = replace(units[at], alternatives=((better,),), last=False)
        shown = [" ".join(each.alternatives[0][0].text for each in row) for row in (units, repaired)]
        self.corrected = shown[1] if shown[0] != shown[1] else ""
        return tuple(repaired)

    def _repairable(self, unit: Unit) -> Item | None:
        item = unit.single
        if item is None or len(item.terms) != 1 or self.rules.is_stop_word(unit):
            return None
        text = item.terms[0]
        return item if SHORTEST <= len(text) <= 30 and text.isalpha() and not analysis.is_paired(text) else None

    def _repairs(self, unknown: Mapping[int, str]) -> dict[int, Item]:
        """Words of the index one slip away, pieces of words, words two slips away; if the person may find them."""
        suggesters = {
            str(at): {
                "text": text,
                "term": {
                    "field": "words",
                    "analyzer": "ready",
                    "suggest_mode": "always",
                    "sort": "frequency",
                    "max_edits": 2 if len(text) >= LONG else 1,
                    "prefix_length": 0,
                    "string_distance": "damerau_levenshtein",
                    "size": 10,
                },
            }
            for at, text in unknown.items()
        }
        offered = self.ask({"size": 0, "suggest": suggesters}).get("suggest", {})
        tried: list[tuple[int, int, Item, Json]] = []
        for at, text in unknown.items():
            for entry in offered.get(str(at), []):
                for option in entry["options"]:
                    slips = distance(text, option["text"], most=2)
                    better = Item(option["text"], (option["text"],))
                    tried.append((at, slips * 2, better, term("words", option["text"])))
            if self.rules.may_be_inside(text):
                tried.append((at, 3, Item(text, (text,), piece=True), self.builder.inside(text)))
        tried.sort(key=lambda each: each[:2])
        counts = self._counts([query for *_, query in tried])
        found: dict[int, Item] = {}
        for (at, _, better, _), count in zip(tried, counts, strict=True):
            if count:
                found.setdefault(at, better)
        return found

    def _counts(self, queries: Sequence[Json]) -> list[int]:
        """How many documents that the person may find match each."""
        if not queries:
            return []
        filters = {f"q{at}": {"filter": query} for at, query in enumerate(queries)}
        found = self.ask({"size": 0, "query": all_of(self.permitted), "aggs": filters})["aggregations"]
        return [int(found[f"q{at}"]["doc_count"]) for at in range(len(queries))]

    @cached_property
    def matching(self) -> Json:
        if not self.units:
            return {"match_all": {}}
        strict = self.builder.matches(self.units)
        if len(self.units) == 1:
            return strict
        anything = self.builder.matches(self.units, any_is_enough=True)
        all_words, some_words = self._counts([strict, anything])
        self.relaxed = self.request.relaxing and not all_words and bool(some_words)
        return anything if self.relaxed else strict

    @cached_property
    def near(self) -> Near | None:
        """The nearest of what the person may find, whatever the filters."""
        text = self.corrected or self.request.words
        sample = self.about.sample
        if self.embedder is None or sample is None or not self.units or sum(map(str.isalnum, text)) < 3:
            return None
        vector = self.embedder.query(text[: words.LONGEST])
        knn: dict[str, Any] = {"vector": [float(each) for each in vector], "k": NEAR}
        if self.permitted:
            knn["filter"] = all_of(self.permitted)
        nested = {"path": "passages", "score_mode": "max", "query": {"knn": {"passages.vector": knn}}}
        hits = self.ask({"size": NEAR, "_source": ["key"], "query": {"nested": nested}})["hits"]["hits"]
        cosines = {int(hit["_source"]["key"]): 2 * float(hit["_score"]) - 1 for hit in hits}
        if not cosines:
            return Near({}, ())
        low, high = min(cosines.values()), max(cosines.values())
        drawn = sample @ vector
        limit = float(np.mean(drawn) + _UNLIKELY * np.std(drawn))
        quoted = any(unit.is_quoted for unit in self.units)
        above = 0 if quoted else sum(1 for cosine in cosines.values() if cosine > limit)
        found = list(cosines)[: min(FOUND, max(above, LEAST))] if above else []
        return Near({key: (cosine - low) / ((high - low) or 1.0) for key, cosine in cosines.items()}, found)

    @cached_property
    def limits(self) -> list[Json]:
        """All but the words and the chosen facets."""
        unwanted = [self.builder.item(item) for item in self.read.unwanted]
        excluded = [*chosen(self.request.excluded), *unwanted]
        return [*self.permitted, *([{"bool": {"must_not": excluded}}] if excluded else [])]

    @cached_property
    def base(self) -> list[Json]:
        """The set before facets are chosen."""
        if self.near is None or not self.near.found:
            return [self.matching, *self.limits]
        return [any_of([self.matching, {"terms": {"key": list(self.near.found)}}]), *self.limits]

    @cached_property
    def members(self) -> list[Json]:
        """The one set of the request."""
        return [*self.base, *chosen(self.request.filters)]

    def counting(self) -> Json:
        """Total and counts: over the set before facets are chosen, each under all chosen ones but its own."""
        filters = self.request.filters
        aggs: Json = {"total": {"filter": all_of(chosen(filters))}}
        for at, facet in enumerate(self.request.counted):
            field = has_one_of(facet, ())["terms"]
            terms = {"field": next(iter(field)), "size": DEPTH, "shard_size": 6 * DEPTH}
            aggs[f"facet{at}"] = {"filter": all_of(chosen(filters, but=facet)), "aggs": {"values": {"terms": terms}}}
        return {"size": 0, "track_total_hits": False, "query": all_of(self.base), "aggs": aggs}

    @cached_property
    def liked(self) -> list[tuple[str, Json, float]]:
        """What the context prefers and what has been a success, with its weight."""
        preferred = [(facet, values) for facet, values in self.request.preferred.items() if values]
        share = self.request.preference / len(preferred) if preferred else 0.0
        found = [("context", has_one_of(facet, values), share) for facet, values in preferred]
        boosts = [boost for boost in self.request.boosts if boost.weight > 0]
        found += [
            ("success", {"range": {number_field(boost.number): {"gte": boost.least}}}, boost.weight) for boost in boosts
        ]
        return found

    def ranking(self) -> Json:
        """The set by relevance: a hybrid query with the pipeline that weighs its shares."""
        weights = self.request.weights
        by_words = 1.0 if self.near is None else 1 - weights.meaning
        shares = [(by_words * weights.words, self.matching, True, 0.0)]
        pieces = self.builder.pieces(self.units)
        if pieces is not None and weights.pieces:
            shares.append((by_words * weights.pieces, pieces, False, 0.0))
        if self.near is not None and self.near.shares and weights.meaning:
            near = [_constant(term("key", key), share or _NO_SHARE) for key, share in self.near.shares.items()]
            shares.append((weights.meaning, any_of(near), False, 1.0))
        if self.liked:
            most = sum(weight for _, _, weight in self.liked)
            shares.append((most, any_of([_constant(query, weight) for _, query, weight in self.liked]), False, most))
        in_all = sum(weight for weight, *_ in shares) or 1.0
        queries = [{"bool": {"must": [query], "filter": self._within(by_words=own)}} for _, query, own, _ in shares]
        upper = [{"mode": "apply", "max_score": most} if most else {"mode": "ignore"} for *_, most in shares]
        bounds = {"lower_bounds": [{"mode": "apply", "min_score": 0.0}] * len(shares), "upper_bounds": upper}
        parameters = {"weights": [weight / in_all for weight, *_ in shares]}
        processor = {
            "normalization": {"technique": "min_max", "parameters": bounds},
            "combination": {"technique": "arithmetic_mean", "parameters": parameters},
        }
        return {
            "query": {"hybrid": {"pagination_depth": DEPTH, "queries": queries}},
            "search_pipeline": {"phase_results_processors": [{"normalization-processor": processor}]},
        }

    def _within(self, *, by_words: bool) -> list[Json]:
        return [*self.limits, *chosen(self.request.filters)] if by_words else self.members

    def ordered(self) -> Json:
        """The set in a given order: without words, what suits the context more comes first."""
        name = self.request.order.removeprefix("-")
        direction = "desc" if self.request.order.startswith("-") else "asc"
        sort: list[Json] = []
        query: Json = {"bool": {"filter": self.members}}
        preferred = [_constant(query, 1.0) for why, query, _ in self.liked if why == "context"]
        if preferred and not self.units:
            query["bool"]["should"] = preferred
            sort.append({"_score": {"order": "desc"}})
        if name == "title":
            sort.append({"title_order": {"order": direction}})
        elif name and name != "key":
            sort.append({number_field(name): {"order": direction, "missing": "_last", "unmapped_type": "long"}})
        sort.append({"key": {"order": direction if name == "key" else "asc" if name else "desc"}})
        return {"query": query, "sort": sort, "track_total_hits": False}


def _constant(query: Json, weight: float) -> Json:
    return {"constant_score": {"filter": query, "boost": weight}}
