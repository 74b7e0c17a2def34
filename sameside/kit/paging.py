"""Keyset paging: a page costs the same wherever it lies, and rows that arrive meanwhile shift nothing."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
Found = TypeVar("Found")
_LONGEST = 4000
_BEYOND_ALL_COLUMNS = 2**63


@dataclass(frozen=True)
class Page(Generic[Found]):
    """`rows` in order; `next` and `previous` are opaque cursors for `?after=` and `?before=`, empty at the ends."""

    rows: Sequence[Found]
    next: str
    previous: str


@dataclass(frozen=True)
class Order:
    """A sort order: `field` (`owner__name` reaches through) ascending or descending, nulls last when it is `nullable`,
    then `id` the same way."""

    field: str
    descending: bool = False
    nullable: bool = False


def _nulls(*, last: bool) -> dict[str, bool]:
    return {"nulls_last": True} if last else {"nulls_first": True}


def _encode(value: Any, pk: int) -> str:
    if isinstance(value, datetime | date):
        value = value.isoformat()
    elif isinstance(value, Decimal):
        value = str(value)
    return base64.urlsafe_b64encode(json.dumps([value, pk]).encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[Any, int] | None:
    """The value and the number of the row that a cursor stands for; None when it cannot be read."""
    if len(cursor) > _LONGEST:
        return None
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        return None
    if type(pk) is not int or not isinstance(value, str | int | float | None):
        return None
    return (value, pk) if _can_be_compared(value) else None


def _can_be_compared(value: Any) -> bool:
    """Whether PostgreSQL takes it at all: no zero byte, no half of a character, no number beyond all columns."""
    if isinstance(value, str):
        return re.search("[\x00\ud800-\udfff]", value) is None
    return not isinstance(value, int | float) or abs(value) < _BEYOND_ALL_COLUMNS


def beyond(order: Order, value: Any, pk: Any, *, forwards: bool) -> Q:
    """Rows strictly after (or before) the row (value, pk) in `order`, nulls being last.

    Both may be places of a prepared query; that the value is null has to be known.
    """
    upwards = forwards != order.descending
    field = order.field
    if field in ("id", "pk"):
        return Q(pk__gt=pk) if upwards else Q(pk__lt=pk)
    later_pk = Q(pk__gt=pk) if upwards else Q(pk__lt=pk)
    if value is None:
        tied = Q(**{f"{field}__isnull": True}) & later_pk
        return tied if forwards else tied | Q(**{f"{field}__isnull": False})
    compare = "gt" if upwards else "lt"
    rows = Q(**{f"{field}__{compare}": value}) | (Q(**{field: value}) & later_pk)
    return rows | Q(**{f"{field}__isnull": True}) if forwards and order.nullable else rows


def _read(row: Any, field: str) -> Any:
    for name in field.split("__"):
        row = None if row is None else getattr(row, name)
    return row


def ordered(rows: "QuerySet[Row]", order: Order, *, forwards: bool = True) -> "QuerySet[Row]":
    """`rows` in `order`, or exactly the other way round."""
    descending = order.descending == forwards
    by: Any = F(order.field)
    if order.nullable:
        by = by.desc(**_nulls(last=forwards)) if descending else by.asc(**_nulls(last=forwards))
    elif descending:
        by = by.desc()
    return rows.order_by(by, "-pk" if descending else "pk")


def page(
    rows: "QuerySet[Row]",
    order: Order,
    *,
    after: str = "",
    before: str = "",
    size: int = 50,
    value: Callable[[Row], Any] | None = None,
) -> "Page[Row]":
    """One page of `rows` in `order`. A cursor that cannot be read or does not fit the order gives the first page."""
    read = value or (lambda row: _read(row, order.field))
    cursor = decode(after or before)
    if cursor is not None:
        try:
            rows = rows.filter(beyond(order, *cursor, forwards=not before))
        except (ValueError, TypeError, ValidationError):
            cursor = None
    forwards = not (before and cursor)
    found = list(ordered(rows, order, forwards=forwards)[: size + 1])
    return cut(found, size, forwards=forwards, from_start=cursor is None, key=lambda row: (read(row), row.pk))


def cut(
    found: "list[Found]", size: int, *, forwards: bool, from_start: bool, key: "Callable[[Found], tuple[Any, int]]"
) -> "Page[Found]":
    """The page of what was found: one row more than it holds, where there are more. `key` is what a cursor names."""
    more = len(found) > size
    found = found[:size]
    if not forwards:
        found.reverse()
    has_next = more if forwards else True
    has_previous = not from_start if forwards else more
    return Page(
        rows=found,
        next=_encode(*key(found[-1])) if found and has_next else "",
        previous=_encode(*key(found[0])) if found and has_previous else "",
    )
