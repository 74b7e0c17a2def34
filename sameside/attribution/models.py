"""Credit of deals to touches, stored row by row so that every total on the revenue page opens into its deals."""

from typing import ClassVar

from django.db import models

from sameside.crm.models import Deal


class Credit(models.Model):
    """The share of one deal that one key earned under one model and look-back; shares of a deal sum to 1."""

    lookback_months = models.PositiveSmallIntegerField()
    model = models.CharField(max_length=10, help_text="first, last, linear")
    dimension = models.CharField(max_length=10, help_text="channel, origin, campaign, asset")
    key = models.CharField(
        max_length=60, help_text="Channel or origin, campaign or asset id; `none` without one, empty without a touch."
    )
    # No constraint: it would be checked a million times per computation, which itself reads the deals it writes.
    deal = models.ForeignKey(Deal, models.CASCADE, related_name="credits", db_constraint=False)
    share = models.FloatField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["lookback_months", "model", "dimension", "key", "-deal"])]

    def __str__(self) -> str:
        return f"{self.share:.0%} to {self.dimension} {self.key}"


class CreditRun(models.Model):
    """When the stored credit of a look-back was computed; the credit of a look-back is always replaced as a whole."""

    lookback_months = models.PositiveSmallIntegerField(primary_key=True)
    computed_at = models.DateTimeField()
    touches = models.PositiveBigIntegerField(help_text="Touches of the companies of the credited deals.")

    def __str__(self) -> str:
        return f"{self.lookback_months} months, {self.computed_at:%Y-%m-%d %H:%M}"
