"""An index is compared with the database in the background, and what differs is indexed again where that was asked for.

One check of a kind at a time: who asks while one waits or goes on gets that one. A check whose worker was killed is
taken up again by the queue; should it say nothing for `SILENT`, another one can be asked for.
"""

import socket
from datetime import datetime, timedelta

from django.db import connection, transaction
from procrastinate.contrib.django import app

from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.search import health, readers
from sameside.search.kinds import Kind
from sameside.search.models import IndexCheck

SILENT = timedelta(hours=6)
_LOCK = 7_361_041


@transaction.atomic
def ask(kind: Kind, *, heals: bool, by: Person, at: datetime) -> IndexCheck:
    """Have it checked by the worker; the one that waits or goes on already counts."""
    policies.check(by, "manage_settings")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    open_one = IndexCheck.objects.filter(kind=kind.name, finished_at__isnull=True, asked_at__gt=at - SILENT).first()
    if open_one is not None:
        return open_one
    made = IndexCheck.objects.create(
        kind=kind.name, heals=heals, asked_at=at, asked_by=by, documents=kind.count(), machine=socket.gethostname()
    )
    app.configure_task("search.check_index", lock=f"search.check_index.{kind.name}").defer(check=made.pk)
    audit.record("search index checked", by=by, at=at, subject=kind.plural, details={"heals": heals})
    return made


def run(check: IndexCheck, kind: Kind, *, at: datetime) -> IndexCheck:
    """Compare, and heal where that was asked for."""
    rows = IndexCheck.objects.filter(pk=check.pk)
    rows.update(machine=socket.gethostname())
    try:
        found = health.compare(kind, lambda number: rows.update(looked_at=number))
    except readers.NotReady as problem:
        rows.update(problem=str(problem), finished_at=at)
        check.refresh_from_db()
        return check
    if check.heals:
        health.heal(found)
    rows.update(
        finished_at=at,
        looked_at=found.documents,
        documents=found.documents,
        missing=len(found.missing),
        stale=len(found.stale),
        surplus=len(found.surplus),
    )
    check.refresh_from_db()
    return check
