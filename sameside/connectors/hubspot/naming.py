"""Tables of a warehouse whose rows are no rows of ours: names of pipelines and teams, owners, and merges."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection

from sameside.connectors.batch import Batch
from sameside.connectors.hubspot.objects import SOURCE
from sameside.connectors.hubspot.ownerchanges import OwnerChanges
from sameside.connectors.hubspot.owners import Numbered, Teams
from sameside.connectors.hubspot.sourcemerges import Audit, MergedDeals
from sameside.connectors.hubspot.tables import OWNER_CHANGE
from sameside.connectors.intake import Merging
from sameside.connectors.merging import Merged
from sameside.connectors.salesforce.persons import side_of
from sameside.people.models import Team


class Pipelines:
    """Gives the stages of a pipeline its name in place of its number; a name that is there stays."""

    def __init__(self, *, run_id: int) -> None:
        self.run_id = run_id

    def merge(self, batch: Batch) -> Merged:
        if not batch.numbers:
            return Merged()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE crm_pipelinestage s SET pipeline = p.label, changed_by_run = %s"
                " FROM unnest(%s::text[], %s::text[]) AS p(id, label)"
                " WHERE s.source = %s AND s.pipeline = p.id AND p.label NOT IN ('', p.id) RETURNING p.id",
                [self.run_id, batch.columns["external_id"], batch.columns["label"], SOURCE],
            )
            named = {row[0] for row in cursor.fetchall()}
        return Merged(updated=len(named), unchanged=len(batch.numbers) - len(named))

    def end(self) -> None:
        """Nothing to clear away."""


class TeamNames:
    """The names of the teams, which the owners' file numbers."""

    def merge(self, batch: Batch) -> Merged:
        merged = Merged()
        for name in batch.columns.get("name", []):
            if name:
                _, is_new = Team.objects.get_or_create(name=name, defaults={"side": side_of(name)})
                merged.created += is_new
                merged.unchanged += not is_new
        return merged

    def end(self) -> None:
        """Nothing to clear away."""


def merging(name: str, *, run_id: int, at: datetime, teams: dict[str, str]) -> Merging | None:
    """What merges the rows of a table that is not simply merged into one table of ours."""
    made: dict[str, Callable[[], Merging]] = {
        "Owner": Numbered,
        "User": Numbered,
        "Team": TeamNames,
        "OwnerTeam": lambda: Teams(teams),
        "ContactHistory": lambda: OwnerChanges(OWNER_CHANGE, run_id=run_id, at=at),
        "Pipeline": lambda: Pipelines(run_id=run_id),
        "ContactMerge": lambda: Audit(at=at),
        "DealMerge": lambda: MergedDeals(run_id=run_id),
    }
    return made[name]() if name in made else None
