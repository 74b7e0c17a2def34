"""Learning by time: it finds what is there, claims nothing where nothing is, and never counts missing against a row."""

import json

import numpy as np
import pytest

from sameside.analytics.likelihood import encoding, learning, trial
from sameside.analytics.likelihood.encoding import Column
from sameside.analytics.likelihood.learning import TooLittle


def _company(rows: int = 4000, *, missing: float = 0.0) -> tuple[list[Column], np.ndarray, np.ndarray]:
    """Banks succeed at 40 %, shops at 10 %; more visits help; the third field says nothing."""
    dice = np.random.default_rng(5)
    bank = dice.random(rows) < 0.5
    visits = dice.poisson(2, rows).astype(float)
    chance = np.where(bank, 0.4, 0.1) + 0.04 * (visits - 2)
    yes = dice.random(rows) < np.clip(chance, 0.01, 0.99)
    vertical = np.where(bank, "banking", "retail").astype(object)
    vertical[dice.random(rows) < missing] = ""
    colour = dice.choice(["red", "green", "blue"], rows)
    columns = [
        Column("vertical", "choice", [str(one) for one in vertical]),
        Column("visits", "number", visits),
        Column("colour", "choice", [str(one) for one in colour]),
    ]
    return columns, yes, chance


def test_it_finds_what_decides_and_says_chances_that_come_true() -> None:
    columns, yes, _ = _company()
    held = trial.hold(columns, yes)
    figures = held.figures["model"]
    assert held.wins
    assert figures["area"][0] > 0.68
    assert figures["calibration_error"] < 0.06  # 120 leads in each part: chance alone makes about 0.03
    assert figures["brier_skill"] > 0.05
    assert figures["lifts"][2][3] > 1.5  # the best fifth succeeds half as often again
    important = held.figures["importances"]
    assert important["vertical"] > important["visits"] > important["colour"]
    assert abs(important["colour"]) < 0.01


def test_it_does_not_win_against_a_rule_that_knows_the_truth() -> None:
    columns, yes, chance = _company()
    assert not trial.hold(columns, yes, other=chance).wins


def test_it_wins_against_a_rule_that_is_noise() -> None:
    columns, yes, _ = _company()
    noise = np.random.default_rng(9).normal(size=yes.size)
    held = trial.hold(columns, yes, other=noise)
    assert held.wins
    assert held.figures["gain"][1] > 0


def test_where_nothing_decides_nothing_is_claimed() -> None:
    columns, yes, _ = _company()
    shuffled = np.random.default_rng(2).permutation(yes)
    held = trial.hold(columns, shuffled)
    assert not held.wins
    low, high = held.figures["model"]["area"][1:]
    assert low < 0.5 < high


def test_a_missing_value_moves_nothing() -> None:
    columns, yes, _ = _company(missing=0.3)
    model = trial.hold(columns, yes).model
    unknown = encoding.encode(model.fields, {}, 1)
    average = float(model.scores(unknown)[0])
    assert average == pytest.approx(model.start)
    bank, shop = (
        float(model.scores(encoding.encode(model.fields, {"vertical": [one]}, 1))[0]) for one in ("banking", "retail")
    )
    assert shop < average < bank
    assert learning.parts(model, unknown) == [[]]


def test_the_parts_of_a_row_add_up_to_its_score() -> None:
    columns, yes, _ = _company()
    model = trial.hold(columns, yes).model
    matrix = encoding.encode(model.fields, {one.name: one.values[:50] for one in columns}, 50)
    for score, parts in zip(model.scores(matrix), learning.parts(model, matrix), strict=True):
        assert model.start + sum(part.weight for part in parts) == pytest.approx(score)
        assert [abs(part.weight) for part in parts] == sorted((abs(part.weight) for part in parts), reverse=True)


def test_a_model_survives_json() -> None:
    columns, yes, _ = _company()
    model = trial.hold(columns, yes).model
    again = learning.from_json(json.loads(json.dumps(model.to_json())))
    matrix = encoding.encode(model.fields, {one.name: one.values for one in columns}, yes.size)
    assert np.array_equal(model.chances(matrix), again.chances(matrix))


def test_the_same_rows_give_the_same_model() -> None:
    columns, yes, _ = _company()
    assert trial.hold(columns, yes).figures == trial.hold(columns, yes).figures


def test_what_is_judged_was_not_learnt_from() -> None:
    """Turning the answers of the later rows around turns the judgement around, not the model."""
    columns, yes, _ = _company()
    cut = int(yes.size * (1 - trial.TESTED))
    turned = np.concatenate([yes[:cut], ~yes[cut:]])
    assert trial.hold(columns, turned).figures["model"]["area"][0] == pytest.approx(
        1 - trial.hold(columns, yes).figures["model"]["area"][0]
    )


def test_too_few_leads_are_refused_with_a_sentence() -> None:
    columns, yes, _ = _company(300)
    with pytest.raises(TooLittle, match="it takes 200 leads"):
        trial.hold(columns, yes)


def test_values_never_seen_and_ranges_are_said() -> None:
    field = encoding.Field("visits", "number", cuts=(2.0, 5.0))
    assert [encoding.said(field, place) for place in range(3)] == ["under 2", "2 to under 5", "5 or more"]
    assert list(encoding.places(field, np.array([1.9, 2.0, 5.0, np.nan]))) == [0, 1, 2, -1]
    colours = encoding.Field("colour", "choice", ("red", encoding.OTHER))
    assert list(encoding.places(colours, ["red", "mauve", ""])) == [0, 1, -1]
