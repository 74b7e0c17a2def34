"""Two assets that are one: the versions of the first move behind the link of the other, and what hangs on it with them.

Versions move as when a proposal is accepted (`kinship`). The other gains the facets it lacks; places in collections,
favourites, judgements, answers to requests and the play move where the other has none; a place in a collection that
decides who may open its content stays. What was used of the first stays in its own record, because usage is never
rewritten. No restriction of who may open either is lost. The first asset is retired and its links lead on. The other
shows what it showed before. All of it can be taken back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, Model, OuterRef

from sameside.library import kinship
from sameside.library.models import (
    Asset,
    AssetFacet,
    CollectionItem,
    ContentRequest,
    Favourite,
    Judgement,
    Play,
    Review,
    VersionProposal,
)
from sameside.library.refusals import NotPossible
from sameside.library.upkeep.reviews import check_can_review, locked
from sameside.people import audit
from sameside.people.models import Person

State = AssetFacet.State
ONCE: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (CollectionItem, ("collection",)),
    (Favourite, ("person",)),
    (Judgement, ("query", "source")),
    (ContentRequest, ("pk",)),
    (Play, ()),
)
"""What moves with an asset, and by what the other asset may have its own already."""


def check_can_merge(by: Person, asset: Asset, into: Asset) -> None:
    check_can_review(by, asset)
    check_can_review(by, into)
    if asset.pk == into.pk:
        raise NotPossible("An asset cannot be merged with itself.")
    if into.status == Asset.Status.RETIRED:
        raise NotPossible(f"“{into.title}” is retired: restore it first, or merge the other way round.")


@transaction.atomic
def merge(asset: Asset, into: Asset, *, by: Person, at: datetime, note: str = "") -> Review:
    """Make `asset` a part of `into`."""
    found = {one.pk: one for one in locked([asset.pk, into.pk])}
    asset, into = found[asset.pk], found[into.pk]
    check_can_merge(by, asset, into)
    before: dict[str, Any] = {
        "facets": _add_facets(asset, into, by, at),
        "moved": {model.__name__: _move(model, keys, asset, into) for model, keys in ONCE},
    }
    before["proposal"], before["answer"] = _join(asset, into, by, at)
    review = Review.objects.create(
        asset=asset, outcome=Review.Outcome.MERGED, other=into, at=at, by=by, note=note[:500], before=before
    )
    details = {"assets": [asset.pk], "other": into.pk}
    audit.record("library.merged", by=by, at=at, subject=asset.title, details=details)
    return review


def _join(asset: Asset, into: Asset, by: Person, at: datetime) -> tuple[int, str]:
    """Accept that `asset` is a version of `into`; gives the proposal, and what had been answered before if anything."""
    proposal, is_new = VersionProposal.objects.get_or_create(
        asset=asset, of=into, defaults={"share": 0.0, "reason": "Somebody merged them.", "created_at": at}
    )
    answer = "" if is_new else str(proposal.state)
    if proposal.state != VersionProposal.State.OPEN:
        proposal.state = VersionProposal.State.OPEN
        proposal.save(update_fields=["state"])
    kinship.accept(proposal, by=by, at=at, on_top=not into.versions.exists())
    return proposal.pk, answer


def _add_facets(asset: Asset, into: Asset, by: Person, at: datetime) -> list[int]:
    """Give `into` the facets that it lacks, but for what its own file says; a rejected one stays rejected."""
    known = set(into.facets.values_list("facet", "value"))
    wanted = asset.facets.exclude(state=State.REJECTED).exclude(facet__in=("format", "language"))
    added = AssetFacet.objects.bulk_create(
        AssetFacet(
            asset=into,
            facet=one.facet,
            value=one.value,
            state=one.state,
            reason=f"It came with “{asset.title}”."[:300],
            decided_by=by if one.state == State.CONFIRMED else None,
            decided_at=at if one.state == State.CONFIRMED else None,
        )
        for one in wanted
        if (one.facet, one.value) not in known
    )
    return [one.pk for one in added]


def _move(model: type[Model], keys: Sequence[str], asset: Asset, into: Asset) -> list[int]:
    """Move the rows of `asset` for which `into` has none of its own; returns their numbers."""
    rows = model._default_manager.filter(asset=asset)
    if model is CollectionItem:
        rows = rows.filter(collection__is_restricted=False, collection__grants=None)
    theirs = model._default_manager.filter(asset=into, **{key: OuterRef(key) for key in keys})
    ids = list(rows.filter(~Exists(theirs)).values_list("pk", flat=True))
    model._default_manager.filter(pk__in=ids).update(asset=into)
    return ids


def take_back(review: Review, *, by: Person, at: datetime) -> None:
    """Undo a merge: everything that moved goes back, as far as it is still there."""
    before, into = review.before, review.other
    if into is None:
        raise NotPossible("The asset it was merged into is gone.")
    proposal = VersionProposal.objects.filter(pk=before["proposal"]).first()
    if proposal is None:
        raise NotPossible("What joined them is gone.")
    kinship.take_back(proposal, by=by, at=at)
    if before["answer"]:
        VersionProposal.objects.filter(pk=proposal.pk).update(state=before["answer"])
    else:
        proposal.delete()
    AssetFacet.objects.filter(pk__in=before["facets"], asset=into).delete()
    for model, _ in ONCE:
        rows = model._default_manager.filter(pk__in=before["moved"][model.__name__], asset=into)
        rows.update(asset=review.asset)
