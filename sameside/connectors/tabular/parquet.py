"""The one table of a Parquet file as CSV: by Arrow where it writes what `sheets.cell` would, else value by value."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sameside.connectors.tabular.sheets import Limits, Refusal, Sheet, cell


def tables(path: Path, folder: Path, limits: Limits) -> Iterator[Sheet]:
    """The one table, a few thousand rows at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_memory_pool(pa.system_memory_pool())
    pa.set_cpu_count(1)
    with pq.ParquetFile(path, thrift_string_size_limit=64 << 20, thrift_container_size_limit=1_000_000) as file:
        names = file.schema_arrow.names
        rows = file.metadata.num_rows
        if len(names) > limits.columns:
            raise Refusal(f"It has {len(names):,} columns; at most {limits.columns:,} are read.")
        if not names:
            raise Refusal("It has no columns.")
        if rows > limits.rows or rows * len(names) > limits.cells:
            raise Refusal(f"It says that it has {rows:,} rows of {len(names):,} columns, more than are read.")
        target = folder / "0.csv"
        written = _write_parquet(file, target, names)
    yield Sheet("", "0.csv", written)


def _write_parquet(file: Any, target: Path, names: list[str]) -> int:
    """Columns of plain kinds are written by Arrow itself, the others are turned into text first."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    schema = file.schema_arrow
    simple = [
        pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_date32(kind)
        or pa.types.is_string(kind) or pa.types.is_large_string(kind)
        for kind in schema.types
    ]  # fmt: skip
    texts = pa.schema(
        [(name, kind if plain else pa.string()) for name, kind, plain in zip(names, schema.types, simple, strict=True)]
    )
    written = 0
    size = max(100, min(10_000, 1_000_000 // len(names)))
    with target.open("wb") as sink, arrow_csv.CSVWriter(sink, texts) as writer:
        for batch in file.iter_batches(batch_size=size, use_threads=False):
            pairs = zip(batch.columns, simple, strict=True)
            columns = [column if plain else as_text(column) for column, plain in pairs]
            writer.write_batch(pa.record_batch(columns, schema=texts))
            written += batch.num_rows
    return written


def as_text(column: Any) -> Any:
    """The column as text: by Arrow where it writes what `cell` would, which is thirty times faster."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_floating(column.type):
        size = pc.abs(column)
        odd = pc.or_(pc.greater_equal(size, 1e9), pc.and_(pc.greater(size, 0), pc.less(size, 1e-3)))
        if not pc.any(pc.or_(odd, pc.is_nan(size))).as_py():
            return column.cast(pa.string())
    if pa.types.is_timestamp(column.type) and column.type.tz is None:
        seconds = column.cast(pa.timestamp("s"), safe=False)
        if pc.all(pc.equal(seconds.cast(column.type), column)).as_py() is not False:
            return seconds.cast(pa.string())
    return pa.array([cell(value) or None for value in _values(column)], pa.string())


def _values(column: Any) -> list[Any]:
    """The values in Python; times in nanoseconds lose what is below a microsecond."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    elif pa.types.is_time64(column.type) or pa.types.is_duration(column.type):
        column = column.cast(pa.time64("us") if pa.types.is_time64(column.type) else pa.duration("us"), safe=False)
    values: list[Any] = column.to_pylist()
    return values
