"""Credit of deals to touches, stored row by row so that every total on the revenue page opens into its deals."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from sameside.crm.models import Deal
from sameside.people.models import Person
from sameside.search.models import CurrentTransaction, TransactionId


class Credit(models.Model):
    """The shares of one deal that one key earned, one for each model; those of a deal sum to 1 under every model."""

    lookback_months = models.PositiveSmallIntegerField()
    dimension = models.CharField(max_length=10, help_text="channel, origin, campaign, asset, team")
    key = models.CharField(
        max_length=60,
        help_text="Channel or origin; campaign, asset or team id; `none` without one, empty without a touch.",
    )
    # No constraint: it would be checked a million times per computation, which itself reads the deals it writes.
    deal = models.ForeignKey(Deal, models.CASCADE, related_name="credits", db_constraint=False)
    first = models.FloatField()
    last = models.FloatField()
    last_non_direct = models.FloatField()
    lead_creation = models.FloatField()
    opportunity_creation = models.FloatField()
    linear = models.FloatField()
    u_shape = models.FloatField()
    w_shape = models.FloatField()
    full_path = models.FloatField()
    time_decay = models.FloatField()
    shapley = models.FloatField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["lookback_months", "dimension", "key", "-deal"], name="credit_of_key")
        ]

    def __str__(self) -> str:
        return f"{self.linear:.0%} to {self.dimension} {self.key}"


class CreditRun(models.Model):
    """When the stored credit of a look-back was computed; the credit of a look-back is always replaced as a whole."""

    lookback_months = models.PositiveSmallIntegerField(primary_key=True)
    computed_at = models.DateTimeField()
    touches = models.PositiveBigIntegerField(help_text="Touches of the companies that have a deal.")

    def __str__(self) -> str:
        return f"{self.lookback_months} months, {self.computed_at:%Y-%m-%d %H:%M}"


class MonthlySums(models.Model):
    """What is kept of the deals that closed in one month under one look-back, to answer any months (monthly.py)."""

    lookback_months = models.PositiveSmallIntegerField()
    month = models.IntegerField(help_text="Months since January 1970, UTC; -1 for the open deals.")
    digest = models.CharField(max_length=32, help_text="Of everything that it was made of.")
    deals = models.BinaryField(help_text="The ids of the deals, eight bytes each.")
    sums = models.BinaryField(help_text="By dimension, key and model.")
    cells = models.BinaryField(help_text="The same by bucket of companies, for intervals.")

    class Meta:
        verbose_name_plural = "monthly sums"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lookback_months", "month"], name="monthlysums_of_month")
        ]

    def __str__(self) -> str:
        return f"{self.lookback_months} months before the close, month {self.month}"


class CopyChange(models.Model):
    """A transaction changed something that the columnar copy holds; written by triggers, see copy/changes.py."""

    content = models.CharField(max_length=10)
    day = models.IntegerField(null=True, help_text="Days since January 1, 1970, of touches; null: any.")
    xid = TransactionId(db_default=CurrentTransaction(), editable=False)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["xid"], name="copychange_xid")]

    def __str__(self) -> str:
        return f"{self.content}, {self.day}"


class SavedRun(models.Model):
    """A revenue report that somebody kept: what was asked, the digests of what it was computed of, and the results.

    Never changed. It can be computed again and compared with another one.
    """

    name = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    as_of = models.DateTimeField(help_text="When the report was computed: open deals end there.")
    spec = models.JSONField(help_text="Look-back, period, half-life, seed, draws.")
    inputs = models.JSONField(help_text="SHA-256 of what it was computed of, by part.")
    data = models.JSONField(help_text="The report.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-saved_at", "-id"], name="savedrun_latest")]

    def __str__(self) -> str:
        return self.name
