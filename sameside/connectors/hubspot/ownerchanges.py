"""Former values of contacts: whom a contact that is a lead was given to, and when. All other values are passed over.

Each change stands alone in the table; which one took the lead from nobody and which one from somebody is settled once
all of them are here (`settling`).
"""

from datetime import datetime

from sameside.connectors.batch import Batch
from sameside.connectors.hubspot.objects import SOURCE
from sameside.connectors.hubspot.owners import Owners
from sameside.connectors.merging import Merge, Merged
from sameside.connectors.objects import Object
from sameside.leads.models import Lead


class OwnerChanges:
    """Merges batches of changes of owner. `others` counts those of contacts that are no leads."""

    def __init__(self, target: Object, *, run_id: int, at: datetime) -> None:
        self._merge = Merge(target, run_id=run_id, at=at)
        self._merge.begin()
        self.owners = Owners()
        self.others = 0

    def merge(self, batch: Batch) -> Merged:
        contacts = batch.columns.get("ref_lead", [])
        leads = set(Lead.objects.filter(source=SOURCE, external_id__in=contacts).values_list("external_id", flat=True))
        places = [place for place, contact in enumerate(contacts) if contact in leads]
        self.others += len(contacts) - len(places)
        columns = {name: [column[place] for place in places] for name, column in batch.columns.items()}
        if places:
            columns["ref_owner"] = self.owners.resolve(columns["ref_owner"])
        return self._merge.merge(Batch(numbers=[batch.numbers[place] for place in places], columns=columns))

    def end(self) -> None:
        self._merge.end()

    @property
    def notes(self) -> list[str]:
        changes = "1 change" if self.others == 1 else f"{self.others:,} changes"
        passed = [f"{changes} of owner of contacts that are no leads"] if self.others else []
        return [*passed, *self.owners.notes]
