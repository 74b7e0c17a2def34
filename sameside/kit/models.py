"""Snapshots: reports computed in the background and read at once, so that no page grows slower with the company."""

from typing import ClassVar

from django.db import models


class Snapshot(models.Model):
    """The data of one report for one choice of parameters, and when it was true."""

    name = models.CharField(max_length=60)
    key = models.CharField(max_length=64, help_text="Digest of the parameters.")
    params = models.JSONField()
    data = models.JSONField()
    computed_at = models.DateTimeField()
    seconds = models.FloatField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["name", "key"], name="snapshot_name_key")]
