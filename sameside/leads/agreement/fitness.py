"""What an agreement must not say: promises that nobody can keep, that contradict each other or that nobody can measure.

`problems` gives a sentence for the screen for each place (`service.0.attempts`); `check` raises `Unfit` with them. What
is missing before a version can be signed (heads, a rule for its points) is not wrong, only unfinished: see `signing`.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from sameside.crm.channels import CHANNELS
from sameside.crm.models import Activity
from sameside.leads import criteria
from sameside.leads.agreement.terms import EVERY, Behaved, OnBreach, Segment, Service, Supply, Terms, Unfit
from sameside.leads.criteria import Condition
from sameside.leads.scoring.facts import WINDOW

MOST_SEGMENTS = 20
MOST_HOURS = 2_000
MOST_DAYS = 260
MOST_ATTEMPTS = 50
LONGEST_TEXT = 20_000
HOURS_OF_A_DAY = 24

Found = Iterator[tuple[str, str]]


def check(terms: Terms) -> None:
    """Raise `Unfit` with a sentence for each place that cannot stay as it is."""
    found = problems(terms)
    if found:
        raise Unfit(found)


def problems(terms: Terms) -> Mapping[str, str]:
    """The first problem of each place."""
    found: dict[str, str] = {}
    for place, sentence in _all(terms):
        found.setdefault(place, sentence)
    return found


def _all(terms: Terms) -> Found:
    yield from _segments(terms.segments)
    keys = {EVERY, *(one.key for one in terms.segments)}
    yield from _supplies(terms.supply, keys)
    yield from _services(terms, keys)
    yield from _on_breach(terms.on_breach)
    if len(terms.text) > LONGEST_TEXT:
        yield "text", f"The text is at most {LONGEST_TEXT:,} characters long."


def _segments(segments: Sequence[Segment]) -> Found:
    if not segments:
        yield "segments", "Say who counts as qualified: at least one kind of lead."
    if len(segments) > MOST_SEGMENTS:
        yield "segments", f"At most {MOST_SEGMENTS} kinds of leads."
    names: set[str] = set()
    keys: set[str] = set()
    for place, one in enumerate(segments):
        at = f"segments.{place}"
        if not one.name.strip():
            yield f"{at}.name", "Give it a name that both sides use."
        elif one.name.strip().casefold() in names:
            yield f"{at}.name", f"There is another “{one.name.strip()}”. Two names keep two figures apart."
        if one.key in keys:
            yield f"{at}.name", "Two kinds of leads cannot share one key."
        names.add(one.name.strip().casefold())
        keys.add(one.key)
        yield from _segment(at, one)
    yield from _unreachable(segments)


def _segment(at: str, one: Segment) -> Found:
    if one.min_score is not None and not 1 <= one.min_score <= 100:
        yield f"{at}.min_score", "Points run from 0 to 100: ask for 1 to 100, or leave it empty."
    if one.min_likelihood is not None and not 0 < one.min_likelihood < 1:
        yield f"{at}.min_likelihood", "A likelihood lies between 0 and 100 %. No lead is certain."
    unknown = [key for key in one.must_be_known if key not in criteria.BY_KEY]
    if unknown:
        yield f"{at}.must_be_known", f"There is no field “{unknown[0]}”."
    for number, behaved in enumerate(one.behaved):
        yield from _behaved(f"{at}.behaved.{number}", behaved)
    for first, second in combinations(one.fit, 2):
        if _exclude_each_other(first, second):
            said = f"{criteria.in_words(first)}, and {criteria.in_words(second)[0].lower()}"
            yield f"{at}.fit", f"No lead can meet both: {said}{criteria.in_words(second)[1:]}."


def _exclude_each_other(first: Condition, second: Condition) -> bool:
    if first.field != second.field or "known" in (first.how, second.how):
        return False
    values = {one.casefold() for one in first.values}, {one.casefold() for one in second.values}
    if first.how == second.how == "is":
        return values[0].isdisjoint(values[1])
    if {first.how, second.how} == {"is", "is_not"}:
        wanted, unwanted = values if first.how == "is" else values[::-1]
        return wanted <= unwanted
    if {first.how, second.how} == {"at_least", "at_most"}:
        least, most = (first, second) if first.how == "at_least" else (second, first)
        return _number(least) > _number(most)
    return False


def _number(condition: Condition) -> float:
    return float(condition.values[0].replace(",", "").replace(" ", ""))


def _behaved(at: str, one: Behaved) -> Found:
    unknown = [channel for channel in one.channels if channel not in CHANNELS]
    if unknown:
        yield f"{at}.channels", f"There is no channel “{unknown[0]}”."
    if not 1 <= one.times <= 200:
        yield f"{at}.times", "How often: 1 to 200 times."
    if not 1 <= one.days <= WINDOW.days:
        yield f"{at}.days", f"Within 1 to {WINDOW.days} days: what is older is not looked at."


def _unreachable(segments: Sequence[Segment]) -> Found:
    """The first that takes a lead has it, so what comes after one that takes every lead gets none."""
    for place, one in enumerate(segments[:-1]):
        if not (one.fit or one.behaved or one.min_score or one.min_likelihood or one.must_be_known):
            yield (
                f"segments.{place + 1}.name",
                f"No lead gets here: “{one.name}” above asks for nothing and takes them all. Move it to the end.",
            )
            return


def _supplies(supplies: Sequence[Supply], keys: set[str]) -> Found:
    if not supplies:
        yield "supply", "Say what marketing commits to: how many leads, and of which quality."
    seen: set[str] = set()
    for place, one in enumerate(supplies):
        at = f"supply.{place}"
        if one.segment not in keys:
            yield f"{at}.segment", "This kind of lead is not in the agreement (any more)."
        elif one.segment in seen:
            yield f"{at}.segment", "There is a commitment for these leads already. Put both into one."
        seen.add(one.segment)
        yield from _supply(at, one)


def _supply(at: str, one: Supply) -> Found:
    if one.leads is None and one.acceptance is None and one.conversion is None and one.cost_per_lead is None:
        yield f"{at}.leads", "Commit to a number here, or take this line away."
    if one.leads is not None and not 1 <= one.leads <= 10_000_000:
        yield f"{at}.leads", "A commitment is at least 1 lead."
    for key, label in (("acceptance", "accepted"), ("conversion", "that become an opportunity")):
        share = getattr(one, key)
        if share is not None and not 0 < share <= 1:
            yield f"{at}.{key}", f"The share of leads {label} is more than 0 and at most 100 %."
    if one.acceptance is not None and one.conversion is not None and one.conversion > one.acceptance:
        yield (
            f"{at}.conversion",
            "More leads cannot become opportunities than are accepted: both are shares of all that were handed over.",
        )
    if one.cost_per_lead is not None and one.cost_per_lead <= 0:
        yield f"{at}.cost_per_lead", "The most that a lead may cost is more than nothing."


def _services(terms: Terms, keys: set[str]) -> Found:
    if not terms.service:
        yield "service", "Say what sales commits to: how soon it answers, and how often it tries."
        return
    seen: set[str] = set()
    for place, one in enumerate(terms.service):
        at = f"service.{place}"
        if one.segment not in keys:
            yield f"{at}.segment", "This kind of lead is not in the agreement (any more)."
        elif one.segment in seen:
            yield f"{at}.segment", "Sales has committed to something for these leads already. Put both into one."
        seen.add(one.segment)
        yield from _service(at, one)
    left = [one.name for one in terms.segments if one.key not in seen]
    if EVERY not in seen and left:
        yield "service", f"Nothing is promised for “{left[0]}”. Add a line for it, or one for all leads."


def _service(at: str, one: Service) -> Found:
    for key, label in (("accept_hours", "To accept or return a lead"), ("attempt_hours", "For the first attempt")):
        hours = getattr(one, key)
        if hours <= 0:
            yield f"{at}.{key}", f"{label}, nobody can be asked to take no time at all. A quarter of an hour is 0.25."
        elif hours > MOST_HOURS:
            yield f"{at}.{key}", f"{label}: at most {MOST_HOURS:,} business hours."
    if not 0 < one.share <= 1:
        yield f"{at}.share", "The share of leads for which this is kept is more than 0 and at most 100 %."
    yield from _persistence(at, one)
    if one.end_days is not None and not 1 <= one.end_days <= MOST_DAYS * 4:
        yield f"{at}.end_days", "To end a lead with a reason takes at least 1 business day."
    elif one.end_days is not None and one.attempts and one.end_days < one.over_days:
        yield (
            f"{at}.end_days",
            f"A lead would have to end ({_days(one.end_days)}) before all attempts are due ({_days(one.over_days)}).",
        )


def _persistence(at: str, one: Service) -> Found:
    if not 0 <= one.attempts <= MOST_ATTEMPTS:
        yield f"{at}.attempts", f"At most {MOST_ATTEMPTS} attempts; 0 promises none beyond the first."
    if not 1 <= one.over_days <= MOST_DAYS:
        yield f"{at}.over_days", f"The attempts are spread over 1 to {MOST_DAYS} business days."
    elif one.attempts and one.attempt_hours > one.over_days * HOURS_OF_A_DAY:
        yield f"{at}.attempt_hours", f"The first attempt would be due after all of them ({_days(one.over_days)})."
    wanted = one.channels or {}
    strange = [key for key in wanted if key not in Activity.Kind.values]
    if strange:
        yield f"{at}.channels", f"Attempts are not made by “{strange[0]}”."
    if any(count < 1 for count in wanted.values()):
        yield f"{at}.channels", "At least so many attempts by a channel: 1 or more, or leave it empty."
    elif sum(wanted.values()) > one.attempts:
        yield (
            f"{at}.channels",
            f"The channels ask for {sum(wanted.values())} attempts, and {one.attempts} are promised in all.",
        )


def _days(count: int) -> str:
    return f"{count} business day{'' if count == 1 else 's'}"


def _on_breach(one: OnBreach) -> Found:
    if len(one.remind_at) > 5 or any(not 1 <= share <= 99 for share in one.remind_at):
        yield "on_breach.remind_at", "Reminders go out at 1 to 99 % of the time agreed, at most five of them."
    if one.escalate_hours is not None and not 0 < one.escalate_hours <= MOST_HOURS:
        yield "on_breach.escalate_hours", "Escalate after more than 0 business hours, or leave it empty for never."
    elif one.escalate_hours is not None and not one.escalate_to:
        yield "on_breach.escalate_to", "Name whom it is escalated to, or leave the hours empty for never."
    if len(one.escalate_to) > 20:
        yield "on_breach.escalate_to", "At most 20 persons are told."
    if len(one.consequence) > 2_000:
        yield "on_breach.consequence", "At most 2,000 characters."
