"""Which person a lead goes to: the first route whose conditions all hold and that has somebody who can take it.

Every answer explains itself in sentences, which the hand-over keeps: which route, by what is known of the lead, whose
turn it was, who was passed over and why. A route that holds but has nobody is passed by, and is named as well.

Somebody who is away is passed over in a turn; only where nobody of it is there does cover get it. A route to one person
or to who owns the company goes to their cover. Whoever has as many as they take gets none by any route.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sameside.leads.criteria import Facts
from sameside.leads.models import Lead, Route
from sameside.leads.routing import asking, table, turns
from sameside.leads.routing.asking import Asked
from sameside.leads.routing.table import Case, Entry, Line, Table
from sameside.leads.routing.turns import Turn
from sameside.leads.scoring.naming import names_of
from sameside.people.models import Person

Gives = Route.Gives
LISTED = 4
MOST_WORDS = 300


@dataclass(frozen=True)
class Chosen:
    """`turn` is whose turn it was, in routes that have turns."""

    person: Person
    route: Route
    why: tuple[str, ...]
    line: Line
    turn: Turn | None = None


@dataclass(frozen=True)
class NotRouted:
    because: str


@dataclass(frozen=True)
class Step:
    """What one route said of the lead, in the order in which they were asked."""

    route: Route
    said: str
    takes: bool = False
    holds: bool = False


@dataclass
class Asking:
    """The way of one lead through the routes."""

    steps: list[Step] = field(default_factory=list)
    result: Chosen | NotRouted = field(default_factory=lambda: NotRouted(""))


def choose(lead: Lead, facts: Facts, *, at: datetime) -> Chosen | NotRouted:
    """Who would get this lead now; nothing is written and nothing is locked."""
    case = Case(lead, Asked(facts, lead.segment, lead.score), table.accounts_of([lead]).get(lead.pk))
    return ask(read([case], at=at), case).result


def read(cases: Sequence[Case], *, at: datetime, routes: Sequence[Entry] | None = None) -> Table:
    """The table for these leads, by the routes that are on or by those given."""
    found = table.read(table.active() if routes is None else routes, cases, at=at)
    found.names = names_of([one for line in found.lines for one in line.conditions if one.field not in asking.OWN])
    return found


def ask(found: Table, case: Case) -> Asking:
    """Ask every route in its order until one takes the lead. Changes nothing: see `give`."""
    asked = Asking()
    for line in found.lines:
        fits, said = _fits(found, line, case)
        if not fits:
            asked.steps.append(Step(line.route, said))
            continue
        chosen, because = _who(found, line, case)
        if chosen is None:
            asked.steps.append(Step(line.route, because, holds=True))
            continue
        person, turn, more = chosen
        passed = [f"Route “{one.route.name}” was passed by: {one.said}" for one in asked.steps if one.holds]
        why = (*passed[:LISTED], f"Route “{line.route.name}”: {said}", *more)
        asked.steps.append(Step(line.route, " ".join(more), takes=True, holds=True))
        asked.result = Chosen(person, line.route, why, line, turn)
        return asked
    asked.result = NotRouted(_because(asked.steps))
    return asked


def give(found: Table, chosen: Chosen) -> None:
    """Count it in the table: the turn moves on, and the person has one more."""
    if chosen.turn is not None:
        turns.give(
            chosen.turn, chosen.line.turns, lambda one: not _cannot(found, one), now=found.at.timestamp(),
        )  # fmt: skip
    found.loads[chosen.person.pk].give()


def _fits(found: Table, line: Line, case: Case) -> tuple[bool, str]:
    """Whether all conditions hold, with what is known of the lead where they ask, or the first that does not."""
    if line.problem:
        return False, f"Its conditions cannot be read: {line.problem}"
    for condition in line.conditions:
        if not asking.holds(condition, case.asked):
            said = asking.answer_in_words(condition, case.asked, found.names)
            return False, f"It asks that {_small(asking.in_words(condition, found.names))}, but {said}."
    known = [asking.answer_in_words(one, case.asked, found.names) for one in line.conditions]
    return True, f"{'; '.join(dict.fromkeys(known))}." if known else "it takes every lead."


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


_Choice = tuple[Person, Turn | None, Sequence[str]]


def _who(found: Table, line: Line, case: Case) -> tuple[_Choice | None, str]:
    """Who of a route that fits gets it, or why nobody does."""
    if line.route.gives == Gives.ACCOUNT_OWNER:
        return _owner(found, case)
    if line.route.gives == Gives.PERSON:
        return _one(found, line)
    return _in_turn(found, line)


def _owner(found: Table, case: Case) -> tuple[_Choice | None, str]:
    if case.account is None:
        return None, "No company of it is known here."
    if case.account.owner is None:
        return None, f"Nobody owns {case.account.name}."
    name = case.account.owner.name
    return _to(found, case.account.owner, None, f"{name} owns {case.account.name}.")


def _one(found: Table, line: Line) -> tuple[_Choice | None, str]:
    if not line.turns:
        return None, "It names nobody."
    person = next(one.person for one in line.members if one.person_id == line.turns[0].person)
    return _to(found, person, line.turns[0], f"It goes to {person.name}.")


def _to(found: Table, person: Person, turn: Turn | None, said: str) -> tuple[_Choice | None, str]:
    """To this person, or to their cover."""
    taker = found.takers[person.pk]
    if taker.person is None:
        return None, f"{said} {taker.why}"
    full = found.loads[taker.person.pk].full()
    told = [said, *([taker.why] if taker.why else [])]
    return (None, " ".join([*told, f"{full}."])) if full else ((taker.person, turn, told), "")


def _cannot(found: Table, person: int) -> str:
    """Why this person cannot take one in turn now, as the end of a sentence; empty when they can."""
    taker = found.takers[person]
    if taker.person is None or taker.person.pk != person:
        return taker.why.rstrip(".")
    return found.loads[person].full()


def _in_turn(found: Table, line: Line) -> tuple[_Choice | None, str]:
    order = turns.in_order(line.turns)
    if not order:
        who = f"Nobody of {line.route.team} works leads." if line.route.team else "Nobody is in it."
        return None, who
    passed: list[str] = []
    for turn in order:
        cannot = _cannot(found, turn.person)
        if not cannot:
            person = found.takers[turn.person].person
            assert person is not None  # noqa: S101  (who can take it is there)
            others = f"; {'; '.join(_listed(passed))}" if passed else ""
            return (person, turn, [f"{person.name} is next in turn{others}."]), ""
        passed.append(cannot)
    for turn in order:
        cover = found.takers[turn.person]
        if cover.person is not None and cover.person.pk != turn.person and not found.loads[cover.person.pk].full():
            return (cover.person, turn, [f"Nobody of it is free, so cover gets it: {cover.why}"]), ""
    return None, f"Nobody can take it: {'; '.join(_listed(passed))}."


def _listed(reasons: Sequence[str]) -> Iterator[str]:
    yield from reasons[:LISTED]
    if len(reasons) > LISTED:
        rest = len(reasons) - LISTED
        yield f"{rest} more cannot take it either"


def _because(steps: Sequence[Step]) -> str:
    """Why no route takes it, short enough for the lead's row."""
    if not steps:
        return "There is no route yet."
    held = [f"Route “{one.route.name}”: {one.said}" for one in steps if one.holds]
    if held:
        text = " ".join(held)
    elif len(steps) == 1:
        text = f"The only route, “{steps[0].route.name}”, does not fit. {steps[0].said}"
    else:
        text = f"None of the {len(steps)} routes fits. The first, “{steps[0].route.name}”: {steps[0].said}"
    return text if len(text) <= MOST_WORDS else f"{text[: MOST_WORDS - 1].rstrip()}…"
