"""What one is asked before a verb: one sheet, inside the queue, on the page of the lead and as a page of its own."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from sameside.crm.models import Activity
from sameside.leads.handover.attempting import TAPS, Tap
from sameside.leads.models import HandOver, Reason


@dataclass(frozen=True)
class Day:
    label: str
    value: date


@dataclass(frozen=True)
class Sheet:
    """`route` takes the POST. One tap on a reason or on a tap of `taps` sends it; a sentence beside it is optional."""

    title: str
    text: str
    route: str
    reasons: Sequence[Reason] = ()
    taps: Mapping[str, Sequence[Tap]] = field(default_factory=dict)
    said: str = "One sentence, if it helps"
    days: Sequence[Day] = ()
    earliest: date | None = None
    send: str = ""
    once: str = ""


def attempt(handover: HandOver) -> Sheet:
    taps: dict[str, list[Tap]] = {}
    for tap in TAPS:
        taps.setdefault(str(Activity.Kind(tap.channel).label), []).append(tap)
    text = "One tap logs it, at this moment." + ("" if handover.accepted_at else " It accepts the lead, too.")
    return Sheet("How did you try?", text, "leads:attempts", taps=taps, said="A note, if it helps",
                 once=secrets.token_hex(6))  # fmt: skip


def returning(reasons: Sequence[Reason]) -> Sheet:
    text = "It goes back to marketing with the reason, and whoever owns its campaign is told."
    return Sheet("Why does it go back?", text, "leads:returning", reasons=reasons)


def disqualifying(reasons: Sequence[Reason]) -> Sheet:
    text = "Nobody works it any more. Marketing sees the reason in its figures."
    return Sheet("Why is it no lead?", text, "leads:disqualification", reasons=reasons)


def recycling(reasons: Sequence[Reason], *, at: datetime) -> Sheet:
    text = "Marketing keeps it warm. On the day it counts as a lead again."
    return Sheet("When should it come back, and why?", text, "leads:recycling", reasons=reasons,
                 days=_days(at, (30, 90, 180)), earliest=_tomorrow(at))  # fmt: skip


def pausing(*, at: datetime) -> Sheet:
    text = "Its clock stands until then, and goes on by itself."
    return Sheet("Until when does it wait for the buyer?", text, "leads:pause", days=_days(at, (3, 7, 14)),
                 earliest=_tomorrow(at), said="What the buyer has to do", send="Pause the clock")  # fmt: skip


def _tomorrow(at: datetime) -> date:
    return timezone.localdate(at) + timedelta(days=1)


def _days(at: datetime, steps: Sequence[int]) -> list[Day]:
    today = timezone.localdate(at)
    names = {30: "In a month", 90: "In 3 months", 180: "In 6 months", 7: "In a week", 14: "In 2 weeks"}
    return [Day(names.get(step, f"In {step} days"), today + timedelta(days=step)) for step in steps]
