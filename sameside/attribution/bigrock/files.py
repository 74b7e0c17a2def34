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
        Column("spent", "Budget spent", "money"),
        *(Column(f"return_{days}", f"Return, {days} days", "percent") for days in WINDOWS),
    ]
    rows = []
    for model, won in found["won"].items():
        low, high = found["bounds"].get(model, (None, None))
        back = {days: found["windows"][str(days)].get("returns") for days in WINDOWS}
        row = {"model": MODEL_LABELS[model], "won": won, "low": low, "high": high, "open": found["open"][model]}
        row |= {"spent": found["budget"]["spent"]}
        rows.append(row | {f"return_{days}": of and round(of[model], 4) for days, of in back.items()})
    return Table(columns, rows)


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
