"""Which input is missing when the revenue report is empty or thin, and how to get it."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from sameside.analytics.rates import is_small

Note = dict[str, str]


def missing(data: Mapping[str, Any]) -> list[Note]:
    """Sentences for the screen, the gravest first; `tone` is warn where the figures cannot be trusted as they are."""
    return [note for rule in _RULES for note in rule(data)]


def _note(text: str, tone: str = "info") -> list[Note]:
    return [{"text": text, "tone": tone}]


def _count(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"


def _deals(data: Mapping[str, Any]) -> list[Note]:
    won, pipeline = data["won"]["deals"], data["open"]["deals"]
    if not won and not pipeline:
        return _note("No deals are known yet. Import the CRM's opportunities (Opportunity.csv).", "warn")
    if not won:
        return _note("No deal was won in this period. Choose a longer one, or import closed opportunities.", "warn")
    if is_small(won):
        return _note(f"Only {_count(won, 'deal was', 'deals were')} won in this period: one deal moves every share.")
    return []


def _touches(data: Mapping[str, Any]) -> list[Note]:
    total = sum(data[state]["deals"] for state in ("won", "open"))
    without = sum(data[state]["without_touch"] for state in ("won", "open"))
    if not total or not without:
        return []
    if not data["touches"]["count"]:
        return _note(
            "No touch is known for any company with a deal, so nothing can be credited. Import campaign members "
            "(CampaignMember.csv) and activities (Task.csv, Event.csv).",
            "warn",
        )
    text = (
        f"{_count(without, 'deal of', 'deals of')} {total:,} had no touch in the {data['lookback']} months before the "
        "end. A longer look-back, campaign members or activities that are not imported yet may explain them."
    )
    return _note(text, "warn" if without * 2 > total else "info")


def _history(data: Mapping[str, Any]) -> list[Note]:
    first, since = data["touches"]["first"], data["since"]
    if first and since and first > since:
        return _note(
            f"The first known touch is of {first}, but the period begins on {since}: earlier deals lack their touches."
        )
    return []


def _companies(data: Mapping[str, Any]) -> list[Note]:
    without = sum(data[state]["without_company"] for state in ("won", "open"))
    if not without:
        return []
    return _note(f"{_count(without, 'deal has', 'deals have')} no company and cannot be joined with touches.")


def _amounts(data: Mapping[str, Any]) -> list[Note]:
    notes = []
    without = sum(data[state]["without_amount"] for state in ("won", "open"))
    if without:
        notes += _note(f"{_count(without, 'deal has', 'deals have')} no amount: counted as deals, worth nothing here.")
    unrated = sum(data[state]["without_rate"] for state in ("won", "open"))
    if unrated:
        text = (
            f"{_count(unrated, 'deal is', 'deals are')} in a currency without a rate to {data['currency']}: counted as "
            "deals, their amounts are in no total."
        )
        notes += [{"text": text, "tone": "warn", "url": reverse("crm:rates"), "label": "Exchange rates"}]
    return notes


def _dimensions(data: Mapping[str, Any]) -> list[Note]:
    notes = []
    if data["touches"]["count"]:
        keys = {name: [row for row in rows if row["key"]] for name, rows in data["dimensions"].items()}
        campaigns = [row for row in keys["campaign"] if row["key"] != "none"]
        if not campaigns:
            notes += _note("No touch belongs to a campaign. Import Campaign.csv and CampaignMember.csv.")
        elif all(row.get("cost") is None for row in campaigns):
            notes += _note("No campaign has an actual cost, so no return can be shown (Campaign.csv, ActualCost).")
        if not any(row["key"] != "none" for row in keys["asset"]):
            notes += _note(
                "No touch is linked to content yet. Content is linked when activities name an asset or its address, "
                "or when usage is imported."
            )
    return notes


_RULES = (_deals, _touches, _history, _companies, _amounts, _dimensions)
