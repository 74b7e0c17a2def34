"""Which asset a file belongs to, decided by its content, its place and its name.

Where a place is known (the same file of the same folder, the same address), new content there is a new version. Else
the text decides (`likeness`), by thresholds chosen on real documents (see the guide on importing documents):

- alike to `RENDITION` in another format: the same content, so another file of the same asset;
- alike to `VERSION` in the same format under the same name, or one that differs only in a version, date, "draft" or
  "copy": a new version behind the same link, or an older one that stays behind it;
- alike to `PROPOSAL` under the same name, to `KINDRED` under a similar one, to `TWIN` under any, or the same title
  where the text is too short to say: an asset of its own, and the question to an editor whether it is a version.

Documents made from one mould share most of their words (a leaflet for banks and the same for insurers), so likeness
without a like name asks nothing.

Everything else is a new asset. Of files that lie side by side in one import, the same title alone joins none.
"""

import re
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from django.db import connection

from sameside.library import likeness
from sameside.library.extraction.document import Document
from sameside.library.likeness import Likeness
from sameside.library.models import Asset, AssetRendition, AssetVersion, LikenessKey
from sameside.ui.formats import percent

RENDITION = 0.92
VERSION = 0.7
TITLE_ALONE = 0.9
PROPOSAL = 0.6
KINDRED = 0.75
TWIN = 0.9
SIMILAR_NAME = 0.5
STRANGER = 0.2
"""Less than this in common, and a file at the same place is not the next version of what was there."""
LENGTH = 0.8
"""Two renditions differ in length by less than a fifth."""
MOST_CANDIDATES = 20


class Kinship(StrEnum):
    NEW = "new"
    RENDITION = "rendition"
    VERSION = "version"
    OLDER = "older"
    PROPOSAL = "proposal"


@dataclass(frozen=True)
class Match:
    """What a file is to `asset`; `reason` says why in half a sentence."""

    kinship: Kinship
    asset: Asset | None = None
    version: AssetVersion | None = None
    share: float = 0.0
    reason: str = ""


NOTHING = Match(Kinship.NEW)


def decide(
    document: Document, found: Likeness, *, source_path: str, beside: Container[str], known_place: Asset | None
) -> Match:
    closest = alike(found)
    shares = {version.asset_id: share for version, share in reversed(closest)}
    if known_place is not None:
        return _at_known_place(known_place, document, closest, shares)
    place = _at_place(source_path)
    if place is not None:
        return _at_same_path(place, found, shares)
    for version, share in closest:
        match = _by_content(document, found, version, share, source_path, beside)
        if match:
            return match
    return _by_title(document, found, shares, beside)


def alike(found: Likeness) -> list[tuple[AssetVersion, float]]:
    """Versions whose text is like this one, most alike first, newest first among equals; short texts have none."""
    keys = found.keys
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT version_id FROM {LikenessKey._meta.db_table} WHERE key = ANY(%s) "
            "GROUP BY version_id ORDER BY count(*) DESC, version_id DESC LIMIT %s",
            [keys, MOST_CANDIDATES],
        )
        ids = [row[0] for row in cursor.fetchall()]
    versions = AssetVersion.objects.filter(pk__in=ids).select_related("asset")
    scored = [(version, found.share(of_version(version))) for version in versions]
    return sorted(scored, key=lambda pair: (-pair[1], not pair[0].is_current, -pair[0].pk))


def of_version(version: AssetVersion) -> Likeness:
    return likeness.restored(version.text_digest, bytes(version.minima))


def remember(version: AssetVersion, found: Likeness) -> None:
    """Have `version` found by its content from now on."""
    version.likeness_keys.all().delete()
    version.text_digest, version.minima = found.digest, likeness.stored(found)
    version.save(update_fields=["text_digest", "minima"])
    LikenessKey.objects.bulk_create(LikenessKey(version=version, key=key) for key in found.keys)


def _at_known_place(
    asset: Asset, document: Document, closest: Sequence[tuple[AssetVersion, float]], shares: dict[int, float]
) -> Match:
    current = next((version for version in asset.versions.all() if version.is_current), None)
    for version, share in closest:
        if version.asset_id == asset.pk and version.format != document.format and share >= RENDITION:
            return Match(Kinship.RENDITION, asset, version, share, "the same content")
    return Match(Kinship.VERSION, asset, current, shares.get(asset.pk, 0.0), "new content at the same place")


def _at_place(source_path: str) -> Asset | None:
    found = Asset.objects.filter(path=source_path).exclude(status=Asset.Status.RETIRED)
    return found.order_by("pk").first()


