"""One request put to one snapshot: its words become a query, and the query hits, a total and counts of one set."""

from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from tantivy import DocAddress, Occur, Query

from sameside.retrieval import analysis, languages, words
from sameside.retrieval.columns import Columns, Shelf
from sameside.retrieval.counting import counts
from sameside.retrieval.engine import Found, Fragment, Hit, Request
from sameside.retrieval.hybrid import Meaning, Remembered, Semantics
from sameside.retrieval.lexicon import Lexicons
from sameside.retrieval.marking import marked, marks_of
from sameside.retrieval.matching import EXPANSIONS, Matcher, without
from sameside.retrieval.ordering import Ordering
from sameside.retrieval.passages import Passages
from sameside.retrieval.pool import MOST, Keys, Mask, Pool, count_of, is_in, keys_of
from sameside.retrieval.reach import Reach
from sameside.retrieval.repair import Repair
from sameside.retrieval.schema import documents_schema, parts_schema
from sameside.retrieval.scope import Clause, Scope, has_key_of, has_one_of
from sameside.retrieval.scoring import FEW_KEYS, Ranking, ranked, why
from sameside.retrieval.storage import Snapshot

FEW_WORDS = 3
"""Up to so many words, the repaired ones are what is embedded; from there on what was typed."""
SHORTEST_MEANING = 3
"""Letters below which a question means nothing yet."""


@dataclass(frozen=True)
class Matched:
    """The query of the words and what it matches. `open`: the chosen facets that do not limit it but narrow it
    afterwards, because their own counts are of what the other facets leave."""

    query: Query
    pool: Pool
    open: Sequence[str] = ()


