"""Hand-overs are rebuilt from what imports brought, where a lead has none of its own; such rows are `derived`.

All leads are read by a few statements (`told.py`) and compared with the derived rows that are there: only what differs
is written, so a second run changes nothing, and an import costs what it changed. What is no longer told goes, such as
the row of a lead that nobody owns any more. Hand-overs made here are never touched; a derived one becomes one's own as
soon as somebody does something with it here (`adopting.py`).

Times in business hours, and due times where an agreement was in force at the hand-over, are settled when a row is
written, by the calendar of its owner as it is then.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from sameside.leads.clock import calendars, due
from sameside.leads.fates import MARKETING_ROLES
from sameside.leads.history import causes, told
from sameside.leads.history.passes import UNKNOWN
from sameside.leads.models import HandOver, Lead, LeadStage
from sameside.leads.statuses import ending, meaning
from sameside.people.models import Team

BATCH = 5_000
Tell = Callable[[int, int], None]

_TOLD = (
    "owner_id", "at", "outcome", "ended_at", "accepted_at", "first_attempt_at", "last_attempt_at", "attempts",
    "reason_id", "source_reason", "agreement_id", "why",
)  # fmt: skip
_LISTED = ", ".join(_TOLD)

# A row is known again by lead and number.
_NO_MORE = """
h.derived AND NOT EXISTS (SELECT 1 FROM told t WHERE t.lead_id = h.lead_id AND t.number = h.number)
AND NOT EXISTS (SELECT 1 FROM leads_handover o WHERE o.lead_id = h.lead_id AND NOT o.derived)
"""
_BREACHES_GONE = f"DELETE FROM leads_breach b USING leads_handover h WHERE b.handover_id = h.id AND {_NO_MORE}"
_GONE = f"DELETE FROM leads_handover h WHERE {_NO_MORE}"
_DIFFERENT = f"""
CREATE TEMP TABLE told_new ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY t.lead_id, t.number) AS place, t.*, h.id AS handover_id
FROM told t LEFT JOIN leads_handover h ON h.lead_id = t.lead_id AND h.number = t.number
WHERE h.id IS NULL OR ({", ".join(f"h.{one}" for one in _TOLD)})
      IS DISTINCT FROM ({", ".join(f"t.{one}" for one in _TOLD)}) OR (h.segment = '' AND t.segment <> '')
"""
_SOME = """
SELECT place, owner_id, at, accepted_at, first_attempt_at FROM told_new WHERE place > %(after)s
ORDER BY place LIMIT %(most)s
"""
_RAN = "CREATE TEMP TABLE told_ran (place bigint PRIMARY KEY, accepted integer, attempted integer) ON COMMIT DROP"
_UPDATE = f"""
UPDATE leads_handover h
SET ({_LISTED}, segment, accepted_after, attempted_after)
  = ({", ".join(f"t.{one}" for one in _TOLD)}, coalesce(nullif(h.segment, ''), t.segment), r.accepted, r.attempted)
FROM told_new t JOIN told_ran r ON r.place = t.place
WHERE h.id = t.handover_id AND h.derived {{ended}}
"""
_INSERT = f"""
INSERT INTO leads_handover (
  lead_id, number, derived, {_LISTED}, segment, accepted_after, attempted_after, note, said
)
SELECT t.lead_id, t.number, TRUE, {", ".join(f"t.{one}" for one in _TOLD)}, t.segment, r.accepted, r.attempted,
       '', ''
