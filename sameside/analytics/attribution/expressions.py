"""What an engine is asked: a few Ibis expressions, the same on each, that scan, join, filter and encode.

Nothing is put in order and no list is built in an engine: `journeys.order` does that for a fifth of the cost. Times are
whole seconds since 1970 in UTC, rounded down, for which each engine has a word of its own (`Second`); every literal
that meets a float is cast to float64, because Spark reads `0.3` as a decimal. Names of keys are text, NONE where there
is none.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from sameside.analytics.attribution.journeys import UNKNOWN
from sameside.analytics.attribution.spec import Spec

if TYPE_CHECKING:
    from ibis import Table

NONE = "(none)"
"""The key of touches that have none."""
Second: TypeAlias = Callable[[Any], Any]
"""From an Ibis column of timestamps to whole seconds since 1970, int64."""
_LONG_AGO = -(2**62)


def _company(table: "Table") -> Any:
    return table.company_id.cast("string" if table.company_id.type().is_string() else "int64")


def _named(table: "Table", column: str) -> Any:
    return table[column].cast("string").fill_null(NONE)


def names(touches: "Table", spec: Spec) -> "Table":
    """One row for each combination of keys: `key_0`, `key_1` ..., and the number of its touches `n`."""
    columns = [f"key_{place}" for place in range(len(spec.keys))]
    raw = touches.select(**dict(zip(columns, (touches[column] for column in spec.keys), strict=True)))
    few = raw.group_by(columns).aggregate(n=raw.count())  # before they are named: engines group what they read faster
    named = few.mutate(**{column: _named(few, column) for column in columns})
    return named.group_by(columns).aggregate(n=named.n.sum())


def filled(touches: "Table", second: Second) -> "Table":
    """One row: how many touches there are, how many of them have what they need, and the earliest second.

    Without groups, because engines know these figures of Parquet without reading it.
    """
    return touches.aggregate(
        n=touches.count(),
        companies=touches.company_id.count(),
        times=touches.occurred_at.count(),
        earliest=second(touches.occurred_at.min()),
    )


def faults(outcomes: "Table", second: Second) -> "Table":
    """One row: how many outcomes there are, and how many of them have which fault."""
    amount = outcomes.amount.cast("float64")
    odd = amount.isnan() | amount.isinf()

    def many(flag: Any) -> Any:
        return flag.cast("int64").sum().fill_null(0)

    return outcomes.aggregate(
        n=outcomes.count(),
        names=outcomes.deal_id.nunique(),
        named=outcomes.deal_id.count(),
        companies=outcomes.company_id.count(),
        times=outcomes.closed_at.count(),
        decided=outcomes.won.count(),
        worthless=many(outcomes.won & outcomes.amount.isnull()),
        numberless=many(odd),
        latest=second(outcomes.closed_at.max()),
    )


def facts(outcomes: "Table", spec: Spec, second: Second) -> "Table":
    """One row for each outcome: `company_id`, the seconds from `begin` up to `end` in which touches count, `won`,
    `amount`, and, where the columns are there, `lead_age` and `opportunity_age`.
    """
    end = second(outcomes.closed_at)
    columns = {
        "company_id": _company(outcomes),
        "deal_id": outcomes.deal_id,
        "end": end,
        "won": outcomes.won,
        "amount": outcomes.won.ifelse(outcomes.amount.cast("float64"), _float(0)),
    }
    for column, age in (("lead_created_at", "lead_age"), ("created_at", "opportunity_age")):
        if column in outcomes.columns:
            older = end - second(outcomes[column])
            columns[age] = _greatest(older, 0).fill_null(UNKNOWN)
    told = outcomes.select(**columns)
    begin = told.end - spec.lookback_seconds if spec.lookback_seconds is not None else _int(_LONG_AGO)
    if spec.several == "since_last":
        import ibis

        earlier = ibis.range_window(group_by=told.company_id, order_by=told.end, preceding=(None, 1))
        begin = _greatest(begin, told.end.max().over(earlier).fill_null(_LONG_AGO) + 1)
    return told.mutate(begin=begin)


def pairs(told: "Table", touches: "Table", dictionary: "Table", spec: Spec, second: Second) -> "Table":
    """One row for each touch in the time of an outcome: `outcome`, `age` in seconds, `key` by its code, and `direct`
    where a model asks for it. `told` has `outcome`, `company_id`, `begin`, `end`; what else it has is carried along.
    `dictionary` has the codes of `key` by `key_0`, `key_1` ...
    """
    columns = {
        "owner": _company(touches),
        "second": second(touches.occurred_at),
        **{f"name_{place}": _named(touches, column) for place, column in enumerate(spec.keys)},
    }
    extra = []
    if "last_non_direct" in spec.models:
        columns["direct"] = touches.channel.cast("string").fill_null(NONE).isin(list(spec.direct))
        extra = ["direct"]
    narrow = touches.select(**columns)
    same = [narrow[f"name_{place}"] == dictionary[f"key_{place}"] for place in range(len(spec.keys))]
    coded = narrow.inner_join(dictionary, same).select("owner", "second", "key", *extra)
    joined = told.inner_join(coded, [told.company_id == coded.owner])
    inside = joined.filter(joined.second >= joined.begin, joined.second <= joined.end)
    carried = [column for column in told.columns if column not in ("begin", "end")]
    return inside.select(*carried, "key", *extra, age=inside.end - inside.second)


def _int(value: int) -> Any:
    import ibis

    return ibis.literal(value, type="int64")


def _float(value: float) -> Any:
    import ibis

    return ibis.literal(value, type="float64").cast("float64")


def _greatest(value: Any, other: Any) -> Any:
    """The greater of the two; nothing where `value` is nothing, on every engine."""
    import ibis

    return value.isnull().ifelse(ibis.null("int64"), ibis.greatest(value, other))
