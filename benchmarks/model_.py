"""The model that finds by meaning: what building and running it takes, and how near the answers are to exact ones.

Processor time of one process and thread; memory of a process of its own, what it shares with others apart. Text are
the pages of the docs. Large files of vectors are made of theirs: mixtures of two with noise, so that rows lie in
clusters as those of real text do.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from sameside.retrieval.embedder import Vectors

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = [
    "What does the enterprise plan cost?",
    "Wie erkennen Banken Betrug im Zahlungsverkehr?",
    "references from retail with a short payback",
    "data protection and where our data is stored",
    "¿Cómo se integra con nuestro sistema de facturación?",
    "予算と導入期間を教えてください",
    "competitor comparison slide for procurement",
    "onboarding plan first ninety days",
]
NEAREST = 10


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000, 100_000], help="sizes of files of vectors")
    parser.add_argument("--passages", type=int, default=60, help="passages to embed")
    parser.add_argument("--alone", type=Path, help=argparse.SUPPRESS)


def run(given: argparse.Namespace) -> int:
    if given.alone:
        print(json.dumps(_alone(given.alone)))
        return 0
    with tempfile.TemporaryDirectory() as place:
        models = Path(place) / "models"
        _build(models)
        command = [sys.executable, "-m", "benchmarks", "model", "--alone", str(models)]
        for name, megabytes in json.loads(subprocess.run(command, check=True, capture_output=True).stdout).items():
            print(f"  {name:<52} {megabytes:8.1f} MB")
        vectors, questions = _embed(models, given.passages)
        _compare(models, given.passages, vectors)
        for rows in given.rows:
            _search(Path(place), rows, vectors, questions)
    return 0


def texts(count: int) -> list[str]:
    """Passages of a hundred words from the docs."""
    words = re.findall(r"\S+", " ".join(path.read_text() for path in sorted((ROOT / "docs").rglob("*.md"))))
    return [" ".join(words[start * 100 : start * 100 + 100]) for start in range(min(count, len(words) // 100))]


def _build(models: Path) -> None:
    from sameside.retrieval.embedding import building

    began = time.process_time()
    folder = building.build(models)
    took = time.process_time() - began
    print("The model")
    print(f"  {'built in':<52} {took:8.1f} CPU s")
    for path in sorted(folder.iterdir()):
        if path.stat().st_size > 100_000:
            print(f"  {path.name:<52} {path.stat().st_size / 1e6:8.1f} MB")


def _alone(models: Path) -> dict[str, float]:
    """Memory that the model adds to a process that has NumPy."""
    from sameside.retrieval.embedding import building, session
    from sameside.retrieval.embedding.e5 import E5

    before = _memory()
    session.runtime()
    runtime = _memory()
    model = E5(building.place(models))
    opened = _memory()
    for question in QUESTIONS * 3:
        model.query(question + " ")
    asked = _memory()
    model.passages(texts(20))
    busy = _memory()
    return {
        "private memory: ONNX Runtime": runtime[0] - before[0],
        "private memory: model opened": opened[0] - runtime[0],
        "private memory: after questions": asked[0] - opened[0],
        "private memory: after passages": busy[0] - asked[0],
        "private memory, all of these": busy[0] - before[0],
        "pages of files, shared by all processes": busy[1] - before[1],
    }


def _memory() -> tuple[float, float]:
    """Private and file-backed memory of this process in megabytes."""
    said = dict(line.split(":", 1) for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
    kilobytes = {name: int(value.split()[0]) for name, value in said.items()}
    return kilobytes["Anonymous"] / 1024, (kilobytes["Rss"] - kilobytes["Anonymous"]) / 1024


def _embed(models: Path, count: int) -> tuple[Vectors, Vectors]:
    from sameside.retrieval.embedding import building
    from sameside.retrieval.embedding.e5 import E5

    model = E5(building.place(models))
    model.query("a first question")
    took = []
    vectors = []
    for number in range(5):
        for question in QUESTIONS:
            began = time.process_time()
            vectors.append(model.query(question + " " * number + "?" * number))
            took.append((time.process_time() - began) * 1000)
    p50, p95 = np.percentile(took, [50, 95])
    print(f"  {'one question, p50 / p95':<52} {p50:8.1f} / {p95:.1f} CPU ms")
    given = texts(count)
    began = time.process_time()
    made = model.passages(given)
    print(f"  {'passages of 100 words':<52} {len(given) / (time.process_time() - began):8.1f} a CPU s")
    return made, np.stack(vectors)


def _compare(models: Path, count: int, ours: Vectors) -> None:
    """With the same graph in 32 bits."""
    import onnxruntime

    from sameside.retrieval.embedding import building, graph, weights
    from sameside.retrieval.embedding.e5 import PIECES, WORDS
    from sameside.retrieval.embedding.pieces import Pieces

    exact = onnxruntime.InferenceSession(
        graph.transformer(weights.read(weights.path()), quantised=False), providers=["CPUExecutionProvider"]
    )
    table = np.memmap(building.place(models) / WORDS, np.uint8, "r").reshape(-1, 12, 18)
    pieces = Pieces(building.place(models) / PIECES)
    cosines = []
    for text, vector in list(zip(texts(count), ours, strict=True))[:20]:
        ids = pieces.ids(f"passage: {text}", 256)
        given = {"words": weights.unpacked(table[ids])[None], "attention_mask": np.ones((1, len(ids)), np.int64)}
        cosines.append(float(exact.run(None, given)[0][0] @ vector))
    print(f"  {'cosine to the same weights in 32 bits, mean / worst':<52} {np.mean(cosines):8.4f} / {min(cosines):.4f}")


def _search(place: Path, rows: int, vectors: Vectors, questions: Vectors) -> None:
    from sameside.retrieval.vectors import Passage, VectorFile

    drawn = np.random.default_rng(rows)
    file = VectorFile(place, f"rows-{rows}", vectors.shape[1])
    exact = [np.zeros(0, np.float32) for _ in questions]
    began = time.process_time()
    for start in range(0, rows, 10_000):
        some = _mixed(drawn, vectors, min(10_000, rows - start))
        with file.writing() as writer:
            for at in range(0, len(some), 10):
                own = some[at : at + 10]
                writer.put((start + at) // 10, [Passage(part, 0, 0) for part in range(len(own))], own)
        exact = [np.append(before, some @ question) for before, question in zip(exact, questions, strict=True)]
    took = time.process_time() - began
    size = sum(path.stat().st_size for path in file.folder.iterdir())
    print(f"{rows:,} passages: {size / rows:.0f} bytes each; {took:.1f} CPU s to make them and write them")
    documents = np.arange(rows // 10)
    whole = np.concatenate([_mixed(drawn, vectors, min(rows, 100_000)) for _ in range(1)])
    for name, allowed in (("everybody's", None), ("a half", documents[::2]), ("a twentieth", documents[::20])):
        file.nearest(questions[0], NEAREST, allowed)
        times, found = [], 0
        for question, cosines in zip(questions, exact, strict=True):
            began = time.process_time()
            near = file.nearest(question, NEAREST, allowed)
            times.append((time.process_time() - began) * 1000)
            may = np.arange(rows) if allowed is None else np.flatnonzero(np.isin(np.arange(rows) // 10, allowed))
            true = may[np.argsort(-cosines[may])[:NEAREST]]
            held = set(zip(near.keys.tolist(), near.parts.tolist(), strict=True))
            found += len(held & {(int(row) // 10, int(row) % 10) for row in true})
        p50, p95 = np.percentile(times, [50, 95])
        recall = found / (NEAREST * len(questions))
        print(f"  {'nearest ten of ' + name:<52} {p50:8.1f} / {p95:.1f} CPU ms, recall {recall:.3f}")
    began = time.process_time()
    for question in questions[:10]:
        np.argpartition(-(whole @ question), NEAREST)
    scaled = (time.process_time() - began) * 100 * rows / len(whole)
    print(f"  {'every cosine in 32 bits (NumPy)':<52} {scaled:8.1f} CPU ms")


def _mixed(drawn: np.random.Generator, vectors: Vectors, count: int) -> Vectors:
    share = drawn.random((count, 1), np.float32)
    first, second = (vectors[drawn.integers(0, len(vectors), count)] for _ in range(2))
    noise = drawn.normal(0, 0.25 / np.sqrt(vectors.shape[1]), (count, vectors.shape[1])).astype(np.float32)
    made: Vectors = share * first + (1 - share) * second + noise
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return made
