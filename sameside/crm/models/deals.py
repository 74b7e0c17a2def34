"""Deals with their buying group and stage history, and what each pipeline's stages mean."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from sameside.crm.models.campaigns import Campaign
from sameside.crm.models.companies import Company, Contact
from sameside.crm.sourced import OwnedQuerySet, Sourced, run_indexes, source_id
from sameside.people.models import Person


class Deal(Sourced):
    """An opportunity in the CRM's word."""

    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="deals")
    name = models.CharField(max_length=255)
    stage = models.CharField(max_length=120)
    amount_given = models.DecimalField(max_digits=18, decimal_places=2, null=True, help_text="What the source said.")
    currency = models.CharField(max_length=3, blank=True, help_text="Of the given amount; blank: the organisation's.")
    amount_told = models.DecimalField(
        max_digits=18, decimal_places=2, null=True, help_text="What the source itself says it is worth in its currency."
    )
    amount = models.DecimalField(
        max_digits=18, decimal_places=2, null=True, help_text="In the organisation's currency; null without a rate."
    )
    probability = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    kind = models.CharField(max_length=80, blank=True)
    lead_source = models.CharField(max_length=80, blank=True)
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, related_name="deals")
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="deals")
    created_at = models.DateTimeField()
    close_on = models.DateField(null=True, help_text="The close date the CRM shows; a forecast while open.")
    closed_at = models.DateTimeField(null=True, help_text="When it was won or lost; null while open.")
    is_closed = models.BooleanField(default=False)
    is_won = models.BooleanField(default=False)
    lost_reason = models.CharField(max_length=255, blank=True)
    next_step = models.CharField(max_length=255, blank=True)
    buying_group = models.ManyToManyField(Contact, through="DealContact", related_name="deals")
    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            source_id("deal"),
            models.CheckConstraint(condition=Q(is_won=False) | Q(is_closed=True), name="won_is_closed"),
            models.CheckConstraint(condition=Q(is_closed=False) | Q(closed_at__isnull=False), name="closed_has_date"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"]),
            models.Index(fields=["owner", "-created_at", "-id"]),
            models.Index(fields=["-closed_at", "-id"], condition=Q(is_closed=True), name="deal_closed"),
            models.Index(fields=["close_on", "id"], condition=Q(is_closed=False), name="deal_open_close_on"),
            models.Index(F("amount").desc(nulls_last=True), F("id").desc(), name="deal_amount"),
            models.Index(fields=["company", "-created_at"], name="deal_company_time"),
            models.Index(Upper("name"), name="deal_upper_name"),
            *run_indexes("deal"),
        ]

    def __str__(self) -> str:
        return self.name


class DealContact(Sourced):
    """A contact's place in the buying group of a deal."""

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="roles")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="roles")
    role = models.CharField(max_length=80, blank=True)
    is_primary = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [source_id("dealcontact")]


class StageChange(Sourced):
    """A deal entered a stage. `inferred` rows were not in the export's history but follow from the deal itself."""

    deal = models.ForeignKey(Deal, models.CASCADE, db_index=False, related_name="stage_changes")
    stage = models.CharField(max_length=120)
    at = models.DateTimeField()
    amount_given = models.DecimalField(max_digits=18, decimal_places=2, null=True, help_text="In the deal's currency.")
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    probability = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    close_on = models.DateField(null=True)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    inferred = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [source_id("stagechange")]
        indexes: ClassVar = [models.Index(fields=["deal", "at", "id"])]

    def __str__(self) -> str:
        return f"{self.stage} ({self.at:%Y-%m-%d})"


class PipelineStage(Sourced):
    """A stage of one of the source's pipelines: what its id stands for, and whether a deal in it is won or lost.

    Deals call it by its label alone where only one pipeline has a stage of that name.
    """

    pipeline = models.CharField(max_length=120, blank=True)
    label = models.CharField(max_length=120)
    position = models.IntegerField(null=True)
    probability = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    is_closed = models.BooleanField(null=True)
    is_won = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar = [source_id("pipelinestage")]

    def __str__(self) -> str:
        return f"{self.label} ({self.pipeline})" if self.pipeline else self.label
