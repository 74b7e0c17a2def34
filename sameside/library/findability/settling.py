"""Each search gets its outcome once it is known (`library.searches`), as a row: the counts of a report open its rows.

A job settles what was searched since the last time, and what came in later from elsewhere. An outcome may still change
for half an hour, so the last half hour is settled again. Searches without a person (brought in from elsewhere) can not
be followed and get none.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Max, Min

from sameside.library.models import Search, SearchOutcome, Usage
from sameside.library.searches import OPENED_WITHIN, OPENING, SETTLED_AFTER, USING, Asked, Did, Outcome, outcomes
from sameside.people.models import Person

PERSONS_AT_ONCE = 50
FOLLOWED = tuple(sorted(OPENING | USING))
_COLUMNS = ("outcome", "at", "attempt", "seconds_to_open", "seconds_to_use", "position", "team")


def settle(*, at: datetime, since: datetime | None = None) -> int:
    """Write the outcomes of what was searched up to five minutes ago; returns how many were written.

    `since` None: from where the last run ended; a time: anew from then on.
    """
    rows = Search.objects.filter(person__isnull=False, at__lte=at - OPENED_WITHIN)
    if since is None:
        missing = rows.filter(outcome__isnull=True).aggregate(first=Min("at"))["first"]
        latest = SearchOutcome.objects.aggregate(latest=Max("at"))["latest"]
        since = min((one for one in (missing, latest and latest - SETTLED_AFTER) if one), default=None)
    if since is not None:
        rows = rows.filter(at__gte=since)
    persons = list(rows.order_by("person_id").values_list("person_id", flat=True).distinct())
    teams = dict(Person.objects.filter(pk__in=persons).values_list("pk", "team_id"))
    written = 0
    for start in range(0, len(persons), PERSONS_AT_ONCE):
        some = persons[start : start + PERSONS_AT_ONCE]
        for person, asked in _asked(some, since, at).items():
            found = outcomes(asked, _did(person, asked))
            times = {one.id: one.at for one in asked}
            written += _write(_settled(found, times, at), times, teams.get(person))
    return written


def _asked(persons: Sequence[int], since: datetime | None, at: datetime) -> dict[int, list[Asked]]:
    """The searches of these persons, with those just after: they tell whether somebody asked again."""
    rows = Search.objects.filter(person__in=persons, at__lte=at)
    if since is not None:
        rows = rows.filter(at__gte=since)
    found: dict[int, list[Asked]] = defaultdict(list)
    columns = ("person_id", "id", "at", "query", "results", "shown", "started_at")
    for person, *values in rows.order_by("at", "id").values_list(*columns).iterator(chunk_size=5_000):
        found[person].append(Asked(*values))
    return found


def _did(person: int, asked: Sequence[Asked]) -> list[Did]:
    acts = Usage.objects.filter(
        person=person, at__gte=asked[0].at, at__lte=asked[-1].at + timedelta(days=1), action__in=FOLLOWED
    )
    return [Did(*row) for row in acts.order_by("at").values_list("asset_id", "action", "at", "search_id", "position")]


def _settled(found: Sequence[Outcome], times: dict[int, datetime], at: datetime) -> Iterator[Outcome]:
    return (one for one in found if times[one.search] <= at - OPENED_WITHIN)


def _write(found: Iterator[Outcome], times: dict[int, datetime], team: int | None) -> int:
    rows = [
        SearchOutcome(
            search_id=one.search,
            outcome=one.outcome,
            at=times[one.search],
            attempt=one.attempt,
            seconds_to_open=one.seconds_to_open,
            seconds_to_use=one.seconds_to_use,
            position=one.position,
            team=team,
        )
        for one in found
    ]
    SearchOutcome.objects.bulk_create(
        rows, batch_size=1_000, update_conflicts=True, unique_fields=["search"], update_fields=_COLUMNS
    )
    return len(rows)
