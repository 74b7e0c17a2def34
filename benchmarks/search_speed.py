"""Speed and size of search over a library of many pages, against Tantivy alone with the same features.

Processor time of this process per question, engines alternating; the median of the rounds of each question, then the
middle and the 95th percentile of the questions. Building is counted without what makes the documents.
"""

import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.search_alone import Alone
from benchmarks.search_collections import Collection
from benchmarks.search_grown import FACETS, TODAY, Grown, Question, origins, questions
from sameside.retrieval.embedder import Embedder
from sameside.retrieval.engine import Document, Engine, Part, Request
from sameside.retrieval.lexical import LexicalEngine

LEXICAL, HYBRID = "Sameside, no model", "Sameside, with the model"
EMBEDDED = "Sameside, with the model, question embedded before"
ASSETS, PASSAGES = "Tantivy alone, assets", "Tantivy alone, passages"
QUESTIONS, ROUNDS = 200, 3
WARMING = 60
"""Questions before anything is measured: so many of the largest library make the engine read its arrays."""
BATCH = 500


@dataclass
class Figures:
    """Of one engine: CPU seconds to build, size in MB, memory in MB, CPU ms per question."""

    build: float = 0.0
    size: float = 0.0
    memory: float = 0.0
    times: list[float] = field(default_factory=list)

    def at(self, share: float) -> float:
        return float(np.quantile(self.times, share))


def measure(collections: Sequence[Collection], scale: int, folder: Path, *, model: str) -> list[tuple[str, bool]]:
    grown = Grown(origins(collections), scale)
    languages = sorted({origin.language for origin in grown.sources})
    print(f"\n## Speed and size: {scale:,} pages in {grown.count:,} assets, {len(languages)} languages\n")
    place = folder / "grown"
    shutil.rmtree(place, ignore_errors=True)
    figures = {LEXICAL: Figures(), ASSETS: Figures(), PASSAGES: Figures()}
    engine = LexicalEngine(place / LEXICAL)
    everything: dict[int, Document] = {}
    alone = {
        ASSETS: Alone(place / ASSETS, languages, by_passage=False),
        PASSAGES: Alone(place / PASSAGES, languages, by_passage=True),
    }
    figures[LEXICAL].build = _building(grown, lambda batches: _write(engine, batches), everything)
    for name, peer in alone.items():
        figures[name].build = _building(grown, peer.write)
    asked = questions(collections, QUESTIONS)
    answer: dict[str, Callable[[Question], object]] = {LEXICAL: lambda question: engine.search(request(question))}
    answer |= {name: peer.answer for name, peer in alone.items()}
    hybrids = _hybrids(place, folder, model, grown, asked)
    for name, hybrid in hybrids.items():
        figures[name] = Figures(build=figures[LEXICAL].build)
        answer[name] = partial(_answer, hybrid)
    _ask(answer, asked, figures)
    for name, each in figures.items():
        folders = [place / LEXICAL, place / HYBRID] if name in hybrids else [place / name]
        each.size = sum(path.stat().st_size for one in folders for path in one.rglob("*") if path.is_file()) / 1e6
        if name not in hybrids:
            each.memory = _memory(place / name, name, folder, asked, languages)
    equal, tables = _recount(engine, everything, asked[:40])
    if hybrids:
        also = _recount(hybrids[EMBEDDED], everything, asked[:40])
        equal, tables = equal + also[0], tables + also[1]
    update = _update(engine)
    _print(scale, figures, equal, tables, update)
    _print_filtered(figures, asked)
    met = _targets(scale, figures, update)
    met.append((f"tables of facets equal to a recount, are {equal} of {tables}", equal == tables))
    return met


def _answer(engine: Engine, question: Question) -> object:
    return engine.search(request(question))


def _hybrids(
    place: Path, folder: Path, model: str, grown: Grown, asked: Sequence[Question]
) -> dict[str, LexicalEngine]:
    """The engine with vectors, once with the model and once with what it made of the questions before."""
    if model == "none":
        return {}
    from benchmarks import search_vectors

    kept = search_vectors.model(folder, model)
    file = search_vectors.fill_grown(place / HYBRID, kept, grown)
    before = search_vectors.Remembered(kept, {text for question in asked for text in _embedded(question, place)})
    embedders: dict[str, Embedder] = {HYBRID: search_vectors.Anew(kept), EMBEDDED: before}
    return {name: LexicalEngine(place / LEXICAL, each, file) for name, each in embedders.items()}


def _embedded(question: Question, place: Path) -> list[str]:
    """What of a question is given to the model: what was typed, or its repaired words."""
    found = LexicalEngine(place / LEXICAL).search(replace(request(question), counted=(), parts=False, size=1))
    return [question.words, *([found.corrected] if found.corrected else [])]


def request(question: Question) -> Request:
    return Request(
        words=question.words, filters=question.filters, groups=question.groups, on=TODAY,
        counted=list(FACETS), size=10, typing=False,
    )  # fmt: skip


def _building(
    grown: Grown, write: Callable[[Iterable[Document]], None], kept: dict[int, Document] | None = None
) -> float:
    """CPU seconds of writing all documents; those of making them are taken off. `kept` gets them without their text."""
    made = 0.0

    def making() -> Iterator[Document]:
        nonlocal made
        source = grown.documents()
        while True:
            begin = time.thread_time()
            batch = [document for document, _ in zip(source, range(BATCH), strict=False)]
            if kept is not None:
                kept.update({document.key: replace(document, title="", parts=()) for document in batch})
            made += time.thread_time() - begin
            if not batch:
                return
            yield from batch

    begin = time.process_time()
    write(making())
    return time.process_time() - begin - made


