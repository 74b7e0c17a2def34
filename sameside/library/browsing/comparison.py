"""Two versions, or two assets, side by side: which page answers to which, and which words differ.

Pages are paired in order, so that the sum of their likeness is greatest (the alignment of Needleman and Wunsch, 1970):
a page that was put in or taken out stands alone, and the others stay opposite each other. The likeness of two pages is
the share of words that they have in common (Dice). In a pair, words are compared in order.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from typing import Literal

from django.utils.safestring import SafeString, mark_safe

State = Literal["same", "changed", "left", "right"]

MOST_PAGES = 60
MOST_WORDS = 600
LEAST = 0.25
"""Pages less alike than this are two pages, not a changed one."""
_WORD = re.compile(r"\S+")


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
    state: State
    left: Leaf | None
    right: Leaf | None
    left_html: SafeString
    right_html: SafeString


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """The share of words in common, 0 to 1; two pages without words are alike."""
    size = one.total() + other.total()
    return 2 * (one & other).total() / size if size else 1.0


def aligned(left: Sequence[str], right: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Places of `left` and `right` (page texts) that stand opposite each other, in order."""
    ours, theirs = [_counted(text) for text in left], [_counted(text) for text in right]
    gains = [[likeness(one, other) - LEAST for other in theirs] for one in ours]
    best = [[0.0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    for i in range(len(ours) - 1, -1, -1):
        for j in range(len(theirs) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j + 1] + gains[i][j], best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        if gains[i][j] > 0 and best[i][j] == best[i + 1][j + 1] + gains[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    pairs += [(place, None) for place in range(i, len(ours))]
    return pairs + [(None, place) for place in range(j, len(theirs))]


def _counted(text: str) -> Counter[str]:
    return Counter(word.casefold() for word in _WORD.findall(text))


def compare(left: Sequence[Leaf], right: Sequence[Leaf]) -> list[Pair]:
    left, right = left[:MOST_PAGES], right[:MOST_PAGES]
    places = aligned([leaf.text for leaf in left], [leaf.text for leaf in right])
    return [_pair(None if i is None else left[i], None if j is None else right[j]) for i, j in places]


def _pair(left: Leaf | None, right: Leaf | None) -> Pair:
    if left is None or right is None:
        one = left or right
        words = _WORD.findall(one.text)[:MOST_WORDS] if one else []
        html = _marked([("del" if left else "ins", words)])
        nothing = SafeString("")
        return Pair("left", left, None, html, nothing) if left else Pair("right", None, right, nothing, html)
    ours, theirs = _WORD.findall(left.text)[:MOST_WORDS], _WORD.findall(right.text)[:MOST_WORDS]
    if ours == theirs:
        same = _marked([("", ours)])
        return Pair("same", left, right, same, same)
    steps = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    ours_html = _marked([("" if tag == "equal" else "del", ours[a:b]) for tag, a, b, _, _ in steps])
    theirs_html = _marked([("" if tag == "equal" else "ins", theirs[c:d]) for tag, _, _, c, d in steps])
    return Pair("changed", left, right, ours_html, theirs_html)


def _marked(parts: Sequence[tuple[str, Sequence[str]]]) -> SafeString:
    pieces = []
    for tag, words in parts:
        if words:
            text = escape(" ".join(words))
            pieces.append(f"<{tag}>{text}</{tag}>" if tag else text)
    return mark_safe(" ".join(pieces))  # noqa: S308  (every part is escaped above)


def counted(pairs: Sequence[Pair]) -> str:
    """`12 pages the same, 2 changed, 1 only on the left`."""
    numbers = Counter(pair.state for pair in pairs)
    parts = [
        (numbers["same"], "the same"),
        (numbers["changed"], "changed"),
        (numbers["left"], "only on the left"),
        (numbers["right"], "only on the right"),
    ]
    said = [f"{number:,} {words}" for number, words in parts if number]
    return f"Pages: {', '.join(said)}." if said else "Neither side has a page that can be read."
