"""The hand-overs that the CRM's data tell of one lead: the rule in plain Python, without a database.

A lead that somebody owns was handed over: when it came from a queue to a person, else when it was created for one. Each
later change of owner ends that hand-over (`reassigned`) and begins the next; the last is that of today's owner. Who had
a lead until a change is whom the change before gave it to, or whom this one names as the owner before. Where neither is
known, nothing is invented: the time has no hand-over, and the next one says so (`UNKNOWN`). What is known only as a day
counts from its midnight (UTC).

- Attempts: those of `leads/fates.py` from the hand-over until it ended.
- Accepted: the first sign of work. That is the first attempt, the first status that says that work began, or the end by
  conversion, whichever came first. The CRM does not say when somebody took a lead, so this is the latest it can have
  been. Where only the status of today says so, the time is not known, and neither is whether it was in time: then no
  agreement is held against it.
- Ended: by conversion, on its day; or as the status says (returned, recycled, disqualified), when the history says that
  it got that status, else with the last attempt, else with the hand-over itself.

`rebuilding.py` says the same set by set, and a test holds the two equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sameside.leads.history.causes import reason_of
from sameside.leads.statuses import ending, meaning

LONGEST_REASON = 120
UNKNOWN = "The CRM's history does not say who had it before."


@dataclass(frozen=True)
class Entered:
    """The lead got this status."""

    status: str
    at: datetime


@dataclass(frozen=True)
class Owned:
    """The lead got this owner, and had that one before; None: the CRM does not say whom."""

    owner: int | None
    at: datetime
    from_queue: bool = False
    before: int | None = None


@dataclass(frozen=True)
class Known:
    """What the CRM holds of one lead. `tries`: when sales tried, with the contact too until the conversion."""

    owner: int | None
    created_at: datetime
    status: str = ""
    source_reason: str = ""
    converted_on: date | None = None
    is_converted: bool = False
    owners: Sequence[Owned] = ()
    entered: Sequence[Entered] = ()
    tries: Sequence[datetime] = ()


@dataclass(frozen=True)
class Pass:
    """One hand-over as the CRM's data tell it."""

    number: int
    owner: int
    at: datetime
    accepted_at: datetime | None
    first_attempt_at: datetime | None
    last_attempt_at: datetime | None
    attempts: int
    ended_at: datetime | None
    outcome: str
    reason: str
    source_reason: str
    is_timed: bool
    """Whether an agreement can be held against it."""
    why: Sequence[str] = ()


def passes(known: Known) -> list[Pass]:
    """The hand-overs of one lead, in their order; none where nobody owns it."""
    if known.owner is None:
        return []
    spans = _spans(known, known.owner)
    ends = [*(at for _, at in spans[1:]), None]
    befores = [True, *(who is not None for who, _ in spans[:-1])]
    told: list[Pass] = []
    for (owner, at), until, is_known in zip(spans, ends, befores, strict=True):
        if owner is not None:
            told.append(_pass(known, len(told) + 1, owner, at, until, () if is_known else (UNKNOWN,)))
    return told


def _spans(known: Known, owner: int) -> list[tuple[int | None, datetime]]:
    """Who had it from when on; None: that is not known."""
    queue = [one.at for one in known.owners if one.from_queue]
    first = min(queue, default=known.created_at)
    changes = [one for one in known.owners if one.at >= first]
    times = sorted({first, *(one.at for one in changes)})
    spans: list[tuple[int | None, datetime]] = []
    for at, following in zip(times, [*times[1:], None], strict=True):
        given = max((one.owner for one in changes if one.at == at and one.owner), default=None)
        named = max((one.before for one in changes if one.at == following and one.before), default=None)
        who = owner if following is None else given or named
        if not spans or spans[-1][0] != who:
            spans.append((who, at))
    return spans


def _pass(
    known: Known, number: int, owner: int, at: datetime, until: datetime | None, why: Sequence[str]
) -> Pass:  # fmt: skip
    within = [one for one in (_tried(one, at) for one in known.tries) if one is not None]
    is_last = until is None
    outcome, ended_at = ("reassigned", until) if not is_last else _ended(known, at, within)
    made = [one for one in within if ended_at is None or one <= ended_at]
    says = [one.at for one in known.entered if meaning(one.status) == "worked" and one.at >= at]
    signs = [*made, *says, *([ended_at] if outcome == "converted" and ended_at else [])]
    accepted = min((one for one in signs if ended_at is None or one <= ended_at), default=None)
    gave_up = outcome in ("returned", "recycled", "disqualified")
    text = (known.source_reason or known.status) if gave_up else ""
    unknown = is_last and ended_at is None and accepted is None and meaning(known.status) == "worked"
    return Pass(
        number, owner, at, accepted, min(made, default=None), max(made, default=None), len(made), ended_at, outcome,
        reason_of(text) if gave_up else "", text[:LONGEST_REASON], not unknown, why,
    )  # fmt: skip


def _tried(attempt: datetime, at: datetime) -> datetime | None:
    if attempt >= at:
        return attempt
    utc = attempt.astimezone(UTC)
    return at if utc.time() == time() and utc.date() == at.astimezone(UTC).date() else None


def _ended(known: Known, at: datetime, tries: Sequence[datetime]) -> tuple[str, datetime | None]:
    if known.is_converted:
        if known.converted_on is None:
            return "converted", max(tries, default=at)
        day = datetime.combine(known.converted_on, time(), UTC)
        until = [one for one in tries if one < day + timedelta(days=1)]
        return "converted", max(at, day, *until)
    how = ending(known.status)
    if not how:
        return "", None
    got = [one.at for one in known.entered if one.status == known.status and one.at >= at]
    return how, max(got, default=max(tries, default=at))
