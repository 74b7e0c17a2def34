"""A complete export tells as much by what is not in it: rows of its object that are no longer there were deleted.

Only a person knows that an export is complete, and says so of a file (`ImportFile.full`). While it is read, the ids of
its rows, refused ones too, are kept in a work table, batch by batch in the batch's own transaction, so that a run that
is taken up again has them all. When every connector has read its files, the rows that were here before and whose id was
not seen are marked as deleted in the source. Files of one object count together. A row that comes back loses its mark.

Nothing is marked when anything is in doubt: a file of the object was left out or not read to its end, a row had no id
that can be read, the work table was lost in a crash of the database, or more than half of the rows would vanish and
nobody said that this is so (`Full.SURE`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from sameside.connectors import tabular
from sameside.connectors.batch import Batch
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.objects import Object
from sameside.connectors.progress import Progress
from sameside.connectors.reading import Reader
from sameside.connectors.registry import connector
from sameside.connectors.values import Bad

Full = ImportFile.Full
_SEEN = "INSERT INTO connectors_seenid (run_id, scope, external_id) SELECT %s, %s, unnest(%s::text[])"
_GONE = """
    CREATE TEMP TABLE gone_row ON COMMIT DROP AS
    SELECT t.id, t.external_id FROM {table} t
    WHERE t.source = %(source)s AND NOT t.deleted_in_source AND t.created_by_run IS DISTINCT FROM %(run)s {rows}
        AND NOT EXISTS (
            SELECT 1 FROM connectors_seenid s
            WHERE s.run_id = %(run)s AND s.scope = %(scope)s AND s.external_id = t.external_id
        )
"""
_KNOWN = """
    SELECT count(*) FROM {table} t
    WHERE t.source = %(source)s AND NOT t.deleted_in_source AND t.created_by_run IS DISTINCT FROM %(run)s {rows}
"""
_MARK = """
    WITH before AS (
        INSERT INTO connectors_rowbefore (run_id, "table", row_id, before)
        SELECT %(run)s, '{table}', o.id, to_jsonb(o) FROM {table} o JOIN gone_row g ON {same}
        WHERE {still}
        ON CONFLICT (run_id, "table", row_id) DO NOTHING
    )
    UPDATE {table} o SET deleted_in_source = true, changed_by_run = %(run)s FROM gone_row g WHERE {same} AND {still}
"""


@dataclass(frozen=True)
class Scope:
    """The rows that a complete export of an object has: those of `source` in `table`, narrowed by `rows` (SQL)."""

    source: str
    table: str
    rows: str
    beside: tuple[str, ...]

    @classmethod
    def of(cls, target: Object) -> "Scope | None":
        census = target.census
        return cls(target.source, target.table, census.rows, census.beside) if census and target.key.headers else None

    @property
    def name(self) -> str:
        return f"{self.source} {self.table} {self.rows}".strip()

    @property
    def narrowed(self) -> str:
        return f"AND {self.rows}" if self.rows else ""


def scope_of(file: ImportFile) -> Scope | None:
    """The scope of what the file is read as; None where an export can never be known to be complete."""
    if not file.connector or not file.recognised_as or file.mends_id:
        return None
    try:
        target = connector(file.connector).target(file)
    except tabular.Unreadable:
        return None
    return Scope.of(target) if target else None


class Witness:
    """Keeps the ids of a file's rows, when somebody said of any file of the run that it is complete."""

    def __init__(self, run: ImportRun, file: ImportFile, reader: Reader) -> None:
        scope = Scope.of(reader.target) if reader.has_id and reader.target.key.headers else None
        asked = scope is not None and run.files.exclude(full=Full.NO).exists()
        self.scope = scope if asked else None
        self.run_id, self.file, self.reader = run.pk, file, reader

    def see(self, batch: Batch) -> None:
        """Call before the batch is merged, inside its transaction."""
        if self.scope is None:
            return
        seen = [value for value in batch.columns.get("external_id", []) if value]
        unknown = 0
        for _, cells, _ in batch.refused:
            found = self._id(cells)
            if found:
                seen.append(found)
            else:
                unknown += 1
        with connection.cursor() as cursor:
            cursor.execute(_SEEN, [self.run_id, self.scope.name, seen])
        before = self.file.seen
        self.file.seen = {
            "scope": self.scope.name,
            "ids": before.get("ids", 0) + len(seen),
            "unknown": before.get("unknown", 0) + unknown,
        }

    def _id(self, cells: Sequence[str]) -> str:
        place = self.reader.key[0]
        if len(cells) <= place:
            return ""
        try:
            found = self.reader.target.key.read(cells[place])
        except ValueError:
            return ""
        return "" if found is None or isinstance(found, Bad) else found


