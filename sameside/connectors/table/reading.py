"""How single cells of a generic table are read, beyond what every connector's tables share."""

import hashlib
import re
from collections.abc import Callable, Mapping

from sameside.connectors import values
from sameside.connectors.table import names
from sameside.connectors.values import Value

_ADDRESS = re.compile(r"[^\s<>,;:\"'()]+@[^\s<>,;:\"'()]+\.[^\s<>,;:\"'()]+")
_SPACES = re.compile(r"\s+")
_WON = re.compile(r"\b(won|gewonnen|gagn\w*|ganad\w*|signed|closed won|abgeschlossen gewonnen)\b", re.IGNORECASE)
_LOST = re.compile(
    r"\b(lost|verloren|perdu\w*|perdid\w*|abandon\w*|cancell?ed|storniert|disqualified|rejected|dead)\b", re.IGNORECASE
)
_DONE = frozenset(
    {
        *("done", "completed", "complete", "closed", "finished", "held", "sent", "logged", "erledigt", "abgeschlossen"),
        *("fait", "terminé", "termine", "hecho", "completada", "completado", "x"),
    }
)
_KEY = 64


def said_as(read: Callable[[str], Value], words: Mapping[str, str]) -> Callable[[str], Value]:
    """`read`, after a word was replaced by what it means here."""
    if not words:
        return read
    return lambda cell: read(words.get(cell.casefold().strip(), cell))


def email(cell: str) -> Value:
    """The first address of the cell in lower case: `Ann Lee <Ann@Acme.example>` is `ann@acme.example`."""
    text = cell.strip()
    if "@" not in text:
        return "" if text in values.NOTHING else text[:254]
    found = _ADDRESS.search(text)
    return (found[0].removeprefix("mailto:") if found else text).lower().rstrip(".")[:254]


def owner(cell: str) -> Value:
    """Whom a cell names: an address or a name, without case and without blanks that are too many."""
    text = _SPACES.sub(" ", cell.strip()).lower()
    return text[:200] or None


def named(cell: str) -> Value:
    """The name of a record that is looked up: without blanks that are too many."""
    text = _SPACES.sub(" ", cell.strip())
    return None if text in values.NOTHING else text[:255]


def one_id(cell: str) -> Value:
    """The first of several ids joined by `;`."""
    return values.text_id(cell.split(";")[0])


def joined(*parts: Value) -> str:
    return " ".join(part for part in parts if part)


def first_name(given: Value, full: Value) -> str:
    return given or names.parted(full or "")[0][:120]


def last_name(given: Value, full: Value) -> str:
    return given or names.parted(full or "")[1][:160]


def first_name_spanish(given: Value, full: Value) -> str:
    return given or names.parted(full or "", spanish=True)[0][:120]


def last_name_spanish(given: Value, full: Value) -> str:
    return given or names.parted(full or "", spanish=True)[1][:160]


def key(kind: str, *parts: Value) -> Value:
    """A stable id of what tells a row; None when there is nothing to tell it by."""
    told = [_SPACES.sub(" ", part).strip().casefold() if part else "" for part in parts]
    if not any(told):
        return None
    text = f"{kind}:{'|'.join(told)}"
    if len(text) <= _KEY:
        return text
    return f"{kind}#{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def person_key(address: Value, *rest: Value) -> Value:
    """A person is known by the e-mail address, else by name, company, phone and title together."""
    if address and "@" in address:
        return key("email", address)
    return key("person", *rest) if any(rest[:3]) else None


def company_key(domain: Value, name: Value) -> Value:
    return key("domain", domain) if domain else key("name", name)


def is_won(status: Value, stage: Value) -> str:
    """A word of the status decides; without one, what the stage is called."""
    for text in (status, stage):
        if text and _WON.search(text):
            return "t"
        if text and _LOST.search(text):
            return "f"
    return "f"


def is_closed(status: Value, stage: Value) -> str:
    return "t" if any(text and (_WON.search(text) or _LOST.search(text)) for text in (status, stage)) else "f"


def stage(given: Value, status: Value) -> Value:
    return given or status


def is_done(cell: str) -> Value:
    """Yes or no, or a word; an empty cell says that it happened, as a log of calls does."""
    text = cell.strip().lower()
    if text in values.NOTHING:
        return None
    try:
        return values.boolean(text)
    except ValueError:
        return "t" if text in _DONE else "f"


def done(told: Value) -> str:
    return told if told is not None else "t"


def no(told: Value) -> str:
    return told if told is not None else "f"
