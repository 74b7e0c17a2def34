"""What marketing did and what it cost: ad costs by campaign and day, what became of every e-mail, visitors whom
nobody knows yet, and conversions that a touch log told.

Costs are kept at one level for a campaign and day: an ad platform's campaign, ad group, ad and keyword tables say the
same money again and again, so `level` says which of them a row comes from and a coarser one replaces it.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from sameside.crm.models.campaigns import Campaign
from sameside.crm.models.companies import Company, Contact
from sameside.crm.sourced import Sourced
from sameside.people.models import Person


class CampaignCost(Sourced):
    """What one campaign cost on one day, or from `day` to `until`. `amount` is null while it cannot be converted."""

    class Level(models.IntegerChoices):
        """The table of the ad platform that it comes from; the smaller one is the truer."""

        CAMPAIGN = 1, "Campaign"
        AD_GROUP = 2, "Ad group"
        AD = 3, "Ad"
        KEYWORD = 4, "Keyword"

    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, db_index=False, related_name="costs")
    account = models.CharField(max_length=120, blank=True, default="", db_default="")
    level = models.PositiveSmallIntegerField(choices=Level, default=Level.CAMPAIGN)
    day = models.DateField()
    until = models.DateField(help_text="The last day; the same as `day` but in reports of a longer period.")
    amount = models.DecimalField(
        max_digits=18, decimal_places=4, null=True, help_text="In the organisation's currency; see crm/money.py."
    )
    amount_given = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    impressions = models.BigIntegerField(null=True)
    clicks = models.BigIntegerField(null=True)
    conversions = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    network = models.CharField(max_length=60, blank=True, default="", db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "external_id"], name="campaigncost_source_id"),
            models.CheckConstraint(condition=Q(until__gte=F("day")), name="cost_ends_after_it_begins"),
        ]
        indexes: ClassVar = [models.Index(fields=["campaign", "day"], name="cost_campaign_day")]

    def __str__(self) -> str:
        return f"{self.campaign or self.source} on {self.day:%Y-%m-%d}"


class EmailEvent(Sourced):
    """What became of one e-mail to one person. Only a click is a touch; see crm/touches.py."""

    class Kind(models.TextChoices):
        SENT = "sent", "Sent"
        PROCESSED = "processed", "Processed"
        DROPPED = "dropped", "Not sent"
        DEFERRED = "deferred", "Deferred"
        DELIVERED = "delivered", "Delivered"
        BOUNCED = "bounced", "Bounced"
        OPENED = "opened", "Opened"
        CLICKED = "clicked", "Clicked"
        FORWARDED = "forwarded", "Forwarded"
        PRINTED = "printed", "Printed"
        REPLIED = "replied", "Replied"
        UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
        SUBSCRIBED = "subscribed", "Subscribed"
        CHANGED = "changed", "Subscription changed"
        SPAM = "spam", "Reported as spam"

    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    recipient = models.CharField(
        max_length=254,
        blank=True,
        default="",
        db_default="",
        help_text="The person's id in the source, else the address.",
    )
    address = models.CharField(max_length=254, blank=True, default="", db_default="")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, db_index=False, related_name="email_events")
    lead = models.ForeignKey("leads.Lead", models.SET_NULL, null=True, db_index=False, related_name="email_events")
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, db_index=False, related_name="email_events")
    email = models.CharField(
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text="Which e-mail of the campaign, by its id or name.",
    )
    url = models.CharField(max_length=1000, blank=True, default="", db_default="")
    detail = models.CharField(
        max_length=255, blank=True, default="", db_default="", help_text="Why it bounced, was dropped ..."
    )
    permanent = models.BooleanField(default=False, db_default=False, help_text="A bounce that will not heal by itself.")
    suspicion = models.CharField(
        max_length=120, blank=True, default="", db_default="", help_text="Why a machine may have done it, not a person."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "external_id"], name="emailevent_source_id"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["contact", "-at"], condition=Q(contact__isnull=False), name="emailevent_contact_time"),
            models.Index(fields=["lead", "-at"], condition=Q(lead__isnull=False), name="emailevent_lead_time"),
            models.Index(fields=["campaign", "kind"], condition=Q(campaign__isnull=False), name="emailevent_campaign"),
            models.Index(fields=["source", "recipient", "at"], name="emailevent_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class Visitor(models.Model):
    """Somebody a touch log knows by a cookie's or customer's id only, once it is known who that is."""

    source = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    identified_at = models.DateTimeField()
    identified_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "key"], name="visitor_source_key")]

    def __str__(self) -> str:
        return self.key


class Conversion(Sourced):
    """An outcome that a touch log told by itself: a purchase, a form, with or without a value."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=60, blank=True, default="", db_default="", help_text="What the log calls it.")
    channel = models.CharField(max_length=60)
    visitor = models.CharField(max_length=120, blank=True, default="", db_default="")
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="conversions")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, db_index=False, related_name="+")
    amount = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "external_id"], name="conversion_source_id"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["source", "visitor"], condition=~Q(visitor=""), name="conversion_visitor"),
            models.Index(fields=["contact"], condition=Q(contact__isnull=False), name="conversion_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.kind or 'Conversion'} {self.at:%Y-%m-%d}"
