"""Collections that people curate, and what somebody marked as a favourite."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from sameside.library.models.assets import Asset, Sight, everybody
from sameside.people.models import Person


class CollectionQuerySet(models.QuerySet["Collection"]):
    def visible_to(self, person: Person | Sight) -> "CollectionQuerySet":
        """Those who edit the library see every collection; others those whose grants name a group of theirs."""
        sight = person if isinstance(person, Sight) else Sight.of(person)
        if not sight.signs_in:
            return self.none()
        return self if sight.groups is None else self.filter(groups__overlap=list(sight.groups))


class Collection(models.Model):
    """Assets chosen by somebody for a purpose, in an order of their own, right until a date."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140, unique=True)
    description = models.TextField(blank=True)
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="collections")
    verified_until = models.DateField(null=True)
    is_restricted = models.BooleanField(default=False, help_text="Only for those whom its grants name.")
    groups = ArrayField(
        models.CharField(max_length=40), default=everybody, help_text="Who may see it; made by `library.access`."
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)
    objects = CollectionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["-updated_at", "-id"], name="collection_latest"),
            GinIndex(fields=["groups"], name="collection_groups"),
        ]

    def __str__(self) -> str:
        return self.name


class CollectionItem(models.Model):
    collection = models.ForeignKey(Collection, models.CASCADE, related_name="items")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="collection_items")
    position = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True, help_text="Why it is in here.")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["collection", "asset"], name="collection_asset_once"),
        ]


class Favourite(models.Model):
    person = models.ForeignKey(Person, models.CASCADE, related_name="favourites")
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="favourites")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "asset"], name="favourite_once")]
        indexes: ClassVar = [models.Index(fields=["person", "-at"], name="favourite_latest")]
