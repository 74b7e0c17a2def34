"""What an ad campaign cost, from the costs by day that an ad platform told.

The sum becomes the campaign's actual cost, so that lists and returns need not know where it comes from. While one of
its days has no rate into the organisation's currency the sum is not known, and is left empty rather than too small.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import TruncMonth

from sameside.crm.models import Campaign
from sameside.kit.tables import Column, Table
from sameside.people.models import Organisation
from sameside.ui.charts import Chart, Series

PLATFORMS = {
    "google_ads": "Google Ads",
    "linkedin_ads": "LinkedIn",
    "meta_ads": "Meta",
    "microsoft_ads": "Microsoft Ads",
}
_SETTLE = """
    UPDATE crm_campaign c
    SET actual_cost = s.amount, actual_cost_given = s.amount,
        currency = CASE WHEN s.amount IS NULL THEN '' ELSE %(currency)s END
    FROM (
        SELECT c.id, CASE WHEN count(t.amount) = count(t.amount_given) THEN round(sum(t.amount), 2) END AS amount
        FROM crm_campaign c LEFT JOIN crm_campaigncost t ON t.campaign_id = c.id AND NOT t.deleted_in_source
        WHERE c.source = ANY(%(platforms)s) GROUP BY c.id
    ) s
    WHERE s.id = c.id AND c.actual_cost IS DISTINCT FROM s.amount
"""
_MONTHS = 24


def settle() -> int:
    """Add up what every campaign of an ad platform cost. Returns how many cost something else than before."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, {"platforms": list(PLATFORMS), "currency": Organisation.current().currency})
        changed: int = cursor.rowcount
    return changed


@dataclass(frozen=True)
class Costs:
    """What a campaign's page shows of its costs; `note` says what the sum leaves out."""

    platform: str
    impressions: int | None
    clicks: int | None
    per_click: Decimal | None
    chart: Chart | None
    table: Table
    note: str


def of_campaign(campaign: Campaign) -> Costs | None:
    """The costs of a campaign by month, one query; None when an ad platform told none."""
    months: list[Mapping[str, Any]] = list(
        campaign.costs.filter(deleted_in_source=False)
        .annotate(month=TruncMonth("day"))
        .values("month")
        .annotate(
            cost=Sum("amount"),
            seen=Sum("impressions"),
            clicked=Sum("clicks"),
            converted=Sum("conversions"),
            unknown=Count("pk", filter=Q(amount=None, amount_given__isnull=False)),
            foreign=Max("currency", filter=Q(amount=None)),
        )
        .order_by("month")
    )
    if not months:
        return None
    clicks, impressions = _sum(months, "clicked"), _sum(months, "seen")
    amount = _sum(months, "cost")
    unknown = sum(month["unknown"] for month in months)
    currencies = ", ".join(sorted({month["foreign"] for month in months if month["foreign"]}))
    table = _table(months)
    return Costs(
        platform=PLATFORMS.get(campaign.source, campaign.source),
        impressions=impressions,
        clicks=clicks,
        per_click=Decimal(amount) / clicks if amount is not None and clicks and not unknown else None,
        chart=_chart(months, table) if amount is not None else None,
        table=table,
        note=f"{unknown:,} days in {currencies} have no rate and are in no sum." if unknown else "",
    )


def _sum(months: list[Mapping[str, Any]], name: str) -> Any:
    told = [month[name] for month in months if month[name] is not None]
    return sum(told) if told else None


def _table(months: list[Mapping[str, Any]]) -> Table:
    rows = [{**month, "month": f"{month['month']:%b %Y}"} for month in reversed(months)]
    total = {"month": "Total"} | {name: _sum(months, name) for name in ("cost", "seen", "clicked", "converted")}
    return Table(
        (
            Column("month", "Month"),
            Column("cost", "Cost", "money"),
            Column("seen", "Impressions", "number"),
            Column("clicked", "Clicks", "number"),
            Column("converted", "Conversions", "number"),
        ),
        rows,
        total=total if len(rows) > 1 else None,
    )


def _chart(months: list[Mapping[str, Any]], table: Table) -> Chart:
    shown = months[-_MONTHS:]
    return Chart(
        kind="bar",
        title="Cost by month",
        categories=[f"{month['month']:%b %Y}" for month in shown],
        series=[Series("Cost", [month["cost"] for month in shown])],
        unit="money",
        table=table,
        description="What the campaign cost in each month, as the ad platform told it.",
    )
