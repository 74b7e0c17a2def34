"""HubSpot deals: the deal, who takes part in it, and when it entered each stage.

A stage is known by its label, and by its label with the pipeline behind it where several pipelines have one of that
name. What a label means and whether its deals are won comes from the stages of the source where a warehouse brought
them, else from the export.
"""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from sameside.connectors import values
from sameside.connectors.batch import Batch
from sameside.connectors.hubspot import rules
from sameside.connectors.hubspot.batches import Further, name_companies, told, untold
from sameside.connectors.hubspot.columns import Columns
from sameside.connectors.hubspot.objects import ROLE, SOURCE, STAGE_CHANGE, deal
from sameside.connectors.hubspot.overlap import Later, Layers
from sameside.connectors.hubspot.owners import Owners
from sameside.connectors.hubspot.sourcemerges import mark_merged_deals
from sameside.connectors.merging import Merged
from sameside.crm.models import PipelineStage

Value = str | None
Row = dict[str, Value]


class Stages:
    """Every stage known of the source: what ids stand for, and which labels several pipelines share."""

    def __init__(self) -> None:
        self.by_id: dict[str, PipelineStage] = {}
        self.by_label: dict[tuple[str, str], PipelineStage] = {}
        self.pipelines: dict[str, set[str]] = {}
        for stage in PipelineStage.objects.filter(source=SOURCE, deleted_in_source=False).order_by("pk"):
            self._know(stage)

    def _know(self, stage: PipelineStage) -> None:
        self.by_id[stage.external_id] = stage
        self.by_label.setdefault((stage.pipeline, stage.label), stage)
        self.pipelines.setdefault(stage.label, set()).add(stage.pipeline)

    def learn(self, pairs: Iterable[tuple[str, str]], *, run_id: int) -> None:
        """Write down the (stage, pipeline) that an export names and that are not known yet."""
        for label, pipeline in sorted(set(pairs)):
            if label and pipeline and (pipeline, label) not in self.by_label and label not in self.by_id:
                stage = PipelineStage.objects.create(
                    source=SOURCE,
                    external_id=_own_id(label, pipeline),
                    pipeline=pipeline[:120],
                    label=label[:120],
                    created_by_run=run_id,
                    changed_by_run=run_id,
                )
                self._know(stage)

    def name(self, stage: Value, pipeline: Value, stage_id: Value = "", pipeline_id: Value = "") -> str:
        """What the stage is called here."""
        known = self.by_id.get(stage_id or stage or "")
        if known is not None:
            return self._name(known.label, known.pipeline)
        given = stage or stage_id or ""
        if not given:
            return ""
        return self._name(given, pipeline or pipeline_id or "")

    def _name(self, label: str, pipeline: str) -> str:
        return rules.stage_name(label, pipeline, is_shared=len(self.pipelines.get(label, ())) > 1)

    def told(self, stage: str, pipeline: str) -> tuple[Value, Value]:
        """(is closed, is won) as the source says it, None where it does not."""
        known = self.by_id.get(stage) or self.by_label.get((pipeline, stage))
        if known is None:
            return None, None
        return _letter(known.is_closed), _letter(known.is_won)


def _letter(value: bool | None) -> Value:
    return None if value is None else "t" if value else "f"


def _own_id(label: str, pipeline: str) -> str:
    return "label:" + sha256(f"{pipeline}\x1f{label}".encode()).hexdigest()[:32]


class Deals:
    """Merges batches of deals, and the roles, stage changes and companies that their rows tell of."""

    def __init__(self, found: Columns, stages: Stages, later: Later, *, run_id: int, at: datetime) -> None:
        self.target = deal(found, stages.name, told=stages.told)
        self.run_id = run_id
        self.stages = stages
        self.dated = found.dated
        silent = untold(self.target)
        if found.has("amount_given") and not found.has("currency"):
            silent -= {"currency"}
        self.deals = Layers(
            self.target,
            run_id=run_id,
            at=at,
            silent=silent,
            later=later,
            told=lambda found: told(deal(found, stages.name, told=stages.told)),
        )
        self.roles = Further(ROLE, "contacts in deals", run_id=run_id, at=at, untold=frozenset({"role", "is_primary"}))
        self.changes = Further(STAGE_CHANGE, "stage changes", run_id=run_id, at=at)
        self.owners = Owners()
        self.companies = self.merged_away = self.unstaged = 0

    def merge(self, batch: Batch) -> Merged:
        if not batch.numbers:
            return Merged()
        batch.columns["ref_owner"] = self.owners.resolve(batch.columns["ref_owner"])
        self.companies += name_companies(batch, run_id=self.run_id)
        merged = self.deals.merge(batch)
        self.unstaged += batch.columns["stage"].count("")
        rows = [dict(zip(batch.columns, row, strict=True)) for row in zip(*batch.columns.values(), strict=True)]
        group = [role for row in rows for role in roles(row["external_id"] or "", rules.ids(row["contact_ids"]))]
        absent = self.roles.add(group).get("contact", [])
        if absent:
            merged.missing["contact"] += len(absent)
            merged.absent["contact"] = absent
        self.changes.add([change for row in rows for change in self._changes(row)])
        gone = [number for row in rows for number in rules.ids(row["merged"]) if number != row["external_id"]]
        if gone:
            self.merged_away += mark_merged_deals(gone, run_id=self.run_id)
        return merged

    def _changes(self, row: Row) -> list[Row]:
        """A stage change for every date of entering a stage."""
        changes = []
        for each in self.dated:
            at = row[each.column]
            if at:
                entered = each.entered
                stage = self.stages.name(entered.stage, entered.pipeline or row["raw_pipeline"], entered.stage_id)
                column = entered.stage_id or f"{entered.pipeline}\x1f{entered.stage}"
                changes.append(change(row["external_id"] or "", column, stage, at))
        return changes

    def end(self) -> None:
        for each in (self.deals, self.roles, self.changes):
            each.end()

    @property
    def notes(self) -> list[str]:
        notes = [*self.roles.notes, *self.changes.notes, *self.owners.notes]
        if self.companies:
            notes.append(f"{self.companies:,} × company known only by id and name")
        if self.merged_away:
            notes.append(f"{self.merged_away:,} deals that HubSpot merged into others")
        if self.unstaged:
            notes.append(f"{self.unstaged:,} deals have no stage")
        return notes


def roles(deal_id: str, contacts: Iterable[str], role: Value = "") -> list[Row]:
    """A row of the buying group for every contact of the deal."""
    return [
        {
            "external_id": values.short(f"{deal_id}:{contact}"),
            "role": (role or "")[:80],
            "is_primary": "f",
            "ref_deal": deal_id,
            "ref_contact": contact,
        }
        for contact in contacts
    ]


def change(deal_id: str, column: str, stage: str, at: str) -> Row:
    """An export keeps one date for each stage: the row is known by the deal and the stage's column."""
    mark = sha256(column.encode()).hexdigest()[:24]
    return {"external_id": values.short(f"{deal_id}:{mark}"), "stage": stage[:120], "at": at, "ref_deal": deal_id}
