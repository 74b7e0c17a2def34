"""Salesforce record ids: 15 characters in which case matters, or 18, of which the last three are a checksum of it."""

import re

from sameside.connectors.values import NOTHING, Value

# How the ids of the objects that are read begin; an id whose last characters would change that was made up by hand.
PREFIXES = frozenset({"001", "003", "005", "006", "008", "00G", "00K", "00Q", "00T", "00U", "00v", "017", "701"})
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")


def checksum(fifteen: str) -> str:
    """The three characters that make a 15-character id, in which case matters, safe where case is lost."""
    suffix = ""
    for start in (0, 5, 10):
        bits = sum(
            1 << place for place in range(5) if fifteen[start + place].isupper() and fifteen[start + place].isascii()
        )
        suffix += _SUFFIX[bits]
    return suffix


def _restored(eighteen: str) -> str:
    """An id of one case only gets its capitals back from its last three characters, when these fit."""
    body = ""
    for place, character in enumerate(eighteen[:15].lower()):
        bits = _SUFFIX.find(eighteen[15 + place // 5].upper())
        upper = bits >> (place % 5) & 1
        if bits < 0 or (upper and not character.isalpha()):
            return eighteen
        body += character.upper() if upper else character
    return body + eighteen[15:].upper()


def record_id(cell: str) -> Value:
    """The 18-character form of an id; None for nothing."""
    text = cell.strip()
    if text in NOTHING:
        return None
    if not _ID.fullmatch(text):
        raise ValueError(f"“{text[:40]}” is no Salesforce id (15 or 18 letters and digits)")
    if len(text) == 15:
        return text + checksum(text)
    if (text.isupper() or text.islower()) and checksum(text[:15]) != text[15:]:
        restored = _restored(text)
        return restored if restored[:3] in PREFIXES or text[:3] not in PREFIXES else text
    return text


def reference(cell: str) -> Value:
    """The id of another record; what is no id is kept as it is and will be counted as missing."""
    try:
        return record_id(cell)
    except ValueError:
        return cell.strip()[:64]


def owner(cell: str) -> Value:
    """The owning user; a queue (`00G...`) owns nothing yet."""
    text = reference(cell)
    return None if text and text.startswith("00G") else text
