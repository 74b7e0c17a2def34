"""Every reference of every table to a record, found from the models, so that a table added later is moved as well.

A row that a unique constraint keeps from moving (the survivor has such a row already) stays with the merged record.
Where a table knows no such constraint but a pair should stand once (a contact in the buying group of a deal), both rows
move and lists show one line for both.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, connection, models, transaction


@dataclass(frozen=True)
class Reference:
    """A column of a table that points to a record; `label` names such rows in the plural."""

    table: str
    column: str
    key: str
    label: str


def to(model: type[models.Model]) -> list[Reference]:
    found = []
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        field = relation.field
        meta = field.model._meta
        if meta.managed and not meta.proxy and meta.pk is not None:
            label = str(meta.verbose_name_plural)
            found.append(Reference(meta.db_table, str(field.column), str(meta.pk.column), label))
    return sorted(set(found), key=lambda one: (one.table, one.column))


@contextmanager
def moving() -> Iterator[None]:
    """Within this the append-only tables let a row point to another record, and change in nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL sameside.merging = 'on'")
        yield
        cursor.execute("SET LOCAL sameside.merging = 'off'")


def narrowed(reference: Reference) -> str:
    """Retired rows of the touch log stay where they are: they count for nothing, and only current ones are indexed."""
    return " AND current" if reference.table == "crm_touch" else ""


def move(reference: Reference, *, before: int, after: int) -> list[int]:
    """Point the rows from `before` to `after` and give the numbers of those that moved. Call within `moving`."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {reference.table} SET {reference.column} = %s WHERE {reference.column} = %s"
                f"{narrowed(reference)} RETURNING {reference.key}",
                [after, before],
            )
            return [row[0] for row in cursor.fetchall()]
    except IntegrityError:
        return _move_one_by_one(reference, before, after)


def _move_one_by_one(reference: Reference, before: int, after: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {reference.key} FROM {reference.table} WHERE {reference.column} = %s{narrowed(reference)}",
            [before],
        )
        rows = [row[0] for row in cursor.fetchall()]
    return [row for row in rows if _moves(reference, row, after)]


def _moves(reference: Reference, row: int, after: int) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {reference.table} SET {reference.column} = %s WHERE {reference.key} = %s", [after, row]
            )
    except IntegrityError:
        return False
    return True


def point_back(table: str, column: str, *, rows: Sequence[int], before: int | None, after: int) -> int:
    """Give the rows that still point to `after` what they pointed to `before`. Call within `moving`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {column} = %s WHERE id = ANY(%s) AND {column} = %s", [before, list(rows), after]
        )
        pointed: int = cursor.rowcount
        return pointed


def counts(model: type[models.Model], record_id: int, *, leave_out: frozenset[str] = frozenset()) -> dict[str, int]:
    """How many rows point to a record, by what they are; what has none, and the tables `leave_out`, are left out."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for one in to(model):
            if one.table in leave_out:
                continue
            cursor.execute(f"SELECT count(*) FROM {one.table} WHERE {one.column} = %s{narrowed(one)}", [record_id])
            number = cursor.fetchone()[0]
            if number:
                found[one.label] = found.get(one.label, 0) + number
    return found
