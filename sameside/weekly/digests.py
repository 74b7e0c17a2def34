"""What Today shows of the other reports, cut out of them once so that a page does not read whole reports.

A report that was not computed yet is None; what is cut out is as old as that report.
"""

from collections.abc import Mapping
from typing import Any

from sameside.crm.models import Campaign
from sameside.kit import snapshots
from sameside.leads.models import Lead

CAMPAIGNS = 60
_CAMPAIGN = ("id", "name", "leads", "untouched", "returned", "converted_all", "won", "won_amount")
_KIND = ("kind", "label", "succeeded", "ended", "open", "rate", "low", "high")


def read() -> dict[str, Any]:
    """The parts "leads", "campaigns", "content" and "talks" of the report "today"."""
    leads, content, talks = _data("leads"), _data("content"), _data("conversations")
    return {
        "leads": _leads(leads) if leads else None,
        "campaigns": _campaigns(leads) if leads else [],
        "content": _content(content) if content else None,
        "talks": _talks(talks) if talks else None,
    }


def _data(name: str) -> Mapping[str, Any] | None:
    snapshot = snapshots.read(name)
    return snapshot.data if snapshot else None


def _leads(data: Mapping[str, Any]) -> dict[str, Any]:
    total = data["total"]
    keys = ("leads", *Lead.Fate.values, "converted_all", "won_amount", "conversion", "median_hours", "never_share")
    return {**{key: total[key] for key in keys}, "start": data["start"]}


def _campaigns(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The campaigns with the most leads, each with the person who owns it."""
    rows = [row for row in data["by"]["campaign"] if isinstance(row["id"], int)][:CAMPAIGNS]
    owners = dict(Campaign.objects.filter(pk__in=[row["id"] for row in rows]).values_list("pk", "owner_id"))
    return [{**{key: row[key] for key in _CAMPAIGN}, "owner": owners.get(row["id"])} for row in rows]


def _content(data: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("window", "k", "active", "verdicts", "unused", "unused_share")
    return {**{key: data[key] for key in keys}, "unfound": data["unfound"][:8]}


def _talks(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kinds": [{key: row[key] for key in _KIND} for row in data["kinds"]],
        "total": {key: data["total"][key] for key in _KIND[2:]},
        "stuck": sum(row["stuck"] for row in data["stuck"]),
        "start": data["start"],
    }
