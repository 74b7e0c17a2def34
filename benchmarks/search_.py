"""Finding things, against BM25 over stemmed words, PostgreSQL full text and Tantivy alone.

Quality on every test collection there is (`corpus.jsonl`, `queries.jsonl`, `qrels.tsv` in a folder each), then speed
and size on perturbed copies of them grouped into assets. Engines alternate in one run; what is compared is nDCG@10 on
the same queries and processor time of the same questions. What misses its target is said.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

GIVEN = Path("../shared/ir")
SHORT_QUERIES, SHORT_SCALE = 150, 20_000
SCALES = {"20k": 20_000, "100k": 100_000, "1m": 1_000_000}


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--collections", type=Path, nargs="+", metavar="FOLDER", help=f"default: {GIVEN}")
    parser.add_argument("--full", action="store_true", help="all queries, and 100,000 passages for speed")
    parser.add_argument("--queries", type=int, help="at most so many of each collection")
    parser.add_argument("--scale", choices=list(SCALES), help="passages for speed and size; default: 20k, --full: 100k")
    parser.add_argument("--only", choices=["quality", "speed"], help="the other part is left out")
    parser.add_argument("--model", choices=["none", "e5-small"], default="e5-small")
    parser.add_argument("--folder", type=Path, default=Path(".cache/bench"), help="kept between runs: vectors, peers")


def run(given: argparse.Namespace) -> int:
    from benchmarks import search_collections

    folders = search_collections.folders(given.collections or [GIVEN])
    if not folders:
        print(
            "No collection found. Give folders with corpus.jsonl, queries.jsonl and qrels.tsv (or folders of such):\n"
            "    ./bench search --collections FOLDER ...",
            file=sys.stderr,
        )
        return 2
    folder = given.folder.resolve() / "search"
    folder.mkdir(parents=True, exist_ok=True)
    collections = [search_collections.read(each) for each in folders]
    met: list[tuple[str, bool]] = []
    if given.only != "speed":
        from benchmarks import search_quality, search_report

        queries = given.queries or (1_000_000 if given.full else SHORT_QUERIES)
        sampled = [collection.sample(queries) for collection in collections]
        address = _database(folder)
        scores = [search_quality.measure(each, folder, address, model=given.model) for each in sampled]
        met += search_report.quality(scores)
    if given.only != "quality":
        from benchmarks import search_speed

        scale = SCALES[given.scale] if given.scale else 100_000 if given.full else SHORT_SCALE
        met += search_speed.measure(collections, scale, folder, model=given.model)
    return _verdict(met)


def _database(folder: Path) -> str:
    """The address of PostgreSQL: the one given, else the embedded one with a data folder of its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sameside.project.settings")
    if address := os.environ.get("DATABASE_URL"):
        return address
    os.environ["SAMESIDE_DATA"] = str(folder / "data")
    from sameside.project import embedded

    return embedded.ensure_running()


def _verdict(met: Sequence[tuple[str, bool]]) -> int:
    print("\n## Targets\n\n| target | met |\n| --- | --- |")
    for sentence, is_met in met:
        print(f"| {sentence} | {'yes' if is_met else '**no**'} |")
    return 0 if all(is_met for _, is_met in met) else 1
