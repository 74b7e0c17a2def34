"""What was done with one lead under the agreement, read once for all of its page: its hand-overs and its events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sameside.kit.prepared import VALUE, Prepared
from sameside.leads.models import HandOver, Lead, LeadEvent

MOST = 200


@dataclass(frozen=True)
class Record:
    """Both the first first; of the events only the newest `MOST`."""

    handovers: Sequence[HandOver]
    events: Sequence[LeadEvent]

    @property
    def open(self) -> HandOver | None:
        return next((one for one in self.handovers if one.ended_at is None), None)

    @property
    def last(self) -> HandOver | None:
        return self.handovers[-1] if self.handovers else None

    @property
    def is_cut(self) -> bool:
        return len(self.events) == MOST

    @cached_property
    def undone(self) -> frozenset[int]:
        """The events that were taken back."""
        return frozenset(one.undoes_id for one in self.events if one.undoes_id)

    def newest(self) -> Iterator[LeadEvent]:
        """The events that still stand, the newest first; to take one back is none of them."""
        for one in reversed(self.events):
            if one.pk not in self.undone and one.kind != LeadEvent.Kind.UNDONE:
                yield one

    def later(self, event: LeadEvent) -> list[LeadEvent]:
        """What was done after this event, the first first."""
        return [one for one in self.events if one.pk > event.pk]


@lru_cache(maxsize=1)
def _handovers() -> Prepared[HandOver]:
    rows = HandOver.objects.select_related("owner", "by", "reason", "route", "agreement", "qualification")
    return Prepared(rows.defer("agreement__terms").filter(lead=VALUE).order_by("number"))


@lru_cache(maxsize=1)
def _events() -> Prepared[LeadEvent]:
    return Prepared(LeadEvent.objects.filter(lead=VALUE).select_related("by").order_by("-pk")[:MOST])


def of(lead: Lead) -> Record:
    handovers = _handovers()(lead.pk)
    by_key = {one.pk: one for one in handovers}
    events = _events()(lead.pk)[::-1]
    for one in handovers:
        one.lead = lead
    for event in events:
        event.lead, event.handover = lead, by_key.get(event.handover_id or 0)
    return Record(handovers, events)
