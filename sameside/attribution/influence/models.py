"""What was found of each thing that deals met, or that was done for them, and the closer looks somebody asked for."""

from typing import ClassVar

from django.db import models

from sameside.crm.models import Campaign
from sameside.library.models import Asset
from sameside.people.models import Person


class Kind(models.TextChoices):
    ASSET = "asset", "Content"
    CAMPAIGN = "campaign", "Campaign"
    CHANNEL = "channel", "Channel"
    PLAY = "play", "Play"
    ANSWER = "answer", "Answer time"
    RECOMMENDATION = "recommendation", "Recommendation"


CREDITED = (Kind.ASSET, Kind.CAMPAIGN, Kind.CHANNEL)
"""What touches name, and credit is shared out to."""


class Verdict(models.TextChoices):
    BETTER = "better", "Won more often"
    WORSE = "worse", "Won less often"
    UNCLEAR = "unclear", "Not told apart"
    FEW = "few", "Cannot be said"


class Influence(models.Model):
    """Credit and influence of one thing, of all closed deals; all rows are replaced as a whole by the report.

    `difference`, `low` and `high` are of the share won, null while nothing can be said; `found` holds what was found of
    each result, see findings.py.
    """

    kind = models.CharField(max_length=20, choices=Kind)
    key = models.CharField(
        max_length=60,
        help_text="The channel, answer time or place of recommendations, else the id of the campaign or the asset.",
    )
    asset = models.ForeignKey(Asset, models.CASCADE, null=True, related_name="+")
    campaign = models.ForeignKey(Campaign, models.CASCADE, null=True, related_name="+")
    deals = models.PositiveIntegerField(help_text="Closed deals that met it, whenever.")
    linear = models.FloatField(null=True, help_text="Won amount credited in equal parts; null where no touch names it.")
    markov = models.FloatField(null=True, help_text="Won amount credited by removal from the chain.")
    verdict = models.CharField(max_length=8, choices=Verdict)
    exposed = models.PositiveIntegerField()
    compared = models.PositiveIntegerField()
    difference = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    needed = models.FloatField(null=True, help_text="E-value of the bound nearest to nothing; null where infinite.")
    found = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="influence_kind_key")]
        indexes: ClassVar = [models.Index(fields=["-deals", "-id"], name="influence_deals")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Estimate(models.Model):
    """A doubly robust estimate of one thing, computed in the background because somebody asked."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waits"
        RUNNING = "running", "Runs"
        DONE = "done", "Done"

    kind = models.CharField(max_length=20, choices=Kind)
    key = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    done = models.FloatField(default=0, help_text="Share of the work.")
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True, help_text="Of the processor.")
    found = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="estimate_kind_key")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}, {self.state}"
