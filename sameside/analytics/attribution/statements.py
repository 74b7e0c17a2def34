"""What an engine is asked: a few statements of SQL, the same on each, that scan, join, filter and encode.

Nothing is put in order and no list is built in an engine: `journeys.order` does that for a fifth of the cost. Times
are whole seconds since 1970 in UTC, rounded down. What engines spell differently is a `Dialect`: how a name is quoted,
how a moment becomes seconds, how a text is written. No literal has a decimal point, because Spark would read a decimal.
Names of keys are text, NONE where there is none. `docs/decisions/engines.md` says why this is not Ibis.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sameside.analytics.attribution.journeys import UNKNOWN
from sameside.analytics.attribution.spec import Spec

NONE = "(none)"
"""The key of touches that have none."""
SEQUENCE = "sequence"
"""The column of touches that says which of one second came first, where they have it."""
_LONG_AGO = -(2**62)


@dataclass(frozen=True)
class Dialect:
    """`second` takes a column of timestamps in its braces; `escapes` are for what a text must not hold as it is."""

    quote: str
    second: str
    escapes: Mapping[int, str]

    def name(self, column: str) -> str:
        return f"{self.quote}{column.replace(self.quote, self.quote * 2)}{self.quote}"

    def text(self, value: str) -> str:
        return f"'{value.translate(self.escapes)}'"

    def seconds(self, column: str) -> str:
        return self.second.format(column)

    def named(self, column: str) -> str:
        return f"COALESCE(CAST({self.name(column)} AS STRING), {self.text(NONE)})"


def _company(*, is_text: bool) -> str:
    return f"CAST(company_id AS {'STRING' if is_text else 'BIGINT'})"


def names(touches: str, spec: Spec, say: Dialect) -> str:
    """One row for each combination of keys: `key_0`, `key_1` ..., and the number of its touches `n`."""
    columns = [f"key_{place}" for place in range(len(spec.keys))]
    raw = ", ".join(f"{say.name(key)} AS {column}" for key, column in zip(spec.keys, columns, strict=True))
    every = ", ".join(columns)
    named = ", ".join(f"{say.named(column)} AS {column}" for column in columns)
    few = f"SELECT {every}, COUNT(*) AS n FROM (SELECT {raw} FROM {touches}) AS raw GROUP BY {every}"
    # Named after they are grouped: engines group faster what they read.
    return (
        f"SELECT {every}, CAST(SUM(n) AS BIGINT) AS n FROM (SELECT {named}, n FROM ({few}) AS few) AS named "
        f"GROUP BY {every}"
    )


def dictionary(named: str, codes: str) -> str:
    """What `named` selects, the rows of `names` with their `place`, and the code `key` that `codes` has for it."""
    code = "CAST(codes.key AS INTEGER) AS key"
    return f"(SELECT named.*, {code} FROM {named} AS named JOIN {codes} AS codes ON named.place = codes.place)"


def filled(touches: str, say: Dialect) -> str:
    """One row: how many touches there are, how many of them have what they need, the earliest second and the latest.

    Without groups, because engines know these figures of Parquet without reading it.
    """
    return (
        "SELECT COUNT(*) AS n, COUNT(company_id) AS companies, COUNT(occurred_at) AS times, "
        f"{say.seconds('MIN(occurred_at)')} AS earliest, {say.seconds('MAX(occurred_at)')} AS latest FROM {touches}"
    )


def faults(outcomes: str, say: Dialect) -> str:
    """One row: how many outcomes there are, how many of them have which fault, the earliest second and the latest."""
    amount = "CAST(amount AS DOUBLE)"
    return (
        "SELECT COUNT(*) AS n, COUNT(deal_id) AS named, "
        "COUNT(company_id) AS companies, COUNT(closed_at) AS times, COUNT(won) AS decided, "
        "COUNT(CASE WHEN won AND amount IS NULL THEN 1 END) AS worthless, "
        f"COUNT(CASE WHEN ISNAN({amount}) OR ABS({amount}) = CAST('Infinity' AS DOUBLE) THEN 1 END) AS numberless, "
        f"{say.seconds('MIN(closed_at)')} AS earliest, {say.seconds('MAX(closed_at)')} AS latest FROM {outcomes}"
    )


def different(outcomes: str) -> str:
    """One number: how many different deals there are."""
    return f"SELECT COUNT(DISTINCT deal_id) FROM {outcomes}"


def facts(outcomes: str, columns: Sequence[str], spec: Spec, say: Dialect, *, is_text: bool) -> str:
    """One row for each outcome: `company_id`, `deal_id`, the seconds from `begin` up to `end` in which touches count,
    `won`, `amount`, and, where `columns` have what it takes, `lead_age` and `opportunity_age`.
    """
    end = say.seconds("closed_at")
    told = [
        f"{_company(is_text=is_text)} AS company_id",
        "deal_id",
        f"{end} AS {say.name('end')}",
        "won",
        "CASE WHEN won THEN CAST(amount AS DOUBLE) ELSE CAST(0 AS DOUBLE) END AS amount",
    ]
    for column, age in (("lead_created_at", "lead_age"), ("created_at", "opportunity_age")):
        if column in columns:
            older = f"GREATEST({end} - {say.seconds(column)}, 0)"
            told.append(f"CASE WHEN {column} IS NULL THEN {UNKNOWN} ELSE {older} END AS {age}")
    return (
        f"SELECT *, {_begin(spec, say)} AS {say.name('begin')} FROM (SELECT {', '.join(told)} FROM {outcomes}) AS told"
    )


def _begin(spec: Spec, say: Dialect) -> str:
    end = say.name("end")
    begin = f"CAST({_LONG_AGO} AS BIGINT)" if spec.lookback_seconds is None else f"{end} - {spec.lookback_seconds}"
    if spec.several == "shared":
        return begin
    earlier = (
        f"MAX({end}) OVER (PARTITION BY company_id ORDER BY {end} RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    )
    return f"GREATEST({begin}, COALESCE({earlier}, {_LONG_AGO}) + 1)"


def pairs(
    told: str,
    carried: Sequence[str],
    touches: str,
    columns: Sequence[str],
    dictionary: str,
    spec: Spec,
    say: Dialect,
    *,
    is_text: bool,
) -> str:
    """One row for each touch in the time of an outcome: `age` in seconds, `key` by its code, `direct` where a model
    asks for it, `sequence` where the touches' `columns` have it, and what `told` has of `carried`.

    `told` has `company_id`, `begin`, `end`; `dictionary` selects the codes of `key` by `key_0`, `key_1` ...
    """
    extra = {}
    if "last_non_direct" in spec.models:
        direct = ", ".join(map(say.text, spec.direct)) or "NULL"
        extra["direct"] = f"COALESCE({say.named('channel')} IN ({direct}), FALSE)"
    if SEQUENCE in columns:
        extra[SEQUENCE] = f"COALESCE(CAST({SEQUENCE} AS BIGINT), 0)"
    narrow = {
        "owner": _company(is_text=is_text),
        "moment": say.seconds("occurred_at"),
        **{f"name_{place}": say.named(column) for place, column in enumerate(spec.keys)},
        **extra,
    }
    named = ", ".join(f"{what} AS {column}" for column, what in narrow.items())
    same = " AND ".join(f"name_{place} = key_{place}" for place in range(len(spec.keys)))
    wanted = [*(f"told.{column}" for column in carried), "key", *extra]
    begin, end = f"told.{say.name('begin')}", f"told.{say.name('end')}"
    return (
        f"SELECT {', '.join(wanted)}, {end} - moment AS age FROM {told} AS told JOIN "
        f"(SELECT {', '.join(['owner', 'moment', 'key', *extra])} FROM (SELECT {named} FROM {touches}) AS narrow "
        f"JOIN {dictionary} AS codes ON {same}) AS coded "
        f"ON told.company_id = coded.owner WHERE moment >= {begin} AND moment <= {end}"
    )
