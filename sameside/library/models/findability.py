"""What is asked for and missing, what is right for which words, and how well a ranking does by that."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sameside.library.models.assets import Asset
from sameside.library.models.usage import Search
from sameside.people.models import Person


class ContentRequest(models.Model):
    """Content that somebody needs and does not have; its owner answers it."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"
        DECLINED = "declined", "Declined"

    words = models.CharField(max_length=300, help_text="What was searched, or what is wanted in a few words.")
    note = models.TextField(blank=True)
    facets = models.JSONField(default=dict, help_text="Facet to values, of the context it was missed in.")
    deal = models.ForeignKey("crm.Deal", models.SET_NULL, null=True, related_name="+")
    search = models.ForeignKey(Search, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="content_requests")
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    answer = models.CharField(max_length=500, blank=True)
    asset = models.ForeignKey(Asset, models.SET_NULL, null=True, related_name="+", help_text="What answers it.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "-asked_at", "-id"], name="request_latest")]


class JudgedQuery(models.Model):
    """Words, in a context, for which somebody knows or use has shown what is right."""

    words = models.CharField(max_length=300)
    context = models.JSONField(default=dict, help_text="Facet to values that the search began with.")
    language = models.CharField(max_length=5, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["words", "context"], name="judged_query_once")]


class Judgement(models.Model):
    """How good an asset is for a judged query: 3 the answer, 2 good, 1 of some help, 0 wrong."""

    class Source(models.TextChoices):
        HAND = "hand", "By hand"
        USE = "use", "From use"

    query = models.ForeignKey(JudgedQuery, models.CASCADE, related_name="judgements")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="judgements")
    grade = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=10, choices=Source)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["query", "asset", "source"], name="judgement_once")]


class Evaluation(models.Model):
    """One measurement of a ranking by the judged set. Append-only."""

    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=200)
    ranking = models.JSONField(help_text="The settings of the ranking that was measured.")
    is_live = models.BooleanField(default=False, help_text="The ranking was the one in use.")
    queries = models.PositiveIntegerField()
    measures = models.JSONField(help_text="Measure to value with its interval; see `analytics.ranking`.")
    by_query = models.JSONField(default=list)
    seconds_to_find = models.FloatField(null=True, help_text="Median of the searches before it, if enough.")
    searches = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-at", "-id"], name="evaluation_latest")]


class SearchOutcome(models.Model):
    """What became of a search; see `library.searches` for the rule. Written by `library.findability.settling` only."""

    class Outcome(models.TextChoices):
        USED = "used", "Used"
        OPENED = "opened", "Opened"
        NONE = "none", "Found nothing"
        REFORMULATED = "reformulated", "Asked again"
        ABANDONED = "abandoned", "Abandoned"

    search = models.OneToOneField(Search, models.CASCADE, primary_key=True, related_name="outcome")
    outcome = models.CharField(max_length=12, choices=Outcome)
    at = models.DateTimeField(help_text="Of the search.")
    attempt = models.BigIntegerField(help_text="The first search of the attempt that it belongs to.")
    seconds_to_open = models.FloatField(null=True)
    seconds_to_use = models.FloatField(null=True)
    position = models.PositiveIntegerField(null=True, help_text="Of the first thing opened, from 1.")
    team = models.BigIntegerField(null=True, help_text="The person's team at the time it was settled.")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-at", "-search"], name="search_outcome_latest"),
            models.Index(fields=["outcome", "-at", "-search"], name="search_outcome_kind"),
        ]


class Ranking(models.Model):
    """What the parts of a result's score weigh; see `library.evaluation.rankings`. A draft until it was in use once."""

    name = models.CharField(max_length=120)
    words = models.FloatField(help_text="Whole words, by their stem.")
    pieces = models.FloatField(help_text="Pieces of words: compounds, typos, names shared by languages.")
    meaning = models.FloatField(help_text="Meaning, where the model takes part: its share beside words.")
    preference = models.FloatField(help_text="What fits the deal or lead that is searched from.")
    success = models.FloatField(help_text="Won deals it was used in.")
    freshness = models.FloatField(help_text="Updated lately.")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-created_at", "-id"], name="ranking_latest")]


class RankingUse(models.Model):
    """A ranking was put live; the latest row says which is. No ranking: as delivered. Append-only."""

    ranking = models.ForeignKey(Ranking, models.PROTECT, null=True, related_name="uses")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-at", "-id"], name="ranking_use_latest")]


class Measurement(models.Model):
    """A draft measured against what is live, by the judged set, in the background."""

    ranking = models.ForeignKey(Ranking, models.CASCADE, related_name="measurements")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    done = models.PositiveIntegerField(default=0, help_text="Queries measured, of both rankings.")
    queries = models.PositiveIntegerField(default=0, help_text="Queries to measure, of both rankings.")
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True, help_text="Why there is no result.")
    before = models.ForeignKey(Evaluation, models.SET_NULL, null=True, related_name="+")
    after = models.ForeignKey(Evaluation, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["ranking", "-asked_at"], name="measurement_of_ranking")]
