"""The audit log: append-only (the database refuses UPDATE and DELETE) and chained by SHA-256, so that a gap shows."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from sameside.people.models import AuditEntry, Person

GENESIS = "0" * 64
_LOCK = 7_361_001  # any constant: serialises writers so that each entry knows the one before it


def _hash(previous: str, at: datetime, person: int | None, action: str, subject: str, details: Mapping[str, Any]) -> str:
    line = json.dumps([previous, at.isoformat(), person, action, subject, details], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(line.encode()).hexdigest()


@transaction.atomic
def record(
    action: str, *, by: Person | None, at: datetime, subject: str = "", details: Mapping[str, Any] | None = None
) -> AuditEntry:
    """Append one entry. `details` must be JSON-ready and hold no secret and no content of personal records."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = AuditEntry.objects.order_by("-pk").first()
    previous = last.hash if last else GENESIS
    facts = dict(details or {})
    return AuditEntry.objects.create(
        at=at,
        person=by,
        action=action,
        subject=subject[:300],
        details=facts,
        previous_hash=previous,
        hash=_hash(previous, at, by.pk if by else None, action, subject[:300], facts),
    )


def first_broken() -> AuditEntry | None:
    """The first entry whose hash does not follow from its content and its predecessor; None when the chain holds."""
    previous = GENESIS
    for entry in AuditEntry.objects.order_by("pk").iterator():
        expected = _hash(previous, entry.at, entry.person_id, entry.action, entry.subject, entry.details)
        if entry.previous_hash != previous or entry.hash != expected:
            return entry
        previous = entry.hash
    return None
