"""Pictures of the pages, drawn in the background after the text is in: PDF first, then what LibreOffice must convert.

`AssetVersion.drawn_at` says what is done; one job at a time takes what is left, so a job that was cut off loses at most
the document it was at. `picture_jobs` asks for it.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, IntegerField, QuerySet, Value, When

from sameside.library import files, picture_jobs, versions
from sameside.library.extraction import office
from sameside.library.extraction.reader import Limits, Reader
from sameside.library.models import Asset, AssetPage, AssetVersion

SECONDS_PER_JOB = 120


def waiting() -> "QuerySet[AssetVersion]":
    """Current versions not drawn yet, quick ones first."""
    slow = Case(
        When(asset__format__in=list(office.FILTERS), then=Value(1)), default=Value(0), output_field=IntegerField()
    )
    return AssetVersion.objects.filter(is_current=True, drawn_at=None).select_related("asset").order_by(slow, "pk")


def draw_waiting(*, at: datetime, seconds: float = SECONDS_PER_JOB) -> int:
    """Draw what waits, for about `seconds`, and ask for another job when some is left. Returns how many were drawn."""
    until = time.monotonic() + seconds
    drawn = 0
    with Reader(Limits(**settings.DOCUMENT_LIMITS)) as reader:
        while time.monotonic() < until:
            version = waiting().first()
            if version is None:
                return drawn
            draw(version, reader=reader, at=at)
            drawn += 1
    if waiting().exists():
        picture_jobs.ask_for()
    return drawn


def draw_older(version: AssetVersion, *, at: datetime) -> int:
    """Draw a version that was looked at. Returns how many pages were drawn: none when it has its pictures."""
    if version.drawn_at is not None:
        return 0
    with Reader(Limits(**settings.DOCUMENT_LIMITS)) as reader:
        return draw(version, reader=reader, at=at)


def draw(version: AssetVersion, *, reader: Reader, at: datetime) -> int:
    """Draw every page of `version`; Word files also get their true pages. Returns how many pages were drawn."""
    asset = version.asset
    folder = files.random_name()
    target = files.picture(folder)
    drawn: list[dict[str, Any]] = []
    texts: Sequence[str] | None = None
    try:
        original = files.original(version)
        if original.is_file() and asset.format in office.FILTERS and office.program():
            drawn, texts = _as_printed(original, version, target, reader)
        elif original.is_file():
            drawn = list(reader.draw(original, asset.format, asset.title, target, _texts(version)))
    except files.OutsideTheFolder:
        drawn = []
    _write(version, folder, drawn, texts, at=at)
    return len(drawn)


def _as_printed(
    original: Path, version: AssetVersion, target: Path, reader: Reader
) -> tuple[list[dict[str, Any]], Sequence[str] | None]:
    """The pages as LibreOffice prints them; as a text preview when it cannot."""
    asset = version.asset
    with office.as_pdf(original, asset.format, seconds=reader.limits.seconds, lock=files.office_lock()) as printed:
        if printed is not None:
            drawn = list(reader.draw(printed, "pdf", asset.title, target))
            texts = reader.read(printed, "pdf", asset.title).pages if asset.format in office.REFLOWED else None
            if drawn:
                return drawn, texts
    return list(reader.draw(original, asset.format, asset.title, target, _texts(version))), None


def _texts(version: AssetVersion) -> list[str]:
    return list(version.pages.order_by("number").values_list("text", flat=True))


@transaction.atomic
def _write(
    version: AssetVersion, folder: str, drawn: Sequence[dict[str, Any]], texts: Sequence[str] | None, *, at: datetime
) -> None:
    Asset.objects.select_for_update(no_key=True).only("pk").get(pk=version.asset_id)  # before the version, as all do
    version = AssetVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    if texts and any(texts):
        version.pages.all().delete()
        versions.insert_pages(version, texts)
    pages = {page.number: page for page in version.pages.defer("text")}
    changed = []
    for picture in drawn:
        page = pages.get(picture["number"])
        if page is not None:
            page.image, page.thumbnail = f"{folder}/{picture['image']}", f"{folder}/{picture['thumbnail']}"
            page.width, page.height = picture["width"], picture["height"]
            changed.append(page)
    AssetPage.objects.bulk_update(changed, ["image", "thumbnail", "width", "height"], batch_size=200)
    version.drawn_at = at
    version.save(update_fields=["drawn_at"])
    if version.is_current:
        first = changed[0].thumbnail if changed else ""
        Asset.objects.filter(pk=version.asset_id).update(thumbnail=first, page_count=len(pages))
