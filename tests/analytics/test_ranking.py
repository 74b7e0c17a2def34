"""The measures of an order of results, with values worked out by hand."""

import pytest

from sameside.analytics.ranking import difference, mean, ndcg, recall, reciprocal_rank

JUDGED = {"a": 3, "b": 2, "c": 0, "d": 1}


def test_the_best_order_scores_one():
    assert ndcg(["a", "b", "d", "c"], JUDGED) == pytest.approx(1.0)


def test_a_worse_order_scores_what_the_discount_says():
    # gains 2/log2(2) + 0/log2(3) + 3/log2(4) + 1/log2(5) = 2 + 0 + 1.5 + 0.430677 = 3.930677
    # ideal 3/log2(2) + 2/log2(3) + 1/log2(4)             = 3 + 1.261860 + 0.5    = 4.761860
    assert ndcg(["b", "c", "a", "d"], JUDGED) == pytest.approx(0.825450, abs=1e-6)


def test_the_gain_is_the_grade_and_not_two_to_its_power():
    # 1 + 3/log2(3) = 2.892789 of 3 + 1/log2(3) = 3.630930; with 2^grade - 1 it would be 0.709810
    assert ndcg(["x", "y"], {"x": 1, "y": 3}) == pytest.approx(0.796707, abs=1e-6)


def test_only_the_first_k_count_in_the_answer_and_in_the_best_order():
    assert ndcg(["c", "a"], JUDGED, k=1) == 0.0
    assert ndcg(["b", "a"], JUDGED, k=1) == pytest.approx(2 / 3)


def test_fewer_results_than_k_gain_nothing_for_the_empty_places():
    # 3 of 4.761860
    assert ndcg(["a"], JUDGED, k=10) == pytest.approx(0.630006, abs=1e-6)
    assert ndcg([], JUDGED) == 0.0
    assert recall([], JUDGED) == 0.0
    assert reciprocal_rank([], JUDGED) == 0.0


def test_a_query_without_anything_relevant_says_nothing():
    assert ndcg(["a"], {"a": 0}) is None
    assert recall(["a"], {"a": 0}) is None
    assert reciprocal_rank(["a"], {}) is None


def test_recall_is_the_share_of_the_relevant():
    assert recall(["a", "c", "d"], JUDGED) == pytest.approx(2 / 3)
    assert recall(["a", "c", "d"], JUDGED, k=1) == pytest.approx(1 / 3)
    assert recall(["a", "c", "d"], JUDGED, relevant=2) == pytest.approx(1 / 2)


def test_the_reciprocal_rank_is_that_of_the_first_relevant_result():
    assert reciprocal_rank(["c", "x", "d", "a"], JUDGED) == pytest.approx(1 / 3)
    assert reciprocal_rank(["c", "x", "d", "a"], JUDGED, relevant=2) == pytest.approx(1 / 4)
    assert reciprocal_rank(["c", "x", "d"], JUDGED, k=2) == 0.0


def test_what_was_not_judged_counts_as_wrong():
    assert ndcg(["x", "a"], {"a": 1}) == pytest.approx(0.630930, abs=1e-6)


def test_a_result_may_not_stand_twice_in_an_answer():
    with pytest.raises(ValueError, match="twice"):
        ndcg(["a", "a"], JUDGED)


@pytest.mark.parametrize(("judged", "k"), [({"a": -1}, 10), ({"a": 1}, 0)])
def test_nonsense_is_refused(judged, k):
    with pytest.raises(ValueError):
        recall(["a"], judged, k)


def test_a_mean_leaves_out_what_says_nothing_and_carries_its_interval():
    found = mean([1.0, 0.0, None, 1.0, 0.0])
    assert found
    assert (found.value, found.n) == (0.5, 4)
    assert (found.low, found.high) == (0.0, 1.0)


def test_the_interval_of_many_queries_is_that_of_the_normal_distribution():
    # a share of .5 of 400: .5 ± 1.96 · sqrt(.25 / 400) = .451 to .549
    found = mean([0.0, 1.0] * 200)
    assert found
    assert found.low == pytest.approx(0.451, abs=0.006)
    assert found.high == pytest.approx(0.549, abs=0.006)


def test_the_same_values_give_the_same_interval():
    values = [0.1, 0.7, 0.3, 0.9, 0.2]
    assert mean(values) == mean(values)
    assert mean(values) != mean(values, seed=2)


def test_no_values_have_no_mean_and_one_value_no_spread():
    assert mean([None]) is None
    alone = mean([0.4])
    assert alone
    assert (alone.value, alone.low, alone.high) == (0.4, 0.0, 1.0)


def test_two_equal_rankings_do_not_differ():
    found = difference([0.5, 0.25, 1.0], [0.5, 0.25, 1.0])
    assert found
    assert (found.value, found.p, found.better, found.worse) == (0.0, 1.0, 0, 0)
    assert not found.is_clear


def test_the_p_value_is_the_share_of_signs_that_are_as_extreme():
    # five equal gains: 2 of the 32 patterns of signs have a mean as far from 0, so p is about 1/16
    found = difference([0.0] * 5, [0.2] * 5)
    assert found
    assert found.p == pytest.approx(0.0625, abs=0.01)
    assert found.better == 5
    assert not found.is_clear


def test_a_gain_on_every_one_of_many_queries_is_clear():
    found = difference([0.4] * 30, [0.5] * 30)
    assert found
    assert found.value == pytest.approx(0.1)
    assert found.p == pytest.approx(1 / 10_001)
    assert found.is_clear


def test_losses_have_the_other_sign_and_are_counted():
    found = difference([0.9, 0.5, 0.5], [0.1, 0.5, 0.6])
    assert found
    assert found.value == pytest.approx(-0.7 / 3)
    assert (found.better, found.worse, found.n) == (1, 1, 3)


def test_queries_unknown_to_one_of_both_are_left_out():
    found = difference([None, 0.5, 0.2], [0.7, None, 0.3])
    assert found
    assert (found.n, found.value) == (1, pytest.approx(0.1))
    assert (found.low, found.high) == (-1.0, 1.0)
    assert difference([None], [1.0]) is None


def test_rankings_measured_by_other_queries_are_not_compared():
    with pytest.raises(ValueError, match="same queries"):
        difference([1.0], [1.0, 0.5])
