"""Every asset gets exactly one verdict; this table is the rule, line by line and edge by edge."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sameside.library.models import Verdict
from sameside.library.truth import RULE, Facts, judge

K = 5
CASES = [
    ("one share is used", Facts(uses=1), "used", "Shared, presented or personalised 1 time."),
    ("used comes before everything", Facts(uses=2, off_target=3, impressions=0, open_deals=9), "used", None),
    ("never seen, wanted", Facts(open_deals=3), "not_found", "Never seen, although 3 deals in its facets were open."),
    ("one deal", Facts(open_deals=1), "not_found", "Never seen, although 1 deal in its facets was open."),
    (
        "wanted by a search only",
        Facts(impressions=1, matched_searches=1),
        "not_found",
        "Seen 1 time, although 1 search matched it.",
    ),
    (
        "wanted by both",
        Facts(impressions=4, open_deals=2, matched_searches=7),
        "not_found",
        "Seen 4 times, although 2 deals in its facets were open and 7 searches matched it.",
    ),
    ("k - 1 is not found", Facts(impressions=4, open_deals=1), "not_found", None),
    (
        "k is found, then passed over",
        Facts(impressions=5, open_deals=1),
        "not_relevant",
        "Seen 5 times, never opened, then passed over.",
    ),
    (
        "opened once each, nobody came back",
        Facts(impressions=9, opens=2, open_deals=1),
        "not_relevant",
        "Seen 9 times, opened 2 times, then passed over.",
    ),
    ("opens by link count as seen", Facts(opens=5, open_deals=1), "not_relevant", None),
    ("seen without any demand is passed over too", Facts(impressions=5), "not_relevant", None),
    ("not found comes before off-target", Facts(impressions=1, open_deals=1, off_target=1), "not_found", None),
    (
        "off-target, seldom seen, nothing open",
        Facts(impressions=1, off_target=1),
        "not_relevant",
        "Judged off-target in 1 feedback, and not used.",
    ),
    (
        "downloaded, no play read",
        Facts(impressions=8, opens=1, downloads=1, open_deals=1),
        "not_understood",
        "Downloaded 1 time, but never presented or sent, and nobody read how to use it.",
    ),
    (
        "came back, no play read",
        Facts(impressions=8, opens=4, returns=2, open_deals=1),
        "not_understood",
        "Opened again by 2 people, but never presented or sent, and nobody read how to use it.",
    ),
    ("downloaded without demand", Facts(downloads=1), "not_understood", None),
    (
        "read how to use it and did not",
        Facts(impressions=8, downloads=1, plays=1, open_deals=1),
        "not_relevant",
        "Seen 8 times; 1 person read how to use it, nobody did.",
    ),
    (
        "feedback says it is not clear",
        Facts(misunderstood=2),
        "not_understood",
        "2 feedbacks said it is not clear how to use it.",
    ),
    ("off-target comes before not clear", Facts(off_target=1, misunderstood=1), "not_relevant", None),
    (
        "nothing at all",
        Facts(),
        "no_demand",
        "No open deal in its facets, no search matched it; never seen, too few to judge it (k = 5).",
    ),
    ("seen a little, nothing open", Facts(impressions=4, opens=1), "no_demand", None),
    ("seldom seen, play read, nothing open", Facts(downloads=1, plays=1), "no_demand", None),
]


@pytest.mark.parametrize(("facts", "verdict", "reason"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_rule(facts: Facts, verdict: str, reason: str | None) -> None:
    found, sentence = judge(facts, K)
    assert found == verdict
    assert reason is None or sentence == reason


def test_k_of_one_finds_at_the_first_impression() -> None:
    assert judge(Facts(open_deals=1), 1)[0] == "not_found"
    assert judge(Facts(impressions=1, open_deals=1), 1)[0] == "not_relevant"


def test_every_verdict_has_its_line() -> None:
    assert [verdict for verdict, _ in RULE] == list(Verdict)


few = st.integers(0, 7)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.builds(Facts, few, few, few, few, few, few, few, few, few, few), st.integers(1, 50))
def test_every_asset_gets_one_verdict_with_a_sentence(facts: Facts, k: int) -> None:
    verdict, sentence = judge(facts, k)
    assert sentence.endswith(".")
    assert (verdict == "used") == (facts.uses > 0)
    assert verdict != "not_found" or (facts.seen < k and facts.wanted)
    assert verdict != "no_demand" or (facts.seen < k and not facts.wanted)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.builds(Facts, few, few, few, few, few, few, few, few, few, few), st.integers(1, 49))
def test_a_stricter_k_only_ever_finds_less(facts: Facts, k: int) -> None:
    if judge(facts, k)[0] == "not_found":
        assert judge(facts, k + 1)[0] == "not_found"
