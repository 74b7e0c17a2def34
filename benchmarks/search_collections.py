"""Test collections in one format: `corpus.jsonl` (_id, title, text), `queries.jsonl` (_id, text), `qrels.tsv`.

The language of passages and of queries comes from the folder's name (`xquad-de`, `xquad-de2en`: German questions over
English passages) or is detected in their text. Queries get a typo or an unfinished last word from a seed.
"""

import csv
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

NAMED = re.compile(r"(?:^|[-_])(?:([a-z]{2})2)?([a-z]{2})$")
KNOWN = {"en", "de", "fr", "es", "it", "nl", "pt", "sv", "da", "fi", "no", "ru", "ja", "zh", "ar", "ko"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Passage:
    title: str
    text: str

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.text}" if self.title else self.text


@dataclass(frozen=True)
class Collection:
    name: str
    language: str
    asked_in: str
    passages: Mapping[str, Passage]
    queries: Mapping[str, str]
    judged: Mapping[str, Mapping[str, int]]

    @property
    def crosses(self) -> bool:
        """Whether questions are in another language than passages."""
        return self.language != self.asked_in

    def sample(self, size: int) -> "Collection":
        """At most `size` queries, always the same."""
        if size >= len(self.queries):
            return self
        chosen = random.Random(1).sample(sorted(self.queries), size)
        return replace(self, queries={key: self.queries[key] for key in chosen})

    def with_queries(self, queries: Mapping[str, str]) -> "Collection":
        return replace(self, queries=queries)


def folders(given: list[Path]) -> list[Path]:
    """The collections in these folders, each of which is one or holds some."""
    found: list[Path] = []
    for folder in given:
        inside = sorted(path.parent for path in folder.glob("*/corpus.jsonl"))
        found += [folder] if (folder / "corpus.jsonl").exists() else inside
    return found


def read(folder: Path) -> Collection:
    passages = {
        str(row["_id"]): Passage(" ".join(row.get("title", "").split()), " ".join(row["text"].split()))
        for row in _rows(folder / "corpus.jsonl")
    }
    judged: dict[str, dict[str, int]] = {}
    with (folder / "qrels.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t"):
            if len(row) >= 3 and row[-1].strip().lstrip("-").isdigit() and int(row[-1]) > 0 and row[-2] in passages:
                judged.setdefault(row[0], {})[row[-2]] = int(row[-1])
    queries = {
        str(row["_id"]): " ".join(row["text"].split())
        for row in _rows(folder / "queries.jsonl")
        if str(row["_id"]) in judged
    }
    asked_in, language = _languages(folder.name, passages, queries)
    return Collection(folder.name, language, asked_in, passages, queries, judged)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def _languages(name: str, passages: Mapping[str, Passage], queries: Mapping[str, str]) -> tuple[str, str]:
    named = NAMED.search(name)
    if named and named[2] in KNOWN and (named[1] is None or named[1] in KNOWN):
        return named[1] or named[2], named[2]
    return _detected(queries.values()), _detected(passage.whole for passage in passages.values())


def _detected(texts: "Iterator[str] | object") -> str:
    """The language of most of the first 200 texts."""
    import py3langid

    first = [text for text, _ in zip(texts, range(200), strict=False)]  # type: ignore[call-overload]
    return Counter(py3langid.classify(text)[0] for text in first).most_common(1)[0][0]


def with_typos(queries: Mapping[str, str]) -> dict[str, str]:
    """One random edit in one word of at least four letters of every query: a letter left out, doubled by another one,
    replaced, or swapped with the next."""
    chance = random.Random(7)
    return {key: _mistyped(text, chance) for key, text in queries.items()}


def _mistyped(text: str, chance: random.Random) -> str:
    words = text.split()
    long = [place for place, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
    if not long:
        return text
    place = chance.choice(long)
    word = words[place]
    at = chance.randrange(1, len(word) - 1)
    words[place] = chance.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + chance.choice(LETTERS) + word[at:],
            word[:at] + chance.choice(LETTERS) + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )
    return " ".join(words)


def unfinished(collection: Collection, size: int) -> dict[str, tuple[str, str]]:
    """Three words in a row of a passage, the last cut in half (three letters at least): text and the passage's id."""
    chance = random.Random(11)
    found: dict[str, tuple[str, str]] = {}
    ids = sorted(collection.passages)
    for number in range(size * 3):
        if len(found) >= size:
            break
        key = chance.choice(ids)
        words = [word.strip(".,;:()\"'").lower() for word in collection.passages[key].text.split()]
        starts = [
            at
            for at in range(len(words) - 2)
            if len(words[at + 2]) >= 7 and all(w.isalpha() for w in words[at : at + 3])
        ]
        if starts:
            at = chance.choice(starts)
            last = words[at + 2]
            found[str(number)] = (" ".join([*words[at : at + 2], last[: max(3, len(last) // 2)]]), key)
    return found
