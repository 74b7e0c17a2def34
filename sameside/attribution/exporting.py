"""Revenue figures as files: CSV, Parquet and PDF of a whole report, and of any one table of its pages.

A whole report has in CSV and Parquet one row for each dimension, key and model; in PDF the chosen models.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from sameside.attribution.figures import OPEN, WON
from sameside.attribution.labels import DIMENSION_LABELS, MODEL_LABELS
from sameside.kit.tables import Column, Table, to_csv
from sameside.ui import access

KINDS = {
    "csv": ("CSV", "text/csv; charset=utf-8"),
    "parquet": ("Parquet", "application/vnd.apache.parquet"),
    "pdf": ("PDF", "application/pdf"),
}
CHOICES = [(kind, label) for kind, (label, _) in KINDS.items()]
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
    return table_parquet(Table(COLUMNS, list(rows(data))))


def table_parquet(table: Table) -> bytes:
    """The columns by their keys, and by their format as text, whole numbers or float64."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"text": pa.string(), "number": pa.int64()}
    schema = pa.schema([(column.key, types.get(column.format, pa.float64())) for column in table.columns])
    given = [{column.key: row.get(column.key) for column in table.columns} for row in table.rows]
    buffer = BytesIO()
    pq.write_table(pa.Table.from_pylist(given, schema=schema), buffer)
    return buffer.getvalue()


def pdf(title: str, facts: Mapping[str, str], data: Mapping[str, Any], models: tuple[str, ...], at: datetime) -> bytes:
    """Every dimension under the chosen models."""
    tables = {f"By {label.lower()}": side_by_side(data, name, models) for name, label in DIMENSION_LABELS.items()}
    return table_pdf(title, facts, tables, [note["text"] for note in data["missing"]], at)


def side_by_side(data: Mapping[str, Any], name: str, models: tuple[str, ...]) -> Table:
    """Won revenue of one dimension under the chosen models."""
    columns = [
        Column("label", DIMENSION_LABELS[name]),
        *(Column(model, MODEL_LABELS[model], "money") for model in models),
        Column("deals", "Won deals", "number"),
        Column("open", "Open pipeline", "money"),
    ]
    found = [
        {
            "label": row["label"],
            **{model: row[WON][model] for model in models},
            "deals": row[f"{WON}_deals"]["linear"],
            "open": row[OPEN][models[0]],
        }
        for row in data["dimensions"][name]
    ]
    total = {"label": "All deals", **dict.fromkeys(models, data[WON]["amount"])}
    return Table(columns, found, total | {"deals": data[WON]["deals"], "open": data[OPEN]["amount"]})


def table_pdf(
    title: str, facts: Mapping[str, str], tables: Mapping[str, Table], notes: Sequence[str], at: datetime
) -> bytes:
    from sameside.attribution import paper

    return paper.make(title, facts, tables, notes, at=at)


def send(
    request: HttpRequest,
    made: Mapping[str, Callable[[], bytes]],
    *,
    subject: str,
    file: str,
    details: Mapping[str, Any],
) -> HttpResponse:
    """The file that was asked for, CSV where nobody says; recorded, since it leaves the house."""
    access.current().check(request.user, "export")
    asked = request.POST.get("export", "")
    kind = asked if asked in made else "csv"
    now = timezone.now()
    content = made[kind]()
    told = {**details, "format": kind}
    access.current().record("export", by=request.user, at=now, subject=subject, details=told)
    name = f'attachment; filename="{file}.{kind}"'
    return HttpResponse(content, content_type=KINDS[kind][1], headers={"Content-Disposition": name})
