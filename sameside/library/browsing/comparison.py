"""Two assets, or two versions, side by side: pages that answer to each other in one row, the words that differ marked.

Which page answers to which, and which words differ, `library.comparing` says.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from sameside.library import comparing
from sameside.library.comparing import Kind

MOST_PAGES = 80
MOST_SIGNS = 6_000
"""So many characters of a page are compared."""


@dataclass(frozen=True)
class Leaf:
    """One page of one side; `image` is its address, empty when it was not drawn."""

    number: int
    text: str
    image: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Pair:
    kind: Kind
    left: Leaf | None
    right: Leaf | None
    left_html: SafeString
    right_html: SafeString


def compare(left: Sequence[Leaf], right: Sequence[Leaf]) -> list[Pair]:
    left, right = left[:MOST_PAGES], right[:MOST_PAGES]
    found = comparing.align([leaf.text for leaf in left], [leaf.text for leaf in right])
    return [
        _pair(
            pair.kind,
            None if pair.older is None else left[pair.older],
            None if pair.newer is None else right[pair.newer],
        )
        for pair in found
    ]


def _pair(kind: Kind, left: Leaf | None, right: Leaf | None) -> Pair:
    one, other = (leaf.text[:MOST_SIGNS] if leaf else "" for leaf in (left, right))
    pieces = comparing.differences(one, other)
    ours, theirs = [], []
    for piece in pieces:
        text = escape(" ".join(piece.text.split()))
        if not text:
            continue
        if piece.kind is not Kind.ADDED:
            ours.append(f"<del>{text}</del>" if piece.kind is Kind.REMOVED else text)
        if piece.kind is not Kind.REMOVED:
            theirs.append(f"<ins>{text}</ins>" if piece.kind is Kind.ADDED else text)
    return Pair(kind, left, right, mark_safe(" ".join(ours)), mark_safe(" ".join(theirs)))  # noqa: S308


_SAID = {
    Kind.SAME: "the same",
    Kind.CHANGED: "changed",
    Kind.MOVED: "moved",
    Kind.REMOVED: "only on the left",
    Kind.ADDED: "only on the right",
}


def counted(pairs: Sequence[Pair]) -> str:
    """`Pages: 12 the same, 2 changed, 1 only on the left.`"""
    numbers = Counter(pair.kind for pair in pairs)
    said = [f"{numbers[kind]:,} {words}" for kind, words in _SAID.items() if numbers[kind]]
    return f"Pages: {', '.join(said)}." if said else "Neither side has a page that can be read."
