"""The page where an administrator sees and decides what each stage stands for."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from sameside.conversations.mapping import Invalid
from sameside.conversations.models import Kind, StageMapping
from sameside.kit import snapshots
from sameside.ui.lists import Choice

CLOSING = {"won": "Won: closes the deal", "lost": "Lost: closes the deal"}
NOTHING = "nothing"


@dataclass(frozen=True)
class Stage:
    """One row: the mapping, what it means in words, and how many deals are in the stage now and reached it ever (None
    before the report was computed)."""

    row: StageMapping
    choice: str
    meaning: str
    now: int | None
    ever: int | None
    effect: str
    deals_url: str


def choices() -> list[Choice]:
    """Everything a stage can stand for, as one list: the five kinds, won, lost, nothing."""
    kinds = [Choice(kind.value, kind.label) for kind in Kind]
    closing = [Choice(value, label) for value, label in CLOSING.items()]
    return [*kinds, *closing, Choice(NOTHING, "No conversation")]


def chosen(posted: QueryDict) -> tuple[str, str]:
    """The kind and the closing that the form's one choice stands for."""
    choice = posted.get("meaning", "")
    if not choice:
        raise Invalid("Choose what the stage stands for.")
    if choice in CLOSING:
        return "", choice
    return ("" if choice == NOTHING else choice), ""


def effect(row: StageMapping, ever: int | None) -> str:
    """What the mapping does to the conversations, in one sentence."""
    deals = "Deals" if ever is None else f"{ever:,} deal{'' if ever == 1 else 's'}"
    if row.closes == StageMapping.Closes.WON:
        return f"{deals} got here: what was open succeeded, and tangible value is proven."
    if row.closes == StageMapping.Closes.LOST:
        return f"{deals} ended here: the conversation that was open failed."
    if row.kind:
        return f"{deals} had “{row.get_kind_display()}” here. Moving on makes it succeed, going back makes it fail."
    return f"{deals} passed through here; no conversation begins or ends."


def stages() -> list[Stage]:
    """Every stage in the pipeline's order, with the counts of the stored report."""
    snapshot = snapshots.read("conversations")
    counts = {one["stage"]: one for one in snapshot.data["stages"]} if snapshot else {}
    address = reverse("deals:list")
    found = []
    for row in StageMapping.objects.select_related("confirmed_by"):
        count = counts.get(row.stage)
        ever = count["ever"] if count else None
        found.append(
            Stage(
                row=row,
                choice=row.closes or row.kind or NOTHING,
                meaning=CLOSING.get(row.closes) or row.get_kind_display() or "No conversation",
                now=count["now"] if count else None,
                ever=ever,
                effect=effect(row, ever),
                deals_url=f"{address}?{urlencode({'stage': row.stage})}",
            )
        )
    return found
