"""Import runs: what was brought in, from where, by whom, and what came of every file."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models.functions import Lower

from sameside.people import policies
from sameside.people.models import Person

if TYPE_CHECKING:
    from typing import Self


OPEN_CONNECTORS = ("documents", "usage")
"""What they bring in is not of the CRM."""


class RunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, person: Person) -> "Self":
        """Runs for everybody who may see imports; what came of CRM files only for those who may see the CRM.

        Of others' runs, who does not see the CRM sees those of documents; of their own also those in which nothing was
        recognised.
        """
        if not policies.can(person, "see_imports"):
            return self.none()
        if policies.can(person, "see_crm"):
            return self
        of_crm = ImportFile.objects.exclude(state=ImportFile.State.IGNORED).exclude(connector__in=OPEN_CONNECTORS)
        own = models.Q(started_by=person) & ~models.Exists(of_crm.filter(run=models.OuterRef("pk")))
        return self.filter(models.Q(connector__in=OPEN_CONNECTORS) | own)


class FileQuerySet(models.QuerySet["ImportFile"]):
    def visible_to(self, person: Person) -> "Self":
        """Files of the runs that `person` sees; tables of somebody else only for those who may see the CRM, whether
        they were read or not."""
        found = self.filter(run__in=ImportRun.objects.visible_to(person).order_by())
        if policies.can(person, "see_crm"):
            return found
        return found.filter(models.Q(connector__in=OPEN_CONNECTORS) | models.Q(run__started_by=person))


class ImportRun(models.Model):
    class State(models.TextChoices):
        PREVIEW = "preview", "Waiting for your review"
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"

    class Wish(models.TextChoices):
        """What a person asked of a run that is going on; it is looked at between batches."""

        NONE = "", "Go on"
        PAUSE = "pause", "Pause"
        CANCEL = "cancel", "Cancel"

    connector = models.CharField(max_length=30, help_text="The connector of all its files, or `any` for several.")
    origin = models.CharField(max_length=500, help_text="The folder or file names, as the person gave them.")
    folder = models.CharField(max_length=500, help_text="Where the files lie on this machine.")
    workspace = models.CharField(max_length=500, blank=True, help_text="Where workbooks were turned into tables.")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    wish = models.CharField(max_length=10, choices=Wish, default=Wish.NONE, blank=True)
    dry = models.BooleanField(default=False, help_text="Everything is done but written: nothing of it stays.")
    started_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="How often it was begun; more than once after a stop."
    )
    seconds = models.FloatField(default=0, help_text="How long it was at work, without pauses.")
    speed = models.FloatField(default=0, help_text="Bytes a second, smoothed; 0 while nobody can tell.")
    phase = models.CharField(max_length=120, blank=True, help_text="What goes on between and after the files.")
    problem = models.TextField(blank=True)
    undo = models.JSONField(default=dict, help_text="What an undo found or did: see connectors/undoing.py.")
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    objects = RunQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.connector} import of {self.origin}"


class ImportFile(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"
        IGNORED = "ignored", "Not needed"

    class Full(models.TextChoices):
        """Whether a person said that the export is complete; see connectors/vanishing.py."""

        NO = "", "What it holds"
        YES = "yes", "All of its object"
        SURE = "sure", "All of its object, even if more than half is gone"

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="files")
    connector = models.CharField(max_length=30, blank=True)
    name = models.CharField(max_length=500)
    path = models.CharField(max_length=800, blank=True, help_text="The table as text; empty: the file itself.")
    choices = models.JSONField(default=dict, help_text="What a person decided about its format; see tabular.Choices.")
    full = models.CharField(max_length=4, choices=Full, default=Full.NO, blank=True)
    recognised_as = models.CharField(max_length=40, blank=True, help_text="Account, Lead ... or pdf, pptx ...")
    table = models.CharField(max_length=60, blank=True, default="", help_text="Where its rows went.")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    bytes = models.PositiveBigIntegerField(default=0)
    bytes_read = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    created = models.PositiveBigIntegerField(default=0)
    updated = models.PositiveBigIntegerField(default=0)
    unchanged = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    missing_references = models.PositiveBigIntegerField(default=0)
    missing = models.JSONField(default=dict, help_text="Missing references: name, how many, and some of the ids.")
    missing_listed = models.PositiveIntegerField(default=0, help_text="How many of the ids are in the list of them.")
    reasons = models.JSONField(default=dict, help_text="Why rows were refused: sentence and how many.")
    seen = models.JSONField(default=dict, help_text="How many ids of which scope were kept; see vanishing.py.")
    vanished = models.PositiveBigIntegerField(null=True, help_text="Rows marked as deleted, because it has them not.")
    error_file = models.CharField(max_length=500, blank=True, help_text="Below the data folder's `imports`.")
    note = models.CharField(max_length=500, blank=True, help_text="The verdict in a sentence.")
    asset = models.ForeignKey("library.Asset", models.SET_NULL, null=True, related_name="+")
    mends = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="mended_by", help_text="The file whose refused rows it mends."
    )
    objects = FileQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "name"], name="run_file_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> Path:
        """Where the file is read from."""
        return Path(self.path) if self.path else Path(self.run.folder) / self.name


class RowBefore(models.Model):
    """A row as it was before a run changed it: what an undo puts back. Rows that a run created need none."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="+")
    table = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    before = models.JSONField()

    class Meta:
        verbose_name_plural = "rows before"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "table", "row_id"], name="row_before_run_table_row")
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id} before import {self.run_id}"


class SeenId(models.Model):
    """An id in a complete export, until the run that reads it has marked what is not in it. Not logged: a crash of the
    database empties it, which is noticed."""

    run_id = models.BigIntegerField()
    scope = models.CharField(max_length=120)
    external_id = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "seen ids"
        indexes: ClassVar = [models.Index(fields=["run_id"], name="seen_id_run")]

    def __str__(self) -> str:
        return f"{self.external_id} in import {self.run_id}"


class MappingQuerySet(models.QuerySet["TableMapping"]):
    def visible_to(self, person: Person) -> "Self":
        """Those that are not removed, for whoever may bring in what they map."""
        return self.filter(removed_at__isnull=True) if policies.can(person, "import_crm") else self.none()


class TableMapping(models.Model):
    """How tables of one kind are read: a mapping of `connectors/table/mapping.py` that somebody gave a name."""

    name = models.CharField(max_length=80)
    target = models.CharField(max_length=30, help_text="companies, contacts, deals ...")
    spec = models.JSONField(help_text="Columns, constants, namespace of the ids.")
    choices = models.JSONField(default=dict, help_text="How such files are read; see tabular.Choices.")
    signature = models.CharField(max_length=64, db_index=True, help_text="Stands for the headers it was made for.")
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    objects = MappingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"), condition=models.Q(removed_at__isnull=True), name="table_mapping_name"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["name", "id"], name="table_mapping_by_name")]

    def __str__(self) -> str:
        return self.name
