"""What is worth looking at first: content by its uses and by the open deals in its facets.

Both are what the content truth found last, for the window that the organisation chose. That report judges what is
active only, so that the uses of what has expired are counted here. The sum is kept with the asset, because the review
queue is read in its order and must not count the whole library each time.
"""

from datetime import datetime, timedelta

from django.db import connection

from sameside.library.models import USED

_SETTLE = """
WITH used AS (
    SELECT u.asset_id, count(*) AS number FROM library_usage u JOIN library_asset a ON a.id = u.asset_id
    WHERE a.status = 'expired' AND u.action = ANY(%(used)s) AND u.at > %(since)s AND u.at <= %(at)s GROUP BY 1
), weighed AS (
    SELECT a.id, coalesce(v.open_deals, 0)
        + CASE WHEN a.status = 'expired' THEN coalesce(used.number, 0) ELSE coalesce(v.uses, 0) END AS weight
    FROM library_asset a
    LEFT JOIN library_assetverdict v ON v.asset_id = a.id AND v."window" = %(window)s AND v.k = %(k)s
    LEFT JOIN used ON used.asset_id = a.id
)
UPDATE library_asset a SET review_weight = weighed.weight FROM weighed
WHERE weighed.id = a.id AND a.review_weight <> weighed.weight
"""


def settle(window: int, k: int, *, at: datetime) -> int:
    """Weigh all content by the verdicts of this window and k; returns how many assets weigh otherwise than before."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SETTLE,
            {
                "window": window,
                "k": k,
                "at": at,
                "since": at - timedelta(days=window),
                "used": [action.value for action in USED],
            },
        )
        changed: int = cursor.rowcount
        return changed
