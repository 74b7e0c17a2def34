"""Measure a ranking by the judged set, and compare a draft with what is live before anybody has it.

Each judged query is put to the index as a person who may find everything current would ask it, with its context as a
deal's. Judged assets that are not current any more are left out, because nobody should find them. nDCG@10, recall@20
and MRR are those of `analytics.ranking`; a grade of 1 or more is relevant. Time to find is what people really needed:
the median from the first key of an attempt to the first thing used, in the ninety days before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from sameside.analytics.ranking import Difference, difference, mean, ndcg, recall, reciprocal_rank
from sameside.analytics.rates import median
from sameside.library import searching
from sameside.library.evaluation import judging, rankings
from sameside.library.evaluation.rankings import Settings
from sameside.library.models import Asset, Evaluation, JudgedQuery, Judgement, Measurement, SearchOutcome
from sameside.people.models import Person
from sameside.retrieval.engine import Request
from sameside.search import readers, synonyms

DEPTH = 100
SHOWN = 10
FEW = 20
"""Judged queries below which an interval is too wide to decide by."""
TIMES_WITHIN = timedelta(days=90)
FEWEST_TIMES = 20
MEASURES: Mapping[str, tuple[str, Callable[..., float | None]]] = {
    "ndcg": ("nDCG@10", ndcg),
    "recall": ("Recall@20", recall),
    "mrr": ("MRR", reciprocal_rank),
}
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Query:
    """One judged query with what counts of it: asset to grade."""

    pk: int
    words: str
    context: Mapping[str, Sequence[str]]
    language: str
    grades: Mapping[int, int]


def judged() -> list[Query]:
    """The queries for which something current is relevant, in order of their words."""
    rows = JudgedQuery.objects.order_by("words", "pk")
    current = set(Asset.objects.current().filter(judgements__isnull=False).values_list("pk", flat=True))
    by_query: dict[int, list[Judgement]] = {}
    for judgement in Judgement.objects.order_by("pk"):
        if judgement.asset_id in current:
            by_query.setdefault(judgement.query_id, []).append(judgement)
    found = []
    for row in rows:
        grades = {asset: one.grade for asset, one in judging.grades(by_query.get(row.pk, ())).items()}
        if any(grades.values()):
            found.append(Query(row.pk, row.words, row.context, row.language, grades))
    return found


def results(query: Query | JudgedQuery, settings: Settings, at: datetime, size: int = DEPTH) -> list[int]:
    """Ids of the assets found, best first. Raises `readers.NotReady`."""
    asked = Request(
        words=query.words,
        filters={"status": (Asset.Status.ACTIVE.value,)},
        on=timezone.localdate(at).toordinal(),
        preferred=query.context,
        languages=[query.language] if query.language else [],
        synonyms=synonyms.in_use(),
        typing=False,
        size=size,
        parts=False,
        **settings.asked(at),
    )
    return [hit.key for hit in searching.engine().search(asked).hits]


def evaluate(
    settings: Settings,
    name: str,
    *,
    at: datetime,
    by: Person | None = None,
    is_live: bool = False,
    queries: Sequence[Query] | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Measure a ranking; the result is not stored. Raises `readers.NotReady`."""
    by_query: list[dict[str, Any]] = []
    for number, query in enumerate(judged() if queries is None else queries, 1):
        found = results(query, settings, at)
        row: dict[str, Any] = {"query": query.pk, "words": query.words, "top": found[:SHOWN]}
        row |= {key: measure(found, query.grades) for key, (_, measure) in MEASURES.items()}
        by_query.append(row)
        if progress:
            progress(number)
    measures = {}
    for key in MEASURES:
        if value := mean([row[key] for row in by_query]):
            measures[key] = asdict(value)
    seconds, times = time_to_find(at)
    measures["times"] = {"n": times}
    return Evaluation(
        at=at, by=by, name=name, ranking=asdict(settings), is_live=is_live, queries=len(by_query), measures=measures,
        by_query=by_query, seconds_to_find=seconds,
    )  # fmt: skip


