"""Vectors in a flat file: who is near, among whom, and what is left after a writer was killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from sameside.retrieval.embedder import Vectors
from sameside.retrieval.engine import Busy, Damaged
from sameside.retrieval.vectors import Passage, VectorFile

DIMENSIONS = 96


def unit(count: int, *, seed: int = 1) -> Vectors:
    drawn = np.random.default_rng(seed).normal(size=(count, DIMENSIONS)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def filled(folder: Path, vectors: Vectors, *, passages: int = 2) -> VectorFile:
    """Document 1 holds the first passages, document 2 the next ones."""
    file = VectorFile(folder, "model-1", DIMENSIONS)
    with file.writing() as writer:
        for start in range(0, len(vectors), passages):
            own = vectors[start : start + passages]
            writer.put(start // passages + 1, [Passage(part + 1, 0, start + part) for part in range(len(own))], own)
    return file


def test_the_nearest_come_first_with_their_cosines(tmp_path: Path) -> None:
    vectors = unit(5_000)
    file = filled(tmp_path, vectors)
    near = file.nearest(vectors[4_321], 3)
    assert (near.keys[0], near.parts[0]) == (2_161, 2)
    assert near.cosines[0] == pytest.approx(1, abs=0.005)
    exact = np.sort(vectors @ vectors[4_321])[::-1]
    assert near.cosines == pytest.approx(exact[:3], abs=0.01)


def test_moving_a_question_towards_its_first_answers_finds_the_same_in_another_order(tmp_path: Path) -> None:
    question, subject, other = unit(3, seed=4)
    mixed = np.stack([question + subject, subject + 0.3 * question, 0.8 * question + other, other])
    mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
    file = filled(tmp_path, mixed, passages=1)
    near = file.nearest(question)

    moved = near.moved(question, np.array([0]), np.ones(1))
    middle = question + mixed[0]

    assert near.keys.tolist() == [1, 3, 2, 4]
    assert near.keys[np.argsort(-moved)].tolist() == [1, 2, 3, 4]
    assert moved == pytest.approx(mixed[near.keys - 1] @ middle / np.linalg.norm(middle), abs=0.01)
    likeness = mixed[near.keys[:2] - 1] @ mixed[near.keys[:2] - 1].T
    assert near.likeness(np.array([0, 1])) == pytest.approx(likeness, abs=0.01)


def test_rescoring_finds_nearly_all_of_the_true_nearest(tmp_path: Path) -> None:
    """Vectors in clusters, as those of texts are; the yardstick is every cosine in 32 bits."""
    centres = unit(60, seed=2)
    vectors = np.repeat(centres, 100, axis=0) + 0.7 * unit(6_000, seed=3)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    file = filled(tmp_path, vectors, passages=1)
    found = 0
    for question in vectors[::300]:
        true = set((np.argsort(-(vectors @ question))[:10] + 1).tolist())
        found += len(true & set(file.nearest(question, 10).keys.tolist()))
    assert found / 200 >= 0.95


@pytest.mark.parametrize("step", [1, 3, 50, 2_400])
def test_what_is_not_allowed_is_left_out_before_the_nearest_are_chosen(tmp_path: Path, step: int) -> None:
    vectors = unit(5_000)
    file = filled(tmp_path, vectors)
    allowed = np.arange(1, 2_501, step)
    near = file.nearest(vectors[0], 5, allowed)
    places = np.flatnonzero(np.isin(np.arange(5_000) // 2 + 1, allowed))
    best = places[np.argsort(-(vectors[places] @ vectors[0]))]
    assert set(near.keys.tolist()) <= set(allowed.tolist())
    assert near.keys[0] == best[0] // 2 + 1
    assert len(near.keys) == min(5, len(places))


def test_nobody_allowed_and_nothing_there(tmp_path: Path) -> None:
    file = VectorFile(tmp_path, "model-1", DIMENSIONS)
    assert file.nearest(unit(1)[0], 5).keys.tolist() == []
    assert file.cut_off(unit(1)[0]) is None
    file = filled(tmp_path, unit(10))
    assert file.nearest(unit(1)[0], 5, np.zeros(0, np.int64)).keys.tolist() == []
    assert file.nearest(unit(1)[0], 5, np.array([77])).keys.tolist() == []


def test_a_document_is_replaced_and_removed(tmp_path: Path) -> None:
    vectors = unit(40)
    file = filled(tmp_path, vectors)
    with file.writing() as writer:
        writer.put(3, [Passage(9, 0, 1)], vectors[:1])
        writer.remove([1, 999])
    assert file.count() == 37
    near = file.nearest(vectors[0], 40)
    assert (near.keys[0], near.parts[0]) == (3, 9)
    assert 1 not in near.keys
    assert file.passages(3) == [Passage(9, 0, 1)]
    assert file.documents().tolist() == list(range(2, 21))


def test_a_block_that_raises_changes_nothing(tmp_path: Path) -> None:
    file = filled(tmp_path, unit(10))

    def fail() -> None:
        with file.writing() as writer:
            writer.remove([1])
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert file.count() == 10


def test_readers_see_what_was_committed_after_they_look_again(tmp_path: Path) -> None:
    writer_side = filled(tmp_path, unit(10))
    reader = VectorFile(tmp_path, "model-1", DIMENSIONS)
    with writer_side.writing() as writer:
        writer.put(50, [Passage(1, 0, 1)], unit(1, seed=9))
    assert reader.count() == 10
    assert reader.refresh()
    assert not reader.refresh()
    assert reader.nearest(unit(1, seed=9)[0], 1).keys.tolist() == [50]


def test_files_are_written_anew_when_most_rows_are_gone_and_readers_go_on(tmp_path: Path) -> None:
    vectors = unit(4_000)
    file = filled(tmp_path, vectors)
    reader = VectorFile(tmp_path, "model-1", DIMENSIONS)
    before = sum(path.stat().st_size for path in file.folder.iterdir())
    with file.writing() as writer:
        writer.remove(range(1, 1_001))
    assert sum(path.stat().st_size for path in file.folder.iterdir()) < 0.6 * before
    assert reader.nearest(vectors[0], 1).keys.tolist() == [1]
    assert reader.refresh()
    assert reader.count() == 2_000
    assert reader.nearest(vectors[3_999], 1).keys.tolist() == [2_000]
    assert len(list(file.folder.iterdir())) == 6


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    file = filled(tmp_path, unit(4))
    other = VectorFile(tmp_path, "model-1", DIMENSIONS)
    with file.writing(), pytest.raises(Busy, match="Another process writes"), other.writing():
        pass


def test_bytes_of_a_killed_writer_are_neither_read_nor_kept(tmp_path: Path) -> None:
    file = filled(tmp_path, unit(10))
    rows = next(file.folder.glob("rows-*"))
    heads = next(file.folder.glob("heads-*"))
    sizes = rows.stat().st_size, heads.stat().st_size
    for path in (rows, heads):
        with path.open("ab") as half:
            half.write(b"\x07" * 1_000)
    (file.folder / "state.json.new").write_text('{"gen')
    (file.folder / "rows-half").write_bytes(b"left by a killed compaction")
    again = VectorFile(tmp_path, "model-1", DIMENSIONS)
    assert again.count() == 10
    with again.writing() as writer:
        writer.put(50, [Passage(1, 0, 1)], unit(1, seed=9))
    assert (rows.stat().st_size, heads.stat().st_size) == (sizes[0] + DIMENSIONS, sizes[1] + sizes[1] // 10)
    assert again.nearest(unit(1, seed=9)[0], 1).keys.tolist() == [50]
    assert not (file.folder / "rows-half").exists()


KILLED = """
import sys, numpy as np
from pathlib import Path
from sameside.retrieval.vectors import Passage, VectorFile
file = VectorFile(Path(sys.argv[1]), "model-1", 96)
drawn = np.random.default_rng(1).normal(size=(400, 96)).astype(np.float32)
key = 0
print("begun", flush=True)
while True:
    key += 1
    with file.writing() as writer:
        writer.put(key % 500, [Passage(part, 0, key) for part in range(400)], drawn)
