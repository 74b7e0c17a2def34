"""The model for the benchmark: what it made of a text is kept between runs, because making it takes the longest."""

import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.search_grown import Grown
from sameside.retrieval.embedder import Embedder, Vectors
from sameside.retrieval.embedding import building, choice
from sameside.retrieval.embedding.passages import Text, passages
from sameside.retrieval.engine import Document, Part
from sameside.retrieval.vectors import Passage as PassageOf
from sameside.retrieval.vectors import VectorFile

BATCH = 64
BATCH_OF_ASSETS = 500
MOVED = 0.25
"""How far a copy lies from its origin; their cosine is then .97."""
QUESTIONS = 200


class Kept:
    """An embedder that reads what it once made of a text from a file. Questions go to the model itself."""

    def __init__(self, model: Embedder, path: Path) -> None:
        self.model = model
        self.identity, self.dimensions = model.identity, model.dimensions
        self.base = sqlite3.connect(path)
        self.base.execute(
            "CREATE TABLE IF NOT EXISTS v (model text, digest blob, vector blob, PRIMARY KEY (model, digest))"
        )

    def query(self, text: str) -> Vectors:
        return self.model.query(text)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self.of([Text(1, 0, text) for text in texts])

    def of(self, texts: Sequence[Text]) -> Vectors:
        found = [self._read(text) for text in texts]
        lacking = [text for text, vector in zip(texts, found, strict=True) if vector is None]
        for start in range(0, len(lacking), BATCH):
            some = lacking[start : start + BATCH]
            made = self.model.passages([text.text for text in some]).astype(np.float16)
            rows = [(self.identity, text.digest, vector.tobytes()) for text, vector in zip(some, made, strict=True)]
            with self.base:
                self.base.executemany("INSERT OR REPLACE INTO v VALUES (?, ?, ?)", rows)
            if start % (BATCH * 4) == 0:
                print(f"  embedding: {len(lacking) - start:,} passages left", file=sys.stderr, flush=True)
        return np.stack([vector for text in texts if (vector := self._read(text)) is not None])

    def _read(self, text: Text) -> Vectors | None:
        row = self.base.execute(
            "SELECT vector FROM v WHERE model = ? AND digest = ?", [self.identity, text.digest]
        ).fetchone()
        return None if row is None else np.frombuffer(row[0], np.float16).astype(np.float32)


def model(folder: Path, setting: str) -> Kept:
    """The model of this name, built in the benchmark's folder when it is not there yet."""
    models = folder / "models"
    if setting == choice.DEFAULT and not building.is_built(models):
        building.build(models)
    opened = choice.opened(setting, models)
    assert opened is not None
    return Kept(opened, folder / "vectors.sqlite")


@contextmanager
def filled(kept: Kept, documents: Iterable[Document]) -> Iterator[VectorFile]:
    """The vectors of documents in a temporary folder, with the cut-off found as the product does."""
    with tempfile.TemporaryDirectory() as place:
        yield fill(Path(place), kept, documents)
        shutil.rmtree(place, ignore_errors=True)


def fill(folder: Path, kept: Kept, documents: Iterable[Document]) -> VectorFile:
    file = VectorFile(folder, kept.identity, kept.dimensions)
    held = {document.key: passages(document) for document in documents}
    made = iter(kept.of([text for texts in held.values() for text in texts]))
    with file.writing() as writer:
        for key, texts in held.items():
            if texts:
                writer.put(key, [text.passage for text in texts], np.stack([next(made) for _ in texts]))
    calibrate(file, kept, {key: _title(texts[0].text) for key, texts in held.items() if texts})
    return file


def _title(text: str) -> str:
    """Stands for a title where there is none."""
    return " ".join(text.strip(" .").split()[:8])


def fill_grown(folder: Path, kept: Kept, grown: Grown) -> VectorFile:
    """Vectors of copies: each is its origin's, moved by chance as far as other words in a tenth of its places do."""
    file = VectorFile(folder, kept.identity, kept.dimensions)
    of = {origin.passage: number for number, origin in enumerate(grown.sources)}
    sources = {number: passages(Document(1, each.title, [Part(1, each.text)])) for each, number in of.items()}
    made = iter(kept.of([text for texts in sources.values() for text in texts]))
    means = {number: np.stack([next(made) for _ in texts]).mean(axis=0) for number, texts in sources.items() if texts}
    for start in range(1, grown.count + 1, BATCH_OF_ASSETS):
        chance = np.random.default_rng(start)
        with file.writing() as writer:
            for key in range(start, min(start + BATCH_OF_ASSETS, grown.count + 1)):
                vectors = np.stack([means[of[origin.passage]] for origin in grown.made_of(key)])
                vectors += chance.normal(0, MOVED / kept.dimensions**0.5, vectors.shape)
                vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
                writer.put(key, [PassageOf(page, 0, page) for page in range(1, len(vectors) + 1)], vectors)
    chosen = range(1, grown.count + 1, max(1, grown.count // QUESTIONS))
    calibrate(file, kept, {key: _title(" ".join(grown.made_of(key)[0].words)) for key in chosen})
    return file


class Anew:
    """The model asked anew every time: spaces at the end, which it does not see, make each text another one."""

    def __init__(self, kept: Kept) -> None:
        self.identity, self.dimensions = kept.identity, kept.dimensions
        self._kept, self._times = kept, 0

    def query(self, text: str) -> Vectors:
        self._times += 1
        return self._kept.query(text + " " * self._times)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._kept.passages(texts)


class Remembered:
    """The model without what a question costs it: every vector is made before."""

    def __init__(self, kept: Kept, asked: Iterable[str]) -> None:
        self.identity, self.dimensions = kept.identity, kept.dimensions
        self._made = {text: kept.query(text) for text in asked}

    def query(self, text: str) -> Vectors:
        return self._made[text]

    def passages(self, texts: Sequence[str]) -> Vectors:
        raise LookupError("Only questions are remembered.")


def calibrate(file: VectorFile, kept: Kept, asked: dict[int, str]) -> None:
    keys = sorted(asked)
    chosen = [keys[int(place)] for place in np.linspace(0, len(keys) - 1, min(QUESTIONS, len(keys)))]
    with file.writing() as writer:
        writer.calibrate(np.stack([kept.query(asked[key]) for key in chosen]), chosen)
