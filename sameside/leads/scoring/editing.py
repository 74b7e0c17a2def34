"""The lines of a rule as a form has them: perhaps not finished, each with the sentence that says what it lacks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from sameside.crm.channels import CHANNELS
from sameside.leads import conditions, criteria
from sameside.leads.conditions import Row
from sameside.leads.criteria import Unreadable
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring.rule import MOST_LINES, Rule

Data = dict[str, Any]
_NEW: Mapping[str, Data] = {
    "field": {"about": "field", "points": 10, "condition": {"field": "title", "how": "contains", "values": []}},
    "behaviour": {"about": "behaviour", "points": 10, "channels": [], "each": True, "within": 180, "half_life": 30},
}


@dataclass(frozen=True)
class EditorLine:
    """One line of the form. `problem` is why it cannot be saved as it is."""

    place: int
    data: Data
    problem: str
    said: str
    is_first: bool
    is_last: bool
    row: Row

    @property
    def is_field(self) -> bool:
        return bool(self.data.get("about") == "field")

    @property
    def has_more(self) -> bool:
        return any(self.more.values())

    @property
    def channels(self) -> list[tuple[str, str, bool]]:
        chosen = self.data.get("channels", [])
        return [(key, label, key in chosen) for key, label in CHANNELS.items()]

    @property
    def more(self) -> dict[str, str]:
        return {key: "\n".join(self.data.get(key, [])) for key in ("interactions", "kinds", "facets")}


def lines_in(points: Mapping[str, Any]) -> list[Data]:
    return [dict(one) for one in points.get("lines", []) if isinstance(one, Mapping)]


def posted(form: QueryDict) -> list[Data]:
    """The lines of a form that was sent, whatever stands in them."""
    size = _whole(form.get("lines", ""))
    count = size if isinstance(size, int) else 0
    return [_line(form, place) for place in range(min(max(count, 0), MOST_LINES + 1)) if f"{place}-about" in form]


def _line(form: QueryDict, place: int) -> Data:
    def text(key: str) -> str:
        return form.get(f"{place}-{key}", "").replace("\x00", "").strip()

    line: Data = {"about": text("about"), "points": _whole(text("points")), "because": text("because")[:300]}
    if line["about"] == "field":
        line["condition"] = conditions.posted(form, str(place))
        return line
    line |= {key: _words(text(key)) for key in ("interactions", "kinds", "facets")}
    line |= {key: _whole(text(key)) if text(key) else None for key in ("cap", "half_life")}
    return line | {
        "channels": [one.replace("\x00", "") for one in form.getlist(f"{place}-channels")],
        "each": text("each") != "newest",
        "within": _whole(text("within")) if text("within") else 180,
    }


def _whole(text: str) -> int | str:
    plain = text.strip().replace("−", "-").removeprefix("+")
    return int(plain) if re.fullmatch(r"-?[0-9]{1,6}", plain) else text


def _words(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def done(lines: Sequence[Data], what: str) -> list[Data]:
    """The lines after a button of the form: "add:field", "remove:3", "up:3", "down:3"."""
    verb, _, about = what.partition(":")
    found = list(lines)
    if verb == "add" and about in _NEW and len(found) < MOST_LINES:
        return [*found, dict(_NEW[about])]
    place = int(about) if about.isascii() and about.isdecimal() and len(about) < 4 else -1
    if not 0 <= place < len(found):
        return found
    if verb == "remove":
        del found[place]
    elif verb in ("up", "down"):
        other = place - 1 if verb == "up" else place + 1
        if 0 <= other < len(found):
            found[place], found[other] = found[other], found[place]
    return found


def shown(lines: Sequence[Data], names: rules.Names = rules.plain_names, *, at: datetime) -> list[EditorLine]:
    called = conditions.names_of(map(_condition, lines), at)
    return [
        EditorLine(
            place, line, *_read(line, names), place == 0, place == len(lines) - 1,
            conditions.row(_condition(line), str(place), names=called, number=place + 1, known=False),
        )
        for place, line in enumerate(lines)
    ]  # fmt: skip


def _condition(line: Data) -> Data:
    return dict(line.get("condition") or {})


def _read(line: Data, names: rules.Names) -> tuple[str, str]:
    """What is wrong with a line, and what it says when nothing is."""
    try:
        found = rules.read({"lines": [line]}).lines[0]
    except Unreadable as problem:
        return str(problem), ""
    unnamed = conditions.problem_of(line["condition"]) if line.get("about") == "field" else ""
    return unnamed, "" if unnamed else said(found, names)


def said(line: rules.Line, names: rules.Names = rules.plain_names) -> str:
    """A line in words, without what it is worth."""
    if isinstance(line, rules.FieldPoints):
        return criteria.in_words(line.condition, names)
    return rules.what_counts(line)


def read(lines: Sequence[Data]) -> Rule | None:
    """The rule, None while a line cannot be read."""
    try:
        return rules.read({"lines": list(lines)})
    except Unreadable:
        return None
