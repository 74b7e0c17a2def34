"""What keeps the library true: reviews, the reminders before them, and which version stands behind a link."""

from typing import ClassVar

from django.db import models

from sameside.library.models.assets import Asset, AssetVersion
from sameside.people.models import Person


class ReviewSheet(models.Model):
    """A file of owners and dates that somebody brought: looked at first, then applied, and undone as a whole."""

    filename = models.CharField(max_length=200)
    text = models.TextField(help_text="The file as it came.")
    brought_at = models.DateTimeField()
    brought_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    applied_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    assets = models.PositiveIntegerField(default=0, help_text="How many it changed.")
    refused = models.JSONField(default=list, help_text="Lines as (number, cells, reason), as they were when applied.")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")


class Review(models.Model):
    """Somebody judged whether an asset is still right, or its date passed. Append-only; `undone_at` takes it back."""

    class Outcome(models.TextChoices):
        VERIFIED = "verified", "Verified"
        RETIRED = "retired", "Retired"
        REPLACED = "replaced", "Replaced"
        MERGED = "merged", "Merged"
        RESTORED = "restored", "Restored"
        EXPIRED = "expired", "Expired by its date"
        OWNED = "owned", "Given an owner"

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="reviews")
    outcome = models.CharField(max_length=10, choices=Outcome)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    until = models.DateField(null=True, help_text="Verified until.")
    other = models.ForeignKey(
        Asset, models.SET_NULL, null=True, related_name="+", help_text="Replaced by, merged into."
    )
    note = models.CharField(max_length=500, blank=True)
    sheet = models.ForeignKey(ReviewSheet, models.SET_NULL, null=True, related_name="reviews")
    before = models.JSONField(default=dict, help_text="What it changed, as it was: for taking it back.")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["asset", "-at"], name="review_of_asset"),
            models.Index(fields=["-at", "-id"], name="review_latest"),
        ]


class ReviewReminder(models.Model):
    """The owner was told that an asset's date comes near: once for each date and distance."""

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="review_reminders")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    verified_until = models.DateField()
    days_before = models.SmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["asset", "person", "verified_until", "days_before"], name="review_reminder_once"
            ),
        ]


class VersionChange(models.Model):
    """Another version became the one behind the link: a new one, or an older one again. Append-only."""

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="version_changes")
    was = models.ForeignKey(AssetVersion, models.SET_NULL, null=True, related_name="+")
    became = models.ForeignKey(AssetVersion, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)


class Pin(models.Model):
    """The asset stays at this version, whatever newer ones come in, until the pin is taken out."""

    asset = models.OneToOneField(Asset, models.CASCADE, related_name="pin")
    version = models.ForeignKey(AssetVersion, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
