"""One request put to one snapshot: its words become a query, and the query hits, a total and counts of one set."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from tantivy import DocAddress, Occur, Query

from sameside.retrieval import analysis, languages, scoring, words
from sameside.retrieval.engine import Found, Hit, Request
from sameside.retrieval.hybrid import Keys, Meaning, Remembered, Semantics
from sameside.retrieval.lexicon import Lexicons
from sameside.retrieval.marking import marked, marks_of
from sameside.retrieval.matching import EXPANSIONS, Matcher, without
from sameside.retrieval.ordering import Ordering
from sameside.retrieval.passages import Passages
from sameside.retrieval.repair import Repair
from sameside.retrieval.schema import documents_schema, facet_field, facet_value, parts_schema
from sameside.retrieval.scope import Clause, Scope, has_key_of
from sameside.retrieval.storage import Snapshot

FEW_WORDS = 3
"""Up to so many words, the repaired ones are what is embedded; from there on what was typed."""
SHORTEST_MEANING = 3
"""Letters below which a question means nothing yet."""
MOST_VALUES = 65_000


class Question:
    """`semantics` None: words alone answer. `remembered`: the keys of what was permitted before."""

    def __init__(
        self,
        snapshot: Snapshot,
        request: Request,
        semantics: Semantics | None,
        remembered: Remembered[Keys],
        lexicons: Lexicons,
    ) -> None:
        self.snapshot = snapshot
        self.request = request
        self.semantics = semantics if request.semantic else None
        self.remembered = remembered
        self.lexicons = lexicons
        self.scope = Scope(request)
        self.corrected = ""
        self.widened: tuple[str, ...] = ()
        self.relaxed = False

    @cached_property
    def typed(self) -> words.Typed:
        typed = words.read(self.request.words)
        units = words.with_synonyms(typed.wanted, self.request.synonyms)
        if not self.request.typing and units:
            units = (*units[:-1], words.Unit(units[-1].alternatives))
        repair = Repair(self.snapshot.documents, self.lexicons.of(self.snapshot), self.matcher, self.scope)
        repaired = repair.repaired(units)
        self.corrected, self.widened = repaired.corrected, repaired.widened
        return words.Typed(repaired.units, typed.unwanted)

    def again(self, request: Request) -> "Question":
        """Another request to the same snapshot."""
        return Question(self.snapshot, request, self.semantics, self.remembered, self.lexicons)

    @cached_property
    def meaning(self) -> Meaning | None:
        """Phrases in quotes are wanted as they stand, so nothing else is found by what they mean."""
        if self.semantics is None or not self.has_words:
            return None
        # A model understands a misspelt question, and a foreign word "repaired" to a known one means something else.
        text = self.corrected if len(self.typed.wanted) <= FEW_WORDS and self.corrected else self.request.words
        if sum(map(str.isalnum, text)) < SHORTEST_MEANING:
            return None
        meaning = self.semantics.of(text[: words.LONGEST], self._permitted())
        if meaning is not None and any(unit.is_quoted for unit in self.typed.wanted):
            return replace(meaning, found=())
        return meaning

    def _permitted(self) -> Keys | None:
        """The sorted keys of what the person may find that day, whatever the filters; None for everything."""
        if not self.scope.permitted:
            return None
        request = self.request
        groups = None if request.groups is None else frozenset(request.groups)
        keys = None if request.keys is None else frozenset(request.keys)

        def collected() -> Keys:
            documents = self.snapshot.documents
            query = Query.boolean_query([(Occur.Must, Query.all_query()), *self.scope.permitted])
            hits = documents.search(query, max(1, documents.num_docs), count=False, order_by_field="key").hits
            return np.array([key for key, _ in reversed(hits)], np.int64)

        return self.remembered.get((self.snapshot.generation, groups, request.on, keys), collected)

    @property
    def has_words(self) -> bool:
        return bool(self.typed.wanted)

    @cached_property
    def matcher(self) -> Matcher:
        asked = languages.of_question(self.request.words, self.snapshot.languages, self.request.languages)
        compounds = tuple(language for language in self.snapshot.languages if language in analysis.COMPOUNDING)
        return Matcher(documents_schema(), asked, self._expand, compounds)

    def _expand(self, start: str) -> Sequence[str]:
        return [term for term, _ in self.snapshot.documents.terms_with_prefix("words", start, limit=EXPANSIONS)]

    @property
    def matching(self) -> Query:
        """The scored query of the words, without the scope."""
        return self._matched[0]

    @property
    def top(self) -> float:
        """The score of the best match of the words within the limits."""
        return self._matched[1]

    @cached_property
    def _matched(self) -> tuple[Query, float]:
        units = self.typed.wanted
        if not units:
            return Query.all_query(), 0.0
        matching = self.matcher.matches(units)
        top = self.best(matching, self.limits())
        if len(units) == 1 or top or not self.request.relaxing or self.best(matching, self.scope.permitted):
            return matching, top
        anything = self.matcher.matches(units, any_is_enough=True)
        top = self.best(anything, self.limits())
        self.relaxed = bool(top or self.best(anything, self.scope.permitted))
        return (anything, top) if self.relaxed else (matching, 0.0)

    def best(self, scored: Query, limits: Sequence[Clause]) -> float:
        """The score of the best within limits."""
        clauses = [(Occur.Must, scored), *limits]
        hits = self.snapshot.documents.search(Query.boolean_query(clauses), 1, count=False).hits
        return float(hits[0][0]) if hits else 0.0

    def limits(self, facet: str | None = None) -> list[Clause]:
        return [*self.scope.clauses(without=facet), *without(self.matcher, self.typed)]

    def members(self, facet: str | None = None) -> Query:
        """The set that the request defines; without the filters of one facet when it is named."""
        return Query.boolean_query([(Occur.Must, self.matching_or_near), *self.limits(facet)])

    @cached_property
    def matching_or_near(self) -> Query:
        if self.meaning is None or not self.meaning.found:
            return self.matching
        return Query.boolean_query([(Occur.Should, self.matching), (Occur.Should, has_key_of(self.meaning.found))])

    @cached_property
    def scored(self) -> Query:
        """The same set, scored."""
        return scoring.scored(self)

    @property
    def is_hopeless(self) -> bool:
        """Whether nothing is left: nothing matches the words, and nothing else is near."""
        if not self.has_words or (self.meaning is not None and self.meaning.found):
            return False
        return not self.top and not set(self.scope.filtered) & set(self.request.counted)

    def found(self) -> Found:
        if self.is_hopeless:
            counts: dict[str, dict[str, int]] = {facet: {} for facet in self.request.counted}
            return Found(counts=counts, corrected=self.corrected, relaxed=self.relaxed, widened=self.widened)
        ordering = Ordering(self)
        addresses, scores, total, after = ordering.page()
        keys = self.keys_of(addresses)
        return Found(
            hits=self._hits(keys, scores, addresses),
            total=total,
            counts=self.counts(),
            corrected=self.corrected,
            relaxed=self.relaxed,
            meaning=self.meaning is not None,
            next=after,
            widened=self.widened,
            moved=ordering.moved,
        )

    def keys(self) -> Iterator[int]:
        yield from self.keys_of(Ordering(self).all())

    def keys_of(self, addresses: Sequence[DocAddress]) -> list[int]:
        return [int(key or 0) for key in self.snapshot.documents.fast_field_values("key", list(addresses))]

    def _hits(self, keys: Sequence[int], scores: Sequence[float], addresses: Sequence[DocAddress]) -> list[Hit]:
        wanted = self.typed.wanted
        passages = Passages(self.snapshot.parts, replace(self.matcher, schema=parts_schema(), has_grams=False))
        cosines = self.semantics.parts(self.meaning, keys) if self.semantics and self.meaning else {}
        mark = marks_of(self.matcher, wanted)
        best = passages.best(keys, wanted, mark, cosines) if self.request.parts and wanted else {}
        hits = []
        shares = scoring.shares(self, keys, scores)
        for key, score, address, why in zip(keys, scores, addresses, shares, strict=True):
            stored = self.snapshot.documents.doc(address)
            passage = best.get(key)
            snippet = passage.snippet if passage else ()
            if not snippet and self.request.parts:
                snippet = marked(_text(stored.get_first("summary")), mark)
            title = marked(_text(stored.get_first("title")), mark, whole=True)
            part, others = (passage.number, passage.others) if passage else (0, ())
            hits.append(Hit(key, score, part, snippet, title, why, others))
        return hits

    def counts(self) -> dict[str, dict[str, int]]:
        own = [facet for facet in self.request.counted if facet in self.scope.filtered]
        shared = [facet for facet in self.request.counted if facet not in self.scope.filtered]
        counted = self._counted(shared, self.members()) if shared else {}
        for facet in own:
            counted |= self._counted([facet], self.members(facet))
        return {facet: counted[facet] for facet in self.request.counted}

    def _counted(self, facets: Sequence[str], members: Query) -> dict[str, dict[str, int]]:
        asked = {
            str(at): {"terms": {"field": facet_field(facet), "size": MOST_VALUES}} for at, facet in enumerate(facets)
        }
        found: dict[str, Any] = self.snapshot.documents.aggregate(members, asked)
        return {
            facet: {facet_value(bucket["key"]): bucket["doc_count"] for bucket in found[str(at)]["buckets"]}
            for at, facet in enumerate(facets)
        }


def _text(stored: Any) -> str:
    return bytes(stored).decode() if stored else ""
