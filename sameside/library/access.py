"""Who may open what: the rule, and the verbs that change it. Every change is recorded with what was before and after.

A *group* is a name in `Asset.groups`: `all` (everybody of the company), `role:seller`, `team:3`, `partner` (all
partner companies) or `partner:5` (one). Who is in which is said by `library.models.groups_of`. Those who edit the
library are in every group: they manage it. The rule, `groups_for`, read from top to bottom:

1. A restricted asset is for the groups it was granted to, and for nobody else.
2. An asset in restricted collections is for the groups that any of them was granted to, and for its own.
3. Any other asset is for everybody of the company, and for the partners that it, or a collection it is in, was
   granted to.

So a grant to partners widens, and a restriction narrows whatever a collection says. A collection itself is for its own
groups when it is restricted, and else for everybody of the company and the partners it was granted to. An archived
collection gives nobody anything, but goes on restricting until it is opened: archiving must not publish.

`settle` writes the rule's outcome to `groups`, where lists, search, the index and every look-up read it. Whoever
changes what a collection holds calls it for the assets that came or went.
"""

from collections import defaultdict
from collections.abc import Collection as Several
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from sameside.library.models import EDITING_ROLES, Asset, Collection, CollectionItem, Grant, groups_of
from sameside.library.models.assets import EVERYBODY, PARTNERS
from sameside.people import audit, policies
from sameside.people.models import Partner, Person, Team
from sameside.people.policies import Refused
from sameside.people.roles import Role

Thing = Asset | Collection
GRANTED_ROLES = tuple(role for role in Role if role not in EDITING_ROLES and role != Role.PARTNER)
"""Roles that a grant may name: the others see everything, or are partners, who have grants of their own."""
_BATCH = 2_000


def is_for_partners(group: str) -> bool:
    return group == PARTNERS or group.startswith(f"{PARTNERS}:")


def groups_for(
    *,
    is_restricted: bool,
    own: Iterable[str] = (),
    restricting: Sequence[Iterable[str]] = (),
    sharing: Iterable[str] = (),
) -> list[str]:
    """The groups of one asset or collection, sorted.

    `own` are the groups it was granted to; `restricting` those of each restricted collection it is in; `sharing` those
    that its unrestricted collections were granted to.
    """
    if is_restricted:
        return sorted(set(own))
    if restricting:
        return sorted(set(own).union(*restricting))
    outside = {group for group in (*own, *sharing) if is_for_partners(group)}
    return sorted({EVERYBODY} | outside)


def _pieces(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), _BATCH):
        yield ordered[start : start + _BATCH]


def _granted(**things: Any) -> dict[int, list[str]]:
    """Groups by id of the thing; `asset__in=` or `collection__in=`."""
    [(lookup, ids)] = things.items()
    key = lookup.split("__")[0]
    found: dict[int, list[str]] = defaultdict(list)
    for grant in Grant.objects.filter(**{lookup: ids}).order_by("pk"):
        found[getattr(grant, f"{key}_id")].append(grant.group)
    return found


def _memberships(assets: Several[int]) -> dict[int, list[tuple[int, bool]]]:
    """By asset: the collections that decide over it, each with whether it is restricted."""
    shares = Q(collection__archived_at=None, collection__grants__isnull=False)
    rows = CollectionItem.objects.filter(Q(collection__is_restricted=True) | shares, asset__in=assets).order_by()
    found: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for asset, collection, restricted in rows.values_list(
        "asset_id", "collection_id", "collection__is_restricted"
    ).distinct():
        found[asset].append((collection, restricted))
    return found


@transaction.atomic
def settle(asset_ids: Iterable[int]) -> int:
    """Write the groups of these assets anew by the rule; gives how many changed. Three queries for 2,000 assets."""
    changed = 0
    for piece in _pieces(asset_ids):
        assets = Asset.objects.filter(pk__in=piece).order_by("pk").select_for_update(of=("self",))
        own, memberships = _granted(asset__in=piece), _memberships(piece)
        of_collections = _granted(collection__in={pk for rows in memberships.values() for pk, _ in rows})
        moved = []
        for asset in assets.only("pk", "is_restricted", "groups"):
            rows = memberships.get(asset.pk, ())
            groups = groups_for(
                is_restricted=asset.is_restricted,
                own=own.get(asset.pk, ()),
                restricting=[of_collections.get(pk, ()) for pk, restricted in rows if restricted],
                sharing=[group for pk, restricted in rows if not restricted for group in of_collections.get(pk, ())],
            )
            if groups != asset.groups:
                asset.groups = groups
                moved.append(asset)
        Asset.objects.bulk_update(moved, ["groups"])
        changed += len(moved)
    return changed


@transaction.atomic
def settle_collection(collection: Collection) -> None:
    """Write the groups of a collection and of every asset in it: after its grants, its restriction or its archiving."""
    held = Collection.objects.select_for_update().get(pk=collection.pk)
    groups = groups_for(is_restricted=held.is_restricted, own=_granted(collection__in=[held.pk]).get(held.pk, ()))
    if groups != held.groups:
        Collection.objects.filter(pk=held.pk).update(groups=groups)
    collection.groups = groups
    settle(CollectionItem.objects.filter(collection=held).values_list("asset_id", flat=True))


