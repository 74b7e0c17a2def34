"""A revenue report as a file: CSV and Parquet with one row for each dimension, key and model; PDF with its tables."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from sameside.attribution.figures import OPEN, WON
from sameside.attribution.labels import DIMENSION_LABELS, MODEL_LABELS
from sameside.kit.tables import Column, Table, to_csv

KINDS = {
    "csv": ("CSV", "text/csv; charset=utf-8"),
    "parquet": ("Parquet", "application/vnd.apache.parquet"),
    "pdf": ("PDF", "application/pdf"),
}
COLUMNS = (
    Column("dimension", "Dimension"),
    Column("key", "Key"),
    Column("label", "Name"),
    Column("model", "Model"),
    Column("won", "Won revenue", "money"),
    Column("low", "From", "money"),
    Column("high", "To", "money"),
    Column("won_deals", "Won deals", "number"),
    Column("open", "Open pipeline", "money"),
    Column("open_deals", "Open deals", "number"),
)


def rows(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for dimension in DIMENSION_LABELS:
        for entry in data["dimensions"][dimension]:
            for model in MODEL_LABELS:
                low, high = entry["bounds"].get(model, (None, None))
                yield {
                    "dimension": dimension,
                    "key": entry["key"],
                    "label": entry["label"],
                    "model": model,
                    "won": entry[WON][model],
                    "low": low,
                    "high": high,
                    "won_deals": entry[f"{WON}_deals"][model],
                    "open": entry[OPEN][model],
                    "open_deals": entry[f"{OPEN}_deals"][model],
                }


def csv(data: Mapping[str, Any]) -> bytes:
    return to_csv(Table(COLUMNS, list(rows(data)))).encode()


def parquet(data: Mapping[str, Any]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"text": pa.string(), "money": pa.float64(), "number": pa.int64()}
    schema = pa.schema([(column.key, types[column.format]) for column in COLUMNS])
    buffer = BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows(data)), schema=schema), buffer)
    return buffer.getvalue()


def pdf(title: str, facts: Mapping[str, str], data: Mapping[str, Any], models: tuple[str, ...], at: datetime) -> bytes:
    from sameside.attribution import paper

    tables = {
        label: (
            [label, *(MODEL_LABELS[model] for model in models), "Won deals"],
            [
                [row["label"], *(row[WON][model] for model in models), row[f"{WON}_deals"]["linear"]]
                for row in data["dimensions"][name][: paper.MOST]
            ],
            len(data["dimensions"][name]),
        )
        for name, label in DIMENSION_LABELS.items()
    }
    return paper.make(title, facts, tables, [note["text"] for note in data["missing"]], at=at)
