"""`sameside attribute`: credit from Parquet files, on the terminal or into a file, without a database and settings."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sameside.analytics.attribution.spec import DEFAULT, MODELS, Spec

if TYPE_CHECKING:
    import pyarrow as pa

    from sameside.analytics.attribution.attributing import Result

_SHOWN = 25
_WIDEST = 32
_KINDS = (".csv", ".parquet")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `attribute`."""
    sentence = "credit outcomes to the touches before them, from Parquet files"
    attribute = subparsers.add_parser("attribute", help=sentence, description=sentence)
    attribute.add_argument(
        "--touches", required=True, nargs="+", metavar="PATH", help="company_id, occurred_at, and what is to earn"
    )
    attribute.add_argument(
        "--outcomes",
        required=True,
        nargs="+",
        metavar="PATH",
        help="deal_id, company_id, closed_at, won, amount; lead_created_at and created_at if known",
    )
    attribute.add_argument(
        "--by", default="channel", metavar="COLUMN[,COLUMN]", help="columns of the touches that earn (channel)"
    )
    attribute.add_argument(
        "--models", default=",".join(DEFAULT), metavar="MODEL[,MODEL]", help=f"of {', '.join(MODELS)}, or all"
    )
    attribute.add_argument("--lookback-days", default="730", metavar="DAYS", help="how far back, or all (730)")
    attribute.add_argument("--half-life-days", type=float, default=7, metavar="DAYS", help="of time_decay (7)")
    attribute.add_argument("--order", type=int, default=1, help="how many touches the Markov chain remembers (1)")
    attribute.add_argument(
        "--several", choices=("shared", "since_last"), default="shared", help="what several deals of a company see"
    )
    attribute.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    attribute.add_argument("--master", help="where Spark runs, such as local[4] or yarn")
    attribute.add_argument(
        "--out", type=Path, metavar="FILE", help="a .csv or .parquet file for all rows and intervals"
    )
    attribute.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Exit code 2: the tables or the wishes do not allow it."""
    from sameside.analytics.attribution.attributing import attribute
    from sameside.analytics.attribution.sources import Unsuitable

    if given.out is not None and given.out.suffix not in _KINDS:
        return _say_no(f"{given.out} ends neither with .csv nor with .parquet.")
    try:
        spec = _spec(given)
        result = attribute(given.touches, given.outcomes, spec, engine=given.engine, master=given.master)
    except (Unsuitable, ValueError) as problem:
        return _say_no(str(problem))
    if given.out is not None:
        try:
            _write(result.credits, given.out)
        except OSError as problem:
            return _say_no(f"{given.out} cannot be written: {problem.strerror}.")
    sys.stdout.write(as_text(result))
    return 0


def _spec(given: argparse.Namespace) -> Spec:
    """Raises ValueError where no specification is meant."""
    try:
        lookback = None if given.lookback_days == "all" else float(given.lookback_days)
    except ValueError as problem:
        raise ValueError(f"--lookback-days is a number of days or all, not {given.lookback_days}.") from problem
    models = MODELS if given.models == "all" else tuple(given.models.split(","))
    by = given.by.split(",")
    return Spec(
        by=by[0] if len(by) == 1 else tuple(by),
        models=models,
        lookback_days=lookback,
        half_life_days=given.half_life_days,
        order=given.order,
        several=given.several,
    )


def _say_no(sentence: str) -> int:
    sys.stderr.write(f"sameside: {_clean(sentence)}\n")
    return 2


def _clean(text: str) -> str:
    """Without characters that a terminal would obey."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def _write(credited: "pa.Table", to: Path) -> None:
    if to.suffix == ".csv":
        from pyarrow import csv

        csv.write_csv(credited, str(to))
    else:
        from pyarrow import parquet

        parquet.write_table(credited, str(to))


def as_text(result: "Result") -> str:
    """Amounts by key and model, the keys that the first model credits most on top, and what they sum to."""
    models = list(dict.fromkeys(result.credits["model"].to_pylist()))
    names = [
        " × ".join(row) for row in zip(*(result.credits[key].to_pylist() for key in result.spec.keys), strict=True)
    ]
    keys = len(names) // len(models) if models else 0
    amounts = result.credits["amount"].to_pylist()
    columns = [amounts[place * keys : (place + 1) * keys] for place in range(len(models))]
    best = sorted(range(keys), key=lambda key: (-(columns[0][key] or 0), names[key]))
    rows = [[_short(names[key]), *(_amount(column[key]) for column in columns)] for key in best[:_SHOWN]]
    if keys > _SHOWN:
        rest = [sum(column[key] or 0 for key in best[_SHOWN:]) for column in columns]
        rows.append([f"({keys - _SHOWN:,} more)", *(f"{value:,.0f}" for value in rest)])
    totals = result.totals
    succeeded = "1 outcome succeeded" if totals.succeeded == 1 else f"{totals.succeeded:,.0f} outcomes succeeded"
    lines = [
        f"{succeeded} and brought {totals.amount:,.2f}; before {totals.untouched:,.0f} of them, "
        f"with {totals.untouched_amount:,.2f}, there was no touch."
    ]
    if rows:
        lines += ["", *_aligned([[", ".join(result.spec.keys), *models], *rows])]
    return "\n".join([*lines, *([""] if result.notes else []), *map(_clean, result.notes)]) + "\n"


def _amount(value: float | None) -> str:
    """Nothing where a model took the key together with others."""
    return "" if value is None else f"{value:,.0f}"


def _short(name: str) -> str:
    name = _clean(name)
    return name if len(name) <= _WIDEST else f"{name[: _WIDEST - 1]}…"


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
