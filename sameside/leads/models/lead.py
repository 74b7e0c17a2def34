"""Leads: persons handed over by marketing, and what became of them."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from sameside.crm.models import (
    Campaign,
    Company,
    Contact,
    Deal,
    DealContact,
    EmailStatus,
)
from sameside.crm.sourced import Sourced, merged_index, run_indexes
from sameside.leads.models.working import Absence
from sameside.people.models import Organisation, Person
from sameside.people.roles import Role

if TYPE_CHECKING:
    from typing import Self


class LeadQuerySet(models.QuerySet["Lead"]):
    def unmerged(self) -> "Self":
        return self.filter(merged_into__isnull=True)

    def visible_to(self, person: Person) -> "Self":
        """Sellers see their own, their team's, nobody's, and while they cover for somebody, theirs; editors and
        partners see none; everybody else with a role all."""
        seen = seen_by(person)
        return self.none() if seen is None else self.unmerged().filter(seen)


def seen_by(person: Person, lead: str = "") -> Q | None:
    """Whose leads the person sees, over the lead that `lead` reaches ("lead__"): empty for all, None for none."""
    if not person.may_sign_in or person.role in (Role.EDITOR, Role.PARTNER):
        return None
    if person.role != Role.SELLER or Organisation.current().seller_scope == Organisation.SellerScope.EVERYONE:
        return Q()
    owners: list[tuple[str, object]] = [
        ("owner", person),
        ("owner__isnull", True),
        ("owner__in", Absence.objects.covered_by(person)),
    ]
    if person.team_id:
        owners.append(("owner__in", Person.objects.filter(team=person.team_id).values("pk")))
    return Q(*((f"{lead}{field}", value) for field, value in owners), _connector=Q.OR)


class Lead(Sourced):
    class Fate(models.TextChoices):
        """What became of a lead; exactly one, see leads/fates.py for the rule."""

        WAITING = "waiting", "Not handed over"
        UNTOUCHED = "untouched", "Untouched"
        WORKED = "worked", "Being worked"
        RETURNED = "returned", "Returned"
        CONVERTED = "converted", "Converted, no deal"
        OPEN = "open", "Deal open"
        WON = "won", "Won"
        LOST = "lost", "Lost"

    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=160, blank=True)
    email = models.CharField(max_length=254, blank=True)
    email_status = models.CharField(max_length=12, blank=True, db_default="", default="", choices=EmailStatus)
    phone = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=255, blank=True)
    seniority = models.CharField(max_length=20, blank=True)
    department = models.CharField(max_length=30, blank=True)
    company_name = models.CharField(max_length=255, blank=True)
    industry = models.CharField(max_length=120, blank=True)
    vertical = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=80, blank=True)
    lead_source = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=120, blank=True)
    rating = models.CharField(max_length=40, blank=True)
    source_reason = models.CharField(
        max_length=255, blank=True, default="", db_default="", help_text="Why it was given up or back, as the CRM says."
    )
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, db_index=False, related_name="leads")
    source_owner = models.ForeignKey(
        Person, models.SET_NULL, null=True, db_index=False, related_name="+", help_text="The owner an import last gave."
    )
    created_at = models.DateTimeField()
    is_converted = models.BooleanField(default=False)
    converted_on = models.DateField(null=True)
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="leads")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="leads")
    deal = models.ForeignKey(Deal, models.SET_NULL, null=True, related_name="leads")

    merged_into = models.ForeignKey("self", models.PROTECT, null=True, db_index=False, related_name="merged")

    # Derived by leads/fates.py from the rows above, the activities and the deal; never imported.
    campaign = models.ForeignKey(
        Campaign,
        models.SET_NULL,
        null=True,
        db_index=False,
        related_name="leads",
        help_text="The first campaign it answered.",
    )
    fate = models.CharField(max_length=10, choices=Fate, default=Fate.WAITING)
    handed_over_at = models.DateTimeField(null=True)
    first_attempt_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    won_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)

    # Of the agreement: stored by leads/scoring and leads/handover, never imported.
    segment = models.CharField(max_length=60, blank=True, default="", db_default="")
    score = models.SmallIntegerField(null=True, help_text="By the rule of the agreement in force, 0 to 100.")
    likelihood = models.FloatField(null=True, help_text="By the learnt model in use: chance of an opportunity, 0 to 1.")
    scored_at = models.DateTimeField(null=True)
    qualified_at = models.DateTimeField(null=True, help_text="Since when it counts as qualified; null: it does not.")
    not_routed = models.CharField(
        max_length=300, blank=True, default="", db_default="", help_text="Why no route takes it, though it qualified."
    )
    objects = LeadQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "external_id"], name="lead_source_id")]
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"]),
            models.Index(fields=["owner", "-created_at", "-id"]),
            models.Index(fields=["fate", "-created_at", "-id"]),
            models.Index(fields=["lead_source", "-created_at", "-id"]),
            models.Index(fields=["campaign", "-created_at", "-id"]),
            models.Index(fields=["email"]),
            merged_index("lead"),
            *run_indexes("lead"),
            models.Index(F("won_amount").desc(nulls_last=True), F("id").desc(), name="lead_won_amount"),
            models.Index(F("score").desc(nulls_last=True), F("id").desc(), name="lead_score"),
            models.Index(fields=["qualified_at", "id"], condition=~Q(not_routed=""), name="lead_not_routed"),
        ]

    def __str__(self) -> str:
        return named(self.first_name, self.last_name, self.email)


def named(first_name: str, last_name: str, email: str) -> str:
    """What a lead is called."""
    return f"{first_name} {last_name}".strip() or email or "Unnamed lead"


HANDED_OVER, PASSED_ON = "Handed over", "Passed on"
OWNED, UNOWNED = "Owner", "No owner"
"""A source's change of owner that is no hand-over: before it was a lead, to the same person, to nobody."""


