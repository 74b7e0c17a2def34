"""A hand-over: marketing passes a lead to a person of sales, who accepts it or returns it, works it, and ends it.

Every hand-over ends with an outcome and a reason; what happened meanwhile are its events (append-only), its attempts
are activities of the lead, and every promise of the agreement that was not kept in time is a breach.
"""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from sameside.leads.models.agreement import Agreement
from sameside.leads.models.lead import Conversion, Lead, seen_by
from sameside.leads.models.routing import Route
from sameside.leads.models.scoring import Qualification
from sameside.people.models import Person

if TYPE_CHECKING:
    from typing import Self


class Reason(models.Model):
    """Why a hand-over ended, from a list that administrators edit; one that was used is put away, never deleted."""

    class Ending(models.TextChoices):
        RETURN = "return", "Return to marketing"
        DISQUALIFY = "disqualify", "Disqualify"
        RECYCLE = "recycle", "Recycle until later"

    key = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=80)
    help = models.CharField(max_length=200, blank=True)
    endings = models.JSONField(help_text="For which endings it is offered: a list of `Ending` values.")
    position = models.PositiveIntegerField(default=0)
    put_away_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["position", "label"]

    def __str__(self) -> str:
        return self.label


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def visible_to(self, person: Person) -> "Self":
        """Those of the leads that the person sees, and one's own."""
        seen, own = seen_by(person, "lead__"), Q(owner=person)
        return self.filter(own if seen is None else seen and seen | own, lead__merged_into=None)

    def open(self) -> "Self":
        return self.filter(ended_at__isnull=True)


class HandOver(models.Model):
    """One passing of one lead to one person.

    `derived` rows were rebuilt from what an import holds (owner changes, first activity, status), and say so wherever
    they are shown. Due times are stored once by `leads/clock/due.py`; `next_due_at` is the first that is not met.
    Times in business seconds (`..._after`) are by the owner's calendar as it was when they were settled.
    """

    class Outcome(models.TextChoices):
        RETURNED = "returned", "Returned"
        DISQUALIFIED = "disqualified", "Disqualified"
        RECYCLED = "recycled", "Recycled"
        CONVERTED = "converted", "Converted"
        REASSIGNED = "reassigned", "Passed to somebody else"
        WITHDRAWN = "withdrawn", "Taken back by marketing"

    lead = models.ForeignKey(Lead, models.CASCADE, db_index=False, related_name="handovers")
    number = models.PositiveSmallIntegerField(default=1, help_text="The first, second ... of this lead.")
    derived = models.BooleanField(default=False)
    qualification = models.ForeignKey(Qualification, models.SET_NULL, null=True, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, db_index=False, related_name="+")
    segment = models.CharField(max_length=60, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, db_index=False, related_name="handovers")
    route = models.ForeignKey(Route, models.PROTECT, null=True, db_index=False, related_name="+")
    why = models.JSONField(default=list, help_text="How the route came to this person, as sentences.")
    by = models.ForeignKey(Person, models.PROTECT, null=True, db_index=False, related_name="+")
    note = models.CharField(max_length=500, blank=True, help_text="What marketing wants the owner to know.")
    at = models.DateTimeField()
    score = models.SmallIntegerField(null=True)
    likelihood = models.FloatField(null=True)

    accept_due_at = models.DateTimeField(null=True)
    attempt_due_at = models.DateTimeField(null=True)
    persist_due_at = models.DateTimeField(null=True, help_text="By when all agreed attempts are made.")
    end_due_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True, help_text="When the sweep of the clock has something to do with it.")

    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, db_index=False, related_name="+")
    accepted_after = models.PositiveIntegerField(null=True, help_text="Business seconds from the hand-over.")
    first_attempt_at = models.DateTimeField(null=True)
    attempted_after = models.PositiveIntegerField(null=True, help_text="Business seconds from the hand-over.")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_attempt_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True, help_text="Since when it waits for the buyer; null: it runs.")

    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, db_index=False, related_name="+")
    outcome = models.CharField(max_length=12, blank=True, choices=Outcome)
    reason = models.ForeignKey(Reason, models.PROTECT, null=True, related_name="+")
    said = models.CharField(max_length=500, blank=True, help_text="The sentence beside the reason.")
    source_reason = models.CharField(max_length=120, blank=True, help_text="The status an import gave as the reason.")
    conversion = models.ForeignKey(Conversion, models.SET_NULL, null=True, related_name="+")
    objects = HandOverQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lead"], condition=Q(ended_at__isnull=True), name="handover_open_once"),
            models.UniqueConstraint(fields=["lead", "number"], name="handover_number"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | Q(ended_at__isnull=False) & ~Q(outcome=""),
                name="handover_end_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(derived=True)
                | ~Q(outcome__in=("returned", "disqualified", "recycled"))
                | Q(reason__isnull=False),
                name="handover_ends_with_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                F("owner"), F("next_due_at").asc(nulls_last=True), F("id"),
                condition=Q(ended_at__isnull=True), name="handover_queue",
            ),
            models.Index(
                F("next_due_at").asc(nulls_last=True), F("id"), condition=Q(ended_at__isnull=True), name="handover_due"
            ),
            models.Index(
                fields=["owner"], condition=Q(ended_at__isnull=True, derived=False), name="handover_own_open"
            ),
            models.Index(fields=["look_at", "id"], condition=Q(look_at__isnull=False), name="handover_look"),
            models.Index(fields=["-at", "-id"], name="handover_time"),
            models.Index(fields=["owner", "-at", "-id"], name="handover_owner_time"),
            models.Index(fields=["outcome", "-at", "-id"], name="handover_outcome_time"),
            models.Index(fields=["-at", "-id"], condition=Q(ended_at__isnull=False), name="handover_ended_time"),
            models.Index(fields=["route", "-at"], condition=Q(route__isnull=False), name="handover_route_time"),
            models.Index(
                fields=["outcome", "-ended_at", "-id"], condition=Q(ended_at__isnull=False), name="handover_ended"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Hand-over {self.number} of {self.lead}"


class Pause(models.Model):
    """The clock of a hand-over stood still: it waited for the buyer, until this date at the latest."""

    handover = models.ForeignKey(HandOver, models.CASCADE, related_name="pauses")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, help_text="When the clock went on; null: it still stands.")
    resume_on = models.DateField(null=True, help_text="When it goes on by itself.")
    because = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["since"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["handover"], condition=Q(until__isnull=True), name="pause_open_once")
        ]


