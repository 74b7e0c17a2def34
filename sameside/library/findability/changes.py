"""What each change of the search did: how many searches failed in the four weeks before it, and in those after.

A change is an entry of the audit log. The searches before and after are other searches by other people, so that a
difference is no proof; its interval says whether chance alone could make it. Two changes within four weeks of each
other share their searches, and the table says so.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from sameside.analytics import rates
from sameside.kit.tables import Column, Table
from sameside.library.models import SearchOutcome
from sameside.people.models import AuditEntry

SPAN = timedelta(weeks=4)
MOST = 30
KINDS = {
    "search.ranking": "Ranking put live",
    "search.synonym": "Synonym",
    "library.facets": "Facets edited",
    "search.model": "Meaning switched",
}
"""The beginning of an audit entry's action, to what it is called."""


def _found_changes(start: datetime, end: datetime) -> list[AuditEntry]:
    is_change = Q()
    for prefix in KINDS:
        is_change |= Q(action__startswith=prefix)
    return list(AuditEntry.objects.filter(is_change, at__gt=start, at__lte=end).order_by("-at")[:MOST])


def _counts(start: datetime, end: datetime) -> tuple[int, int]:
    """Failed searches and all of them."""
    failed = Q(outcome__in=("none", "abandoned", "reformulated"))
    row = SearchOutcome.objects.filter(at__gt=start, at__lte=end).aggregate(n=Count("pk"), f=Count("pk", filter=failed))
    return row["f"], row["n"]


def effects(start: datetime, end: datetime) -> list[dict[str, Any]]:
    """The latest changes between `start` and `end`, with what failed before and after each."""
    entries = _found_changes(start, end)
    return [_effect(entry, [one for one in entries if one is not entry], end) for entry in entries]


def _effect(entry: AuditEntry, others: Sequence[AuditEntry], end: datetime) -> dict[str, Any]:
    before, n_before = _counts(entry.at - SPAN, entry.at)
    after, n_after = _counts(entry.at, min(end, entry.at + SPAN))
    low, high = rates.difference(after, n_after, before, n_before)
    return {
        "at": entry.at.isoformat(),
        "what": next(label for prefix, label in KINDS.items() if entry.action.startswith(prefix)),
        "subject": entry.subject,
        "before": before / n_before if n_before else None,
        "n_before": n_before,
        "after": after / n_after if n_after else None,
        "n_after": n_after,
        "low": low,
        "high": high,
        "verdict": judge(low, high, n_before, n_after),
        "overlaps": any(abs(one.at - entry.at) < SPAN for one in others),
    }


def judge(low: float, high: float, n_before: int, n_after: int) -> str:
    """What the interval of (failed after minus failed before) allows to say."""
    if rates.is_small(n_before) or rates.is_small(n_after):
        return "Too few searches to tell"
    if high < 0:
        return "Fewer searches fail"
    return "More searches fail" if low > 0 else "No difference that chance could not make"


def table(rows: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        columns=[
            Column("at", "When", "date"),
            Column("what", "Change"),
            Column("before", "Failed before", "percent", help="Of the searches in the four weeks before."),
            Column("n_before", "of", "number"),
            Column("after", "Failed after", "percent", help="Of the searches in the four weeks after, so far."),
            Column("n_after", "of", "number"),
            Column("verdict", "What can be said"),
        ],
        rows=rows,
        caption="Before and after each change",
        note="Failed: found nothing, asked again in other words, or abandoned.",
        empty="No change to ranking, synonyms or facets in this time.",
    )