def _at_same_path(asset: Asset, found: Likeness, shares: dict[int, float]) -> Match:
    """The same path from elsewhere (every upload has some `proposal.pdf`): a version unless the texts are strangers."""
    current = asset.versions.filter(is_current=True).first()
    other = of_version(current) if current else likeness.of([])
    share = shares.get(asset.pk) or found.share(other)
    if other.is_comparable and found.is_comparable and share < STRANGER:
        return Match(Kinship.PROPOSAL, asset, current, share, "It has the same path, but another text.")
    return Match(Kinship.VERSION, asset, current, share, "new content at the same place")


def _by_content(
    document: Document,
    found: Likeness,
    version: AssetVersion,
    share: float,
    source_path: str,
    beside: Container[str],
) -> Match | None:
    asset = version.asset
    lengths = sorted((found.words, of_version(version).words))
    if version.format != document.format:
        if share >= RENDITION and lengths[0] >= LENGTH * lengths[1]:
            return Match(Kinship.RENDITION, asset, version, share, "the same content")
    elif share >= VERSION:
        named = names_alike(source_path, version.path or asset.path or version.filename)
        titled = share >= TITLE_ALONE and document.title == asset.title and asset.path not in beside
        if named or titled:
            older = is_older(source_path, version.path or version.filename)
            kinship = Kinship.OLDER if older and version.is_current else Kinship.VERSION
            return Match(kinship, asset, version, share, f"{percent(share)} of the text is the same")
    if share >= _least_for_question(source_path, version.path or version.filename):
        return Match(Kinship.PROPOSAL, asset, version, share, f"{percent(share)} of their text is the same.")
    return None


def _least_for_question(path: str, other: str) -> float:
    if names_alike(path, other):
        return PROPOSAL
    mine, theirs = set(_bare(path).split()), set(_bare(other).split())
    is_similar = len(mine & theirs) >= SIMILAR_NAME * len(mine | theirs)
    return KINDRED if is_similar else TWIN


def _by_title(document: Document, found: Likeness, shares: dict[int, float], beside: Container[str]) -> Match:
    """The same title and format where the texts say nothing, or not enough."""
    same = Asset.objects.filter(title=document.title, format=document.format, status=Asset.Status.ACTIVE)
    for asset in same.order_by("-updated_at", "-pk")[:50]:
        if asset.path in beside:
            continue
        current = asset.versions.filter(is_current=True).first()
        if current is None:
            continue
        other = of_version(current)
        share = shares.get(asset.pk) or found.share(other)
        if not other.is_comparable or not found.is_comparable:
            reason = "It has the same title; the text is too short to say more."
            return Match(Kinship.PROPOSAL, asset, current, share, reason)
        if share >= STRANGER:
            reason = f"It has the same title, and {percent(share)} of their text is the same."
            return Match(Kinship.PROPOSAL, asset, current, share, reason)
    return NOTHING


def known_file(sha256: str) -> tuple[AssetVersion | None, AssetRendition | None]:
    """The version or rendition that these very bytes are."""
    version = AssetVersion.objects.select_related("asset").filter(sha256=sha256).first()
    if version is not None:
        return version, None
    rendition = AssetRendition.objects.select_related("version__asset").filter(sha256=sha256).first()
    return None, rendition


_MARKERS = re.compile(
    r"(?<![^\W_])(?:"
    r"v(?:er(?:sion)?)?[ ._-]*\d+(?:[._]\d+)*|rev(?:ision)?[ ._-]*\d*|r\d+|"
    r"(?:19|20)\d{2}[-_. ]?(?:0[1-9]|1[0-2])[-_. ]?(?:[0-2]\d|3[01])|"
    r"(?:[0-2]?\d|3[01])[._](?:0?[1-9]|1[0-2])[._](?:19|20)\d{2}|"
    r"\d+(?:\.\d+)+|\(\d+\)|"
    r"final|draft|copy(?: of)?|old|new|latest|updated|entwurf|endfassung|kopie|alt|neu|brouillon|copie|borrador|copia"
    r")(?![^\W_])",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"\d+")
_BLANK = re.compile(r"[\W_]+")


def names_alike(first: str, second: str) -> bool:
    """Whether two paths name one document: the same file name but for its version, date, "draft" or "copy"."""
    return _bare(first) == _bare(second)


def _bare(path: str) -> str:
    stem = unicodedata.normalize("NFKC", PurePosixPath(path).stem).casefold()
    bare = " ".join(_BLANK.sub(" ", _MARKERS.sub(" ", stem)).split())
    return bare or " ".join(_BLANK.sub(" ", stem).split())


def is_older(path: str, than: str) -> bool:
    """Whether `path` names an earlier version or date than `than`, by the same kinds of marks."""
    mine, theirs = _marks(path), _marks(than)
    return len(mine) == len(theirs) > 0 and mine < theirs


def _marks(path: str) -> list[tuple[int, ...]]:
    stem = PurePosixPath(path).stem
    return [tuple(map(int, numbers)) for match in _MARKERS.finditer(stem) if (numbers := _NUMBERS.findall(match[0]))]
