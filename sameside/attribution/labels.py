"""What models, dimensions and keys are called on the screen."""

from collections.abc import Mapping, Sequence
from typing import Any

from sameside.attribution.material import NO_KEY, NO_TOUCH
from sameside.crm.channels import CHANNELS, PAID
from sameside.crm.models import Campaign
from sameside.library import access
from sameside.library.models import Asset
from sameside.library.models.assets import WITHHELD
from sameside.people.models import Person, Team

MODEL_LABELS = {
    "first": "First touch",
    "last": "Last touch",
    "last_non_direct": "Last but direct",
    "lead_creation": "Lead creation",
    "opportunity_creation": "Opportunity creation",
    "linear": "Linear",
    "u_shape": "U-shaped",
    "w_shape": "W-shaped",
    "full_path": "Full path",
    "time_decay": "Time decay",
    "shapley": "Shapley",
    "markov": "Markov",
}
EXPLAINED = {
    "first": "The whole deal to the earliest touch of its company in the look-back.",
    "last": "The whole deal to the latest touch before the close.",
    "last_non_direct": "The whole deal to the latest touch that is not a visit of the website.",
    "lead_creation": "The whole deal to the latest touch before the lead was made; to the first where nobody knows.",
    "opportunity_creation": "The whole deal to the latest touch before the deal was created.",
    "linear": "In equal parts to all touches.",
    "u_shape": "40 % to the first touch, 40 % to the last, 20 % between them.",
    "w_shape": "30 % each to the first touch and those that made lead and deal, 10 % to the rest.",
    "full_path": "22.5 % each to the first, those that made lead and deal, and the last; 10 % to the rest.",
    "time_decay": "A touch earns half as much as one that is 30 days younger.",
    "shapley": "In equal parts to the different rows that the deal's touches belong to.",
    "markov": "In proportion to what a chain of all won and lost journeys would lose without it. It follows how often "
    "something occurs: it is no measure of effect.",
}
DIMENSION_LABELS = {
    "channel": "Channel",
    "origin": "Origin",
    "campaign": "Campaign",
    "asset": "Content",
    "team": "Team",
}
ORIGIN_LABELS = {"paid": "Paid", "organic": "Organic and owned", "seller": "Sellers' own contacts"}
NO_KEY_LABELS = {
    "campaign": "Touches without a campaign",
    "asset": "Touches without content",
    "team": "Touches that no team is known for",
}
NO_TOUCH_LABEL = "No touch in the look-back"


def labelled(name: str, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the dimension `name` with their labels, and what else a campaign or an asset is known by."""
    facts = _facts(name, [int(row["key"]) for row in rows if row["key"] and row["key"].isdigit()])
    fixed: Mapping[str, str] = {"channel": CHANNELS, "origin": ORIGIN_LABELS}.get(name, {})
    for row in rows:
        key = row["key"]
        if key == NO_TOUCH:
            row["label"] = NO_TOUCH_LABEL
        elif key == NO_KEY:
            row["label"] = NO_KEY_LABELS[name]
        else:
            row.update(facts[key] if key in facts else {"label": fixed.get(key, key)})
    return list(rows)


def _facts(name: str, ids: Sequence[int]) -> dict[str, dict[str, Any]]:
    if name == "campaign":
        return {
            str(campaign.pk): {
                "label": campaign.name,
                "channel": CHANNELS.get(campaign.channel, campaign.channel),
                "paid": campaign.channel in PAID,
            }
            for campaign in Campaign.objects.filter(pk__in=ids)
        }
    if name == "asset":
        return {
            str(asset.pk): {"label": asset.title, "slug": asset.slug, "format": asset.format}
            for asset in Asset.objects.filter(pk__in=ids).only("title", "slug", "format")
        }
    if name == "team":
        return {str(team.pk): {"label": team.name} for team in Team.objects.filter(pk__in=ids)}
    return {}


def for_reader(data: Mapping[str, Any], person: Person) -> Mapping[str, Any]:
    """`data` without the names of content that `person` may not open; the figures stay, so that they still add up."""
    rows = rows_for_reader("asset", data["dimensions"]["asset"], person)
    return {**data, "dimensions": {**data["dimensions"], "asset": rows}}


def rows_for_reader(name: str, rows: Sequence[dict[str, Any]], person: Person) -> list[dict[str, Any]]:
    """Rows of the dimension `name`, as `for_reader` shows them."""
    if name != "asset":
        return list(rows)
    hidden = access.withheld(person, {int(row["key"]) for row in rows if (row["key"] or "").isdigit()})
    kept = ("slug", "format", "label")
    return [
        {**{key: row[key] for key in row if key not in kept}, "label": WITHHELD}
        if (row["key"] or "").isdigit() and int(row["key"]) in hidden
        else row
        for row in rows
    ]
