"""Where an old link leads: along the chain of what replaced or took up an asset, to the first that is in use."""

from django.db.models import Exists, OuterRef

from sameside.library.models import Asset
from sameside.people.models import Person

MOST_STEPS = 20


def _next(asset: Asset, seen: set[int]) -> Asset | None:
    step = asset.continued_by_id or asset.replaced_by_id
    if step is None or step in seen or len(seen) > MOST_STEPS:
        return None
    live = Exists(Asset.objects.current().filter(pk=OuterRef("pk"), continued_by=None))
    rows = Asset.objects.filter(pk=step).annotate(is_live=live)
    return rows.only("title", "slug", "status", "continued_by", "replaced_by", "groups").first()


def of(asset: Asset, person: Person) -> Asset | None:
    """What `person` should use instead of `asset`: None when there is nothing, or nothing that they may open."""
    seen, found = {asset.pk}, _next(asset, {asset.pk})
    while found is not None:
        if found.is_live:  # type: ignore[attr-defined]
            return found if Asset.objects.permitted_to(person).filter(pk=found.pk).exists() else None
        seen.add(found.pk)
        found = _next(found, seen)
    return None


def chain(asset: Asset) -> set[int]:
    """The asset and all that stand behind it in its chain, live or not."""
    seen: set[int] = set()
    found = Asset.objects.filter(pk=asset.pk).only("continued_by", "replaced_by").first()
    while found is not None:
        seen.add(found.pk)
        found = _next(found, seen)
    return seen
