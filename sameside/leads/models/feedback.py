"""What sales says of a batch of leads, in structured form, and what marketing answers."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from sameside.people.models import Person


class BatchFeedback(models.Model):
    """A seller's structured judgement on the leads of one campaign or source, which marketing must answer."""

    class Fit(models.TextChoices):
        RIGHT = "right", "Mostly the right companies and people"
        MIXED = "mixed", "Mixed"
        WRONG_COMPANIES = "wrong_companies", "Mostly the wrong companies"
        WRONG_PEOPLE = "wrong_people", "Mostly the wrong people"

    class Readiness(models.TextChoices):
        READY = "ready", "Ready to talk"
        EARLY = "early", "Too early"
        UNAWARE = "unaware", "Did not know why we called"
        LATE = "late", "Too late: decided already"

    class Data(models.TextChoices):
        GOOD = "good", "Complete and right"
        GAPS = "gaps", "Gaps"
        WRONG = "wrong", "Wrong or made up"

    campaign = models.ForeignKey("crm.Campaign", models.CASCADE, null=True, related_name="feedback")
    lead_source = models.CharField(max_length=80, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    fit = models.CharField(max_length=16, choices=Fit)
    readiness = models.CharField(max_length=10, choices=Readiness)
    data = models.CharField(max_length=8, choices=Data)
    conversation = models.CharField(max_length=25, blank=True, help_text="The kind of conversation it came to, if any.")
    better = models.CharField(max_length=500, blank=True, help_text="What would make the next batch better.")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(campaign__isnull=False, lead_source="") | Q(campaign__isnull=True) & ~Q(lead_source=""),
                name="batch_of_campaign_or_source",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="batch_in_order"),
        ]
        indexes: ClassVar = [models.Index(fields=["-at", "-id"]), models.Index(fields=["lead_source", "-at"])]
