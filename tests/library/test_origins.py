"""The link of a result says which showing led there and from which place; what is no such mark is nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from sameside.library.origins import Origin, read, started
from tests.conftest import NOW

MOMENT = datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)


def test_a_mark_holds_the_moment_and_the_place() -> None:
    assert read(Origin(MOMENT).at(7)) == Origin(MOMENT, 7)
    assert read(str(Origin(MOMENT))) == Origin(MOMENT, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "x",
        "abcdef-0",
        "abcdef-99999",
        "ABCDEF-1",
        "zzzzzzzzzzzz",
        "abcdef-1-2",
        "٣" * 8,
        "a" * 400,
        "abcdef-²",
    ],
)
def test_nonsense_is_no_origin(text: str) -> None:
    assert read(text) is None


def test_the_first_key_was_pressed_so_many_milliseconds_ago() -> None:
    assert started(NOW, "2500") == NOW - timedelta(seconds=2.5)
    assert started(NOW, "0") == NOW
    assert started(NOW, str(10 * 60 * 1000)) == NOW - timedelta(minutes=10)


@pytest.mark.parametrize("elapsed", ["", "-1", "600001", "1e3", "²", "9" * 30])
def test_what_is_no_sensible_time_says_nothing(elapsed: str) -> None:
    assert started(NOW, elapsed) is None
