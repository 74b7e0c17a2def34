"""Companies, contacts, deals with their buying group and stage history, campaigns, activities, and the touch log.

Every row that came from elsewhere carries (`source`, `external_id`); a connector upserts by that pair. Amounts are in
the organisation's currency and can be added; what a source said in another one stays beside in a `..._given` column
with its `currency`, and `crm/money.py` converts it.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from sameside.crm.sourced import (
    MergeableQuerySet,
    OwnedQuerySet,
    SharedQuerySet,
    Sourced,
    merged_index,
    run_indexes,
    source_id,
)
from sameside.people.models import Person


class Company(Sourced):
    name = models.CharField(max_length=255)
    domain = models.CharField(max_length=255, blank=True)
    industry = models.CharField(max_length=120, blank=True)
    vertical = models.CharField(max_length=60, blank=True, help_text="The industry as a facet value of the library.")
    country = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=5, blank=True, help_text="ISO 639-1, from the country.")
    employees = models.PositiveIntegerField(null=True)
    annual_revenue = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    phone = models.CharField(max_length=60, blank=True)
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="companies")
    created_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="merged")
    objects = MergeableQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "companies"
        constraints: ClassVar = [source_id("company")]
        indexes: ClassVar = [
            models.Index(fields=["name", "id"]),
            models.Index(fields=["domain"]),
            models.Index(Upper("name"), name="company_upper_name"),
            merged_index("company"),
            *run_indexes("company"),
        ]

    def __str__(self) -> str:
        return self.name


class EmailStatus(models.TextChoices):
    """What stands in the way of sending e-mail to somebody; empty when nothing is known to. See crm/emails.py."""

    BOUNCED = "bounced", "Bounced"
    UNSUBSCRIBED = "unsubscribed", "Unsubscribed"
    SPAM = "spam", "Reported us as spam"


class Contact(Sourced):
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="contacts")
    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=160, blank=True)
    email = models.CharField(max_length=254, blank=True)
    email_status = models.CharField(max_length=12, blank=True, db_default="", default="", choices=EmailStatus)
    phone = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=255, blank=True)
    seniority = models.CharField(max_length=20, blank=True)
    department = models.CharField(max_length=30, blank=True)
    lead_source = models.CharField(max_length=80, blank=True)
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="merged")
    objects = MergeableQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [source_id("contact")]
        indexes: ClassVar = [
            models.Index(fields=["last_name", "id"]),
            models.Index(fields=["email"]),
            models.Index(fields=["company", "last_name"], name="contact_company_name"),
            models.Index(Upper("last_name"), name="contact_upper_last_name"),
            merged_index("contact"),
            *run_indexes("contact"),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email or "Unnamed contact"


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


class ExchangeRate(Sourced):
    """From `starts_on` until the source's next rate, one unit of `base` is worth `rate` units of `currency`.

    This is how the European Central Bank (base: EUR) and Salesforce (base: the corporate currency) write rates. A blank
    `base` means that the source does not name it: its rates are then compared among themselves.
    """

    base = models.CharField(max_length=3, blank=True, default="", db_default="")
    currency = models.CharField(max_length=3)
    starts_on = models.DateField()
    rate = models.DecimalField(max_digits=24, decimal_places=10)

    class Meta:
        constraints: ClassVar = [
            source_id("exchangerate"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_is_positive"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["source", "base", "currency", "-starts_on"], name="rate_in_force"),
            models.Index(fields=["-starts_on", "-id"], name="rate_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.rate.normalize():f} {self.currency} for 1 {self.base} from {self.starts_on}"


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
            models.Index(fields=["lead", "occurred_at"], condition=Q(lead__isnull=False), name="touch_lead_time"),
            models.Index(fields=["asset", "occurred_at"], condition=Q(asset__isnull=False), name="touch_asset_time"),
            models.Index(fields=["source", "visitor"], condition=~Q(visitor=""), name="touch_visitor"),
        ]


# At the end, because these models are made of the ones above; Django finds models only in this module.
from sameside.crm.marketing import CampaignCost, Conversion, EmailEvent, Visitor  # noqa: E402, F401
