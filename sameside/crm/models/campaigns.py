"""Campaigns, and who was in them."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Upper

from sameside.crm.models.companies import Contact
from sameside.crm.sourced import SharedQuerySet, Sourced, run_indexes, source_id
from sameside.people.models import Person


class Campaign(Sourced):
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=80, blank=True, help_text="The campaign's type in the CRM's words.")
    channel = models.CharField(max_length=30, help_text="The channel its touches count for; see crm/channels.py.")
    status = models.CharField(max_length=60, blank=True)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="children")
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    budgeted_cost_given = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    actual_cost_given = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    budgeted_cost = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    actual_cost = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="campaigns")
    created_at = models.DateTimeField(null=True)
    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [source_id("campaign")]
        indexes: ClassVar = [
            models.Index(fields=["name", "id"]),
            models.Index(Upper("name"), name="campaign_upper_name"),
            *run_indexes("campaign"),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignMember(Sourced):
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="members")
    lead = models.ForeignKey("leads.Lead", models.CASCADE, null=True, related_name="memberships")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="memberships")
    status = models.CharField(max_length=80, blank=True)
    responded = models.BooleanField(default=False)
    at = models.DateTimeField(help_text="When they responded, else when they were added.")

    class Meta:
        constraints: ClassVar = [source_id("campaignmember")]
        indexes: ClassVar = [models.Index(fields=["campaign", "-at", "-id"], name="member_campaign_time")]
