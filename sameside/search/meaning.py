"""The vectors of one kind are kept beside its index: what changed is embedded in the background, bit by bit.

The follower hands over the documents it wrote. Those with passages that no vector is held of are wanted: most used and
newest first. Whenever the indexer has nothing else to do, a step embeds a few passages at low priority, so that a new
asset is found by its words at once and by its meaning when its turn comes. Each vector goes to the table
`search_vector` first, under the digest of its text: no machine embeds the same text twice, and the file of vectors can
be made anew from there. One machine computes at a time.

What is wanted is written down before the follower says that it has read the change. Where that was interrupted, or no
model was there to follow with, every document is looked through once more.
"""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np

from sameside.retrieval.embedder import Embedder, Vectors
from sameside.retrieval.embedding.passages import Text, passages
from sameside.retrieval.engine import Damaged, Document
from sameside.retrieval.vectors import VectorFile
from sameside.search import embedding, progress, vector_table
from sameside.search.kinds import Kind
from sameside.search.wanted import Wanted

_READ = 20
"""Documents that are read at once to embed them."""
_EMBEDDED = 4
"""Passages that are embedded before the clock is looked at: about a fifth of a second."""
_FLUSH_PASSAGES, _FLUSH_SECONDS = 400, 3.0
_QUESTIONS = 48
_NICE = 10


