"""The editor of a route as a form has it: perhaps not finished, each condition with the sentence that it lacks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from sameside.leads import criteria
from sameside.leads.criteria import Unreadable
from sameside.leads.models import Route
from sameside.leads.routing import asking
from sameside.leads.routing.editing import NAMED, Draft
from sameside.leads.scoring.editing import HOW_WORDS, hint_of
from sameside.people.models import Person

Gives = Route.Gives


@dataclass(frozen=True)
class FormLine:
    """One condition of the form. `problem` is why it cannot be saved as it is."""

    place: int
    field: str
    how: str
    values: Sequence[str]
    problem: str

    @property
    def text(self) -> str:
        return "\n".join(self.values)

    @property
    def rows(self) -> int:
        return max(1, min(8, len(self.values)))

    @property
    def hows(self) -> list[tuple[str, str]]:
        known = asking.BY_KEY.get(self.field)
        words = {**HOW_WORDS, "known": "is known"}
        return [(how, words[how]) for how in criteria.HOWS[known.kind if known else "text"]]

    @property
    def takes_values(self) -> bool:
        return self.how != "known"

    @property
    def hint(self) -> str:
        return hint_of(self.field)


@dataclass(frozen=True)
class FormMember:
    person: Person
    weight: str


@dataclass(frozen=True)
class Form:
    draft: Draft
    lines: Sequence[FormLine]
    members: Sequence[FormMember]

    @property
    def person(self) -> int | None:
        return self.draft.members[0][0] if self.draft.members else None


def of(route: Route | None, workers: Sequence[Person]) -> Form:
    """The form of a route as it is stored."""
    if route is None:
        return _form(Draft("", Gives.ROUND_ROBIN), workers)
    members = [(one.person_id, one.weight) for one in route.members.all()] if route.gives in NAMED else []
    conditions = route.conditions if isinstance(route.conditions, list) else []
    kept = [one for one in conditions if isinstance(one, Mapping)]
    return _form(Draft(route.name, route.gives, kept, route.team_id, members, route.is_active), workers)


def posted(form: QueryDict, workers: Sequence[Person]) -> Form:
    """The form as it was sent, after its button: "add", or "remove:2"."""
    conditions = _conditions(form)
    verb, _, about = form.get("do", "").partition(":")
    if verb == "add" and len(conditions) < asking.MOST_CONDITIONS:
        conditions.append({"field": "country", "how": "is", "values": []})
    if verb == "remove" and about.isascii() and about.isdecimal() and int(about) < len(conditions):
        del conditions[int(about)]
    gives = form.get("gives", "")
    draft = Draft(
        _text(form, "name")[:120], gives if gives in Gives.values else Gives.ROUND_ROBIN, conditions,
        _number(form.get("team", "")), _members(form, gives, workers), form.get("is_active") == "1",
    )  # fmt: skip
    return _form(draft, workers)


def _conditions(form: QueryDict) -> list[dict[str, Any]]:
    count = _number(form.get("conditions", "")) or 0
    return [_condition(form, place) for place in range(min(count, asking.MOST_CONDITIONS)) if f"{place}-field" in form]


def _condition(form: QueryDict, place: int) -> dict[str, Any]:
    key, how = _text(form, f"{place}-field"), _text(form, f"{place}-how")
    known = asking.BY_KEY.get(key)
    if known and how not in criteria.HOWS[known.kind]:
        how = criteria.HOWS[known.kind][0]  # another field was chosen, which is asked otherwise
    values = [one.strip() for one in _text(form, f"{place}-values").splitlines() if one.strip()]
    return {"field": key, "how": how, "values": values}


def _text(form: QueryDict, key: str) -> str:
    """What was sent, without the character that the database cannot hold."""
    return form.get(key, "").replace("\x00", "").strip()


def _members(form: QueryDict, gives: str, workers: Sequence[Person]) -> list[tuple[int, int]]:
    known = {one.pk for one in workers}
    if gives == Gives.PERSON:
        person = _number(form.get("person", ""))
        return [(person, 1)] if person in known else []
    weights = {person: form.get(f"weight-{person}", "").strip() for person in known}
    return sorted((person, _number(text) or 0) for person, text in weights.items() if text and text != "0")


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text.strip()) else None


def _form(draft: Draft, workers: Sequence[Person]) -> Form:
    weights = dict(draft.members)
    lines = [_line(place, one) for place, one in enumerate(draft.conditions)]
    members = [FormMember(one, str(weights[one.pk]) if one.pk in weights else "") for one in workers]
    return Form(draft, lines, members)


def _line(place: int, data: Mapping[str, Any]) -> FormLine:
    try:
        asking.read(data)
        problem = ""
    except Unreadable as why:
        problem = str(why)
    values = data.get("values", [])
    shown = [str(one) for one in values] if isinstance(values, list) else []
    return FormLine(place, str(data.get("field", "")), str(data.get("how", "")), shown, problem)
