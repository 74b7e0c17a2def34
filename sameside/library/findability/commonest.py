"""The searches that people asked most in the last 90 days.

Counting them goes through every search of that time, so it is done with the report on findability, every quarter of an
hour or so; until that was made for the first time they are counted where somebody asks.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from sameside.kit import snapshots

WINDOW = timedelta(days=90)
MOST = 200
KEY = "commonest"
REPORT = "findability"

Searched = Sequence[Any]
"""The words, how many times, and the filters that were chosen (facet to values)."""


def count(start: datetime, end: datetime) -> list[Searched]:
    """The `MOST` commonest; words in other capitals are the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT min(query), count(*), filters::text FROM library_search
            WHERE at > %s AND at <= %s AND btrim(query) <> ''
            GROUP BY lower(btrim(query)), filters ORDER BY 2 DESC, 1 LIMIT %s
            """,
            [start, end, MOST],
        )
        return [[words, times, json.loads(filters)] for words, times, filters in cursor.fetchall()]


def known(at: datetime) -> Sequence[Searched]:
    """As the latest report has them; counted as of `at` while there is none."""
    stored = snapshots.read(REPORT, {"window": WINDOW.days})
    counted: Mapping[str, Sequence[Searched]] = stored.data if stored else {}
    if stored is None or KEY not in counted:
        return count(at - WINDOW, at)
    return counted[KEY]
