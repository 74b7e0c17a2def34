"""What search is compared with: BM25 over stemmed words (Tantivy alone, bm25s), PostgreSQL full text, SQLite FTS5.

Each is given what it is best at: its own analysis in the language of the passages, all words of the query, any of
which may match. bm25s lives in an environment of its own, so that nothing of it is needed to run the product.
"""

import contextlib
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
import tantivy

from benchmarks.search_collections import Collection

DEPTH = 100
LANGUAGES = {
    "en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian", "nl": "dutch",
    "pt": "portuguese", "sv": "swedish", "da": "danish", "fi": "finnish", "no": "norwegian", "ru": "russian",
}  # fmt: skip
WORD = re.compile(r"\w+")


class Peer(Protocol):
    """Answers words with the ids of passages, best first."""

    def answer(self, words: str) -> Sequence[str]: ...


def analyzer(language: str) -> tantivy.TextAnalyzer:
    """Stop words, stemmer, folding of accents."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
    name = LANGUAGES.get(language)
    if name:
        builder = builder.filter(tantivy.Filter.stopword(name)).filter(tantivy.Filter.stemmer(name))
    return builder.filter(tantivy.Filter.ascii_fold()).build()


class TantivyAlone:
    name = "BM25, Tantivy alone"

    def __init__(self, collection: Collection) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("key", stored=True, tokenizer_name="raw")
        builder.add_text_field("body", tokenizer_name="stemmed")
        self.schema = builder.build()
        self.analyzer = analyzer(collection.language)
        self.index = tantivy.Index(self.schema)
        self.index.register_tokenizer("stemmed", self.analyzer)
        writer = self.index.writer(64_000_000, 1)
        for key, passage in collection.passages.items():
            writer.add_document(tantivy.Document(key=key, body=passage.whole))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def answer(self, words: str) -> Sequence[str]:
        terms = self.analyzer.analyze(words)  # a word asked twice weighs twice
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, tantivy.Query.term_query(self.schema, "body", term, "freq")) for term in terms]
        )
        hits = self.searcher.search(query, DEPTH, count=False).hits
        return [self.searcher.doc(address)["key"][0] for _, address in hits]


class Fts5:
    name = "BM25, SQLite FTS5 porter"

    def __init__(self, collection: Collection) -> None:
        self.base = sqlite3.connect(":memory:")
        self.base.execute("CREATE VIRTUAL TABLE t USING fts5(k UNINDEXED, b, tokenize='porter unicode61')")
        rows = ((key, passage.whole) for key, passage in collection.passages.items())
        self.base.executemany("INSERT INTO t VALUES (?, ?)", rows)

    def answer(self, words: str, *, prefix: bool = False) -> Sequence[str]:
        terms = [f'"{word}"' for word in WORD.findall(words.lower())]
        if not terms:
            return []
        if prefix:
            terms[-1] += "*"
        asked = " OR ".join(terms)
        return [
            key for (key,) in self.base.execute(f"SELECT k FROM t WHERE t MATCH ? ORDER BY rank LIMIT {DEPTH}", [asked])
        ]


@dataclass
class PostgreSQL:
    """`rank` is one of `VARIANTS`; the query's words are alternatives, as for everybody."""

    connection: "psycopg.Connection[Any]"
    language: str
    rank: str

    VARIANTS = ("ts_rank(v, q, 1)", "ts_rank(v, q, 0)", "ts_rank_cd(v, q, 1)")

    def answer(self, words: str) -> Sequence[str]:
        rows = self.connection.execute(
            "WITH asked AS (SELECT replace(plainto_tsquery(%s, %s)::text, '&', '|')::tsquery AS q)"
            f" SELECT k FROM bench_passage, asked WHERE v @@ q ORDER BY {self.rank} DESC, k LIMIT {DEPTH}",
            [self.language, words],
        )
        return [key for (key,) in rows.fetchall()]


@contextlib.contextmanager
def postgresql(collection: Collection, address: str) -> Iterator[list[PostgreSQL]]:
    """The passages in a temporary table with a GIN index, ranked in each of PostgreSQL's ways."""
    language = LANGUAGES.get(collection.language, "simple")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE bench_passage (k text, v tsvector)")
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO bench_passage VALUES (%s, to_tsvector(%s::regconfig, %s))",
                [(key, language, passage.whole) for key, passage in collection.passages.items()],
            )
        connection.execute("CREATE INDEX ON bench_passage USING gin (v)")
        connection.execute("ANALYZE bench_passage")
        yield [PostgreSQL(connection, language, rank) for rank in PostgreSQL.VARIANTS]


class Bm25s:
    """A process of the peers' own environment that answers a line with a line."""

    name = "BM25, bm25s and PyStemmer"

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def answer(self, words: str) -> Sequence[str]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        keys: list[str] = json.loads(self.process.stdout.readline())
        return keys


@contextlib.contextmanager
def bm25s(collection: Collection, python: Path) -> Iterator[Bm25s]:
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump({key: passage.whole for key, passage in collection.passages.items()}, file)
        file.flush()
        script = str(Path(__file__).with_name("search_bm25s.py"))
        language = LANGUAGES.get(collection.language, "")
        process = subprocess.Popen(
            [str(python), script, file.name, language, str(DEPTH)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert process.stdout
        process.stdout.readline()
        try:
            yield Bm25s(process)
        finally:
            assert process.stdin
            process.stdin.close()
            process.wait(10)


def environment(folder: Path) -> Path:
    """The Python of the peers' environment, made from `requirements/bench.lock` when it is not there yet."""
    python = folder / "peers" / "bin" / "python"
    if not python.exists():
        uv = str(Path(sys.executable).with_name("uv"))
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "peers")], check=True)
        command = [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(python), "requirements/bench.lock"]
        subprocess.run(command, check=True)
    return python


def answers(peer: Peer, queries: Mapping[str, str]) -> dict[str, Sequence[str]]:
    return {key: peer.answer(text) for key, text in queries.items()}
