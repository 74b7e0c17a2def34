"""Where content comes from by itself: web addresses and watched folders."""

from typing import ClassVar

from django.db import models

from sameside.library.models.assets import Asset
from sameside.people.models import Person


class WebSource(models.Model):
    """The address an asset was brought in from, which can be checked again."""

    asset = models.OneToOneField(Asset, models.CASCADE, related_name="web_source")
    url = models.CharField(max_length=2000, unique=True)
    checked_at = models.DateTimeField()
    found = models.CharField(max_length=300, help_text="What the last check found, in a sentence.")
    added_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.url


class WatchedFolder(models.Model):
    """A folder of this machine whose new and changed files come into the library by themselves."""

    path = models.CharField(max_length=500, unique=True)
    added_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    scanned_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True, help_text="Why the last scan found nothing.")
    last_run_id = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["path"]

    def __str__(self) -> str:
        return self.path


class WatchedFile(models.Model):
    """A file as the last scan saw it, and as it was when it was brought in: it comes in when it stands still."""

    folder = models.ForeignKey(WatchedFolder, models.CASCADE, related_name="files")
    name = models.CharField(max_length=500, help_text="Below the folder.")
    seen = models.CharField(max_length=60, help_text="Size and time of change at the last scan.")
    taken = models.CharField(max_length=60, blank=True, help_text="The same when it was brought in.")
    missing_since = models.DateTimeField(null=True)
    asset = models.ForeignKey(Asset, models.SET_NULL, null=True, related_name="watched_files")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["folder", "name"], name="watched_file_name")]

    def __str__(self) -> str:
        return self.name
