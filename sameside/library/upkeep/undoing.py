"""Taking decisions about assets back: each asset is again what it was before, and the decision stays as a row."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_date, parse_datetime

from sameside.library.models import Asset, Review, VersionProposal
from sameside.library.refusals import NotPossible
from sameside.library.upkeep import merging
from sameside.library.upkeep.reviews import MOST_AT_ONCE, locked
from sameside.people import audit, policies
from sameside.people.models import Person

Outcome = Review.Outcome


def check_can_take_back(by: Person, review: Review, together: Collection[int] = ()) -> None:
    """Whether `review` can be taken back, alone or `together` with others that came after it."""
    policies.check(by, "edit_library")
    if review.undone_at is not None:
        raise NotPossible("This has been taken back already.")
    if review.outcome == Outcome.EXPIRED:
        raise NotPossible(f"The date of “{review.asset.title}” has passed: verify it instead.")
    later = Review.objects.filter(asset=review.asset_id, pk__gt=review.pk, undone_at=None).exclude(pk__in=together)
    if later.exists():
        raise NotPossible(f"Something was decided about “{review.asset.title}” after that: take the later back first.")


def merge_of(proposal: VersionProposal) -> Review | None:
    """The merge that joined these two, when that was no mere answer to a question."""
    merges = Review.objects.filter(asset=proposal.asset_id, other=proposal.of_id, outcome=Outcome.MERGED)
    return merges.filter(undone_at=None, before__proposal=proposal.pk).order_by("-pk").first()


@transaction.atomic
def take_back(reviews: Iterable[int], *, by: Person, at: datetime) -> list[Asset]:
    """Undo these decisions, all of them or none; returns the assets."""
    rows = list(Review.objects.filter(pk__in=sorted(set(reviews))[:MOST_AT_ONCE]).select_related("asset", "other"))
    if not rows:
        raise NotPossible("There is nothing to take back.")
    locked(review.asset_id for review in rows)
    together = [row.pk for row in rows]
    for review in Review.objects.filter(pk__in=together).select_related("asset", "other").order_by("-pk"):
        check_can_take_back(by, review, together)
        if review.outcome == Outcome.MERGED:
            merging.take_back(review, by=by, at=at)
        else:
            Asset.objects.filter(pk=review.asset_id).update(**_restored(review.before))
    Review.objects.filter(pk__in=together).update(undone_at=at, undone_by=by)
    assets = list({review.asset_id: review.asset for review in rows}.values())
    subject = assets[0].title if len(assets) == 1 else f"{len(assets)} assets"
    details = {"assets": [asset.pk for asset in assets], "decision": rows[0].outcome}
    audit.record("library.taken_back", by=by, at=at, subject=subject, details=details)
    return assets


def _restored(before: dict[str, Any]) -> dict[str, date | str | int | None]:
    """The columns as they were, with dates read again."""

    def value(name: str, kept: Any) -> date | str | int | None:
        if kept is None or not name.endswith(("_at", "_until")):
            found: str | int | None = kept
            return found
        return parse_datetime(kept) if name.endswith("_at") else parse_date(kept)

    return {name: value(name, kept) for name, kept in before.items()}
