"""What a route may ask of a lead: the fields of `criteria`, and what the agreement made of it: its segment and score.

All conditions of a route must hold; what is not known fulfils none. A route without conditions takes every lead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sameside.leads import criteria
from sameside.leads.criteria import Condition, Facts, Field, Unreadable
from sameside.leads.scoring.rule import Names, plain_names

SEGMENT = Field("segment", "Segment", "choice")
SCORE = Field("score", "Score", "number")
FIELDS = (SEGMENT, SCORE, *criteria.FIELDS)
BY_KEY = {one.key: one for one in FIELDS}
OWN = frozenset({SEGMENT.key, SCORE.key})
MOST_CONDITIONS = 20
_STANDS_FOR = {SEGMENT.key: "country", SCORE.key: "employees"}
"""A field of `criteria` of the same kind, by which conditions on our own fields are read and judged."""


@dataclass(frozen=True)
class Asked:
    """A lead as routes see it."""

    facts: Facts
    segment: str = ""
    score: int | None = None


def read(data: Any) -> Condition:
    """A condition from JSON. Raises `Unreadable`."""
    if not isinstance(data, Mapping):
        raise Unreadable("A condition is a field, how it is asked, and values.")
    key = data.get("field")
    if not isinstance(key, str) or key not in OWN:
        return criteria.read(data)
    stands_for = _STANDS_FOR[key]
    try:
        found = criteria.read({**data, "field": stands_for})
    except Unreadable as problem:
        label = criteria.BY_KEY[stands_for].label
        raise Unreadable(str(problem).replace(f"“{label}", f"“{BY_KEY[key].label}")) from None
    return Condition(key, found.how, found.values)


def read_all(data: Any) -> tuple[Condition, ...]:
    if not isinstance(data, list | tuple) or len(data) > MOST_CONDITIONS:
        raise Unreadable(f"A route has a list of at most {MOST_CONDITIONS} conditions.")
    return tuple(read(one) for one in data)


def write(conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    return [criteria.write(one) for one in conditions]


def holds(condition: Condition, asked: Asked) -> bool | None:
    """Whether it is fulfilled; None when that is not known."""
    if condition.field == SEGMENT.key:
        return criteria.holds(Condition("country", condition.how, condition.values), Facts(country=asked.segment))
    if condition.field == SCORE.key:
        return criteria.holds(Condition("employees", condition.how, condition.values), Facts(employees=asked.score))
    return criteria.holds(condition, asked.facts)


def in_words(condition: Condition, names: Names = plain_names) -> str:
    """ "Country is Germany or Austria"."""
    stands_for = _STANDS_FOR.get(condition.field)
    if BY_KEY[condition.field].kind == "yes" and condition.values in (("yes",), ("no",)):
        said = BY_KEY[condition.field].label
        said = f"The {said[:1].lower()}{said[1:]}"
        return said if condition.values == ("yes",) else said.replace(" is ", " is not ", 1)
    if stands_for is None:
        return criteria.in_words(condition, names)
    own = Condition(stands_for, condition.how, condition.values)
    said = criteria.in_words(own, lambda _field, value: names(condition.field, value))
    return BY_KEY[condition.field].label + said.removeprefix(criteria.BY_KEY[stands_for].label)


def answer_in_words(condition: Condition, asked: Asked, names: Names = plain_names) -> str:
    """What the lead is, where the condition asks: "country is Germany", "country is not known"."""
    label = BY_KEY[condition.field].label
    label = label[:1].lower() + label[1:]
    value = {SEGMENT.key: asked.segment, SCORE.key: asked.score}.get(condition.field)
    if condition.field not in OWN:
        value = getattr(asked.facts, condition.field)
    if value is None or value == "":
        whether = f"whether the {label}" if BY_KEY[condition.field].kind == "yes" else label
        return f"{whether} is not known"
    if isinstance(value, bool):
        return f"the {label}" if value else f"the {label}".replace(" is ", " is not ", 1)
    return f"{label} is {names(condition.field, _plain(value))}"


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        try:
            return f"{value.quantize(Decimal(1)):,}"
        except InvalidOperation:
            return str(value)
    return f"{value:,}" if isinstance(value, int) else str(value)
