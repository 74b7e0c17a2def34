"""Credit by Shapley's value: what each key adds to the sets of keys that journeys were made of.

With the worth of a set of keys taken as all that journeys within the set brought, Shapley's value of a key is each
journey's worth shared alike among its distinct keys: no sets are listed. The ordered form shares a key's part
alike among its touches, so that it can be read by position; its sum by key is the first form's.

Source: K. Zhao, S. H. Mahboobi, S. R. Bagheri, "Shapley Value Methods for Attribution Modeling in Online
Advertising", arXiv:1804.05327 (2018), sections 3 and 4.
"""

import numpy as np

from sameside.analytics.attribution.journeys import Floats, Ints, Journeys

POSITIONS = 20
"""Positions are told apart up to this one; the last stands for all that follow."""


def shares(journeys: Journeys) -> tuple[Ints, Ints, Floats]:
    """(journey, key, share), one row for each key of each journey: 1 / number of the journey's distinct keys."""
    journey, key, _ = journeys.distinct
    width = np.bincount(journey, minlength=len(journeys))
    return journey, key, 1 / width[journey]


def ordered(journeys: Journeys) -> Floats:
    """The share of each touch, float64[t]: the key's share by the number of the key's touches in the journey."""
    journey, key, counts = journeys.distinct
    width = np.bincount(journey, minlength=len(journeys))
    words = journey * len(journeys.keys) + key
    found = np.searchsorted(words, journeys.of_touch * len(journeys.keys) + journeys.key)
    result: Floats = 1 / (width[journeys.of_touch] * counts[found])
    return result


def position(journeys: Journeys) -> Ints:
    """0 for the first touch of a journey, up to POSITIONS - 1 for all from there on, int64[t]."""
    return np.minimum(journeys.place, POSITIONS - 1)
