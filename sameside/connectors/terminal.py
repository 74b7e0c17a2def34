"""What an import shows on a terminal: one line that is rewritten, with how far it is, how fast, and what is left.

Names of files come from anywhere: characters that a terminal would obey never reach it.
"""

import shutil
import unicodedata
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from sameside.connectors.models import ImportRun

_OBEYED = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def clean(text: str) -> str:
    """`text` with a `�` for every character that would move the cursor, colour, or turn the direction of writing."""
    return "".join("�" if unicodedata.category(character) in _OBEYED else character for character in text)


class Line:
    """`tell` prints a sentence and leaves it; `show` rewrites the line below."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.shown = 0

    def tell(self, sentence: str) -> None:
        self._erase()
        print(f"  {clean(sentence)}", file=self.stream)

    def show(self, run: "ImportRun") -> None:
        from django.utils import timezone

        from sameside.connectors.figures import figures

        told = figures(run, at=timezone.now())
        text = f"  {told.percent} % · {told.pace}"[: shutil.get_terminal_size().columns - 1]
        self.stream.write("\r" + text.ljust(self.shown))
        self.stream.flush()
        self.shown = len(text)

    def end(self) -> None:
        self._erase()

    def _erase(self) -> None:
        if self.shown:
            self.stream.write("\r" + " " * self.shown + "\r")
            self.shown = 0
