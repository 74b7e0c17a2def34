"""Vectors that no passage needs any more leave the database, after a time of grace.

A text that was changed or deleted often comes back: a version is rolled back, a file is brought in again. So a vector
is first marked, by the first look that finds no passage for it, and deleted by the first look at least `GRACE` later.
One that is needed again in between is unmarked. Vectors of a model that is not the one in use are needed by nothing:
whoever goes back to it within the grace finds them still there.
"""

from datetime import datetime, timedelta

from django.db import connection

from sameside.retrieval.embedding.passages import passages
from sameside.search import embedding, kinds

GRACE = timedelta(days=30)
_TABLE = "search_vector_needed"


def purge(*, at: datetime) -> int:
    """Look through all that has meaning; returns how many vectors are gone. Without a model nothing is done."""
    model = embedding.embedder()
    if model is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_TABLE}")
        cursor.execute(f"CREATE TEMP TABLE {_TABLE} (digest bytea PRIMARY KEY)")
        for kind in kinds.every():
            if kind.has_meaning:
                _note_needed(kind)
        cursor.execute(f"ANALYZE {_TABLE}")
        needed = f"model = %s AND EXISTS (SELECT FROM {_TABLE} n WHERE n.digest = v.digest)"
        cursor.execute(
            f"UPDATE search_vector v SET unused_since = NULL WHERE unused_since IS NOT NULL AND {needed}",
            [model.identity],
        )
        cursor.execute(
            f"UPDATE search_vector v SET unused_since = %s WHERE unused_since IS NULL AND NOT ({needed})",
            [at, model.identity],
        )
        cursor.execute("DELETE FROM search_vector WHERE unused_since <= %s", [at - GRACE])
        gone = cursor.rowcount
        cursor.execute(f"DROP TABLE {_TABLE}")
    return int(gone)


def _note_needed(kind: kinds.Kind) -> None:
    """The digests of all passages there are."""
    after = 0
    while ids := kind.every(after, kind.batch):
        after = ids[-1]
        digests = {text.digest for document in kind.read(ids) for text in passages(document)}
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {_TABLE} SELECT unnest(%s::bytea[]) ON CONFLICT DO NOTHING",
                [list(digests)],
            )
