"""A full name becomes a first and a last name.

`Berg, Anna` is last name first. Else the last word is the last name, with the particles before it (`van der Berg`), and
salutations are left out. Names written in Chinese, Japanese or Korean characters begin with the family. With `spanish`,
the last two of three or more words are the last name.
"""

import re
from functools import lru_cache

_PARTICLES = frozenset(
    [
        "von",
        "van",
        "vom",
        "zu",
        "zur",
        "zum",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "das",
        "do",
        "du",
        "la",
        "le",
        "las",
        "los",
        "el",
        "al",
        "bin",
        "ibn",
        "ben",
        "ter",
        "ten",
        "af",
        "av",
        "y",
    ]
)
_SALUTATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "herr",
        "frau",
        "hr",
        "fr",
        "m",
        "mme",
        "mlle",
        "sr",
        "sra",
        "srta",
        "don",
        "doña",
        "dipl-ing",
        "ing",
    ]
)
_AFTER = frozenset(["jr", "sr", "ii", "iii", "iv", "phd", "md", "mba", "esq", "msc", "bsc", "cpa"])
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def _bare(word: str) -> str:
    return word.casefold().strip(".,")


@lru_cache(maxsize=50_000)
def parted(name: str, *, spanish: bool = False) -> tuple[str, str]:
    """(first name, last name); a single word is the last name."""
    text = " ".join(name.split())
    last, comma, first = text.partition(",")
    if comma and first.strip() and _bare(first) not in _AFTER:
        return _without_salutation(first.split()), last.strip()
    words = text.split()
    if _EAST_ASIAN.search(text):
        return (" ".join(words[1:]), words[0]) if len(words) > 1 else ("", text)
    while len(words) > 1 and _bare(words[0]) in _SALUTATIONS:
        words = words[1:]
    after: list[str] = []
    while len(words) > 2 and _bare(words[-1]) in _AFTER:
        after.insert(0, words.pop())
    if len(words) < 2:
        return "", " ".join([*words, *after])
    start = len(words) - (2 if spanish and len(words) > 2 else 1)
    while start > 1 and _bare(words[start - 1]) in _PARTICLES:
        start -= 1
    return " ".join(words[:start]), " ".join([*words[start:], *after]).replace(",", "")


def _without_salutation(words: list[str]) -> str:
    return " ".join(word for word in words if _bare(word) not in _SALUTATIONS)
