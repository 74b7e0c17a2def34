"""What touches and outcomes may be given as, and what must hold of them before anything is computed.

Given as an Ibis table, as Parquet (a path, a pattern, or several), or as anything that hands out Arrow: Arrow tables,
frames of Polars and pandas. Columns of `TOUCHES` and `OUTCOMES` are read, all others are left alone.

Times with a time zone are taken as the moments they name, times without one as UTC. What cannot be computed with is
told in one error: every sentence names a table, a column, and the number of rows.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sameside.analytics.attribution.spec import Spec
from sameside.analytics.attribution.statements import SEQUENCE

if TYPE_CHECKING:
    import pyarrow as pa

Given: TypeAlias = Any
"""An Ibis table, a path, several paths, or an object with `__arrow_c_stream__`."""

ID, TIME, FLAG, NUMBER, WHOLE, LABEL = (
    "an integer or text",
    "a timestamp",
    "true or false",
    "a number",
    "an integer",
    "text, an integer, or true or false",
)
TOUCHES = {"company_id": ID, "occurred_at": TIME}
OUTCOMES = {"deal_id": ID, "company_id": ID, "closed_at": TIME, "won": FLAG, "amount": NUMBER}
MADE = {"lead_created_at": TIME, "created_at": TIME}
"""Columns of outcomes that may be left out: when the lead and when the opportunity was made."""
_MODELS_OF = {
    "lead_created_at": ("lead_creation", "w_shape", "full_path"),
    "created_at": ("opportunity_creation", "w_shape", "full_path"),
}
_INSTEAD = {
    "lead_created_at": "the first touch for the one that made the lead",
    "created_at": "the last touch for the one that made the opportunity",
}


class Unsuitable(ValueError):
    """Touches or outcomes that cannot be computed with; the text says in sentences what is wrong where."""


def paths(given: Given) -> list[str] | None:
    """The paths that were given; None where something else was. Raises Unsuitable where no file is meant."""
    if isinstance(given, str | Path):
        given = [given]
    elif not isinstance(given, Sequence) or not all(isinstance(one, str | Path) for one in given):
        return None
    named = [str(one) for one in given]
    for one in named:
        if not one.strip():
            raise Unsuitable("A path is empty.")
        if "://" not in one and not any(sign in one for sign in "*?[") and not Path(one).exists():
            raise Unsuitable(f"{one} does not exist.")
    if not named:
        raise Unsuitable("No path was given.")
    return [
        f"{_itself(one.rstrip('/'))}/*.parquet" if "://" not in one and Path(one).is_dir() else one for one in named
    ]


def _itself(folder: str) -> str:
    """A pattern that only the folder fits."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in folder)


def is_ibis(given: Given) -> bool:
    """Without importing Ibis: whoever gives one of its tables has."""
    if "ibis" not in sys.modules:
        return False
    import ibis

    return isinstance(given, ibis.Table)


def backend(given: Given) -> Any:
    """The connection that an Ibis table belongs to; None for tables in memory, and for what is no Ibis table."""
    if not is_ibis(given):
        return None
    found = given._find_backends()[0]
    return found[0] if found else None


def check_backends(backends: Sequence[Any], name: str) -> None:
    """Raises Unsuitable unless all are one, of the engine's kind."""
    for one in backends:
        if one.name != name:
            raise Unsuitable(f"The tables are in {one.name}: give the engine that reads it.")
        if one is not backends[0]:
            raise Unsuitable("Touches and outcomes are in two connections: give both from one.")


def plain(table: "pa.Table") -> "pa.Table":
    """Without kinds of columns that Spark does not take: dictionaries, views of text, whole numbers without a sign,
    nanoseconds.
    """
    import pyarrow as pa

    fields = []
    for field in table.schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_string_view(kind) or pa.types.is_large_string(kind):
            kind = pa.string()
        elif pa.types.is_unsigned_integer(kind):
            kind = pa.int64()
        elif pa.types.is_timestamp(kind):
            kind = pa.timestamp("us", kind.tz)
        fields.append(field.with_type(kind))
    return table.cast(pa.schema(fields), safe=False)


def arrow(given: Given, name: str) -> "pa.Table":
    """What hands out Arrow as a table that engines take: columns that hold nothing at all have no type, and are left
    out where they may be. Raises Unsuitable where it is no table, and where a column that is needed is empty.
    """
    import pyarrow as pa

    try:
        table = pa.table(given)
    except (pa.ArrowException, ValueError) as problem:
        raise Unsuitable(f"{name} cannot be read: {': '.join(map(str, reversed(problem.args)))}.") from problem
    for place, field in reversed([*enumerate(table.schema)]):
        if table.column_names.count(field.name) > 1:
            raise Unsuitable(f"{name} has more than one column {field.name}.")
        needed = (TOUCHES if name == "touches" else OUTCOMES).get(field.name)
        if (
            pa.types.is_float16(field.type)
            or pa.types.is_decimal256(field.type)
            or (field.type == pa.null() and needed == NUMBER)
        ):
            table = table.set_column(place, field.name, table[place].cast(pa.float64()))
        elif field.type == pa.null() and needed and len(table):
            raise Unsuitable(f"{name}.{field.name} is empty in {_rows(len(table))}.")
        elif field.type == pa.null() and field.name in (*MADE, SEQUENCE):
            table = table.remove_column(place)
    return table


