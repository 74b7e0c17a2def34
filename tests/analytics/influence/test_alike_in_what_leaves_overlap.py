"""Cases are alike in as much as leaves somebody to compare with."""

import numpy as np
import pytest

from sameside.analytics.influence.cases import trials
from sameside.analytics.influence.choosing import alike_in, overlap
from tests.analytics.influence.worlds import world


def test_a_thing_that_leaves_nobody_alike_is_not_taken() -> None:
    cases, touches = world(600, 1, (0.0, 0.1))
    held, met = trials(cases, touches)
    segment = cases.alike["segment"]
    each_alone, same = np.arange(600), np.zeros(600, dtype=np.int64)
    half = np.arange(600) % 2
    found = alike_in(held, met, 2, {"segment": segment, "same": same, "person": each_alone, "half": half})
    assert found == ("segment", "half")


def test_overlap_is_that_of_the_association() -> None:
    from sameside.analytics.influence.strata import associations

    cases, touches = world(600, 1, (0.0, 0.1))
    held, met = trials(cases, touches)
    found = associations(held, met, 2)
    share = sum(one.compared for one in found) / sum(one.exposed for one in found)
    assert overlap(held, met, 2) == pytest.approx(share)
    assert 0.9 < share < 1


def test_keys_that_few_met_do_not_decide() -> None:
    cases, touches = world(30, 2, (0.0,))
    touches.age[19:] = 10**10
    assert overlap(*trials(cases, touches), 1) == 1.0
