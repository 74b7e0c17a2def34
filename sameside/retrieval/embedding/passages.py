"""A document in passages that a model can read at once: a page or a stretch of one, with the title in front.

Two hundred words of English are about as much as the model reads; a page below that is one passage. A longer one is cut
into stretches of equal length. Scripts without spaces count two letters as a word.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sameside.retrieval.engine import Document
from sameside.retrieval.vectors import Passage

WORDS = 160
"""Of one passage: with the title and in wordier languages still within the model's 256 tokens."""
MOST = 200
"""A page is worth cutting from this many words on."""

_UNSPACED = "\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_WORD = re.compile(f"[{_UNSPACED}]{{1,2}}|[^\\s{_UNSPACED}]{{1,40}}")


@dataclass(frozen=True)
class Text:
    """A passage: the part it is in, its place there from 0, and what the model reads."""

    part: int
    number: int
    text: str

    @property
    def digest(self) -> bytes:
        """Equal for equal texts, wherever they stand."""
        return hashlib.blake2b(self.text.encode("utf-8", "replace"), digest_size=16).digest()

    @property
    def passage(self) -> Passage:
        return Passage(self.part, self.number, int.from_bytes(self.digest[:8], "little"))


def passages(document: Document) -> list[Text]:
    """What of a document is embedded. Part 0 is the document itself: its title and summary."""
    found = [
        Text(part.number, number, _titled(document, stretch))
        for part in document.parts
        for number, stretch in enumerate(_stretches(part.text))
    ]
    if document.summary.strip() or not found:
        found.insert(0, Text(0, 0, _titled(document, document.summary)))
    return [each for each in found if each.text]


def _titled(document: Document, text: str) -> str:
    return ". ".join(each for each in (document.title.strip(), text.strip()) if each)


def _stretches(text: str) -> Iterator[str]:
    bounds = [(word.start(), word.end()) for word in _WORD.finditer(text)]
    count = 1 if len(bounds) <= MOST else -(-len(bounds) // WORDS)
    for place in range(count):
        own = bounds[place * len(bounds) // count : (place + 1) * len(bounds) // count]
        if own:
            yield text[own[0][0] : own[-1][1]]
