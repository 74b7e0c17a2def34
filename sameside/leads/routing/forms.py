"""The editor of a route as a form has it: perhaps not finished, each condition with the sentence that it lacks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from sameside.leads import conditions
from sameside.leads.conditions import Row
from sameside.leads.models import Route
from sameside.leads.routing import asking
from sameside.leads.routing.editing import NAMED, Draft
from sameside.people.models import Person

Gives = Route.Gives


@dataclass(frozen=True)
class FormMember:
    person: Person
    weight: str


@dataclass(frozen=True)
class Form:
    draft: Draft
    lines: Sequence[Row]
    members: Sequence[FormMember]

    @property
    def person(self) -> int | None:
        return self.draft.members[0][0] if self.draft.members else None


def of(route: Route | None, workers: Sequence[Person], *, at: datetime) -> Form:
    """The form of a route as it is stored."""
    if route is None:
        return _form(Draft("", Gives.ROUND_ROBIN), workers, at=at)
    members = [(one.person_id, one.weight) for one in route.members.all()] if route.gives in NAMED else []
    stored = route.conditions if isinstance(route.conditions, list) else []
    kept = [one for one in stored if isinstance(one, Mapping)]
    return _form(Draft(route.name, route.gives, kept, route.team_id, members, route.is_active), workers, at=at)


def posted(form: QueryDict, workers: Sequence[Person], *, at: datetime) -> Form:
    """The form as it was sent, after its button: "add", or "remove:2"."""
    found = _conditions(form)
    verb, _, about = form.get("do", "").partition(":")
    if verb == "add" and len(found) < asking.MOST_CONDITIONS:
        found.append({"field": "country", "how": "is", "values": []})
    if verb == "remove" and about.isascii() and about.isdecimal() and len(about) < 4 and int(about) < len(found):
        del found[int(about)]
    gives = form.get("gives", "")
    draft = Draft(
        _text(form, "name")[:120], gives if gives in Gives.values else Gives.ROUND_ROBIN, found,
        _number(form.get("team", "")), _members(form, gives, workers), form.get("is_active") == "1",
    )  # fmt: skip
    return _form(draft, workers, at=at)


def _conditions(form: QueryDict) -> list[dict[str, Any]]:
    count = _number(form.get("conditions", "")) or 0
    places = [place for place in range(min(count, asking.MOST_CONDITIONS)) if f"{place}-field" in form]
    return [conditions.posted(form, str(place), asking.FIELDS) for place in places]


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


def _form(draft: Draft, workers: Sequence[Person], *, at: datetime) -> Form:
    weights = dict(draft.members)
    names = conditions.names_of(draft.conditions, at)
    lines = [
        conditions.row(
            one, str(place), names=names, number=place + 1, problem=conditions.problem_of(one, asking.read),
            remove=f"remove:{place}", fields=asking.FIELDS,
        )
        for place, one in enumerate(draft.conditions)
    ]  # fmt: skip
    members = [FormMember(one, str(weights[one.pk]) if one.pk in weights else "") for one in workers]
    return Form(draft, lines, members)
