"""Documents of an undone import leave the library: versions and assets that nobody has used go, used ones retire.

An asset was used when somebody shared, shelved, judged or verified it, wrote its play, decided who may open it, made it
a big rock, or did anything else that would go with it.
"""

from collections import Counter
from datetime import datetime
from functools import cache, partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, ManyToOneRel, OuterRef, Q, QuerySet

from sameside.connectors.models import ImportRun
from sameside.crm.models import Touch
from sameside.library import files, versions
from sameside.library.models import Asset, AssetRendition, AssetVersion, ContentRequest, Usage
from sameside.people.models import Person

WHOEVER = (Asset, ContentRequest, Touch, Usage)
"""Whatever stands there of an asset keeps it, whoever made it."""
MADE_BY_ITSELF = frozenset(
    {
        *("library.AssetVersion", "library.MissingFacet", "library.AssetVerdict", "library.ReviewReminder"),
        *("library.VersionChange", "library.WatchedFile", "library.WebSource", "influence.Influence"),
        "connectors.ImportFile",
    }
)
"""What the import itself makes of a document, or the product."""


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
    return Asset.objects.filter(_used(), pk=asset.pk).exists()


@cache
def _used() -> Q:
    """Found from the models, so that a table added later counts as well: where rows name who made them, those that
    somebody made; of the others any row.
    """
    found = Q(verified_by__isnull=False)
    for relation in Asset._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel) or relation.related_model._meta.label in MADE_BY_ITSELF:
            continue
        model: Any = relation.related_model
        made = Q()
        for field in model._meta.concrete_fields:
            if field.related_model is Person and model not in WHOEVER:
                made |= Q(**{f"{field.name}__isnull": False})
        found |= Q(Exists(model._default_manager.filter(made, **{relation.field.name: OuterRef("pk")})))
    return found


def _go_back(asset: Asset, mine: "QuerySet[AssetVersion]", others: "QuerySet[AssetVersion]", at: datetime) -> list[str]:
    originals = list(mine.values_list("file", flat=True))
    mine.delete()
    version = others.first()
    if version is not None and not version.is_current and not versions.is_pinned(asset):
        versions.make_current(version, at=at, reason="The import of the one before was undone.")
    return originals
