"""One writer at a time; what is committed is found, what is not leaves no trace, and a killed writer does no harm."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sameside.retrieval import schema, storage
from sameside.retrieval.engine import Busy, Damaged, Document, Part, Request
from sameside.retrieval.lexical import LexicalEngine
from tests.retrieval.shelf import found, indexed, page

KILLED = """
import sys
from pathlib import Path
from sameside.retrieval.engine import Document, Part
from sameside.retrieval.lexical import LexicalEngine

engine = LexicalEngine(Path(sys.argv[1]))
with engine.writing() as writer:
    writer.put(Document(key, f"killed {key}", [Part(1, "killed " * 50)]) for key in range(1, 3_000))
    print("written", flush=True)
    if sys.argv[2] == "open":
        sys.stdin.read()
    else:
        writer._parts.commit()
        print("halfway", flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "asset" / "1"


def test_a_folder_that_is_not_there_is_an_empty_index(folder: Path) -> None:
    engine = LexicalEngine(folder)

    assert (engine.count(), engine.search(Request("x")).total, list(engine.keys(Request()))) == (0, 0, [])
    assert not folder.exists()


def test_every_process_sees_what_was_committed_after_a_refresh(folder: Path) -> None:
    reader = LexicalEngine(folder)
    engine = indexed(page(1, "first"), folder=folder)
    assert (engine.count(), reader.count()) == (1, 0)
    assert reader.refresh()
    assert not reader.refresh()

    with engine.writing() as writer:
        assert writer.put([page(2, "second"), page(1, "changed")]) == 2
        writer.remove([7])
    assert found(reader, "first", typing=False) == {1}
    assert reader.refresh()
    assert (found(reader, "first"), found(reader, "changed"), reader.count()) == (set(), {1}, 2)

    with engine.writing() as writer:
        writer.remove([1])
    reader.refresh()
    assert (reader.count(), found(reader, "changed")) == (1, set())


def test_an_engine_opened_later_sees_all(folder: Path) -> None:
    indexed(page(1, "first", numbers={"views": 3}), page(2, "x", numbers={"views": 4}), folder=folder)

    engine = LexicalEngine(folder)
    assert found(engine, "first") == {1}
    assert list(engine.keys(Request(order="-views"))) == [2, 1]


@pytest.mark.parametrize("in_memory", [True, False])
def test_only_one_writes(folder: Path, in_memory: bool) -> None:
    engine = indexed(page(1, "first"), folder=None if in_memory else folder)
    other = engine if in_memory else LexicalEngine(folder)

    with engine.writing() as writer:
        writer.put([page(2, "second")])
        with pytest.raises(Busy), other.writing():
            pass
    with other.writing() as writer:
        writer.put([page(3, "third")])
    engine.refresh()
    assert engine.count() == 3


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_block_that_raises_changes_nothing(folder: Path, in_memory: bool) -> None:
    engine = indexed(page(1, "first"), folder=None if in_memory else folder)

    with pytest.raises(KeyError), engine.writing() as writer:  # noqa: PT012
        writer.put([page(2, "second")])
        writer.remove([1])
        raise KeyError
    assert list(engine.keys(Request())) == [1]
    with engine.writing() as writer:
        writer.put([page(3, "third")])
    assert list(engine.keys(Request())) == [3, 1]


@pytest.mark.parametrize("when", ["open", "halfway"])
def test_a_killed_writer_leaves_the_last_commit(folder: Path, when: str) -> None:
    indexed(page(1, "first"), folder=folder)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder), when], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    engine = LexicalEngine(folder)
    with pytest.raises(Busy), engine.writing():
        pass
    if when == "halfway":
        assert process.stdout.readline() == "halfway\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()

    engine.refresh()
    assert list(engine.keys(Request())) == [1]
    with engine.writing() as writer:
        writer.put([page(2, "second")])
    assert list(LexicalEngine(folder).keys(Request())) == [2, 1]
    assert found(engine, "second") == {2}


def test_filling_an_empty_index_removes_nothing_first(folder: Path) -> None:
    """A removal costs 1 kB until the commit, so the operations of a rebuild are its documents."""
    engine = indexed(*(page(key, f"page {key}") for key in range(1, 51)), folder=folder)
    made = json.loads((folder / storage.DOCUMENTS / "meta.json").read_text())["opstamp"]
    with engine.writing() as writer:
        writer.put(page(key, f"again {key}") for key in range(1, 51))
    changed = json.loads((folder / storage.DOCUMENTS / "meta.json").read_text())["opstamp"]

    assert (made, changed - made, engine.count()) == (51, 101, 50)
    assert found(engine, "again", size=50) == set(range(1, 51))


