"""Quality of search: every engine answers the same queries of the same collections, one after the other."""

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import search_peers
from benchmarks.search_collections import Collection, unfinished, with_typos
from benchmarks.search_ours import Ours, ours
from sameside.analytics.ranking import Difference, difference, ndcg, recall, reciprocal_rank

MODEL_FREE, HYBRID = "Sameside, no model", "Sameside, with the model"
BM25, POSTGRESQL, TYPO = "best BM25", "best PostgreSQL full text", ", typo"
MEASURES = {"nDCG@10": ndcg, "recall@20": recall, "MRR": reciprocal_rank}


@dataclass
class Scores:
    """Per engine and measure the values by query, in the order of the queries."""

    collection: Collection
    values: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    prefix: dict[str, float] = field(default_factory=dict)

    def add(self, engine: str, answers: Mapping[str, Sequence[str]]) -> None:
        self.values[engine] = {
            name: [measure(answers[key], self.collection.judged[key]) or 0.0 for key in self.collection.queries]
            for name, measure in MEASURES.items()
        }

    def mean(self, engine: str, measure: str = "nDCG@10") -> float:
        values = self.values[engine][measure]
        return sum(values) / len(values)

    def best(self, start: str) -> str:
        """The engine with the best nDCG@10 among those whose name begins so."""
        return max((name for name in self.values if name.startswith(start) and not name.endswith(TYPO)), key=self.mean)

    def against(self, engine: str, peer: str) -> Difference:
        found = difference(self.values[peer]["nDCG@10"], self.values[engine]["nDCG@10"])
        assert found
        return found

    def ratio(self, engine: str, peer: str) -> float:
        return self.mean(engine) / max(self.mean(peer), 1e-9)


@contextlib.contextmanager
def engines(
    collection: Collection, folder: Path, address: str, *, model: str
) -> Iterator[dict[str, search_peers.Peer]]:
    with contextlib.ExitStack() as stack:
        found: dict[str, search_peers.Peer] = {}
        found[MODEL_FREE] = stack.enter_context(ours(collection, folder, model="none"))
        if model != "none":
            found[HYBRID] = stack.enter_context(ours(collection, folder, model=model))
        found[search_peers.TantivyAlone.name] = search_peers.TantivyAlone(collection)
        python = search_peers.environment(folder)
        found[search_peers.Bm25s.name] = stack.enter_context(search_peers.bm25s(collection, python))
        found[search_peers.Fts5.name] = search_peers.Fts5(collection)
        for each in stack.enter_context(search_peers.postgresql(collection, address)):
            found[f"PostgreSQL {each.rank}"] = each
        yield found


def measure(collection: Collection, folder: Path, address: str, *, model: str) -> Scores:
    scores = Scores(collection)
    _say(f"{collection.name}: {len(collection.passages):,} passages, {len(collection.queries):,} queries")
    with engines(collection, folder, address, model=model) as all_engines:
        answers: dict[str, dict[str, Sequence[str]]] = {name: {} for name in all_engines}
        for key, text in collection.queries.items():
            for name, engine in all_engines.items():
                answers[name][key] = engine.answer(text)
        for name, found in answers.items():
            scores.add(name, found)
        mistyped = with_typos(collection.queries)
        for name in (MODEL_FREE, HYBRID, search_peers.TantivyAlone.name):
            if name in all_engines:
                scores.add(name + TYPO, search_peers.answers(all_engines[name], mistyped))
        _prefix(scores, all_engines)
    return scores


def _prefix(scores: Scores, all_engines: Mapping[str, search_peers.Peer]) -> None:
    asked = unfinished(scores.collection, 100)
    for name, engine in all_engines.items():
        if isinstance(engine, Ours):
            found = {key: engine.answer(text, typing=True) for key, (text, _) in asked.items()}
        elif isinstance(engine, search_peers.Fts5):
            found = {key: engine.answer(text, prefix=True) for key, (text, _) in asked.items()}
        elif isinstance(engine, search_peers.TantivyAlone):
            found = {key: engine.answer(text) for key, (text, _) in asked.items()}
        else:
            continue
        hits = sum(right in found[key][:10] for key, (_, right) in asked.items())
        scores.prefix[name] = hits / max(1, len(asked))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
