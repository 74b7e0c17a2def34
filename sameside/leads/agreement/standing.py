"""The page on which both sides stand beside each other: what was promised, what was kept, and the rows behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sameside.analytics import rates
from sameside.leads.agreement.report import SIDES, STATES
from sameside.leads.agreement.terms import EVERY
from sameside.leads.agreement.wording import ALL_LEADS, OTHER_LEADS, count
from sameside.leads.cohorts import Cohort
from sameside.leads.handover_lists import address
from sameside.ui.formats import money, number, percent

TONES = {"kept": "good", "on_course": "good", "at_risk": "warn", "breached": "bad"}
_FORMATS = {"number": number, "percent": percent, "money": money}


@dataclass(frozen=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True)
class Column:
    """One period in the little chart: heights on a scale of 0 to 24."""

    x: int
    y: float
    height: float
    tone: str
    says: str


@dataclass(frozen=True)
class Card:
    """One promise: `value` as shown, `fill` and `mark` in percent of the bar."""

    label: str
    leads: str
    state: str
    tone: str
    value: str
    level: str
    period: str
    fill: float
    mark: float | None
    beside: Sequence[str]
    links: Sequence[Link]
    columns: Sequence[Column]
    before: Sequence[tuple[str, str, str, str, str]]


@dataclass(frozen=True)
class Side:
    key: str
    name: str
    cards: Sequence[Card]
    said: str


@dataclass(frozen=True)
class Standing:
    sentence: str
    sides: Sequence[Side]


def present(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the page shows of the stored report; nothing of it depends on who asks."""
    cards = {side: [_card(one, data) for one in data["promises"] if one["side"] == side] for side in SIDES}
    sides = [Side(key, name, cards[key], _summary(cards[key])) for key, name in SIDES.items()]
    return {"standing": Standing(sentence(data), sides)}


def _summary(cards: Sequence[Card]) -> str:
    found = [(state, sum(one.state == state for one in cards)) for state in STATES.values()]
    return ", ".join(f"{many} {state.lower()}" for state, many in found if many)


def _card(promise: Mapping[str, Any], data: Mapping[str, Any]) -> Card:
    show = _FORMATS[promise["unit"]]
    now, *before = promise["periods"]
    segment = promise["segment"]
    every = OTHER_LEADS if _besides(promise) else ALL_LEADS
    return Card(
        label=promise["label"],
        leads=data["segments"].get(segment, segment) if segment != EVERY else every,
        state=STATES[now["state"]],
        tone=TONES.get(now["state"], "neutral"),
        value=show(now["value"]),
        level=_level(promise, now),
        period=f"{now['name']} so far" if now["is_running"] else now["name"],
        fill=_fill(promise, now),
        mark=_mark(promise, now),
        beside=list(_beside(promise, now)),
        links=links(promise, now),
        columns=_columns(promise),
        before=[
            (one["name"], show(one["value"]), show(one["level"]), STATES[one["state"]], _first_url(promise, one))
            for one in before
        ],
    )


def _level(promise: Mapping[str, Any], period: Mapping[str, Any]) -> str:
    shown = _FORMATS[promise["unit"]](period["level"])
    if promise["unit"] == "number":
        return f"of {shown}"
    return f"promised: at most {shown}" if promise["unit"] == "money" else f"promised: {shown}"


def _fill(promise: Mapping[str, Any], period: Mapping[str, Any]) -> float:
    value, level = period["value"], period["level"]
    if value is None or not level:
        return 0.0
    most = 1.0 if promise["unit"] == "percent" else max(value, level)
    filled: float = round(min(100.0, 100 * value / most), 2)
    return filled


def _mark(promise: Mapping[str, Any], period: Mapping[str, Any]) -> float | None:
    """Where it should be by now: what was promised, or the share of it that the weekdays passed ask for."""
    value: float = period["value"] or 0
    level: float | None = period["level"]
    if not level:
        return None
    if promise["unit"] == "percent":
        return round(100 * level, 2)
    due = level * period["passed"] if promise["unit"] == "number" else level
    return round(min(100.0, 100 * due / max(value, level)), 2)


def _beside(promise: Mapping[str, Any], period: Mapping[str, Any]) -> Sequence[str]:
    said = []
    if promise["unit"] == "number" and period["is_running"] and period["passed"]:
        due = count(round(period["level"] * period["passed"]), "lead")
        said.append(f"{percent(period['passed'])} of the weekdays have passed: {due} would be on pace.")
    if promise["unit"] == "percent" and period["of"]:
        said.append(f"{number(period['kept'])} of {_leads(period['of'])} {_DECIDED[_kind(promise)]}.")
        said.append(_uncertain(period))
    if promise["unit"] == "percent" and not period["of"]:
        said.append(f"No lead of this period is {_DECIDED[_kind(promise)]} yet.")
    if promise["unit"] == "money":
        said.append(
            f"Over {_leads(period['of'])} of campaigns whose cost is known."
            if period["of"]
            else "No campaign of these leads has a known cost."
        )
    if period["is_part"]:
        said.append("Counted from the day of the first agreement.")
    return [one for one in said if one]


