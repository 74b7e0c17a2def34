"""Conditions on a lead, the same in the agreement, in the score rule and in routes: a field, how, and values.

A condition is data (JSON in the rows that hold it), holds for one lead's `Facts` in plain Python (`holds`), and can be
said in words (`in_words`). What is not known never fulfils a condition and never breaks one: `holds` answers None for
it, and whoever asks decides. For whole sets, `leads/scoring/facts.py` reads the same facts with one statement.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

How = Literal["is", "is_not", "contains", "at_least", "at_most", "known"]


@dataclass(frozen=True)
class Behaviour:
    """One thing a lead did, or that was done with it: a touch. `channel` as in crm/channels.py."""

    at: datetime
    channel: str
    interaction: str = ""
    campaign: int | None = None
    asset: int | None = None
    kind: str = ""
    """The type of the campaign, in the CRM's words."""
    facets: frozenset[str] = frozenset()
    """Of the asset, as "persona:cfo"."""


@dataclass(frozen=True)
class Facts:
    """What is known of one lead when it is judged. Empty text, None and an empty sequence mean: not known."""

    country: str = ""
    vertical: str = ""
    industry: str = ""
    seniority: str = ""
    department: str = ""
    title: str = ""
    company: str = ""
    email_domain: str = ""
    lead_source: str = ""
    campaign: int | None = None
    channel: str = ""
    language: str = ""
    employees: int | None = None
    annual_revenue: Decimal | None = None
    is_customer: bool | None = None
    behaviours: Sequence[Behaviour] = ()


@dataclass(frozen=True)
class Field:
    """A field that conditions may name. `kind` decides which `how` it takes."""

    key: str
    label: str
    kind: Literal["choice", "text", "number", "yes"]


FIELDS = (
    Field("country", "Country", "choice"),
    Field("vertical", "Vertical", "choice"),
    Field("industry", "Industry", "choice"),
    Field("seniority", "Seniority", "choice"),
    Field("department", "Department", "choice"),
    Field("title", "Job title", "text"),
    Field("company", "Company", "text"),
    Field("email_domain", "E-mail domain", "choice"),
    Field("lead_source", "Lead source", "choice"),
    Field("campaign", "First campaign", "choice"),
    Field("channel", "Channel of the first touch", "choice"),
    Field("language", "Language", "choice"),
    Field("employees", "Employees", "number"),
    Field("annual_revenue", "Annual revenue", "number"),
    Field("is_customer", "Company is a customer", "yes"),
)
BY_KEY = {one.key: one for one in FIELDS}
HOWS: Mapping[str, Sequence[How]] = {
    "choice": ("is", "is_not", "known"),
    "text": ("contains", "is", "is_not", "known"),
    "number": ("at_least", "at_most", "known"),
    "yes": ("is",),
}
_WORDS: Mapping[How, str] = {
    "is": "is",
    "is_not": "is not",
    "contains": "contains",
    "at_least": "is at least",
    "at_most": "is at most",
    "known": "is known",
}
MOST_VALUES = 5_000
LONGEST = 200


class Unreadable(ValueError):
    """A condition that cannot be; the message is a sentence fit for the screen."""


@dataclass(frozen=True)
class Condition:
    """`field` `how` any of `values`; `is_not` means none of them."""

    field: str
    how: How
    values: tuple[str, ...] = ()


def read(data: Mapping[str, Any]) -> Condition:
    """A condition from JSON. Raises `Unreadable`."""
    key: Any = data.get("field")
    how: Any = data.get("how")
    known = BY_KEY.get(key) if isinstance(key, str) else None
    if known is None:
        raise Unreadable(f"There is no field “{key}” to set a condition on.")
    if how not in HOWS[known.kind]:
        raise Unreadable(f"“{known.label}” cannot be asked with “{how}”.")
    given = data.get("values", [])
    if not isinstance(given, list) or len(given) > MOST_VALUES:
        raise Unreadable(f"“{known.label}” takes a list of at most {MOST_VALUES:,} values.")
    values = tuple(dict.fromkeys(str(value).strip()[:LONGEST] for value in given if str(value).strip()))
    if how != "known" and not values:
        raise Unreadable(f"“{known.label} {_WORDS[how]} …” needs a value.")
    if known.kind == "number" and how != "known" and (len(values) != 1 or _number(values[0]) is None):
        raise Unreadable(f"“{known.label} {_WORDS[how]} …” takes one number.")
    return Condition(known.key, how, values)


def write(condition: Condition) -> dict[str, Any]:
    return {"field": condition.field, "how": condition.how, "values": list(condition.values)}


def read_all(data: Sequence[Mapping[str, Any]]) -> tuple[Condition, ...]:
    return tuple(read(one) for one in data)


def _number(text: str) -> Decimal | None:
    plain = text.replace(",", "").replace(" ", "")
    return Decimal(plain) if re.fullmatch(r"-?\d{1,15}(\.\d{1,4})?", plain) else None


def holds(condition: Condition, facts: Facts) -> bool | None:
    """Whether the condition is fulfilled; None when the fact is not known (`known` itself is never None)."""
    value = getattr(facts, condition.field)
    there = value is not None and value != ""
    if condition.how == "known":
        return there
    return _JUDGES[condition.how](value, condition.values) if there else None


def _is(value: Any, values: Sequence[str]) -> bool:
    if isinstance(value, bool):
        return ("yes" if value else "no") in values
    return str(value).casefold() in {one.casefold() for one in values}


def _contains(value: Any, values: Sequence[str]) -> bool:
    """At the beginning of a word, so that "CIO" does not find "precious"."""
    text = str(value).casefold()
    return any(re.search(rf"(?<!\w){re.escape(one.casefold())}", text) for one in values)


_JUDGES: Mapping[str, Callable[[Any, Sequence[str]], bool]] = {
    "is": _is,
    "is_not": lambda value, values: not _is(value, values),
    "contains": _contains,
    "at_least": lambda value, values: Decimal(value) >= (_number(values[0]) or 0),
    "at_most": lambda value, values: Decimal(value) <= (_number(values[0]) or 0),
}


def in_words(condition: Condition, names: Callable[[str, str], str] = lambda _field, value: value) -> str:
    """ "Country is Germany or Austria"; `names(field, value)` gives what a value is called."""
    label = BY_KEY[condition.field].label
    if condition.how == "known":
        return f"{label} is known"
    shown = [names(condition.field, value) for value in condition.values[:6]]
    more = len(condition.values) - len(shown)
    shown += [f"{more:,} more"] if more else []
    either = " nor " if condition.how == "is_not" else " or "
    listed = either.join(filter(None, (", ".join(shown[:-1]), shown[-1])))
    return f"{label} {_WORDS[condition.how]} {listed}"


assert {one.key for one in FIELDS} == {one.name for one in fields(Facts)} - {"behaviours"}  # noqa: S101
