"""The agreement that both heads sign, in versions; what it says is read by `leads/agreement/terms.py`."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from sameside.people.models import Person
from sameside.people.roles import Role

if TYPE_CHECKING:
    from typing import Self


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, person: Person) -> "Self":
        """Everybody of the company with a role reads what both sides agreed."""
        return self.none() if not person.may_sign_in or person.role == Role.PARTNER else self


class Agreement(models.Model):
    """One version of the agreement. A draft until both heads have signed; in force from a date, until the next is.

    What was signed is never changed: `digest` is of the terms as both signed them, and a change is a new version.
    """

    class Side(models.TextChoices):
        MARKETING = "marketing", "Marketing"
        SALES = "sales", "Sales"

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=200)
    terms = models.JSONField(help_text="As leads/agreement/terms.py reads and writes it.")
    score_rule = models.ForeignKey("leads.ScoreRule", models.PROTECT, null=True, related_name="agreements")
    based_on = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    change_note = models.CharField(max_length=500, blank=True, help_text="Why this version differs from the last.")
    marketing_head = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    sales_head = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    in_force_from = models.DateField(null=True)
    review_on = models.DateField(null=True)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="When the draft was last saved.")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of all that is signed.")
    agreed_at = models.DateTimeField(null=True, help_text="When the second head signed.")
    begins_at = models.DateTimeField(null=True, help_text="From when it is in force: never before it was agreed.")
    ends_at = models.DateTimeField(null=True, help_text="When the next version came into force.")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(marketing_head__isnull=True)
                | Q(sales_head__isnull=True)
                | ~Q(sales_head=F("marketing_head")),
                name="two_heads",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


class Signature(models.Model):
    """One head signed one version, as the name typed; of the text whose digest it holds."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signatures")
    side = models.CharField(max_length=10, choices=Agreement.Side)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "side"], name="signature_of_a_side"),
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.get_side_display()}"