def is_arrow(given: Given) -> bool:
    return hasattr(given, "__arrow_c_stream__")


def refused(name: str, given: Given) -> Unsuitable:
    kind = f"{type(given).__module__}.{type(given).__qualname__}"
    return Unsuitable(
        f"{name} are a {kind}: give an Ibis table, an Arrow table, a frame of Polars (collected) or pandas, "
        "or the path of Parquet files."
    )


def check_columns(touches: "pa.Schema", outcomes: "pa.Schema", spec: Spec) -> None:
    """Raises Unsuitable where columns are missing, of another type, or do not go together."""
    wanted = TOUCHES | {key: LABEL for key in spec.keys if key not in TOUCHES}
    if "last_non_direct" in spec.models:
        wanted["channel"] = LABEL
    if SEQUENCE in touches.names:
        wanted.setdefault(SEQUENCE, WHOLE)
    made = {column: kind for column, kind in MADE.items() if column in outcomes.names}
    wrong = [*_wrong("touches", touches, wanted), *_wrong("outcomes", outcomes, OUTCOMES | made)]
    if not wrong:
        here, there = (schema.field("company_id").type for schema in (touches, outcomes))
        if is_text(here) != is_text(there):
            wrong.append(
                f"touches.company_id is {here}, outcomes.company_id {there}: they cannot be the same companies."
            )
        times = {"touches.occurred_at": touches.field("occurred_at").type} | {
            f"outcomes.{column}": outcomes.field(column).type for column in ("closed_at", *made)
        }
        if len({kind.tz is None for kind in times.values()}) > 1:
            zones = ", ".join(f"{column} is {kind}" for column, kind in times.items())
            wrong.append(f"Some times have a time zone and some have none: {zones}. Make them alike.")
    if wrong:
        raise Unsuitable(" ".join(wrong))


def _wrong(name: str, schema: "pa.Schema", wanted: Mapping[str, str]) -> list[str]:
    sentences = []
    for column, kind in wanted.items():
        if column not in schema.names:
            sentences.append(f"{name} has no column {column}. It has {', '.join(schema.names)}.")
        elif not _suits(schema.field(column).type, kind):
            sentences.append(f"{name}.{column} is {schema.field(column).type}: {kind} is needed.")
    return sentences


def is_text(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _suits(kind: "pa.DataType", wanted: str) -> bool:
    from pyarrow import types

    if wanted == ID:
        return is_text(kind) or bool(types.is_integer(kind))
    if wanted == TIME:
        return bool(types.is_timestamp(kind))
    if wanted == FLAG:
        return bool(types.is_boolean(kind))
    if wanted == WHOLE:
        return bool(types.is_integer(kind))
    if wanted == NUMBER:
        return bool(types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind))
    return is_text(kind) or bool(types.is_integer(kind) or types.is_boolean(kind))


def check_rows(touches: Mapping[str, Any], outcomes: Mapping[str, Any], deals: int) -> None:
    """`statements.filled` of touches, `statements.faults` of outcomes, and how many different `deals` these are. Raises
    Unsuitable where rows are faulty.
    """
    wrong = []
    for name, counted, column, filled in (
        ("touches", touches, "company_id", "companies"),
        ("touches", touches, "occurred_at", "times"),
        ("outcomes", outcomes, "deal_id", "named"),
        ("outcomes", outcomes, "company_id", "companies"),
        ("outcomes", outcomes, "closed_at", "times"),
        ("outcomes", outcomes, "won", "decided"),
    ):
        if empty := counted["n"] - counted[filled]:
            wrong.append(f"{name}.{column} is empty in {_rows(empty)}.")
    for name, counted, column in (("touches", touches, "occurred_at"), ("outcomes", outcomes, "closed_at")):
        if counted["times"] and None in (counted["earliest"], counted["latest"]):  # no second is that of an infinity
            wrong.append(f"{name}.{column} is infinite in some rows.")
    if outcomes["worthless"]:
        wrong.append(f"outcomes.amount is empty in {_rows(outcomes['worthless'])} where won is true.")
    if outcomes["numberless"]:
        wrong.append(f"outcomes.amount is not a finite number in {_rows(outcomes['numberless'])}.")
    if again := outcomes["named"] - deals:
        wrong.append(f"outcomes.deal_id repeats an earlier row's in {_rows(again)}: each outcome is one row.")
    if wrong:
        raise Unsuitable(" ".join(wrong))


def remarks(outcomes: "pa.Schema", spec: Spec) -> list[str]:
    """Sentences about columns that models of `spec` would like to have."""
    return [
        f"Outcomes have no column {column}: {', '.join(asking)} take{'s' * (len(asking) == 1)} {_INSTEAD[column]}."
        for column, models in _MODELS_OF.items()
        if column not in outcomes.names and (asking := [model for model in models if model in spec.models])
    ]


def _rows(n: int) -> str:
    return "1 row" if n == 1 else f"{n:,} rows"
