"""What is missing of a big rock's figures, and how small they are, in sentences."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from sameside.analytics.rates import is_small
from sameside.attribution.bigrock.models import BigRock
from sameside.attribution.bigrock.words import counted

FEW = 5
"""A median of fewer big rocks says little."""


def of(rock: BigRock, found: Mapping[str, Any], model: str) -> list[dict[str, str]]:
    """Which input is missing, and how small the numbers are, the gravest first."""
    own = reverse("bigrock:rock", args=[rock.pk])
    said = []
    if found["credit_at"] is None:
        said.append(_note("Credit was not computed yet: open Revenue and compute it.", "warn"))
    if not found["reach"]["touches"]:
        said.append(
            _note(
                "No touch with this content is known since the launch. Touches come with activities that name an asset "
                "or its address, with recorded use, and with touch logs.",
                "warn",
            )
        )
    elif found["reach"]["unnamed"]:
        unnamed = counted(found["reach"]["unnamed"], "touch", "touches")
        said.append(_note(f"{unnamed} with this content name no person: companies are known there, people are not."))
    if not rock.has_targets:
        said.append(_note("Nobody said whom it is for.", "info", f"{own}aim/", "Choose target people"))
    parts = found["budget"]["parts"]
    if not parts:
        said.append(_note("No budget is known, so there is no return.", "info", f"{own}campaigns/", "Link campaigns"))
    for part in parts:
        if part["state"] == "unrated":
            text = f"No rate converts a cost of “{part['name']}”: the budget is unknown until there is one."
            said.append(_note(text, "warn", reverse("crm:rates"), "Exchange rates"))
    untold = [part["name"] for part in parts if part["state"] == "untold"]
    if untold:
        text = f"No cost is known of {counted(len(untold), 'campaign')}: import ad costs, or enter them by hand."
        said.append(_note(text, "info", f"{own}expenses/", "Enter a cost"))
    if found["won_deals"][model] and is_small(found["won_deals"][model]):
        deals = counted(found["won_deals"][model], "deal was", "deals were")
        said.append(_note(f"Only {deals} won since the launch: one deal moves every figure."))
    others = found["others"]["won"][model]["of"]
    if others < FEW:
        text = f"There {'is' if others == 1 else 'are'} only {counted(others, 'other big rock')}: a median says little."
        said.append(_note(text if others else "It is the only big rock: there is no median of others yet."))
    return said


def _note(text: str, tone: str = "info", url: str = "", label: str = "") -> dict[str, str]:
    return {"text": text, "tone": tone, "url": url, "label": label}
