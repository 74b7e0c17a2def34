"""The lines of a rule as a form has them: perhaps not finished, each with the sentence that says what it lacks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from sameside.crm.channels import CHANNELS
from sameside.crm.titles import DEPARTMENTS, SENIORITIES
from sameside.crm.verticals import NAMES as VERTICALS
from sameside.leads import criteria
from sameside.leads.criteria import Unreadable
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring.rule import MOST_LINES, Rule

Data = dict[str, Any]
HOW_WORDS = {
    "is": "is", "is_not": "is not", "contains": "contains", "at_least": "is at least", "at_most": "is at most",
}  # fmt: skip
_VALUES: Mapping[str, Sequence[str]] = {
    "seniority": SENIORITIES, "department": DEPARTMENTS, "vertical": VERTICALS, "channel": tuple(CHANNELS),
    "is_customer": ("yes", "no"),
}  # fmt: skip
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

    @property
    def is_field(self) -> bool:
        return bool(self.data.get("about") == "field")

    @property
    def condition(self) -> Data:
        return dict(self.data.get("condition") or {})

    @property
    def values(self) -> str:
        return "\n".join(self.condition.get("values", []))

    @property
    def rows(self) -> int:
        return max(1, min(8, len(self.condition.get("values", []))))

    @property
    def hows(self) -> list[tuple[str, str]]:
        known = criteria.BY_KEY.get(self.condition.get("field", ""))
        return [(how, HOW_WORDS[how]) for how in criteria.HOWS[known.kind if known else "text"] if how != "known"]

    @property
    def hint(self) -> str:
        return hint_of(self.condition.get("field", ""))

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


def hint_of(field: str) -> str:
    """The values that a field has, where they are known beforehand."""
    known = _VALUES.get(field)
    return f"One of {', '.join(known)}." if known else ""


def lines_in(points: Mapping[str, Any]) -> list[Data]:
    return [dict(one) for one in points.get("lines", []) if isinstance(one, Mapping)]


def posted(form: QueryDict) -> list[Data]:
    """The lines of a form that was sent, whatever stands in them."""
    size = _whole(form.get("lines", ""))
    count = size if isinstance(size, int) else 0
    return [_line(form, place) for place in range(min(max(count, 0), MOST_LINES + 1)) if f"{place}-about" in form]


def _line(form: QueryDict, place: int) -> Data:
    def text(key: str) -> str:
        return form.get(f"{place}-{key}", "").strip()

    line: Data = {"about": text("about"), "points": _whole(text("points")), "because": text("because")[:300]}
    if line["about"] == "field":
        field = text("field")
        how = text("how")
        known = criteria.BY_KEY.get(field)
        if known and how not in criteria.HOWS[known.kind]:
            how = criteria.HOWS[known.kind][0]  # another field was chosen, which is asked otherwise
        line["condition"] = {"field": field, "how": how, "values": _words(text("values"))}
        return line
    line |= {key: _words(text(key)) for key in ("interactions", "kinds", "facets")}
    line |= {key: _whole(text(key)) if text(key) else None for key in ("cap", "half_life")}
    return line | {
        "channels": form.getlist(f"{place}-channels"),
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


def shown(lines: Sequence[Data], names: rules.Names = rules.plain_names) -> list[EditorLine]:
    return [
        EditorLine(place, line, *_read(line, names), place == 0, place == len(lines) - 1)
        for place, line in enumerate(lines)
    ]


def _read(line: Data, names: rules.Names) -> tuple[str, str]:
    """What is wrong with a line, and what it says when nothing is."""
    try:
        found = rules.read({"lines": [line]}).lines[0]
    except Unreadable as problem:
        return str(problem), ""
    return "", said(found, names)


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
