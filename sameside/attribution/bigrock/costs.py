"""What a big rock cost up to a day: the dated costs of the campaigns that amplify it, and the amounts entered by hand.

Campaign costs count as on the revenue page (attribution/spending.py): by their days, what is known for longer spread
evenly. An amount that no rate converts leaves the whole budget unknown rather than too small; a campaign of which
nobody told a cost counts as nothing, and is named.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Literal

from sameside.attribution import spending
from sameside.attribution.bigrock.models import BigRock, Expense
from sameside.crm import money
from sameside.crm.models import Campaign

EXPENSES = money.Amounts(
    "big rock expense", "big rock expenses", "bigrock_expense", "amount_given", "amount", "t.currency", "t.day"
)


@dataclass(frozen=True)
class Part:
    """`amount` is None where it is not known: `untold` nobody told a cost, `unrated` there is no rate."""

    kind: Literal["campaign", "expense"]
    id: int
    name: str
    amount: float | None
    state: Literal["told", "untold", "unrated"] = "told"


def convert() -> None:
    """Fill the amounts entered by hand, by the rates of their days."""
    money.convert_table(EXPENSES)


def parts(rock: BigRock, until: date) -> list[Part]:
    """What was spent from the beginning to `until`, that day included."""
    known = spending.within(None, datetime.combine(until, time(12), tzinfo=UTC)).campaign
    campaigns = Campaign.objects.filter(amplifies__rock=rock).prefetch_related("costs").order_by("name", "pk")
    found = [_of_campaign(campaign, known.get(str(campaign.pk))) for campaign in campaigns]
    return found + [_of_expense(expense) for expense in rock.expenses.filter(day__lte=until)]


def _of_campaign(campaign: Campaign, cost: float | None) -> Part:
    if cost is not None:
        return Part("campaign", campaign.pk, campaign.name, cost)
    is_told = campaign.actual_cost_given is not None or campaign.costs.all().exists()
    return Part("campaign", campaign.pk, campaign.name, None, "unrated" if is_told else "untold")


def _of_expense(expense: Expense) -> Part:
    amount = None if expense.amount is None else float(expense.amount)
    return Part("expense", expense.pk, expense.what, amount, "told" if amount is not None else "unrated")


def total(of: Sequence[Part]) -> float | None:
    """None while no cost is known, and while one of them cannot be converted."""
    told = [part.amount for part in of if part.amount is not None]
    if not told or any(part.state == "unrated" for part in of):
        return None
    return round(sum(told), 2)


def plain(of: Sequence[Part]) -> list[dict[str, Any]]:
    return [asdict(part) for part in of]
