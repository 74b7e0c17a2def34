"""Which tables are touch logs: every row says when, through which channel, and who, and nothing that a CRM says."""

import csv
from collections.abc import Sequence
from itertools import islice

from sameside.connectors import values
from sameside.connectors.objects import plain
from sameside.connectors.registry import Found, Source
from sameside.connectors.tabular import Rows, Table
from sameside.connectors.touches.objects import HEADERS

NAME = "Touch log"
COUNTS = "It counts visits and names nobody: a touch needs a visitor, an address or a company."
SAMPLE = 200
_CRM_HEADERS = (
    "firstname lastname stagename dealstage subject ownerid whoid isconverted lifecyclestage profileid recordid"
    " activitydate leadstatus personemail costmicros amountspent totalspent impressions createdbyid isdeleted"
)
_CRM = frozenset(_CRM_HEADERS.split(" "))
_COUNTED = frozenset(
    {"sessions", "users", "newusers", "activeusers", "pageviews", "views", "visits", "hits", "sitzungen"}
)


def _has(names: frozenset[str], meaning: str) -> bool:
    return not names.isdisjoint(HEADERS[meaning])


def recognise_table(table: Table) -> Found | None:
    if table.layout is None:
        return None
    names = frozenset(map(plain, table.layout.header))
    if names & _CRM or any("fivetran" in name for name in names):
        return None
    told = [_has(names, meaning) for meaning in ("channel_word", "origin", "medium")]
    who = [_has(names, meaning) for meaning in ("person", "address", "company_word")]
    if names & _COUNTED and any(told) and not any(who):
        return Found(table.name, "", table.bytes, COUNTS, table.path)
    if not any(who) or not _has(names, "at"):
        return None
    # "source" alone is the field of a hundred CRM tables; a channel, a medium or utm_source is not.
    if told[0] or told[2] or "utmsource" in names:
        sure = told[0] or not _has(names, "address") or not names.isdisjoint({"utmsource", "utmmedium"})
        return Found(table.name, NAME, table.bytes, path=table.path) if sure and _dated(table) else None
    return None


def _dated(table: Table) -> bool:
    """Whether the column of times holds times."""
    if table.layout is None:
        return False
    header = [plain(title) for title in table.layout.header]
    place = next(header.index(name) for name in HEADERS["at"] if name in header)
    cells = _column(table, place)
    good = sum(_is_time(cell) for cell in cells)
    return bool(cells) and good * 2 > len(cells)


def _column(table: Table, place: int) -> list[str]:
    if table.layout is None:
        return []
    rows: Sequence[list[str]] = [
        cells for _, cells in islice(Rows(table.path, table.layout), SAMPLE) if not isinstance(cells, csv.Error)
    ]
    return [cells[place].strip() for cells in rows if len(cells) > place and cells[place].strip()]


def _is_time(cell: str) -> bool:
    if cell.isdigit() and len(cell) in (10, 13):
        return True
    try:
        values.parse_time(cell)
    except ValueError:
        return False
    return True


def recognise(source: Source) -> list[Found]:
    found = (recognise_table(table) for table in source.tables)
    return [each for each in found if each is not None]
