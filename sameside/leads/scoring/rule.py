"""The score rule that both sides agreed, as data: points for what a lead is and for what it did, 0 to 100 in all.

**What it is.** A line gives its points when its condition holds. Missing data is not a reason to score low: where the
fact is not known, the line gives what it is worth on average, its points times the share of leads that meet it among
those of which the fact is known. That share is measured when a version is saved and stored in it, so the same version
always gives the same score; until it is measured it counts as a half. A line cannot reward that something is known.

**What it did.** A line gives points for each touch it is about, or for the newest only, down to half after every
`half_life` days, nothing after `within` days, and at most `cap` for all of them.

Points are counted in hundredths, so that the score is the same wherever and in whichever order it is added up:
`scored` is the rule for one lead with its parts in words, `many.scores` is the same for any number at once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sameside.crm.channels import CHANNELS
from sameside.leads import criteria
from sameside.leads.criteria import Behaviour, Condition, Facts, Unreadable
from sameside.ui.formats import number

TOP = 100
MOST_LINES = 200
MOST_POINTS = 100
LONGEST_DAYS = 365
"""As far back as `facts.WINDOW` reads."""
DAY = timedelta(days=1)
OURS = frozenset({"sales-call", "sales-email", "content-share"})
"""What sales did: a line, and a condition of the agreement, counts these only where it names them."""
UNSEEN = frozenset({"impression"})

Names = Callable[[str, str], str]


def plain_names(_field: str, value: str) -> str:
    return value


@dataclass(frozen=True)
class FieldPoints:
    """Points when the condition holds; `share` of the leads of which the fact is known meet it."""

    points: int
    condition: Condition
    share: float | None = None

    @property
    def unknown(self) -> int:
        """Hundredths of a point where the fact is not known."""
        return round(self.points * 100 * (0.5 if self.share is None else self.share))


@dataclass(frozen=True)
class BehaviourPoints:
    """Points for touches. Empty `channels`, `interactions`, `kinds` and `facets`: whichever."""

    points: int
    channels: tuple[str, ...] = ()
    interactions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    each: bool = True
    cap: int | None = None
    within: int = 180
    half_life: int | None = 30


Line = FieldPoints | BehaviourPoints


@dataclass(frozen=True)
class Rule:
    lines: tuple[Line, ...] = ()

    @property
    def fields(self) -> tuple[FieldPoints, ...]:
        return tuple(line for line in self.lines if isinstance(line, FieldPoints))

    @property
    def behaviours(self) -> tuple[BehaviourPoints, ...]:
        return tuple(line for line in self.lines if isinstance(line, BehaviourPoints))


@dataclass(frozen=True)
class Part:
    """What one line gave, in hundredths of a point; `text` is the sentence."""

    line: int
    worth: int
    text: str
    known: bool = True


@dataclass(frozen=True)
class Scored:
    points: int
    parts: tuple[Part, ...]

    @property
    def sentences(self) -> list[str]:
        return [part.text for part in self.parts]


def counts(line: BehaviourPoints, one: Behaviour) -> bool:
    """Whether the line is about this touch, whenever it was."""
    if line.channels:
        if one.channel not in line.channels:
            return False
    elif one.channel in OURS:
        return False
    if one.interaction in UNSEEN and one.interaction not in line.interactions:
        return False
    if line.interactions and one.interaction not in line.interactions:
        return False
    if line.kinds and one.kind.casefold() not in {kind.casefold() for kind in line.kinds}:
        return False
    return not line.facets or not one.facets.isdisjoint(line.facets)


@lru_cache(maxsize=10_000)
def worths(line: BehaviourPoints) -> tuple[int, ...]:
    """What one touch is worth in hundredths, by its age in whole days."""
    half = line.half_life
    return tuple(
        round(line.points * 100 * (0.5 ** (days / half) if half else 1.0)) for days in range(min(line.within, 366))
    )


def capped(line: BehaviourPoints, worth: int) -> int:
    if line.cap is None:
        return worth
    most = line.cap * 100
    return max(-most, min(most, worth))


def total(worth: int) -> int:
    """Hundredths added up, as a score: rounded half up, 0 to 100."""
    return max(0, min(TOP, (worth + 50) // 100))


def scored(rule: Rule, facts: Facts, *, at: datetime, names: Names = plain_names) -> Scored:
    """The score of one lead, and what made it, in the order of the rule; lines that gave nothing are left out."""
    parts = [part for part in _parts(rule, facts, at, names) if part.worth]
    return Scored(total(sum(part.worth for part in parts)), tuple(parts))


def _parts(rule: Rule, facts: Facts, at: datetime, names: Names) -> Iterator[Part]:
    for place, line in enumerate(rule.lines):
        if isinstance(line, FieldPoints):
            yield _of_field(place, line, facts, names)
        else:
            yield _of_behaviour(place, line, facts, at)


def _of_field(place: int, line: FieldPoints, facts: Facts, names: Names) -> Part:
    held = criteria.holds(line.condition, facts)
    if held is None:
        label = criteria.BY_KEY[line.condition.field].label
        text = f"{signed(line.unknown)} {label} is not known: counted as the average lead"
        return Part(place, line.unknown, text, known=False)
    worth = line.points * 100 if held else 0
    return Part(place, worth, f"{signed(worth)} {criteria.in_words(line.condition, names)}")


def _of_behaviour(place: int, line: BehaviourPoints, facts: Facts, at: datetime) -> Part:
    table = worths(line)
    ages = sorted((at - one.at) // DAY for one in facts.behaviours if counts(line, one))
    found = [age for age in ages if 0 <= age < len(table)]
    if not found:
        return Part(place, 0, "")
    taken = found if line.each else found[:1]
    worth = capped(line, sum(table[age] for age in taken))
    return Part(place, worth, f"{signed(worth)} {_did(line, taken)} ({_how(line)})")


def _did(line: BehaviourPoints, ages: Sequence[int]) -> str:
    what = what_counts(line)
    when = "today" if ages[0] == 0 else f"{number(ages[0])} day{'' if ages[0] == 1 else 's'} ago"
    return f"{what} {when}" if len(ages) == 1 else f"{number(len(ages))} × {what}, the last {when}"


def _how(line: BehaviourPoints) -> str:
    said = [f"{'of' if line.half_life else 'worth'} {line.points}" + (" each" if line.each else "")]
    if line.half_life:
        said.append(f"halves every {number(line.half_life)} day{'' if line.half_life == 1 else 's'}")
    if line.cap is not None:
        said.append(f"at most {line.cap}")
    return ", ".join(said)


def what_counts(line: BehaviourPoints) -> str:
    """ "Webinar", "E-mail (click)", "Content about persona:cfo"."""
    what = " or ".join(CHANNELS.get(one, one) for one in line.channels) or "Anything it did"
    if line.interactions:
        what += f" ({' or '.join(line.interactions)})"
    if line.kinds:
        what += f" in a campaign of type {' or '.join(line.kinds)}"
    if line.facets:
        what += f" with content for {' or '.join(facet.partition(':')[2] for facet in line.facets)}"
    return what


def signed(worth: int) -> str:
    """Hundredths as "+8", "+4.5", "−3"; tenths are said, no more."""
    tenths = (abs(worth) + 5) // 10
    shown = f"{tenths // 10}" + (f".{tenths % 10}" if tenths % 10 else "")
    return f"{'−' if worth < 0 else '+'}{shown}"


def read(data: Mapping[str, Any]) -> Rule:
    """A rule from JSON as `write` makes it. Raises `Unreadable` with a sentence for the screen."""
    lines = data.get("lines") if isinstance(data, Mapping) else None
    if not isinstance(lines, list):
        raise Unreadable("A score rule is a list of lines.")
    if len(lines) > MOST_LINES:
        raise Unreadable(f"A score rule has at most {MOST_LINES} lines.")
    return Rule(tuple(_line(one) for one in lines))


def _line(data: Any) -> Line:
    if not isinstance(data, Mapping):
        raise Unreadable("A line of a score rule is an object.")
    points = _whole(data, "points", -MOST_POINTS, MOST_POINTS, "Points")
    if data.get("about") == "field":
        return _field_line(points, data)
    if data.get("about") == "behaviour":
        return _behaviour_line(points, data)
    raise Unreadable("A line gives points for a field or for behaviour.")


def _field_line(points: int, data: Mapping[str, Any]) -> FieldPoints:
    given = data.get("condition")
    if not isinstance(given, Mapping):
        raise Unreadable("A line about a field needs a condition.")
    condition = criteria.read(given)
    if condition.how == "known":
        raise Unreadable(
            "A score cannot reward that something is known: missing data is not a reason to score low. What must be "
            "known is said in the agreement."
        )
    share = data.get("share")
    if share is not None and (isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1):
        raise Unreadable("The share of leads that meet a line is between 0 and 1.")
    return FieldPoints(points, condition, None if share is None else float(share))


def _behaviour_line(points: int, data: Mapping[str, Any]) -> BehaviourPoints:
    channels = _texts(data, "channels")
    unknown = [one for one in channels if one not in CHANNELS]
    if unknown:
        raise Unreadable(f"There is no channel “{unknown[0]}”.")
    facets = _texts(data, "facets")
    if any(not (facet.partition(":")[0] and facet.partition(":")[2]) for facet in facets):
        raise Unreadable("A facet is said as its kind and value, as in “persona:cfo”.")
    each = data.get("each", True)
    if not isinstance(each, bool):
        raise Unreadable("A line counts each touch, or the newest only.")
    cap = None if data.get("cap") is None else _whole(data, "cap", 1, MOST_POINTS, "The most that a line gives")
    half = None if data.get("half_life") is None else _whole(data, "half_life", 1, 3_650, "The half-life in days")
    within = _whole({"within": 180, **data}, "within", 1, LONGEST_DAYS, "For how many days a touch counts")
    return BehaviourPoints(
        points, channels, _texts(data, "interactions"), _texts(data, "kinds"), facets, each, cap, within, half
    )


def _whole(data: Mapping[str, Any], key: str, least: int, most: int, label: str) -> int:
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Unreadable(f"{label}: a whole number from {least} to {most}.")
    return value


def _texts(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    given = data.get(key, [])
    if (
        not isinstance(given, list)
        or len(given) > criteria.MOST_VALUES
        or not all(isinstance(one, str) for one in given)
    ):
        raise Unreadable("What a line counts is a list of words.")
    return tuple(dict.fromkeys(one.strip()[: criteria.LONGEST] for one in given if one.strip()))


def write(rule: Rule) -> dict[str, Any]:
    return {"lines": [_written(line) for line in rule.lines]}


def _written(line: Line) -> dict[str, Any]:
    if isinstance(line, FieldPoints):
        return {
            "about": "field", "points": line.points, "condition": criteria.write(line.condition), "share": line.share,
        }  # fmt: skip
    return {
        "about": "behaviour", "points": line.points, "channels": list(line.channels),
        "interactions": list(line.interactions), "kinds": list(line.kinds), "facets": list(line.facets),
        "each": line.each, "cap": line.cap, "within": line.within, "half_life": line.half_life,
    }  # fmt: skip
