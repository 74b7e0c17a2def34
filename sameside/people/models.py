"""Persons, teams, the organisation, and the audit log."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from sameside.kit.prepared import VALUE, Prepared
from sameside.people.once import forget, once
from sameside.people.roles import Role

if TYPE_CHECKING:
    from typing import Self


class Organisation(models.Model):
    """The one company that hosts this installation, with what its administrators decided."""

    class SellerScope(models.TextChoices):
        TEAM = "team", "their team's deals and leads"
        EVERYONE = "everyone", "everyone's deals and leads"

    name = models.CharField(max_length=200, default="My company")
    is_demo = models.BooleanField(default=False)
    currency = models.CharField(max_length=3, default="EUR")
    seller_scope = models.CharField(max_length=10, choices=SellerScope, default=SellerScope.TEAM)
    truth_window_days = models.PositiveSmallIntegerField(default=90)
    truth_min_impressions = models.PositiveSmallIntegerField(default=5)
    verified_for_months = models.PositiveSmallIntegerField(
        default=12, help_text="How long new content counts as right when nobody gives a date."
    )
    review_reminders = models.BooleanField(
        default=True, help_text="Owners are told by mail before the date of their content passes."
    )

    search_words_days = models.PositiveSmallIntegerField(
        default=365, help_text="After so many days the words of a search are forgotten."
    )

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(pk=1), name="one_organisation")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        super().save(*args, **options)
        forget(Organisation)

    @classmethod
    def current(cls) -> "Organisation":
        """Its settings, to be read; who changes them gets the row."""
        found: Organisation = once(cls, _organisation)
        return found


def _organisation() -> Organisation:
    """Read with every request."""
    found = _organisations()(1)
    if not found:
        raise Organisation.DoesNotExist
    return found[0]


@lru_cache(maxsize=1)
def _organisations() -> Prepared[Organisation]:
    return Prepared(Organisation.objects.filter(pk=VALUE))


class Team(models.Model):
    class Side(models.TextChoices):
        SALES = "sales", "Sales"
        MARKETING = "marketing", "Marketing"
        SUCCESS = "success", "Customer success"
        OTHER = "other", "Other"

    name = models.CharField(max_length=120, unique=True)
    side = models.CharField(max_length=10, choices=Side, default=Side.OTHER)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Partner(models.Model):
    """A partner company, whose persons see the content that was granted to it or to all partners."""

    name = models.CharField(max_length=200, unique=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, person: "Person") -> "Self":
        """Everybody of the company with a role sees who works here; a partner sees themselves."""
        if not person.may_sign_in:
            return self.none()
        return self.filter(pk=person.pk) if person.role == Role.PARTNER else self

    def who_may_sign_in(self) -> "Self":
        return self.filter(is_active=True).exclude(role="")


class PersonManager(BaseUserManager["Person"]):
    def get_queryset(self) -> PersonQuerySet:
        return PersonQuerySet(self.model, using=self._db)

    def visible_to(self, person: "Person") -> PersonQuerySet:
        return self.get_queryset().visible_to(person)

    def who_may_sign_in(self) -> PersonQuerySet:
        return self.get_queryset().who_may_sign_in()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Somebody of the company: a user of Sameside, or only a name in the CRM (no role, no sign-in) until invited."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=10, choices=Role, blank=True)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="members")
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, blank=True, related_name="members")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    source = models.CharField(max_length=20, blank=True)
    external_id = models.CharField(max_length=64, blank=True)

    # What a token narrows this person to while it asks; None: everything the role may do.
    scopes: frozenset[str] | None = None

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects = PersonManager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="person_email"),
            models.UniqueConstraint(
                "source", "external_id", condition=~models.Q(external_id=""), name="person_source_id"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may_sign_in(self) -> bool:
        return self.is_active and bool(self.role)

    @property
    def itself(self) -> "Person":
        """The person without the wrappings of `request.user`, through which every look at it costs thirty times as
        much."""
        return self


class Invitation(models.Model):
    """A link with which somebody sets a first password: kept as a hash, for one use, until it expires or is revoked."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Invitation of {self.person}"

    def is_open(self, at: datetime) -> bool:
        return self.used_at is None and self.revoked_at is None and at < self.expires_at


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, person: Person) -> "Self":
        """One's own; administrators see everybody's."""
        if not person.may_sign_in:
            return self.none()
        return self if person.role == Role.ADMIN else self.filter(person=person)


class ApiToken(models.Model):
    """A key for the API: kept as a hash, narrowed to some of its person's capabilities, until it expires or is revoked.

    The last three columns count its calls of this minute and the one before; see `people/tokens.py`.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4, help_text="Its last characters, to tell it from others.")
    scopes = models.JSONField(help_text="Keys of the role table.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    last_used_on = models.DateField(null=True)
    minute = models.BigIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)
    calls_before = models.PositiveIntegerField(default=0)
    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.name

    def is_open(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at


class AuditEntry(models.Model):
    """One line of the append-only, hash-chained audit log; written by `audit.record` only."""

    at = models.DateTimeField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=300, blank=True)
    details = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["action", "-id"]),
            models.Index(fields=["subject", "-id"]),
            models.Index(fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"
