"""The judged set: what is right for which words, said by hand or shown by use."""

from datetime import timedelta
from typing import Any

import pytest

from sameside.library.evaluation import growing, judging
from sameside.library.models import Asset, JudgedQuery, Judgement, Search, Usage
from sameside.library.refusals import NotPossible
from sameside.people.models import Person
from tests.conftest import NOW
from tests.library.shelf import shelve

pytestmark = pytest.mark.django_db


def searched(person: Person, words: str, shown: list[Asset], *, minutes: int, **filters: Any) -> Search:
    at = NOW - timedelta(minutes=minutes)
    return Search.objects.create(
        person=person, at=at, query=words, filters=filters, results=len(shown), shown=[asset.pk for asset in shown]
    )


def did(search: Search, asset: Asset, action: str, seconds: int = 60) -> None:
    at = search.at + timedelta(seconds=seconds)
    Usage.objects.create(asset=asset, action=action, at=at, person=search.person)


def grades(words: str) -> dict[str, int]:
    rows = Judgement.objects.filter(query__words=words, source="use").select_related("asset")
    return {row.asset.title: row.grade for row in rows}


def test_the_same_words_in_the_same_context_are_one_query(alice: Person) -> None:
    first = judging.add("  ROI   Case ", {"vertical": ["retail", "banking"]}, by=alice, at=NOW)
    assert judging.add("roi case", {"vertical": ["banking", "retail"]}, by=alice, at=NOW) == first
    assert judging.add("roi case", {}, by=alice, at=NOW) != first
    assert (first.words, first.context) == ("roi case", {"vertical": ["banking", "retail"]})


def test_a_query_without_words_is_refused(alice: Person) -> None:
    with pytest.raises(NotPossible, match="Write the words"):
        judging.add(" -- ", {}, by=alice, at=NOW)


def test_the_hand_counts_before_use_and_can_be_taken_away(alice: Person) -> None:
    asset, query = shelve("ROI calculator"), judging.add("roi", {}, by=alice, at=NOW)
    Judgement.objects.create(query=query, asset=asset, grade=1, source="use", at=NOW)
    judging.grade(query, asset, 3, by=alice, at=NOW)
    assert judging.grades(query.judgements.all())[asset.pk].grade == 3
    judging.grade(query, asset, None, by=alice, at=NOW)
    assert judging.grades(query.judgements.all())[asset.pk].grade == 1
    with pytest.raises(NotPossible, match="0, 1, 2 or 3"):
        judging.grade(query, asset, 4, by=alice, at=NOW)


def test_what_was_used_by_two_people_is_the_answer(bob: Person, dora: Person) -> None:
    best, other = shelve("ROI case"), shelve("ROI sheet")
    for number, person in enumerate((bob, dora)):
        did(searched(person, "ROI", [other, best], minutes=100 + number), best, "share")
    assert growing.grow(NOW) == growing.Grown(queries=1, judgements=1)
    assert grades("roi") == {"ROI case": 3}
    assert Judgement.objects.get().reason == "Used in 2 searches by 2 persons, opened in 2 searches."


def test_used_once_is_good_and_only_opened_of_some_help(bob: Person, dora: Person) -> None:
    used, opened, seen = shelve("Used"), shelve("Opened"), shelve("Seen")
    did(searched(bob, "roi", [used, opened, seen], minutes=400), used, "present")
    for minutes in (300, 200):
        did(searched(dora, "roi", [used, opened, seen], minutes=minutes), opened, "open")
    growing.grow(NOW)
    assert grades("roi") == {"Used": 2, "Opened": 1}


def test_what_stands_above_and_is_left_alone_five_times_is_wrong(bob: Person) -> None:
    left, chosen, below = shelve("Left"), shelve("Chosen"), shelve("Below")
    for number in range(5):
        did(searched(bob, "roi", [left, chosen, below], minutes=1000 + 60 * number), chosen, "open")
    growing.grow(NOW)
    assert grades("roi") == {"Chosen": 1, "Left": 0}


