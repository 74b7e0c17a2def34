"""The two indexes of an engine on disk or in memory, what is visible of them, and the one writer.

A writer opens fresh `Index` objects for each batch, because long-lived ones of several processes leave segment files
that nobody names. Parts are committed before documents: what can be found has its parts. A writer that is killed leaves
the last commit as it was; files that it leaves are removed by a later writer.
"""

import fcntl
import json
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from sameside.retrieval import schema
from sameside.retrieval.engine import Busy, Damaged, Document

HEAP = 64_000_000
DOCUMENTS, PARTS = "documents", "parts"
ORPHAN_AGE = 600
"""Seconds after which a file that the index does not name is not one that is being written."""
_SCHEMAS = {DOCUMENTS: schema.documents_schema, PARTS: schema.parts_schema}


@dataclass(frozen=True)
class Snapshot:
    """What was committed when it was taken. It stays as it is whatever is written meanwhile."""

    documents: tantivy.Searcher
    parts: tantivy.Searcher
    generation: str
    slots: dict[str, int]
    languages: dict[str, int]
    """How many documents there are of each language."""

    def slot_of(self, name: str) -> str | None:
        slot = self.slots.get(name)
        return None if slot is None else schema.slot_field(slot)


class Storage:
    """`folder` None: in memory."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.slots = schema.Slots(folder / "slots.json" if folder else None)
        self._indexes: dict[str, tantivy.Index] = {}
        self._seen = ""
        self._memory_commits = 0
        self._memory_lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._snapshot: Snapshot | None = None

    def snapshot(self) -> Snapshot:
        if self._snapshot is None:
            self.refresh()
        if self._snapshot is None:
            raise Damaged("The index cannot be opened.")
        return self._snapshot

    def refresh(self) -> bool:
        """Take a new snapshot when there was a commit since the last."""
        with self._refreshing:
            return self._refresh()

    def _refresh(self) -> bool:
        generation = self._generation()
        if self._snapshot is not None and generation == self._seen:
            return False
        try:
            if generation and not self._seen:
                self._indexes = {}
            searchers = {name: self._searcher(name, exists=bool(generation)) for name in (DOCUMENTS, PARTS)}
            self.slots.refresh()
            languages = _languages(searchers[DOCUMENTS])
        except (ValueError, OSError) as problem:
            raise Damaged(f"The index in {self.folder} cannot be read: {problem}") from problem
        self._snapshot = Snapshot(searchers[DOCUMENTS], searchers[PARTS], generation, dict(self.slots.names), languages)
        self._seen = generation
        return True

    def _searcher(self, name: str, *, exists: bool) -> tantivy.Searcher:
        index = self._indexes.get(name)
        if index is None:
            if self.folder is None or not exists:
                index = tantivy.Index(_SCHEMAS[name]())
            else:
                index = tantivy.Index.open(str(self.folder / name))
                index.config_reader("manual")
            self._indexes[name] = schema.register(index)
        index.reload()
        return index.searcher()

    def _generation(self) -> str:
        """What tells one commit from another; empty before the first."""
        if self.folder is None:
            return str(self._memory_commits)
        if not self.folder.exists():
            return ""
        version = self.folder / "version"
        if not version.exists():
            return ""
        if version.read_text() != str(schema.VERSION):
            raise Damaged(f"The index in {self.folder} has another layout.")
        try:
            return "-".join(_state(self.folder / name) for name in (DOCUMENTS, PARTS))
        except (ValueError, KeyError, OSError) as problem:
            raise Damaged(f"The index in {self.folder} cannot be read: {problem}") from problem

    @contextmanager
    def writing(self) -> Iterator["Batch"]:
        with self._lock():
            batch = Batch(self._fresh(DOCUMENTS), self._fresh(PARTS), self.slots)
            try:
                yield batch
            except BaseException:
                batch.rollback()
                raise
            else:
                batch.commit()
                self._memory_commits += 1
            finally:
                batch.close()
        self.refresh()

    def _fresh(self, name: str) -> tantivy.Index:
        if self.folder is None:
            self.snapshot()
            return self._indexes[name]
        return schema.register(tantivy.Index(_SCHEMAS[name](), str(self.folder / name)))

    @contextmanager
    def _lock(self) -> Iterator[None]:
        if self.folder is None:
            if not self._memory_lock.acquire(blocking=False):
                raise Busy("This index is being written.")
            try:
                yield
            finally:
                self._memory_lock.release()
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as problem:
                raise Busy(f"Another process writes {self.folder}.") from problem
            self._prepare(self.folder)
            yield

    def _prepare(self, folder: Path) -> None:
        """Make the indexes, or remove what a killed writer left."""
        if not (folder / "version").exists():
            for name in (DOCUMENTS, PARTS):
                (folder / name).mkdir(exist_ok=True)
                schema.register(tantivy.Index(_SCHEMAS[name](), str(folder / name)))
            (folder / "version").write_text(str(schema.VERSION))
        self._generation()
        self.slots.refresh()
        for name in (DOCUMENTS, PARTS):
            sweep(folder / name)


class Batch:
    """What one `writing` block changes.

    A writer keeps every removal in memory until it commits, over 2 kB a document. So what fills an empty index by
    growing keys, as a rebuild does, removes nothing before it puts.
    """

    def __init__(self, documents: tantivy.Index, parts: tantivy.Index, slots: schema.Slots) -> None:
        self._greatest = -1 if _is_empty(documents) and _is_empty(parts) else None
        """The greatest key there may be; None when that is not known."""
        self._documents = documents.writer(HEAP, 1)
        self._parts = parts.writer(HEAP, 1)
        self._slots = slots

    def put(self, documents: Iterable[Document]) -> int:
        count = 0
        for document in documents:
            if self._greatest is not None and document.key > self._greatest:
                self._greatest = document.key
            else:
                self.remove([document.key])
            for fields in schema.part_fields(document):
                self._parts.add_document(tantivy.Document.from_dict(fields, schema.parts_schema()))
            fields = schema.document_fields(document, self._slots)
            self._documents.add_document(tantivy.Document.from_dict(fields, schema.documents_schema()))
            count += 1
        return count

    def remove(self, keys: Iterable[int]) -> None:
        for key in keys:
            self._parts.delete_documents_by_term("key", key)
            self._documents.delete_documents_by_term("key", key)

    def commit(self) -> None:
        self._parts.commit()
        self._documents.commit()

    def rollback(self) -> None:
        self._parts.rollback()
        self._documents.rollback()

    def close(self) -> None:
        """Give back the locks, once segments are merged; whoever holds on to the batch does not hold these."""
        with ExitStack() as closing:
            closing.callback(self._parts.wait_merging_threads)
            closing.callback(self._documents.wait_merging_threads)


def _is_empty(index: tantivy.Index) -> bool:
    index.reload()
    return index.searcher().num_docs == 0


def sweep(folder: Path) -> list[str]:
    """Remove segment files that the index does not name and that are not just being written."""
    named = {segment["segment_id"].replace("-", "") for segment in _meta(folder)["segments"]}
    removed = []
    for path in folder.iterdir():
        identity = path.name.split(".")[0]
        if len(identity) != 32 or identity in named or time.time() - path.stat().st_mtime < ORPHAN_AGE:
            continue
        path.unlink()
        removed.append(path.name)
    return removed


def _meta(folder: Path) -> dict[str, Any]:
    meta = json.loads((folder / "meta.json").read_text())
    if not isinstance(meta, dict) or "segments" not in meta:
        raise ValueError("its list of segments is lost")
    return meta


def _state(folder: Path) -> str:
    meta = _meta(folder)
    return f"{meta['opstamp']}:{len(meta['segments'])}"


def _languages(documents: tantivy.Searcher) -> dict[str, int]:
    found = documents.aggregate(
        tantivy.Query.all_query(), {"language": {"terms": {"field": "language", "size": 1_000}}}
    )
    return {bucket["key"]: bucket["doc_count"] for bucket in found["language"]["buckets"]}