"""


def test_a_writer_killed_at_any_moment_leaves_whole_documents(tmp_path: Path) -> None:
    for wait in (0.02, 0.11, 0.23, 0.3):
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(wait)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        file = VectorFile(tmp_path, "model-1", DIMENSIONS)
        for key in set(file.documents().tolist()) - {100_000}:
            held = file.passages(key)
            assert [passage.part for passage in held] == list(range(400))
            assert len({passage.digest for passage in held}) == 1, "of one commit"
        with file.writing() as writer:
            writer.put(100_000, [Passage(1, 0, 1)], unit(1))
        assert file.passages(100_000) == [Passage(1, 0, 1)]


def test_what_cannot_be_read_is_said_to_be_damaged(tmp_path: Path) -> None:
    file = filled(tmp_path, unit(10))
    with pytest.raises(Damaged, match="another length"):
        VectorFile(tmp_path, "model-1", 384)
    rows = next(file.folder.glob("rows-*"))
    whole = rows.read_bytes()
    rows.write_bytes(whole[:100])
    with pytest.raises(Damaged, match="cut short"):
        VectorFile(tmp_path, "model-1", DIMENSIONS)
    rows.unlink()
    with pytest.raises(Damaged, match="lacks"):
        VectorFile(tmp_path, "model-1", DIMENSIONS)
    for spoilt in ("{", "[]", '{"generation": "x"}', json.dumps({"dimensions": 96, "colour": 1})):
        (file.folder / "state.json").write_text(spoilt)
        with pytest.raises(Damaged, match="cannot be read"):
            VectorFile(tmp_path, "model-1", DIMENSIONS)


def test_models_do_not_share_vectors(tmp_path: Path) -> None:
    filled(tmp_path, unit(10))
    assert VectorFile(tmp_path, "model-2", DIMENSIONS).count() == 0


def test_the_cut_off_is_what_one_pair_in_two_hundred_exceeds_by_chance(tmp_path: Path) -> None:
    file = filled(tmp_path, unit(2_000))
    assert file.needs_calibration
    questions = unit(50, seed=4)
    with file.writing() as writer:
        writer.calibrate(questions, [0] * 50)
    limits = [file.cut_off(question) for question in questions]
    assert None not in limits
    share = float((unit(2_000) @ questions.T > np.array(limits)).mean())
    assert share == pytest.approx(0.005, abs=0.0015)
    assert not file.needs_calibration
    assert VectorFile(tmp_path, "model-1", DIMENSIONS).cut_off(questions[0]) == limits[0]


def test_a_question_that_is_near_to_everything_has_a_higher_cut_off(tmp_path: Path) -> None:
    file = filled(tmp_path, unit(2_000) + np.float32(0.2) * unit(1, seed=5))
    with file.writing() as writer:
        writer.calibrate(unit(50, seed=4), [0] * 50)
    near, far = unit(1, seed=5)[0], -unit(1, seed=5)[0]
    limits = file.cut_off(near), file.cut_off(far)
    assert limits[0] is not None
    assert limits[1] is not None
    assert limits[0] > limits[1] + 0.3


def test_a_reader_makes_do_without_damaged_vectors_until_they_are_made_anew(tmp_path: Path) -> None:
    file = filled(tmp_path, unit(10))
    next(file.folder.glob("rows-*")).unlink()
    reader = VectorFile(tmp_path, "model-1", DIMENSIONS, damaged_is_empty=True)
    assert reader.count() == 0
    shutil.rmtree(file.folder)
    filled(tmp_path, unit(10))
    assert reader.refresh()
    assert reader.count() == 10


def test_a_question_is_not_compared_with_its_own_document(tmp_path: Path) -> None:
    file = filled(tmp_path, unit(600))
    assert file.above_average(unit(600)[:2], [7, 7]).max() > 0.9
    strangers = file.above_average(unit(600)[:2], [1, 1])
    assert strangers.max() < 0.6
    assert len(strangers) == 2 * 598


def test_vectors_of_another_length_are_refused(tmp_path: Path) -> None:
    file = filled(tmp_path, unit(4))
    with pytest.raises(ValueError, match="2 passages need"), file.writing() as writer:
        writer.put(1, [Passage(1, 0, 0), Passage(2, 0, 0)], unit(1))


def test_bits_lie_around_the_centre_so_that_a_narrow_corner_is_no_trouble(tmp_path: Path) -> None:
    """As models make them: all vectors share most of their direction, and signs around zero hardly differ."""
    centres = unit(60, seed=2)
    vectors = 1.5 * unit(1, seed=6) + np.repeat(centres, 100, axis=0) + 0.7 * unit(6_000, seed=3)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    file = filled(tmp_path, vectors, passages=1)
    found = 0
    for question in vectors[::300]:
        best = set((np.argsort(-(vectors @ question))[:10] + 1).tolist())
        found += len(best & set(file.nearest(question, 10).keys.tolist()))
    assert found / 200 >= 0.95


def test_the_centre_follows_the_first_thousands_of_rows(tmp_path: Path) -> None:
    file = filled(tmp_path, unit(20))
    first = next(file.folder.glob("centre-*")).name
    vectors = unit(1, seed=6) + 0.5 * unit(3_000, seed=7)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    for start in range(0, 3_000, 500):
        with file.writing() as writer:
            own = vectors[start : start + 500]
            writer.put(1_000 + start, [Passage(part, 0, part) for part in range(500)], own)
    assert next(file.folder.glob("centre-*")).name != first
    assert file.count() == 3_020
    assert file.nearest(vectors[77], 1).parts.tolist() == [77]
    assert file.nearest(unit(20)[0], 1).keys.tolist() == [1]
