"""The mapping of stages to conversations: proposed for the stages found, changed and confirmed by administrators."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from sameside.conversations.models import Kind, StageMapping
from sameside.conversations.stages import Found, proposals
from sameside.people import audit, policies
from sameside.people.models import Person

_FOUND = """
WITH step AS (
  SELECT deal_id, stage, probability,
         row_number() OVER history AS place, count(*) OVER (PARTITION BY deal_id) AS places
  FROM crm_stagechange WHERE NOT deleted_in_source AND at <= %s
  WINDOW history AS (PARTITION BY deal_id ORDER BY at, id)
), seen AS (
  SELECT stage, percentile_disc(0.5) WITHIN GROUP (ORDER BY probability) AS probability,
         avg(place::float / places) AS place
  FROM step GROUP BY stage
), held AS (
  SELECT stage, count(*) AS deals, count(*) FILTER (WHERE is_won) AS won,
         count(*) FILTER (WHERE is_closed AND NOT is_won) AS lost,
         percentile_disc(0.5) WITHIN GROUP (ORDER BY probability) AS probability
  FROM crm_deal WHERE NOT deleted_in_source GROUP BY stage
)
SELECT stage, coalesce(deals, 0), coalesce(won, 0), coalesce(lost, 0),
       coalesce(seen.probability, held.probability), seen.place
FROM seen FULL JOIN held USING (stage) WHERE stage <> ''
"""


class Invalid(ValueError):
    """The choice cannot be stored; the message is fit for the screen."""


def stages_found(*, at: datetime) -> list[Found]:
    """Every stage that a deal is in or was in by `at`, as the data shows it; with what was confirmed before."""
    confirmed = {row.stage: (row.kind, row.closes) for row in StageMapping.objects.filter(confirmed_at__isnull=False)}
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [at])
        return [
            Found(stage, deals, won, lost, probability, place, confirmed.get(stage))
            for stage, deals, won, lost, probability, place in cursor.fetchall()
        ]


@transaction.atomic
def propose(*, at: datetime) -> int:
    """Propose a meaning for every stage found that nobody confirmed yet, and put all in the pipeline's order.

    Returns how many stages are new or now stand for something else."""
    stored = {row.stage: row for row in StageMapping.objects.select_for_update()}
    new: list[StageMapping] = []
    old: list[StageMapping] = []
    different = 0
    for position, proposal in enumerate(proposals(stages_found(at=at))):
        row = stored.get(proposal.stage)
        if row is None:
            new.append(
                StageMapping(
                    stage=proposal.stage,
                    kind=proposal.kind,
                    closes=proposal.closes,
                    reason=proposal.reason,
                    position=position,
                )
            )
            continue
        row.position = position
        if row.confirmed_at is None:
            different += (row.kind, row.closes) != (proposal.kind, proposal.closes)
            row.kind, row.closes, row.reason = proposal.kind, proposal.closes, proposal.reason
        old.append(row)
    StageMapping.objects.bulk_create(new)
    StageMapping.objects.bulk_update(old, ["kind", "closes", "reason", "position"])
    return len(new) + different


def derive_in_background() -> None:
    """Ask for the conversations to be derived again once the running transaction is committed; asking twice is one."""

    def enqueue() -> None:
        try:
            with transaction.atomic():
                app.configure_task("conversations.derive", queueing_lock="conversations.derive").defer()
        except AlreadyEnqueued:
            return

    transaction.on_commit(enqueue)


@transaction.atomic
def change(stage: str, kind: str, closes: str, *, by: Person, at: datetime) -> StageMapping:
    """Decide what `stage` stands for (nothing when both are empty) and have the conversations derived again."""
    policies.check(by, "map_stages")
    if kind and kind not in Kind.values:
        raise Invalid("Choose one of the five conversations.")
    if closes not in StageMapping.Closes.values:
        raise Invalid("A stage is open, won or lost.")
    row = StageMapping.objects.select_for_update().get(stage=stage)
    before = {"kind": row.kind, "closes": row.closes}
    row.kind, row.closes = ("" if closes else kind), closes
    row.confirmed_by, row.confirmed_at = by, at
    row.save(update_fields=["kind", "closes", "confirmed_by", "confirmed_at"])
    after = {"kind": row.kind, "closes": row.closes}
    audit.record("stage.mapped", by=by, at=at, subject=stage, details={"before": before, "after": after})
    if before != after:
        derive_in_background()
    return row


@transaction.atomic
def confirm(stages: Sequence[str], *, by: Person, at: datetime) -> int:
    """Confirm these stages' proposals as they stand; those already confirmed stay as they are."""
    policies.check(by, "map_stages")
    rows = StageMapping.objects.filter(stage__in=stages, confirmed_at__isnull=True)
    names = sorted(rows.values_list("stage", flat=True))
    if names:
        rows.update(confirmed_by=by, confirmed_at=at)
        audit.record("stage.confirmed", by=by, at=at, subject=", ".join(names), details={"stages": names})
    return len(names)
