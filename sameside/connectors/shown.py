"""How a cell of somebody's file is shown on a page: short, with what is invisible made visible, and dates in words."""

import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

LONGEST = 90
_SIGNS = {"\n": "↵", "\r": "", "\t": "⇥", "\u00a0": "⍽", "\u202f": "⍽"}


def cell(text: str, *, longest: int = LONGEST) -> str:
    """What is written in the cell, cut, with control characters, direction marks and hard blanks made visible."""
    shown = "".join(map(_sign, text[: longest + 1]))
    if len(text) > longest:
        return f"{shown[:longest]}… ({len(text):,} characters)"
    return shown


def _sign(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    if character < " " or character == "\x7f":
        return chr(0x2400 + ord(character)) if character < " " else "␡"
    if unicodedata.category(character) in ("Cf", "Cc", "Co", "Cs"):
        return f"[U+{ord(character):04X}]"
    return character


def value(read: str | None, kind: str) -> str:
    """What the cell is read as, in words that leave no doubt: 3 April 2026, not 03/04/26."""
    if read is None or read == "":
        return "nothing"
    if kind in ("day", "moment"):
        return _date(read, kind)
    if kind == "boolean":
        return "Yes" if read == "t" else "No"
    if kind in ("amount", "percentage", "whole"):
        return _number(read)
    return cell(read)


def _date(read: str, kind: str) -> str:
    try:
        moment = datetime.fromisoformat(read)
    except ValueError:
        return cell(read)
    day = date(moment.year, moment.month, moment.day)
    words = f"{day.day} {day:%B %Y}"
    if kind == "day" or not (moment.hour or moment.minute or moment.second):
        return words
    return f"{words}, {moment:%H:%M} UTC"


def _number(read: str) -> str:
    try:
        return f"{Decimal(read):,f}"
    except InvalidOperation:
        return cell(read)
