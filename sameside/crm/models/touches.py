"""What was done with companies: activities as a CRM tells them, and the touch log."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from sameside.crm.models.campaigns import Campaign
from sameside.crm.models.companies import Company, Contact
from sameside.crm.models.deals import Deal
from sameside.crm.sourced import Sourced, source_id
from sameside.people.models import Person


class Activity(Sourced):
    """A call, e-mail, meeting or task that somebody of the company logged."""

    class Kind(models.TextChoices):
        CALL = "call", "Call"
        EMAIL = "email", "E-mail"
        MEETING = "meeting", "Meeting"
        TASK = "task", "Task"
        SOCIAL = "social", "Social message"

    kind = models.CharField(max_length=10, choices=Kind)
    subject = models.CharField(max_length=255, blank=True)
    body = models.TextField(blank=True)
    at = models.DateTimeField()
    is_done = models.BooleanField(default=True)
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="activities")
    company = models.ForeignKey(Company, models.SET_NULL, null=True, db_index=False, related_name="activities")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="activities")
    lead = models.ForeignKey("leads.Lead", models.SET_NULL, null=True, db_index=False, related_name="activities")
    deal = models.ForeignKey(Deal, models.SET_NULL, null=True, db_index=False, related_name="activities")

    class Meta:
        verbose_name_plural = "activities"
        constraints: ClassVar = [source_id("activity")]
        indexes: ClassVar = [
            models.Index(fields=["deal", "-at"]),
            models.Index(fields=["lead", "at"]),
            models.Index(fields=["company", "-at"]),
        ]

    def __str__(self) -> str:
        return self.subject


class Touch(models.Model):
    """One dated contact of a company with something we did. Append-only: a correction is a new row that replaces.

    The database refuses to delete a row, and to change one except to fill an unknown company (a lead that is
    converted later) or to take `current` away from a row that a correction replaced.
    """

    occurred_at = models.DateTimeField()
    channel = models.CharField(max_length=30)
    company = models.ForeignKey(Company, models.PROTECT, null=True, db_index=False, related_name="touches")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    lead = models.ForeignKey("leads.Lead", models.PROTECT, null=True, db_index=False, related_name="touches")
    deal = models.ForeignKey(Deal, models.PROTECT, null=True, related_name="+")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="touches")
    asset = models.ForeignKey("library.Asset", models.PROTECT, null=True, db_index=False, related_name="touches")
    person = models.ForeignKey(Person, models.PROTECT, null=True, db_index=False, related_name="+")
    paid = models.BooleanField(default=False)
    cost = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    visitor = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text="Who it was, while only a log knows."
    )
    interaction = models.CharField(
        max_length=20, blank=True, default="", db_default="", help_text="impression, click, visit ..."
    )
    url = models.CharField(max_length=500, blank=True, default="", db_default="")
    source = models.CharField(max_length=20)
    external_id = models.CharField(max_length=80, help_text="Kind and id of the row it came from, `Task:00T...`.")
    current = models.BooleanField(default=True)
    created_by_run = models.BigIntegerField(null=True)

    class Meta:
        verbose_name_plural = "touches"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "external_id"], condition=Q(current=True), name="touch_source_id")
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "occurred_at"], condition=Q(current=True), name="touch_company_time"),
            models.Index(fields=["occurred_at"], condition=Q(current=True), name="touch_time"),
            models.Index(fields=["lead", "occurred_at"], condition=Q(lead__isnull=False), name="touch_lead_time"),
            models.Index(fields=["asset", "occurred_at"], condition=Q(asset__isnull=False), name="touch_asset_time"),
            models.Index(fields=["source", "visitor"], condition=~Q(visitor=""), name="touch_visitor"),
        ]
