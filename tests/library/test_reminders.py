"""Owners are told by mail before the date of their content passes: once for each date and distance, in one mail."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from sameside.library.models import Asset, ReviewReminder
from sameside.library.upkeep import reminders
from sameside.people.models import Organisation, Person
from tests.conftest import NOW
from tests.library.shelf import shelve
from tests.library.smtp_sink import Sink

TODAY = date(2026, 6, 1)


def owned(title: str, owner: Person | None, days: int, **more: Any) -> Asset:
    asset = shelve(title, at=NOW - timedelta(days=400))
    until = TODAY + timedelta(days=days)
    Asset.objects.filter(pk=asset.pk).update(owner=owner, verified_until=until, **more)
    return asset


def to(sink: Sink, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.PUBLIC_URL = "https://sameside.example.com"


@pytest.fixture
def post(settings: Any, db: None) -> Iterator[Sink]:
    with Sink() as sink:
        to(sink, settings)
        yield sink


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (31, None),
        (30, 30),
        (8, 30),
        (7, 7),
        (1, 7),
        (0, 0),
        (-1, 0),
        (-6, 0),
        (-7, -7),
        (-13, -7),
        (-14, -14),
        (-70, -70),
    ],
)
def test_the_distance_is_the_last_step_that_was_reached(days: int, expected: int | None) -> None:
    assert reminders.distance(TODAY + timedelta(days=days), TODAY) == expected


def test_one_mail_lists_all_assets_of_an_owner(post: Sink, alice: Person) -> None:
    owned("Price list", alice, 5)
    owned("Battle card", alice, -1, status="expired")
    owned("Far off", alice, 90)
    assert reminders.remind(at=NOW) == 1
    ((recipient, message),) = post.messages
    assert recipient == "alice@example.com"
    assert message["Subject"] == "1 asset expired, 1 asset to verify"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    text = plain.get_content().replace("\r\n", "\n")
    assert "- Price list\n  Right for 5 days more\n  https://sameside.example.com/library/price-list-0/" in text
    assert "- Battle card\n  Expired 1 day ago" in text
    assert "Far off" not in text
    assert "https://sameside.example.com/library/reviews/?whose=mine" in text
    assert "turns these mails off for everybody under Settings" in text
    assert '<a href="https://sameside.example.com/library/price-list-0/">Price list</a>' in html.get_content()


def test_it_is_said_once_for_each_date_and_distance(post: Sink, alice: Person) -> None:
    asset = owned("Price list", alice, 30)
    told = []
    for day in range(47):
        if reminders.remind(at=NOW + timedelta(days=day)):
            told.append(day)
        assert reminders.remind(at=NOW + timedelta(days=day, hours=3)) == 0
    assert told == [0, 23, 30, 37, 44]
    Asset.objects.filter(pk=asset.pk).update(
        verified_until=TODAY + timedelta(days=100), verified_at=NOW + timedelta(days=47)
    )
    assert reminders.remind(at=NOW + timedelta(days=48)) == 0
    assert reminders.remind(at=NOW + timedelta(days=70)) == 1


def test_a_date_given_for_a_few_days_is_not_reminded_of_at_once(post: Sink, alice: Person) -> None:
    owned("Price list", alice, 10, verified_at=NOW)
    assert reminders.remind(at=NOW) == 0
    assert reminders.remind(at=NOW + timedelta(days=3)) == 1


def test_what_nobody_who_may_sign_in_owns_goes_to_the_editors(
    post: Sink, alice: Person, dora: Person, charlie: Person
) -> None:
    alice.is_active = False
    alice.save()
    owned("Ownerless", None, 5)
    owned("Of one who left", alice, 5)
    owned("Of one without a role", charlie, 5)
    assert reminders.remind(at=NOW) == 1
    ((recipient, message),) = post.messages
    assert (recipient, message["Subject"]) == ("dora@example.com", "3 assets to verify")


def test_without_editors_administrators_are_told(post: Sink, gus: Person, bob: Person) -> None:
    owned("Ownerless", None, 5)
    reminders.remind(at=NOW)
    assert [(recipient, message["Subject"]) for recipient, message in post.messages] == [
        ("gus@example.com", "Is it still right? Ownerless")
    ]


def test_retired_content_is_not_asked_about(post: Sink, alice: Person) -> None:
    owned("Gone", alice, 5, status="retired")
    assert reminders.remind(at=NOW) == 0


def test_an_administrator_turns_it_off(post: Sink, alice: Person) -> None:
    owned("Price list", alice, 5)
    Organisation.objects.update(review_reminders=False)
    assert reminders.remind(at=NOW) == 0
    assert ReviewReminder.objects.count() == 0


def test_what_the_mail_server_refuses_is_tried_again(settings: Any, alice: Person) -> None:
    owned("Price list", alice, 5)
    with Sink(refuses=True) as sink:
        to(sink, settings)
        assert reminders.remind(at=NOW) == 0
    assert ReviewReminder.objects.count() == 0
    with Sink() as sink:
        to(sink, settings)
        assert reminders.remind(at=NOW + timedelta(days=1)) == 1


def test_a_title_with_a_line_break_stays_in_its_line(post: Sink, alice: Person) -> None:
    asset = owned("Price", alice, 5)
    Asset.objects.filter(pk=asset.pk).update(title="Price\nBcc: everybody@example.com")
    reminders.remind(at=NOW)
    ((recipient, message),) = post.messages
    assert message["Subject"] == "Is it still right? Price Bcc: everybody@example.com"
    assert (recipient, message["Bcc"]) == ("alice@example.com", None)


def test_many_assets_cost_few_queries(post: Sink, alice: Person, django_assert_max_num_queries: Any) -> None:
    for number in range(60):
        owned(f"Asset {number}", alice, 5)
    with django_assert_max_num_queries(8):
        reminders.remind(at=NOW)
    body = post.messages[0][1].get_body(("plain",))
    assert body is not None
    assert "And 20 more." in body.get_content()
