"""Tables as companies really have them: any encoding, separator, quoting, workbook, preamble and footer.

`layout` decides from the content how a text file is to be read, and says it; `Rows` reads the records as a stream;
`tables` finds every table of a set of files and has workbooks and Parquet files converted by a confined process;
`ErrorFile` keeps what could not be read, to be mended and brought in alone; `Choices` holds what a person overruled.
"""

from sameside.connectors.tabular.choices import Choices, ColumnChoices
from sameside.connectors.tabular.errors import ErrorFile, guarded, original
from sameside.connectors.tabular.layout import Layout, Unreadable, layout
from sameside.connectors.tabular.rows import LARGEST_CELL, Broken, Rows
from sameside.connectors.tabular.tables import Table, of_file, tables

__all__ = [
    "LARGEST_CELL",
    "Broken",
    "Choices",
    "ColumnChoices",
    "ErrorFile",
    "Layout",
    "Rows",
    "Table",
    "Unreadable",
    "guarded",
    "layout",
    "of_file",
    "original",
    "tables",
]
