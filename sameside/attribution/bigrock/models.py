"""A big rock is a flagship asset with its derivatives, the campaigns that amplify it, a paid budget, and the people it
is for.

What belongs to it are rows that come and go; every change remembers how it was before, so that it can be undone. The
figures are derived by `report` and never written by hand.
"""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from sameside.crm.models import Campaign, Deal
from sameside.crm.sourced import Sourced, source_id
from sameside.library.models import Asset
from sameside.people.models import Person


class BigRock(models.Model):
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="big_rocks")
    launched_on = models.DateField(help_text="From this day on its reach, wins and returns count.")
    personas = ArrayField(models.CharField(max_length=40), default=list, help_text="Departments of its targets.")
    seniorities = ArrayField(models.CharField(max_length=40), default=list)
    verticals = ArrayField(models.CharField(max_length=60), default=list)
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(help_text="Figures older than this are out of date.")
    removed_at = models.DateTimeField(null=True)

    measured_at = models.DateTimeField(null=True)
    reached = models.PositiveIntegerField(null=True, help_text="Target people with a touch since the launch.")
    spent = models.FloatField(null=True, help_text="Null while nothing is known, or a cost lacks a rate.")
    won = models.FloatField(null=True, help_text="Won since the launch, credited in equal parts.")
    open = models.FloatField(null=True, help_text="Open pipeline, credited in equal parts.")
    return_90 = models.FloatField(null=True, help_text="After 90 days, in equal parts.")
    found = models.JSONField(default=dict, help_text="What was measured; see measuring.py.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["asset"], condition=Q(removed_at__isnull=True), name="big_rock_once")
        ]
        indexes: ClassVar = [
            models.Index(F("launched_on").desc(), F("id").desc(), condition=Q(removed_at=None), name="big_rock_launch")
        ]

    def __str__(self) -> str:
        return str(self.asset)

    @staticmethod
    def holding(asset: int) -> "BigRock | None":
        """The big rock that the asset belongs to, as flagship or derivative."""
        rocks = BigRock.objects.filter(Q(asset=asset) | Q(derivatives__asset=asset), removed_at=None)
        return rocks.select_related("asset").first()

    def of_lookback(self, months: int) -> dict[str, Any]:
        """What was measured, and what was credited with the touches of so many months before a close, if it was."""
        return {**self.found, **self.found["lookbacks"].get(str(months), {})}

    @property
    def has_targets(self) -> bool:
        return bool(self.personas or self.seniorities or self.verticals)

    @property
    def is_told(self) -> bool:
        """Whether there are figures; what an earlier version measured counts as none."""
        measured = self.found.get("lookbacks", {}).values()
        return self.measured_at is not None and bool(measured) and all("open_bounds" in one for one in measured)

    @property
    def is_behind(self) -> bool:
        """Whether something changed since it was measured."""
        return not self.is_told or self.measured_at is None or self.measured_at < self.changed_at


class Derivative(models.Model):
    """A piece made of the flagship. It belongs to one big rock, so that nothing is counted for two."""

    rock = models.ForeignKey(BigRock, models.CASCADE, related_name="derivatives")
    asset = models.OneToOneField(Asset, models.CASCADE, related_name="derived_of")

    class Meta:
        ordering: ClassVar = ["pk"]


class Amplification(models.Model):
    """A campaign that spreads a big rock; its whole cost belongs to the rock's budget."""

    rock = models.ForeignKey(BigRock, models.CASCADE, related_name="amplifications")
    campaign = models.OneToOneField(Campaign, models.CASCADE, related_name="amplifies")

    class Meta:
        ordering: ClassVar = ["pk"]


class Expense(Sourced):
    """Money spent on a big rock that no campaign's costs hold: writing, design, print. Converted by crm/money.py."""

    rock = models.ForeignKey(BigRock, models.CASCADE, related_name="expenses")
    day = models.DateField()
    what = models.CharField(max_length=120)
    amount_given = models.DecimalField(max_digits=18, decimal_places=2)
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(
        max_digits=18, decimal_places=2, null=True, help_text="In the organisation's currency."
    )

    class Meta:
        ordering: ClassVar = ["day", "pk"]
        constraints: ClassVar = [source_id("big_rock_expense")]

    def __str__(self) -> str:
        return self.what


class Change(models.Model):
    """Something was changed: what, by whom, and how the big rock was before, enough to undo it. The last one first."""

    rock = models.ForeignKey(BigRock, models.CASCADE, related_name="changes")
    text = models.CharField(max_length=400)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    before = models.JSONField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["rock", "-id"], name="big_rock_change")]

    def __str__(self) -> str:
        return self.text


class DealCredit(models.Model):
    """What part of a deal the family earned under each model and look-back: deals won since the launch, open ones."""

    rock = models.ForeignKey(BigRock, models.CASCADE, db_index=False, related_name="credits")
    deal = models.ForeignKey(Deal, models.CASCADE, related_name="+")
    lookback_months = models.PositiveSmallIntegerField(default=12)
    shares = models.JSONField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["rock", "lookback_months", "-deal"], name="big_rock_lookback")]
