"""What became of a lead: exactly one fate, from what the CRM holds.

Read from the end of its way backwards, the first that is true counts:

1. it was converted and its deal is won, lost or open → `won`, `lost`, `open`;
2. it was converted without a deal → `converted`;
3. its last hand-over made here ended as returned, disqualified or recycled, or, unless one made here is open, its
   status says that sales gave it up or back (returned, recycled, nurture, disqualified, junk, ...) → `returned`;
4. nobody owns it (a queue does) → `waiting`, it was not handed over;
5. somebody tried: an attempt is logged, or the status says that work began → `worked`;
6. otherwise it was handed over and nothing happened → `untouched`.

A lead is handed over when it is created for a person, or when the history of its owner says that it came from a queue
to a person for the first time. An attempt is an activity that was done at or after the hand-over, with the lead or with
the contact it became until the day of conversion, by anybody but people of marketing: exports often tell neither team
nor role, and whoever is not known to be in marketing counts as sales. Where a calendar day is all that an activity has
(midnight), one on the day of the hand-over counts as made at the hand-over.

`settled` is the rule without a database; `settle` is the same rule as one set-based statement for all leads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Literal

from django.db import connection, transaction

from sameside.leads.models import HANDED_OVER, HandOver, Lead
from sameside.leads.statuses import meaning
from sameside.people.models import Team
from sameside.people.roles import Role

Fate = Lead.Fate
MARKETING_ROLES = (Role.MARKETER, Role.EDITOR)
GAVE_UP = (HandOver.Outcome.RETURNED, HandOver.Outcome.DISQUALIFIED, HandOver.Outcome.RECYCLED)
Handed = Literal["", "open", "gave_up"]
"""How the last hand-over that was made here (not derived) stands: it is open, sales gave it up or back, or neither."""


@dataclass(frozen=True)
class Attempt:
    """An activity with the lead. `of_contact`: it was logged on the contact that the lead became."""

    at: datetime
    is_done: bool = True
    role: str = ""
    side: str = ""
    of_contact: bool = False


@dataclass(frozen=True)
class Outcome:
    """The deal of a converted lead."""

    is_closed: bool = False
    is_won: bool = False
    amount: Decimal | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of one lead. `memberships`: when it joined which campaign, with the row's number."""

    status: str
    created_at: datetime
    has_owner: bool = False
    is_converted: bool = False
    converted_on: date | None = None
    deal: Outcome | None = None
    activities: Sequence[Attempt] = ()
    memberships: Sequence[tuple[datetime, int, int]] = ()
    left_queue_at: datetime | None = None
    handed: Handed = ""

    @property
    def handed_over_at(self) -> datetime:
        """When a person got it, if somebody owns it."""
        return self.left_queue_at or self.created_at


@dataclass(frozen=True)
class Settled:
    fate: str
    campaign: int | None
    handed_over_at: datetime | None
    first_attempt_at: datetime | None
    attempts: int
    won_amount: Decimal | None


def _attempt_at(attempt: Attempt, facts: Facts) -> datetime | None:
    """When it counts as made; None when it is no attempt of sales after the hand-over."""
    if not attempt.is_done or attempt.role in MARKETING_ROLES or attempt.side == Team.Side.MARKETING:
        return None
    day = attempt.at.astimezone(UTC).date()
    if attempt.of_contact and (facts.converted_on is None or day > facts.converted_on):
        return None
    handed = facts.handed_over_at
    if attempt.at >= handed:
        return attempt.at
    at_midnight = attempt.at.astimezone(UTC).time() == time()
    return handed if at_midnight and day == handed.astimezone(UTC).date() else None


def _fate(facts: Facts, attempts: int) -> Fate:
    if facts.deal is not None:
        if facts.deal.is_won:
            return Fate.WON
        return Fate.LOST if facts.deal.is_closed else Fate.OPEN
    if facts.is_converted:
        return Fate.CONVERTED
    says = meaning(facts.status)
    if facts.handed == "gave_up" or (says == "returned" and facts.handed != "open"):
        return Fate.RETURNED
    if not facts.has_owner:
        return Fate.WAITING
    return Fate.WORKED if attempts or says == "worked" else Fate.UNTOUCHED


def settled(facts: Facts) -> Settled:
    """The derived columns of one lead."""
    made: list[datetime] = []
    if facts.has_owner:
        made = [at for at in (_attempt_at(one, facts) for one in facts.activities) if at is not None]
    first = min(facts.memberships, default=None)
    return Settled(
        fate=_fate(facts, len(made)),
        campaign=first[2] if first else None,
        handed_over_at=facts.handed_over_at if facts.has_owner else None,
        first_attempt_at=min(made, default=None),
        attempts=len(made),
        won_amount=facts.deal.amount if facts.deal and facts.deal.is_won else None,
    )


