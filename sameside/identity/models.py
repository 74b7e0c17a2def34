"""Merges of rows that are the same company or person, what each moved, and the pairs that wait for an answer."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from sameside.people.models import Person
from sameside.people.policies import can

if TYPE_CHECKING:
    from typing import Self


class Kind(models.TextChoices):
    COMPANY = "company", "Companies"
    CONTACT = "contact", "Contacts"
    LEAD = "lead", "Leads"
    LEAD_CONTACT = "lead_contact", "Lead and contact"


class AnsweredQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, person: Person) -> "Self":
        return self if can(person, "merge_records") else self.none()


class Merge(models.Model):
    """One row was merged into another of its kind, and perhaps taken apart again.

    `taken` holds what the survivor took over from the merged row: column to [before, after], as text. A merge without
    a person (`by`) follows a rule, which `rule` names.
    """

    kind = models.CharField(max_length=12, choices=Kind)
    kept_id = models.BigIntegerField()
    merged_id = models.BigIntegerField()
    rule = models.CharField(max_length=20, blank=True)
    reasons = models.JSONField(default=list)
    taken = models.JSONField(default=dict)
    kept_name = models.CharField(max_length=300)
    merged_name = models.CharField(max_length=300)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    objects = AnsweredQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "merged_id"], condition=Q(undone_at__isnull=True), name="merge_in_force_once"
            ),
            models.CheckConstraint(condition=~Q(kept_id=F("merged_id")), name="merge_of_two"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"]),
            models.Index(fields=["kind", "kept_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.merged_name} into {self.kept_name}"


class MovedReference(models.Model):
    """The rows of one table whose `column` a merge changed from `before` to `after`; undo changes them back."""

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="moved")
    table = models.CharField(max_length=63)
    column = models.CharField(max_length=63)
    before = models.BigIntegerField(null=True)
    after = models.BigIntegerField()
    row_ids = ArrayField(models.BigIntegerField())

    def __str__(self) -> str:
        return f"{len(self.row_ids)} of {self.table}.{self.column}"


class SourceMerge(models.Model):
    """A source says that it merged one of its rows into another. Applied as soon as both are here."""

    kind = models.CharField(max_length=12, choices=Kind)
    source = models.CharField(max_length=20)
    kept_external_id = models.CharField(max_length=64)
    merged_external_id = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "source", "merged_external_id"], name="source_merge_once"),
            models.CheckConstraint(condition=~Q(kept_external_id=F("merged_external_id")), name="source_merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.merged_external_id} into {self.kept_external_id}"


class Duplicate(models.Model):
    """Two rows that may be the same, in canonical order: the lower number left, and a lead left of a contact.

    `resting` while one of the two is merged into a third: its own pair then asks the same question.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "To decide"
        LATER = "later", "Later"
        MERGED = "merged", "Merged"
        REJECTED = "rejected", "Not the same"
        RESTING = "resting", "Settled by another merge"

    kind = models.CharField(max_length=12, choices=Kind)
    left_id = models.BigIntegerField()
    right_id = models.BigIntegerField()
    left_name = models.CharField(max_length=300)
    left_detail = models.CharField(max_length=300, blank=True)
    right_name = models.CharField(max_length=300)
    right_detail = models.CharField(max_length=300, blank=True)
    score = models.FloatField(help_text="How probable it is that both are the same, from 0 to 1.")
    reasons = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    objects = AnsweredQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "left_id", "right_id"], name="duplicate_pair"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-score", "-id"]),
            models.Index(fields=["kind", "right_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.left_name} / {self.right_name}"


class Likeness(models.Model):
    """What a row says about who it is, spelling taken away; `pending` until it was compared with all others.

    `fingerprint` tells whether the row has changed since. `company` is the name of a person's company.
    """

    kind = models.CharField(max_length=12, choices=Kind)
    row_id = models.BigIntegerField()
    fingerprint = models.CharField(max_length=32)
    pending = models.BooleanField(default=True)
    name = models.CharField(max_length=300)
    first = models.CharField(max_length=120)
    last = models.CharField(max_length=160)
    email = models.CharField(max_length=254)
    domain = models.CharField(max_length=255)
    phone = models.CharField(max_length=60)
    company = models.CharField(max_length=255)
    country = models.CharField(max_length=80)

    class Meta:
        verbose_name_plural = "likenesses"
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "row_id"], name="likeness_once")]
        indexes: ClassVar = [
            models.Index(fields=["kind", "row_id"], condition=Q(pending=True), name="likeness_pending"),
        ]

    def __str__(self) -> str:
        return self.name


class Weights(models.Model):
    """How much agreement and disagreement tell, learnt from the rows themselves: comparison to [m, u] by level."""

    subject = models.CharField(max_length=10, unique=True)
    rows = models.PositiveBigIntegerField()
    learnt = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "weights"

    def __str__(self) -> str:
        return f"{self.subject}: {self.rows:,} rows"
