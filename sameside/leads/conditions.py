"""Conditions as forms have them, the same in the agreement, in the score rule and in routes: perhaps not finished.

`posted` reads one from the fields below a name (`0-field`, `0-how`, `0-values`), `row` is what the one partial of all
three editors shows, and `choices` are the values that can be found by name while one types. Values are kept as
`criteria.py` has them, a campaign by its number; a form shows and takes its name. Without a script a value is a line.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from sameside.crm.channels import CHANNELS
from sameside.crm.models import Campaign
from sameside.crm.titles import DEPARTMENTS, SENIORITIES
from sameside.crm.verticals import NAMES as VERTICALS
from sameside.leads import criteria
from sameside.leads.agreement.force import in_force, terms_of
from sameside.leads.criteria import Field, How, Unreadable

Data = dict[str, Any]
Names = Mapping[str, Mapping[str, str]]
"""What values are called, by field and value."""
HOW_WORDS: Mapping[How, str] = {
    "is": "is", "is_not": "is not", "contains": "contains", "at_least": "is at least", "at_most": "is at most",
    "known": "is known",
}  # fmt: skip
FIXED: Mapping[str, Sequence[str]] = {
    "seniority": SENIORITIES, "department": DEPARTMENTS, "vertical": VERTICALS, "is_customer": ("yes", "no"),
}  # fmt: skip
MOST_ROWS = 8


@dataclass(frozen=True)
class Row:
    """One condition of a form. `at` is what its fields are named by, `remove` what its button says, empty: none."""

    at: str
    number: int
    field: str
    how: str
    values: Sequence[str]
    fields: Sequence[Field]
    hows: Sequence[tuple[str, str]]
    names: Mapping[str, str]
    all_hows: str
    problem: str = ""
    remove: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.values)

    @property
    def lines(self) -> int:
        return max(1, min(MOST_ROWS, len(self.values)))

    @property
    def called(self) -> str:
        """What its values are called, for the script."""
        return json.dumps({value: self.names[value] for value in self.values if value in self.names})

    @property
    def hint(self) -> str:
        """Where there is no script: what values there are, and what those that stand here are called."""
        if self.field in FIXED:
            return f"One of {', '.join(FIXED[self.field])}."
        return ", ".join(f"{value}: {self.names[value]}" for value in self.values if value in self.names)


def row(
    data: Mapping[str, Any], at: str, *, names: Names, number: int = 1, problem: str = "", remove: str = "",
    fields: Sequence[Field] = criteria.FIELDS, known: bool = True,
) -> Row:  # fmt: skip
    """`known`: whether it may be asked if something is known at all."""
    field = str(data.get("field", ""))
    kind = next((one.kind for one in fields if one.key == field), "text")
    hows = {
        kind: [(how, HOW_WORDS[how]) for how in found if known or how != "known"]
        for kind, found in criteria.HOWS.items()
    }
    values = data.get("values", [])
    shown = [str(one) for one in values] if isinstance(values, list) else []
    return Row(
        at, number, field, str(data.get("how", "")), shown, fields, hows[kind], names.get(field, {}), json.dumps(hows),
        problem, remove,
    )  # fmt: skip


def posted(form: QueryDict, at: str, fields: Sequence[Field] = criteria.FIELDS) -> Data:
    """The condition of a form that was sent, whatever stands in it."""

    def text(key: str) -> str:
        return form.get(f"{at}-{key}", "").replace("\x00", "").strip()

    field, how = text("field"), text("how")
    kind = next((one.kind for one in fields if one.key == field), None)
    if kind and how not in criteria.HOWS[kind]:
        how = criteria.HOWS[kind][0]  # another field was chosen, which is asked otherwise
    values = list(dict.fromkeys(line.strip() for line in text("values").splitlines() if line.strip()))
    return {"field": field, "how": how, "values": _numbers(values) if field == "campaign" else values}


def _numbers(values: Sequence[str]) -> list[str]:
    """Campaigns by number; one that was typed by its name is found by it when no other has the same."""
    typed = [one for one in values if not (one.isascii() and one.isdecimal())]
    if not typed:
        return list(values)
    found: dict[str, list[int]] = {}
    for pk, name in Campaign.objects.filter(name__in=typed).values_list("pk", "name"):
        found.setdefault(name, []).append(pk)
    return [str(found[one][0]) if len(found.get(one, ())) == 1 else one for one in values]


def problem_of(data: Mapping[str, Any], read: Callable[[Mapping[str, Any]], Any] = criteria.read) -> str:
    """Why it cannot be kept as it is; empty when it can."""
    try:
        read(data)
    except Unreadable as problem:
        return str(problem)
    if data.get("field") == "campaign" and not all(str(one).isdecimal() for one in data.get("values", [])):
        return "No campaign, or more than one, has this name: choose it from the list."
    return ""


def names_of(asked: Iterable[Mapping[str, Any]], at: datetime) -> Names:
    """What the values of these conditions are called; campaigns with one query, segments by the agreement in force."""
    values = {str(one) for data in asked if data.get("field") == "campaign" for one in data.get("values", [])}
    numbers = [one for one in values if one.isascii() and one.isdecimal() and len(one) < 18]
    campaigns = Campaign.objects.filter(pk__in=numbers).values_list("pk", "name") if numbers else ()
    return {"campaign": {str(pk): name for pk, name in campaigns}, "channel": CHANNELS, "segment": segments(at)}


def segments(at: datetime) -> Mapping[str, str]:
    agreement = in_force(at)
    return {one.key: one.name for one in terms_of(agreement).segments} if agreement else {}