_SETTLE = """
WITH activity AS (
  SELECT a.id, a.at, a.lead_id, a.contact_id FROM crm_activity a
  LEFT JOIN people_person p ON p.id = a.owner_id
  LEFT JOIN people_team t ON t.id = p.team_id
  WHERE a.is_done AND NOT a.deleted_in_source AND a.at <= %(at)s
    AND coalesce(p.role, '') <> ALL(%(roles)s) AND coalesce(t.side, '') <> %(marketing)s
), left_queue AS (
  SELECT lead_id, min(at) AS at FROM leads_leadstage
  WHERE stage = %(handed_over)s AND NOT deleted_in_source AND at <= %(at)s GROUP BY lead_id
), lead AS (
  SELECT l.*, coalesce(q.at, l.created_at) AS handed_at FROM leads_lead l LEFT JOIN left_queue q ON q.lead_id = l.id
), with_lead AS (
  SELECT l.id AS lead_id, l.handed_at, a.id, a.at
  FROM lead l JOIN activity a ON a.lead_id = l.id WHERE l.owner_id IS NOT NULL
  UNION
  SELECT l.id, l.handed_at, a.id, a.at
  FROM lead l JOIN activity a ON a.contact_id = l.contact_id
  WHERE l.owner_id IS NOT NULL AND l.converted_on IS NOT NULL AND (a.lead_id IS NULL OR a.lead_id = l.id)
    AND (a.at AT TIME ZONE 'UTC')::date <= l.converted_on
), attempt AS (
  SELECT lead_id, count(*) AS attempts, min(greatest(at, handed_at)) AS first_at
  FROM with_lead
  WHERE at >= handed_at
     OR (at AT TIME ZONE 'UTC')::time = '00:00'
        AND (at AT TIME ZONE 'UTC')::date = (handed_at AT TIME ZONE 'UTC')::date
  GROUP BY lead_id
), member AS (
  SELECT DISTINCT ON (lead_id) lead_id, campaign_id FROM crm_campaignmember
  WHERE lead_id IS NOT NULL AND NOT deleted_in_source AND at <= %(at)s ORDER BY lead_id, at, id
), handed AS (
  SELECT DISTINCT ON (lead_id) lead_id,
         CASE WHEN outcome = ANY(%(gave_up)s) THEN 'gave_up' WHEN outcome = '' THEN 'open' ELSE '' END AS stands
  FROM leads_handover WHERE NOT derived ORDER BY lead_id, number DESC
), says AS (
  SELECT * FROM unnest(%(statuses)s::text[], %(meanings)s::text[]) AS s(status, meaning)
), new AS (
  SELECT l.id, m.campaign_id,
         CASE WHEN d.is_won THEN 'won' WHEN d.is_closed THEN 'lost' WHEN d.id IS NOT NULL THEN 'open'
              WHEN l.is_converted THEN 'converted'
              WHEN h.stands = 'gave_up' OR s.meaning = 'returned' AND h.stands IS DISTINCT FROM 'open' THEN 'returned'
              WHEN l.owner_id IS NULL THEN 'waiting'
              WHEN a.attempts > 0 OR s.meaning = 'worked' THEN 'worked' ELSE 'untouched' END AS fate,
         CASE WHEN l.owner_id IS NOT NULL THEN l.handed_at END AS handed_over_at,
         a.first_at, coalesce(a.attempts, 0) AS attempts, CASE WHEN d.is_won THEN d.amount END AS won_amount
  FROM lead l
  LEFT JOIN crm_deal d ON d.id = l.deal_id AND NOT d.deleted_in_source
  LEFT JOIN attempt a ON a.lead_id = l.id
  LEFT JOIN member m ON m.lead_id = l.id
  LEFT JOIN handed h ON h.lead_id = l.id
  LEFT JOIN says s ON s.status = l.status
)
UPDATE leads_lead AS l
SET fate = new.fate, campaign_id = new.campaign_id, handed_over_at = new.handed_over_at,
    first_attempt_at = new.first_at, attempts = new.attempts, won_amount = new.won_amount
FROM new
WHERE l.id = new.id
  AND (l.fate, l.campaign_id, l.handed_over_at, l.first_attempt_at, l.attempts, l.won_amount)
      IS DISTINCT FROM
      (new.fate, new.campaign_id, new.handed_over_at, new.first_at, new.attempts, new.won_amount)
"""


@transaction.atomic
def settle(*, at: datetime) -> int:
    """Settle the derived columns of every lead from what was known by `at`; returns how many leads changed."""
    statuses = list(Lead.objects.order_by().values_list("status", flat=True).distinct())
    with connection.cursor() as cursor:
        cursor.execute(
            _SETTLE,
            {
                "at": at,
                "handed_over": HANDED_OVER,
                "roles": [str(role) for role in MARKETING_ROLES],
                "marketing": str(Team.Side.MARKETING),
                "gave_up": [str(outcome) for outcome in GAVE_UP],
                "statuses": statuses,
                "meanings": [meaning(status) for status in statuses],
            },
        )
        changed: int = cursor.rowcount
    return changed
