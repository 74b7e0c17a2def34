"""A file comes into the library: as a new asset, as a new version behind the same asset, or not at all.

Content is known by its SHA-256: the same bytes change nothing. A file at a known place with new content is a new
version of what was there. So is a file with the title and format of an asset whose own file is no longer there: it was
renamed. Text is read at once, so that the asset is found within seconds; pictures of the pages follow (`previews`).
"""

import hashlib
from collections.abc import Container
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import connection, transaction
from django.utils.text import slugify

from sameside.library import files, fulltext, previews, proposals
from sameside.library.extraction.document import FORMAT_NAMES, Document, clean, format_of
from sameside.library.extraction.reader import Limits, Reader
from sameside.library.models import Asset, AssetVersion
from sameside.people.models import Person

_LOCK = 7_361_002  # any constant: two files at once must not both become the same asset
SUMMARY = 300


class Verdict(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Intake:
    """What came of one file; `reason` is a sentence fit for the screen."""

    verdict: Verdict
    reason: str
    asset: Asset | None = None
    version: AssetVersion | None = None


def limits() -> Limits:
    return Limits(**settings.DOCUMENT_LIMITS)


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def bring_in(
    path: Path,
    *,
    by: Person | None,
    at: datetime,
    source_path: str,
    reader: Reader | None = None,
    beside: Container[str] = frozenset(),
) -> Intake:
    """Bring in the file at `path`, which its giver calls `source_path` (folders and name).

    `beside` are the source paths that exist together with it: an asset found at one of them was not renamed.
    """
    source_path = clean(source_path)[:500]
    kind = format_of(source_path)
    if not kind:
        return _refused(f"This format cannot be brought in. Formats that can: {FORMAT_NAMES}.")
    size = path.stat().st_size
    if size > settings.UPLOAD_MB * 1_000_000:
        return _refused(f"It has {size / 1e6:,.0f} MB; a file may have {settings.UPLOAD_MB} MB.")
    sha256 = digest(path)
    known = _known(sha256, source_path, at=at)
    if known:
        return known
    with ExitStack() as stack:
        confined = reader or stack.enter_context(Reader(limits()))
        document = confined.read(path, kind, source_path)
    if document.refusal:
        return _refused(document.refusal)
    name = files.keep(path)
    try:
        result = _store(document, name, sha256, size, by=by, at=at, source_path=source_path, beside=beside)
    except BaseException:
        files.discard(name)
        raise
    if result.verdict is Verdict.UNCHANGED:
        files.discard(name)
    return result


def _refused(reason: str) -> Intake:
    return Intake(Verdict.REFUSED, reason)


def _known(sha256: str, source_path: str, *, at: datetime) -> Intake | None:
    """What these bytes already are, if anything; an earlier version that is back at its place is current again."""
    version = AssetVersion.objects.select_related("asset").filter(sha256=sha256).first()
    if version is None:
        return None
    if version.asset.path == source_path and not version.is_current:
        _make_current(version, at=at)
        return Intake(Verdict.UPDATED, f"Version {version.number} is back.", version.asset, version)
    if version.asset.path == source_path:
        return Intake(Verdict.UNCHANGED, "Already in the library.", version.asset, version)
    return Intake(Verdict.UNCHANGED, f"Already in the library, as {version.asset.path[:300]}.", version.asset, version)


@transaction.atomic
def _make_current(version: AssetVersion, *, at: datetime) -> None:
    asset = version.asset
    asset.versions.filter(is_current=True).update(is_current=False)
    version.is_current = True
    version.save(update_fields=["is_current"])
    pages = list(version.pages.order_by("number").values_list("text", "thumbnail"))
    asset.page_count, asset.updated_at = len(pages), at
    asset.thumbnail = pages[0][1] if pages else ""
    asset.save(update_fields=["page_count", "updated_at", "thumbnail"])
    texts = [text for text, _ in pages]
    fulltext.index_asset(asset.pk, title=asset.title, language=asset.language, path=asset.path, pages=texts)


@transaction.atomic
def _store(
    document: Document,
    name: str,
    sha256: str,
    size: int,
    *,
    by: Person | None,
    at: datetime,
    source_path: str,
    beside: Container[str],
) -> Intake:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    known = _known(sha256, source_path, at=at)
    if known:
        return known
    asset = _former(document, source_path, beside)
    verdict = Verdict.UPDATED if asset else Verdict.CREATED
    if asset is None:
        asset = Asset(slug=_free_slug(document.title, sha256), owner=by, created_at=at)
    asset.title, asset.format, asset.language = document.title, document.format, document.language
    asset.summary, asset.path, asset.page_count = _summary(document), source_path, len(document.pages)
    asset.updated_at, asset.thumbnail = at, ""
    asset.save()
    last = asset.versions.order_by("-number").first()
    asset.versions.filter(is_current=True).update(is_current=False)
    version = AssetVersion.objects.create(
        asset=asset,
        number=last.number + 1 if last else 1,
        file=name,
        filename=PurePosixPath(source_path).name[:300],
        sha256=sha256,
        bytes=size,
        words=document.words,
        created_at=at,
        created_by=by,
    )
    fulltext.insert_pages(version.pk, language=asset.language, pages=document.pages)
    fulltext.index_asset(asset.pk, title=asset.title, language=asset.language, path=source_path, pages=document.pages)
    proposals.propose(asset, document)
    previews.ask_for()
    return Intake(verdict, _sentence(verdict, version, document), asset, version)


def _sentence(verdict: Verdict, version: AssetVersion, document: Document) -> str:
    unit = {"pptx": "slide"}.get(document.format, "page")
    count = len(document.pages)
    pages = f"{count:,} {unit}{'' if count == 1 else 's'}"
    first = f"New, {pages}." if verdict is Verdict.CREATED else f"Version {version.number}, {pages}."
    return " ".join([first, *document.notes])


def _former(document: Document, source_path: str, beside: Container[str]) -> Asset | None:
    """The asset that this file continues."""
    same_place = Asset.objects.filter(path=source_path).order_by("pk").first()
    if same_place:
        return same_place
    same_title = Asset.objects.filter(title=document.title, format=document.format).order_by("-updated_at", "-pk")
    return next((asset for asset in same_title[:50] if asset.path not in beside), None)


def _free_slug(title: str, sha256: str) -> str:
    base = slugify(title)[:100].strip("-") or f"document-{sha256[:8]}"
    taken = set(Asset.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 2, base
    while slug in taken or slug in ("truth", "upload", "proposals"):
        slug, number = f"{base}-{number}", number + 1
    return slug


def _summary(document: Document) -> str:
    """The first paragraph that says something."""
    lines = [line.strip() for page in document.pages[:5] for line in page.split("\n")]
    body = next((line for line in lines if len(line) >= 60), " ".join(line for line in lines[:12] if line))
    if len(body) <= SUMMARY:
        return body
    return body[:SUMMARY].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
