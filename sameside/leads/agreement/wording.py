"""An agreement in words: clauses, in each of them blocks, in each of these lines of a label and what was agreed.

The page, the PDF and the comparison of two versions print the same lines, so that what is compared is what was signed.
A line's `key` says what it is about in every version (`service:dach-banks:accept_hours`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from sameside.crm.channels import CHANNELS
from sameside.crm.models import Activity
from sameside.leads import criteria
from sameside.leads.agreement.terms import EVERY, Behaved, OnBreach, Segment, Service, Supply, Terms
from sameside.leads.models import Agreement
from sameside.leads.scoring.naming import names_of
from sameside.library.plays import markdown
from sameside.people.models import Person
from sameside.ui.formats import date, money, number, percent

ALL_LEADS = "All leads"
OTHER_LEADS = "All other leads"
_MANY = {"call": "calls", "email": "e-mails", "meeting": "meetings", "task": "tasks", "social": "social messages"}


@dataclass(frozen=True)
class Line:
    key: str
    label: str
    value: str


@dataclass(frozen=True)
class Block:
    """Lines about one kind of lead, or about all of them where it has no title."""

    key: str
    title: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Clause:
    number: int
    key: str
    title: str
    intro: str
    blocks: Sequence[Block]
    side: str = ""
    text: str = ""

    @property
    def html(self) -> SafeString:
        """The prose of both sides, cleaned."""
        return markdown.html(self.text)


@dataclass(frozen=True)
class Named:
    """What the numbers in the terms are called: values of conditions, and persons."""

    values: Callable[[str, str], str] = field(default=lambda _field, value: value)
    people: Mapping[int, str] = field(default_factory=dict)


def named(terms: Terms) -> Named:
    """The names that these terms need, with at most two queries."""
    asked = terms.on_breach.escalate_to
    people = dict(Person.objects.filter(pk__in=asked).values_list("pk", "name")) if asked else {}
    return Named(names_of(condition for segment in terms.segments for condition in segment.fit), people)


def count(many: float, one: str, more: str = "") -> str:
    return f"{number(many)} {one if many == 1 else more or f'{one}s'}"


def in_order(hours: float) -> str:
    """ "8 business hours", "30 business minutes"."""
    return count(hours, "business hour") if hours >= 1 else count(round(hours * 60), "business minute")


def joined(parts: Sequence[str], last: str = "and") -> str:
    return f" {last} ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def clauses(agreement: Agreement, terms: Terms, names: Named) -> list[Clause]:
    """The whole document but its signatures."""
    called = {one.key: one.name for one in terms.segments}
    rest = {EVERY: ALL_LEADS if len(terms.service) == 1 else OTHER_LEADS}
    parts = [
        Clause(
            1, "segments", "Who counts as qualified", "A lead belongs to the first kind below that takes it. What is "
            "not known about a lead never shuts it out, unless it is named as what must be known.",
            [_segment(one, names) for one in terms.segments],
        ),
        Clause(
            2, "supply", "What marketing commits to", "Counted by the day of the hand-over. Accepted: of the leads "
            "that sales answered. Opportunities: of those that ended or should have.",
            [_supply(one, called) for one in terms.supply], side="marketing",
        ),
        Clause(
            3, "service", "What sales commits to", "Times run in the business hours of the lead’s owner, from the "
            "hand-over on, and stand still while the buyer asked to wait.",
            [_service(one, rest if one.segment == EVERY else called) for one in terms.service], side="sales",
        ),
        Clause(
            4, "breach", "When a promise is not kept", "",
            [Block("breach", "", list(_on_breach(terms.on_breach, names)))], text=terms.on_breach.consequence,
        ),
        Clause(5, "dates", "Scope and dates", "", [Block("dates", "", list(_scope(agreement)))]),
    ]  # fmt: skip
    return [*parts, Clause(6, "text", "What else both sides agreed", "", [], text=terms.text)] if terms.text else parts


def _segment(one: Segment, names: Named) -> Block:
    key = f"segment:{one.key}"
    lines = [
        Line(f"{key}:fit:{place}", "Fit", criteria.in_words(condition, names.values))
        for place, condition in enumerate(one.fit)
    ]
    lines += [Line(f"{key}:behaved:{place}", "Behaviour", _behaved(each)) for place, each in enumerate(one.behaved)]
    if one.min_score is not None:
        lines.append(Line(f"{key}:min_score", "Score", f"at least {count(one.min_score, 'point')} of 100"))
    if one.min_likelihood is not None:
        lines.append(Line(f"{key}:min_likelihood", "Likelihood", f"at least {percent(one.min_likelihood)}"))
    if one.must_be_known:
        known = joined([criteria.BY_KEY[each].label for each in one.must_be_known])
        lines.append(Line(f"{key}:must_be_known", "Must be known", known))
    return Block(key, one.name, lines or [Line(f"{key}:fit:0", "Fit", "every lead")])


def _behaved(one: Behaved) -> str:
    what = joined([CHANNELS.get(channel, channel) for channel in one.channels], "or") or "Anything it did"
    return f"{what}, at least {count(one.times, 'time')} within {count(one.days, 'day')}"


def called(segment: str, names: Mapping[str, str]) -> str:
    """What the leads of a commitment are called; without a segment it is about all."""
    return names.get(segment, segment or ALL_LEADS)


def _supply(one: Supply, names: Mapping[str, str]) -> Block:
    key = f"supply:{one.segment}"
    lines = []
    if one.leads is not None:
        lines.append(Line(f"{key}:leads", "Volume", f"at least {count(one.leads, 'lead')} a {one.per}"))
    if one.acceptance is not None:
        lines.append(Line(f"{key}:acceptance", "Accepted", f"at least {percent(one.acceptance)}"))
    if one.conversion is not None:
        lines.append(Line(f"{key}:conversion", "Become an opportunity", f"at least {percent(one.conversion)}"))
    if one.cost_per_lead is not None:
        lines.append(Line(f"{key}:cost_per_lead", "Cost of a lead", f"at most {money(one.cost_per_lead)}"))
    return Block(key, called(one.segment, names), lines)


def _service(one: Service, names: Mapping[str, str]) -> Block:
    key = f"service:{one.segment}"
    lines = [
        Line(f"{key}:accept_hours", "Accept or return", f"within {in_order(one.accept_hours)}"),
        Line(f"{key}:attempt_hours", "First attempt", f"within {in_order(one.attempt_hours)}"),
    ]
    if one.attempts:
        lines.append(Line(f"{key}:attempts", "Attempts", _persistence(one)))
    if one.end_days is not None:
        lines.append(Line(f"{key}:end_days", "End with a reason", f"within {count(one.end_days, 'business day')}"))
    for_whom = "every lead" if one.share == 1 else f"at least {percent(one.share)} of the leads"
    lines.append(Line(f"{key}:share", "Each kept for", for_whom))
    return Block(key, called(one.segment, names), lines)


def _persistence(one: Service) -> str:
    said = f"at least {number(one.attempts)} over {count(one.over_days, 'business day')}"
    by = [
        count(many, Activity.Kind(kind).label.lower(), _MANY[kind])
        for kind, many in sorted((one.channels or {}).items())
    ]
    return f"{said}, of these at least {joined(by)}" if by else said


def _on_breach(one: OnBreach, names: Named) -> Iterator[Line]:
    shares = joined([f"{share} %" for share in sorted(one.remind_at)])
    yield Line("breach:remind_at", "Reminder", f"after {shares} of the time agreed" if shares else "none")
    told = joined([names.people.get(pk, f"person {pk}") for pk in one.escalate_to])
    if one.escalate_hours is None or not told:
        yield Line("breach:escalate_hours", "Escalation", "none")
    else:
        yield Line("breach:escalate_hours", "Escalation", f"{in_order(one.escalate_hours)} after the time has passed")
        yield Line("breach:escalate_to", "Escalated to", told)
    gives = "goes to the next person of its route" if one.gives_back else "stays with its owner"
    yield Line("breach:gives_back", "A lead not accepted in time", gives)


def _scope(agreement: Agreement) -> Iterator[Line]:
    starts = date(agreement.in_force_from) if agreement.in_force_from else "as soon as both sides have signed"
    yield Line("dates:in_force_from", "In force from", starts)
    yield Line("dates:review_on", "Reviewed on", date(agreement.review_on) if agreement.review_on else "no date agreed")
    rule = agreement.score_rule
    yield Line("dates:score_rule", "Points by", f"score rule {rule.number}" if rule else "no score rule")
    for side, label in ((agreement.marketing_head, "For marketing"), (agreement.sales_head, "For sales")):
        yield Line(f"dates:{label}", label, side.name if side else "not named yet")
