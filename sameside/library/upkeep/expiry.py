"""What is verified until a day that has passed expires: by itself, and with a row that says so."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from sameside.library.models import Asset, Review
from sameside.library.upkeep.reviews import stored
from sameside.library.upkeep.validity import proposed_until
from sameside.people import audit
from sameside.people.models import Person

AT_ONCE = 1_000


def expire_due(*, at: datetime) -> int:
    """Expire all active assets whose date has passed; returns how many there were."""
    total = 0
    while True:
        number = _expire_some(at)
        total += number
        if number < AT_ONCE:
            return total


@transaction.atomic
def _expire_some(at: datetime) -> int:
    due = (
        Asset.objects.filter(status=Asset.Status.ACTIVE, verified_until__lt=timezone.localdate(at))
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")
        .only("status", "verified_until")[:AT_ONCE]
    )
    assets = list(due)
    if not assets:
        return 0
    Review.objects.bulk_create(
        Review(
            asset=asset,
            outcome=Review.Outcome.EXPIRED,
            at=at,
            until=asset.verified_until,
            before=stored(asset, ["status"]),
        )
        for asset in assets
    )
    ids = [asset.pk for asset in assets]
    Asset.objects.filter(pk__in=ids).update(status=Asset.Status.EXPIRED)
    audit.record("library.expired", by=None, at=at, subject=f"{len(ids)} assets", details={"assets": ids[:500]})
    return len(ids)


@transaction.atomic
def revive(asset: Asset, *, by: Person | None, at: datetime) -> None:
    """A new version came in: what had expired is right again, for as long as new content is."""
    found = Asset.objects.select_for_update(of=("self",)).only("status", "verified_until").get(pk=asset.pk)
    if found.status != Asset.Status.EXPIRED:
        return
    until = proposed_until(at)
    changes = {"status": Asset.Status.ACTIVE, "verified_until": until}
    Review.objects.create(
        asset=found,
        outcome=Review.Outcome.VERIFIED,
        at=at,
        by=by,
        until=until,
        note="A new version came in.",
        before=stored(found, changes),
    )
    Asset.objects.filter(pk=asset.pk).update(**changes)
    asset.status, asset.verified_until = Asset.Status.ACTIVE, until
