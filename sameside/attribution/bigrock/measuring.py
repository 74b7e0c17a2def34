"""What came of one big rock: reach, pipeline, revenue, and the return 30, 90 and 365 days after its launch.

The return after N days is what the family earned of deals won on the first N days, the launch day included, for each
unit of budget spent up to the last of them, whenever it was spent. See docs/metrics/big-rock.md.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sameside.attribution.bigrock import certainty, costs, credited, reach
from sameside.attribution.bigrock.credited import LOOKBACK, MODELS
from sameside.attribution.bigrock.models import BigRock
from sameside.attribution.bigrock.worth import Worth
from sameside.attribution.crediting import LOOKBACKS
from sameside.kit.sql import rows

WINDOWS = (30, 90, 365)

Amounts = dict[str, float]


@dataclass(frozen=True)
class Measured:
    """`found` as it is stored with the big rock; `shares` by look-back and deal, of those won since the launch and of
    open ones.
    """

    found: dict[str, Any]
    shares: Mapping[int, Mapping[int, Mapping[str, float]]]


def measure(rock: BigRock, *, at: datetime) -> Measured:
    today = at.date()
    family = [rock.asset_id, *rock.derivatives.values_list("asset_id", flat=True)]
    spent = costs.parts(rock, today)
    known = credited.computed()
    lookbacks: dict[str, Any] = {}
    found = {
        "days": (today - rock.launched_on).days,
        "reach": reach.measured(rock, family),
        "budget": {"spent": costs.total(spent), "parts": costs.plain(spent)},
        "lookbacks": lookbacks,
    }
    shares = {}
    for lookback in LOOKBACKS:
        if lookback in known or lookback == LOOKBACK:
            earned, shares[lookback] = _earned(rock, family, lookback, costs.total(spent), today)
            lookbacks[str(lookback)] = {"credit_at": _iso(known.get(lookback)), **earned}
    return Measured(found, shares)


def _earned(
    rock: BigRock, family: Sequence[int], lookback: int, spent: float | None, today: date
) -> tuple[dict[str, Any], dict[int, Mapping[str, float]]]:
    """What the family is credited with under one look-back, and the shares of the deals."""
    parts = credited.parts(family, lookback)
    deals = _worth([part.deal for part in parts])
    shares: dict[int, dict[str, float]] = defaultdict(lambda: dict.fromkeys(MODELS, 0.0))
    for part in parts:
        for model, share in part.shares.items():
            shares[part.deal][model] += share
    since = {deal: worth for deal, worth in deals.items() if worth.won_on and worth.won_on >= rock.launched_on}
    pipeline = {deal: worth for deal, worth in deals.items() if worth.won_on is None}
    found = {
        "won": _sums(since, shares),
        "bounds": certainty.of(since, shares),
        "won_deals": _counts(since, shares),
        "open": _sums(pipeline, shares),
        "open_bounds": certainty.of(pipeline, shares),
        "open_deals": _counts(pipeline, shares),
        "all_time": _sums({deal: worth for deal, worth in deals.items() if worth.won_on}, shares),
        "pieces": [_piece(asset, parts, deals, since) for asset in family],
        "windows": {str(days): _window(rock, days, today, since, shares) for days in WINDOWS},
        "so_far": _returns(_sums(since, shares), spent),
    }
    return found, {deal: shares[deal] for deal in (*since, *pipeline)}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _worth(deals: Sequence[int]) -> dict[int, Worth]:
    found = rows(
        """SELECT id, COALESCE(company_id, -id) AS company, COALESCE(amount, 0)::float8 AS amount,
          CASE WHEN is_won THEN (closed_at AT TIME ZONE 'UTC')::date END AS won_on
        FROM crm_deal WHERE id = ANY(%(ids)s)""",
        {"ids": sorted(set(deals))},
    )
    return {row["id"]: Worth(row["company"], row["amount"], row["won_on"]) for row in found}


def _sums(deals: Mapping[int, Worth], shares: Mapping[int, Mapping[str, float]]) -> Amounts:
    return {
        model: round(sum(worth.amount * shares[deal][model] for deal, worth in deals.items()), 2) for model in MODELS
    }


def _counts(deals: Mapping[int, Worth], shares: Mapping[int, Mapping[str, float]]) -> dict[str, int]:
    return {model: sum(shares[deal][model] > 0 for deal in deals) for model in MODELS}


def _piece(
    asset: int, parts: Sequence[credited.Part], deals: Mapping[int, Worth], since: Mapping[int, Worth]
) -> dict[str, Any]:
    """What one asset of the family earned; `all_time` is its row on the revenue page."""
    own = {part.deal: part.shares for part in parts if part.asset == asset}
    return {
        "asset": asset,
        "won": _sums({deal: since[deal] for deal in own if deal in since}, own),
        "open": _sums({deal: deals[deal] for deal in own if deals[deal].won_on is None}, own),
        "all_time": _sums({deal: deals[deal] for deal in own if deals[deal].won_on}, own),
    }


def _window(
    rock: BigRock, days: int, today: date, since: Mapping[int, Worth], shares: Mapping[int, Mapping[str, float]]
) -> dict[str, Any]:
    """The first `days` days; `left` says how many of them are still to come, and nothing else is told until then."""
    last = rock.launched_on + timedelta(days=days - 1)
    left = (last - today).days + 1
    if left > 0:
        return {"left": left}
    within = {deal: worth for deal, worth in since.items() if worth.won_on and worth.won_on <= last}
    won, spent = _sums(within, shares), costs.total(costs.parts(rock, last))
    return {
        "left": 0,
        "won": won,
        "bounds": certainty.of(within, shares),
        "deals": _counts(within, shares),
        "spent": spent,
        "returns": _returns(won, spent),
    }


def _returns(won: Mapping[str, float], spent: float | None) -> dict[str, float] | None:
    """By model; None without a budget."""
    return {model: amount / spent for model, amount in won.items()} if spent else None
