"""What the asset page says of how true the asset is: until when, by whom, what was decided, and what stands instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from sameside.kit.prepared import VALUE, IsOneOf, PreparedValues
from sameside.library.models import Asset, Review
from sameside.library.upkeep import validity
from sameside.people import policies
from sameside.people.models import Person
from sameside.people.roles import PARTNER, Role, allows
from sameside.ui import formats
from sameside.ui.cells import Badge

Outcome = Review.Outcome
SHOWN = 6


@dataclass(frozen=True)
class Decision:
    """One line of the history; `undo` is where it is taken back, empty when it cannot be."""

    text: str
    note: str
    when: str
    undone: str
    undo: str


@dataclass(frozen=True)
class Upkeep:
    """`badge` is empty while all is well."""

    sentence: str
    badge: Badge | None
    owner: str
    verified: str
    until: date
    history: Sequence[Decision]
    is_retired: bool
    may_edit: bool
    is_inside: bool
    owners: Sequence[tuple[int, str]]
    owner_id: int | None
    url: str


def build(asset: Asset, person: Person, at: datetime) -> Upkeep:
    today, url = timezone.localdate(at), reverse("library:asset", args=[asset.slug])
    sentence, tone = validity.in_words(asset, today)
    inside, may_edit = person.role != PARTNER, policies.can(person, "edit_library")
    is_gone = asset.status != Asset.Status.ACTIVE
    return Upkeep(
        sentence=sentence,
        badge=Badge(_short(asset, today), tone) if tone in ("warn", "bad") or is_gone else None,
        owner=asset.owner.name if inside and asset.owner else "",
        verified=_verified(asset) if inside else "",
        until=validity.proposed_until(at) if may_edit else today,
        history=_history(asset, may_edit=may_edit) if inside else [],
        is_retired=asset.status == Asset.Status.RETIRED,
        may_edit=may_edit,
        is_inside=inside,
        owners=owners() if may_edit else [],
        owner_id=asset.owner_id,
        url=url,
    )


@dataclass(frozen=True)
class Glance:
    """Whether it is right, in a line; `badge` stands in for the sentence where there is something to do."""

    sentence: str
    badge: Badge | None
    owner: str


def glance(asset: Asset, person: Person, today: date) -> Glance:
    sentence, tone = validity.in_words(asset, today)
    owner = asset.owner.name if person.role != PARTNER and asset.owner else ""
    return Glance(sentence, Badge(sentence, tone) if tone in ("warn", "bad") else None, owner)


def owners() -> list[tuple[int, str]]:
    """Who may answer for content: those who may edit the library."""
    return _persons()([role.value for role in Role if allows(role, "edit_library")])


@lru_cache(maxsize=1)
def _persons() -> PreparedValues:
    rows = Person.objects.who_may_sign_in().filter(IsOneOf("role", VALUE)).order_by("name")
    return PreparedValues(rows.values_list("pk", "name"))


def _short(asset: Asset, today: date) -> str:
    if asset.status != Asset.Status.ACTIVE:
        return str(Asset.Status(asset.status).label)
    return "Expired" if asset.verified_until and asset.verified_until < today else "Due soon"


def _verified(asset: Asset) -> str:
    if asset.verified_at is None:
        return ""
    by = f" by {asset.verified_by.name}" if asset.verified_by else ""
    return f"Last looked at{by} on {formats.date(asset.verified_at)}."


def banner(asset: Asset, today: date) -> str:
    """Said above an asset that nobody else finds; empty above others."""
    if asset.status == Asset.Status.RETIRED:
        when = f" since {formats.date(asset.retired_at)}" if asset.retired_at else ""
        return f"This is retired{when}: only those who edit the library open it."
    until = asset.verified_until
    if asset.status == Asset.Status.EXPIRED or (until and until < today):
        right = f"This was right until {formats.date(until)}" if until else "This has expired"
        return f"{right}: nobody finds it any more until somebody verifies it."
    if asset.valid_from and asset.valid_from > today:
        return f"Nobody finds this before {formats.date(asset.valid_from)}."
    return ""


class _Line(NamedTuple):
    pk: int
    at: datetime
    outcome: str
    note: str
    until: date | None
    undone_at: datetime | None
    by: str | None
    other: str | None
    undone_by: str | None


@lru_cache(maxsize=1)
def _reviews() -> PreparedValues:
    columns = ("pk", "at", "outcome", "note", "until", "undone_at", "by__name", "other__title", "undone_by__name")
    return PreparedValues(Review.objects.filter(asset=VALUE).order_by("-at", "-pk").values_list(*columns)[:SHOWN])


def _history(asset: Asset, *, may_edit: bool) -> list[Decision]:
    rows = [_Line(*row) for row in _reviews()(asset.pk)]
    last = next((row.pk for row in rows if row.undone_at is None), 0)
    return [
        Decision(
            text=_text(row.outcome, row.by or "", row.other, row.until),
            note=row.note,
            when=formats.date(row.at),
            undone=f"Taken back{f' by {row.undone_by}' if row.undone_by else ''}" if row.undone_at else "",
            undo=reverse("library:review_undo", args=[asset.slug, row.pk])
            if may_edit and row.pk == last and row.outcome != Outcome.EXPIRED
            else "",
        )
        for row in rows
    ]


def _text(outcome: str, who: str, title: str | None, day: date | None) -> str:
    other = f"“{title}”" if title else "another asset"
    until = f" until {formats.date(day)}" if day else ""
    did = {
        Outcome.VERIFIED: f"verified it{until}",
        Outcome.RETIRED: "retired it",
        Outcome.REPLACED: f"replaced it by {other}",
        Outcome.MERGED: f"merged it into {other}",
        Outcome.RESTORED: f"restored it{until}",
        Outcome.OWNED: "gave it an owner",
    }
    if outcome == Outcome.EXPIRED:
        return "Its date passed"
    said = did[Outcome(outcome)]
    return f"{who} {said}" if who else f"Somebody {said}"
