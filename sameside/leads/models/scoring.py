"""How good a lead is: the rule both sides agreed, the model learnt from outcomes, and when a lead qualified."""

from typing import ClassVar

from django.db import models

from sameside.leads.models.agreement import Agreement
from sameside.leads.models.lead import Lead
from sameside.people.models import Person


class ScoreRule(models.Model):
    """One version of the rule: points by field and behaviour. Never changed; an agreement names the one it uses."""

    number = models.PositiveIntegerField(unique=True)
    points = models.JSONField(help_text="As leads/scoring/rule.py reads and writes it.")
    note = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return f"Score rule {self.number}"


class ScoreModel(models.Model):
    """One version of the model learnt from outcomes: numbers only (no pickled objects), with how well it did.

    `figures` holds what the page shows: curves and areas of model and rule on the same later leads, calibration, lift.
    It is used for leads only while it is `in_use`, which it never becomes unless it was better than the rule.
    """

    class State(models.TextChoices):
        IN_USE = "in_use", "In use"
        BEATEN = "beaten", "Not better than the rule"
        RETIRED = "retired", "Replaced"
        TOO_LITTLE = "too_little", "Too little to learn from"

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=State)
    trained_at = models.DateTimeField()
    learnt_from = models.DateTimeField(null=True, help_text="First creation among the leads learnt from.")
    learnt_to = models.DateTimeField(null=True)
    tested_to = models.DateTimeField(null=True)
    leads = models.PositiveIntegerField(default=0)
    parameters = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    because = models.CharField(max_length=500, blank=True, help_text="Why it has its state, as a sentence.")
    in_use_from = models.DateTimeField(null=True)
    in_use_to = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="in_use"), name="score_model_in_use_once"
            )
        ]

    def __str__(self) -> str:
        return f"Score model {self.number}"


class Qualification(models.Model):
    """A lead met what the agreement in force at that time asks; kept as it was, whatever is agreed later."""

    lead = models.ForeignKey(Lead, models.CASCADE, db_index=False, related_name="qualifications")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="+")
    segment = models.CharField(max_length=60, blank=True)
    score = models.SmallIntegerField(null=True)
    likelihood = models.FloatField(null=True)
    score_model = models.ForeignKey(ScoreModel, models.PROTECT, null=True, related_name="+")
    reasons = models.JSONField(default=list, help_text="The parts of the score and the criteria met, as sentences.")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["lead", "-at"]),
            models.Index(fields=["segment", "at"]),
            models.Index(fields=["at"]),
        ]