@pytest.mark.parametrize("in_memory", [True, False])
def test_what_is_put_twice_while_an_empty_index_is_filled_is_there_once(folder: Path, in_memory: bool) -> None:
    engine = LexicalEngine(None if in_memory else folder)
    with engine.writing() as writer:
        writer.put([page(5, "first"), page(3, "third"), page(5, "second"), page(9, "gone")])
        writer.remove([9])
        writer.put([page(3, "fourth")])

    assert engine.count() == 2
    assert [found(engine, word) for word in ("first", "second", "third", "fourth", "gone")] == [
        set(),
        {5},
        set(),
        {3},
        set(),
    ]


def test_files_that_nobody_names_are_swept_when_old(folder: Path) -> None:
    engine = indexed(page(1, "first"), folder=folder)
    old, new = (folder / "documents" / f"{letter * 32}.store" for letter in "ab")
    for path in (old, new):
        path.write_text("left behind")
    os.utime(old, (time.time() - storage.ORPHAN_AGE - 1,) * 2)

    with engine.writing() as writer:
        writer.put([page(2, "second")])

    assert (old.exists(), new.exists()) == (False, True)
    assert found(engine, "first") == {1}


def test_many_commits_leave_few_files(folder: Path) -> None:
    engine = LexicalEngine(folder)
    for number in range(30):
        with engine.writing() as writer:
            writer.put([page(number % 10, f"text {number}")])

    assert engine.count() == 10
    named = {
        segment["segment_id"].replace("-", "")
        for segment in json.loads((folder / "documents" / "meta.json").read_text())["segments"]
    }
    files = {path.name.split(".")[0] for path in (folder / "documents").iterdir()}
    assert {name for name in files if len(name) == 32} == named


@pytest.mark.parametrize("name", ["documents/meta.json", "parts/meta.json", "slots.json"])
@pytest.mark.parametrize("content", ["", "{", "null"])
def test_a_damaged_index_is_told(folder: Path, name: str, content: str) -> None:
    indexed(page(1, "first", numbers={"views": 1}), folder=folder)
    (folder / name).write_text(content)

    with pytest.raises(Damaged):
        LexicalEngine(folder)


def test_lost_segments_are_told(folder: Path) -> None:
    indexed(page(1, "first"), folder=folder)
    for path in (folder / "documents").glob("*.term"):
        path.unlink()

    with pytest.raises(Damaged):
        LexicalEngine(folder).search(Request("first"))


def test_another_layout_is_told(folder: Path) -> None:
    indexed(page(1, "first"), folder=folder)
    (folder / "version").write_text(str(schema.VERSION + 1))

    with pytest.raises(Damaged):
        LexicalEngine(folder)


def test_more_numbers_than_there_are_slots_are_refused() -> None:
    engine = LexicalEngine()

    with pytest.raises(ValueError, match="at most"), engine.writing() as writer:
        writer.put([Document(1, "x", numbers={f"n{number}": 1 for number in range(schema.SLOTS + 1)})])


def test_a_lead_is_found_by_the_pieces_of_its_address() -> None:
    engine = indexed(
        Document(1, "Jörg Łukasiewicz", names=["joerg.l@acme.com"]),
        Document(2, "Jane Doe", names=["jane@acme.com"]),
        Document(3, "Jane Roe", names=["jane@other.example"]),
    )

    assert found(engine, "acme.com") == {1, 2}
    assert found(engine, "jane@") == {2, 3}
    assert found(engine, "jane@acme.com") == {2}
    assert found(engine, "lukasiewicz") == found(engine, "jorg") == {1}
    assert found(engine, "acme") == {1, 2}


def test_text_of_any_kind_can_be_indexed() -> None:
    texts = ["", "\x00", "a" * 100_000, "\ud800".encode("utf-8", "replace").decode(), "x " * 50_000]
    engine = indexed(*(Document(key, text, [Part(1, text)]) for key, text in enumerate(texts)))

    assert engine.count() == len(texts)
