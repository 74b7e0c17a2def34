"""Two versions held against each other, clause by clause, in the words that were signed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from sameside.leads.agreement.wording import Block, Clause, Line

What = Literal["same", "added", "removed", "changed"]
_WORDS = re.compile(r"\s+|\w+(?:[.,]\w+)*|[^\w\s]")
_DATE = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}")
SENTENCE = 6


@dataclass(frozen=True)
class Piece:
    """Words that stayed, went or came."""

    text: str
    what: What


@dataclass(frozen=True)
class Change:
    """One line that differs: "First attempt", "within ~8~ 4 business hours"."""

    label: str
    what: What
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class ChangedBlock:
    title: str
    what: What
    changes: Sequence[Change]
    """Lines that differ; all of them where the block is new or gone."""


@dataclass(frozen=True)
class ChangedClause:
    number: int
    title: str
    side: str
    blocks: Sequence[ChangedBlock]
    text: Sequence[Piece]

    @property
    def is_same(self) -> bool:
        return not self.blocks and not self.text


def compare(old: Sequence[Clause], new: Sequence[Clause]) -> list[ChangedClause]:
    """Every clause of either version; what is the same in both has nothing in it."""
    before = {one.key: one for one in old}
    after = {one.key: one for one in new}
    keys = [one.key for one in new] + [one.key for one in old if one.key not in after]
    return [_clause(before.get(key), after.get(key)) for key in keys]


def _clause(old: Clause | None, new: Clause | None) -> ChangedClause:
    either = new or old
    assert either is not None  # noqa: S101  one of them has the key
    blocks = _blocks(old.blocks if old else (), new.blocks if new else ())
    was, now = (old.text if old else ""), (new.text if new else "")
    text = words(was, now) if was != now else []
    return ChangedClause(either.number, either.title, either.side, list(blocks), text)


def _blocks(old: Sequence[Block], new: Sequence[Block]) -> Iterator[ChangedBlock]:
    before: Mapping[str, Block] = {one.key: one for one in old}
    after = {one.key: one for one in new}
    for one in new:
        was = before.get(one.key)
        if was is None:
            yield ChangedBlock(one.title, "added", [_whole(line, "added") for line in one.lines])
            continue
        changes = list(_lines(was.lines, one.lines))
        if was.title != one.title:
            changes.insert(0, Change("Called", "changed", words(was.title, one.title)))
        if changes:
            yield ChangedBlock(one.title, "changed", changes)
    for was in old:
        if was.key not in after:
            yield ChangedBlock(was.title, "removed", [_whole(line, "removed") for line in was.lines])


def _whole(line: Line, what: What) -> Change:
    return Change(line.label, what, [Piece(line.value, what)])


def _lines(old: Sequence[Line], new: Sequence[Line]) -> Iterator[Change]:
    """Lines under a number (conditions) are the same where they say the same, wherever they stand."""
    before, after = _by_key(old), _by_key(new)
    for key, line in after.items():
        was = before.get(key)
        if was is None:
            yield _whole(line, "added")
        elif was.value != line.value:
            yield Change(line.label, "changed", words(was.value, line.value))
    for key, was in before.items():
        if key not in after:
            yield _whole(was, "removed")


def _is_written_anew(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether two texts of more than a few words share less than half of them in order."""
    old, new = ([word for word in words if not word.isspace()] for words in (before, after))
    if min(len(old), len(new)) < SENTENCE:
        return False
    return SequenceMatcher(None, old, new, autojunk=False).ratio() < 0.5


def _by_key(lines: Sequence[Line]) -> dict[str, Line]:
    numbered = re.compile(r":(fit|behaved):\d+$")
    found = {}
    for line in lines:
        about = line.value.split(",")[0] if ":behaved:" in line.key else re.split(r" (?:is|contains)\b", line.value)[0]
        key = f"{numbered.sub('', line.key)}:{line.label}:{about}" if numbered.search(line.key) else line.key
        while key in found:
            key += "+"
        found[key] = line
    return found


def words(old: str, new: str) -> list[Piece]:
    """Word by word, so that a number that changed stands out; a date, or prose that was written anew, as a whole."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if (_DATE.fullmatch(old) and _DATE.fullmatch(new)) or _is_written_anew(before, after):
        return [Piece(old, "removed"), Piece(new, "added")]
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("".join(before[a:b]), "same"))
            continue
        if b > a:
            found.append(Piece("".join(before[a:b]), "removed"))
        if d > c:
            found.append(Piece("".join(after[c:d]), "added"))
    return found
