"""Feeds lines to the csv module in blocks, and remembers those of the record in hand.

So reading can go on behind a record whose quotation marks are broken, at the next line that starts a record, without
losing what the open quotation mark would swallow. A line longer than `LONGEST` is replaced by one that no reader
accepts.
"""

import io
from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import TextIO

BLOCK = 1 << 16
LONGEST = 32_000_000
UNPARSABLE = '""x '


class Lines:
    """`done` is the number of a line where a record starts, before the one in hand; the user of the lines keeps it."""

    def __init__(self, text: TextIO, *, skip: int = 0) -> None:
        self._text = text
        self._rest = ""
        self._kept: deque[tuple[int, list[str]]] = deque()
        self._next = 0
        self._again: list[str] = []
        self.done = 0
        if skip:
            self.go_to(skip)

    def _fill(self, least: int, most: int) -> None:
        """Read blocks until `least` lines are kept, the text ends, or `most` characters were read."""
        while self._next < least and most > 0:
            lines = self._read()
            if not lines:
                return
            self._kept.append((self._next, lines))
            self._next += len(lines)
            most -= sum(map(len, lines))

    def _read(self) -> list[str]:
        """The lines of the next blocks, whole; empty at the end of the text."""
        while block := self._text.read(max(BLOCK, len(self._rest))):
            lines = io.StringIO(self._rest + block, newline="").readlines()
            self._rest = "" if lines[-1].endswith("\n") else lines.pop()
            if len(self._rest) > LONGEST:
                lines.append(self._cut())
            if lines:
                return lines
        lines, self._rest = [self._rest] if self._rest else [], ""
        return lines

    def _cut(self) -> str:
        """In place of a line that is too long, whose rest is passed over."""
        beginning, self._rest = self._rest[:1000], ""
        while block := self._text.read(BLOCK):
            ends = [end for mark in "\r\n" if (end := block.find(mark)) >= 0]
            if ends:
                self._rest = block[min(ends) + 1 :]
                break
        return f"{UNPARSABLE}{beginning}\n"

    def kept(self, line: int) -> list[str]:
        """The lines from `line` on that were read so far."""
        return [each for start, lines in self._kept for each in lines[max(0, line - start) :]]

    def fed(self) -> Iterator[str]:
        """The lines from `done` on, for a new reader."""
        return chain.from_iterable(self._blocks())

    def _blocks(self) -> Iterator[list[str]]:
        if self._again:
            again, self._again = self._again, []
            yield again
        while lines := self._read():
            while self._kept and self._kept[0][0] + len(self._kept[0][1]) <= self.done:
                self._kept.popleft()
            self._kept.append((self._next, lines))
            self._next += len(lines)
            yield lines

    def waiting(self, line: int, count: int, *, most: int = LONGEST) -> list[str]:
        """`count` lines from `line` on, or as many as there are or `most` characters hold."""
        self._fill(line + count, most)
        return self.kept(line)[:count]

    def go_to(self, line: int) -> None:
        """The next reader starts at `line`, which is not before `done`."""
        self._fill(line, LONGEST)
        self.done = line
        self._again = self.kept(line)
