"""Credit by rule: each rule gives every touch of a journey its weight; the weights of a journey sum to 1.

What all rules share: a touch counts up to the second of the outcome and not after it; touches of one second count in
the order of their keys; one touch earns everything; an outcome without a touch is credited to no key.
"""

from collections.abc import Callable, Mapping

import numpy as np

from sameside.analytics.attribution.journeys import UNKNOWN, Flags, Floats, Ints, Journeys
from sameside.analytics.attribution.spec import DAY, Positions, Spec


def first(journeys: Journeys, spec: Spec) -> Floats:
    """Everything to the earliest touch."""
    return _at(journeys, journeys.start)


def last(journeys: Journeys, spec: Spec) -> Floats:
    """Everything to the latest touch."""
    return _at(journeys, journeys.start + journeys.length - 1)


def last_non_direct(journeys: Journeys, spec: Spec) -> Floats:
    """Everything to the latest touch that is not direct; to the latest of all where every touch is."""
    if journeys.direct is None:
        raise ValueError("`last_non_direct` needs to know which touches are direct: a column `channel`.")
    return _at(journeys, _latest(journeys, ~journeys.direct))


def lead_creation(journeys: Journeys, spec: Spec) -> Floats:
    """Everything to the touch that made the lead: the latest up to its creation, the first where none came before or
    nobody knows when the lead was made.
    """
    return _at(journeys, _made(journeys, journeys.outcomes.lead_age))


def opportunity_creation(journeys: Journeys, spec: Spec) -> Floats:
    """Everything to the touch that made the opportunity: the latest up to its creation, the first where none came
    before; the last touch where nobody knows when the opportunity was made.
    """
    return _at(journeys, _opened(journeys))


def linear(journeys: Journeys, spec: Spec) -> Floats:
    """To all touches alike."""
    return np.repeat(1 / journeys.length, journeys.length)


def u_shape(journeys: Journeys, spec: Spec) -> Floats:
    """40 % to the first, 40 % to the last touch, 20 % to those between in equal parts."""
    return _by_position(journeys, Positions(0.4, 0.2, 0.4))


def positions(journeys: Journeys, spec: Spec) -> Floats:
    """By the weights of the specification."""
    return _by_position(journeys, spec.positions)


def w_shape(journeys: Journeys, spec: Spec) -> Floats:
    """30 % each to the first touch and those that made the lead and the opportunity, 10 % to the rest."""
    made = _made(journeys, journeys.outcomes.lead_age)
    return _anchored(journeys, (journeys.start, made, _opened(journeys)), 0.3)


def full_path(journeys: Journeys, spec: Spec) -> Floats:
    """22.5 % each to the first touch, those that made the lead and the opportunity, and the last; 10 % to the rest."""
    made = _made(journeys, journeys.outcomes.lead_age)
    end = journeys.start + journeys.length - 1
    return _anchored(journeys, (journeys.start, made, _opened(journeys), end), 0.225)


def time_decay(journeys: Journeys, spec: Spec) -> Floats:
    """A touch earns half as much as one that is a half-life younger."""
    youngest = journeys.age[journeys.start + journeys.length - 1]
    older = journeys.age - np.repeat(youngest, journeys.length)
    weights: Floats = np.exp2(older * (-1 / (spec.half_life_days * DAY)))
    shares: Floats = weights / np.repeat(np.add.reduceat(weights, journeys.start), journeys.length)
    return shares


def _at(journeys: Journeys, touch: Ints) -> Floats:
    weights = np.zeros(len(journeys.key))
    weights[touch] = 1.0
    return weights


def _latest(journeys: Journeys, chosen: Flags) -> Ints:
    """The latest chosen touch of each journey; the latest of all where none is chosen."""
    where = np.where(chosen, np.arange(len(journeys.key)), -1)
    found = np.maximum.reduceat(where, journeys.start)
    return np.where(found >= 0, found, journeys.start + journeys.length - 1)


def _made(journeys: Journeys, ages: Ints) -> Ints:
    """The latest touch up to the moment so long before the outcome; the first touch where none is, or none is known."""
    age = ages[journeys.outcome]
    before = journeys.age >= np.repeat(np.where(age == UNKNOWN, np.iinfo(np.int64).max, age), journeys.length)
    found = np.add.reduceat(before.astype(np.int64), journeys.start)  # touches are oldest first: these stand in front
    made: Ints = journeys.start + np.maximum(found - 1, 0)
    return made


def _opened(journeys: Journeys) -> Ints:
    made = _made(journeys, journeys.outcomes.opportunity_age)
    unknown = journeys.outcomes.opportunity_age[journeys.outcome] == UNKNOWN
    return np.where(unknown, journeys.start + journeys.length - 1, made)


def _by_position(journeys: Journeys, given: Positions) -> Floats:
    length = journeys.length
    between = np.maximum(length - 2, 1)
    weights = np.repeat(given.middle / between, length)
    ends = given.first + given.last
    # Without a middle the ends share everything, in proportion to their weights.
    scale = np.where(length > 2, 1 / (ends + given.middle), 1 / ends if ends else 0.0)
    front, back = (given.first, given.last) if ends else (0.0, 0.0)
    weights[journeys.start] = front
    weights[journeys.start + length - 1] = back
    if not ends:
        pairs = length == 2
        weights[journeys.start[pairs]] = weights[journeys.start[pairs] + 1] = 0.5
        scale = np.where(length > 2, 1 / given.middle, 1.0)
    weights *= np.repeat(scale, length)
    weights[journeys.start[length == 1]] = 1.0
    return weights


def _anchored(journeys: Journeys, anchors: tuple[Ints, ...], weight: float) -> Floats:
    """`weight` to each anchor, added where anchors fall together, and the rest to the other touches in equal parts.

    A journey without another touch shares everything in proportion to the anchors' weights.
    """
    weights = np.zeros(len(journeys.key))
    for anchor in anchors:
        weights[anchor] += weight  # one anchor names each journey's touch once
    bare = weights == 0
    others = np.add.reduceat(bare.astype(np.int64), journeys.start)
    rest = 1 - weight * len(anchors)
    each = np.where(others > 0, rest / np.maximum(others, 1), 0.0)
    scale = np.where(others > 0, 1.0, 1 / (weight * len(anchors)))
    shares: Floats = weights * np.repeat(scale, journeys.length) + np.where(bare, np.repeat(each, journeys.length), 0.0)
    return shares


Rule = Callable[[Journeys, Spec], Floats]
RULES: Mapping[str, Rule] = {
    "first": first,
    "last": last,
    "last_non_direct": last_non_direct,
    "lead_creation": lead_creation,
    "opportunity_creation": opportunity_creation,
    "linear": linear,
    "u_shape": u_shape,
    "w_shape": w_shape,
    "full_path": full_path,
    "time_decay": time_decay,
    "positions": positions,
}