_DECIDED = {"answered": "answered", "settled": "ended or overdue", "judged": "due or met"}


def _kind(promise: Mapping[str, Any]) -> str:
    return "judged" if promise["of"].endswith("_judged") else str(promise["of"])


def _leads(many: float) -> str:
    return count(int(many), "lead")


def _uncertain(period: Mapping[str, Any]) -> str:
    small = "Few leads: it" if rates.is_small(int(period["of"])) else "It"
    between = f"{percent(period['low'])} to {percent(period['high'])}"
    differs = percent(period["value"]) != percent(period["level"])
    chance = ", so the difference could be chance" if differs and period["could_be_chance"] else ""
    return f"{small} could as well be {between}{chance}."


def _cohort(promise: Mapping[str, Any], period: Mapping[str, Any]) -> Cohort:
    return Cohort(
        first=date.fromisoformat(period["first"]),
        last=date.fromisoformat(period["last"]),
        segment=promise["segment"] if promise["segment"] != EVERY else None,
        besides=_besides(promise),
    )


def _besides(promise: Mapping[str, Any]) -> tuple[str, ...]:
    """The segments that a promise for all other leads leaves out; a report stored by an earlier release has none."""
    return tuple(promise.get("besides", ()))


def links(promise: Mapping[str, Any], period: Mapping[str, Any]) -> list[Link]:
    """The lists whose rows make the number."""
    filters = _cohort(promise, period).filters()

    def rows(label: str, measure: str) -> Link:
        return Link(label, address(**filters, **{"is": measure}))

    kind = promise["kept"].removesuffix("_kept")
    if promise["unit"] == "number":
        return [rows("The leads", "delivered")]
    if promise["unit"] == "money":
        return [rows("The leads", "delivered")]
    if kind == "accepted":
        return [rows("Accepted", "accepted"), rows("Returned", "returned")]
    if kind == "opportunity":
        return [rows("Opportunities", "opportunity"), rows("Ended or overdue", "settled")]
    return [rows("Late or never", f"{kind}_late"), rows("In time", f"{kind}_kept")]


def _first_url(promise: Mapping[str, Any], period: Mapping[str, Any]) -> str:
    found = links(promise, period)
    return found[0].url if found else ""


def _columns(promise: Mapping[str, Any]) -> list[Column]:
    """The periods, the oldest first; what was promised then stands at two thirds of the height."""
    show = _FORMATS[promise["unit"]]
    found = []
    for place, one in enumerate(reversed(promise["periods"])):
        if one["value"] is None or not one["level"]:
            height = 0.0
        else:
            height = round(min(24.0, 16 * one["value"] / one["level"]), 2)
        says = f"{one['name']}: {show(one['value'])}, promised {show(one['level'])}"
        tone = TONES.get(one["state"], "neutral")
        found.append(Column(place * 11, round(24 - height, 2), height, tone, says))
    return found


def sentence(data: Mapping[str, Any]) -> str:
    """Both sides in one line, of the running period: the first promise about numbers and the first about speed."""
    parts = []
    volume = _first(data, "marketing", "number") or _first(data, "marketing", "percent")
    if volume:
        parts.append(_said_of_marketing(volume))
    speed = _first(data, "sales", "percent")
    if speed:
        now = speed["periods"][0]
        if now["value"] is None:
            parts.append(f"Sales: nothing was due in {now['name']} yet, {percent(now['level'])} promised in time.")
        elif now["state"] == "early":
            due = count(now["of"], "lead")
            parts.append(f"Of sales it is too early to say: {due} due, {percent(now['level'])} promised in time.")
        else:
            parts.append(f"Sales answered {percent(now['value'])} in time, {percent(now['level'])} promised.")
    return " ".join(parts)


def _said_of_marketing(promise: Mapping[str, Any]) -> str:
    now = promise["periods"][0]
    when = f"in {now['name']} so far" if now["is_running"] else f"in {now['name']}"
    if promise["unit"] == "number":
        return f"Marketing delivered {number(now['value'])} of {count(now['level'], 'lead')} {when}."
    if now["value"] is None:
        return f"Marketing: nothing is decided {when}."
    return f"Of marketing’s leads, {percent(now['value'])} were accepted {when}, {percent(now['level'])} promised."


def _first(data: Mapping[str, Any], side: str, unit: str) -> Mapping[str, Any] | None:
    found = [one for one in data["promises"] if one["side"] == side and one["unit"] == unit]
    return next((one for one in found if one["segment"] == EVERY), found[0] if found else None)
