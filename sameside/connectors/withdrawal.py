"""Documents of an undone import leave the library: versions and assets that nobody has used go, used ones retire."""

from collections import Counter
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from sameside.connectors.models import ImportRun
from sameside.library import files, versions
from sameside.library.models import Asset, AssetFacet, AssetRendition, AssetVersion, Usage


def withdraw(run: ImportRun, *, at: datetime) -> Counter[str]:
    """Returns how many assets went, how many retired, and how many have their earlier version back."""
    counts: Counter[str] = Counter()
    originals = list(AssetRendition.objects.filter(created_by_run=run.pk).values_list("file", flat=True))
    AssetRendition.objects.filter(created_by_run=run.pk).delete()
    for asset in Asset.objects.filter(versions__created_by_run=run.pk).distinct().order_by("pk"):
        mine = asset.versions.filter(created_by_run=run.pk)
        others = asset.versions.exclude(pk__in=mine.values("pk")).order_by("-number")
        if others.exists():
            originals += _go_back(asset, mine, others, at)
            counts["earlier versions"] += 1
        elif _was_used(asset):
            asset.status, asset.retired_at = Asset.Status.RETIRED, at
            asset.save(update_fields=["status", "retired_at"])
            counts["retired assets"] += 1
        else:
            originals += list(mine.values_list("file", flat=True))
            asset.delete()
            counts["assets"] += 1
    for name in originals:
        transaction.on_commit(partial(files.discard, name))
    return counts


def _was_used(asset: Asset) -> bool:
    decided = AssetFacet.objects.filter(asset=OuterRef("pk")).exclude(decided_by=None)
    used = Usage.objects.filter(asset=OuterRef("pk"))
    found = Asset.objects.filter(pk=asset.pk)
    return found.filter(Q(Exists(used)) | Q(Exists(decided)) | Q(touches__isnull=False)).exists()


def _go_back(asset: Asset, mine: "QuerySet[AssetVersion]", others: "QuerySet[AssetVersion]", at: datetime) -> list[str]:
    originals = list(mine.values_list("file", flat=True))
    mine.delete()
    version = others.first()
    if version is not None and not version.is_current and not versions.is_pinned(asset):
        versions.make_current(version, at=at, reason="The import of the one before was undone.")
    return originals
