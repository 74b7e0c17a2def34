"""The copy's columns in memory."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from sameside.attribution.copy import folder
from sameside.attribution.copy.contents import DEALS, TOUCHES, Content


def touches(columns: Sequence[str]) -> pa.Table:
    return _read(TOUCHES, ["touches"], columns)


def deals() -> pa.Table:
    """Those of the outcomes and those of the pipeline."""
    return _read(DEALS, ["outcomes", "pipeline"], DEALS.schema.names)


def _read(content: Content, folders: Sequence[str], columns: Sequence[str]) -> pa.Table:
    paths = [path for path in folder.files() if path.parent.name in folders]
    found = [pq.ParquetFile(path).read(columns=list(columns)) for path in paths]
    return pa.concat_tables(found) if found else content.schema.empty_table().select(list(columns))
