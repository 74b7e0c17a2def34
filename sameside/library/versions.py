"""The versions of an asset: writing one, and making one current, with everything of the asset that follows from it.

One of them stands behind the asset's link. That another one does from now on is kept as a row (`VersionChange`). While
an asset is pinned (`pinning`), what comes in waits behind the pinned version.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from django.utils.text import slugify

from sameside.library import matching, picture_jobs
from sameside.library.extraction.document import Document
from sameside.library.likeness import Likeness
from sameside.library.models import Asset, AssetPage, AssetRendition, AssetVersion, Pin, VersionChange
from sameside.library.upkeep import validity
from sameside.people.models import Person

SUMMARY = 300
RESERVED = frozenset(
    {"truth", "upload", "proposals", "versions", "reviews", "plays"}
    | {"boards", "collections", "favourites", "recent", "new", "team", "compare"}
    | {"access", "findability", "requests"}
)


@dataclass(frozen=True)
class Kept:
    """A file that was copied to the originals: its random name there, and what is known of it."""

    file: str
    sha256: str
    bytes: int
    path: str
    transcript_sha256: str = ""
    run: int | None = None

    @property
    def filename(self) -> str:
        return PurePosixPath(self.path).name[:300]


def new_asset(document: Document, kept: Kept, *, by: Person | None, at: datetime) -> Asset:
    return Asset.objects.create(
        slug=free_slug(document.title, kept.sha256),
        title=document.title,
        format=document.format,
        owner=by,
        created_at=at,
        updated_at=at,
        path=kept.path,
        verified_until=validity.proposed_until(at),
    )


def is_pinned(asset: Asset) -> bool:
    """Whether what comes in waits behind the version that stands behind the link."""
    return Pin.objects.filter(asset=asset).exists()


def add(
    asset: Asset,
    document: Document,
    kept: Kept,
    found: Likeness,
    *,
    by: Person | None,
    at: datetime,
    current: bool = True,
) -> AssetVersion:
    """Write `document` as the next version of `asset`, current unless a pin says otherwise; it is drawn later."""
    last = asset.versions.order_by("-number").first()
    version = AssetVersion.objects.create(
        asset=asset,
        number=last.number + 1 if last else 1,
        file=kept.file,
        filename=kept.filename,
        path=kept.path,
        title=document.title,
        format=document.format,
        language=document.language,
        sha256=kept.sha256,
        transcript_sha256=kept.transcript_sha256,
        bytes=kept.bytes,
        words=document.words,
        created_at=at,
        created_by=by,
        is_current=False,
        created_by_run=kept.run,
    )
    insert_pages(version, document.pages)
    matching.remember(version, found)
    if current and not is_pinned(asset):
        make_current(version, by=by, at=at, reason="It came in.")
    return version


def insert_pages(version: AssetVersion, texts: Sequence[str]) -> None:
    """Write the pages of a version, numbered from 1, not drawn yet."""
    rows = (AssetPage(version=version, number=number, text=text) for number, text in enumerate(texts, start=1))
    AssetPage.objects.bulk_create(rows, batch_size=1_000)


def add_rendition(
    version: AssetVersion, document: Document, kept: Kept, share: float, *, by: Person | None, at: datetime
) -> AssetRendition:
    return AssetRendition.objects.create(
        version=version,
        file=kept.file,
        filename=kept.filename,
        path=kept.path,
        format=document.format,
        sha256=kept.sha256,
        bytes=kept.bytes,
        words=document.words,
        share=share,
        created_by_run=kept.run,
        created_at=at,
        created_by=by,
    )


def make_current(version: AssetVersion, *, at: datetime, by: Person | None = None, reason: str = "") -> None:
    """Have `version` shown, found and downloaded, and drawn if it is not. Call it in a transaction."""
    asset = Asset.objects.select_for_update().get(pk=version.asset_id)
    others = asset.versions.exclude(pk=version.pk)
    was = others.filter(is_current=True).first()
    others.filter(is_current=True).update(is_current=False)
    if was is not None:
        VersionChange.objects.create(asset=asset, was=was, became=version, at=at, by=by, reason=reason[:300])
    version.is_current = True
    version.save(update_fields=["is_current"])
    pages = list(version.pages.order_by("number").values_list("text", "thumbnail"))
    texts = [text for text, _ in pages]
    if was is None or not was.title or was.title == asset.title:  # else somebody gave it a title of its own
        asset.title = version.title or asset.title
    asset.format = version.format or asset.format
    asset.language, asset.path = version.language, version.path or asset.path
    asset.page_count, asset.thumbnail = len(pages), pages[0][1] if pages else ""
    asset.summary, asset.updated_at = summary(texts), at
    asset.save()
    version.asset = asset
    if version.drawn_at is None:
        picture_jobs.ask_for()


def free_slug(title: str, sha256: str) -> str:
    base = slugify(title)[:100].strip("-") or f"document-{sha256[:8]}"
    taken = set(Asset.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 2, base
    while slug in taken or slug in RESERVED:
        slug, number = f"{base}-{number}", number + 1
    return slug


def summary(pages: Sequence[str]) -> str:
    """The first paragraph that says something."""
    lines = [line.strip() for page in pages[:5] for line in page.split("\n")]
    body = next((line for line in lines if len(line) >= 60), " ".join(line for line in lines[:12] if line))
    if len(body) <= SUMMARY:
        return body
    return body[:SUMMARY].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