def time_to_find(at: datetime) -> tuple[float | None, int]:
    """The median seconds from first key to use, and of how many attempts; None when there are too few to tell."""
    ended = SearchOutcome.objects.filter(at__gt=at - TIMES_WITHIN, at__lte=at, seconds_to_use__isnull=False)
    seconds = [float(value) for value in ended.values_list("seconds_to_use", flat=True) if value is not None]
    return (median(seconds) if len(seconds) >= FEWEST_TIMES else None), len(seconds)


@dataclass(frozen=True)
class Compared:
    """Two evaluations by the same queries: the difference of each measure, and the queries that got better or worse."""

    before: Evaluation
    after: Evaluation
    measures: Mapping[str, Difference]
    better: Sequence[tuple[dict[str, Any], dict[str, Any]]]
    worse: Sequence[tuple[dict[str, Any], dict[str, Any]]]

    @property
    def warning(self) -> str:
        """Why the draft should not go live as it is; empty when nothing speaks against it."""
        lower = [MEASURES[key][0] for key, each in self.measures.items() if each.value < -1e-9]
        clear = [MEASURES[key][0] for key, each in self.measures.items() if each.value < 0 and each.is_clear]
        if clear:
            return f"Clearly worse than what is live, by {' and '.join(clear)}."
        if lower:
            return f"Lower than what is live by {' and '.join(lower)}, though it may be chance."
        if self.after.queries < FEW:
            queries = "query" if self.after.queries == 1 else "queries"
            return f"Only {self.after.queries} judged {queries}: too few to tell."
        return ""


def compare(before: Evaluation, after: Evaluation) -> Compared:
    """Query by query, of those that both measured."""
    first = {row["query"]: row for row in before.by_query}
    pairs = [(first[row["query"]], row) for row in after.by_query if row["query"] in first]
    measures = {}
    for key in MEASURES:
        if found := difference([one[key] for one, _ in pairs], [other[key] for _, other in pairs]):
            measures[key] = found
    gains = sorted(pairs, key=lambda pair: pair[0]["ndcg"] - pair[1]["ndcg"])
    return Compared(
        before,
        after,
        measures,
        better=[pair for pair in gains if pair[1]["ndcg"] - pair[0]["ndcg"] > 1e-9],
        worse=[pair for pair in reversed(gains) if pair[0]["ndcg"] - pair[1]["ndcg"] > 1e-9],
    )


def run(measurement: Measurement, *, at: datetime) -> Measurement:
    """Measure what is live and the draft, alike; says how far it is while it goes on."""
    queries = judged()
    Measurement.objects.filter(pk=measurement.pk).update(queries=2 * len(queries), done=0, problem="")
    if not queries:
        return _ended(measurement, at, problem="Nothing is judged yet, so there is nothing to measure by.")
    live = rankings.current()

    def said(offset: int) -> Progress:
        return lambda number: _say(measurement.pk, offset + number)

    name = live.name if live else rankings.AS_DELIVERED
    try:
        before = evaluate(
            rankings.settings_of(live), name, at=at, by=measurement.asked_by, is_live=True, queries=queries,
            progress=said(0),
        )  # fmt: skip
        ranking = measurement.ranking
        after = evaluate(
            rankings.settings_of(ranking), ranking.name, at=at, by=measurement.asked_by, queries=queries,
            progress=said(len(queries)),
        )  # fmt: skip
    except readers.NotReady as problem:
        return _ended(measurement, at, problem=str(problem))
    return _ended(measurement, at, before=before, after=after)


def _say(pk: int, done: int) -> None:
    Measurement.objects.filter(pk=pk).update(done=done)


@transaction.atomic
def _ended(
    measurement: Measurement,
    at: datetime,
    *,
    problem: str = "",
    before: Evaluation | None = None,
    after: Evaluation | None = None,
) -> Measurement:
    for each in (before, after):
        if each is not None:
            each.save()
    measurement.refresh_from_db()
    measurement.ended_at, measurement.problem = at, problem[:300]
    measurement.before, measurement.after = before, after
    measurement.save()
    return measurement
