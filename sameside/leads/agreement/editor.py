"""What the page of a draft shows: the sheet's rows with their choices and, at each field, what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sameside.crm.channels import CHANNELS
from sameside.crm.models import Activity
from sameside.leads import conditions, criteria
from sameside.leads.agreement import drafting, sheet
from sameside.leads.agreement.sheet import Row, Sheet
from sameside.leads.agreement.terms import EVERY
from sameside.leads.agreement.wording import ALL_LEADS
from sameside.leads.models import ScoreRule


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Field:
    """One field: its name in the form, what stands in it and what is wrong with it."""

    name: str
    value: str
    problem: str = ""
    options: Sequence[Option] = ()
    because: str = ""
    """Why it was proposed."""


def _options(choices: Sequence[tuple[str, str]], chosen: str | Sequence[str]) -> list[Option]:
    taken = [chosen] if isinstance(chosen, str) else chosen
    return [Option(value, label, value in taken) for value, label in choices]


def chosen(options: Sequence[Option], none: str) -> str:
    return ", ".join(one.label for one in options if one.is_chosen) or none


class Page:
    """The editor for one sheet; `problems` and `because` by the name of the field."""

    def __init__(self, filled: Sheet, problems: Mapping[str, str], because: Mapping[str, str], *, at: datetime) -> None:
        self.problems, self.because = problems, because
        people = [(str(one.pk), one.name) for one in drafting.heads()]
        rules = [(str(one.pk), str(one)) for one in ScoreRule.objects.order_by("-number")[:20]]
        nobody = ("", "Not named yet")
        simple = filled.simple
        choices = {
            "marketing_head": [nobody, *people],
            "sales_head": [nobody, *people],
            "score_rule": [("", "No points"), *rules],
        }
        self.simple = {
            key: Field(key, simple[key], problems.get(key, ""), _options(choices.get(key, ()), simple[key]))
            for key in sheet.SIMPLE
        }
        for key in ("remind_at", "escalate_hours", "consequence"):
            self.simple[key] = Field(key, simple[key], problems.get(f"on_breach-{key}", problems.get(key, "")))
        self.escalate = _options(people, filled.escalate_to)
        self.escalate_said = chosen(self.escalate, "Nobody yet: choose persons")
        self.escalate_problem = problems.get("on_breach-escalate_to", "")
        self.named = [(row["key"], row["name"] or "Without a name") for row in filled.segments if row["key"]]
        self.names = conditions.names_of((one for row in filled.segments for one in row["fit"]), at)
        self.segments = [self._segment(place, row) for place, row in enumerate(filled.segments)]
        self.supply = [self._commitment("supply", place, row) for place, row in enumerate(filled.supply)]
        self.service = [self._commitment("service", place, row) for place, row in enumerate(filled.service)]
        self.of_all = {key: problems.get(key, "") for key in ("segments", "supply", "service")}

    def _field(self, name: str, value: str, choices: Sequence[tuple[str, str]] = ()) -> Field:
        return Field(name, value, self.problems.get(name, ""), _options(choices, value), self.because.get(name, ""))

    def _segment(self, place: int, row: Row) -> dict[str, Any]:
        at = f"segments-{place}"
        fields = {key: self._field(f"{at}-{key}", row[key]) for key in sheet.SEGMENT}
        labels = [(one.key, one.label) for one in criteria.FIELDS]
        return {
            **fields,
            "at": at, "place": place, "number": place + 1, "problem": self.problems.get(f"{at}-fit", ""),
            "known": _options(labels, row["known"]),
            "known_said": chosen(_options(labels, row["known"]), "nothing"),
            "known_problem": self.problems.get(f"{at}-must_be_known", ""),
            "fit": [
                conditions.row(
                    one, f"{at}-fit-{number}", names=self.names, number=number + 1,
                    problem=self.problems.get(f"{at}-fit-{number}", ""), remove=f"remove:fit:{place}:{number}",
                )
                for number, one in enumerate(row["fit"])
            ],
            "behaved": [
                self._behaved(f"{at}-behaved-{number}", number, one) for number, one in enumerate(row["behaved"])
            ],
        }  # fmt: skip

    def _behaved(self, at: str, number: int, row: Row) -> dict[str, Any]:
        chosen = [label for key, label in CHANNELS.items() if key in row["channels"]]
        return {
            "at": at, "number": number, "said": ", ".join(chosen) or "Anything it did",
            "channels": _options(list(CHANNELS.items()), row["channels"]),
            "channels_problem": self.problems.get(f"{at}-channels", ""),
            "times": self._field(f"{at}-times", row["times"]), "days": self._field(f"{at}-days", row["days"]),
        }  # fmt: skip

    def _commitment(self, name: str, place: int, row: Row) -> dict[str, Any]:
        at = f"{name}-{place}"
        fields: dict[str, Any] = {key: self._field(f"{at}-{key}", row[key]) for key in row}
        fields["segment"] = self._field(f"{at}-segment", row["segment"], [(EVERY, ALL_LEADS), *self.named])
        if name == "supply":
            fields["per"] = self._field(f"{at}-per", row["per"], [("month", "a month"), ("quarter", "a quarter")])
        else:
            fields["by"] = [(Activity.Kind(kind).label, fields[f"by_{kind}"]) for kind in sheet.CHANNELS]
            fields["channels_problem"] = self.problems.get(f"{at}-channels", "")
        return {**fields, "place": place, "number": place + 1, "at": at}
