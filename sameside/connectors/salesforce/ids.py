"""Salesforce record ids: 15 characters in which case matters, or 18, of which the last three are a checksum of it.

Both forms become the long one. A long id whose checksum does not fit is kept as it is: it was made up by hand or by a
warehouse, and mending it might make one record of two. It then matches only itself, and the verdict counts how many
there are; only where the case was lost is it given back. The first three characters say of which object a record is:
the id of another object is refused, an unknown beginning (custom objects, warehouses' hashes) is not.
"""

import re
from collections.abc import Callable

from sameside.connectors.values import NOTHING, Value

# How the ids of standard objects begin, and what these are called.
PREFIXES = {
    "001": "an account", "003": "a contact", "005": "a user", "006": "an opportunity",
    "008": "an opportunity's history",
    "00G": "a queue", "00K": "a contact role", "00Q": "a lead", "00T": "a task", "00U": "an event",
    "00v": "a campaign member", "017": "a field's history", "701": "a campaign", "00e": "a profile", "00E": "a role",
    "00D": "an organisation", "00k": "a line item", "01t": "a product", "01u": "a price book entry", "02i": "an asset",
    "068": "a document", "069": "a document", "500": "a case", "800": "a contract", "801": "an order",
    "0Q0": "a quote", "00P": "an attachment", "015": "a document", "07k": "a relation of a contact",
}  # fmt: skip
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_UPPER = {code: "1" if chr(code) in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" else "0" for code in range(128)}
_LETTER = {f"{bits:05b}"[::-1]: letter for bits, letter in enumerate(_SUFFIX)}


def checksum(fifteen: str) -> str:
    """The three characters that make a 15-character id, in which case matters, safe where case is lost."""
    marks = fifteen.translate(_UPPER)
    return _LETTER[marks[:5]] + _LETTER[marks[5:10]] + _LETTER[marks[10:15]]


def fits(eighteen: str) -> bool:
    """Whether the checksum of a long id is that of its first 15 characters."""
    return checksum(eighteen[:15]) == eighteen[15:]


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


def is_id(cell: str) -> bool:
    return bool(_ID.fullmatch(cell.strip()))


def record_id(cell: str) -> Value:
    """The 18-character form of an id; None for nothing."""
    text = cell.strip()
    if text in NOTHING:
        return None
    if not _ID.fullmatch(text):
        raise ValueError(f"“{text[:40]}” is no Salesforce id (15 or 18 letters and digits)")
    if len(text) == 15:
        return text + checksum(text)
    if (text.isupper() or text.islower()) and not fits(text):
        restored = _restored(text)
        return restored if restored[:3] in PREFIXES or text[:3] not in PREFIXES else text
    return text


def id_of(*prefixes: str) -> Callable[[str], Value]:
    """Reads the id of a record of one kind; one that is known to be of another kind is refused."""

    def read(cell: str) -> Value:
        found = record_id(cell)
        if found and found[:3] in PREFIXES and found[:3] not in prefixes:
            raise ValueError(f"“{found[:40]}” is the id of {PREFIXES[found[:3]]}, not of {PREFIXES[prefixes[0]]}")
        return found

    return read


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


def id_or_name(*prefixes: str) -> Callable[[str], Value]:
    """In reports: the id of another record, in its long form, or its name as it stands."""

    def read(cell: str) -> Value:
        text = cell.strip()
        if text in NOTHING:
            return None
        return record_id(text) if _ID.fullmatch(text) and text.startswith(prefixes) else text[:255]

    return read
