"""One lead is routed at a time in the whole installation, and no route changes meanwhile.

So turns are fair, nobody gets more than they take, and no lead misses a route that is saved in the same moment: it was
either routed by it, or waits already when the change is told. The lock is always taken after that of the lead.
"""

from django.db import connection

_LOCK = 7_361_005  # any constant: one lead is routed after the other


def lock() -> None:
    """Until the end of the transaction, nobody else routes or changes a route."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
