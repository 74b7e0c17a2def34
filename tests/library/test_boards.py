"""Boards: what won, what colleagues use, what is new, with numbers that their rows bear out; nobody meets more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sameside.conversations.models import Conversation
from sameside.crm.models import Touch
from sameside.kit import snapshots
from sameside.library.browsing import collections, evidence, favourites
from sameside.library.models import Asset, Usage
from sameside.library.usage import recorder
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.library.shelf import deal, shelve, use

BANKING = "/library/boards/vertical/banking/"
MEETING = "/library/boards/conversation/relevant_meeting/"


def compute() -> evidence.Mapping[str, evidence.Any]:
    return snapshots.compute("boards", at=NOW).data


def won_deal(vertical: str = "banking", *, won: bool = True, owner: Person | None = None, **more: object) -> object:
    return deal(
        vertical, owner=owner, closed_at=NOW - timedelta(days=2), state="succeeded" if won else "failed", **more
    )  # type: ignore[arg-type]


def test_what_won_is_counted_by_deal_against_the_average(bob: Person) -> None:
    """The case was used in two closed banking deals, twice in one, and one was won; three of four were lost in all."""
    case = shelve("Business case")
    first, second = won_deal(), won_deal(won=False)
    won_deal(won=False), won_deal(won=False), won_deal("retail")
    for one in (first, first, second):
        use(case, "share", bob, days_ago=10, deal=one)  # type: ignore[arg-type]
    data = compute()
    assert evidence.won(data, "vertical", "banking") == [evidence.Case(case.pk, 2, 1)]
    assert evidence.average(data, "vertical", "banking") == (4, 1)
    assert evidence.average(data, "vertical", "retail") == (1, 1)


def test_a_use_after_the_close_does_not_count(bob: Person) -> None:
    case = shelve("Business case")
    use(case, "share", bob, days_ago=1, deal=won_deal())  # type: ignore[arg-type]
    assert evidence.won(compute(), "vertical", "banking") == []


def test_what_was_only_opened_did_not_win(bob: Person) -> None:
    case = shelve("Business case")
    use(case, "open", bob, days_ago=10, deal=won_deal())  # type: ignore[arg-type]
    assert evidence.won(compute(), "vertical", "banking") == []


def test_thin_evidence_comes_after_good_evidence(bob: Person) -> None:
    """Two of two says less than nine of ten, where five of ten are won on average."""
    thin, good = shelve("Thin"), shelve("Good")
    for number in range(10):
        one = won_deal(won=number < 9)
        use(good, "share", bob, days_ago=10, deal=one)  # type: ignore[arg-type]
        if number < 2:
            use(thin, "share", bob, days_ago=10, deal=one)  # type: ignore[arg-type]
        won_deal(won=number < 1)
    cases = evidence.won(compute(), "vertical", "banking")
    assert [(case.asset, case.n, case.won) for case in cases] == [(good.pk, 10, 9), (thin.pk, 2, 2)]


def test_a_conversation_counts_what_was_used_while_it_was_open(bob: Person) -> None:
    deck = shelve("Deck")
    one = deal(kind="relevant_meeting", closed_at=NOW - timedelta(days=2), state="succeeded")
    use(deck, "present", bob, days_ago=10, deal=one)
    use(deck, "present", bob, days_ago=30, deal=one)
    data = compute()
    assert evidence.won(data, "conversation", "relevant_meeting") == [evidence.Case(deck.pk, 1, 1)]
    assert evidence.won(data, "conversation", "tangible_value") == []


def test_the_board_says_how_it_counts_and_when_cases_are_few(bob: Person, erik: Person) -> None:
    case = shelve("Business case")
    use(case, "share", erik, days_ago=10, deal=won_deal())  # type: ignore[arg-type]
    compute()
    page = signed_in(bob).get(BANKING).text
    assert "Used to win in banking" in page
    assert "Won 1 of 1 · average 100 %" in page
    assert "few cases" in page
    assert "Of all 1 deals in this vertical that closed in the last 24 months, 100 % were won." in page


def test_colleagues_are_others(bob: Person, erik: Person, fay: Person) -> None:
    deck = shelve("Deck")
    one = deal(kind="relevant_meeting")
    for person in (bob, bob, erik, erik, fay):
        use(deck, "share", person, days_ago=3, deal=one)
    use(shelve("My own"), "share", bob, days_ago=3, deal=one)
    use(shelve("Old"), "share", erik, days_ago=91, deal=one)
    data = compute()
    assert evidence.used_by_others(data, "conversation", "relevant_meeting", bob.pk) == [evidence.Use(deck.pk, 3, 2)]
    assert "3 uses by 2 people" in signed_in(bob).get(MEETING).text


def test_the_rows_behind_a_figure(bob: Person, erik: Person) -> None:
    case = shelve("Business case")
    seen, hidden = won_deal(owner=bob), won_deal(won=False)
    for one in (seen, hidden):
        use(case, "share", erik, days_ago=10, deal=one)  # type: ignore[arg-type]
    compute()
    rows = signed_in(erik).get(f"{BANKING}won/?asset={case.slug}").text
    assert (seen.name in rows, hidden.name in rows) == (True, True)  # type: ignore[attr-defined]
    of_bob = signed_in(bob).get(f"{BANKING}won/?asset={case.slug}").text
    assert (seen.name in of_bob, hidden.name in of_bob) == (True, False)  # type: ignore[attr-defined]
    uses = signed_in(bob).get(f"{BANKING}used/").text
    assert "Business case" in uses
    assert hidden.name not in uses  # type: ignore[attr-defined]


@pytest.mark.parametrize("board", [BANKING, MEETING])
def test_content_that_one_may_not_find_is_on_no_shelf(board: str, bob: Person, erik: Person) -> None:
    secret = shelve("Board minutes", vertical="banking", conversation="relevant_meeting", at=timezone.now())
    favourites.add(secret, by=bob, at=NOW)
    one = deal(kind="relevant_meeting")
    use(secret, "share", erik, days_ago=3, deal=one)
    compute()
    assert "Board minutes" in signed_in(bob).get(board).text
    Asset.objects.filter(pk=secret.pk).update(groups=["role:executive"])
    assert "Board minutes" not in signed_in(bob).get(board).text
    assert "Board minutes" not in signed_in(bob).get(f"{board}used/").text
    assert signed_in(bob).get(f"{board}used/?asset={secret.slug}").status_code == 404


def test_expired_content_is_on_no_shelf(bob: Person) -> None:
    old = shelve("Old prices", vertical="banking", at=timezone.now())
    Asset.objects.filter(pk=old.pk).update(verified_until=timezone.localdate() - timedelta(days=1))
    assert "Old prices" not in signed_in(bob).get(BANKING).text


def test_new_and_recently_opened_and_favourites_are_of_this_board(bob: Person) -> None:
    now = timezone.now()
    bank, shop = shelve("For banks", vertical="banking", at=now), shelve("For shops", vertical="retail", at=now)
    for one in (bank, shop):
        favourites.add(one, by=bob, at=now)
        Usage.objects.create(asset=one, action="open", person=bob, at=now)
    page = signed_in(bob).get(BANKING).text
    assert page.count(">For banks</a>") == 3
    assert "For shops" not in page


def test_the_home_of_boards_counts_what_one_may_find(bob: Person) -> None:
    shelve("One", vertical="banking", conversation="relevant_meeting")
    hidden = shelve("Two", vertical="banking", conversation="relevant_meeting")
    Asset.objects.filter(pk=hidden.pk).update(groups=["role:executive"])
    page = signed_in(bob).get("/library/boards/").text
    assert "<strong>Banking</strong><span>1</span>" in page
    assert "<strong>Relevant meeting</strong><span>1 asset</span>" in page
    assert "<strong>Tangible value</strong><span>0 assets</span>" in page


def test_collections_that_hold_content_of_the_board_stand_on_it(bob: Person) -> None:
    one = collections.create("Bank kit", by=bob, at=NOW)
    collections.add(one, [shelve("For banks", vertical="banking")], by=bob, at=NOW)
    assert "Bank kit" in signed_in(bob).get(BANKING).text
    assert "Bank kit" not in signed_in(bob).get("/library/boards/vertical/retail/").text


@pytest.mark.parametrize("path", ["vertical/", "conversation/loudness/", "language/de/", "deal/999/", "vertical/%00/"])
def test_there_is_no_such_board(path: str, bob: Person) -> None:
    assert signed_in(bob).get(f"/library/boards/{path}").status_code == 404


def test_the_board_of_a_deal_shows_what_fits_and_what_its_buyers_read(bob: Person, erik: Person) -> None:
    one = deal(kind="relevant_meeting", owner=bob)
    shelve("Bank deck", vertical="banking", conversation="relevant_meeting")
    shelve("Shop deck", vertical="retail", conversation="relevant_meeting")
    read, sent = shelve("Report"), shelve("Price list")
    for number, channel in enumerate(("content", "webinar", "content-share")):
        Touch.objects.create(
            source="test", external_id=str(number), company=one.company, asset=read if number < 2 else sent,
            channel=channel, occurred_at=NOW - timedelta(days=number),
        )  # fmt: skip
    use(sent, "share", erik, days_ago=1, deal=one)
    page = signed_in(bob).get(f"/library/boards/deal/{one.pk}/").text
    assert "Bank deck" in page
    assert "Shop deck" not in page
    assert "2 times · last 1 Jun 2026" in page
    assert "Once · last 31 May 2026" in page
    assert "Relevant meeting" in page


def test_what_a_board_proposes_is_told_from_what_it_lists(bob: Person) -> None:
    one = deal(kind="relevant_meeting", owner=bob)
    fits, sent, opened = (
        shelve("Bank deck", vertical="banking", conversation="relevant_meeting"), shelve("Price list"), shelve("Memo")
    )  # fmt: skip
    use(sent, "share", bob, days_ago=1, deal=one)
    Usage.objects.create(asset=opened, action="open", at=timezone.now() - timedelta(days=1), person=bob)
    client = signed_in(bob)
    client.get("/library/boards/")
    client.get(f"/library/boards/deal/{one.pk}/")
    client.get(f"/library/?deal={one.pk}")
    recorder.flush()
    shown = Usage.objects.filter(action="impression")
    assert set(shown.filter(recommended=True, asset=fits).values_list("deal", flat=True)) == {one.pk}
    assert shown.filter(recommended=True, asset=fits).count() == 1  # the list says the same ten minutes later
    assert set(shown.filter(recommended=True).values_list("asset__title", flat=True)) == {"Bank deck"}
    assert set(shown.filter(deal=one).values_list("asset__title", flat=True)) == {"Bank deck", "Price list"}


def test_a_deal_without_readers_says_what_is_missing(bob: Person) -> None:
    one = deal(owner=bob)
    page = signed_in(bob).get(f"/library/boards/deal/{one.pk}/").text
    assert "rooms and shared links, which do not exist yet" in page


def test_a_deal_of_another_team_has_no_board_for_me(bob: Person) -> None:
    assert signed_in(bob).get(f"/library/boards/deal/{deal().pk}/").status_code == 404


def test_a_partner_sees_no_wins_and_no_colleagues(erik: Person) -> None:
    partner = Person.objects.create_user("pat@partner.example", "a long enough password", name="Pat", role="partner")
    shared = shelve("Bank deck", vertical="banking", at=timezone.now())
    Asset.objects.filter(pk=shared.pk).update(groups=["all", "partner"])
    use(shared, "share", erik, days_ago=10, deal=won_deal())  # type: ignore[arg-type]
    compute()
    page = signed_in(partner).get(BANKING).text
    assert "Bank deck" in page
    assert "Used to win" not in page
    assert "colleagues" not in page
    assert signed_in(partner).get(f"{BANKING}won/").status_code == 403
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize("number", [2, 14])
def test_a_board_asks_as_much_for_many_as_for_few(
    number: int, bob: Person, erik: Person, django_assert_max_num_queries: object
) -> None:
    now = timezone.now()
    for place in range(number):
        one = shelve(f"Deck {place}", vertical="banking", at=now)
        use(one, "share", erik, days_ago=10, deal=won_deal())  # type: ignore[arg-type]
        favourites.add(one, by=bob, at=now)
    compute()
    client = signed_in(bob)
    client.get(BANKING)
    with django_assert_max_num_queries(13):  # type: ignore[operator]
        client.get(BANKING)


def test_without_content_boards_say_how_to_begin_or_who_can(bob: Person, dora: Person) -> None:
    editor, seller = (signed_in(one).get("/library/boards/").content.decode() for one in (dora, bob))
    assert 'href="/library/upload/">Bring in content' in editor
    assert "Ask marketers, editors and administrators to bring it in." in seller
    assert "/library/upload/" not in seller
    shelve("Deck", conversation="tailored_pov")
    assert "No board holds anything yet" not in signed_in(bob).get("/library/boards/").content.decode()
