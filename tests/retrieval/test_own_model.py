"""Any ONNX sentence model in a folder; what does not fit is refused with a sentence."""

import json
from pathlib import Path
from typing import Any

import pytest

from sameside.retrieval.embedding import Unusable, choice
from tests.retrieval.models import needs_model, own_model

pytestmark = needs_model


def opened(folder: Path) -> Any:
    return choice.opened(str(folder), folder / "models")


def test_a_folder_with_a_model_is_used(tmp_path: Path) -> None:
    model = opened(own_model(tmp_path / "Our model"))
    assert model.dimensions == 2
    assert model.identity.startswith("our-model-")
    alike, other = model.passages(["price list", "recipe"]) @ model.query("price")
    assert alike > other
    assert model.passages([]).shape == (0, 2)
    assert model.passages(["price"])[0] == pytest.approx([0.9487, 0.3162], abs=1e-4)


def test_a_model_that_pools_by_itself(tmp_path: Path) -> None:
    model = opened(own_model(tmp_path, rank=1))
    assert model.passages(["price list"])[0] == pytest.approx([0.9923, 0.1240], abs=1e-4)


def test_sentence_json_says_how_to_speak_to_it(tmp_path: Path) -> None:
    plain = opened(own_model(tmp_path))
    (tmp_path / "sentence.json").write_text(json.dumps({"passage": "list ", "pooling": "cls", "lower": True}))
    told = opened(tmp_path)
    assert told.identity != plain.identity
    assert told.passages(["RECIPE"])[0] == pytest.approx(plain.passages(["list"])[0])


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ("{", "is no JSON"),
        ("[1]", "must hold an object"),
        ('{"colour": "red"}', "says “colour”; known are name, query"),
        ('{"tokens": "many"}', "“tokens” must be of the kind int"),
        ('{"tokens": 4}', "“tokens” must be between 8 and 8192"),
        ('{"pooling": "max"}', "“pooling” must be mean or cls, not max"),
        ('{"output": "other"}', "has no output other, only tokens"),
    ],
)
def test_a_wrong_sentence_json_is_refused(tmp_path: Path, said: str, refusal: str) -> None:
    own_model(tmp_path)
    (tmp_path / "sentence.json").write_text(said)
    with pytest.raises(Unusable, match=refusal):
        opened(tmp_path)


def test_missing_and_wrong_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"lacks model\.onnx: a sentence model is"):
        opened(tmp_path)
    own_model(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"no model")
    with pytest.raises(Unusable, match="is no model that ONNX Runtime"):
        opened(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(Unusable, match="is no tokenizer"):
        opened(tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(Unusable, match=r"lacks tokenizer\.json"):
        opened(tmp_path)


def test_a_model_with_other_inputs_or_shapes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="wants input_ids, pixels; a sentence model takes"):
        opened(own_model(tmp_path, inputs=("input_ids", "pixels")))