class Meaning:
    """Follows one kind for the model in use."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._held: _Held | None = None

    def follow(self, made: Sequence[Document], gone: Iterable[int]) -> None:
        """Take notice of documents that were written or removed."""
        held = self._hold()
        if held is None:
            return
        try:
            held.remove(gone)
            held.want(made)
        except Damaged:
            self._make_anew(held)

    def look_through(self) -> None:
        """Look through all documents once more."""
        held = self._hold()
        if held is not None:
            held.look_through()

    def step(self, seconds: float) -> bool:
        """Work for about so long; returns whether there is more to do at once."""
        held = self._hold()
        if held is None:
            return False
        try:
            return held.step(time.monotonic() + seconds)
        except Damaged:
            self._make_anew(held)
            return True

    def _hold(self) -> "_Held | None":
        model = embedding.embedder()
        folder = embedding.folder(self.kind)
        if model is None:
            self._held = None
            for marker in folder.glob("*.followed"):
                # Nobody follows now: all must be looked through when a model is back.
                marker.unlink()
        elif self._held is None or self._held.model is not model:
            try:
                self._held = _Held(self.kind, folder, model)
            except Damaged:
                shutil.rmtree(folder / model.identity)
                self._held = _Held(self.kind, folder, model)
                self._held.look_through()
        return self._held

    def _make_anew(self, held: "_Held") -> None:
        """Damaged vectors are only a copy of what the database holds."""
        held.look_through()
        shutil.rmtree(held.file.folder)
        self._held = None


@dataclass
class _Held:
    """The vectors of a kind by one model.

    `work`: documents read, `known`: vectors of their passages by digest, `ready`: documents to be written.
    `looked`: the last document looked at while all are looked through; None when they were.
    """

    kind: Kind
    folder: Path
    model: Embedder
    work: dict[int, Sequence[Text]] = field(default_factory=dict)
    known: dict[bytes, Vectors] = field(default_factory=dict)
    ready: dict[int, tuple[Sequence[Text], Vectors]] = field(default_factory=dict)
    pace: progress.Pace = field(default_factory=progress.Pace)
    flushed_at: float = 0.0

    def __post_init__(self) -> None:
        self.file = VectorFile(self.folder, self.model.identity, self.model.dimensions)
        self.wanted = Wanted.at(self.folder / f"{self.model.identity}.wanted")
        self.marker = self.folder / f"{self.model.identity}.followed"
        self.looked: int | None = None if self.marker.exists() else 0

    def look_through(self) -> None:
        self.marker.unlink(missing_ok=True)
        self.looked = 0

    def remove(self, gone: Iterable[int]) -> None:
        keys = list(gone)
        for key in keys:
            self._forget(key)
        if keys:
            with self.file.writing() as writer:
                writer.remove(keys)

    def want(self, made: Sequence[Document], *, save: bool = True) -> None:
        """Take up what no vector is held of."""
        for document in made:
            texts = passages(document)
            self._forget(document.key)
            there = set(self.file.passages(document.key))
            lacking = sum(text.passage not in there for text in texts)
            if lacking or len(there) != len(texts):
                self.wanted.add(document, lacking)
        if save:
            self.wanted.save()

    def step(self, until: float) -> bool:
        while time.monotonic() < until:
            if self.looked is not None:
                self._look_on(self.looked)
            elif not self.wanted.documents or not self._embed_some():
                break
        self._flush()
        self._say()
        return self.looked is not None or bool(self.wanted.documents)

    def _forget(self, key: int) -> None:
        """What was read of a document before it changed."""
        self.wanted.documents.pop(key, None)
        self.work.pop(key, None)
        self.ready.pop(key, None)

    def _look_on(self, after: int) -> None:
        ids = self.kind.every(after, self.kind.batch)
        made = list(self.kind.read(ids))
        self.want(made, save=False)
        upto = ids[-1] if ids else np.iinfo(np.int64).max
        there = self.file.documents()
        self.remove(set(there[(there > after) & (there <= upto)].tolist()) - {document.key for document in made})
        self.looked = ids[-1] if ids else None
        if not ids:
            self.wanted.save()
            self.marker.touch()

    def _embed_some(self) -> bool:
        """Embed a few passages of what is wanted most; returns whether it may go on at once."""
        if not self.work and not self._read_on():
            return False
        lacking = {text.digest: text.text for texts in self.work.values() for text in texts}
        chosen = [digest for digest in lacking if digest not in self.known][:_EMBEDDED]
        if chosen:
            with vector_table.computing() as is_alone:
                if not is_alone:
                    self.work = {}
                    return False
                began = time.monotonic()
                vectors = _niced(self.model.passages, [lacking[digest] for digest in chosen])
                self.pace.note(len(chosen), time.monotonic() - began)
                made = vector_table.write(self.model.identity, dict(zip(chosen, vectors, strict=True)))
            self.known.update(made)
        self._complete()
        return True

    def _read_on(self) -> bool:
        keys = self.wanted.first(_READ, self.ready)
        self.work = {document.key: passages(document) for document in self.kind.read(keys)}
        for key in set(keys) - set(self.work):
            self._forget(key)
        digests = [text.digest for texts in self.work.values() for text in texts]
        self.known = vector_table.read(self.model.identity, digests)
        return bool(keys)

    def _complete(self) -> None:
        """Documents of which every passage has its vector are ready to be written."""
        for key, texts in list(self.work.items()):
            if all(text.digest in self.known for text in texts):
                vectors = np.zeros((len(texts), self.model.dimensions), np.float32)
                for place, text in enumerate(texts):
                    vectors[place] = self.known[text.digest]
                self.ready[key] = texts, vectors
                del self.work[key]

    def _flush(self) -> None:
        """Write what is ready when it is the last, much, or waits for long."""
        waits = time.monotonic() - self.flushed_at
        passages_ready = sum(len(texts) for texts, _ in self.ready.values())
        is_last = len(self.ready) == len(self.wanted.documents)
        if not self.ready or not (is_last or passages_ready > _FLUSH_PASSAGES or waits > _FLUSH_SECONDS):
            return
        self.flushed_at = time.monotonic()
        with self.file.writing() as writer:
            for key, (texts, vectors) in self.ready.items():
                writer.put(key, [text.passage for text in texts], vectors)
        for key in list(self.ready):
            self._forget(key)
        self.wanted.save()
        if self.file.needs_calibration:
            self._calibrate()

    def _calibrate(self) -> None:
        """Titles are asked as questions: what they have in common with other documents is chance."""
        there = self.file.documents()
        keys = there[np.linspace(0, len(there) - 1, min(_QUESTIONS, len(there))).astype(int)].tolist()
        asked = {document.key: document.title for document in self.kind.read(keys) if document.title}
        if asked:
            questions = np.stack([_niced(self.model.query, title) for title in asked.values()])
            with self.file.writing() as writer:
                writer.calibrate(questions, list(asked))

    def _say(self) -> None:
        progress.write(
            self.folder,
            progress.Progress(
                model=self.model.identity,
                passages=self.file.count() + sum(len(texts) for texts, _ in self.ready.values()),
                left=self.wanted.lacking(self.ready),
                documents_left=len(self.wanted.documents) - len(self.ready),
                is_looking=self.looked is not None,
                rate=self.pace.rate,
            ),
        )


Given = TypeVar("Given")
Made = TypeVar("Made")

_thread: ThreadPoolExecutor | None = None


def _niced(work: Callable[[Given], Made], given: Given) -> Made:
    """Done by a thread that the system serves last."""
    global _thread
    if _thread is None:
        _thread = ThreadPoolExecutor(1, "embedding", initializer=_be_nice)
    return _thread.submit(work, given).result()


def _be_nice() -> None:
    """On Linux, of this thread only."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
