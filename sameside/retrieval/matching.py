"""Which documents match what was typed, and how well: units of words become one query.

A word matches a document by its stem in the document's language, by its exact folded form, by its synonyms, by the
beginning of a word when it is the last and may be unfinished, and inside compounds in languages that write them as one
word. All units must match when there are at most three; of more, a share that falls with their number. Phrases in
quotes always must. When nothing matches, any unit is enough (`relaxed`). Stop words are only asked for when there is
nothing else.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import tantivy
from tantivy import Occur, Query

from sameside.retrieval import analysis
from sameside.retrieval.languages import Asked
from sameside.retrieval.schema import stem_field
from sameside.retrieval.words import Item, Typed, Unit

ALL_OF = 3
"""Up to so many units all must match."""
MOST_NEEDED = 8
"""Of a question of several sentences no more must match: what answers it holds few of its words."""
EXPANSIONS = 50
COMMON = 0.5
"""Share of the documents above which a word beside a rarer one says nothing about which of them is better."""
SHORTEST_PREFIX = 2
COMPOUND_FROM = 5
"""Letters from which a word is looked for inside longer ones."""
_PREFIX_WEIGHT = 0.6
_EXACT_WEIGHT = 0.9
_SPELT_WEIGHT = 0.5
_OTHER_LANGUAGE = 0.8
_PHRASE_BONUS = 0.5
_PAIRS_NEEDED = 0.6
_INSIDE_SCORE = 0.1


Expand = Callable[[str], Sequence[str]]
Share = Callable[[str], float]


@dataclass(frozen=True)
class Matcher:
    """Builds queries for one schema. `expand` gives the words of the index that begin with some letters, `share` the
    share of its documents that have a word."""

    schema: tantivy.Schema
    asked: Asked
    expand: Expand
    share: Share
    compounds: Sequence[str] = ()
    has_grams: bool = True
    _stop_words: dict[str, bool] = field(default_factory=dict)
    _units: dict[Unit, Query] = field(default_factory=dict, init=False)

    def term(self, field: str, text: str, weight: float = 1.0) -> Query:
        query = Query.term_query(self.schema, field, text, "freq")
        return query if weight == 1 else Query.boost_query(query, weight)

    def matches(self, units: Sequence[Unit], *, any_is_enough: bool = False, strict: bool = True) -> Query:
        """The scored query of these units. Not `strict`: quoted ones are only better, as in one part of a document."""
        content = self.content(units)
        if not strict:
            return Query.boolean_query([(Occur.Should, self.unit(unit)) for unit in content])
        quoted = [(Occur.Must, self.unit(unit)) for unit in content if unit.is_quoted]
        loose = [unit for unit in content if not unit.is_quoted]
        clauses = list(quoted)
        if loose:
            needed = 1 if any_is_enough or self.asked.foreign else needed_of(len(loose))
            least = min(map(self._share_of, loose)) if needed == len(loose) else 1.0
            some = [(Occur.Should, self._scored(unit, least)) for unit in loose]
            clauses.append((Occur.Must, Query.boolean_query(some, minimum_number_should_match=needed)))
        return Query.boolean_query(clauses) if clauses else Query.empty_query()

    def _scored(self, unit: Unit, least: float) -> Query:
        """Where all must match, a word that most documents have beside a rarer one is only there or not: how often one
        has it says little, and to score all that do costs more than all the rest."""
        share = self._share_of(unit)
        return Query.const_score_query(self.unit(unit), 0.0) if share > max(least, COMMON) else self.unit(unit)

    def _share_of(self, unit: Unit) -> float:
        item = unit.single
        return self.share(item.terms[0]) if item is not None and len(item.terms) == 1 else 0.0

    def rarest(self, units: Sequence[Unit], frequency: Callable[[str], int], most: int) -> Query | None:
        """Of several units that all must match, one finished word: that which the fewest documents have as it is, and
        no more than `most`."""
        content = self.content(units)
        if len(content) < 2 or self.asked.foreign or needed_of(len(content)) < len(content):
            return None
        words = [unit for unit in content if (item := unit.single) and len(item.terms) == 1 and not unit.last]
        having = [(frequency(term_of(unit)), at) for at, unit in enumerate(words)]
        count, at = min((pair for pair in having if pair[0]), default=(most + 1, 0))
        return self.unit(words[at]) if count <= most else None

    def content(self, units: Sequence[Unit]) -> Sequence[Unit]:
        """Without stop words, unless there is nothing else."""
        content = [unit for unit in units if not self.is_stop_word(unit)]
        return content or units

    def is_stop_word(self, unit: Unit) -> bool:
        item = unit.single
        if item is None or len(item.terms) != 1:
            return False
        known = self._stop_words.get(item.text)
        if known is None:
            known = any(analysis.is_stop_word(item.text, language) for language in self.asked.languages)
            self._stop_words[item.text] = known
        return known

    def unit(self, unit: Unit) -> Query:
        if unit not in self._units:
            found = [self._all_of(items, last=unit.last) for items in unit.alternatives]
            self._units[unit] = found[0] if len(found) == 1 else Query.disjunction_max_query(found)
        return self._units[unit]

    def _all_of(self, items: Sequence[Item], *, last: bool) -> Query:
        if len(items) == 1:
            return self.item(items[0], last=last)
        ends = len(items) - 1
        return Query.boolean_query(
            [(Occur.Must, self.item(item, last=last and at == ends)) for at, item in enumerate(items)]
        )

    def item(self, item: Item, *, last: bool = False) -> Query:
        if len(item.terms) > 1:
            return self._row(item)
        term = item.terms[0]
        if item.piece:
            return self.inside(term) if self.has_grams else Query.empty_query()
        if item.quoted:
            return self.term("words", term)
        ways = [self.term("words", term, _EXACT_WEIGHT)]
        ways += [self.term("words", form, _SPELT_WEIGHT) for form in spelt_otherwise(term)]
        for tongue in self.asked.tongues:
            if stem := analysis.stem(item.text, tongue.language):
                ways.append(self.term(stem_field(tongue.language), stem, tongue.weight))
        if analysis.is_paired(term):
            if len(term) == 1:
                ways += [self.term("words", longer, _PREFIX_WEIGHT) for longer in self.expand(term)]
        elif last and len(term) >= SHORTEST_PREFIX:
            ways += [self.term("words", longer, _PREFIX_WEIGHT) for longer in self.expand(term) if longer != term]
        if self.compounds and self.has_grams and self.may_be_inside(term):
            ways.append(self.inside(term, self.compounds))
        return ways[0] if len(ways) == 1 else Query.disjunction_max_query(ways)

    def _row(self, item: Item) -> Query:
        """Several terms in a row. Long runs of paired script are wanted mostly, because they hold several words."""
        terms = list(item.terms)
        paired = [term for term in terms if analysis.is_paired(term)]
        if not item.quoted and len(paired) == len(terms) and (len(terms) > 2 or _is_hangul(terms[0])):
            needed = max(1, int(len(terms) * _PAIRS_NEEDED))
            pairs = [(Occur.Should, self.term("words", term)) for term in dict.fromkeys(terms)]
            return Query.boolean_query(pairs, minimum_number_should_match=min(needed, len(pairs)))
        phrase = Query.phrase_query(self.schema, "words", list[str | tuple[int, str]](terms))
        if item.quoted or paired:
            return phrase
        return Query.disjunction_max_query([phrase, self.term("words", "".join(terms))])

    def may_be_inside(self, term: str) -> bool:
        """Whether a word is long enough to be looked for inside others."""
        return len(term) >= COMPOUND_FROM and term.isascii() and term.isalpha()

    def inside(self, term: str, languages: Iterable[str] = ()) -> Query:
        """Documents with all grams of a word, of some languages or of any."""
        clauses = [(Occur.Must, self.term("grams", gram)) for gram in analysis.grams(term)]
        if languages:
            of_one = [(Occur.Should, self.term("language", language)) for language in languages]
            clauses.append((Occur.Must, Query.boolean_query(of_one)))
        return Query.const_score_query(Query.boolean_query(clauses), _INSIDE_SCORE)

    def grams(
        self, units: Iterable[Unit], frequency: Callable[[str], int], most: int, limit: int
    ) -> tuple[Query, int] | None:
        """The rarest grams of the words, and how many documents have each, added up: those of more than `limit`
        documents say little and cost much."""
        terms = {
            term
            for unit in self.content(list(units))
            for items in unit.alternatives[:1]
            for item in items
            for term in item.terms
            if term.isascii()
        }
        wanted = dict.fromkeys(gram for term in sorted(terms) for gram in analysis.grams(term))
        known = sorted((count, gram) for gram in wanted if 0 < (count := frequency(gram)) <= limit)[:most]
        if not known:
            return None
        query = Query.boolean_query([(Occur.Should, self.term("grams", gram)) for _, gram in known])
        return query, sum(count for count, _ in known)


def term_of(unit: Unit) -> str:
    """Of a unit that is a word."""
    return unit.alternatives[0][0].terms[0]


def needed_of(units: int) -> int:
    """How many of so many units must match."""
    return units if units <= ALL_OF else min(max(2, units // 4), MOST_NEEDED)


def spelt_otherwise(term: str) -> list[str]:
    """German words written without umlauts: `mueller` also finds Müller, which folds to `muller`."""
    other = term.replace("ae", "a").replace("oe", "o").replace("ue", "u")
    return [other] if other != term and len(other) > 2 else []


def _is_hangul(text: str) -> bool:
    return "\uac00" <= text[0] <= "\ud7af"


def without(matcher: Matcher, typed: Typed) -> list[tuple[Occur, Query]]:
    return [(Occur.MustNot, matcher.item(item)) for item in typed.unwanted]
