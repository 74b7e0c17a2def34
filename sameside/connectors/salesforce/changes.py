"""Histories of fields, in a file for each object (OpportunityFieldHistory, LeadHistory) or in one for all
(EntityHistory of weekly exports): which stage a deal entered, which status a lead, and which person got it when.

A deal's first stage stands only in the old value of its first change; it becomes a row of its own at the time of the
deal's creation. Of an owner's change the CRM writes two rows, one with names and one with ids: only the latter says
whether somebody or a queue held the lead. Changes of other fields and objects are counted and said.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection

from sameside.connectors.batch import Batch
from sameside.connectors.merging import Merge, Merged
from sameside.connectors.models import ImportRun
from sameside.connectors.objects import Object, plain
from sameside.connectors.salesforce import ids
from sameside.connectors.salesforce.histories import LEAD_ENTERED, STAGE_ENTERED
from sameside.connectors.salesforce.pieces import SOURCE
from sameside.connectors.values import Value
from sameside.leads.models import HANDED_OVER, PASSED_ON

DEAL, LEAD, USER, QUEUE = "006", "00Q", "005", "00G"
OWNERS = {"handed": HANDED_OVER, "passed": PASSED_ON}
_FIRST = f"""
    INSERT INTO crm_stagechange AS t (
        source, external_id, deleted_in_source, created_by_run, changed_by_run, deal_id, stage, at, inferred
    )
    SELECT '{SOURCE}', 'first:' || d.external_id, false, %(run)s, %(run)s, d.id, left(f.stage, 120), f.at, false
    FROM unnest(%(deals)s::text[], %(stages)s::text[], %(times)s::timestamptz[]) AS f(deal, stage, at)
    JOIN crm_deal d ON d.source = '{SOURCE}' AND d.external_id = f.deal
    ON CONFLICT (source, external_id) DO UPDATE SET stage = EXCLUDED.stage, at = EXCLUDED.at,
        changed_by_run = EXCLUDED.changed_by_run
    WHERE EXCLUDED.at < t.at
"""


def kind_of(field: str, record: Value, old: Value, new: Value) -> str:
    """What a change means here: "stage", "status", "handed", "passed", or nothing."""
    name = plain(field).rsplit(".", 1)[-1]
    if not record or not new:
        return ""
    if record.startswith(DEAL) and name in ("stagename", "stage"):
        return "stage"
    if record.startswith(LEAD) and name == "status":
        return "status"
    if record.startswith(LEAD) and name in ("owner", "ownerid"):
        if not new.startswith(USER):
            return ""
        return "handed" if not old or old.startswith(QUEUE) else "passed" if old.startswith(USER) else ""
    return ""


def _person(user: Value) -> Value:
    return ids.owner(user or "")


class Changes:
    """Merges batches of a field history. `passed` counts the changes of fields that are not used."""

    def __init__(self, run: ImportRun) -> None:
        self.run_id = run.pk
        at: datetime = run.started_at or run.created_at
        self._merges = {target.name: Merge(target, run_id=run.pk, at=at) for target in (STAGE_ENTERED, LEAD_ENTERED)}
        for merge in self._merges.values():
            merge.begin()
        self.passed: Counter[str] = Counter()

    def merge(self, batch: Batch) -> Merged:
        columns = batch.columns
        read = list(zip(columns["field"], columns["ref_record"], columns["old"], columns["new"], strict=True))
        kinds = [kind_of(field or "", record, old, new) for field, record, old, new in read]
        self.passed.update(field or "" for (field, *_), kind in zip(read, kinds, strict=True) if not kind)
        stages = [place for place, kind in enumerate(kinds) if kind == "stage"]
        statuses = [place for place, kind in enumerate(kinds) if kind == "status" or kind in OWNERS]
        names = [OWNERS.get(kind, new) for kind, new in zip(kinds, columns["new"], strict=True)]
        merged = self._part(STAGE_ENTERED, "deal", batch, stages, names)
        owners = {
            "ref_owner": [
                _person(new) if kind in OWNERS else None for kind, (*_, new) in zip(kinds, read, strict=True)
            ],
            "ref_owner_before": [
                _person(old) if kind == "passed" else None for kind, (_, _, old, _) in zip(kinds, read, strict=True)
            ],
        }
        merged = _sum((merged, self._part(LEAD_ENTERED, "lead", batch, statuses, names, owners)))
        self._first(batch, stages)
        return merged

    def _part(
        self,
        target: Object,
        refers: str,
        batch: Batch,
        places: list[int],
        stages: list[Value],
        owners: Mapping[str, list[Value]] | None = None,
    ) -> Merged:
        def taken(column: list[Value]) -> list[Value]:
            return [column[place] for place in places]

        columns = {name: taken(batch.columns[name]) for name in ("external_id", "deleted_in_source", "at", "ref_by")}
        columns |= {"stage": taken(stages), f"ref_{refers}": taken(batch.columns["ref_record"])}
        columns |= {name: taken(column) for name, column in (owners or {}).items()}
        part = Batch(numbers=[batch.numbers[place] for place in places], columns=columns)
        return self._merges[target.name].merge(part)

    def _first(self, batch: Batch, places: Iterable[int]) -> None:
        """Keep the old value of the earliest change of every deal as the stage it began in."""
        earliest: dict[str, tuple[str, str]] = {}
        for place in places:
            deal, old, at = (batch.columns[name][place] for name in ("ref_record", "old", "at"))
            if deal and old and at and (deal not in earliest or at < earliest[deal][1]):
                earliest[deal] = (old, at)
        values: dict[str, int | list[str]] = {
            "run": self.run_id,
            "deals": list(earliest),
            "stages": [stage for stage, _ in earliest.values()],
            "times": [at for _, at in earliest.values()],
        }
        with connection.cursor() as cursor:
            cursor.execute(_FIRST, values)

    def end(self) -> None:
        for merge in self._merges.values():
            merge.end()

    @property
    def note(self) -> str:
        """Which changes were passed over, the most frequent fields first."""
        total = self.passed.total()
        if not total:
            return ""
        named = ", ".join(field for field, _ in self.passed.most_common(3))
        return f"{total:,} changes of other fields or objects are not used ({named})"


def _sum(parts: Iterable[Merged]) -> Merged:
    total = Merged()
    for part in parts:
        total.created += part.created
        total.updated += part.updated
        total.unchanged += part.unchanged
        total.missing.update(part.missing)
        total.absent |= part.absent
        total.refused |= part.refused
    return total