def settle_everything() -> int:
    """All of them: for a nightly look, since a team or a partner company may be gone.

    Each piece is a transaction of its own, so that nobody waits for the whole library to change an asset.
    """
    for collection in Collection.objects.exclude(grants=None, is_restricted=False).distinct():
        settle_collection(collection)
    ids = Asset.objects.order_by("pk").values_list("pk", flat=True)
    return sum(settle(piece) for piece in _pieces(ids))


def _columns(group: str) -> dict[str, Any]:
    """The columns of the grant that `group` names. Raises `Refused` for a group that cannot be granted to."""
    kind, _, name = group.partition(":")
    number = int(name) if name.isascii() and name.isdecimal() and len(name) < 19 else 0
    if group == PARTNERS:
        return {"all_partners": True}
    if kind == "role" and name in GRANTED_ROLES:
        return {"role": name}
    if kind == "team" and Team.objects.filter(pk=number).exists():
        return {"team_id": number}
    if kind == PARTNERS and Partner.objects.filter(pk=number).exists():
        return {"partner_id": number}
    raise Refused("One of those you chose is not there any more. Open the page again and choose anew.")


def _held(thing: Thing) -> Thing:
    return type(thing)._default_manager.select_for_update(of=("self",)).get(pk=thing.pk)


def granted_to(thing: Thing) -> list[str]:
    """The groups that the asset or collection itself was granted to."""
    return sorted(grant.group for grant in thing.grants.all())


@transaction.atomic
def change(thing: Thing, *, is_restricted: bool, groups: Several[str], by: Person, at: datetime) -> Mapping[str, Any]:
    """Make exactly `groups` those it is granted to. What is not restricted keeps grants to partners only.

    Gives what changed, as it is recorded: `restricted` and `groups`, each [before, after]; empty when nothing did.
    """
    policies.check(by, "manage_access")
    held = _held(thing)
    wanted = {group for group in groups if is_restricted or is_for_partners(group)}
    before = {grant.group: grant for grant in held.grants.all()}
    changed: dict[str, Any] = {}
    if held.is_restricted != is_restricted:
        changed["restricted"] = [held.is_restricted, is_restricted]
    if wanted != before.keys():
        changed["groups"] = [", ".join(sorted(before)), ", ".join(sorted(wanted))]
    if not changed:
        return changed
    kind = "asset" if isinstance(held, Asset) else "collection"
    Grant.objects.filter(pk__in=[grant.pk for group, grant in before.items() if group not in wanted]).delete()
    for group in sorted(wanted - before.keys()):
        Grant.objects.create(**{kind: held}, **_columns(group), created_at=at, created_by=by)
    held.is_restricted = thing.is_restricted = is_restricted
    held.save(update_fields=["is_restricted"])
    if isinstance(held, Asset):
        settle([held.pk])
    else:
        settle_collection(held)
    thing.refresh_from_db(fields=["groups"])
    audit.record("access changed", by=by, at=at, subject=str(held), details={kind: held.pk, **changed})
    return changed


def restrict(thing: Thing, groups: Several[str], *, by: Person, at: datetime) -> Mapping[str, Any]:
    """Only for `groups` from now on; for none: only for those who edit the library."""
    return change(thing, is_restricted=True, groups=groups, by=by, at=at)


def open_to_all(thing: Thing, *, by: Person, at: datetime) -> Mapping[str, Any]:
    """For everybody of the company again; grants to partners stay."""
    return change(thing, is_restricted=False, groups=granted_to(thing), by=by, at=at)


def grant(thing: Thing, group: str, *, by: Person, at: datetime) -> Mapping[str, Any]:
    return change(thing, is_restricted=thing.is_restricted, groups={*granted_to(thing), group}, by=by, at=at)


def revoke(thing: Thing, group: str, *, by: Person, at: datetime) -> Mapping[str, Any]:
    left = set(granted_to(thing)) - {group}
    return change(thing, is_restricted=thing.is_restricted, groups=left, by=by, at=at)


def withheld(person: Person, assets: Several[int]) -> set[int]:
    """Of these assets, those that `person` may not open: pages over stored reports leave their names out."""
    if not assets or (person.may_sign_in and groups_of(person) is None):
        return set()
    return set(assets) - set(Asset.objects.permitted_to(person).filter(pk__in=assets).values_list("pk", flat=True))


def named_rows(person: Person, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of rows about assets, each with its `id`, those that `person` may open."""
    hidden = withheld(person, [row["id"] for row in rows])
    return [row for row in rows if row["id"] not in hidden]


def check_can_change_items(person: Person, collection: Collection) -> None:
    """Raise `Refused` unless `person` may put assets into `collection` and take them out.

    What goes into a collection that is restricted, or granted to partners, is found by other people than before.
    """
    if not policies.can(person, "manage_access") and (collection.is_restricted or collection.grants.exists()):
        raise Refused(
            "What is in this collection decides who may open it. Ask somebody who edits the library to change it."
        )


@transaction.atomic
def carry_over(of: Asset, to: Asset, *, by: Person, at: datetime) -> None:
    """`to` is made from `of`, or takes its versions over: no restriction of either is lost by that.

    When both are restricted, `to` is for the groups that both are for.
    """
    narrow, wide = (set(groups) for groups in (_groups_now(of), _groups_now(to)))
    if EVERYBODY in narrow or narrow == wide:
        return
    kept = narrow if EVERYBODY in wide else narrow & wide
    change(to, is_restricted=True, groups=kept, by=by, at=at)


def _groups_now(asset: Asset) -> list[str]:
    return Asset.objects.values_list("groups", flat=True).get(pk=asset.pk)
