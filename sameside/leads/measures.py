"""What is measured of hand-overs: one definition each, as a fragment of SQL and as the same rule in plain Python.

The unit is one hand-over, in the cohort of the day it was handed over (UTC). A pass that went on to somebody else, or
that marketing took back, is no delivery: the lead counts by who had it in the end. What is open and not yet due is too
early to count, never a failure: every share says of what it is one (`of`), and that leaves out what is too early.

`ROWS` is the relation that the fragments are written over (as `m`); its parameters are `at` and nothing else. `Row` is
one of its rows, for the rule in Python; tests hold the two equal on random rows. What each word means for users stands
in `docs/metrics/`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sameside.leads.models import Breach, HandOver

Promise = Breach.Promise
Outcome = HandOver.Outcome
TAKEN_AWAY = (Outcome.REASSIGNED, Outcome.WITHDRAWN)
GRACE = timedelta(days=7)
"""Where no time was agreed: from when a lead that nobody tried counts as not worked."""
LONG = timedelta(days=90)
"""Where no time was agreed: from when a hand-over that is still open counts as having come to nothing."""

# A deal counts for the hand-over that was converted into it. A breach row tells of the promise whose keeping no column
# holds: enough attempts, by the agreed channels.
ROWS = """
SELECT h.id, h.lead_id, h.number, h.at, h.derived, h.agreement_id, h.segment, h.owner_id, p.team_id, l.lead_source,
       l.campaign_id, h.score, h.likelihood, h.outcome, h.reason_id, h.source_reason,
       h.accepted_at, h.accepted_after, h.first_attempt_at, h.attempted_after, h.attempts, h.ended_at,
       CASE WHEN h.outcome NOT IN ('reassigned', 'withdrawn') THEN h.ended_at END AS closed_at,
       h.accept_due_at, h.attempt_due_at, h.persist_due_at, h.end_due_at, b.id IS NOT NULL AS gave_up,
       l.created_at AS created_at, d.id AS deal_id, d.created_at AS deal_at, d.closed_at AS deal_closed_at,
       coalesce(d.is_won, FALSE) AS is_won, coalesce(d.is_closed, FALSE) AS is_closed, d.amount