class Question:
    """`semantics` None: words alone answer. `remembered`: the keys of what was permitted before."""

    def __init__(
        self,
        snapshot: Snapshot,
        request: Request,
        semantics: Semantics | None,
        remembered: Remembered[Keys],
        lexicons: Lexicons,
        shelf: Shelf,
    ) -> None:
        self.snapshot = snapshot
        self.request = request
        self.semantics = semantics if request.semantic else None
        self.remembered = remembered
        self.lexicons = lexicons
        self.shelf = shelf
        self.columns = shelf.of(snapshot)
        self.scope = Scope(request)
        self.reach = Reach(snapshot, self.columns, request, self.scope, remembered)
        self.corrected = ""
        self.widened: tuple[str, ...] = ()
        self.relaxed = False

    @cached_property
    def typed(self) -> words.Typed:
        typed = words.read(self.request.words)
        units = words.with_synonyms(typed.wanted, self.request.synonyms)
        if not self.request.typing and units:
            units = (*units[:-1], words.Unit(units[-1].alternatives))
        lexicon = self.lexicons.of(self.snapshot)
        repair = Repair(self.snapshot.documents, lexicon, self.matcher, self.scope, self.reach.is_surely_there)
        repaired = repair.repaired(units)
        self.corrected, self.widened = repaired.corrected, repaired.widened
        return words.Typed(repaired.units, typed.unwanted)

    def again(self, request: Request) -> "Question":
        """Another request to the same snapshot."""
        return Question(self.snapshot, request, self.semantics, self.remembered, self.lexicons, self.shelf)

    @cached_property
    def meaning(self) -> Meaning | None:
        """Phrases in quotes are wanted as they stand, so nothing else is found by what they mean."""
        if self.semantics is None or not self.has_words:
            return None
        # A model understands a misspelt question, and a foreign word "repaired" to a known one means something else.
        text = self.corrected if len(self.typed.wanted) <= FEW_WORDS and self.corrected else self.request.words
        if sum(map(str.isalnum, text)) < SHORTEST_MEANING:
            return None
        meaning = self.semantics.of(text[: words.LONGEST], self.reach.keys())
        if meaning is not None and any(unit.is_quoted for unit in self.typed.wanted):
            return replace(meaning, found=())
        return meaning

    @property
    def has_words(self) -> bool:
        return bool(self.typed.wanted)

    @cached_property
    def matcher(self) -> Matcher:
        asked = languages.of_question(self.request.words, self.snapshot.languages, self.request.languages)
        spoken = analysis.COMPOUNDING.intersection(tongue.language for tongue in asked.tongues)
        compounds = tuple(sorted(spoken.intersection(self.snapshot.languages)))
        return Matcher(documents_schema(), asked, self._expand, self._share, compounds)

    def _share(self, word: str) -> float:
        documents = self.snapshot.documents
        return documents.doc_freq("words", word) / documents.num_docs if documents.num_docs > MOST else 0.0

    def _expand(self, start: str) -> Sequence[str]:
        return [term for term, _ in self.snapshot.documents.terms_with_prefix("words", start, limit=EXPANSIONS)]

    @property
    def matching(self) -> Query:
        """The scored query of the words, without the scope."""
        return self.matched.query

    @cached_property
    def matched(self) -> Matched:
        units = self.typed.wanted
        if not units:
            return Matched(Query.all_query(), Pool.empty())
        matched = self._collected(self.matcher.matches(units))
        if matched.pool.total or len(units) == 1 or not self.request.relaxing or self._is_there(matched.query):
            return matched
        anything = self._collected(self.matcher.matches(units, any_is_enough=True))
        self.relaxed = bool(anything.pool.total) or self._is_there(anything.query)
        return anything if self.relaxed else matched

    def _collected(self, matching: Query) -> Matched:
        open_ = [facet for facet in self.scope.filtered if self.columns and facet in self.request.counted]
        pool = self._pool(matching, open_)
        if not open_ or pool.is_whole:
            return Matched(matching, pool, open_)
        return Matched(matching, self._pool(matching, ()))

    def _pool(self, query: Query, open_: Collection[str]) -> Pool:
        clauses = [(Occur.Must, query), *self.limits(open_)]
        return Pool.of(self.snapshot.documents, Query.boolean_query(clauses))

    def _is_there(self, matching: Query) -> bool:
        """Whether anything permitted matches that the other limits leave out."""
        clauses = [(Occur.Must, matching), *self.scope.permitted]
        return bool(self.snapshot.documents.search(Query.boolean_query(clauses), 1, count=False).hits)

    @cached_property
    def pool(self) -> Pool:
        """What matches the words, and behind it what is near: whatever the facets that are still open."""
        pool = self.matched.pool
        if not self._others:
            return pool
        near = Query.const_score_query(has_key_of(sorted(self._others)), 0.0)
        # What is there for its meaning may hold too few of the words to match, and these count too: whole ones, because
        # to look inside compounds for the little that they weigh costs more than all the rest.
        some = replace(self.matcher, has_grams=False).matches(self.typed.wanted, strict=False)
        query = Query.boolean_query([(Occur.Must, near), (Occur.Should, some)])
        return pool.joined(self._pool(query, self.matched.open))

    @cached_property
    def _others(self) -> set[int]:
        """What is found by its meaning and not by its words."""
        if self.meaning is None or not self.meaning.found:
            return set()
        return set(self.meaning.found).difference(self.matched.pool.keys.tolist())

    @cached_property
    def _chosen(self) -> dict[str, Mask]:
        """Of the pool, what each facet leaves that is still open."""
        return {facet: self.having(name, query, self.pool.keys) for facet, (name, query) in self._opened()}

    def _opened(self) -> Iterator[tuple[str, tuple[Hashable, Query]]]:
        for facet in self.matched.open:
            values = self.request.filters[facet]
            yield facet, (("facet", facet, *values), has_one_of(facet, values))

    def inside(self, facet: str | None = None) -> Mask:
        """Which of the pool the request defines; without the filters of one facet when it is named."""
        left = np.ones(len(self.pool.keys), np.bool_)
        for chosen, mask in self._chosen.items():
            if chosen != facet:
                left &= mask
        return left

    def having(self, name: Hashable, query: Query, keys: Keys) -> Mask:
        """Which of these documents, all of which are permitted, match a clause of this name."""
        if self.columns is not None:
            mask: Mask = self.columns.mask(name, lambda: query)[self.columns.places(keys)]
            return mask
        within = has_key_of(keys.tolist()) if len(keys) <= FEW_KEYS else self.members()
        both = [(Occur.Must, Query.const_score_query(within, 0.0)), (Occur.Must, query)]
        return is_in(keys, keys_of(self.snapshot.documents, Query.boolean_query(both)))

    def limits(self, facets: Collection[str] = ()) -> list[Clause]:
        return [*self.scope.clauses(without=facets), *without(self.matcher, self.typed)]

    def members(self, *facets: str) -> Query:
        """The set that the request defines; without the filters of these facets."""
        return Query.boolean_query([(Occur.Must, self.matching_or_near), *self.limits(facets)])

    @cached_property
    def matching_or_near(self) -> Query:
        if self.meaning is None or not self.meaning.found:
            return self.matching
        return Query.boolean_query([(Occur.Should, self.matching), (Occur.Should, has_key_of(self.meaning.found))])

    @property
    def needed(self) -> Query | None:
        """Holds at least what matches or is near, by its rarest word alone; None when no word must be there."""
        if self.relaxed:
            return None
        documents = self.snapshot.documents
        rarest = self.matcher.rarest(self.typed.wanted, lambda word: documents.doc_freq("words", word), MOST)
        if rarest is None or self.meaning is None or not self.meaning.found:
            return rarest
        return Query.boolean_query([(Occur.Should, rarest), (Occur.Should, has_key_of(self.meaning.found))])

    @cached_property
    def ranking(self) -> Ranking:
        return ranked(self)

    @cached_property
    def total(self) -> int:
        if self.has_words and self.matched.pool.is_whole:
            return int(self.inside().sum())
        if self.browsed is not None:
            return int(np.count_nonzero(self.browsed.left(self.request)))
        return count_of(self.snapshot.documents.search(self.members(), 1))

    @property
    def browsed(self) -> Columns | None:
        """The columns that tell all that the request leaves: when it has no words."""
        return self.columns if self.typed.is_empty else None

    @property
    def is_hopeless(self) -> bool:
        """Whether nothing is left: nothing matches the words, and nothing else is near."""
        if not self.has_words or (self.meaning is not None and self.meaning.found):
            return False
        return not self.inside().any() and not set(self.scope.filtered) & set(self.request.counted)

    def found(self) -> Found:
        if self.is_hopeless:
            nothing: dict[str, dict[str, int]] = {facet: {} for facet in self.request.counted}
            return Found(counts=nothing, corrected=self.corrected, relaxed=self.relaxed, widened=self.widened)
        ordering = Ordering(self)
        addresses, scores, total, after = ordering.page()
        keys = self.keys_of(addresses)
        return Found(
            hits=self._hits(keys, scores, addresses),
            total=total,
            counts=counts(self),
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
        parts, explained = self.request.parts and bool(wanted), self.request.explained
        if not parts and not explained:
            return [Hit(key, score) for key, score in zip(keys, scores, strict=True)]
        passages = Passages(self.snapshot.parts, replace(self.matcher, schema=parts_schema(), has_grams=False))
        cosines = self.semantics.parts(self.meaning, keys) if self.semantics and self.meaning else {}
        mark = marks_of(self.matcher, wanted)
        best = passages.best(keys, wanted, mark, cosines, self._others) if parts else {}
        hits = []
        shares = why(self, keys, scores) if explained else [{} for _ in keys]
        for key, score, address, share in zip(keys, scores, addresses, shares, strict=True):
            passage = best.get(key)
            snippet = passage.snippet if passage else ()
            title: Sequence[Fragment] = ()
            if explained or not snippet:
                stored = self.snapshot.documents.doc(address)
                if self.request.parts and not snippet:
                    snippet = marked(_text(stored.get_first("summary")), mark)
                if explained:
                    title = marked(_text(stored.get_first("title")), mark, whole=True)
            part, others = (passage.number, passage.others) if passage else (0, ())
            hits.append(Hit(key, score, part, snippet, title, share, others))
        return hits


def _text(stored: Any) -> str:
    return bytes(stored).decode() if stored else ""
