"""The words of a search are forgotten after as long as the organisation says; the search stays, for counting.

What was found, shown, opened and used, by whom and when, stays as it was. What somebody decided to keep under words of
their own stays too: requests, synonyms, judged searches.
"""

from datetime import datetime, timedelta

from django.db import connection

from sameside.people.models import Organisation

PIECE = 20_000


def forget_words(*, at: datetime) -> int:
    """Empty the words of searches older than the setting; returns of how many."""
    before = at - timedelta(days=Organisation.current().search_words_days)
    forgotten = 0
    while piece := _forget_some(before):
        forgotten += piece
    return forgotten


def _forget_some(before: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE library_search SET query = '', corrected = '' WHERE id IN (
                SELECT id FROM library_search WHERE at < %s AND (query <> '' OR corrected <> '') LIMIT %s
            )
            """,
            [before, PIECE],
        )
        return int(cursor.rowcount)
