"""Collections: assets that somebody chose for a purpose, in an order of their own, right until a date.

Those who edit the library may change every collection, and everybody of the company those they own. A collection is
archived, never deleted, and both that and taking an asset out can be taken back. What a collection holds can decide
who may open an asset (`library.access`): then only those who manage access change it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from django.db import transaction
from django.db.models import F, Max
from django.utils.text import slugify

from sameside.library import access
from sameside.library.models import Asset, Collection, CollectionItem
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import Refused

NAME = 120
NOTE = 300
MOST = 500
"""So many assets a collection holds at most: it is a choice, not a second library."""


class NotPossible(Exception):
    """The message is a sentence fit for the screen."""


def edits_all(person: Person) -> bool:
    return policies.can(person, "edit_library")


def manages_access(person: Person) -> bool:
    return policies.can(person, "manage_access")


def may_change(person: Person, collection: Collection) -> bool:
    return edits_all(person) or (collection.owner_id == person.pk and policies.can(person, "make_collections"))


def check_can_change(person: Person, collection: Collection) -> None:
    if not may_change(person, collection):
        raise Refused("Only its owner and those who edit the library may change this collection.")


def why_items_stay(person: Person, collection: Collection) -> str:
    """Why `person` may not change what `collection` holds, in a sentence; empty when they may."""
    try:
        check_can_change_items(person, collection)
    except Refused as refusal:
        return str(refusal)
    return ""


def check_can_change_items(person: Person, collection: Collection) -> None:
    check_can_change(person, collection)
    access.check_can_change_items(person, collection)


@transaction.atomic
def create(name: str, *, by: Person, at: datetime, description: str = "") -> Collection:
    name = _name(name)
    made = Collection.objects.create(
        name=name,
        slug=_free_slug(name),
        description=description.strip(),
        owner=by,
        created_by=by,
        created_at=at,
        updated_at=at,
    )
    _record("made", made, by=by, at=at)
    return made


def _name(given: str) -> str:
    name = " ".join(given.replace("\x00", "").split())
    if not name:
        raise NotPossible("Give the collection a name.")
    if len(name) > NAME:
        raise NotPossible(f"A name has at most {NAME} characters.")
    return name


def _free_slug(name: str) -> str:
    base = slugify(name)[:120].strip("-") or "collection"
    taken = set(Collection.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 2, base
    while slug in taken or slug in RESERVED:
        slug, number = f"{base}-{number}", number + 1
    return slug


RESERVED = frozenset({"choice", "items"})


@transaction.atomic
def describe(
    collection: Collection,
    *,
    name: str,
    description: str,
    owner: Person | None,
    verified_until: date | None,
    by: Person,
    at: datetime,
) -> None:
    """Change what a collection says of itself. Its address stays, so that links to it go on working."""
    check_can_change(by, collection)
    collection.name, collection.description = _name(name), description.replace("\x00", "").strip()
    if owner is not None and owner.pk != collection.owner_id:
        _record("owner", collection, by=by, at=at, **{"from": collection.owner_id, "to": owner.pk})
        collection.owner = owner
    if verified_until != collection.verified_until:
        _record("verified", collection, by=by, at=at, until=verified_until.isoformat() if verified_until else None)
    collection.verified_until, collection.updated_at = verified_until, at
    collection.save(update_fields=["name", "description", "owner", "verified_until", "updated_at"])


@transaction.atomic
def add(collection: Collection, assets: Sequence[Asset], *, by: Person, at: datetime) -> list[Asset]:
    """Put `assets` at the end; returns those that were not in it yet."""
    check_can_change_items(by, collection)
    held = _locked(collection)
    known = set(held.items.values_list("asset_id", flat=True))
    fresh = [asset for asset in dict.fromkeys(assets) if asset.pk not in known]
    if len(known) + len(fresh) > MOST:
        raise NotPossible(f"A collection holds at most {MOST} assets.")
    last = held.items.aggregate(last=Max("position"))["last"] or 0
    CollectionItem.objects.bulk_create(
        CollectionItem(collection=held, asset=asset, position=last + place, added_at=at, added_by=by)
        for place, asset in enumerate(fresh, start=1)
    )
    if fresh:
        _touch(held, at)
        access.settle(asset.pk for asset in fresh)
        _record("added", held, by=by, at=at, assets=[asset.pk for asset in fresh])
    return fresh


@transaction.atomic
def remove(item: CollectionItem, *, by: Person, at: datetime) -> None:
    check_can_change_items(by, item.collection)
    _locked(item.collection)
    item.delete()
    _touch(item.collection, at)
    access.settle([item.asset_id])
    _record("taken_out", item.collection, by=by, at=at, assets=[item.asset_id])


@transaction.atomic
def put_back(collection: Collection, asset: Asset, *, position: int, note: str, by: Person, at: datetime) -> None:
    """Take a removal back: the asset stands where it stood, with the note it had."""
    check_can_change_items(by, collection)
    held = _locked(collection)
    if held.items.filter(asset=asset).exists():
        return
    held.items.filter(position__gte=position).update(position=F("position") + 1)
    CollectionItem.objects.create(
        collection=held, asset=asset, position=position, note=note[:NOTE], added_at=at, added_by=by
    )
    _touch(held, at)
    access.settle([asset.pk])
    _record("added", held, by=by, at=at, assets=[asset.pk])


@transaction.atomic
def note(item: CollectionItem, text: str, *, by: Person, at: datetime) -> None:
    """Say why the asset is in the collection."""
    check_can_change(by, item.collection)
    item.note = " ".join(text.replace("\x00", "").split())[:NOTE]
    item.save(update_fields=["note"])
    _touch(item.collection, at)


@transaction.atomic
def move(
    item: CollectionItem, to: int | Literal["up", "down"], shown: Sequence[int], *, by: Person, at: datetime
) -> None:
    """Put `item` at place `to` (from 0) among the items `shown`, or one up or down.

    `shown` are the ids of the items as whoever moves sees them, in order; what they do not see keeps its place before
    the item it stood before.
    """
    check_can_change(by, item.collection)
    held = _locked(item.collection)
    seen = [pk for pk in shown if pk != item.pk]
    was = list(shown).index(item.pk) if item.pk in shown else len(seen)
    place = was - 1 if to == "up" else was + 1 if to == "down" else to
    place = max(0, min(len(seen), place))
    order = [pk for pk in held.items.order_by("position", "pk").values_list("pk", flat=True) if pk != item.pk]
    target = order.index(seen[place]) if place < len(seen) and seen[place] in order else len(order)
    order.insert(target, item.pk)
    places = {pk: number for number, pk in enumerate(order, start=1)}
    items = list(held.items.all())
    for one in items:
        one.position = places[one.pk]
    CollectionItem.objects.bulk_update(items, ["position"])
    _touch(held, at)


@transaction.atomic
def archive(collection: Collection, *, by: Person, at: datetime) -> None:
    check_can_change(by, collection)
    access.check_can_change_items(by, collection)
    collection.archived_at = at
    collection.save(update_fields=["archived_at"])
    access.settle_collection(collection)
    _record("archived", collection, by=by, at=at)


@transaction.atomic
def restore(collection: Collection, *, by: Person, at: datetime) -> None:
    check_can_change(by, collection)
    access.check_can_change_items(by, collection)
    collection.archived_at = None
    collection.save(update_fields=["archived_at"])
    access.settle_collection(collection)
    _record("restored", collection, by=by, at=at)


def _record(did: str, collection: Collection, *, by: Person, at: datetime, **details: object) -> None:
    audit.record(f"collection.{did}", by=by, at=at, subject=collection.slug, details=details)


def _locked(collection: Collection) -> Collection:
    return Collection.objects.select_for_update(of=("self",)).get(pk=collection.pk)


def _touch(collection: Collection, at: datetime) -> None:
    Collection.objects.filter(pk=collection.pk).update(updated_at=at)
