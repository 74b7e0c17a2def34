"""A file comes into the library: as a new asset, a new version, another format of what is there, or not at all.

The same bytes change nothing, wherever they come from. Otherwise the file is read (in the confined process), and what
it is to the assets there is decided by `matching`. Text is read at once, so that the asset is found within seconds;
pictures of the pages follow (`previews`).
"""

import hashlib
from collections.abc import Container
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from sameside.library import files, likeness, matching, proposals, versions
from sameside.library.extraction import legacy, video
from sameside.library.extraction.document import FORMAT_NAMES, LEGACY, Document, clean, format_of
from sameside.library.extraction.reader import Limits, Reader
from sameside.library.extraction.recognition import HEAD, family
from sameside.library.facets import label
from sameside.library.likeness import Likeness
from sameside.library.matching import Kinship, Match
from sameside.library.models import Asset, AssetVersion, Facet, VersionProposal
from sameside.library.tagging import rules
from sameside.library.upkeep import expiry
from sameside.library.versions import Kept
from sameside.people.models import Person
from sameside.ui.formats import percent

_LOCK = 7_361_009  # any constant: two files at once must not both become the same asset
TELLING = frozenset({"pdf", "zip", "ole", "image", "video", "rtf"})
"""What a file without a known ending is worth reading for; text is not, because every log file is text."""
ARCHIVES = frozenset({".zip", ".jar", ".war", ".whl", ".apk", ".xpi", ".vsix", ".nupkg"})


