"""The form of a draft as people fill it in: words in fields, perhaps wrong or not finished; nothing typed is lost.

`of` makes a sheet from a draft, `posted` from a form that was sent, `changed` adds or takes away a row, and `read`
turns it into what is stored, or into a sentence for each field that cannot stay (by the name of the field).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict

from sameside.crm.models import Activity
from sameside.leads import conditions, criteria
from sameside.leads.agreement import fitness, terms
from sameside.leads.agreement.drafting import Content
from sameside.leads.agreement.terms import Behaved, OnBreach, Segment, Service, Supply, Terms
from sameside.leads.criteria import Condition

Row = dict[str, Any]
MOST_ROWS = 40
SIMPLE = (
    "title", "change_note", "score_rule", "marketing_head", "sales_head", "in_force_from", "review_on", "remind_at",
    "escalate_hours", "gives_back", "consequence", "text",
)  # fmt: skip
SEGMENT = ("key", "name", "min_score", "min_likelihood")
SUPPLY = ("segment", "per", "leads", "acceptance", "conversion", "cost_per_lead")
CHANNELS = tuple(Activity.Kind.values)
SERVICE = (
    "segment", "accept_hours", "attempt_hours", "attempts", "over_days", "end_days", "share",
    *(f"by_{kind}" for kind in CHANNELS),
)  # fmt: skip
NEW_FIT: Row = {"field": "country", "how": "is", "values": []}
NEW_BEHAVED: Row = {"channels": [], "times": "1", "days": "90"}


@dataclass
class Sheet:
    simple: dict[str, str]
    escalate_to: list[str] = field(default_factory=list)
    segments: list[Row] = field(default_factory=list)
    supply: list[Row] = field(default_factory=list)
    service: list[Row] = field(default_factory=list)


def of(content: Content) -> Sheet:
    said = terms.read(content.terms)
    breach = said.on_breach
    simple = {
        "title": content.title, "change_note": content.change_note, "score_rule": _text(content.score_rule),
        "marketing_head": _text(content.marketing_head), "sales_head": _text(content.sales_head),
        "in_force_from": _text(content.in_force_from), "review_on": _text(content.review_on),
        "remind_at": ", ".join(str(one) for one in breach.remind_at), "escalate_hours": _text(breach.escalate_hours),
        "gives_back": "yes" if breach.gives_back else "", "consequence": breach.consequence, "text": said.text,
    }  # fmt: skip
    return Sheet(
        simple,
        [str(pk) for pk in breach.escalate_to],
        [_segment_row(one) for one in said.segments],
        [_supply_row(one) for one in said.supply],
        [_service_row(one) for one in said.service],
    )


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value)


def _share(value: float | None) -> str:
    return "" if value is None else _text(round(value * 100, 4))


def _segment_row(one: Segment) -> Row:
    return {
        "key": one.key, "name": one.name, "min_score": _text(one.min_score),
        "min_likelihood": _share(one.min_likelihood), "known": list(one.must_be_known),
        "fit": [{"field": each.field, "how": each.how, "values": list(each.values)} for each in one.fit],
        "behaved": [
            {"channels": list(each.channels), "times": str(each.times), "days": str(each.days)} for each in one.behaved
        ],
    }  # fmt: skip


def _supply_row(one: Supply) -> Row:
    return {
        "segment": one.segment, "per": one.per, "leads": _text(one.leads), "acceptance": _share(one.acceptance),
        "conversion": _share(one.conversion), "cost_per_lead": _text(one.cost_per_lead),
    }  # fmt: skip


def _service_row(one: Service) -> Row:
    by = {f"by_{kind}": _text((one.channels or {}).get(kind)) for kind in CHANNELS}
    return {
        "segment": one.segment, "accept_hours": _text(one.accept_hours), "attempt_hours": _text(one.attempt_hours),
        "attempts": str(one.attempts), "over_days": str(one.over_days), "end_days": _text(one.end_days),
        "share": _share(one.share), **by,
    }  # fmt: skip


def posted(form: QueryDict) -> Sheet:
    """The sheet of a form that was sent, whatever stands in it."""

    def rows(prefix: str, keys: Sequence[str]) -> list[Row]:
        return [
            {key: form.get(f"{prefix}-{place}-{key}", "").strip() for key in keys}
            for place in range(_count(form, prefix))
        ]

    segments = rows("segments", SEGMENT)
    for place, row in enumerate(segments):
        at = f"segments-{place}"
        row["known"] = form.getlist(f"{at}-known")
        row["fit"] = [conditions.posted(form, f"{at}-fit-{number}") for number in range(_count(form, f"{at}-fit"))]
        row["behaved"] = rows(f"{at}-behaved", ("times", "days"))
        for number, one in enumerate(row["behaved"]):
            one["channels"] = form.getlist(f"{at}-behaved-{number}-channels")
    simple = {key: form.get(key, "").strip() for key in SIMPLE}
    return Sheet(simple, form.getlist("escalate_to"), segments, rows("supply", SUPPLY), rows("service", SERVICE))


def _count(form: QueryDict, prefix: str) -> int:
    text = form.get(f"{prefix}-rows", "0")
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdecimal() and len(text) < 4 else 0


def changed(sheet: Sheet, what: str) -> Sheet:
    """After a button of the form: "add:segments", "remove:segments:1", "add:fit:0", "up:segments:1" ... in place."""
    verb, *about = what.split(":")
    name, *numbers = about or [""]
    places = [int(one) for one in numbers if one.isascii() and one.isdecimal() and len(one) < 4]
    rows, place = _rows(sheet, name, places)
    if rows is None:
        return sheet
    if verb == "add" and len(rows) < MOST_ROWS:
        rows.append(_new(sheet, name))
    elif verb == "remove" and 0 <= place < len(rows):
        del rows[place]
    elif verb == "up" and 0 < place < len(rows):
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    return sheet


def _rows(sheet: Sheet, name: str, places: Sequence[int]) -> tuple[list[Row] | None, int]:
    """The rows that a button is about, and which of them."""
    if name in ("segments", "supply", "service"):
        found: list[Row] = getattr(sheet, name)
        return found, places[0] if places else -1
    if name in ("fit", "behaved") and places and places[0] < len(sheet.segments):
        return sheet.segments[places[0]][name], places[1] if len(places) > 1 else -1
    return None, -1


def _new(sheet: Sheet, name: str) -> Row:
    if name == "fit":
        return {**NEW_FIT, "values": []}
    if name == "behaved":
        return {**NEW_BEHAVED, "channels": []}
    if name == "segments":
        return {"key": "", "name": "", "min_score": "", "min_likelihood": "", "known": [], "fit": [], "behaved": []}
    return _supply_row(Supply()) if name == "supply" else _service_row(Service(share=0.9))


class _Reading:
    """Reads fields, and keeps a sentence for each that cannot be read."""

    def __init__(self) -> None:
        self.problems: dict[str, str] = {}

    def number(self, name: str, text: str, make: Callable[[str], Any] = float, unit: str = "a number") -> Any:
        plain = text.replace(" ", "").removesuffix("%")
        if not plain:
            return None
        if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?" if make is float else r"\d{1,9}", plain):
            self.problems[name] = f"This needs {unit}: “{text[:40]}” is none."
            return None
        return make(plain)

    def whole(self, name: str, text: str) -> int | None:
        found: int | None = self.number(name, text, int, "a whole number")
        return found

    def needed(self, name: str, text: str, make: Callable[[str], Any] = float) -> Any:
        found = self.number(name, text, make, "a whole number" if make is int else "a number")
        if found is None:
            self.problems.setdefault(name, "Say a number.")
            return 1
        return found

    def share(self, name: str, text: str) -> float | None:
        found = self.number(name, text, float, "a number of percent")
        return None if found is None else round(found / 100, 6)

    def day(self, name: str, text: str) -> date | None:
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.problems[name] = "This is no date."
            return None


def read(sheet: Sheet) -> tuple[Content, Mapping[str, str]]:
    """What is stored, and what is wrong with it by the name of the field; nothing is stored while anything is."""
    reading = _Reading()
    segments = tuple(_segment(reading, f"segments-{place}", row, sheet) for place, row in enumerate(sheet.segments))
    said = Terms(
        segments,
        tuple(_supply(reading, f"supply-{place}", row) for place, row in enumerate(sheet.supply)),
        tuple(_service(reading, f"service-{place}", row) for place, row in enumerate(sheet.service)),
        _on_breach(reading, sheet),
        sheet.simple["text"].replace("\r\n", "\n"),
    )
    simple = sheet.simple
    content = Content(
        simple["title"][:200], terms.write(said), _pk(simple["score_rule"]), _pk(simple["marketing_head"]),
        _pk(simple["sales_head"]), reading.day("in_force_from", simple["in_force_from"]),
        reading.day("review_on", simple["review_on"]), simple["change_note"][:500],
    )  # fmt: skip
    for place, sentence in fitness.problems(said).items():
        reading.problems.setdefault(place.replace(".", "-"), sentence)
    return content, reading.problems


def _pk(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def key_of(name: str, taken: Sequence[str]) -> str:
    """A key for a new kind of lead, which it keeps when it is called otherwise later."""
    base = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40] or "segment"
    key, number = base, 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    return key


def _segment(reading: _Reading, at: str, row: Row, sheet: Sheet) -> Segment:
    if not row["key"]:
        row["key"] = key_of(row["name"], [one["key"] for one in sheet.segments])
    fit = []
    for place, one in enumerate(row["fit"]):
        condition = _condition(reading, f"{at}-fit-{place}", one)
        fit += [condition] if condition else []
    behaved = tuple(
        Behaved(
            tuple(one["channels"]),
            reading.needed(f"{at}-behaved-{place}-times", one["times"], int),
            reading.needed(f"{at}-behaved-{place}-days", one["days"], int),
        )
        for place, one in enumerate(row["behaved"])
    )
    return Segment(
        row["key"][:60], row["name"][:120], tuple(fit), behaved, reading.whole(f"{at}-min_score", row["min_score"]),
        reading.share(f"{at}-min_likelihood", row["min_likelihood"]), tuple(row["known"]),
    )  # fmt: skip


def _condition(reading: _Reading, at: str, row: Row) -> Condition | None:
    problem = conditions.problem_of(row)
    if problem:
        reading.problems[at] = problem
        return None
    return criteria.read(row)


def _supply(reading: _Reading, at: str, row: Row) -> Supply:
    return Supply(
        row["segment"], "quarter" if row["per"] == "quarter" else "month",
        reading.whole(f"{at}-leads", row["leads"]), reading.share(f"{at}-acceptance", row["acceptance"]),
        reading.share(f"{at}-conversion", row["conversion"]),
        reading.number(f"{at}-cost_per_lead", row["cost_per_lead"]),
    )  # fmt: skip


def _service(reading: _Reading, at: str, row: Row) -> Service:
    by = {kind: reading.whole(f"{at}-by_{kind}", row[f"by_{kind}"]) for kind in CHANNELS}
    channels = {kind: count for kind, count in by.items() if count is not None}
    share = reading.share(f"{at}-share", row["share"])
    return Service(
        row["segment"], reading.needed(f"{at}-accept_hours", row["accept_hours"]),
        reading.needed(f"{at}-attempt_hours", row["attempt_hours"]),
        reading.whole(f"{at}-attempts", row["attempts"]) or 0, reading.needed(f"{at}-over_days", row["over_days"], int),
        channels or None, reading.whole(f"{at}-end_days", row["end_days"]), 1.0 if share is None else share,
    )  # fmt: skip


def _on_breach(reading: _Reading, sheet: Sheet) -> OnBreach:
    simple = sheet.simple
    parts = [part for part in re.split(r"[,;\s]+", simple["remind_at"].replace("%", " ")) if part]
    remind = tuple(sorted({reading.whole("remind_at", part) or 0 for part in parts}))
    return OnBreach(
        remind, reading.number("escalate_hours", simple["escalate_hours"]),
        tuple(pk for pk in (_pk(one) for one in sheet.escalate_to) if pk is not None), simple["gives_back"] == "yes",
        simple["consequence"].replace("\r\n", "\n"),
    )  # fmt: skip
