"""The few dozen bad rows that every real export has, so that an import report has something to tell.

Rows deleted in the CRM, without an id, with a date nobody can read, or referring to a record that is not there. What an
import refuses is a copy of a good row, so that nothing else in the story goes missing with it.
"""

from collections.abc import Callable, Sequence

import numpy as np

from sameside.demo import ids

NEVER_GIVEN = 50_000_000  # numbers of records from here on exist nowhere else
IN_PLACE = {("Contact", "AccountId"), ("Lead", "OwnerId"), ("Task", "WhatId"), ("Task", "WhoId"), ("Event", "WhatId")}


def _missing(kind: str) -> str:
    return ids.make(kind, np.array([NEVER_GIVEN + 999]))[0]


# file → (row, column, value): what is planted
PLANTED: dict[str, tuple[tuple[int, str, str], ...]] = {
    "Account": ((11, "IsDeleted", "1"), (17, "IsDeleted", "1"), (23, "Id", "")),
    "Contact": (
        (13, "AccountId", _missing("Account")),
        (29, "AccountId", _missing("Account")),
        (31, "Id", ""),
        (37, "IsDeleted", "1"),
        (41, "CreatedDate", "2025-02-30 25:61:00"),
    ),
    "Campaign": (),
    "Lead": (
        (19, "CreatedDate", "not a date"),
        (53, "CreatedDate", "2026-02-30 25:61:00"),
        (59, "Id", ""),
        (61, "IsDeleted", "1"),
        (67, "IsDeleted", "1"),
        (71, "IsDeleted", "1"),
        (97, "OwnerId", _missing("User")),
    ),
    "Opportunity": (
        (7, "AccountId", _missing("Account")),
        (14, "Amount", "to be discussed"),
        (21, "IsDeleted", "1"),
    ),
    "OpportunityHistory": ((43, "OpportunityId", _missing("Opportunity")), (83, "CreatedDate", "yesterday")),
    "OpportunityContactRole": ((15, "ContactId", _missing("Contact")), (27, "OpportunityId", _missing("Opportunity"))),
    "CampaignMember": (
        (33, "CampaignId", _missing("Campaign")),
        (77, "CampaignId", _missing("Campaign")),
        (101, "IsDeleted", "1"),
    ),
    "Task": (
        (40, "WhatId", _missing("Opportunity")),
        (80, "WhatId", _missing("Account")),
        (120, "WhoId", _missing("Contact")),
        (160, "IsDeleted", "1"),
        (200, "IsDeleted", "1"),
        (240, "ActivityDate", "2025-13-32 00:00:00"),
        (280, "Id", ""),
    ),
    "Event": ((20, "WhatId", _missing("Opportunity")), (60, "IsDeleted", "1"), (90, "Id", "")),
}


def plant(name: str, columns: Sequence[str], rows: list[list[str]], *, start: int) -> None:
    """Plant the dirt of the file `name` among `rows`, the first of which is row `start`."""
    for number, (row, column, value) in enumerate(PLANTED.get(name, ())):
        if not start <= row < start + len(rows):
            continue
        if (name, column) in IN_PLACE or column == "IsDeleted":
            rows[row - start][columns.index(column)] = value
            continue
        copy = list(rows[row - start])
        copy[columns.index("Id")] = ids.make(name, np.array([NEVER_GIVEN + number]))[0]
        copy[columns.index(column)] = value
        rows.append(copy)


Rows = Callable[[int, int], list[list[str]]]


def planted(name: str, columns: Sequence[str], rows_of: Rows) -> Rows:
    """`rows_of` with the dirt of the file `name` in it."""

    def spoilt(start: int, stop: int) -> list[list[str]]:
        rows = rows_of(start, stop)
        plant(name, columns, rows, start=start)
        return rows

    return spoilt
