"""Search inside a test's transaction, where nothing is ever committed: engines in memory that read the change log.

Before each answer an engine is given what the log holds beyond the last row it read. The rows of a test are its own, as
they vanish with it. Reading them counts for no pinned number of queries.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from sameside.retrieval.engine import Engine
from sameside.search import documents, engines
from sameside.search.kinds import Kind
from sameside.search.models import Change


class Inline:
    def __init__(self) -> None:
        self._engines: dict[str, tuple[Engine, int]] = {}

    def __call__(self, kind: Kind) -> Engine:
        with _uncounted():
            engine, last = self._engines.get(kind.name) or (engines.open_engine(None, kind), 0)
            rows = list(Change.objects.filter(kind=kind.name, pk__gt=last).order_by("pk").values_list("pk", "ids"))
            if any(not ids for _, ids in rows):
                engine = engines.open_engine(None, kind)
                ids = list(kind.every(0, 1_000_000))
            else:
                ids = list({one: None for _, changed in rows for one in changed})
            if rows:
                made = list(documents.read(kind, ids))
                with engine.writing() as writer:
                    writer.put(made)
                    writer.remove(set(ids) - {document.key for document in made})
                last = rows[-1][0]
            self._engines[kind.name] = (engine, last)
            return engine


@contextmanager
def _uncounted() -> Iterator[None]:
    counted, connection.force_debug_cursor = connection.force_debug_cursor, False
    try:
        yield
    finally:
        connection.force_debug_cursor = counted
