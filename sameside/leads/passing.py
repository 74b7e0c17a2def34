"""The events of a lead under the agreement, as its way shows them: qualified, handed over and why so, answered, ended.

What was done here stands in the lead's own events. A hand-over that was derived from an import has none: then its
columns are told, each marked as derived. Attempts are activities and are told there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache

from sameside.kit.prepared import VALUE, IsOneOf, Prepared
from sameside.leads.models import Breach, HandOver, LeadEvent
from sameside.leads.record import Record
from sameside.ui.formats import hours

NOT_SCORED = "not scored then"
Kind = LeadEvent.Kind
Outcome = HandOver.Outcome
_LABELS = dict(Kind.choices)
_SHOWN_ELSEWHERE = (Kind.ATTEMPTED,)
_ICONS: Mapping[str, str] = {
    Kind.QUALIFIED: "target", Kind.ROUTED: "user-check", Kind.NOT_ROUTED: "alert-triangle", Kind.ACCEPTED: "check",
    Kind.RETURNED: "arrow-back-up", Kind.DISQUALIFIED: "ban", Kind.RECYCLED: "refresh", Kind.CONVERTED: "git-merge",
    Kind.REASSIGNED: "transfer", Kind.WITHDRAWN: "arrow-back", Kind.PAUSED: "player-pause",
    Kind.RESUMED: "player-play", Kind.REVIVED: "sparkles", Kind.REPAIRED: "database",
    Kind.UNDONE: "arrow-back-up",
}  # fmt: skip
_MARKETING = (Kind.QUALIFIED, Kind.NOT_ROUTED, Kind.WITHDRAWN, Kind.REVIVED, Kind.REPAIRED)


@dataclass(frozen=True)
class Event:
    """One thing that happened. `side` is marketing, sales or deal; `derived`: an import tells it.

    `after` is the time since the event before.
    """

    at: datetime
    icon: str
    text: str
    note: str = ""
    side: str = "marketing"
    url: str = ""
    tone: str = ""
    derived: bool = False
    after: str = ""

    @property
    def day_only(self) -> bool:
        """Whether the hour is not known."""
        return self.at.astimezone(UTC).time() == time()


@lru_cache(maxsize=1)
def _breaches() -> Prepared[Breach]:
    return Prepared(Breach.objects.filter(IsOneOf("handover", VALUE)).select_related("owner"))


def events(record: Record) -> Iterator[Event]:
    yield from _done(record)
    told = {one.handover_id for one in record.events if one.kind == Kind.ROUTED}
    for handover in record.handovers:
        if handover.pk not in told:
            yield from _of_columns(handover)
    for breach in _breaches()([one.pk for one in record.handovers]) if record.handovers else ():
        late = "done late" if breach.kept_at else "not done in time"
        yield Event(
            breach.due_at, "alarm", f"Due: {breach.get_promise_display().lower()} ({late})", breach.owner.name,
            "sales", tone="bad",
        )  # fmt: skip


def _done(record: Record) -> Iterator[Event]:
    for one in record.events:
        if one.kind in _SHOWN_ELSEWHERE:
            continue
        handover = one.handover
        text, note = _LABELS[one.kind], one.text
        if one.kind == Kind.ROUTED and handover is not None:
            text = f"Handed over to {handover.owner.name}"
            note = " ".join(str(sentence) for sentence in handover.why) or note
            note = " · ".join(filter(None, (note, score_then(handover))))
        if one.pk in record.undone:
            note = f"{note} Taken back since.".strip()
        if note.startswith(text):  # "Qualified as ...": it says so itself
            text, note = note.removesuffix("."), ""
        by = f"by {one.by.name}" if one.by else ""
        yield Event(
            one.at, _ICONS[one.kind], text, " · ".join(filter(None, (note, by))),
            "marketing" if one.kind in _MARKETING else "sales",
        )  # fmt: skip


def reason(handover: HandOver) -> str:
    why = handover.reason.label if handover.reason else handover.source_reason
    return ": ".join(filter(None, (why, handover.said)))


def score_then(one: HandOver) -> str:
    """The score with which a lead was handed over: what an import tells was not scored at its time."""
    return f"score {one.score}" if one.score is not None else NOT_SCORED


def _of_columns(one: HandOver) -> Iterator[Event]:
    route = f"by the route “{one.route}”" if one.route else ""
    by = route or (f"by {one.by.name}" if one.by else "")
    told = " ".join(str(sentence) for sentence in one.why) if one.derived else ""
    yield Event(
        one.at, "user-check", f"Handed over to {one.owner.name}", " · ".join(filter(None, (told, by, score_then(one)))),
        "sales", derived=one.derived,
    )  # fmt: skip
    if one.accepted_at:
        after = f"after {hours(one.accepted_after / 3600)} of business hours" if one.accepted_after is not None else ""
        yield Event(one.accepted_at, "check", "Accepted", after, "sales", derived=one.derived)
    if one.ended_at:
        yield Event(
            one.ended_at, _ICONS.get(one.outcome, "flag"), Outcome(one.outcome).label, reason(one), "sales",
            derived=one.derived,
        )  # fmt: skip
