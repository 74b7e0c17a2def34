"""Import runs: what was brought in, from where, by whom, and what came of every file."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from sameside.people import policies
from sameside.people.models import Person

if TYPE_CHECKING:
    from typing import Self


class RunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, person: Person) -> "Self":
        """Runs for everybody who may see imports; what came of CRM files only for those who may see the CRM."""
        if not policies.can(person, "see_imports"):
            return self.none()
        return self if policies.can(person, "see_crm") else self.exclude(connector="salesforce")


class ImportRun(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    connector = models.CharField(max_length=30, help_text="salesforce, documents, usage")
    origin = models.CharField(max_length=500, help_text="The folder or file names, as the person gave them.")
    folder = models.CharField(max_length=500, help_text="Where the files lie on this machine.")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    started_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="How often it was begun; more than once after a stop."
    )
    phase = models.CharField(max_length=120, blank=True, help_text="What goes on between and after the files.")
    problem = models.TextField(blank=True)
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

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="files")
    name = models.CharField(max_length=500)
    recognised_as = models.CharField(max_length=40, blank=True, help_text="Account, Lead ... or pdf, pptx ...")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    bytes = models.PositiveBigIntegerField(default=0)
    bytes_read = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    created = models.PositiveBigIntegerField(default=0)
    updated = models.PositiveBigIntegerField(default=0)
    unchanged = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    missing_references = models.PositiveBigIntegerField(default=0)
    error_file = models.CharField(max_length=500, blank=True, help_text="Below the data folder's `imports`.")
    note = models.CharField(max_length=500, blank=True, help_text="The verdict in a sentence.")
    asset = models.ForeignKey("library.Asset", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "name"], name="run_file_name")]

    def __str__(self) -> str:
        return self.name
