"""The few dozen bad rows that every real export has, so that an import report has something to tell.

Each is a change to a row that was good: deleted in the CRM, without an id, with a date nobody can read, or referring
to a record that is not there. They fall on fixed places, far enough into a file to be met only there.
"""

from collections.abc import Callable, Sequence

NOBODY = "0017Q00000ZZZZZQZZ"  # ids that were never given out; their checksums are wrong on purpose where refused


def _missing(prefix: str) -> str:
    from sameside.demo.ids import checksum

    short = f"{prefix}7Q00000zz9Zz"[:15].ljust(15, "0")
    return short + checksum(short)


# file → (row, column, value): what is planted
PLANTED: dict[str, tuple[tuple[int, str, str], ...]] = {
    "Account": ((11, "IsDeleted", "1"), (17, "IsDeleted", "1"), (23, "Id", "")),
    "Contact": (
        (13, "AccountId", _missing("001")),
        (29, "AccountId", _missing("001")),
        (31, "Id", ""),
        (37, "IsDeleted", "1"),
        (41, "CreatedDate", "31.02.2025 25:61"),
    ),
    "Campaign": (),
    "Lead": (
        (19, "CreatedDate", "not a date"),
        (53, "CreatedDate", "31.02.2026 25:61"),
        (59, "Id", ""),
        (61, "IsDeleted", "1"),
        (67, "IsDeleted", "1"),
        (71, "IsDeleted", "1"),
        (97, "OwnerId", _missing("005")),
    ),
    "Opportunity": (
        (7, "AccountId", _missing("001")),
        (14, "Amount", "to be discussed"),
        (21, "IsDeleted", "1"),
    ),
    "OpportunityHistory": ((43, "OpportunityId", _missing("006")), (83, "CreatedDate", "yesterday")),
    "OpportunityContactRole": ((15, "ContactId", _missing("003")), (27, "OpportunityId", _missing("006"))),
    "CampaignMember": (
        (33, "CampaignId", _missing("701")),
        (77, "CampaignId", _missing("701")),
        (101, "IsDeleted", "1"),
    ),
    "Task": (
        (40, "WhatId", _missing("006")),
        (80, "WhatId", _missing("001")),
        (120, "WhoId", _missing("003")),
        (160, "IsDeleted", "1"),
        (200, "IsDeleted", "1"),
        (240, "ActivityDate", "32/13/2025"),
        (280, "Id", ""),
    ),
    "Event": ((20, "WhatId", _missing("006")), (60, "IsDeleted", "1"), (90, "Id", "")),
}


def plant(name: str, columns: Sequence[str], rows: list[list[str]], *, start: int) -> None:
    """Spoil the planted rows among `rows`, the first of which is row `start` of the file `name`."""
    for row, column, value in PLANTED.get(name, ()):
        if start <= row < start + len(rows):
            rows[row - start][columns.index(column)] = value


Rows = Callable[[int, int], list[list[str]]]


def planted(name: str, columns: Sequence[str], rows_of: Rows) -> Rows:
    """`rows_of` with the dirt of the file `name` in it."""

    def spoilt(start: int, stop: int) -> list[list[str]]:
        rows = rows_of(start, stop)
        plant(name, columns, rows, start=start)
        return rows

    return spoilt