class LeadStage(Sourced):
    """A lead entered a stage of the source's life cycle (lead, qualified by marketing, by sales ...), got a status,
    came from a queue to a person (`HANDED_OVER`), or from one person to another (`PASSED_ON`)."""

    lead = models.ForeignKey(Lead, models.CASCADE, db_index=False, related_name="stages")
    stage = models.CharField(max_length=80)
    owner = models.ForeignKey(
        Person, models.SET_NULL, null=True, db_index=False, related_name="+", help_text="Who got it, of the last two."
    )
    owner_before = models.ForeignKey(
        Person, models.SET_NULL, null=True, db_index=False, related_name="+", help_text="Who had it until then."
    )
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "external_id"], name="leadstage_source_id")]
        indexes: ClassVar = [models.Index(fields=["lead", "at"])]

    def __str__(self) -> str:
        return f"{self.stage} ({self.at:%Y-%m-%d})"


class ConversionQuerySet(models.QuerySet["Conversion"]):
    def visible_to(self, person: Person) -> "Self":
        """Those of the leads that the person sees."""
        return self.filter(lead__in=Lead.objects.visible_to(person))


class Conversion(models.Model):
    """A lead was converted here, not in the CRM it came from; an import of the lead does not take that back.

    `before` is what the lead said: column to value. `made` names what did not exist before: company, contact, deal.
    `touch_ids` are the touches that got their company by it, `role` is the place in the buying group it made.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="conversions")
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="+")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+")
    deal = models.ForeignKey(Deal, models.SET_NULL, null=True, related_name="+")
    role = models.ForeignKey(DealContact, models.SET_NULL, null=True, related_name="+")
    made = models.JSONField(default=list)
    before = models.JSONField(default=dict)
    touch_ids = ArrayField(models.BigIntegerField(), default=list)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    objects = ConversionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(undone_at__isnull=True), name="conversion_in_force_once"
            )
        ]

    def __str__(self) -> str:
        return f"Conversion of {self.lead}"
