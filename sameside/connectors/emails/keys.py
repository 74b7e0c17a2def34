"""The names and ids of marketing automation: whose a row is, and how the ids of different things are kept apart.

Ids of campaigns that share a number carry their kind: `email:75`, `program:1001`, `list:330`.
"""

from collections.abc import Callable

from sameside.connectors import values
from sameside.connectors.values import Value

HUBSPOT, MARKETO, PARDOT, MAUTIC, OTHER = "hubspot", "marketo", "pardot", "mautic", "email"
DELETED = ("isdeleted", "fivetrandeleted")


def text(cell: str) -> Value:
    return cell.strip() or None


def prefixed(prefix: str) -> Callable[[str], Value]:
    """Reads an id under the name of its kind."""

    def read(cell: str) -> Value:
        found = values.text_id(cell)
        return values.short(f"{prefix}:{found}") if found else None

    return read


def named(given: Value, other: Value, key: Value) -> Value:
    return given or other or (f"{key} (name not told)" if key else None)
