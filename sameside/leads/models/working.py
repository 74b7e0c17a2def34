"""When people work: calendars of business hours and holidays, who works by which, and who is away."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Now

from sameside.people.models import Person


class Calendar(models.Model):
    """Business hours of a week in one time zone, as seven lists of ["09:00", "17:30"], Monday first.

    An interval may end at "24:00". The default calendar is everybody's who has no other.
    """

    name = models.CharField(max_length=120, unique=True)
    time_zone = models.CharField(max_length=60, help_text="IANA name: Europe/Berlin.")
    week = models.JSONField()
    is_default = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    put_away_at = models.DateTimeField(null=True, help_text="No longer offered; nobody works by it.")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_calendar")
        ]

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A day on which a calendar's week does not hold: closed, or open in the `hours` given."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="holidays")
    on = models.DateField()
    name = models.CharField(max_length=120)
    hours = models.JSONField(default=list, help_text="Intervals as in the week; none: closed.")

    class Meta:
        ordering: ClassVar = ["on"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["calendar", "on"], name="holiday_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.on})"


class WorkingPlace(models.Model):
    """How leads reach one person: the calendar, how many may be open at once, whether any are taken now."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="working_place")
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, related_name="places")
    capacity = models.PositiveSmallIntegerField(null=True, help_text="Open hand-overs at once; null: no limit.")
    per_day = models.PositiveSmallIntegerField(null=True, help_text="New hand-overs a day; null: no limit.")
    is_taking = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"Leads for {self.person}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def covered_by(self, person: Person) -> "models.QuerySet[Absence, int]":
        """Who is away now, by the date of their own zone, with this person as cover; a subquery of persons."""
        place = WorkingPlace.objects.filter(person=OuterRef("person"), calendar__isnull=False)
        standard = Calendar.objects.filter(is_default=True)
        zone = Coalesce(
            Subquery(place.values("calendar__time_zone")[:1]), Subquery(standard.values("time_zone")[:1]),
            Value(settings.TIME_ZONE),
        )  # fmt: skip
        today = Func(zone, Now(), template="timezone(%(expressions)s)::date", output_field=models.DateField())
        there = self.filter(cover=person, cancelled_at=None).annotate(today=today)
        return there.filter(starts_on__lte=F("today"), ends_on__gte=F("today")).order_by().values_list(
            "person", flat=True
        )  # fmt: skip


class Absence(models.Model):
    """Somebody is away on these days, first and last included; `cover` gets what would be theirs."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="absences")
    starts_on = models.DateField()
    ends_on = models.DateField()
    cover = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-starts_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_in_order"),
            models.CheckConstraint(condition=Q(cover__isnull=True) | ~Q(cover=F("person")), name="cover_is_another"),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "ends_on"])]

    def __str__(self) -> str:
        return f"{self.person} away from {self.starts_on} to {self.ends_on}"

    def overlapping(self) -> "models.QuerySet[Absence]":
        """Other absences of the same person that share a day with it."""
        others = Absence.objects.filter(person=self.person_id, cancelled_at=None).exclude(pk=self.pk)
        return others.filter(starts_on__lte=self.ends_on, ends_on__gte=self.starts_on).order_by("starts_on")


class HoursChange(models.Model):
    """Somebody changed when people work: a calendar with its holidays, a working place, an absence.

    `before` and `after` are the whole of it as data, enough to undo it; None: it was not there. Open due times are
    settled anew afterwards, in the background: `due_of` were looked at, `due_moved` of them moved.
    """

    class What(models.TextChoices):
        CALENDAR = "calendar", "Calendar"
        PLACE = "place", "Working place"
        ABSENCE = "absence", "Absence"

    what = models.CharField(max_length=10, choices=What)
    calendar = models.ForeignKey(Calendar, models.CASCADE, null=True, related_name="changes")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+", help_text="Whose place or absence.")
    absence = models.ForeignKey(Absence, models.CASCADE, null=True, related_name="+")
    text = models.CharField(max_length=300)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    due_of = models.PositiveIntegerField(null=True)
    due_moved = models.PositiveIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["-at", "-id"])]

    def __str__(self) -> str:
        return self.text
