"""The five conversations, and how the CRM's stages become them."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from sameside.crm.models import Deal, StageChange
from sameside.people.models import Person

if TYPE_CHECKING:
    from typing import Self


class Kind(models.TextChoices):
    """The five kinds, in the order in which a deal usually has them."""

    TAILORED_POV = "tailored_pov", "Tailored point of view"
    RIGHT_PEOPLE = "right_people", "Right people"
    RELEVANT_MEETING = "relevant_meeting", "Relevant meeting"
    DEFINITION_OF_SUCCESS = "definition_of_success", "Definition of success"
    TANGIBLE_VALUE = "tangible_value", "Tangible value"


KINDS = tuple(Kind)
RANK = {kind.value: rank for rank, kind in enumerate(KINDS)}


class StageMapping(models.Model):
    """Which conversation a deal has while it is in a stage; proposed for the stages found, then an administrator's."""

    class Closes(models.TextChoices):
        NO = "", "Open"
        WON = "won", "Won"
        LOST = "lost", "Lost"

    stage = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=25, choices=Kind, blank=True)
    closes = models.CharField(max_length=4, choices=Closes, blank=True)
    position = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    confirmed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["position", "stage"]

    def __str__(self) -> str:
        return self.stage


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, person: Person) -> "Self":
        return self.filter(deal__in=Deal.objects.visible_to(person))


class Conversation(models.Model):
    """One attempt, with one deal, at one of the five kinds; it succeeds when its outcome exists."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="conversations")
    kind = models.CharField(max_length=25, choices=Kind)
    attempt = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(StageChange, models.CASCADE, related_name="+")
    ended_by = models.ForeignKey(StageChange, models.SET_NULL, null=True, related_name="+")
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="conversations")
    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deal", "kind", "attempt"], name="conversation_attempt"),
            models.CheckConstraint(
                condition=models.Q(state="open", ended_at=None)
                | models.Q(ended_at__isnull=False) & ~models.Q(state="open"),
                name="ended_has_date",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-opened_at", "-id"]),
            models.Index(fields=["kind", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, attempt {self.attempt}"
