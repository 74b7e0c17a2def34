"""The change log that every index follows."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func
from django.db.models.functions import Now


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
