"""Facets of assets: what they are for."""

from typing import ClassVar

from django.db import models

from sameside.library.models.assets import Asset
from sameside.people.models import Person


class Facet(models.TextChoices):
    CONVERSATION = "conversation", "Conversation"
    VERTICAL = "vertical", "Vertical"
    LANGUAGE = "language", "Language"
    PRODUCT_LINE = "product_line", "Product line"
    PERSONA = "persona", "Persona"
    SENIORITY = "seniority", "Seniority"
    DEPTH = "depth", "Depth"
    REGION = "region", "Region"
    COMPETITOR = "competitor", "Competitor"
    FORMAT = "format", "Format"


class AssetFacet(models.Model):
    """One facet value of an asset: proposed with a reason, then confirmed or rejected by somebody."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        CONFIRMED = "confirmed", "Confirmed"
        REJECTED = "rejected", "Rejected"

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="facets")
    facet = models.CharField(max_length=20, choices=Facet)
    value = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["asset", "facet", "value"], name="asset_facet_value")]
        indexes: ClassVar = [models.Index(fields=["facet", "value", "asset"])]


class FacetRule(models.Model):
    """Assets whose folder, file name or title holds some words get a facet value, by themselves."""

    class Where(models.TextChoices):
        PATH = "path", "Folder or file name"
        TITLE = "title", "Title"
        TEXT = "text", "Text"

    where = models.CharField(max_length=10, choices=Where)
    words = models.CharField(max_length=200, help_text="All of these, as whole words, without regard to case.")
    facet = models.CharField(max_length=20, choices=Facet)
    value = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]


class FacetEdit(models.Model):
    """One change of facets on many assets at once, by hand or by a rule; it can be undone as a whole."""

    what = models.CharField(max_length=300, help_text="In a sentence.")
    rule = models.ForeignKey(FacetRule, models.SET_NULL, null=True, related_name="edits")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    assets = models.PositiveIntegerField(default=0, help_text="How many it changed.")
    asked = models.JSONField(default=dict, help_text="What was asked for: changes, and the assets still to do.")
    total = models.PositiveIntegerField(default=0, help_text="How many were chosen.")
    seen = models.PositiveIntegerField(default=0, help_text="How many of them were gone through.")
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-at", "-id"], name="facet_edit_latest")]


class FacetChange(models.Model):
    """One facet value of one asset before and after an edit. An empty state: the value was not there."""

    edit = models.ForeignKey(FacetEdit, models.CASCADE, related_name="changes")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="+")
    facet = models.CharField(max_length=20, choices=Facet)
    value = models.CharField(max_length=80)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10, blank=True)
    before_reason = models.CharField(max_length=300, blank=True)
    before_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    before_at = models.DateTimeField(null=True)


class MissingFacet(models.Model):
    """An asset states nothing for a facet: which value it might be, and what stating it would bring.

    Made anew by `library.tagging.gain`; `candidates` are [value, searches, deals, evidence], the best first.
    """

    asset = models.ForeignKey(Asset, models.CASCADE, related_name="missing_facets")
    facet = models.CharField(max_length=20, choices=Facet)
    searches = models.PositiveIntegerField(default=0)
    deals = models.PositiveIntegerField(default=0)
    gain = models.PositiveIntegerField(default=0)
    candidates = models.JSONField(default=list)
    computed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["asset", "facet"], name="missing_facet_once")]
        indexes: ClassVar = [models.Index(fields=["-gain", "-id"], name="missing_facet_gain")]
