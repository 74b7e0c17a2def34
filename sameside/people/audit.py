"""The audit log: append-only (the database refuses UPDATE and DELETE) and chained by SHA-256, so that a gap shows.

The hash covers what the database gives back, not what was handed in: PostgreSQL rewrites JSON numbers and keys, and a
time may come in any time zone, so both are brought into the stored form first. A person is named by number
(`Person:12`), never by name or address, because an entry can not be erased.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from sameside.people.models import AuditEntry, Person

GENESIS = "0" * 64
_LOCK = 7_361_001  # any constant: serialises writers so that each entry knows the one before it


@dataclass(frozen=True)
class Verdict:
    """Whether a stretch of the chain holds: `entries` were looked at, `broken` is the first that does not follow.

    `last_hash` may be written down outside: a log that was cut off at its end still holds, but ends in another hash.
    """

    entries: int
    broken: AuditEntry | None
    last_hash: str

    @property
    def holds(self) -> bool:
        return self.broken is None


def _hash(
    previous: str, at: datetime, person: int | None, action: str, subject: str, details: Mapping[str, Any]
) -> str:
    moment = at.astimezone(UTC).isoformat()
    line = json.dumps([previous, moment, person, action, subject, details], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(line.encode()).hexdigest()


def _lock_and_store_form(details: Mapping[str, Any]) -> dict[str, Any]:
    """Wait for the other writers, and give `details` as the database will read them back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SELECT %s::jsonb::text", [json.dumps(dict(details))])
        stored: dict[str, Any] = json.loads(cursor.fetchone()[0])
    return stored


@transaction.atomic
def record(
    action: str, *, by: Person | None, at: datetime, subject: str = "", details: Mapping[str, Any] | None = None
) -> AuditEntry:
    """Append one entry. `details` must be JSON-ready and hold no secret and no content of personal records.

    Other writers wait until the surrounding transaction ends: record at the end of a long one.
    """
    facts = _lock_and_store_form(details or {})
    last = AuditEntry.objects.order_by("-pk").first()
    previous = last.hash if last else GENESIS
    return AuditEntry.objects.create(
        at=at,
        person=by,
        action=action,
        subject=subject[:300],
        details=facts,
        previous_hash=previous,
        hash=_hash(previous, at, by.pk if by else None, action, subject[:300], facts),
    )


def _check(entries: Iterable[AuditEntry], previous: str) -> Verdict:
    count = 0
    for entry in entries:
        count += 1
        expected = _hash(previous, entry.at, entry.person_id, entry.action, entry.subject, entry.details)
        if entry.previous_hash != previous or entry.hash != expected:
            return Verdict(count, entry, previous)
        previous = entry.hash
    return Verdict(count, None, previous)


def verify() -> Verdict:
    """Follow the whole chain from its beginning."""
    return _check(AuditEntry.objects.order_by("pk").iterator(), GENESIS)


def verify_latest(count: int) -> Verdict:
    """Follow the chain through its latest `count` entries, starting from what stands before them."""
    latest = list(AuditEntry.objects.order_by("-pk")[: count + 1])[::-1]
    if len(latest) <= count:
        return _check(latest, GENESIS)
    return _check(latest[1:], latest[0].hash)


def first_broken() -> AuditEntry | None:
    """The first entry whose hash does not follow from its content and its predecessor; None when the chain holds."""
    return verify().broken
