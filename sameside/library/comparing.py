"""What changed between two versions, page by page: which page became which, and which words in it.

Pages are aligned in their order. Pages with the same words are found first; between them, the alignment is the one in
which the paired pages are most alike in sum (Needleman and Wunsch 1970, with the share of common words as score), so
that a page which was put in does not make all later ones differ. What is left over on both sides and alike was moved.
Within a page the words that went and came are marked; Chinese and Japanese are compared sign by sign.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

ALIKE = 0.35
"""Pages with less in common are not the same page changed, but one gone and one new."""
MOVED = 0.7
MOST_CELLS = 40_000
"""Beyond this many pairs of pages between two equal ones, pages are paired by their place."""
MOST_WORDS = 4_000
_TOKEN = re.compile(r"(?:[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|\w+|[^\w\s|]+|^)[\s|]*")
_BLANKS = re.compile(r"[\s|]+$")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|\w+")


class Kind(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


@dataclass(frozen=True)
class Pair:
    """A page of the older and one of the newer version, by place from 0; one of them is missing where it went or came.

    `share` is the part of their words that both have.
    """

    older: int | None
    newer: int | None
    share: float
    kind: Kind


@dataclass(frozen=True)
class Piece:
    """Words that both have (`same`), that went (`removed`) or that came (`added`)."""

    kind: Kind
    text: str


def align(older: Sequence[str], newer: Sequence[str]) -> list[Pair]:
    """Every page of both, in the order of the newer one with what went where it stood."""
    known: dict[str, int] = {}
    old_bags, new_bags = [_bag(page, known) for page in older], [_bag(page, known) for page in newer]
    old_keys, new_keys = [_key(page) for page in older], [_key(page) for page in newer]
    found: list[tuple[int | None, int | None, float]] = []
    for tag, i, j, k, m in SequenceMatcher(None, old_keys, new_keys, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [(one, other, 1.0) for one, other in zip(range(i, j), range(k, m), strict=True)]
        else:
            found += _between(range(i, j), range(k, m), old_bags, new_bags)
    return _moved([_pair(one, other, share, old_keys, new_keys) for one, other, share in found], old_bags, new_bags)


def _key(page: str) -> str:
    return " ".join(page.split())


def _bag(page: str, known: dict[str, int]) -> int:
    """The page's words as the bits of one number; `known` gives each word its bit."""
    bag = 0
    for word in set(_WORD.findall(page.casefold())):
        bag |= 1 << known.setdefault(word, len(known))
    return bag


def _share(one: int, other: int) -> float:
    either = (one | other).bit_count()
    return (one & other).bit_count() / either if either else 1.0


