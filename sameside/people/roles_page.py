"""The table of roles for the screen and for the documentation, both made from `roles.CAPABILITIES`."""

from sameside.kit.tables import Column, Table
from sameside.people.roles import CAPABILITIES, Role

_HEAD = """# Roles

What each role may do. This page is made from the table in `sameside/people/roles.py`, which every page of Sameside asks
before it opens; a person without a role may not sign in at all.

Sellers see their own deals and leads, their team's, and leads that belong to nobody yet; an administrator can open
everybody's to them under Settings. Editors see the library, not the CRM.

"""


def table() -> Table:
    columns = [Column("capability", "You may"), *(Column(role.value, str(role.label)) for role in Role)]
    rows = [
        {
            "capability": capability.sentence,
            **{role.value: "Yes" if role in capability.roles else "" for role in Role},
        }
        for capability in CAPABILITIES
    ]
    return Table(columns, rows)


def markdown() -> str:
    """`docs/guides/roles.md`."""
    shown = table()
    lines = [
        "| " + " | ".join(column.label for column in shown.columns) + " |",
        "|" + "|".join("---" if column.key == "capability" else ":---:" for column in shown.columns) + "|",
    ]
    for row in shown.rows:
        cells = [
            str(row[column.key]).lower() if column.key != "capability" else row[column.key] for column in shown.columns
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return _HEAD + "\n".join(lines) + "\n"
