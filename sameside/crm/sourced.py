"""What the tables of records have in common: where a row came from, who sees it, and the indexes that follow."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from sameside.people.models import Organisation, Person
from sameside.people.roles import Role

if TYPE_CHECKING:
    from typing import Self


class Sourced(models.Model):
    """A row that was brought in, by which import run, and by which one it was last changed."""

    source = models.CharField(max_length=20)
    external_id = models.CharField(max_length=64)
    deleted_in_source = models.BooleanField(default=False)
    created_by_run = models.BigIntegerField(null=True)
    changed_by_run = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


def source_id(name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=["source", "external_id"], name=f"{name}_source_id")


class OwnedQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Rows with an `owner`: sellers see their own and their team's, everybody else with a role sees all."""

    def visible_to(self, person: Person) -> "Self":
        if not person.may_sign_in or person.role in (Role.EDITOR, Role.PARTNER):
            return self.none()
        if person.role != Role.SELLER or Organisation.current().seller_scope == Organisation.SellerScope.EVERYONE:
            return self
        mine = Q(owner=person)
        if person.team_id:
            mine |= Q(owner__team_id=person.team_id)
        return self.filter(mine)


class SharedQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Rows that everybody of the company with a role may see, but editors."""

    def visible_to(self, person: Person) -> "Self":
        return self.none() if not person.may_sign_in or person.role in (Role.EDITOR, Role.PARTNER) else self


class MergeableQuerySet(SharedQuerySet):
    """Shared rows of which some were merged into others; a merged row is kept whole but shown nowhere."""

    def unmerged(self) -> "Self":
        return self.filter(merged_into__isnull=True)

    def visible_to(self, person: Person) -> "Self":
        return super().visible_to(person).unmerged()


def merged_index(name: str) -> models.Index:
    return models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name=f"{name}_merged_into")


def run_indexes(name: str) -> list[models.Index]:
    """For the rows of one import run: what it created, and what it changed."""
    return [
        models.Index(fields=[column], condition=Q(**{f"{column}__isnull": False}), name=f"{name}_{column}")
        for column in ("created_by_run", "changed_by_run")
    ]
