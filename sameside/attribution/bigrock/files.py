"""The figures of one big rock as CSV, Parquet and PDF: every model side by side, with each window's return."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sameside.attribution import exporting
from sameside.attribution.bigrock.measuring import WINDOWS
from sameside.attribution.bigrock.models import BigRock
from sameside.attribution.labels import MODEL_LABELS
from sameside.kit.tables import Column, Table, to_csv


def table(found: Mapping[str, Any]) -> Table:
    """`found` of one look-back; a window that is not over, or a budget that nobody knows, leaves its cells empty."""
    columns = [
        Column("model", "Model"),
        Column("won", "Won revenue", "money"),
        Column("low", "From", "money"),
        Column("high", "To", "money"),
        Column("open", "Open pipeline", "money"),
        Column("open_low", "Pipeline from", "money"),
        Column("open_high", "Pipeline to", "money"),
        Column("spent", "Budget spent", "money"),
        *(
            Column(f"return_{days}{key}", f"Return, {days} days{what}", "percent")
            for days in WINDOWS
            for key, what in (("", ""), ("_low", ", from"), ("_high", ", to"))
        ),
    ]
    rows = []
    for model, won in found["won"].items():
        low, high = found["bounds"].get(model, (None, None))
        open_low, open_high = found["open_bounds"].get(model, (None, None))
        row = {"model": MODEL_LABELS[model], "won": won, "low": low, "high": high, "open": found["open"][model]}
        row |= {"open_low": open_low, "open_high": open_high, "spent": found["budget"]["spent"]}
        for days in WINDOWS:
            row |= _returned(found["windows"][str(days)], f"return_{days}", model)
        rows.append(row)
    return Table(columns, rows)


def _returned(window: Mapping[str, Any], key: str, model: str) -> dict[str, float]:
    """A return and its bounds, as far as they are known."""
    if not window.get("returns"):
        return {}
    bounds = window["bounds"].get(model, ())
    named = zip((f"{key}_low", f"{key}_high"), bounds, strict=False)
    return {key: round(window["returns"][model], 4), **{one: round(of / window["spent"], 4) for one, of in named}}


def made(rock: BigRock, lookback: int, at: datetime) -> Mapping[str, Callable[[], bytes]]:
    """By kind of file, of a look-back that was measured."""
    found = rock.of_lookback(lookback)
    of = table(found)
    facts = {
        "Launched": rock.launched_on.isoformat(),
        "Look-back": f"{lookback} months before the close",
    }
    title = rock.asset.title
    return {
        "csv": lambda: to_csv(of).encode(),
        "parquet": lambda: exporting.table_parquet(of),
        "pdf": lambda: exporting.table_pdf(title, facts, {"All models, side by side": of}, [], at),
    }