def settle(run: ImportRun, progress: Progress) -> None:
    """Mark what vanished from the complete exports of the run, once all its files are read."""
    files = list(run.files.exclude(full=Full.NO, seen={}).order_by("pk"))
    if all(file.full == Full.NO for file in files):
        return
    progress.phase("Looking for rows that are no longer there")
    asked = [file for file in files if file.full != Full.NO and file.vanished is None]
    for file in asked:
        if scope_of(file) is None:
            _tell(
                progress, file, 0, "No row is marked as deleted: nobody can know that an export of this kind is whole."
            )
    for scope, group in _scopes(asked):
        with transaction.atomic():
            together = [file for file in files if file.seen.get("scope") == scope.name]
            doubt = _doubt(run, scope, together, group)
            count, sentence = (0, doubt) if doubt else _mark(run, scope, group)
            for place, file in enumerate(group):
                _tell(progress, file, 0 if place else count, sentence)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM connectors_seenid WHERE run_id = %s", [run.pk])


def _tell(progress: Progress, file: ImportFile, count: int, sentence: str) -> None:
    file.vanished = count
    file.note = f"{sentence} {file.note}".strip()[:500]
    progress.keep(file)


def _scopes(asked: Sequence[ImportFile]) -> Iterator[tuple[Scope, list[ImportFile]]]:
    groups: dict[Scope, list[ImportFile]] = {}
    for file in asked:
        scope = scope_of(file)
        if scope is not None:
            groups.setdefault(scope, []).append(file)
    yield from groups.items()


def _doubt(run: ImportRun, scope: Scope, together: Sequence[ImportFile], asked: Sequence[ImportFile]) -> str:
    """Why nothing can be said about what is not in the files; empty when there is no doubt."""
    kinds = {(file.connector, file.recognised_as) for file in [*together, *asked]}
    for file in run.files.exclude(recognised_as="").order_by("pk"):
        if (file.connector, file.recognised_as) in kinds and file.state != ImportFile.State.DONE:
            how = "left out" if file.state == ImportFile.State.IGNORED else "not read wholly"
            return f"No row is marked as deleted, because {file.name} was {how}."
    if empty := [file.name for file in asked if not file.seen]:
        return f"No row is marked as deleted, because {empty[0]} is empty."
    unknown = sum(file.seen["unknown"] for file in together)
    if unknown:
        rows = "1 row has" if unknown == 1 else f"{unknown:,} rows have"
        return f"No row is marked as deleted, because {rows} no id that can be read."
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM connectors_seenid WHERE run_id = %s AND scope = %s", [run.pk, scope.name])
        kept: int = (cursor.fetchone() or (0,))[0]
    if kept != sum(file.seen["ids"] for file in together):
        return "No row is marked as deleted, because the database was restarted while it was read. Run it again."
    return ""


def _mark(run: ImportRun, scope: Scope, asked: Sequence[ImportFile]) -> tuple[int, str]:
    """Returns how many rows were marked, and the sentence."""
    values: dict[str, str | int] = {"source": scope.source, "run": run.pk, "scope": scope.name}
    names = {"table": scope.table, "rows": scope.narrowed}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute("ANALYZE connectors_seenid")
        cursor.execute(_KNOWN.format(**names), values)
        known: int = (cursor.fetchone() or (0,))[0]
        cursor.execute("DROP TABLE IF EXISTS gone_row")
        cursor.execute(_GONE.format(**names), values)
        gone: int = cursor.rowcount
        stopped = gone * 2 > known and not any(file.full == Full.SURE for file in asked)
        if gone and not stopped:
            own = {"table": scope.table, "same": "g.id = o.id", "still": "true"}
            cursor.execute(_MARK.format(**own), values)
            for table in scope.beside:
                same = "o.source = %(source)s AND o.external_id = g.external_id"
                told = {"table": table, "same": same, "still": "NOT o.deleted_in_source"}
                cursor.execute(_MARK.format(**told), values)
        cursor.execute("DROP TABLE gone_row")
    if stopped:
        asked[0].seen["stopped"] = gone
        return 0, (
            f"{gone:,} of {known:,} rows that were here are not in it. This is more than half: nothing is marked as"
            " deleted until somebody says that it is so."
        )
    if not gone:
        return 0, "Every row that was here is still in it."
    rows = "1 row that is no longer in it is" if gone == 1 else f"{gone:,} rows that are no longer in it are"
    return gone, f"{rows} marked as deleted in the source."
