"""What was done with a lead after an event: the event is undone only while nothing of it stands in the way."""

from collections.abc import Collection, Sequence

from sameside.leads.models import LeadEvent


def of(event: LeadEvent) -> list[LeadEvent]:
    """The first first."""
    return list(LeadEvent.objects.filter(lead=event.lead_id, pk__gt=event.pk).order_by("pk"))


def takes_back(later: Sequence[LeadEvent], event: LeadEvent) -> bool:
    return any(one.undoes_id == event.pk for one in later)


def standing(later: Sequence[LeadEvent], passed_over: Collection[str]) -> LeadEvent | None:
    """The first that was not taken back itself; events of the kinds `passed_over` do not count."""
    undone = {one.undoes_id for one in later}
    return next((one for one in later if one.pk not in undone and one.kind not in passed_over), None)
