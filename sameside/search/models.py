"""The change log that every index follows, and the words that mean the same in this company."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func
from django.db.models.functions import Now

from sameside.people.models import Person


class TransactionId(models.Field):  # type: ignore[type-arg]
    """A transaction of PostgreSQL, never used twice (`xid8`)."""

    def db_type(self, connection: Any) -> str:
        return "xid8"


class CurrentTransaction(Func):
    function = "pg_current_xact_id"
    output_field: ClassVar[TransactionId] = TransactionId()


class Change(models.Model):
    """Things of one kind that a statement changed; written by triggers, see `changes`.

    No `ids`: all of them may have changed. No `kind`: rows were purged, up to this transaction.
    """

    kind = models.CharField(max_length=20)
    ids = ArrayField(models.BigIntegerField())
    xid = TransactionId(db_default=CurrentTransaction(), editable=False)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "search_change"
        indexes: ClassVar = [
            models.Index(fields=["xid"], name="search_change_xid"),
            models.Index(fields=["at"], name="search_change_at"),
        ]

    def __str__(self) -> str:
        return f"{len(self.ids)} of {self.kind}"


class Synonym(models.Model):
    """Words or phrases that mean the same here: searching for one finds the others. `search.synonyms` writes it.

    One-way: searching for the first finds the others, not the reverse. A proposal has evidence and waits for somebody.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        ACCEPTED = "accepted", "In use"
        REJECTED = "rejected", "Rejected"

    class Source(models.TextChoices):
        HAND = "hand", "Written by somebody"
        TITLE = "title", "From titles"
        FACET = "facet", "From facets"
        SEARCH = "search", "From searches"

    words = ArrayField(models.CharField(max_length=80), help_text="As written; at least two.")
    folded = ArrayField(models.CharField(max_length=80), help_text="As searched, in the same order.")
    key = models.CharField(max_length=500, unique=True, help_text="Of these words, whatever their order.")
    is_one_way = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State)
    source = models.CharField(max_length=10, choices=Source)
    evidence = models.JSONField(default=list, help_text="Sentences that say where a proposal comes from.")
    weight = models.PositiveIntegerField(default=0, help_text="How often it was seen.")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    before = models.JSONField(default=dict, help_text="What the last change changed, as it was; for taking it back.")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "-weight", "-id"], name="synonym_state"),
            models.Index(fields=["-changed_at"], name="synonym_changed"),
        ]

    def __str__(self) -> str:
        return (" → " if self.is_one_way else " = ").join(self.words)


class IndexCheck(models.Model):
    """Somebody had the index of one kind compared with the database, on the machine where the job ran.

    `heals`: what differs is indexed again. `looked_at` of about `documents` while it goes on; `problem`: why not.
    """

    kind = models.CharField(max_length=20)
    heals = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    machine = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField(null=True)
    looked_at = models.PositiveBigIntegerField(default=0)
    documents = models.PositiveBigIntegerField(default=0)
    missing = models.PositiveBigIntegerField(default=0)
    stale = models.PositiveBigIntegerField(default=0)
    surplus = models.PositiveBigIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "-asked_at"], name="index_check_kind")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.asked_at:%Y-%m-%d %H:%M}"


class Vector(models.Model):
    """What a model made of a text, kept so that no machine computes it again; the files of vectors are made of these.

    `digest` is of the text; `vector` is its scale and one byte a dimension. `unused_since`: no passage needs it; see
    `purging`.
    """

    pk = models.CompositePrimaryKey("model", "digest")
    model = models.CharField(max_length=80)
    digest = models.BinaryField()
    vector = models.BinaryField()
    unused_since = models.DateTimeField(null=True)

    class Meta:
        db_table = "search_vector"

    def __str__(self) -> str:
        return f"{self.model} {bytes(self.digest).hex()}"
