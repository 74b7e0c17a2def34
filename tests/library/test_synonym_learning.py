"""Words that mean the same are learnt from titles, facets and searches, and proposed with their evidence."""

from datetime import timedelta

import pytest

from sameside.library import synonym_learning as learning
from sameside.library.models import Search, SearchOutcome
from sameside.people.models import Person
from sameside.search.models import Synonym
from tests.conftest import NOW
from tests.library.shelf import shelve


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Total Cost of Ownership (TCO) explained", [("Total Cost of Ownership", "TCO")]),
        ("Lower your total cost of ownership (TCO)", [("total cost of ownership", "TCO")]),
        ("Return on Investment (RoI)", [("Return on Investment", "RoI")]),
        ("Service-Level Agreement (SLA)", [("Service-Level Agreement", "SLA")]),
        ("Mutual Success Plans (MSPs)", [("Mutual Success Plans", "MSPs")]),
        ("GDPR (General Data Protection Regulation) guide", [("General Data Protection Regulation", "GDPR")]),
        ("Allgemeine Geschäftsbedingungen und Preise (AGP)", [("Allgemeine Geschäftsbedingungen und Preise", "AGP")]),
        ("Guide for banks (DRAFT)", []),
        ("Price list (EUR)", []),
        ("A (B)", []),
        ("(TCO)", []),
    ],
)
def test_acronyms_of_titles(title: str, found: list[tuple[str, str]]) -> None:
    assert list(learning.acronyms(title)) == found


@pytest.mark.parametrize(
    ("before", "after", "differ"),
    [
        ("tco guide", "total cost guide", ("tco", "total cost")),
        ("tco", "tco guide", None),
        ("bankng", "banking", None),
        ("roi", "roi", None),
        ("one two three four five six", "seven", None),
        ("battlecard", "comparison", ("battlecard", "comparison")),
    ],
)
def test_the_words_in_which_two_searches_differ(before: str, after: str, differ: tuple[str, str] | None) -> None:
    assert learning.differing(before, after) == differ


def test_three_persons_make_a_proposal() -> None:
    rows = [
        row
        for person in (1, 2, 3)
        for row in (
            (person, "none", "battlecard", person),
            (person, "opened", "comparison", person),
        )
    ]
    (learnt,) = learning.learnt_from(rows)
    assert (learnt.words, learnt.weight, learnt.is_one_way) == (("battlecard", "comparison"), 3, True)
    assert learning.learnt_from(rows[:4]) == []
    same = [(number, outcome, words, 1) for number, outcome, words, _ in rows]
    assert learning.learnt_from(same) == []


def test_learning_proposes_once(alice: Person, bob: Person, erik: Person) -> None:
    shelve("Total Cost of Ownership (TCO)")
    shelve("TCO (Total Cost of Ownership) in banking")
    for place, person in enumerate((alice, bob, erik)):
        failed = Search.objects.create(person=person, at=NOW, query="battlecard", results=0)
        opened = Search.objects.create(person=person, at=NOW + timedelta(minutes=1), query="comparison", results=2)
        for search, outcome in ((failed, "none"), (opened, "used")):
            SearchOutcome.objects.create(search=search, outcome=outcome, at=search.at, attempt=failed.pk)
        assert place < 3
    assert learning.learn(at=NOW + timedelta(hours=1)) == 2
    assert learning.learn(at=NOW + timedelta(hours=2)) == 0
    proposed = {str(one): one for one in Synonym.objects.all()}
    assert set(proposed) == {"TCO = Total Cost of Ownership", "battlecard → comparison"}
    assert proposed["TCO = Total Cost of Ownership"].weight == 2
    assert proposed["battlecard → comparison"].evidence == [
        "3 persons found nothing with “battlecard” and then opened something they found with “comparison”."
    ]
    assert {one.state for one in proposed.values()} == {"proposed"}
