"""The report on big rocks: each one measured in the background, and set beside the median of the others.

Pages read what is stored here with each big rock; no page adds up touches.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from statistics import median
from typing import Any

from sameside.attribution.bigrock import costs, credited, measuring
from sameside.attribution.bigrock.credited import MODELS
from sameside.attribution.bigrock.measuring import WINDOWS
from sameside.attribution.bigrock.models import BigRock, DealCredit, Derivative
from sameside.kit import snapshots
from sameside.kit.tables import Column, Table

NAME = "big-rocks"

Found = dict[str, Any]


def compute(params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    costs.convert()
    rocks = list(BigRock.objects.filter(removed_at=None).select_related("asset").order_by("pk"))
    measured = {rock.pk: measuring.measure(rock, at=at) for rock in rocks}
    families = {rock.asset_id for rock in rocks} | set(Derivative.objects.values_list("asset_id", flat=True))
    DealCredit.objects.all().delete()
    for rock in rocks:
        found = measured[rock.pk].found
        others = [measured[other.pk].found for other in rocks if other.pk != rock.pk]
        for lookback, earned in found["lookbacks"].items():
            beside = [{**other, **other["lookbacks"][lookback]} for other in others]
            earned |= {"others": _beside(beside), "ordinary": _ordinary(rock, families, int(lookback))}
        _store(rock, found, at)
        DealCredit.objects.bulk_create(
            (
                DealCredit(rock=rock, deal_id=deal, lookback_months=lookback, shares=of)
                for lookback, deals in measured[rock.pk].shares.items()
                for deal, of in deals.items()
            ),
            batch_size=1000,
        )
    return {"rocks": [_told(rock) for rock in rocks]}


def _store(rock: BigRock, found: Found, at: datetime) -> None:
    usual = found["lookbacks"][str(credited.LOOKBACK)]
    after_90 = usual["windows"]["90"].get("returns")
    # Not by save(): somebody may have changed what belongs to it meanwhile.
    BigRock.objects.filter(pk=rock.pk).update(
        measured_at=at,
        reached=found["reach"]["reached"],
        spent=found["budget"]["spent"],
        won=usual["won"]["linear"],
        open=usual["open"]["linear"],
        return_90=after_90["linear"] if after_90 else None,
        found=found,
    )
    rock.found = found


def _beside(others: Sequence[Found]) -> Found:
    """The medians of the other big rocks, each of those that it is known of."""
    return {
        "people": _median(others, lambda of: of["reach"]["people"]),
        "share": _median(others, target_share),
        "spent": _median(others, lambda of: of["budget"]["spent"]),
        **{
            state: {model: _median(others, partial(_amount, state=state, model=model)) for model in MODELS}
            for state in ("won", "open")
        },
        "returns": {
            str(days): {model: _median(others, partial(returned, days=days, model=model)) for model in MODELS}
            for days in WINDOWS
        },
    }


def _amount(found: Found, state: str, model: str) -> float | None:
    amount: float = found[state][model]
    return amount


def target_share(found: Mapping[str, Any]) -> float | None:
    targets = found["reach"]["targets"]
    return found["reach"]["reached"] / targets if targets else None


def returned(found: Found, days: int, model: str) -> float | None:
    returns = found["windows"][str(days)].get("returns")
    return returns[model] if returns else None


def _median(of: Sequence[Found], value: Callable[[Found], float | None]) -> Found:
    known = [number for number in map(value, of) if number is not None]
    return {"median": median(known) if known else None, "of": len(known)}


def _ordinary(rock: BigRock, families: set[int], lookback: int) -> Found:
    """What the median piece of other content with any credit earned in the same time."""
    rows = [row for row in credited.by_asset(rock.launched_on, lookback) if row["asset"] not in families]
    return {
        "of": len(rows),
        **{
            state: {model: median(row[f"{state}_{model}"] for row in rows) if rows else None for model in MODELS}
            for state in ("won", "open")
        },
    }


def _told(rock: BigRock) -> Found:
    found = rock.of_lookback(credited.LOOKBACK)
    return {
        "title": rock.asset.title,
        "asset": rock.asset_id,
        "launched_on": rock.launched_on.isoformat(),
        "reached": found["reach"]["reached"],
        "spent": found["budget"]["spent"],
        "won": found["won"]["linear"],
        "open": found["open"]["linear"],
    }


def tables(data: Mapping[str, Any]) -> list[Table]:
    columns = [
        Column("title", "Big rock"),
        Column("launched_on", "Launched"),
        Column("reached", "Target people reached", "number"),
        Column("spent", "Budget spent", "money"),
        Column("won", "Won revenue, linear", "money"),
        Column("open", "Open pipeline, linear", "money"),
    ]
    return [Table(columns, data["rocks"], caption="Big rocks")]


REPORT = snapshots.register(snapshots.Report(NAME, compute, defaults={}, read=lambda query: {}, tables=tables))
