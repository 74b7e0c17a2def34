"""A flat file of vectors: who is near a vector, answered by looking at every one of them.

A folder holds the vectors of one kind of documents made by one model. Each row is a passage of a document: a head (the
document's key, the part and passage, the digest of the text, the scale, one bit per dimension) and the vector as int8
numbers. Readers keep the heads in memory and map the numbers. A search counts the bits that differ for every row that
may be found, takes the nearest few hundred and scores these by their numbers. There is no approximate index, so what
may not be found is left out before, not after.

A bit says on which side of the centre a number lies, the mean of the vectors held. Models put all texts into one narrow
corner; signs around zero would hardly differ, and of the true ten nearest only half be among the few hundred.

Files only grow: rows, heads and the list of rows that are gone. `state.json`, replaced in one step, says how much of
them counts, so a writer that is killed leaves at most bytes that nobody reads and the next writer cuts off. When many
rows are gone, or the centre was found among far fewer, the living ones are written into files of a new generation. One
process writes, any number read, and see what was committed after `refresh()`.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from sameside.retrieval.embedder import Vectors
from sameside.retrieval.engine import Busy, Damaged
from sameside.retrieval.near import Near
from sameside.retrieval.vector_rows import BLOCK, Keys, Rows, Shape, Snapshot, State, smallest
from sameside.retrieval.vector_writer import Passage, VectorWriter, append, numbers_of

__all__ = ["Near", "Passage", "VectorFile", "VectorWriter"]

RESCORED = 1_000
"""Rows that are scored by their numbers. Of 3,124 passages, the first 100 by bits hold 93 % of the true ten nearest."""
CHANCE = 0.995
"""Which share of random pairs of a question and a passage is not nearer than the cut-off."""
_FEW = 0.4
"""Share of the rows below which picking them out costs less than counting all."""
_MOSTLY_GONE = 0.25
_CENTRED = 5_000
"""So many passages tell the centre; before, it is found anew whenever there are four times as many."""
_TOO_FEW = 50
"""Passages below which chance cannot be told from likeness."""


class VectorFile:
    """The vectors of one kind of documents. `identity` names the model that made them; each has files of its own."""

    def __init__(self, folder: Path, identity: str, dimensions: int, *, damaged_is_empty: bool = False) -> None:
        """`damaged_is_empty`: a reader that makes do without, until whoever writes has made the file anew."""
        self._makes_do = damaged_is_empty
        self.folder = folder / identity
        self.identity = identity
        self.shape = Shape(dimensions)
        self._snapshot = Snapshot.empty(self.shape)
        self.refresh()

    def count(self) -> int:
        """How many passages can be found."""
        return self._snapshot.living

    def documents(self) -> Keys:
        """The keys of documents that have at least one vector, in order."""
        return np.unique(self._snapshot.keys[self._snapshot.alive])

    def passages(self, key: int) -> list[Passage]:
        """What is held of a document."""
        held = self._snapshot
        return sorted(
            (
                Passage(int(held.parts[row]), int(held.numbers[row]), int(held.digests[row]))
                for row in held.rows_of([key])
            ),
            key=lambda passage: (passage.part, passage.number),
        )

    def cut_off(self, vector: Vectors) -> float | None:
        """The cosine above which a passage is nearer to this question than by chance; None: too little to tell.

        Some questions are nearer to everything than others, those in other languages farther. So what counts is by how
        much a passage is nearer than a thousand drawn at random are on average.
        """
        held = self._snapshot
        if held.state.unlikely is None:
            return None
        return float(held.average @ vector + held.state.unlikely)

    def nearest(self, vector: Vectors, limit: int = RESCORED, allowed: Keys | None = None) -> Near:
        """The `limit` passages nearest to a unit vector, of documents in `allowed` (sorted keys; None for all)."""
        held = self._snapshot
        may = held.allowed(allowed)
        possible = int(np.count_nonzero(may)) if allowed is not None else held.living
        bits = self.shape.bits(vector[None], held.centre)[0]
        rescored = max(RESCORED, limit)
        if possible <= rescored:
            rows = np.flatnonzero(may)
        elif possible < _FEW * len(may):
            rows = np.flatnonzero(may)
            rows = rows[smallest(held.differing(bits, rows), rescored)]
        else:
            differing = held.differing(bits, None)
            np.copyto(differing, np.iinfo(np.uint16).max, where=~may)
            rows = smallest(differing, rescored)
        return self._near(held, vector, rows, limit)

    def cosines(self, vector: Vectors, keys: Iterable[int]) -> Near:
        """All passages of these documents, nearest first."""
        held = self._snapshot
        rows = held.rows_of(keys)
        return self._near(held, vector, rows, len(rows))

    def _near(self, held: Snapshot, vector: Vectors, rows: Rows, limit: int) -> Near:
        vectors, scales = held.vectors(rows), held.scales[rows]
        cosines = np.minimum((vectors @ vector.astype(np.float32, copy=False)) * scales, np.float32(1))
        order = np.argsort(-cosines, kind="stable")[:limit]
        rows = rows[order]
        return Near(held.keys[rows], held.parts[rows], cosines[order], vectors, scales, order)

    @property
    def needs_calibration(self) -> bool:
        """Whether what is unlikely was never found, or among half as many passages."""
        return self.count() >= max(_TOO_FEW, 2 * self._snapshot.state.calibrated)

    def above_average(self, questions: Vectors, keys: Sequence[int]) -> NDArray[np.float32]:
        """By how much random passages are nearer to each question than their average.

        A question is not compared with passages of the document it stems from, given by `keys`.
        """
        documents, passages = self._snapshot.sample
        cosines = passages @ questions.T
        are_strangers = documents[:, None] != np.asarray(keys)[None]
        found: NDArray[np.float32] = (cosines - cosines.mean(axis=0))[are_strangers]
        return found

    def refresh(self) -> bool:
        """See what was committed since, by any process; returns whether there was something."""
        try:
            return self._refresh()
        except Damaged:
            if not self._makes_do:
                raise
            self._snapshot = Snapshot.empty(self.shape)
            return True

    def _refresh(self) -> bool:
        for attempt in range(5):
            state = self._state()
            if state == self._snapshot.state:
                return False
            try:
                self._snapshot = self._read(state)
            except FileNotFoundError as gone:
                if attempt == 4:
                    raise Damaged(f"{self.folder} lacks {gone.filename}.") from gone
            else:
                return True
        return False

    def _state(self) -> State:
        try:
            written = json.loads((self.folder / "state.json").read_text())
            dimensions = written.pop("dimensions")
            state = State(**written)
        except FileNotFoundError:
            return State()
        except (ValueError, TypeError, KeyError, AttributeError) as problem:
            raise Damaged(f"{self.folder}/state.json cannot be read.") from problem
        if dimensions != self.shape.dimensions:
            raise Damaged(f"The vectors in {self.folder} have another length.")
        return state

    def _read(self, state: State) -> Snapshot:
        if not state.rows:
            return Snapshot.empty(self.shape, state)
        before = self._snapshot if self._continues(state) else None
        known = before.state.rows if before else 0
        size = self.shape.head.itemsize
        try:
            heads = np.fromfile(self._path("heads", state), self.shape.head, state.rows - known, offset=known * size)
            gone = np.fromfile(self._path("gone", state), "<u4", state.gone)
            centre = np.fromfile(self._path("centre", state), np.float32, self.shape.dimensions)
            mapped = np.memmap(self._path("rows", state), np.int8, "r", shape=(state.rows, self.shape.dimensions))
        except ValueError as problem:
            raise Damaged(f"The vectors in {self.folder} are cut short.") from problem
        if len(heads) < state.rows - known or len(gone) < state.gone or len(centre) < self.shape.dimensions:
            raise Damaged(f"The vectors in {self.folder} are cut short.")
        return Snapshot.after(before, state, centre, heads, mapped, gone)

    def _continues(self, state: State) -> bool:
        held = self._snapshot.state
        return held.generation == state.generation and 0 < held.rows <= state.rows

    def _path(self, name: str, state: State) -> Path:
        return self.folder / f"{name}-{state.generation}"

    @contextmanager
    def writing(self) -> Iterator[VectorWriter]:
        """The one writer; what it was given is found once the block ends. Raises `Busy` when another process writes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as problem:
                raise Busy(f"Another process writes {self.folder}.") from problem
            self.refresh()
            writer = VectorWriter(self.shape.dimensions)
            yield writer
            self._commit(writer)
            self._sweep()

    def _commit(self, writer: VectorWriter) -> None:
        held = self._snapshot
        state = held.state
        gone = held.rows_of([*writer.removed, *writer.added])
        heads, rows = writer.packed(self.shape)
        unlikely, calibrated = state.unlikely, state.calibrated
        if writer.questions is not None:
            unlikely, calibrated = self._unlikely(writer.questions, writer.asked), held.living
        if not len(gone) and not len(heads) and (unlikely, calibrated) == (state.unlikely, state.calibrated):
            return
        after = replace(
            state,
            rows=state.rows + len(heads),
            gone=state.gone + len(gone),
            unlikely=unlikely,
            calibrated=calibrated,
        )
        if self._wants_a_new_generation(after):
            alive = held.alive.copy()
            alive[gone] = False
            after = self._next_generation(after, np.flatnonzero(alive), heads, rows)
        else:
            heads["bits"] = self.shape.bits(numbers_of(rows, heads), held.centre)
            append(self._path("rows", state), state.rows * self.shape.dimensions, rows.tobytes())
            append(self._path("heads", state), state.rows * self.shape.head.itemsize, heads.tobytes())
            append(self._path("gone", state), state.gone * 4, gone.astype("<u4").tobytes())
        self._publish(after)
        self.refresh()

    def _wants_a_new_generation(self, after: State) -> bool:
        is_centred = after.centred >= min(_CENTRED, (after.rows - after.gone) / 4)
        return not after.generation or not is_centred or after.gone > max(1_000, _MOSTLY_GONE * after.rows)

    def _unlikely(self, questions: Vectors, keys: Sequence[int]) -> float | None:
        found = self.above_average(questions, keys)
        return round(float(np.quantile(found, CHANCE)), 6) if len(found) else None

    def _next_generation(self, after: State, living: Rows, heads: NDArray[Any], rows: NDArray[np.int8]) -> State:
        """Write the living rows and these into files of their own, around a centre of their own."""
        held = self._snapshot
        count = len(living) + len(heads)
        some = living[:: len(living) // _CENTRED + 1]
        sample = np.concatenate([numbers_of(held.mapped[some], held.scales[some]), numbers_of(rows, heads)])[:_CENTRED]
        centre = sample.mean(axis=0) if len(sample) else held.centre
        after = replace(after, generation=secrets.token_hex(4), rows=count, gone=0, centred=len(sample))
        old = heads[:0]
        if held.state.rows:
            old = np.memmap(self._path("heads", held.state), self.shape.head, "r", shape=(held.state.rows,))
        append(self._path("centre", after), 0, centre.astype(np.float32).tobytes())
        append(self._path("gone", after), 0, b"")
        with self._path("rows", after).open("wb") as numbers, self._path("heads", after).open("wb") as file:
            for start in range(0, len(living), BLOCK):
                block = living[start : start + BLOCK]
                self._write(file, numbers, old[block], held.mapped[block], centre)
            self._write(file, numbers, heads, rows, centre)
            for written in (numbers, file):
                written.flush()
                os.fsync(written.fileno())
        return after

    def _write(
        self, file: IO[bytes], numbers: IO[bytes], heads: NDArray[Any], rows: NDArray[np.int8], centre: Vectors
    ) -> None:
        heads["bits"] = self.shape.bits(numbers_of(rows, heads), centre)
        file.write(heads.tobytes())
        numbers.write(rows.tobytes())

    def _publish(self, state: State) -> None:
        beside = self.folder / "state.json.new"
        with beside.open("w") as file:
            json.dump({**vars(state), "dimensions": self.shape.dimensions}, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.folder / "state.json")

    def _sweep(self) -> None:
        """Remove files of other generations; who reads them still has them mapped."""
        current = {self._path(name, self._snapshot.state).name for name in ("rows", "heads", "gone", "centre")}
        for path in self.folder.iterdir():
            if path.name not in {*current, "state.json", "lock"}:
                path.unlink()
