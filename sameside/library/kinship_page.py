"""What the asset page shows of versions, formats and sources; and the queue of possible versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from sameside.kit.paging import Order
from sameside.kit.prepared import VALUE, IsOneOf, Prepared
from sameside.kit.tables import Column
from sameside.library import pinning, version_page
from sameside.library.facets import label
from sameside.library.models import (
    Asset,
    AssetRendition,
    AssetVersion,
    Facet,
    Pin,
    VersionProposal,
    WatchedFile,
    WebSource,
)
from sameside.library.version_page import Change
from sameside.people.models import Person
from sameside.ui import formats
from sameside.ui.lists import Empty, ListSpec, Sort

State = VersionProposal.State
MOST_VERSIONS = 50


@dataclass(frozen=True)
class Rendition:
    pk: int
    label: str
    filename: str
    size: str
    url: str


@dataclass(frozen=True)
class VersionLine:
    """`differences` leads to what this version changed; empty for the first one."""

    version: AssetVersion
    renditions: Sequence[Rendition]
    separation: str
    differences: str
    url: str


@dataclass(frozen=True)
class Question:
    """A doubt about two assets, or what was decided of it; `other` is the one that is not on the page."""

    other: Asset
    is_the_new_one: bool
    reason: str
    state: str
    url: str


@dataclass(frozen=True)
class Kin:
    lines: Sequence[VersionLine]
    questions: Sequence[Question]
    joined: Sequence[Question]
    source: WebSource | None
    missing: WatchedFile | None
    pin: Pin | None
    changes: Sequence[Change]


def build(asset: Asset) -> Kin:
    versions = _versions()(asset.pk)
    url = reverse("library:asset", args=[asset.slug])
    by_version: dict[int, list[Rendition]] = {}
    for rendition in _renditions()([version.pk for version in versions]):
        by_version.setdefault(rendition.version_id, []).append(_rendition(rendition, url))
    earlier = dict(pairwise(versions))
    lines = [
        VersionLine(
            version=version,
            renditions=by_version.get(version.pk, []),
            separation=f"{url}versions/{version.number}/separation/" if len(versions) > 1 else "",
            differences=f"{url}versions/{version.number}/differences/{earlier[version].number}/"
            if version in earlier
            else "",
            url=f"{url}versions/{version.number}/",
        )
        for version in versions
    ]
    questions = _questions(asset)
    return Kin(
        lines=lines,
        questions=[one for one in questions if one.state == State.OPEN],
        joined=[one for one in questions if one.state == State.ACCEPTED],
        source=getattr(asset, "web_source", None),
        missing=_missing(asset),
        pin=pinning.pin_of(asset),
        changes=version_page.changes(asset),
    )


@lru_cache(maxsize=1)
def _versions() -> Prepared[AssetVersion]:
    rows = AssetVersion.objects.filter(asset=VALUE).defer("minima").select_related("created_by")
    return Prepared(rows[:MOST_VERSIONS])


@lru_cache(maxsize=1)
def _renditions() -> Prepared[AssetRendition]:
    return Prepared(AssetRendition.objects.filter(IsOneOf("version_id", VALUE)))


@lru_cache(maxsize=1)
def _proposals() -> Prepared[VersionProposal]:
    ours = Q(asset=VALUE, state=State.OPEN) | Q(of=VALUE, state__in=(State.OPEN, State.ACCEPTED))
    return Prepared(VersionProposal.objects.filter(ours).select_related("asset", "of").order_by("pk")[:20])


@lru_cache(maxsize=1)
def _files() -> Prepared[WatchedFile]:
    return Prepared(WatchedFile.objects.filter(asset=VALUE).select_related("folder").order_by("-missing_since")[:20])


def _rendition(rendition: AssetRendition, url: str) -> Rendition:
    place = f"{url}renditions/{rendition.pk}/"
    return Rendition(
        rendition.pk, label(Facet.FORMAT, rendition.format), rendition.filename, formats.size(rendition.bytes), place
    )


def _questions(asset: Asset) -> list[Question]:
    questions = []
    for proposal in _proposals()(asset.pk):
        is_the_new_one = proposal.asset_id == asset.pk
        questions.append(
            Question(
                other=proposal.of if is_the_new_one else proposal.asset,
                is_the_new_one=is_the_new_one,
                reason=proposal.reason,
                state=proposal.state,
                url=reverse("library:version_acceptance", args=[proposal.pk]).removesuffix("acceptance/"),
            )
        )
    return questions


def _missing(asset: Asset) -> WatchedFile | None:
    """The watched file it came from, when that is gone and it lies in no other watched place."""
    files = _files()(asset.pk)
    return files[0] if files and all(file.missing_since for file in files) else None


def open_questions(person: Person) -> "QuerySet[VersionProposal]":
    visible = Asset.objects.visible_to(person).filter(status=Asset.Status.ACTIVE)
    return VersionProposal.objects.filter(state=State.OPEN, asset__in=visible, of__in=visible).select_related(
        "asset", "of"
    )


def _row(proposal: VersionProposal) -> Mapping[str, Any]:
    return {
        "asset": proposal.asset.title,
        "asset_path": proposal.asset.path,
        "of": proposal.of.title,
        "of_path": proposal.of.path,
        "share": proposal.share,
        "reason": proposal.reason,
        "created_at": proposal.created_at,
        "link": reverse("library:asset", args=[proposal.asset.slug]),
        "of_link": reverse("library:asset", args=[proposal.of.slug]),
        "asset_format": label(Facet.FORMAT, proposal.asset.format),
        "of_format": label(Facet.FORMAT, proposal.of.format),
        "url": reverse("library:version_acceptance", args=[proposal.pk]).removesuffix("acceptance/"),
    }


SPEC = ListSpec(
    name="versions",
    columns=(
        Column("asset", "Newer"),
        Column("asset_path", "Found in"),
        Column("of", "May be a version of"),
        Column("of_path", "Found in"),
        Column("share", "Text in common", "percent"),
        Column("reason", "Why"),
        Column("created_at", "Since", "datetime"),
    ),
    row=_row,
    filters=(),
    sorts=(Sort("created_at", "Newest", Order("id", descending=True)),),
    size=25,
    empty=Empty(
        icon="versions",
        title="No doubts about versions",
        text="When a file is like an asset, but not surely a version of it, the question waits here.",
        action_url="/library/upload/",
        action_label="Bring in content",
        needs="import_content",
    ),
)
