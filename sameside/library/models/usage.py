"""What was shown, searched, opened and used."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sameside.library.models.assets import Asset
from sameside.people.models import Person

LONGEST_QUERY = 1_000
"""Letters of a search that are searched and kept."""


class Search(models.Model):
    """One search as somebody meant it (keystrokes are merged), with what it showed. Append-only."""

    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    query = models.CharField(max_length=LONGEST_QUERY)
    filters = models.JSONField(default=dict)
    results = models.PositiveIntegerField()
    shown = ArrayField(models.BigIntegerField(), default=list, help_text="Ids of the assets on the first page.")
    started_at = models.DateTimeField(null=True, help_text="When its first key was typed.")
    deal = models.ForeignKey("crm.Deal", models.PROTECT, null=True, related_name="+", help_text="Searched from it.")
    lead = models.ForeignKey("leads.Lead", models.PROTECT, null=True, related_name="+", help_text="Searched from it.")
    place = models.CharField(max_length=20, blank=True, help_text="Where: `library`, `box`, `deal`, `api`, ...")
    corrected = models.CharField(
        max_length=LONGEST_QUERY, blank=True, help_text="The words that were searched instead."
    )
    positions_from = models.PositiveIntegerField(default=1, help_text="The position of the first of `shown`.")
    source = models.CharField(max_length=20, default="sameside")
    external_id = models.CharField(max_length=80, null=True)  # noqa: DJ001  null keeps it out of the unique pair
    created_by_run = models.BigIntegerField(null=True)

    class Meta:
        verbose_name_plural = "searches"
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "external_id"], name="search_source_id")]
        indexes: ClassVar = [models.Index(fields=["-at", "-id"]), models.Index(fields=["person", "-at"])]


class Usage(models.Model):
    """Somebody was shown an asset or did something with it. Append-only; written by `library.usage` only."""

    class Action(models.TextChoices):
        IMPRESSION = "impression", "Shown"
        OPEN = "open", "Opened"
        DOWNLOAD = "download", "Downloaded"
        SHARE = "share", "Shared"
        PRESENT = "present", "Presented"
        PERSONALISE = "personalise", "Personalised"
        PLAY = "play", "Play read"

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="usage")
    action = models.CharField(max_length=12, choices=Action)
    at = models.DateTimeField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    deal = models.ForeignKey("crm.Deal", models.PROTECT, null=True, related_name="usage")
    lead = models.ForeignKey("leads.Lead", models.PROTECT, null=True, related_name="usage")
    contact = models.ForeignKey("crm.Contact", models.PROTECT, null=True, related_name="+")
    search = models.ForeignKey(Search, models.PROTECT, null=True, related_name="usage")
    position = models.PositiveSmallIntegerField(null=True, help_text="Its place among the results, from 1.")
    recommended = models.BooleanField(
        db_default=False,
        help_text="Proposed for the deal or the lead; not found by words, nor listed because it was used.",
    )
    source = models.CharField(max_length=20, default="sameside")
    external_id = models.CharField(max_length=80, null=True)  # noqa: DJ001  null keeps it out of the unique pair
    created_by_run = models.BigIntegerField(null=True)

    class Meta:
        verbose_name_plural = "usage"
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "external_id"], name="usage_source_id")]
        indexes: ClassVar = [
            models.Index(fields=["asset", "at"]),
            models.Index(fields=["at"]),
            models.Index(fields=["person", "-at"]),
            models.Index(fields=["search", "action"], condition=models.Q(search__isnull=False), name="usage_of_search"),
            models.Index(fields=["deal", "at"], condition=models.Q(deal__isnull=False), name="usage_deal_time"),
            models.Index(fields=["person", "-at"], condition=models.Q(action="open"), name="usage_opened"),
            models.Index(
                fields=["asset", "-at"],
                condition=models.Q(action__in=("share", "present", "personalise")),
                name="usage_used",
            ),
            models.Index(
                fields=["-at", "-id"],
                condition=models.Q(action__in=("share", "present", "personalise")),
                name="usage_used_latest",
            ),
        ]


USED = (Usage.Action.SHARE, Usage.Action.PRESENT, Usage.Action.PERSONALISE)
