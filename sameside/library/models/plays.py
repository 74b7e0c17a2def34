"""Plays: how to use an asset; and who read which edition of one."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sameside.library.models.assets import Asset
from sameside.people.models import Person


class Play(models.Model):
    """How to use one asset: when, for whom, what to say, two minutes of reading, and a question that checks it."""

    asset = models.OneToOneField(Asset, models.CASCADE, related_name="play")
    edition = models.PositiveIntegerField(default=1, help_text="Counts up when its text changes.")
    when = models.TextField(blank=True, help_text="When to use the asset.")
    for_whom = models.TextField(blank=True)
    talk_track = models.TextField(blank=True, help_text="Markdown.")
    reading = models.TextField(blank=True, help_text="Markdown; two minutes of it.")
    question = models.CharField(max_length=300, blank=True)
    answers = ArrayField(models.CharField(max_length=200), default=list)
    right_answer = models.PositiveSmallIntegerField(default=0, help_text="Which of `answers`, from 0.")
    explanation = models.CharField(max_length=500, blank=True, help_text="Shown after an answer.")
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="plays")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")


class PlayRead(models.Model):
    """Somebody read an edition of a play, and what they answered. Append-only."""

    play = models.ForeignKey(Play, models.CASCADE, related_name="reads")
    edition = models.PositiveIntegerField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="play_reads")
    at = models.DateTimeField()
    answer = models.PositiveSmallIntegerField(null=True)
    is_right = models.BooleanField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["play", "person", "-at"], name="play_read_latest")]
