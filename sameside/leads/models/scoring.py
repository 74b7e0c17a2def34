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


class ScoreDraft(models.Model):
    """The version that somebody is working on; saving makes it a `ScoreRule`, and takes the draft away."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="score_draft")
    based_on = models.ForeignKey(ScoreRule, models.SET_NULL, null=True, related_name="+")
    points = models.JSONField(help_text="As leads/scoring/rule.py reads and writes it.")
    note = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Draft of a score rule by {self.person}"


class ScoreEffect(models.Model):
    """What a rule would have done in the last 12 months beside the one in force, computed in the background.

    `key` is a digest of both rules and of the segments, so that whoever asks for the same again has it already.
    """

    key = models.CharField(max_length=64, unique=True)
    points = models.JSONField()
    against = models.ForeignKey(ScoreRule, models.CASCADE, null=True, related_name="+")
    segments = models.JSONField(help_text="As in the terms of the agreement that was taken.")
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-asked_at", "-id"])]

    def __str__(self) -> str:
        return f"Effect of a score rule, asked {self.asked_at:%Y-%m-%d %H:%M}"


class ScoringRun(models.Model):
    """Leads were scored and qualified once: why, how far it is, and what came of it."""

    class Why(models.TextChoices):
        IMPORT = "import", "After an import"
        TOUCHES = "touches", "New touches"
        NIGHTLY = "nightly", "Every night"
        ASKED = "asked", "Asked for"

    why = models.CharField(max_length=8, choices=Why)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0, help_text="Leads looked at.")
    total = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0, help_text="Leads with another score than before.")
    qualified = models.PositiveIntegerField(default=0)
    handed_over = models.PositiveIntegerField(default=0)
    is_whole = models.BooleanField(default=False, help_text="It went through every lead.")
    touch_id = models.BigIntegerField(null=True, help_text="The last touch that was there when it began.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-at", "-id"])]

    def __str__(self) -> str:
        return f"Scoring of {self.at:%Y-%m-%d %H:%M}"


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
