"""The content of a lead's way: what the lead read, and what sales used with it or its deal, a line for each asset."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from sameside.crm.models import Touch
from sameside.library.models import Asset, Usage
from sameside.people.models import Person
from sameside.ui.formats import date


@dataclass(frozen=True)
class Piece:
    """`lines` say what was done with it and when; `url` is empty where the reader may not open it."""

    title: str
    url: str
    lines: Sequence[str]
    last: datetime


def of(touches: Iterable[Touch], used: Iterable[Usage], reader: Person) -> list[Piece]:
    """The latest first."""
    assets: dict[int, Asset] = {}
    read: dict[int, list[datetime]] = {}
    done: dict[int, list[Usage]] = {}
    for touch in touches:
        if touch.asset is not None:
            assets[touch.asset.pk] = touch.asset
            read.setdefault(touch.asset.pk, []).append(touch.occurred_at)
    for one in used:
        assets[one.asset_id] = one.asset
        done.setdefault(one.asset_id, []).append(one)
    found = [_piece(asset, read.get(pk, []), done.get(pk, []), reader) for pk, asset in assets.items()]
    return sorted(found, key=lambda piece: piece.last, reverse=True)


def _piece(asset: Asset, read: Sequence[datetime], done: Sequence[Usage], reader: Person) -> Piece:
    lines = [
        f"{one.get_action_display()}{f' by {one.person.name}' if one.person else ''}, {date(one.at)}" for one in done
    ]
    if read:
        times = f" {len(read)} times, last" if len(read) > 1 else ""
        lines.append(f"The lead read it{times} {date(max(read))}")
    url = f"{reverse('library:list')}{asset.slug}/" if asset.is_open_to(reader) else ""
    return Piece(str(asset.named_for(reader)), url, lines, max([*read, *(one.at for one in done)]))
