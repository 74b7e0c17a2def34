"""HubSpot companies become companies; what HubSpot merged of them is handed over to identity."""

from datetime import datetime

from sameside.connectors.batch import Batch
from sameside.connectors.hubspot import rules
from sameside.connectors.hubspot.batches import told, untold
from sameside.connectors.hubspot.columns import Columns
from sameside.connectors.hubspot.objects import company
from sameside.connectors.hubspot.overlap import Later, Layers
from sameside.connectors.hubspot.owners import Owners
from sameside.connectors.hubspot.sourcemerges import SourceMerges
from sameside.connectors.merging import Merged
from sameside.identity.models import Kind


class Companies:
    """Merges batches of companies."""

    def __init__(self, found: Columns, later: Later, *, run_id: int, at: datetime) -> None:
        self.target = company(found)
        self.companies = Layers(
            self.target,
            run_id=run_id,
            at=at,
            silent=untold(self.target),
            later=later,
            told=lambda found: told(company(found)),
        )
        self.owners = Owners()
        self.merges = SourceMerges(Kind.COMPANY, at=at)

    def merge(self, batch: Batch) -> Merged:
        if not batch.numbers:
            return Merged()
        batch.columns["ref_owner"] = self.owners.resolve(batch.columns["ref_owner"])
        merged = self.companies.merge(batch)
        pairs = zip(batch.columns["external_id"], batch.columns["merged"], strict=True)
        self.merges.add((number or "", rules.ids(gone)) for number, gone in pairs)
        return merged

    def end(self) -> None:
        self.companies.end()

    @property
    def notes(self) -> list[str]:
        return [*self.owners.notes, *self.merges.notes]