def test_one_person_asking_twice_is_too_little(bob: Person) -> None:
    asset = shelve("ROI case")
    for minutes in (300, 200):
        did(searched(bob, "roi", [asset], minutes=minutes), asset, "share")
    assert growing.grow(NOW) == growing.Grown(0, 0)


def test_used_an_hour_later_or_by_somebody_else_says_nothing(bob: Person, dora: Person) -> None:
    asset = shelve("ROI case")
    for minutes in (500, 400, 300):
        search = searched(bob, "roi", [asset], minutes=minutes)
        did(search, asset, "share", seconds=1801)
        Usage.objects.create(asset=asset, action="share", at=search.at + timedelta(seconds=5), person=dora)
    assert growing.grow(NOW) == growing.Grown(0, 0)


def test_another_context_is_another_query(bob: Person, dora: Person) -> None:
    asset = shelve("ROI case", vertical="banking")
    for number, person in enumerate((bob, dora)):
        did(
            searched(person, "roi", [asset], minutes=100 + number, vertical=["banking"], status="active"),
            asset,
            "share",
        )
    growing.grow(NOW)
    query = JudgedQuery.objects.get()
    assert (query.words, query.context) == ("roi", {"vertical": ["banking"]})


def test_growing_again_replaces_what_use_said_and_leaves_the_hand_alone(
    alice: Person, bob: Person, dora: Person
) -> None:
    asset = shelve("ROI case")
    for number, person in enumerate((bob, dora)):
        did(searched(person, "roi", [asset], minutes=100 + number), asset, "share")
    growing.grow(NOW)
    judging.grade(JudgedQuery.objects.get(), asset, 1, by=alice, at=NOW)
    growing.grow(NOW)
    assert list(Judgement.objects.order_by("source").values_list("source", "grade")) == [("hand", 1), ("use", 3)]
    growing.grow(NOW + growing.WINDOW + timedelta(days=1))
    assert list(Judgement.objects.values_list("source", "grade")) == [("hand", 1)]


def test_a_query_that_use_no_longer_shows_goes_unless_somebody_added_it(
    alice: Person, bob: Person, dora: Person
) -> None:
    asset = shelve("ROI case")
    judging.add("added", {}, by=alice, at=NOW)
    for number, person in enumerate((bob, dora)):
        did(searched(person, "roi", [asset], minutes=100 + number), asset, "share")
    growing.grow(NOW)
    assert {query.words for query in JudgedQuery.objects.all()} == {"added", "roi"}
    growing.grow(NOW + growing.WINDOW + timedelta(days=1))
    assert {query.words for query in JudgedQuery.objects.all()} == {"added"}


def test_the_set_comes_back_from_its_own_file(alice: Person) -> None:
    asset, query = shelve("ROI case"), judging.add("roi", {"vertical": ["banking"]}, by=alice, at=NOW)
    judging.grade(query, asset, 2, by=alice, at=NOW)
    text = "".join(judging.export())
    query.delete()
    assert judging.import_file(text, by=alice, at=NOW) == judging.Imported(1, [])
    back = Judgement.objects.select_related("query").get()
    assert (back.query.words, back.query.context, back.grade, back.source) == (
        "roi",
        {"vertical": ["banking"]},
        2,
        "hand",
    )


def test_bad_lines_are_named_and_stop_no_other(alice: Person) -> None:
    asset = shelve("ROI case")
    text = (
        f"words,asset,grade,context\nroi,{asset.slug},3,\nroi,nothing,3,\nroi,{asset.slug},7,\nroi,{asset.slug},1,[1\n"
    )
    text += f"-,{asset.slug},1,\n"
    done = judging.import_file(text, by=alice, at=NOW)
    assert done.judgements == 1
    assert [line for line, _ in done.refused] == [3, 4, 5, 6]
    with pytest.raises(NotPossible, match="needs the columns"):
        judging.import_file("a,b\n1,2\n", by=alice, at=NOW)
