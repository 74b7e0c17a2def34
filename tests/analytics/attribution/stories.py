"""Journeys to try the models on: random ones with every oddity, and the arrays that engines would make of them."""

import random
from collections.abc import Sequence

import numpy as np

from sameside.analytics.attribution.journeys import UNKNOWN, Journeys, Outcomes, order
from tests.analytics.attribution.reference import Journey


def random_journeys(n: int, keys: int, seed: int) -> list[Journey]:
    """Ties in time, repeats, journeys of none and of one touch, refunds, unknown dates."""
    chance = random.Random(seed)
    made = []
    for _ in range(n):
        touches = sorted(
            {
                (chance.choice((0, 60, 3_600, chance.randrange(90 * 86_400))), chance.randrange(keys))
                for _ in range(chance.choice((0, 1, 1, 2, 3, 5, 9)))
            },
            key=lambda touch: (-touch[0], touch[1]),
        )
        ages = [chance.choice((None, chance.randrange(100 * 86_400))) for _ in range(2)]
        made.append(
            Journey(
                [(age, key, key == 0) for age, key in touches],
                won=chance.random() < 0.4,
                amount=chance.choice((-50.0, 0.0, 100.0, 2_500.5)),
                lead_age=ages[0],
                opportunity_age=ages[1],
            )
        )
    return made


def arrays(journeys: Sequence[Journey], keys: int) -> Journeys:
    """As an engine hands them over, rows shuffled."""

    def known(ages: list[int | None]) -> np.ndarray:
        return np.array([UNKNOWN if age is None else age for age in ages], dtype=np.int64)

    outcomes = Outcomes(
        np.array([one.won for one in journeys], dtype=bool),
        np.array([one.amount for one in journeys]),
        np.arange(len(journeys)) % 5 + 600,
        np.arange(len(journeys)) % 256,
        known([one.lead_age for one in journeys]),
        known([one.opportunity_age for one in journeys]),
    )
    rows = [(number, *touch) for number, one in enumerate(journeys) for touch in one.touches]
    random.Random(7).shuffle(rows)
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4)
    labels = [f"key {number:03}" for number in range(keys)]
    return order(outcomes, labels, columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3].astype(bool))
