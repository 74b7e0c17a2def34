"""Companies and their contacts."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Upper

from sameside.crm.sourced import MergeableQuerySet, Sourced, merged_index, run_indexes, source_id
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