class Breach(models.Model):
    """A promise of the agreement was not kept in time. `kept_at`: late; never: null."""

    class Promise(models.TextChoices):
        ACCEPT = "accept", "Accept or return"
        ATTEMPT = "attempt", "First attempt"
        PERSIST = "persist", "Enough attempts"
        END = "end", "End with a reason"

    handover = models.ForeignKey(HandOver, models.CASCADE, related_name="breaches")
    promise = models.CharField(max_length=8, choices=Promise)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+", help_text="Whose it was when it was breached.")
    due_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["handover", "promise"], name="breach_once")]
        indexes: ClassVar = [
            models.Index(fields=["-noticed_at", "-id"]),
            models.Index(fields=["owner", "-noticed_at"]),
        ]


class ClockNotice(models.Model):
    """Somebody is to know of a reminder, breach or escalation: written once, then mailed until the server takes it.

    `step` is the share of the time in percent for a reminder ("r75"), "breach" or "escalation".
    """

    handover = models.ForeignKey(HandOver, models.CASCADE, related_name="notices")
    promise = models.CharField(max_length=8, choices=Breach.Promise)
    step = models.CharField(max_length=12)
    due_at = models.DateTimeField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, help_text="When the mail server took it.")
    refused_at = models.DateTimeField(null=True, help_text="When it last refused.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["handover", "promise", "step", "due_at", "person"], name="clock_notice_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "at"], condition=Q(sent_at__isnull=True), name="clock_notice_unsent")
        ]


class LeadEvent(models.Model):
    """Something was done with a lead under the agreement. Append-only; taking it back is an event of its own."""

    class Kind(models.TextChoices):
        QUALIFIED = "qualified", "Qualified"
        ROUTED = "routed", "Handed over"
        NOT_ROUTED = "not_routed", "No route takes it"
        ACCEPTED = "accepted", "Accepted"
        RETURNED = "returned", "Returned"
        ATTEMPTED = "attempted", "Attempt logged"
        DISQUALIFIED = "disqualified", "Disqualified"
        RECYCLED = "recycled", "Recycled"
        CONVERTED = "converted", "Converted"
        REASSIGNED = "reassigned", "Passed on"
        WITHDRAWN = "withdrawn", "Taken back"
        PAUSED = "paused", "Waits for the buyer"
        RESUMED = "resumed", "Goes on"
        REVIVED = "revived", "Back from nurture"
        REPAIRED = "repaired", "Data put right"
        UNDONE = "undone", "Undone"

    lead = models.ForeignKey(Lead, models.CASCADE, db_index=False, related_name="events")
    handover = models.ForeignKey(HandOver, models.CASCADE, null=True, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, db_index=False, related_name="+")
    text = models.CharField(max_length=500, blank=True)
    before = models.JSONField(default=dict, help_text="What the verb changed, as it was: enough to undo it.")
    undoes = models.OneToOneField("self", models.CASCADE, null=True, related_name="undone_by_event")

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        indexes: ClassVar = [models.Index(fields=["lead", "at"])]


class Recycling(models.Model):
    """A lead came back from sales: it waits in nurture until a date, or for marketing to decide.

    Marketing's queue is the rows with neither `taken_up_at` nor `undone_at`. What follows is one of `Taken`.
    """

    class Taken(models.TextChoices):
        NURTURE = "nurture", "Put into nurture"
        AGAIN = "again", "Handed over again"
        CLOSED = "closed", "Closed for good"
        REPAIRED = "repaired", "Data put right"

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="recyclings")
    handover = models.OneToOneField(HandOver, models.CASCADE, related_name="recycling")
    return_on = models.DateField(null=True, help_text="Sales asked to see it again then; null for returned leads.")
    came_at = models.DateTimeField()
    taken_up_at = models.DateTimeField(null=True)
    taken_up_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taken = models.CharField(max_length=10, blank=True, choices=Taken)
    revived_at = models.DateTimeField(null=True, help_text="Since when it counts as a lead again.")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["-came_at", "-id"],
                condition=Q(taken_up_at__isnull=True, undone_at__isnull=True),
                name="recycling_waiting",
            ),
            models.Index(
                fields=["return_on"],
                condition=Q(revived_at__isnull=True, undone_at__isnull=True, return_on__isnull=False),
                name="recycling_returns",
            ),
            models.Index(
                fields=["taken_up_at"],
                condition=Q(taken="repaired", revived_at__isnull=True, undone_at__isnull=True),
                name="recycling_repaired",
            ),
        ]
