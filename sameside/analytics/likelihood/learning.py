"""A calibrated model of yes and no that is only numbers: weights of field values, and a curve from score to chance.

Logistic regression with a penalty chosen on the latest part of what it learns from; then its scores are calibrated on
rows later than those. After learning, the weights of each field are moved so that their average over the rows where
the field is known is nought: a missing value then moves nothing, which is what "missing is no reason to score low"
means. `Model.to_json` holds everything, so that nothing has to be unpickled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from sameside.analytics.likelihood import encoding
from sameside.analytics.likelihood.encoding import Field

Floats = NDArray[np.float64]
Yes = NDArray[np.bool_]
PENALTIES = (0.01, 0.03, 0.1, 0.3, 1.0)
MANY = 400
"""So many of the rarer answer in the rows to calibrate on allow a curve without a form; fewer get a straight line."""
KNOTS = 200


class TooLittle(ValueError):
    """There is too little to learn from; the message is a sentence."""


@dataclass(frozen=True)
class Model:
    """`weights` stand by field value (log-odds, see `encoding.spans`), `start` is the log-odds when nothing is known.

    The chance of a log-odds is read off the curve (`xs` ascending, `ys` chances), linearly between its knots.
    """

    fields: tuple[Field, ...]
    weights: Floats
    start: float
    xs: Floats
    ys: Floats

    def scores(self, matrix: sparse.csr_matrix) -> Floats:
        return np.asarray(matrix @ self.weights + self.start, float)

    def chances(self, matrix: sparse.csr_matrix) -> Floats:
        return self.calibrated(self.scores(matrix))

    def calibrated(self, scores: Floats) -> Floats:
        return np.interp(scores, self.xs, self.ys)

    def to_json(self) -> dict[str, Any]:
        return {
            "fields": [
                {"name": one.name, "kind": one.kind, "choices": list(one.choices), "cuts": list(one.cuts)}
                for one in self.fields
            ],
            "weights": [float(one) for one in self.weights],
            "start": self.start,
            "xs": [float(one) for one in self.xs],
            "ys": [float(one) for one in self.ys],
        }


def from_json(data: Mapping[str, Any]) -> Model:
    fields = tuple(Field(one["name"], one["kind"], tuple(one["choices"]), tuple(one["cuts"])) for one in data["fields"])
    return Model(fields, np.array(data["weights"]), data["start"], np.array(data["xs"]), np.array(data["ys"]))


def learn(
    fields: Sequence[Field], matrix: sparse.csr_matrix, yes: Yes, *, calibrate_on: float = 0.25, seed: int = 0
) -> Model:
    """Learn from rows in the order of time: the weights from the first, the curve from the last `calibrate_on` of them.

    `matrix`: rows by `encoding.encode`; `yes`: one truth a row. Raises `TooLittle` unless both parts hold both answers.
    """
    cut = int(matrix.shape[0] * (1 - calibrate_on))
    early, late = yes[:cut], yes[cut:]
    for part in (early, late):
        if not part.any() or part.all():
            raise TooLittle("All leads of the time learnt from ended the same way.")
    penalty = _penalty(matrix[:cut], early, seed)
    weights, start = _fit(matrix[:cut], early, penalty, seed)
    weights, start = _centred(fields, matrix[:cut], weights, start)
    xs, ys = _curve(np.asarray(matrix[cut:] @ weights + start, float), late)
    return Model(tuple(fields), weights, start, xs, ys)


def _fit(matrix: sparse.csr_matrix, yes: Yes, penalty: float, seed: int) -> tuple[Floats, float]:
    fitted = LogisticRegression(C=penalty, max_iter=400, random_state=seed).fit(matrix, yes)
    return fitted.coef_[0].astype(float), float(fitted.intercept_[0])


def _penalty(matrix: sparse.csr_matrix, yes: Yes, seed: int) -> float:
    """The penalty that says the last fifth best, of what was learnt from before it."""
    cut = int(matrix.shape[0] * 0.8)
    early, late = yes[:cut], yes[cut:]
    if not early.any() or early.all() or not late.any() or late.all():
        return PENALTIES[0]
    losses = []
    for penalty in PENALTIES:
        weights, start = _fit(matrix[:cut], early, penalty, seed)
        losses.append(log_loss(late, expit(matrix[cut:] @ weights + start)))
    return PENALTIES[int(np.argmin(losses))]


def _centred(fields: Sequence[Field], matrix: sparse.csr_matrix, weights: Floats, start: float) -> tuple[Floats, float]:
    counts = np.asarray(matrix.sum(axis=0)).ravel()
    moved = weights.copy()
    for span in encoding.spans(fields):
        known = counts[span].sum()
        if known:
            mean = float(counts[span] @ weights[span] / known)
            moved[span] -= mean
            start += mean
    return moved, start


def _curve(scores: Floats, yes: Yes) -> tuple[Floats, Floats]:
    rarer = min(int(yes.sum()), int((~yes).sum()))
    if rarer < MANY:
        line = LogisticRegression(C=1.0).fit(scores[:, None], yes)
        slope = max(float(line.coef_[0][0]), 0.0)
        low, high = float(scores.min()) - 4, float(scores.max()) + 4
        xs = np.linspace(low, high, KNOTS)
        return xs, expit(slope * xs + float(line.intercept_[0]))
    curve = IsotonicRegression(out_of_bounds="clip").fit(scores, yes.astype(float))
    xs, ys = np.asarray(curve.X_thresholds_, float), np.asarray(curve.y_thresholds_, float)
    least = 1 / (yes.size + 2)
    return xs, np.clip(ys, least, 1 - least)


@dataclass(frozen=True)
class Part:
    """What one field adds to a row's log-odds, and the value that does, by its place in the field."""

    field: int
    place: int
    weight: float


def parts(model: Model, matrix: sparse.csr_matrix) -> list[list[Part]]:
    """For each row what moved it, the strongest first; fields that are missing move nothing and are left out."""
    owner = np.concatenate([np.full(one.size, number) for number, one in enumerate(model.fields)] or [np.empty(0, int)])
    begins = [span.start for span in encoding.spans(model.fields)]
    found = []
    for row in range(matrix.shape[0]):
        at = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        of_row = [Part(int(owner[one]), int(one - begins[int(owner[one])]), float(model.weights[one])) for one in at]
        found.append(sorted(of_row, key=lambda part: -abs(part.weight)))
    return found