FROM leads_handover h
JOIN leads_lead l ON l.id = h.lead_id AND NOT l.deleted_in_source AND l.merged_into_id IS NULL
JOIN people_person p ON p.id = h.owner_id
LEFT JOIN crm_deal d ON d.id = l.deal_id AND NOT d.deleted_in_source AND h.outcome = 'converted'
LEFT JOIN leads_breach b ON b.handover_id = h.id AND b.promise = 'persist'
WHERE h.at <= %(at)s
"""


@dataclass(frozen=True)
class Row:
    """One hand-over as `ROWS` gives it: what the rules look at."""

    at: datetime
    outcome: str = ""
    has_reason: bool = False
    accepted_at: datetime | None = None
    first_attempt_at: datetime | None = None
    attempts: int = 0
    ended_at: datetime | None = None
    accept_due_at: datetime | None = None
    attempt_due_at: datetime | None = None
    persist_due_at: datetime | None = None
    end_due_at: datetime | None = None
    gave_up: bool = False
    """A breach says that too few attempts were made in time."""
    has_deal: bool = False
    is_won: bool = False
    is_closed: bool = False

    @property
    def closed_at(self) -> datetime | None:
        """When its owner ended it; None when it was taken from the owner."""
        return None if self.outcome in TAKEN_AWAY else self.ended_at


Rule = Callable[[Row, datetime], bool]


@dataclass(frozen=True)
class Measure:
    """A yes or no of one hand-over. `sql` is over `m` of `ROWS`, `holds(row, at)` says the same in Python.

    `of` is the measure that it is a share of; what is not in that is not counted against it.
    """

    key: str
    label: str
    sql: str
    holds: Rule
    means: str
    of: str = ""


def _met(promise: Promise, row: Row) -> datetime | None:
    answers = {
        Promise.ACCEPT: min(filter(None, (row.accepted_at, row.closed_at)), default=None),
        Promise.ATTEMPT: row.first_attempt_at,
        Promise.END: row.closed_at,
    }
    return answers[promise]


def _due(promise: Promise, row: Row) -> datetime | None:
    dues = {
        Promise.ACCEPT: row.accept_due_at,
        Promise.ATTEMPT: row.attempt_due_at,
        Promise.PERSIST: row.persist_due_at,
        Promise.END: row.end_due_at,
    }
    return dues[promise]


def is_kept(promise: Promise, row: Row, at: datetime) -> bool:
    """The promise was met in time. Enough attempts: the time is over, it was still open then, and no breach says no."""
    due = _due(promise, row)
    if due is None:
        return False
    if promise == Promise.PERSIST:
        return due < at and not row.gave_up and (row.ended_at is None or row.ended_at >= due)
    met = _met(promise, row)
    return met is not None and met <= due


def is_late(promise: Promise, row: Row, at: datetime) -> bool:
    """The time is over and the promise was not met in it, although it was still to be met then."""
    due = _due(promise, row)
    if due is None or due >= at:
        return False
    if promise == Promise.PERSIST:
        return row.gave_up
    met = _met(promise, row)
    return met > due if met is not None else row.ended_at is None or row.ended_at > due


_MET = {
    Promise.ACCEPT: "least(m.accepted_at, m.closed_at)",
    Promise.ATTEMPT: "m.first_attempt_at",
    Promise.END: "m.closed_at",
}


def _kept_sql(promise: Promise) -> str:
    due = f"m.{promise}_due_at"
    if promise == Promise.PERSIST:
        return f"coalesce({due} < %(at)s AND NOT m.gave_up AND (m.ended_at IS NULL OR m.ended_at >= {due}), FALSE)"
    return f"coalesce({_MET[promise]} <= {due}, FALSE)"


def _late_sql(promise: Promise) -> str:
    due = f"m.{promise}_due_at"
    if promise == Promise.PERSIST:
        return f"coalesce({due} < %(at)s AND m.gave_up, FALSE)"
    met = _MET[promise]
    return (
        f"coalesce({due} < %(at)s AND CASE WHEN {met} IS NOT NULL THEN {met} > {due} "
        f"ELSE m.ended_at IS NULL OR m.ended_at > {due} END, FALSE)"
    )


def _is_delivered(row: Row, _at: datetime) -> bool:
    return row.outcome not in TAKEN_AWAY


def _is_accepted(row: Row, at: datetime) -> bool:
    if not _is_delivered(row, at) or row.outcome == Outcome.RETURNED:
        return False
    return row.accepted_at is not None or row.outcome == Outcome.CONVERTED


def _is_answered(row: Row, at: datetime) -> bool:
    return _is_delivered(row, at) and (row.accepted_at is not None or row.ended_at is not None)


def _is_settled(row: Row, at: datetime) -> bool:
    if not _is_delivered(row, at):
        return False
    if row.ended_at is not None or is_late(Promise.END, row, at):
        return True
    return row.end_due_at is None and row.at < at - LONG


def _is_opportunity(row: Row, _at: datetime) -> bool:
    return row.outcome == Outcome.CONVERTED and row.has_deal


def _is_not_worked(row: Row, at: datetime) -> bool:
    if not _is_delivered(row, at) or row.attempts or row.outcome in (Outcome.RETURNED, Outcome.CONVERTED):
        return False
    if row.ended_at is not None or is_late(Promise.ATTEMPT, row, at):
        return True
    return row.attempt_due_at is None and row.at < at - GRACE


def _is_workable(row: Row, at: datetime) -> bool:
    tried = _is_delivered(row, at) and row.outcome != Outcome.RETURNED and row.attempts > 0
    return tried or _is_not_worked(row, at)


_DELIVERED = "m.outcome NOT IN ('reassigned', 'withdrawn')"
_ACCEPTED = f"({_DELIVERED} AND m.outcome <> 'returned' AND (m.accepted_at IS NOT NULL OR m.outcome = 'converted'))"
_ANSWERED = f"({_DELIVERED} AND (m.accepted_at IS NOT NULL OR m.ended_at IS NOT NULL))"
_SETTLED = (
    f"({_DELIVERED} AND (m.ended_at IS NOT NULL OR {_late_sql(Promise.END)} OR "
    f"m.end_due_at IS NULL AND m.at < %(at)s - interval '{LONG.days} days'))"
)
_OPPORTUNITY = "(m.outcome = 'converted' AND m.deal_id IS NOT NULL)"
_NOT_WORKED = (
    f"({_DELIVERED} AND m.attempts = 0 AND m.outcome NOT IN ('returned', 'converted') AND (m.ended_at IS NOT NULL OR "
    f"{_late_sql(Promise.ATTEMPT)} OR m.attempt_due_at IS NULL AND m.at < %(at)s - interval '{GRACE.days} days'))"
)
_WORKABLE = f"({_DELIVERED} AND m.outcome <> 'returned' AND m.attempts > 0 OR {_NOT_WORKED})"
_REASON = "(m.reason_id IS NOT NULL OR m.source_reason <> '')"


def _ended_as(outcome: Outcome) -> Measure:
    said = {
        Outcome.RETURNED: "Sales gave it back to marketing, with a reason, before or after accepting it.",
        Outcome.DISQUALIFIED: "Sales ended it: no customer will come of it.",
        Outcome.RECYCLED: "Sales ended it for now, to see it again later.",
    }
    return Measure(
        outcome.value, outcome.label, f"m.outcome = '{outcome}'", lambda row, _at: row.outcome == outcome,
        said[outcome], of="answered",
    )  # fmt: skip


def _kept(promise: Promise, label: str, means: str) -> tuple[Measure, Measure, Measure]:
    kept, late = _kept_sql(promise), _late_sql(promise)
    return (
        Measure(
            f"{promise}_judged", f"{label}: due or met", f"({kept} OR {late})",
            lambda row, at: is_kept(promise, row, at) or is_late(promise, row, at),
            "The time agreed is over, or the promise was met before.",
        ),
        Measure(f"{promise}_kept", label, kept, lambda row, at: is_kept(promise, row, at), means, f"{promise}_judged"),
        Measure(
            f"{promise}_late", f"{label}: late or never", late, lambda row, at: is_late(promise, row, at),
            "The time agreed is over and it was not done in it.", f"{promise}_judged",
        ),
    )  # fmt: skip


ALL = (
    Measure("passed", "Passes", "TRUE", lambda _row, _at: True, "Every hand-over, also those passed on or taken back."),
    Measure(
        "delivered", "Handed over (MQL)", _DELIVERED, _is_delivered,
        "Handed over to a person of sales, and neither passed on to somebody else nor taken back by marketing.",
    ),
    Measure(
        "answered", "Answered", _ANSWERED, _is_answered, "Sales accepted it or ended it.", of="delivered",
    ),
    Measure(
        "accepted", "Accepted (SAL)", _ACCEPTED, _is_accepted,
        "Sales accepted or converted it, and did not give it back.", of="answered",
    ),
    Measure(
        "refused", "Answered, not taken", f"({_ANSWERED} AND NOT {_ACCEPTED})",
        lambda row, at: _is_answered(row, at) and not _is_accepted(row, at),
        "Sales gave it back, or ended it without accepting it.", of="answered",
    ),
    *(_ended_as(outcome) for outcome in (Outcome.RETURNED, Outcome.DISQUALIFIED, Outcome.RECYCLED)),
    Measure(
        "unanswered", "Not answered yet", f"({_DELIVERED} AND m.accepted_at IS NULL AND m.ended_at IS NULL)",
        lambda row, at: _is_delivered(row, at) and row.accepted_at is None and row.ended_at is None,
        "Neither accepted nor ended so far.", of="delivered",
    ),
    Measure(
        "open", "Still open", "m.ended_at IS NULL", lambda row, _at: row.ended_at is None,
        "Not ended yet.", of="delivered",
    ),
    Measure(
        "ended", "Ended", "m.closed_at IS NOT NULL", lambda row, _at: row.closed_at is not None,
        "Its owner ended it: returned, disqualified, recycled or converted.", of="delivered",
    ),
    Measure(
        "ended_with_reason", "Ended with a reason",
        f"(m.closed_at IS NOT NULL AND (m.outcome = 'converted' OR {_REASON}))",
        lambda row, _at: row.closed_at is not None and (row.outcome == Outcome.CONVERTED or row.has_reason),
        "A reason is given, or it was converted.", of="ended",
    ),
    Measure(
        "attempted", "Tried", f"({_DELIVERED} AND m.attempts > 0)",
        lambda row, at: _is_delivered(row, at) and row.attempts > 0, "At least one attempt is logged.", of="delivered",
    ),
    Measure(
        "workable", "Tried, or should have been", _WORKABLE, _is_workable,
        "An attempt is logged, or the time for one is over. Leads that were returned are left out.",
    ),
    Measure(
        "not_worked", "Not worked", _NOT_WORKED, _is_not_worked,
        "No attempt is logged although the time agreed for one is over (7 days where none was agreed), or it was ended "
        "without one. Leads that were returned or converted are left out.", of="workable",
    ),
    Measure(
        "settled", "Ended or overdue", _SETTLED, _is_settled,
        "Ended, or open although the time to end it is over (90 days where none was agreed).",
    ),
    Measure(
        "converted", "Converted (SQL)", "m.outcome = 'converted'", lambda row, _at: row.outcome == Outcome.CONVERTED,
        "Sales made a contact of it, with a deal or without.", of="settled",
    ),
    Measure(
        "opportunity", "Opportunity", _OPPORTUNITY, _is_opportunity, "It was converted and has a deal.", of="settled",
    ),
    Measure(
        "decided", "Deal decided", f"({_OPPORTUNITY} AND m.is_closed)",
        lambda row, at: _is_opportunity(row, at) and row.is_closed, "Its deal is won or lost.", of="opportunity",
    ),
    Measure(
        "won", "Won", f"({_OPPORTUNITY} AND m.is_won)", lambda row, at: _is_opportunity(row, at) and row.is_won,
        "Its deal is won.", of="decided",
    ),
    Measure(
        "lost", "Lost", f"({_OPPORTUNITY} AND m.is_closed AND NOT m.is_won)",
        lambda row, at: _is_opportunity(row, at) and row.is_closed and not row.is_won, "Its deal is lost.",
        of="decided",
    ),
    *_kept(Promise.ACCEPT, "Answered in time", "Accepted, or ended, by the time agreed."),
    *_kept(Promise.ATTEMPT, "First attempt in time", "An attempt is logged by the time agreed."),
    *_kept(Promise.PERSIST, "Enough attempts", "So many attempts, by these channels, in so many days, as was agreed."),
    *_kept(Promise.END, "Ended in time", "Its owner ended it by the day agreed."),
)  # fmt: skip
BY_KEY: Mapping[str, Measure] = {measure.key: measure for measure in ALL}
