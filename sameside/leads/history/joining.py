"""Two leads become one: their hand-overs become one history.

Derived rows go, because they are rebuilt of the survivor. Those made here get numbers after the survivor's; where both
leads are handed over at once, the survivor's hand-over goes on and the other ends as taken back.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from sameside.leads.clock import due
from sameside.leads.models import HandOver, LeadEvent

_FAR = 10_000
# Twice, far away and back: no row may have the number of another even for a moment.
_NUMBERS = f"""
UPDATE leads_handover h SET number = h.number + k.most + {_FAR}
FROM (
  SELECT p.merged, max(o.number) AS most
  FROM unnest(%(kept)s::bigint[], %(merged)s::bigint[]) AS p(kept, merged)
  JOIN leads_handover o ON o.lead_id = p.kept GROUP BY p.merged
) k
WHERE h.lead_id = k.merged
"""
_BACK = f"UPDATE leads_handover SET number = number - {_FAR} WHERE lead_id = ANY(%(merged)s) AND number > {_FAR}"


def prepare(pairs: Sequence[tuple[int, int]], *, at: datetime) -> None:
    """Make the hand-overs of leads ready to be merged: pairs of (kept, merged). Call inside the merge's transaction."""
    ids = [lead for pair in pairs for lead in pair]
    rows = HandOver.objects.filter(lead__in=ids)
    rows.filter(derived=True).delete()
    if not rows.exists():
        return
    taken = set(rows.open().values_list("lead", flat=True))
    doubled = [merged for kept, merged in pairs if {kept, merged} <= taken]
    for handover in rows.open().filter(lead__in=doubled).select_for_update(of=("self",)).select_related("owner"):
        handover.ended_at, handover.outcome, handover.paused_at = max(at, handover.at), HandOver.Outcome.WITHDRAWN, None
        handover.save(update_fields=["ended_at", "outcome", "paused_at", *due.set_due(handover, at=at)])
        handover.pauses.filter(until=None).update(until=handover.ended_at)
        LeadEvent.objects.create(
            lead_id=handover.lead_id, handover=handover, kind=LeadEvent.Kind.WITHDRAWN, at=handover.ended_at,
            text=f"Taken back from {handover.owner.name}: the lead was merged into one that is handed over.",
        )  # fmt: skip
    with connection.cursor() as cursor:
        values = {"kept": [kept for kept, _ in pairs], "merged": [merged for _, merged in pairs]}
        cursor.execute(_NUMBERS, values)
        cursor.execute(_BACK, values)