class Verdict(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Intake:
    """What came of one file; `reason` is a sentence fit for the screen. `kept` are the originals it wrote."""

    verdict: Verdict
    reason: str
    asset: Asset | None = None
    version: AssetVersion | None = None
    kept: tuple[str, ...] = ()


@dataclass(frozen=True)
class Given:
    """A file as somebody gives it: `source_path` is what they call it (folders and name).

    `beside` are the source paths that exist together with it: an asset found at one of them was not renamed. Where the
    place itself is the identity (a watched folder, an address), `known_place` is the asset that came from there. `run`
    is the import that brings it in.
    """

    path: Path
    source_path: str
    by: Person | None
    at: datetime
    beside: Container[str] = frozenset()
    known_place: Asset | None = None
    run: int | None = None


def limits() -> Limits:
    return Limits(**settings.DOCUMENT_LIMITS)


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def readable_as(path: Path, name: str) -> str:
    """The format by the name's ending, or what the first bytes say where the ending is unknown; empty for neither."""
    named = format_of(name)
    if named or Path(name).suffix.lower() in (*ARCHIVES, *video.TRANSCRIPTS):
        return named
    with path.open("rb") as file:
        found = family(file.read(HEAD))
    return {"zip": "office", "ole": "office"}.get(found, found) if found in TELLING else ""


def transcript_of(path: Path) -> Path | None:
    """The transcript that lies beside a video: the same name, perhaps with a language before the ending."""
    beside = sorted(other for other in path.parent.glob("*") if other.suffix.lower() in video.TRANSCRIPTS)
    exact = [other for other in beside if other.stem == path.stem]
    marked = [other for other in beside if other.stem.rpartition(".")[0] == path.stem]
    return next(iter([*exact, *marked]), None)


def bring_in(
    path: Path,
    *,
    by: Person | None,
    at: datetime,
    source_path: str,
    reader: Reader | None = None,
    beside: Container[str] = frozenset(),
    known_place: Asset | None = None,
    run: int | None = None,
) -> Intake:
    """Bring in the file at `path`; what the arguments mean is said at `Given`."""
    place = known_place.continued_by or known_place if known_place else None
    given = Given(path, clean(" ".join(source_path.split()))[:500], by, at, beside, place, run)
    size = path.stat().st_size
    if size and not readable_as(path, source_path):
        return _refused(f"This format cannot be brought in. Formats that can: {FORMAT_NAMES}.")
    if size > settings.UPLOAD_MB * 1_000_000:
        return _refused(f"It has {size / 1e6:,.0f} MB; a file may have {settings.UPLOAD_MB} MB.")
    transcript = transcript_of(path) if format_of(source_path) == "video" else None
    kept = Kept("", digest(path), size, given.source_path, digest(transcript) if transcript else "", run)
    known = _known(kept, given)
    if known:
        return known
    with ExitStack() as stack:
        confined = reader or stack.enter_context(Reader(limits()))
        document = read(confined, path, source_path, transcript)
    if document.refusal:
        return _refused(document.refusal)
    return _kept(document, kept, given)


def read(reader: Reader, path: Path, source_path: str, transcript: Path | None = None) -> Document:
    named = format_of(source_path)
    document = reader.read(path, named, source_path, transcript=transcript)
    if document.format in LEGACY and not document.refusal:
        return legacy.read(reader, path, document, named, source_path, lock=files.office_lock())
    return document


def _refused(reason: str) -> Intake:
    return Intake(Verdict.REFUSED, reason)


def _known(kept: Kept, given: Given) -> Intake | None:
    """What these bytes already are, if anything; an earlier version that is back at its place is current again."""
    version, rendition = matching.known_file(kept.sha256)
    if rendition is not None:
        asset = rendition.version.asset
        return Intake(Verdict.UNCHANGED, f"Already in the library, with {asset.path[:300]}.", asset, rendition.version)
    if version is None or (kept.transcript_sha256 and version.transcript_sha256 != kept.transcript_sha256):
        return None
    is_back = version.asset.path == given.source_path and version.path in ("", given.source_path)
    if is_back and not version.is_current and not versions.is_pinned(version.asset):
        with transaction.atomic():
            versions.make_current(version, by=given.by, at=given.at, reason="It came in again.")
        return Intake(Verdict.UPDATED, f"Version {version.number} is back.", version.asset, version)
    if given.source_path in (version.asset.path, version.path):
        return Intake(Verdict.UNCHANGED, "Already in the library.", version.asset, version)
    place = version.path or version.asset.path
    return Intake(Verdict.UNCHANGED, f"Already in the library, as {place[:300]}.", version.asset, version)


def _kept(document: Document, kept: Kept, given: Given) -> Intake:
    """Copy the original and write what it is; nothing of it stays when that fails."""
    name = files.keep(given.path)
    try:
        result = _store(document, replace(kept, file=name), given)
    except BaseException:
        files.discard(name)
        raise
    if not result.kept:
        files.discard(name)
    return result


@transaction.atomic
def _store(document: Document, kept: Kept, given: Given) -> Intake:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    known = _known(kept, given)
    if known:
        return known
    version, _ = matching.known_file(kept.sha256)
    if version is not None:
        return _transcribed(version, document, kept, given)
    found = likeness.of(document.pages)
    same = _same_words(document, found, given)
    if same:
        return same
    match = matching.decide(
        document, found, source_path=given.source_path, beside=given.beside, known_place=given.known_place
    )
    if match.kinship is Kinship.RENDITION and match.version is not None:
        versions.add_rendition(match.version, document, kept, match.share, by=given.by, at=given.at)
        return Intake(Verdict.UPDATED, _as_rendition(match, document), match.asset, match.version, (kept.file,))
    joins = match.asset if match.kinship in (Kinship.VERSION, Kinship.OLDER) else None
    asset = joins or versions.new_asset(document, kept, by=given.by, at=given.at)
    is_newest = match.kinship is not Kinship.OLDER
    version = versions.add(asset, document, kept, found, by=given.by, at=given.at, current=is_newest)
    if is_newest:
        expiry.revive(version.asset, by=given.by, at=given.at)
    if version.is_current:
        proposals.propose(version.asset, document)
        rules.apply_to([version.asset_id], at=given.at)
    if match.kinship is Kinship.PROPOSAL and match.asset is not None:
        VersionProposal.objects.create(
            asset=asset, of=match.asset, share=match.share, reason=match.reason, created_at=given.at
        )
    verdict = Verdict.UPDATED if joins else Verdict.CREATED
    return Intake(verdict, _sentence(match, version, document), version.asset, version, (kept.file,))


def _same_words(document: Document, found: Likeness, given: Given) -> Intake | None:
    """A page of the web is put together anew each time it is asked for; without other words it is no new version."""
    if document.format != "html" or given.known_place is None:
        return None
    current = given.known_place.versions.filter(is_current=True, text_digest=found.digest).first()
    if current is None:
        return None
    reason = "The page is marked up otherwise, its text is the same."
    return Intake(Verdict.UNCHANGED, reason, given.known_place, current)


def _transcribed(version: AssetVersion, document: Document, kept: Kept, given: Given) -> Intake:
    """The same video with another transcript: its words are read anew."""
    version.pages.all().delete()
    versions.insert_pages(version, document.pages)
    version.transcript_sha256, version.words = kept.transcript_sha256, document.words
    version.language, version.drawn_at = document.language, None
    version.save(update_fields=["transcript_sha256", "words", "language", "drawn_at"])
    matching.remember(version, likeness.of(document.pages))
    if version.is_current:
        versions.make_current(version, by=given.by, at=given.at)
        proposals.propose(version.asset, document)
        rules.apply_to([version.asset_id], at=given.at)
    return Intake(Verdict.UPDATED, " ".join(["The same video.", *document.notes]), version.asset, version)


def _as_rendition(match: Match, document: Document) -> str:
    title = match.asset.title if match.asset else ""
    kind = label(Facet.FORMAT, document.format)
    return f"The same content as “{title[:120]}” ({percent(match.share)}), now also as {kind}."


def _sentence(match: Match, version: AssetVersion, document: Document) -> str:
    unit = {"pptx": "slide", "odp": "slide", "xlsx": "sheet", "ods": "sheet", "video": "minute"}.get(
        document.format, "page"
    )
    count = len(document.pages)
    pages = f"{count:,} {unit}{'' if count == 1 else 's'}"
    if match.kinship is Kinship.VERSION:
        waits = "" if version.is_current else " It waits behind the version that is pinned."
        first = f"Version {version.number}, {pages}: {match.reason}.{waits}"
    elif match.kinship is Kinship.OLDER:
        first = f"An older version, kept behind the newer one: {match.reason}."
    elif match.kinship is Kinship.PROPOSAL and match.asset is not None:
        first = f"New, {pages}. It may be a version of “{match.asset.title[:120]}”: somebody should look."
    else:
        first = f"New, {pages}."
    return " ".join([first, *document.notes])
