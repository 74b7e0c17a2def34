"""What the asset page says of how true the asset is: until when, by whom, what was decided, and what stands instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Q
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
        history=_history(asset, person, may_edit=may_edit) if inside else [],
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
    undone_by: str | None
    asset: int
    slug: str
    title: str
    groups: list[str]
    other_title: str | None
    other_groups: list[str] | None


@lru_cache(maxsize=1)
def _reviews() -> PreparedValues:
    """What was decided of an asset, and what was merged into it."""
    told = ("pk", "at", "outcome", "note", "until", "undone_at", "by__name", "undone_by__name")
    named = ("asset_id", "asset__slug", "asset__title", "asset__groups", "other__title", "other__groups")
    rows = Review.objects.filter(Q(asset=VALUE) | Q(other=VALUE, outcome=Outcome.MERGED)).order_by("-at", "-pk")
    return PreparedValues(rows.values_list(*told, *named)[:SHOWN])


def _history(asset: Asset, person: Person, *, may_edit: bool) -> list[Decision]:
    rows = [_Line(*row) for row in _reviews()(asset.pk)]
    last = next((row.pk for row in rows if row.undone_at is None and row.asset == asset.pk), 0)
    return [
        Decision(
            text=_text(row, person, came=row.asset != asset.pk),
            note=row.note,
            when=formats.date(row.at),
            undone=f"Taken back{f' by {row.undone_by}' if row.undone_by else ''}" if row.undone_at else "",
            undo=reverse("library:review_undo", args=[row.slug, row.pk])
            if may_edit
            and row.undone_at is None
            and (row.pk == last or row.asset != asset.pk)
            and row.outcome != Outcome.EXPIRED
            else "",
        )
        for row in rows
    ]


def _named(title: str | None, groups: list[str] | None, person: Person) -> str:
    return f"“{Asset(title=title, groups=groups or []).named_for(person)}”" if title else "another asset"


def _text(row: _Line, person: Person, *, came: bool) -> str:
    came_of, other = _named(row.title, row.groups, person), _named(row.other_title, row.other_groups, person)
    until = f" until {formats.date(row.until)}" if row.until else ""
    did = {
        Outcome.VERIFIED: f"verified it{until}",
        Outcome.RETIRED: "retired it",
        Outcome.REPLACED: f"replaced it by {other}",
        Outcome.MERGED: f"merged {came_of} into it" if came else f"merged it into {other}",
        Outcome.RESTORED: f"restored it{until}",
        Outcome.OWNED: "gave it an owner",
    }
    if row.outcome == Outcome.EXPIRED:
        return "Its date passed"
    return f"{row.by or 'Somebody'} {did[Outcome(row.outcome)]}"