def _write(engine: Engine, documents: Iterable[Document]) -> None:
    with engine.writing() as writer:
        writer.put(documents)
    engine.refresh()


def _ask(
    answer: Mapping[str, Callable[[Question], object]], asked: Sequence[Question], figures: Mapping[str, Figures]
) -> None:
    for name in answer:
        for question in asked[:WARMING]:
            answer[name](question)
    for question in asked:
        taken: dict[str, list[float]] = {name: [] for name in answer}
        for _ in range(ROUNDS):
            for name, call in answer.items():
                begin = time.process_time()
                call(question)
                taken[name].append((time.process_time() - begin) * 1000)
        for name, times in taken.items():
            figures[name].times.append(median(times))


def _memory(place: Path, name: str, folder: Path, asked: Sequence[Question], languages: Sequence[str]) -> float:
    """Resident memory in MB of a process that opens the index and answers the questions."""
    (folder / "asked.json").write_text(json.dumps([vars(question) for question in asked]))
    command = [
        sys.executable,
        "-m",
        "benchmarks.search_memory",
        str(place),
        name,
        str(folder / "asked.json"),
        *languages,
    ]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _recount(engine: Engine, everything: Mapping[int, Document], asked: Sequence[Question]) -> tuple[int, int]:
    """How many tables of facet counts are equal to a count over the documents themselves: which of them match the
    words is asked of the engine without any filter, the filters and permissions are applied here. A count must also
    be the total that choosing the value gives: the three largest of each table are tried."""
    equal = tables = 0
    for question in asked:
        found = engine.search(request(question))
        free = replace(request(question), filters={}, counted=())
        matching = [everything[key] for key in engine.keys(free)]
        refused = [document for document in matching if not _may_be_found(document, question)]
        for facet in FACETS:
            others = {name: set(values) for name, values in question.filters.items() if name != facet}
            left = [
                document
                for document in matching
                if not any(values.isdisjoint(document.terms[name]) for name, values in others.items())
            ]
            counts = Counter(value for document in left for value in document.terms[facet])
            told = {value: count for value, count in found.counts[facet].items() if count}
            tables += 1
            equal += not refused and counts == told and _totals(engine, question, facet, told)
    return equal, tables


def _may_be_found(document: Document, question: Question) -> bool:
    return document.valid_from <= TODAY <= document.valid_until and not set(question.groups).isdisjoint(document.groups)


def _totals(engine: Engine, question: Question, facet: str, told: Mapping[str, int]) -> bool:
    """Whether choosing a value leaves as many as its count says."""
    for value in sorted(told, key=lambda each: -told[each])[:3]:
        chosen = {**question.filters, facet: [value]}
        given = replace(request(question), filters=chosen, counted=(), size=1, parts=False)
        if engine.search(given).total != told[value]:
            return False
    return True


def _update(engine: Engine) -> float:
    """Seconds on the clock until a changed asset of twenty pages is found: the median of five."""
    seconds = []
    for number in range(5):
        word = f"zyxwv{'abcde'[number]}qq"
        changed = Document(1, f"Changed {word}", [Part(page, f"{word} page {page}") for page in range(1, 21)])
        begin = time.perf_counter()
        with engine.writing() as writer:
            writer.put([changed])
        engine.refresh()
        while not engine.search(Request(words=word)).hits:
            time.sleep(0.01)
        seconds.append(time.perf_counter() - begin)
    return median(seconds)


def _print(scale: int, figures: Mapping[str, Figures], equal: int, tables: int, update: float) -> None:
    print("| engine | pages per CPU s | index MB | memory MB | CPU ms p50 | p95 | p95 to Tantivy, assets | passages |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, each in figures.items():
        memory = f"{each.memory:,.0f}" if each.memory else "–"
        ratios = [f"{each.at(0.95) / figures[peer].at(0.95):.2f}×" for peer in (ASSETS, PASSAGES)]
        print(
            f"| {name} | {scale / each.build:,.0f} | {each.size:,.0f} | {memory} | {each.at(0.5):.1f}"
            f" | {each.at(0.95):.1f} | {ratios[0]} | {ratios[1]} |"
        )
    print(
        f"\n{equal} of {tables} tables of facet counts equal a recount. A changed asset is found after {update:.2f} s."
    )


def _print_filtered(figures: Mapping[str, Figures], asked: Sequence[Question]) -> None:
    print("\n| CPU ms p95 | no value chosen | one chosen |\n| --- | ---: | ---: |")
    for name, each in figures.items():
        by_choice = [
            [spent for spent, question in zip(each.times, asked, strict=True) if bool(question.filters) == chosen]
            for chosen in (False, True)
        ]
        print(f"| {name} | " + " | ".join(f"{np.quantile(times, 0.95):.1f}" for times in by_choice) + " |")


def _targets(scale: int, figures: Mapping[str, Figures], update: float) -> list[tuple[str, bool]]:
    ours = figures[LEXICAL]
    rate = scale / ours.build
    met = [
        (f"building ≥ 1,000 pages per CPU second, is {rate:,.0f}", rate >= 1000),
        (f"a changed asset found within 2 s, is {update:.2f} s", update <= 2),
    ]
    for name, limit in ((LEXICAL, 2.0), (HYBRID, 4.0), (EMBEDDED, 4.0)):
        if name in figures:
            for peer in (ASSETS, PASSAGES):
                ratio = figures[name].at(0.95) / figures[peer].at(0.95)
                met.append((f"{name}: p95 of CPU within {limit:.0f}× of {peer}, is {ratio:.2f}×", ratio <= limit))
    return met