FROM told_new t JOIN told_ran r ON r.place = t.place WHERE t.handover_id IS NULL
"""
_TIMED = """
SELECT h.id FROM told_new t JOIN leads_handover h ON h.lead_id = t.lead_id AND h.number = t.number
WHERE t.agreement_id IS NOT NULL OR h.look_at IS NOT NULL OR h.accept_due_at IS NOT NULL
ORDER BY h.id
"""


@dataclass(frozen=True)
class Rebuilt:
    """What a run changed: derived hand-overs that were written, and those that are no longer told."""

    written: int = 0
    removed: int = 0


@transaction.atomic
def rebuild(*, at: datetime, tell: Tell | None = None) -> Rebuilt:
    """Bring the derived hand-overs of all leads in line with what is known by `at`. `tell` hears (done, of all)."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        for _, table in told.STEPS:
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute("DROP TABLE IF EXISTS told_new, told_ran")
        for statement, table in told.STEPS:
            cursor.execute(statement, _values(at))
            cursor.execute(f"ANALYZE {table}")
        cursor.execute(_BREACHES_GONE)
        cursor.execute(_GONE)
        removed = cursor.rowcount
        cursor.execute(_DIFFERENT)
        cursor.execute("CREATE INDEX ON told_new (place)")
        cursor.execute("SELECT count(*) FROM told_new")
        of_all: int = cursor.fetchone()[0]
        cursor.execute(_RAN)
        _ran(cursor, of_all, tell)
        # The one open row of a lead closes before another opens.
        cursor.execute(_UPDATE.format(ended="AND t.ended_at IS NOT NULL"))
        cursor.execute(_UPDATE.format(ended="AND t.ended_at IS NULL"))
        cursor.execute(_INSERT)
        cursor.execute(_TIMED)
        timed = [row[0] for row in cursor.fetchall()]
    _set_due(timed, at=at)
    return Rebuilt(of_all, removed)


def _values(at: datetime) -> Mapping[str, Any]:
    statuses = set(Lead.objects.order_by().values_list("status", flat=True).distinct())
    texts = set(Lead.objects.order_by().exclude(source_reason="").values_list("source_reason", flat=True).distinct())
    stages = set(LeadStage.objects.order_by().values_list("stage", flat=True).distinct())
    said, why = sorted(statuses | stages), sorted(texts | statuses - {""})
    return {
        "at": at,
        "unknown": UNKNOWN,
        "roles": [str(role) for role in MARKETING_ROLES],
        "marketing": str(Team.Side.MARKETING),
        "statuses": said,
        "endings": [ending(one) for one in said],
        "works": [meaning(one) == "worked" for one in said],
        "texts": why,
        "reasons": [causes.reason_of(one) for one in why],
    }


def _ran(cursor: Any, of_all: int, tell: Tell | None) -> None:
    """How much business time passed until each was accepted and tried, by the owner's hours."""
    last, done = 0, 0
    hours: dict[int, Any] = {}
    while True:
        cursor.execute(_SOME, {"after": last, "most": BATCH})
        rows = cursor.fetchall()
        if not rows:
            return
        hours |= calendars.hours_of_many({row[1] for row in rows} - hours.keys())
        with cursor.copy("COPY told_ran (place, accepted, attempted) FROM STDIN") as copy:
            for place, owner, at, accepted, attempted in rows:
                between = hours[owner].between
                copy.write_row(
                    (place, between(at, accepted) if accepted else None, between(at, attempted) if attempted else None)
                )
        last, done = rows[-1][0], done + len(rows)
        if tell:
            tell(done, of_all)


def _set_due(ids: Sequence[int], *, at: datetime) -> None:
    for start in range(0, len(ids), BATCH):
        rows = list(HandOver.objects.filter(pk__in=ids[start : start + BATCH]).order_by("pk"))
        settings = due.settings_of(rows)
        changed = [one for one in rows if due.set_with(one, settings[one.pk], at=at)]
        with connection.cursor() as cursor:
            cursor.execute(_DUE, [[getattr(one, column) for one in changed] for column in ("pk", *due.COLUMNS)])


_DUE = f"""
UPDATE leads_handover h SET {", ".join(f"{column} = n.{column}" for column in due.COLUMNS)}
FROM unnest(%s::bigint[], {", ".join("%s::timestamptz[]" for _ in due.COLUMNS)}) AS n (id, {", ".join(due.COLUMNS)})
WHERE h.id = n.id
"""
