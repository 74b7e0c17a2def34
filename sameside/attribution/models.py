"""Credit of deals to touches, stored row by row so that every total on the revenue page opens into its deals."""

from typing import ClassVar

from django.db import models

from sameside.crm.models import Deal


class Credit(models.Model):
    """The share of one deal that one key earned under one model and look-back; shares of a deal sum to 1."""

    lookback_months = models.PositiveSmallIntegerField()
    model = models.CharField(max_length=10, help_text="first, last, linear")
    dimension = models.CharField(max_length=10, help_text="channel, campaign, asset")
    key = models.CharField(max_length=60, help_text="Channel name, campaign id or asset id; empty for none.")
    deal = models.ForeignKey(Deal, models.CASCADE, related_name="credits")
    share = models.FloatField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["lookback_months", "model", "dimension", "key", "-deal"])]
