"""An export in a language that nobody taught us: what is certain by content alone.

`Associated Company IDs` and its like stay English in every language. A table with such a column for companies or deals,
whose records have a column of distinct long numbers and one of e-mail addresses, is one of contacts; these two columns
are read, and the others are said not to be understood.
"""

import re
from collections.abc import Sequence
from itertools import islice

from sameside.connectors.objects import plain
from sameside.connectors.tabular import Rows, Table

ROWS = 200
_TIE = re.compile(r"^associated (company|deal)( names?| ids?)?( \(primary\))?$", re.IGNORECASE)
_CONTACT_TIE = re.compile(r"^associated contact", re.IGNORECASE)
_ID = re.compile(r"\d{6,14}")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+")


def could_be_contacts(header: Sequence[str]) -> bool:
    names = [" ".join(name.split()) for name in header]
    return any(_TIE.match(name) for name in names) and not any(_CONTACT_TIE.match(name) for name in names)


def certain(rows: Rows, header: Sequence[str]) -> dict[str, str]:
    """The headers of id and e-mail, in the plain form, when the first rows leave no doubt; else nothing."""
    sample = [cells for _, cells in islice(rows, ROWS) if isinstance(cells, list) and len(cells) == len(header)]
    if not sample:
        return {}
    by_column = list(zip(*sample, strict=True))
    own = [place for place, name in enumerate(header) if not name.strip().lower().startswith("associated ")]
    ids = [place for place in own if _all(by_column[place], _ID) and len(set(by_column[place])) == len(sample)]
    emails = [place for place in own if _mostly(by_column[place], _EMAIL)]
    if len(ids) != 1 or len(emails) != 1:
        return {}
    return {"id": plain(header[ids[0]]), "email": plain(header[emails[0]])}


def is_contacts(table: Table) -> bool:
    layout = table.layout
    return (
        layout is not None
        and could_be_contacts(layout.header)
        and bool(certain(Rows(table.path, layout), layout.header))
    )


def _all(cells: Sequence[str], pattern: re.Pattern[str]) -> bool:
    return all(pattern.fullmatch(cell.strip()) for cell in cells)


def _mostly(cells: Sequence[str], pattern: re.Pattern[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return len(filled) * 2 >= len(cells) and all(pattern.fullmatch(cell) for cell in filled)
