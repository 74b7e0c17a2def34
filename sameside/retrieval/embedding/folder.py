"""Any sentence model in a folder: `model.onnx`, `tokenizer.json` and, unless the defaults fit, `sentence.json`.

`sentence.json` may hold: `name`; `query` and `passage`, what stands before questions and passages; `tokens`, how many
the model reads; `lower`, whether it wants lower case; `pooling`, `mean` or `cls`, how token vectors become one;
`output`, which output to take when it has several.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from sameside.retrieval.embedder import Vectors
from sameside.retrieval.embedding import Unusable, session
from sameside.retrieval.embedding.sentences import Manner, Sentences

MODEL, TOKENIZER, SENTENCE = "model.onnx", "tokenizer.json", "sentence.json"
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_MOST_TOKENS = 8_192


@dataclass(frozen=True)
class Sentence:
    """What `sentence.json` says."""

    name: str = ""
    query: str = ""
    passage: str = ""
    tokens: int = 256
    lower: bool = False
    pooling: str = "mean"
    output: str = ""


class FolderModel(Sentences):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        for name in (MODEL, TOKENIZER):
            if not (folder / name).is_file():
                raise Unusable(f"{folder} lacks {name}: a sentence model is {MODEL} and {TOKENIZER} in one folder.")
        self.sentence = _sentence(folder / SENTENCE)
        self.manner = Manner(self.sentence.query, self.sentence.passage, self.sentence.tokens, self.sentence.lower)
        self._tokenizer = _tokenizer(folder / TOKENIZER, self.sentence.tokens)
        self._session = session.opened(folder / MODEL)
        self._inputs = self._checked_inputs(folder / MODEL)
        self._output = self._chosen_output(folder / MODEL)
        self.identity = _identity(folder, self.sentence.name or folder.name)
        self.dimensions = self._tried(folder / MODEL)

    def _checked_inputs(self, model: Path) -> list[str]:
        names = [given.name for given in self._session.get_inputs()]
        unknown = [name for name in names if name not in _INPUTS]
        if unknown or "input_ids" not in names:
            raise Unusable(f"{model} wants {', '.join(names)}; a sentence model takes {', '.join(_INPUTS)}.")
        return names

    def _chosen_output(self, model: Path) -> str:
        names = [made.name for made in self._session.get_outputs()]
        if self.sentence.output and self.sentence.output not in names:
            raise Unusable(f"{model} has no output {self.sentence.output}, only {', '.join(names)}.")
        ready = "sentence_embedding" if "sentence_embedding" in names else names[0]
        return self.sentence.output or ready

    def _tried(self, model: Path) -> int:
        """How long its vectors are, by a first text: what a model claims of its shapes may be wrong."""
        vectors = self._computed(["a first text", "another"], model)
        return int(vectors.shape[1])

    def _run(self, text: str) -> Vectors:
        vector: Vectors = self._computed([text], Path(MODEL))[0]
        return vector

    def _computed(self, texts: Sequence[str], model: Path) -> Vectors:
        encoded = self._tokenizer.encode_batch(list(texts))
        mask = np.array([each.attention_mask for each in encoded], np.int64)
        given = {
            "input_ids": np.array([each.ids for each in encoded], np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        made = np.asarray(self._session.run([self._output], {name: given[name] for name in self._inputs})[0])
        if made.ndim == 3 and made.shape[:2] == mask.shape:
            made = made[:, 0] if self.sentence.pooling == "cls" else _mean(made, mask)
        if made.ndim != 2 or len(made) != len(texts):
            raise Unusable(
                f"{model} answers {len(texts)} texts with numbers of shape {made.shape}, no vector for each."
            )
        lengths = np.linalg.norm(made, axis=1, keepdims=True)
        vectors: Vectors = (made / np.maximum(lengths, 1e-12)).astype(np.float32)
        return vectors


def _mean(made: np.ndarray[Any, Any], mask: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    weights = mask[..., None].astype(np.float32)
    mean: np.ndarray[Any, Any] = (made * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
    return mean


def _sentence(path: Path) -> Sentence:
    if not path.exists():
        return Sentence()
    known = {each.name: type(each.default) for each in fields(Sentence)}
    try:
        given = json.loads(path.read_text())
    except ValueError as problem:
        raise Unusable(f"{path} is no JSON: {problem}.") from problem
    if not isinstance(given, dict):
        raise Unusable(f"{path} must hold an object with any of {', '.join(known)}.")
    for name, value in given.items():
        if name not in known:
            raise Unusable(f"{path} says “{name}”; known are {', '.join(known)}.")
        if type(value) is not known[name]:
            raise Unusable(f"{path}: “{name}” must be of the kind {known[name].__name__}.")
    sentence = Sentence(**given)
    if sentence.pooling not in ("mean", "cls"):
        raise Unusable(f"{path}: “pooling” must be mean or cls, not {sentence.pooling}.")
    if not 8 <= sentence.tokens <= _MOST_TOKENS:
        raise Unusable(f"{path}: “tokens” must be between 8 and {_MOST_TOKENS}.")
    return sentence


def _tokenizer(path: Path, tokens: int) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as missing:
        raise Unusable("The package tokenizers is not installed: pip install 'sameside[semantic]'.") from missing
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as problem:  # the library raises nothing narrower
        raise Unusable(f"{path} is no tokenizer: {problem}") from problem
    tokenizer.enable_truncation(tokens)
    padding = next((piece for piece in ("<pad>", "[PAD]") if tokenizer.token_to_id(piece) is not None), None)
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id(padding) if padding else 0, pad_token=padding or "[PAD]")
    return tokenizer


def _identity(folder: Path, name: str) -> str:
    """Its name and what its files hold: another file, another model."""
    digest = hashlib.sha256()
    for file in (MODEL, TOKENIZER, SENTENCE):
        if (folder / file).exists():
            with (folder / file).open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
    plain = "".join(letter if letter.isalnum() else "-" for letter in name.lower())
    return f"{plain[:40]}-{digest.hexdigest()[:12]}"
