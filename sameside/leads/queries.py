"""What other parts ask about leads."""

from typing import Any

from django.db.models import QuerySet

from sameside.kit import snapshots
from sameside.leads.models import Lead
from sameside.people.models import Person


def waiting_for(person: Person, limit: int = 10) -> QuerySet[Lead]:
    """Leads handed over to `person` with which nothing happened, the oldest first."""
    mine = Lead.objects.unmerged().filter(owner=person, fate=Lead.Fate.UNTOUCHED, deleted_in_source=False)
    return mine.order_by("handed_over_at", "pk")[:limit]


def fates_of_my_leads(marketer: Person) -> dict[str, Any] | None:
    """What became of the leads of the campaigns that `marketer` owns, from the stored report: its figures added up and
    the campaigns with theirs, the largest first. None before the report was computed; for somebody who owns no
    campaign, of all leads."""
    snapshot = snapshots.read("leads")
    if snapshot is None:
        return None
    mine = set(marketer.campaigns.values_list("pk", flat=True))
    campaigns = [row for row in snapshot.data["by"]["campaign"] if row["id"] in mine]
    if not campaigns:
        return {"is_mine": False, "campaigns": [], "total": snapshot.data["total"], "as_of": snapshot.computed_at}
    keys = ("leads", *Lead.Fate.values, "converted_all", "won_amount", "handed_over", "tried")
    total: dict[str, Any] = {key: sum(row[key] for row in campaigns) for key in keys}
    total["conversion"] = total["converted_all"] / total["leads"] if total["leads"] else None
    return {"is_mine": True, "campaigns": campaigns, "total": total, "as_of": snapshot.computed_at}
