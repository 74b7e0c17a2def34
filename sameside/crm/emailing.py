"""What became of a campaign's e-mails, in figures for its page."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q

from sameside.crm.models import Campaign, EmailEvent
from sameside.kit.tables import Column, Table

Kind = EmailEvent.Kind
_ORDER = (
    Kind.SENT, Kind.DROPPED, Kind.DELIVERED, Kind.OPENED, Kind.CLICKED, Kind.REPLIED, Kind.FORWARDED, Kind.BOUNCED,
    Kind.UNSUBSCRIBED, Kind.SPAM,
)  # fmt: skip


def of_campaign(campaign: Campaign) -> Table | None:
    """Events and different recipients by kind, one query; None when the campaign sent no e-mail that is known."""
    counted = (
        campaign.email_events.filter(deleted_in_source=False)
        .order_by()
        .values("kind")
        .annotate(
            events=Count("pk"),
            people=Count("recipient", distinct=True, filter=Q(suspicion="")),
            suspected=Count("pk", filter=~Q(suspicion="")),
        )
    )
    found: dict[str, Mapping[str, Any]] = {row["kind"]: row for row in counted}
    if not found:
        return None
    rows = [
        {
            "kind": str(Kind(kind).label),
            "events": found[kind]["events"],
            "people": found[kind]["people"],
            "suspected": found[kind]["suspected"] or None,
        }
        for kind in (*_ORDER, *sorted(set(found) - set(_ORDER)))
        if kind in found
    ]
    return Table(
        (
            Column("kind", "What happened"),
            Column("events", "Events", "number"),
            Column("people", "People", "number", help="Different recipients, without what a machine did."),
            Column("suspected", "By a machine", "number", help="Clicks of security scanners; they are no touches."),
        ),
        rows,
    )
