"""Attempts: activities of sales with a lead while it was handed over, whether logged here or brought in from the CRM.

One definition everywhere, that of `leads/fates.py`: done, not by people of marketing, at or after the hand-over (a day
without an hour counts from the hand-over of that day), until it ended. `settle_attempts` counts them for one hand-over,
`settle_all` for many in one statement, which is what follows an import.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from sameside.crm.models import Activity
from sameside.leads.clock import due
from sameside.leads.fates import MARKETING_ROLES
from sameside.leads.handover import answering, working
from sameside.leads.handover.transitions import State, Verb, state_of
from sameside.leads.handover.working import Kind
from sameside.leads.models import HandOver
from sameside.people.models import Person, Team
from sameside.people.policies import Refused

SOURCE = "sameside"
COLUMNS = ("first_attempt_at", "attempted_after", "attempts", "last_attempt_at")
BATCH = 1_000


@dataclass(frozen=True)
class Tap:
    """One tap: a channel with what came of it."""

    key: str
    channel: Activity.Kind
    result: str
    icon: str


TAPS = (
    Tap("call-none", Activity.Kind.CALL, "No answer", "phone"),
    Tap("call-message", Activity.Kind.CALL, "Left a message", "phone"),
    Tap("call-spoke", Activity.Kind.CALL, "Spoke", "phone"),
    Tap("email-sent", Activity.Kind.EMAIL, "Sent", "mail"),
    Tap("email-replied", Activity.Kind.EMAIL, "They replied", "mail"),
    Tap("social-sent", Activity.Kind.SOCIAL, "Sent", "message"),
    Tap("social-replied", Activity.Kind.SOCIAL, "They replied", "message"),
    Tap("meeting-held", Activity.Kind.MEETING, "Held", "users"),
    Tap("meeting-missed", Activity.Kind.MEETING, "Nobody came", "users"),
)
BY_KEY = {tap.key: tap for tap in TAPS}


@transaction.atomic
def log(
    handover: HandOver, channel: str, *, result: str = "", note: str = "", once: str = "", by: Person, at: datetime
) -> HandOver:
    """Log an attempt. Who tries has accepted. The same `once` a second time (a double tap) logs nothing more."""
    if channel not in Activity.Kind.values:
        raise Refused("Choose how you tried: by call, e-mail, meeting or message.")
    handover = working.begin(handover, Verb.ATTEMPT, by=by, at=at)
    key = f"attempt-{handover.pk}-{working.sentence(once)[:40] or secrets.token_hex(8)}"
    if Activity.objects.filter(source=SOURCE, external_id=key).exists():
        return handover
    accepts = state_of(handover) == State.NEW
    before = {"handover": working.plain(handover, answering.ACCEPTED) if accepts else {}}
    if accepts:
        answering.take(handover, by=by, at=at)
    label, lead = Activity.Kind(channel).label, handover.lead
    subject = f"{label}: {working.sentence(result)}" if result else label
    made = Activity.objects.create(
        source=SOURCE, external_id=key, kind=channel, subject=subject[:255],
        body=working.sentence(note), at=at, owner=by, company_id=lead.company_id, lead=lead,
    )  # fmt: skip
    settle_attempts(handover, at=at)
    working.store(handover, ["accepted_at", "accepted_by", "accepted_after", *COLUMNS], at=at)
    text = ". ".join(filter(None, (made.subject, made.body)))
    working.tell(Kind.ATTEMPTED, handover, text, {**before, "activity": made.pk}, by=by, at=at)
    return handover


def settle_attempts(handover: HandOver, *, at: datetime) -> Sequence[str]:
    """Count the attempts of one hand-over anew. Saves nothing: gives the columns that changed."""
    found = _counted([handover.pk], at)
    was = {column: getattr(handover, column) for column in COLUMNS}
    attempts, first, last = found.get(handover.pk, (0, None, None))
    handover.attempts, handover.first_attempt_at, handover.last_attempt_at = attempts, first, last
    if first is None:
        handover.attempted_after = None
    elif first != was["first_attempt_at"] or handover.attempted_after is None:
        setting = due.settings_of([handover])[handover.pk]
        handover.attempted_after = setting.clock(handover).run(first)
    return [column for column in COLUMNS if getattr(handover, column) != was[column]]


def settle_all(*, at: datetime, handovers: Iterable[int] | None = None) -> int:
    """Count the attempts of these hand-overs anew, of all when none are named; gives how many changed.

    Asks the database which differ, and reads those only: an import that brings nothing new costs one statement.
    """
    wanted = _differing(at, sorted(set(handovers)) if handovers is not None else None)
    changed = 0
    for start in range(0, len(wanted), BATCH):
        with transaction.atomic():
            changed += _settle_batch(wanted[start : start + BATCH], at)
    return changed


def _settle_batch(ids: Sequence[int], at: datetime) -> int:
    leads = HandOver.objects.filter(pk__in=ids).values("lead")
    with connection.cursor() as cursor:
        sql, params = leads.query.sql_with_params()
        cursor.execute(f"SELECT id FROM leads_lead WHERE id IN ({sql}) ORDER BY id FOR UPDATE", params)
    rows = list(HandOver.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    counted, settings = _counted(ids, at), due.settings_of(rows)
    for one in rows:
        one.attempts, one.first_attempt_at, one.last_attempt_at = counted.get(one.pk, (0, None, None))
        first = one.first_attempt_at
        one.attempted_after = settings[one.pk].clock(one).run(first) if first else None
    settings = due.settings_of(rows)
    for one in rows:
        due.set_with(one, settings[one.pk], at=at)
    HandOver.objects.bulk_update(rows, [*COLUMNS, *due.COLUMNS], batch_size=500)
    return len(rows)


_COUNTED = """
WITH made AS (
  SELECT h.id, greatest(a.at, h.at) AS at
  FROM leads_handover h
  JOIN leads_lead l ON l.id = h.lead_id
  CROSS JOIN LATERAL (
    SELECT b.id, b.at, b.owner_id FROM crm_activity b
    WHERE b.lead_id = h.lead_id AND b.is_done AND NOT b.deleted_in_source
    UNION
    SELECT c.id, c.at, c.owner_id FROM crm_activity c
    WHERE c.contact_id = l.contact_id AND c.lead_id IS NULL AND c.is_done AND NOT c.deleted_in_source
      AND (c.at AT TIME ZONE 'UTC')::date <= l.converted_on
  ) a
  LEFT JOIN people_person p ON p.id = a.owner_id
  LEFT JOIN people_team t ON t.id = p.team_id
  WHERE {which} a.at <= least(h.ended_at, %(at)s)
    AND coalesce(p.role, '') <> ALL(%(roles)s) AND coalesce(t.side, '') <> %(marketing)s
    AND (a.at >= h.at
         OR (a.at AT TIME ZONE 'UTC')::time = '00:00'
            AND (a.at AT TIME ZONE 'UTC')::date = (h.at AT TIME ZONE 'UTC')::date)
), counted AS (
  SELECT id, count(*)::int AS attempts, min(at) AS first_at, max(at) AS last_at FROM made GROUP BY id
)
"""


def _params(at: datetime) -> dict[str, Any]:
    return {"at": at, "roles": [str(one) for one in MARKETING_ROLES], "marketing": str(Team.Side.MARKETING)}


def _counted(ids: Sequence[int], at: datetime) -> dict[int, tuple[int, datetime, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTED.format(which="h.id = ANY(%(ids)s) AND") + "SELECT id, attempts, first_at, last_at FROM counted",
            {**_params(at), "ids": list(ids)},
        )
        return {pk: (attempts, first, last) for pk, attempts, first, last in cursor.fetchall()}


def _differing(at: datetime, ids: Sequence[int] | None) -> list[int]:
    only = "h.id = ANY(%(ids)s) AND" if ids is not None else ""
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTED.format(which=only)
            + f"""
            SELECT h.id FROM leads_handover h LEFT JOIN counted c ON c.id = h.id
            WHERE {only} (h.attempts, h.first_attempt_at, h.last_attempt_at)
                  IS DISTINCT FROM (coalesce(c.attempts, 0), c.first_at, c.last_at) ORDER BY h.id
            """,
            {**_params(at), "ids": None if ids is None else list(ids)},
        )
        return [pk for (pk,) in cursor.fetchall()]
