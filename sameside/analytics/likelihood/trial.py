"""A trial by time: learn from earlier rows, judge on later ones, beside another score of the same rows.

A row enters with what was known of it at its moment; the trial never looks at the truth of a row it judges.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sameside.analytics.likelihood import encoding, judging, learning
from sameside.analytics.likelihood.encoding import Column
from sameside.analytics.likelihood.learning import Model, TooLittle

Floats = NDArray[np.float64]
Yes = NDArray[np.bool_]
LEAST_ROWS = 200
LEAST_YES = 30
TESTED = 0.3


@dataclass(frozen=True)
class Trial:
    """`tested`: the rows judged, by number. `figures` are of the model and, where it was given, of the other score.

    `model` is learnt from all rows afterwards, in the same way; the figures are those of one that had not seen the
    rows judged. `wins` says whether the model was better: the whole interval of the gain lies above nought and its
    chances are better than the average's.
    """

    model: Model
    tested: NDArray[np.int64]
    figures: dict[str, Any]
    wins: bool


def least(rows: int) -> int:
    """How often a value must occur to count: one in two hundred, within 10 and 200."""
    return min(200, max(10, rows // 200))


def hold(columns: Sequence[Column], yes: Yes, *, other: Floats | None = None, seed: int = 0) -> Trial:
    """Hold a trial over rows in the order of time. Raises `TooLittle`.

    `columns`: fields of all rows; `yes`: their truths; `other`: another score of them (the rule's), to be beaten.
    """
    rows = yes.size
    cut = int(rows * (1 - TESTED))
    for part, name in ((yes[:cut], "earlier"), (yes[cut:], "later")):
        rarer = min(int(part.sum()), int((~part).sum()))
        if part.size < LEAST_ROWS or rarer < LEAST_YES:
            raise TooLittle(
                f"Of the {name} leads {part.size:,} are old enough to judge and {int(part.sum()):,} of them succeeded; "
                f"it takes {LEAST_ROWS} leads with {LEAST_YES} of either answer."
            )
    early = [Column(one.name, one.kind, one.values[:cut]) for one in columns]
    fields = encoding.learn(early, least=least(cut))
    if not fields:
        raise TooLittle("No field of these leads has two values that occur often enough to learn from.")
    whole = {one.name: one.values for one in columns}
    matrix = encoding.encode(fields, whole, rows)
    judged = learning.learn(fields, matrix[:cut], yes[:cut], seed=seed)
    tested = np.arange(cut, rows)
    figures, wins = _figures(judged, matrix[cut:], yes[cut:], None if other is None else other[cut:], seed)
    fields = encoding.learn(columns, least=least(rows))
    model = learning.learn(fields, encoding.encode(fields, whole, rows), yes, seed=seed)
    return Trial(model, tested, figures, wins)


def _figures(model: Model, matrix: Any, yes: Yes, other: Floats | None, seed: int) -> tuple[dict[str, Any], bool]:
    scores = model.scores(matrix)
    chances = model.calibrated(scores)
    parts = {
        field.name: np.asarray(matrix[:, span] @ model.weights[span], float)
        for field, span in zip(model.fields, encoding.spans(model.fields), strict=True)
    }
    figures: dict[str, Any] = {
        "model": judging.summary(scores, yes, chances),
        "importances": judging.importances(parts, scores, yes, seed=seed),
    }
    wins = figures["model"]["brier_skill"] > 0
    if other is not None:
        figures["other"] = judging.summary(other, yes)
        found = judging.gain(scores, other, yes)
        figures["gain"] = [found.value, found.low, found.high]
        wins = wins and found.low > 0
    else:
        wins = wins and figures["model"]["area"][1] > 0.5
    return figures, wins
