"""What changed between two versions: pages are aligned, words are marked."""

import pytest

from sameside.library.comparing import Kind, align, differences


def told(older: list[str], newer: list[str]) -> list[tuple[int | None, int | None, str]]:
    return [(pair.older, pair.newer, pair.kind.value) for pair in align(older, newer)]


ONE, TWO, THREE = "alpha beta gamma delta", "epsilon zeta eta theta", "iota kappa lambda mu"


@pytest.mark.parametrize(
    ("older", "newer", "expected"),
    [
        ([ONE, TWO], [ONE, TWO], [(0, 0, "same"), (1, 1, "same")]),
        ([ONE, TWO], [THREE, ONE, TWO], [(None, 0, "added"), (0, 1, "same"), (1, 2, "same")]),
        ([ONE, TWO, THREE], [ONE, THREE], [(0, 0, "same"), (1, None, "removed"), (2, 1, "same")]),
        ([ONE, TWO], [ONE, "epsilon zeta eta omega"], [(0, 0, "same"), (1, 1, "changed")]),
        ([ONE, TWO, THREE], [TWO, THREE, ONE], [(1, 0, "same"), (2, 1, "same"), (0, 2, "moved")]),
        ([ONE], [TWO], [(0, None, "removed"), (None, 0, "added")]),
        ([ONE], ["alpha  beta\ngamma delta"], [(0, 0, "same")]),
        ([], [ONE], [(None, 0, "added")]),
        (["", ""], [""], [(0, 0, "same"), (1, None, "removed")]),
        ([], [], []),
    ],
)
def test_pages_are_aligned(
    older: list[str], newer: list[str], expected: list[tuple[int | None, int | None, str]]
) -> None:
    assert told(older, newer) == expected


def test_a_page_put_in_front_does_not_make_all_others_differ() -> None:
    older = [f"page number {place} says {place * 7} and {place * 11}" for place in range(50)]
    newer = ["a new first page", *older]
    newer[30] = newer[30].replace("says", "tells")
    kinds = [pair.kind for pair in align(older, newer)]
    assert (kinds.count(Kind.SAME), kinds.count(Kind.CHANGED), kinds.count(Kind.ADDED)) == (49, 1, 1)


def pieces(older: str, newer: str) -> list[tuple[str, str]]:
    return [(piece.kind.value, piece.text) for piece in differences(older, newer)]


def test_words_that_went_and_came_are_marked() -> None:
    assert pieces("The price is 100 euro.", "The price is 120 euro.") == [
        ("same", "The price is "),
        ("removed", "100 "),
        ("added", "120 "),
        ("same", "euro."),
    ]
    assert pieces("one two three four", "one zwei drei four") == [
        ("same", "one "),
        ("removed", "two three "),
        ("added", "zwei drei "),
        ("same", "four"),
    ]


def test_lines_broken_elsewhere_are_no_difference() -> None:
    assert pieces("one two\nthree", "one\ntwo three") == [("same", "one\ntwo three")]


def test_japanese_is_compared_sign_by_sign() -> None:
    assert pieces("価格は百円です", "価格は二百円です") == [("same", "価格は"), ("added", "二"), ("same", "百円です")]


def test_all_words_of_both_texts_are_kept() -> None:
    older = " ".join(f"word{place % 37}" for place in range(6_000))
    newer = older.replace("word5 ", "other ")
    found = differences(older, newer)
    assert "".join(piece.text for piece in found if piece.kind != Kind.ADDED).split() == older.split()
    assert "".join(piece.text for piece in found if piece.kind != Kind.REMOVED).split() == newer.split()


def test_a_table_that_was_read_as_lines_is_no_difference() -> None:
    pieces = differences("| Item | Meets it? | Notes |\nPrice || low", "Item\nMeets it?\nRemarks\nPrice low")
    assert [(one.kind, one.text.strip(" |\n")) for one in pieces if one.kind is not Kind.SAME] == [
        (Kind.REMOVED, "Notes"), (Kind.ADDED, "Remarks"),
    ]  # fmt: skip
    assert "".join(one.text for one in pieces if one.kind is not Kind.REMOVED) == "Item\nMeets it?\nRemarks\nPrice low"
