"""Every model as slow plain Python that can be checked by reading: fractions, dictionaries, one journey at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np


@dataclass(frozen=True)
class Journey:
    """`touches` are (age in seconds, key, whether direct), oldest first, ties by key."""

    touches: Sequence[tuple[int, int, bool]]
    won: bool
    amount: float
    lead_age: int | None = None
    opportunity_age: int | None = None


def weights(journey: Journey, model: str, half_life_days: float = 7, own: tuple[float, ...] = ()) -> list[float]:
    """The weight of each touch."""
    touches = journey.touches
    end = len(touches) - 1
    if model == "first":
        return _one(touches, 0)
    if model == "last":
        return _one(touches, end)
    if model == "last_non_direct":
        indirect = [place for place, touch in enumerate(touches) if not touch[2]]
        return _one(touches, indirect[-1] if indirect else end)
    if model == "lead_creation":
        return _one(touches, _lead(journey))
    if model == "opportunity_creation":
        return _one(touches, _opportunity(journey))
    if model == "linear":
        return [1 / len(touches)] * len(touches)
    if model == "time_decay":
        parts = [2 ** (-(age - touches[-1][0]) / (half_life_days * 86_400)) for age, _, _ in touches]
        return [part / sum(parts) for part in parts]
    if model == "u_shape":
        return _ends(len(touches), (0.4, 0.2, 0.4))
    if model == "positions":
        return _ends(len(touches), own)
    anchors = [0, _lead(journey), _opportunity(journey)]
    if model == "full_path":
        return _anchored(len(touches), [*anchors, end], Fraction(225, 1000))
    if model == "w_shape":
        return _anchored(len(touches), anchors, Fraction(3, 10))
    raise AssertionError(model)


def _one(touches: Sequence[object], place: int) -> list[float]:
    return [float(other == place) for other in range(len(touches))]


def _before(journey: Journey, age: int) -> int:
    return max([place for place, touch in enumerate(journey.touches) if touch[0] >= age], default=0)


def _lead(journey: Journey) -> int:
    return 0 if journey.lead_age is None else _before(journey, journey.lead_age)


def _opportunity(journey: Journey) -> int:
    age = journey.opportunity_age
    return len(journey.touches) - 1 if age is None else _before(journey, age)


def _ends(n: int, own: tuple[float, ...]) -> list[float]:
    front, middle, back = own
    if n == 1:
        return [1.0]
    if n == 2:
        return [front / (front + back), back / (front + back)] if front + back else [0.5, 0.5]
    parts = [front, *([middle / (n - 2)] * (n - 2)), back]
    return [part / sum(own) for part in parts]


def _anchored(n: int, anchors: list[int], weight: Fraction) -> list[float]:
    parts = [Fraction(0)] * n
    for anchor in anchors:
        parts[anchor] += weight
    others = [place for place in range(n) if place not in anchors]
    for place in others:
        parts[place] = (1 - weight * len(anchors)) / len(others)
    return [float(part / sum(parts)) for part in parts]


def credit(journeys: Sequence[Journey], model: str, keys: int, **own: object) -> tuple[list[float], list[float]]:
    """Credited outcomes and amounts by key."""
    n, value = [0.0] * keys, [0.0] * keys
    for journey in journeys:
        if not journey.won or not journey.touches:
            continue
        if model in ("shapley", "shapley_ordered"):
            distinct = {key for _, key, _ in journey.touches}
            shares = {key: 1 / len(distinct) for key in distinct}
        else:
            shares = defaultdict(float)
            for (_, key, _), part in zip(journey.touches, weights(journey, model, **own), strict=True):  # type: ignore[arg-type]
                shares[key] += part
        for key, part in shares.items():
            n[key] += part
            value[key] += part * journey.amount
    return n, value


def removal(
    journeys: Sequence[Journey], keys: int, *, order: int = 1, with_lost: bool = True
) -> tuple[list[float], list[float]]:
    """Removal effects of wins and of amounts by key: one linear system for each key, its states taken out."""
    steps: dict[tuple[object, object], float] = defaultdict(float)
    amounts: dict[object, float] = defaultdict(float)
    for journey in journeys:
        if not journey.touches or not (journey.won or with_lost):
            continue
        path = [key for _, key, _ in journey.touches]
        size = min(order, len(path))
        states: list[object] = [tuple(path[i : i + size]) for i in range(len(path) - size + 1)]
        states = [state for i, state in enumerate(states) if not i or state != states[i - 1]]
        for a, b in zip(["start", *states], [*states, "won" if journey.won else "lost"], strict=True):
            steps[a, b] += 1
        if journey.won:
            amounts[states[-1]] += journey.amount
    whole = _worth(steps, amounts, None)
    taken = [_worth(steps, amounts, key) for key in range(keys)]
    return [1 - part[0] / whole[0] for part in taken], [1 - part[1] / whole[1] for part in taken]


def _worth(
    steps: dict[tuple[object, object], float], amounts: dict[object, float], removed: int | None
) -> tuple[float, float]:
    out: dict[object, float] = defaultdict(float)
    for (a, _), n in steps.items():
        out[a] += n
    states = [state for state in out if isinstance(state, tuple) and (removed is None or removed not in state)]
    place = {state: i for i, state in enumerate(states)}
    matrix, reward = np.eye(len(states)), np.zeros((len(states), 2))
    begin = np.zeros(len(states))
    for (a, b), n in steps.items():
        if a == "start" and b in place:
            begin[place[b]] = n / out["start"]
        elif a in place and b in place:
            matrix[place[a], place[b]] -= n / out[a]
        elif a in place and b == "won":
            reward[place[a]] = n / out[a], amounts[a] / out[a]
    won, value = begin @ np.linalg.solve(matrix, reward) if states else (0.0, 0.0)
    return float(won), float(value)
