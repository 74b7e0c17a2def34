"""The verdicts on active assets."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sameside.library.models.assets import Asset


class Verdict(models.TextChoices):
    """The truth about one active asset in a window; `library.truth` holds the rule."""

    USED = "used", "Used"
    NOT_FOUND = "not_found", "Not found"
    NOT_RELEVANT = "not_relevant", "Not relevant"
    NOT_UNDERSTOOD = "not_understood", "Not understood"
    NO_DEMAND = "no_demand", "No demand"


class AssetVerdict(models.Model):
    """The verdict on an active asset for one window and k, with its evidence; rewritten as one by the report."""

    window = models.PositiveSmallIntegerField(help_text="Days.")
    k = models.PositiveSmallIntegerField(help_text="Impressions from which an asset counts as found.")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="verdicts")
    verdict = models.CharField(max_length=14, choices=Verdict)
    reason = models.CharField(max_length=300)
    impressions = models.PositiveIntegerField()
    opens = models.PositiveIntegerField(help_text="Opened or downloaded.")
    openers = models.PositiveIntegerField(default=0, help_text="Persons who opened or downloaded it.")
    uses = models.PositiveIntegerField()
    open_deals = models.PositiveIntegerField(help_text="Deals in its facets that were open in the window.")
    matched_searches = models.PositiveIntegerField()
    teams_shown = ArrayField(models.BigIntegerField(), default=list)
    teams_used = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["window", "k", "asset"], name="asset_verdict")]
        indexes: ClassVar = [
            models.Index(fields=["window", "k", "verdict", "-open_deals", "-id"], name="verdict_demand"),
            models.Index(fields=["window", "k", "-uses", "-id"], name="verdict_uses"),
            models.Index(
                fields=["window", "k", "-openers", "-id"], condition=models.Q(uses=0), name="verdict_opened_only"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id}: {self.verdict}"
