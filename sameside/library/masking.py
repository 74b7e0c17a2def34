"""What people type into a search may name people: addresses and numbers are masked before a search is kept anywhere.

An e-mail address becomes `[e-mail]`. A number with a prefix (`+49 89 1234567`, `0049...`, `089/123456`) and seven to
fifteen digits, or without one and at least ten digits, becomes `[number]`: telephone numbers, account and card numbers.
Years, prices and article numbers stay. Names cannot be told from other words and stay: see `docs/guides/searching.md`.
"""

import re

EMAIL, NUMBER = "[e-mail]", "[number]"
MARKS = (EMAIL, NUMBER)
_EMAIL = re.compile(r"[^\s@<>\"',;:()]+@[^\s@<>\"',;:()]+\.[^\s@<>\"',;:()]+")
_RUN = re.compile(r"(?<![\w.])[+(]?\d(?:[\s()/.-]{0,2}\d){6,30}(?!\w)")
_LEAST_PREFIXED, _LEAST_PLAIN = 7, 10


def masked(text: str) -> str:
    """`text` without addresses and telephone numbers."""
    return _RUN.sub(_number, _EMAIL.sub(EMAIL, text))


def is_masked(text: str) -> bool:
    return any(mark in text for mark in MARKS)


def _number(match: re.Match[str]) -> str:
    run = match[0]
    digits = sum(map(str.isdigit, run))
    least = _LEAST_PREFIXED if run.startswith(("+", "(", "0")) else _LEAST_PLAIN
    return NUMBER if digits >= least else run