def _between(
    old: range, new: range, old_bags: Sequence[int], new_bags: Sequence[int]
) -> list[tuple[int | None, int | None, float]]:
    """The pages between two equal ones, aligned so that the pairs are most alike in sum."""
    if len(old) * len(new) > MOST_CELLS:
        return _by_place(old, new, old_bags, new_bags)
    shares = [[_share(old_bags[i], new_bags[k]) for k in new] for i in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for k in range(len(new) - 1, -1, -1):
            paired = shares[i][k] + best[i + 1][k + 1] if shares[i][k] >= ALIKE else 0.0
            best[i][k] = max(paired, best[i + 1][k], best[i][k + 1])
    found: list[tuple[int | None, int | None, float]] = []
    i = k = 0
    while i < len(old) or k < len(new):
        both = i < len(old) and k < len(new)
        if both and shares[i][k] >= ALIKE and best[i][k] == shares[i][k] + best[i + 1][k + 1]:
            found.append((old[i], new[k], shares[i][k]))
            i, k = i + 1, k + 1
        elif i < len(old) and (k == len(new) or best[i][k] == best[i + 1][k]):
            found.append((old[i], None, 0.0))
            i += 1
        else:
            found.append((None, new[k], 0.0))
            k += 1
    return found


def _by_place(
    old: range, new: range, old_bags: Sequence[int], new_bags: Sequence[int]
) -> list[tuple[int | None, int | None, float]]:
    found: list[tuple[int | None, int | None, float]] = []
    for one, other in zip(old, new, strict=False):
        share = _share(old_bags[one], new_bags[other])
        found += [(one, other, share)] if share >= ALIKE else [(one, None, 0.0), (None, other, 0.0)]
    both = min(len(old), len(new))
    return [*found, *((one, None, 0.0) for one in old[both:]), *((None, other, 0.0) for other in new[both:])]


def _pair(older: int | None, newer: int | None, share: float, old: Sequence[str], new: Sequence[str]) -> Pair:
    if older is None:
        return Pair(None, newer, share, Kind.ADDED)
    if newer is None:
        return Pair(older, None, share, Kind.REMOVED)
    return Pair(older, newer, share, Kind.SAME if old[older] == new[newer] else Kind.CHANGED)


def _moved(pairs: list[Pair], old_bags: Sequence[int], new_bags: Sequence[int]) -> list[Pair]:
    """`pairs` with what went and came again elsewhere told as moved; empty pages are never moved."""
    gone = {pair.older for pair in pairs if pair.older is not None and pair.newer is None and old_bags[pair.older]}
    came: dict[int, tuple[int, float]] = {}
    for pair in pairs:
        if pair.kind != Kind.ADDED or pair.newer is None or not new_bags[pair.newer]:
            continue
        alike = [(_share(old_bags[one], new_bags[pair.newer]), -one) for one in gone]
        share, place = max(alike, default=(0.0, 0))
        if share >= MOVED:
            came[pair.newer] = (-place, share)
            gone.discard(-place)
    taken = {older for older, _ in came.values()}
    told = []
    for pair in pairs:
        if pair.kind == Kind.REMOVED and pair.older in taken:
            continue
        if pair.newer in came and pair.kind == Kind.ADDED:
            older, share = came[pair.newer]
            told.append(Pair(older, pair.newer, share, Kind.MOVED))
        else:
            told.append(pair)
    return told


def differences(older: str, newer: str) -> list[Piece]:
    """The words of both texts in order; of very long texts, whole lines are compared first."""
    old, new = _TOKEN.findall(older), _TOKEN.findall(newer)
    if len(old) + len(new) <= MOST_WORDS:
        return _joined(_pieces(old, new))
    found: list[Piece] = []
    old_lines, new_lines = older.splitlines(keepends=True), newer.splitlines(keepends=True)
    for tag, i, j, k, m in SequenceMatcher(None, old_lines, new_lines, autojunk=False).get_opcodes():
        went, came = "".join(old_lines[i:j]), "".join(new_lines[k:m])
        if tag == "equal":
            found.append(Piece(Kind.SAME, came))
        elif len(went) + len(came) <= MOST_WORDS * 4:
            found += _pieces(_TOKEN.findall(went), _TOKEN.findall(came))
        else:
            found += [Piece(Kind.REMOVED, went), Piece(Kind.ADDED, came)]
    return _joined(found)


def _pieces(old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    """The blanks after a word belong to it and are not compared, nor the bars between the cells of a table: lines that
    are broken elsewhere, and a table that was read as lines, are no difference."""
    went, came = [_BLANKS.sub("", token) for token in old], [_BLANKS.sub("", token) for token in new]
    found = []
    for tag, i, j, k, m in SequenceMatcher(None, went, came, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(Kind.SAME, "".join(new[k:m])))
        else:
            found += [Piece(Kind.REMOVED, "".join(old[i:j]) if any(went[i:j]) else "")]
            found += [Piece(Kind.ADDED if any(came[k:m]) else Kind.SAME, "".join(new[k:m]))]
    return found


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Between two equal stretches, what went stands before what came, each in one piece."""
    found: list[Piece] = []
    went = came = ""
    for piece in [*pieces, Piece(Kind.SAME, "")]:
        if piece.kind is Kind.REMOVED:
            went += piece.text
        elif piece.kind is Kind.ADDED:
            came += piece.text
        elif piece.text or went or came:
            found += [Piece(Kind.REMOVED, went)] if went else []
            found += [Piece(Kind.ADDED, came)] if came else []
            if piece.text and found and found[-1].kind is Kind.SAME:
                found[-1] = Piece(Kind.SAME, found[-1].text + piece.text)
            elif piece.text:
                found.append(piece)
            went = came = ""
    return found
