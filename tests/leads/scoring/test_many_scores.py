"""A million leads are scored as one is: the two ways are held to each other."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sameside.leads.criteria import FIELDS as KNOWN_FIELDS
from sameside.leads.criteria import HOWS, Behaviour, Condition, Facts
from sameside.leads.scoring import many
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring.rule import BehaviourPoints, FieldPoints, Rule
from tests.conftest import NOW

WORDS = ("", "CIO", "cio", "Head of IT", "Precious", "Straße")
CHANNELS = ("webinar", "email", "sales-call", "website")
INTERACTIONS = ("", "click", "impression")
FACETS = ("persona:cfo", "depth:deep")


def _value(kind: str) -> st.SearchStrategy[Any]:
    numbers = st.none() | st.integers(0, 10**9)
    return {"choice": st.sampled_from(WORDS), "text": st.sampled_from(WORDS), "number": numbers}.get(
        kind, st.none() | st.booleans()
    )


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    field = draw(st.sampled_from([one for one in KNOWN_FIELDS if one.key != "campaign"]))
    how = draw(st.sampled_from([one for one in HOWS[field.kind] if one != "known"]))
    if field.kind == "number":
        return Condition(field.key, how, (str(draw(st.integers(0, 10**9))),))
    words = ("yes", "no") if field.kind == "yes" else tuple(word for word in WORDS if word)
    return Condition(field.key, how, tuple(draw(st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True))))


def _some(words: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(words), max_size=2, unique=True).map(tuple)


LINES = st.one_of(
    st.builds(FieldPoints, st.integers(-100, 100), conditions(), st.none() | st.floats(0, 1)),
    st.builds(
        BehaviourPoints, st.integers(-100, 100), _some(CHANNELS), _some(INTERACTIONS[1:]), _some(("Event", "list")),
        _some(FACETS), st.booleans(), st.none() | st.integers(1, 100), st.integers(1, 365),
        st.none() | st.integers(1, 400),
    ),
)  # fmt: skip
BEHAVIOURS = st.builds(
    Behaviour,
    st.integers(-3 * 86_400, 400 * 86_400).map(lambda seconds: NOW - timedelta(seconds=seconds)),
    st.sampled_from(CHANNELS),
    st.sampled_from(INTERACTIONS),
    kind=st.sampled_from(("", "Event", "List")),
    facets=st.frozensets(st.sampled_from(FACETS)),
)
FACTS = st.builds(
    Facts,
    behaviours=st.lists(BEHAVIOURS, max_size=6).map(tuple),
    **{one.key: _value(one.kind) for one in KNOWN_FIELDS if one.key not in ("campaign", "annual_revenue")},
    annual_revenue=st.none() | st.decimals(0, 10**9, places=2).map(Decimal),
)
ATS = st.integers(-30, 30).map(lambda days: NOW + timedelta(days=days, microseconds=days))


@given(st.lists(LINES, max_size=8), st.lists(st.tuples(FACTS, ATS), max_size=6))
@settings(max_examples=300, deadline=None)
def test_many_are_scored_as_one_is(lines: list[rules.Line], leads: list[tuple[Facts, datetime]]) -> None:
    rule = Rule(tuple(lines))
    assert rules.read(rules.write(rule)) == rule
    found = many.scores(rule, many.from_facts([facts for facts, _ in leads], [at for _, at in leads]))
    assert found.tolist() == [rules.scored(rule, facts, at=at).points for facts, at in leads]


@given(st.lists(LINES, max_size=8), FACTS)
@settings(max_examples=200, deadline=None)
def test_the_parts_add_up_to_the_score(lines: list[rules.Line], facts: Facts) -> None:
    scored = rules.scored(Rule(tuple(lines)), facts, at=NOW)
    assert scored.points == max(0, min(100, (sum(part.worth for part in scored.parts) + 50) // 100))
