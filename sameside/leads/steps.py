"""The short way of a lead at the head of its page: how far it came, where it stands, and where it ended and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from sameside.conversations.models import Conversation
from sameside.leads import passing
from sameside.leads.measures import GRACE
from sameside.leads.models import HandOver, Lead
from sameside.ui.formats import date, gap, money

Fate = Lead.Fate
Outcome = HandOver.Outcome
GIVEN_UP = (Outcome.RETURNED, Outcome.DISQUALIFIED, Outcome.RECYCLED)


@dataclass(frozen=True)
class Step:
    """One step of the short way; `state` is done, failed, now or ahead; `after` is the time since the step before."""

    label: str
    text: str
    state: str
    at: datetime | None = None
    after: str = ""


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def _handed(lead: Lead, last: HandOver | None) -> Iterator[Step]:
    if last is not None:
        times = f", {last.number} times" if last.number > 1 else ""
        yield Step("Handed over", f"{last.owner.name}{times}", "done", last.at)
    elif lead.handed_over_at and lead.owner:
        yield Step("Handed over", lead.owner.name, "done", lead.handed_over_at)
    else:
        why = lead.not_routed or "Not yet: a queue holds it"
        yield Step("Handed over", why, "now" if lead.fate == Fate.WAITING else "ahead")


def _answered(last: HandOver) -> Iterator[Step]:
    if last.accepted_at:
        yield Step("Accepted", "", "done", last.accepted_at)
    elif last.ended_at is None:
        yield Step("Accepted", "Not yet", "now")


def _touched(touches: Sequence[datetime], handed_at: datetime | None) -> Iterator[Step]:
    before = [one for one in touches if handed_at is None or one <= handed_at]
    if before:
        yield Step("Touches", _counted(len(before), "touch", "touches"), "done", before[-1])


def _tried(lead: Lead, last: HandOver | None, at: datetime) -> Iterator[Step]:
    """Red once the first attempt is overdue, or, where none was agreed, as long as figures of work wait for one."""
    if lead.first_attempt_at:
        yield Step("First attempt", _counted(lead.attempts, "attempt"), "done", lead.first_attempt_at)
        return
    if lead.is_converted or lead.fate == Fate.WORKED:
        yield Step("First attempt", "None is logged", "ahead")
        return
    due = _due(lead, last)
    if lead.fate != Fate.UNTOUCHED or due is None:
        yield Step("First attempt", "Not yet", "ahead")
    elif last is not None and last.paused_at is not None:
        yield Step("First attempt", "It waits for the buyer", "ahead")
    elif due < at:
        yield Step("First attempt", f"Nobody has tried; due {date(due)}", "failed")
    else:
        yield Step("First attempt", f"Due {date(due)}", "ahead")


def _due(lead: Lead, last: HandOver | None) -> datetime | None:
    """By when somebody is to try; None once its owner has given the lead up or back."""
    if last is not None:
        return None if last.ended_at is not None else last.attempt_due_at or last.at + GRACE
    return lead.handed_over_at + GRACE if lead.handed_over_at else None


def _deal(lead: Lead, conversations: Sequence[Conversation]) -> Iterator[Step]:
    if lead.deal_id:
        won = sum(1 for one in conversations if one.state == Conversation.State.SUCCEEDED)
        yield Step("Conversations", f"{won} of {len(conversations)} succeeded", "done" if won else "now")
    ends = {Fate.WON: ("Won", "done"), Fate.LOST: ("Lost", "failed"), Fate.OPEN: ("Deal open", "now")}
    label, state = ends.get(Fate(lead.fate), ("Deal", "ahead"))
    text = money(lead.deal.amount) if lead.deal else "None"
    if lead.deal and lead.deal.lost_reason:
        text = f"{text} · {lead.deal.lost_reason}"
    yield Step(label, text, state, lead.deal.closed_at if lead.deal else None)


def of(
    lead: Lead, handovers: Sequence[HandOver], conversations: Sequence[Conversation], touches: Sequence[datetime], *,
    at: datetime,
) -> list[Step]:  # fmt: skip
    """`touches`: when there were any, the first first."""
    found: list[Step] = []
    before: datetime | None = None
    for one in _steps(lead, handovers, conversations, touches, at):
        is_later = one.at is not None and before is not None and one.at > before
        found.append(replace(one, after=gap(before, one.at)) if is_later else one)
        if one.at is not None and (before is None or one.at > before):
            before = one.at
    return found


def _steps(
    lead: Lead, handovers: Sequence[HandOver], conversations: Sequence[Conversation], touches: Sequence[datetime],
    at: datetime,
) -> Iterator[Step]:  # fmt: skip
    last = handovers[-1] if handovers else None
    source = lead.campaign.name if lead.campaign else lead.lead_source or "Unknown source"
    yield Step("Source", source, "done", lead.created_at)
    yield from _touched(touches, last.at if last else lead.handed_over_at)
    if last is not None and last.qualification is not None:
        points = f"{last.qualification.score} points" if last.qualification.score is not None else ""
        yield Step("Qualified", points, "done", last.qualification.at)
    elif lead.qualified_at:
        yield Step("Qualified", f"{lead.score} points" if lead.score is not None else "", "done", lead.qualified_at)
    yield from _handed(lead, last)
    if last is not None:
        yield from _answered(last)
    yield from _tried(lead, last, at)
    if last is not None and last.outcome in GIVEN_UP:
        yield Step(last.get_outcome_display(), passing.reason(last) or lead.status, "failed", last.ended_at)
        return
    if last is None and lead.fate == Fate.RETURNED:
        yield Step("Ended", lead.status, "failed")
        return
    if lead.is_converted:
        day = datetime.combine(lead.converted_on, time(), UTC) if lead.converted_on else None
        yield Step("Converted", "Contact and deal" if lead.deal_id else "Contact, no deal", "done", day)
    else:
        yield Step("Converted", "Not yet", "now" if lead.fate == Fate.WORKED else "ahead")
    yield from _deal(lead, conversations)
