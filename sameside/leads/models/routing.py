"""Which person a qualified lead goes to: routes, tried in their order; the first that fits and can take it gets it."""

from typing import ClassVar

from django.db import models

from sameside.people.models import Person, Team


class Route(models.Model):
    """Leads that meet all conditions go to whom `gives` says."""

    class Gives(models.TextChoices):
        PERSON = "person", "To one person"
        ROUND_ROBIN = "round_robin", "In turn among people"
        TEAM = "team", "In turn among a team"
        ACCOUNT_OWNER = "account_owner", "To who owns the company"

    position = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    conditions = models.JSONField(default=list, help_text="As leads/criteria.py reads them; all must hold.")
    gives = models.CharField(max_length=14, choices=Gives)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(default=True)
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, help_text="Taken away; hand-overs still name it.")

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class RouteMember(models.Model):
    """A person whose turn comes in a route, `weight` times as often as one of weight 1."""

    route = models.ForeignKey(Route, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    weight = models.PositiveSmallIntegerField(default=1)
    given = models.PositiveIntegerField(default=0, help_text="Leads given by this route since the turn began.")
    last_given_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["route", "person"], name="route_member_once")]


class RouteChange(models.Model):
    """Somebody made, changed, moved or took away a route. `before` and `after` are the whole of it as data, enough to
    undo it as long as nobody changed the same since; None: it was not there."""

    route = models.ForeignKey(Route, models.CASCADE, related_name="changes")
    text = models.CharField(max_length=300)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["-at", "-id"])]

    def __str__(self) -> str:
        return self.text
