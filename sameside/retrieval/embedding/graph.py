"""The transformer of multilingual-e5-small as an ONNX graph: from embedded words to one unit vector a text.

The table of words stays outside: it is four fifths of the model, and looked up in a mapped file its pages are shared by
all processes. Weights become 7-bit numbers: with the eighth bit, processors without VNNI add two products beyond what
16 bits hold, and the same text would have another vector there.
"""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from sameside.retrieval.embedding.weights import Weights

WORDS, MASK, VECTORS = "words", "attention_mask", "vectors"

_LARGEST = 63
_FUSED = "com.microsoft"
"""Operators that ONNX Runtime has besides the standard ones."""


def transformer(weights: Weights, *, quantised: bool = True) -> bytes:
    """The graph: `words` (texts, tokens, hidden) and `attention_mask` (texts, tokens) to `vectors` (texts, hidden)."""
    made: bytes = _Graph(weights, quantised).model().SerializeToString(deterministic=True)
    return made


class _Graph:
    def __init__(self, weights: Weights, quantised: bool) -> None:
        self.weights = weights
        self.sizes = weights.sizes
        self.quantised = quantised
        self.constants: list[onnx.TensorProto] = []
        self.nodes: list[onnx.NodeProto] = []

    def model(self) -> onnx.ModelProto:
        for name, value in (("zero", 0), ("one", 1), ("two", 2), ("last", -1)):
            self._constant(name, np.array([value], np.int64))
        self._node("Cast", [MASK], "mask", to=TensorProto.INT32)
        at = self._embedded()
        for layer in range(self.sizes.layers):
            at = self._layer(at, f"l{layer}")
        self._pooled(at)
        inputs = [
            helper.make_tensor_value_info(WORDS, TensorProto.FLOAT, ["texts", "tokens", self.sizes.hidden]),
            helper.make_tensor_value_info(MASK, TensorProto.INT64, ["texts", "tokens"]),
        ]
        output = helper.make_tensor_value_info(VECTORS, TensorProto.FLOAT, ["texts", self.sizes.hidden])
        graph = helper.make_graph(self.nodes, "multilingual-e5-small", inputs, [output], self.constants)
        versions = [helper.make_opsetid("", 17), helper.make_opsetid(_FUSED, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=9)

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _node(self, kind: str, inputs: list[str], *outputs: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=outputs[0], domain=domain, **attributes))
        return outputs[0]

    def _embedded(self) -> str:
        """Words with their positions; nothing here has a second segment, so the first type is part of each."""
        positions = self.weights.floats("emb.pos").reshape(self.sizes.positions, self.sizes.hidden)
        self._constant("positions", positions + self.weights.floats("emb.type")[: self.sizes.hidden])
        self._node("Shape", [WORDS], "shape")
        self._node("Slice", ["shape", "one", "two"], "length")
        self._node("Slice", ["positions", "zero", "length", "zero"], "here")
        return self._normal(self._node("Add", [WORDS, "here"], "embedded"), "emb.ln", "embedded.normal")

    def _layer(self, at: str, name: str) -> str:
        hidden, inner = self.sizes.hidden, self.sizes.inner
        self._linear(at, [f"{name}.{part}" for part in "qkv"], hidden, hidden, f"{name}.qkv")
        parts = [f"{name}.query", f"{name}.key", f"{name}.value"]
        self._node("Split", [f"{name}.qkv"], *parts, axis=-1)
        attended = self._node(
            "MultiHeadAttention",
            [*parts, "", "mask"],
            f"{name}.attended",
            domain=_FUSED,
            num_heads=self.sizes.heads,
        )
        projected = self._linear(attended, [f"{name}.ao"], hidden, hidden, f"{name}.projected")
        middle = self._normal(self._node("Add", [at, projected], f"{name}.sum"), f"{name}.aln", f"{name}.middle")
        wide = self._linear(middle, [f"{name}.fi"], inner, hidden, f"{name}.wide")
        active = self._node("Gelu", [wide], f"{name}.active", domain=_FUSED)
        narrow = self._linear(active, [f"{name}.fo"], hidden, inner, f"{name}.narrow")
        return self._normal(self._node("Add", [middle, narrow], f"{name}.total"), f"{name}.oln", f"{name}.out")

    def _normal(self, at: str, name: str, output: str) -> str:
        scale = self._constant(f"{name}.w", self.weights.floats(f"{name}.w"))
        bias = self._constant(f"{name}.b", self.weights.floats(f"{name}.b"))
        return self._node("LayerNormalization", [at, scale, bias], output, axis=-1, epsilon=self.sizes.epsilon)

    def _linear(self, at: str, names: list[str], out: int, into: int, output: str) -> str:
        """One product with the matrices of these names side by side, and their biases."""
        matrix = np.concatenate([self.weights.matrix(f"{name}.w", out, into) for name in names]).T
        bias = self._constant(f"{output}.b", np.concatenate([self.weights.floats(f"{name}.b") for name in names]))
        if not self.quantised:
            product = self._node("MatMul", [at, self._constant(f"{output}.w", matrix)], f"{output}.product")
            return self._node("Add", [product, bias], output)
        scale = np.abs(matrix).max(axis=0) / _LARGEST
        steps = self._constant(f"{output}.w", np.rint(matrix / scale).astype(np.int8))
        scales = self._constant(f"{output}.s", scale.astype(np.float32))
        zeros = self._constant(f"{output}.z", np.zeros(len(scale), np.int8))
        return self._node("DynamicQuantizeMatMul", [at, steps, scales, zeros, bias], output, domain=_FUSED)

    def _pooled(self, at: str) -> None:
        """The mean over the tokens that are text, at length one."""
        self._node("Cast", [MASK], "weight", to=TensorProto.FLOAT)
        self._node("Unsqueeze", ["weight", "last"], "weights")
        self._node("Mul", [at, "weights"], "weighted")
        self._node("ReduceSum", ["weighted", "one"], "sum", keepdims=0)
        self._node("LpNormalization", ["sum"], VECTORS, axis=-1, p=2)
