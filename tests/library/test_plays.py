"""Plays: written in editions, read in two minutes, known by an answer; and proposed where content is opened only."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sameside.kit import snapshots
from sameside.library.models import Asset, AssetVerdict, Play, PlayRead, Usage
from sameside.library.plays import listing, markdown, reading, writing
from sameside.library.plays.reading import State
from sameside.library.plays.writing import Text
from sameside.library.refusals import NotPossible
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve, use

ASKING = Text(
    when="After the first meeting",
    for_whom="The head of finance",
    talk_track="Open with **page 3**.",
    reading="Wait for the answer.",
    question="Which page first?",
    answers=("Page 1", "Page 3"),
    right_answer=1,
    explanation="It asks before it tells.",
)


@pytest.fixture
def asset(db: None) -> Asset:
    return shelve("Deck")


@pytest.fixture
def play(asset: Asset, alice: Person) -> Play:
    return writing.write(asset, ASKING, by=alice, at=NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**bold** and [a link](https://example.com)", '<strong>bold</strong> and <a href="https://example.com"'),
        ("# Title", "<h3>Title</h3>"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("![x](https://example.com/x.png)", "!<a href"),
        ("<img src=x onerror=alert(1)>", "&lt;img"),
    ],
)
def test_markdown_is_shown_without_html_of_its_own(text: str, expected: str) -> None:
    shown = markdown.html(text)
    assert expected in shown
    assert "<script" not in shown
    assert "<img" not in shown


def test_words_are_counted_in_scripts_with_and_without_spaces() -> None:
    assert markdown.words("One two, three-four don't.") == 4
    assert markdown.words("価格は百円です。一年です。") == 7
    assert [writing.length(words) for words in (10, 99, 100, 200, 400, 900)] == [
        "under a minute",
        "under a minute",
        "1 min",
        "1 min",
        "2 min",
        "4 min",
    ]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"talk_track": "", "reading": ""}, "reading", "Write what to say, or what to read, first."),
        ({"answers": ("One",)}, "answers", "A question has 2 to 5 answers."),
        ({"answers": ("One", "One")}, "answers", "Two answers are the same."),
        ({"right_answer": -1}, "answers", "Say which answer is right."),
        ({"question": ""}, "question", "There are answers, but no question."),
        ({"reading": "x" * 8_001}, "reading", "This is longer than 8,000 letters. A play is for two minutes."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(changes: dict[str, Any], field: str, sentence: str) -> None:
    wrong = writing.problems(Text(**{**ASKING.__dict__, **changes}))
    assert [(one.field, one.sentence) for one in wrong] == [(field, sentence)]


def test_each_change_of_text_is_an_edition(play: Play, asset: Asset, dora: Person) -> None:
    assert (play.edition, play.owner) == (1, play.updated_by)
    assert writing.write(asset, ASKING, by=dora, at=NOW).edition == 1
    changed = writing.write(asset, Text(reading="Shorter."), by=dora, at=NOW)
    assert (changed.edition, changed.updated_by, changed.answers) == (2, dora, [])
    assert [entry.details["edition"] for entry in AuditEntry.objects.filter(action="library.play_written")] == [2, 1]


def test_a_seller_writes_no_play(asset: Asset, bob: Person) -> None:
    with pytest.raises(Refused):
        writing.write(asset, ASKING, by=bob, at=NOW)
    assert signed_in(bob).get(f"/library/{asset.slug}/play/writing/").status_code == 403
    assert signed_in(bob).get("/library/plays/proposals/").status_code == 403


def state(play: Play, person: Person) -> State:
    play.refresh_from_db()
    return reading.knowledge([play], person)[play.pk].state


def test_who_answers_right_knows_it_until_it_changes(play: Play, asset: Asset, bob: Person, alice: Person) -> None:
    assert state(play, bob) is State.UNREAD
    assert reading.read(play, by=bob, at=NOW, answer=0).is_right is False
    assert state(play, bob) is State.READ
    assert reading.read(play, by=bob, at=NOW, answer=1).is_right is True
    assert state(play, bob) is State.KNOWN
    assert reading.read(play, by=bob, at=NOW, answer=0).is_right is False
    assert state(play, bob) is State.KNOWN
    writing.write(asset, Text(reading="Another way."), by=alice, at=NOW)
    assert state(play, bob) is State.CHANGED
    play.refresh_from_db()
    assert reading.read(play, by=bob, at=NOW).is_right is None
    assert state(play, bob) is State.KNOWN


def test_the_first_reading_of_an_edition_is_a_use_of_the_play(play: Play, bob: Person) -> None:
    for answer in (0, 1, 1):
        reading.read(play, by=bob, at=NOW, answer=answer)
    assert PlayRead.objects.count() == 3
    assert list(Usage.objects.values_list("action", "person")) == [("play", bob.pk)]


def test_an_answer_to_another_edition_or_none_at_all_is_refused(play: Play, bob: Person) -> None:
    with pytest.raises(NotPossible, match="Choose an answer"):
        reading.read(play, by=bob, at=NOW)
    with pytest.raises(NotPossible, match="has changed meanwhile"):
        reading.read(play, by=bob, at=NOW, answer=1, edition=7)
    with pytest.raises(NotPossible, match="This question has changed"):
        reading.read(play, by=bob, at=NOW, answer=4)
    bob.role = "partner"
    with pytest.raises(Refused):
        reading.read(play, by=bob, at=NOW, answer=1)


def test_a_seller_reads_and_answers_in_the_browser(play: Play, asset: Asset, bob: Person) -> None:
    client = signed_in(bob)
    assert "Read · under a minute" in client.get(f"/library/{asset.slug}/").text
    page = client.get(f"/library/{asset.slug}/play/").text
    assert "<strong>page 3</strong>" in page
    assert "Which page first?" in page
    assert "It asks before it tells." not in page
    answered = client.post(f"/library/{asset.slug}/play/reads/", {"answer": "0", "edition": "1"}, follow=True).text
    assert "Not quite." in answered
    assert "It asks before it tells." in answered
    answered = client.post(f"/library/{asset.slug}/play/reads/", {"answer": "1", "edition": "1"}, follow=True).text
    assert "Right." in answered
    assert "Who has read it" not in answered


def test_the_author_sees_who_has_read_it_by_team(
    play: Play, asset: Asset, alice: Person, bob: Person, erik: Person
) -> None:
    reading.read(play, by=bob, at=NOW, answer=1)
    reading.read(play, by=erik, at=NOW, answer=0)
    view = signed_in(alice).get(f"/library/{asset.slug}/play/").context["view"]
    assert [(team.team, team.persons, team.read, team.known) for team in view.teams] == [
        ("No team", 1, 1, 0),
        ("Sales North", 1, 1, 1),
        ("Demand generation", 1, 0, 0),
    ]
    assert view.readers == "Read by 2 of 3 persons"


def test_nothing_written_is_lost_on_a_mistake(asset: Asset, alice: Person) -> None:
    form = {
        "reading": "Long thoughts",
        "question": "Which?",
        "answers": ["", "Only one", "", "", ""],
        "right_answer": "1",
    }
    response = signed_in(alice).post(f"/library/{asset.slug}/play/writing/", form)
    assert response.status_code == 422
    assert "A question has 2 to 5 answers." in response.text
    assert "Long thoughts" in response.text
    assert 'value="Only one"' in response.text
    assert Play.objects.count() == 0


def test_the_form_drops_empty_answers_and_keeps_the_right_one(asset: Asset, alice: Person) -> None:
    form = {
        "reading": "Text",
        "question": "Which?",
        "answers": ["Left", "", "Right", "", ""],
        "right_answer": "2",
    }
    signed_in(alice).post(f"/library/{asset.slug}/play/writing/", form)
    made = Play.objects.get()
    assert (made.answers, made.right_answer) == (["Left", "Right"], 1)


def test_the_preview_keeps_nothing(asset: Asset, alice: Person) -> None:
    response = signed_in(alice).post(f"/library/{asset.slug}/play/preview/", {"reading": "word " * 450})
    assert "450 words" in response.text
    assert "400 fit in two minutes: shorten it" in response.text
    assert Play.objects.count() == 0


def test_the_list_says_what_the_reader_knows(play: Play, bob: Person, alice: Person) -> None:
    other = writing.write(shelve("Guide"), Text(reading="Text"), by=alice, at=NOW + timedelta(days=1))
    reading.read(play, by=bob, at=NOW, answer=1)
    client = signed_in(bob)

    def titles(query: str) -> list[str]:
        return [row["title"] for row in client.get(f"/library/plays/{query}").context["listing"].rows]

    assert titles("") == ["Guide", "Deck"]
    assert titles("?state=known") == ["Deck"]
    assert titles("?state=unread") == ["Guide"]
    assert titles("?state=changed") == []
    writing.write(other.asset, Text(reading="Other"), by=alice, at=NOW)
    writing.write(play.asset, Text(reading="Other"), by=alice, at=NOW)
    assert titles("?state=changed") == ["Deck"]


def test_the_list_costs_the_same_however_many_there_are(
    play: Play, alice: Person, bob: Person, django_assert_num_queries: Any
) -> None:
    client = signed_in(bob)
    client.get("/library/plays/")
    with django_assert_num_queries(4):
        client.get("/library/plays/")
    for number in range(20):
        writing.write(shelve(f"Deck {number}"), Text(reading="Text"), by=alice, at=NOW)
    with django_assert_num_queries(4):
        client.get("/library/plays/")


def test_what_is_opened_by_three_and_never_used_is_proposed(
    asset: Asset, alice: Person, bob: Person, erik: Person, fay: Person
) -> None:
    used, two = shelve("Used"), shelve("Two")
    for person in (bob, erik, fay):
        use(asset, "open", person)
        use(used, "open", person)
    use(used, "present", bob)
    for person in (bob, erik):
        use(two, "open", person)
    snapshots.compute("content", at=NOW)
    assert [(one.asset.title, one.openers) for one in listing.opened_only(alice)] == [("Deck", 3)]
    client = signed_in(alice)
    assert "Write a play: when to use it, and what to say" in client.get("/library/plays/proposals/").text
    made = writing.write(asset, ASKING, by=alice, at=NOW)
    reading.read(made, by=bob, at=NOW, answer=1)
    assert "Have its play read: 1 person has so far" in client.get("/library/plays/proposals/").text


def test_reading_the_play_tells_not_understood_from_not_relevant(asset: Asset, bob: Person, alice: Person) -> None:
    for days in (5, 4, 3, 2, 1):
        use(asset, "open", bob, days_ago=days)
    snapshots.compute("content", at=NOW)
    assert AssetVerdict.objects.get(asset=asset, window=90).verdict == "not_understood"
    made = writing.write(asset, ASKING, by=alice, at=NOW)
    reading.read(made, by=bob, at=NOW - timedelta(minutes=5), answer=0)
    reading.read(made, by=bob, at=NOW - timedelta(minutes=4), answer=1)
    snapshots.compute("content", at=NOW)
    verdict = AssetVerdict.objects.get(asset=asset, window=90)
    assert verdict.verdict == "not_relevant"
    assert verdict.reason == "Seen 5 times; 1 person read how to use it, nobody did."


def test_a_play_of_what_is_gone_is_not_read(play: Play, asset: Asset, bob: Person, charlie: Person) -> None:
    Asset.objects.filter(pk=asset.pk).update(status="expired", verified_until=timezone.localdate() - timedelta(days=1))
    assert signed_in(bob).get(f"/library/{asset.slug}/play/").headers["Location"] == f"/library/{asset.slug}/"
    assert signed_in(bob).get("/library/plays/").context["listing"].rows == []
    assert signed_in(charlie).get("/library/plays/").status_code == 403
