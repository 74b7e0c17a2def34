"""How long until a hand-over falls due, in business time of its owner, as a person reads it and as the page counts it.

The page counts down while the owner's hours run: it gets the seconds left, since when they run and until when.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sameside.leads.agreement.terms import Service
from sameside.leads.clock.due import COLUMN, Promise
from sameside.leads.clock.hours import Hours, NeverOpen
from sameside.leads.models import HandOver
from sameside.ui import formats

WHAT = {
    Promise.ACCEPT: "accept or return",
    Promise.ATTEMPT: "first attempt",
    Promise.PERSIST: "all attempts",
    Promise.END: "end with a reason",
}
SOON = 3_600


@dataclass(frozen=True)
class Countdown:
    """`left` is in business seconds, below zero when it is late; `runs_from` and `runs_to` bound what counts today."""

    text: str
    tone: str
    what: str
    due_at: datetime | None = None
    due: str = ""
    left: int | None = None
    runs_from: datetime | None = None
    runs_to: datetime | None = None


Runs = tuple[datetime | None, datetime | None]


def of(handover: HandOver, hours: Hours, *, at: datetime, running: Runs | None = None) -> Countdown:
    """`running` is what `runs` says of these hours, for whoever counts many down by the same."""
    if handover.paused_at is not None:
        return Countdown("Waits for the buyer", "neutral", "the clock stands")
    due = handover.next_due_at
    if due is None:
        return Countdown(
            "Nothing due", "neutral", "no agreement" if handover.agreement_id is None else "all kept so far"
        )
    left = hours.between(at, due) if due >= at else -hours.between(due, at)
    if due < at and left == 0:
        left = -1
    runs_from, runs_to = running or runs(hours, at)
    local = formats.due(hours.local(due))
    return Countdown(in_words(left), _tone(left), _what(handover), due, local, left, runs_from, runs_to)


def in_words(left: int) -> str:
    """ "2 h 10 left", "12 min overdue", "3 d 4 h left" where a day has 24 business hours."""
    if -60 < left < 0:
        return "Just overdue"
    minutes = max(1, abs(left) // 60)
    hours, rest = divmod(minutes, 60)
    size = f"{hours} h {rest:02}" if 0 < hours < 100 else f"{hours} h" if hours else f"{rest} min"
    return f"{size} {'left' if left >= 0 else 'overdue'}"


def _tone(left: int) -> str:
    return "bad" if left < 0 else "warn" if left <= SOON else "good"


def _what(handover: HandOver) -> str:
    for promise, column in COLUMN.items():
        if getattr(handover, column) == handover.next_due_at:
            return WHAT[promise]
    return ""


def runs(hours: Hours, at: datetime) -> Runs:
    """From when the business time of this stretch runs, and until when."""
    try:
        start = hours.opens(at)
        day_end = hours.local(start).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        seconds = hours.between(start, day_end)
        return start, hours.after(start, seconds)
    except NeverOpen:
        return None, None


def attempts(handover: HandOver, service: Service | None) -> str:
    """ "2 of 6 attempts", or how many there were where none are agreed."""
    made = handover.attempts
    if service is None or not service.attempts:
        return f"{made} attempt{'' if made == 1 else 's'}" if made else "No attempt yet"
    return f"{made} of {service.attempts} attempts"
