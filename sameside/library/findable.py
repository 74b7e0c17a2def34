"""Assets as the search index holds them: one document each, its pages as parts, and what decides who finds it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db import connection
from django.urls import reverse

from sameside.library import facets
from sameside.library.models import (
    USED,
    Asset,
    AssetFacet,
    AssetPage,
    AssetRendition,
    AssetVerdict,
    AssetVersion,
    CollectionItem,
    Facet,
    groups_of,
)
from sameside.people.models import Organisation, Person
from sameside.retrieval.engine import ALWAYS, FOREVER, Document, Part
from sameside.search import kinds
from sameside.search.kinds import Kind, Shown, Table

NAMED = (
    Facet.CONVERSATION,
    Facet.VERTICAL,
    Facet.PERSONA,
    Facet.PRODUCT_LINE,
    Facet.REGION,
    Facet.COMPETITOR,
)
"""An asset is found by the words of these facets too."""
MOST_FILES = 40
"""Of one asset, so many file names are known to the search."""
_SEPARATORS = re.compile(r"[\W_]+")
_USED = ", ".join(f"'{action.value}'" for action in USED)

TABLES = (
    Table(
        "library_asset",
        (
            *("title", "status", "format", "language", "summary", "owner_id", "path", "groups"),
            *("valid_from", "verified_until", "created_at", "updated_at"),
        ),
    ),
    Table("library_assetfacet", ("asset_id", "facet", "value", "state"), "SELECT asset_id FROM changed"),
    Table("library_assetversion", ("asset_id", "is_current", "filename"), "SELECT asset_id FROM changed"),
    Table(
        "library_assetrendition",
        ("version_id", "filename"),
        "SELECT v.asset_id FROM changed c JOIN library_assetversion v ON v.id = c.version_id",
    ),
    Table(
        "library_assetpage",
        ("version_id", "number", "text"),
        "SELECT v.asset_id FROM changed c JOIN library_assetversion v ON v.id = c.version_id WHERE v.is_current",
    ),
    Table("library_collectionitem", ("asset_id", "collection_id"), "SELECT asset_id FROM changed"),
    Table(
        "library_collection",
        ("name", "archived_at", "is_restricted"),
        "SELECT i.asset_id FROM changed c JOIN library_collectionitem i ON i.collection_id = c.id",
        on=("update",),
    ),
    Table(
        "library_assetverdict",
        ("asset_id", "window", "k", "verdict", "uses"),
        """SELECT c.asset_id FROM changed c JOIN people_organisation o
            ON o.truth_window_days = c."window" AND o.truth_min_impressions = c.k""",
    ),
    Table(
        "people_organisation",
        ("truth_window_days", "truth_min_impressions"),
        "SELECT a.id FROM library_asset a WHERE EXISTS (SELECT FROM changed)",
        on=("update",),
    ),
    Table(
        "library_usage",
        ("asset_id", "action", "deal_id"),
        f"SELECT asset_id FROM changed WHERE deal_id IS NOT NULL AND action IN ({_USED})",
        on=("insert", "delete"),
    ),
    Table(
        "crm_deal",
        ("is_won",),
        f"""SELECT u.asset_id FROM changed c JOIN library_usage u ON u.deal_id = c.id
            WHERE u.action IN ({_USED})""",
        on=("update",),
    ),
)


def documents(ids: Sequence[int]) -> Iterator[Document]:
    pages, stated, collections = _pages(ids), _facets(ids), _collections(ids)
    files, verdicts, won = _files(ids), _verdicts(ids), won_deals(ids)
    for asset in Asset.objects.filter(pk__in=ids):
        own = stated.get(asset.pk, {})
        uses, verdict = verdicts.get(asset.pk, (0, ""))
        yield Document(
            key=asset.pk,
            title=asset.title,
            summary=asset.summary,
            parts=pages.get(asset.pk, ()),
            names=[
                *_words(asset.path, *files.get(asset.pk, ())),
                *(facets.label(facet, value) for facet in NAMED for value in own.get(facet.value, ())),
                *(name for _, name, is_restricted in collections.get(asset.pk, ()) if not is_restricted),
            ],
            language=asset.language,
            terms={
                **own,
                Facet.FORMAT.value: [asset.format],
                Facet.LANGUAGE.value: own.get(Facet.LANGUAGE.value) or ([asset.language] if asset.language else []),
                "status": [asset.status],
                "verdict": [verdict] if verdict else [],
                "owner": [str(asset.owner_id)] if asset.owner_id else [],
                "collection": [str(pk) for pk, _, _ in collections.get(asset.pk, ())],
            },
            numbers={
                "updated": _seconds(asset.updated_at),
                "created": _seconds(asset.created_at),
                "uses": uses,
                "won": won.get(asset.pk, 0),
            },
            groups=asset.groups,
            valid_from=asset.valid_from.toordinal() if asset.valid_from else ALWAYS,
            valid_until=_valid_until(asset),
        )


def _valid_until(asset: Asset) -> int:
    """What is not active is valid on no day, so that nothing of it is told: not even a word that it alone holds."""
    if asset.status != Asset.Status.ACTIVE:
        return ALWAYS
    return asset.verified_until.toordinal() if asset.verified_until else FOREVER


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _words(*paths: str) -> list[str]:
    """Folder and file names as words: `02_Decks/core-banking.pdf` is found by `banking`."""
    return [words for path in dict.fromkeys(paths) if (words := _SEPARATORS.sub(" ", path).strip())]


def _pages(ids: Sequence[int]) -> Mapping[int, Sequence[Part]]:
    rows = AssetPage.objects.filter(version__asset__in=ids, version__is_current=True).order_by("number")
    found: dict[int, list[Part]] = defaultdict(list)
    for asset, number, text in rows.values_list("version__asset_id", "number", "text"):
        found[asset].append(Part(number, text))
    return found


def _facets(ids: Sequence[int]) -> Mapping[int, Mapping[str, list[str]]]:
    rows = AssetFacet.objects.filter(asset__in=ids).exclude(state=AssetFacet.State.REJECTED).order_by("value")
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for asset, facet, value in rows.values_list("asset_id", "facet", "value"):
        found[asset][facet].append(value)
    return {asset: dict(values) for asset, values in found.items()}


def _collections(ids: Sequence[int]) -> Mapping[int, Sequence[tuple[int, str, bool]]]:
    rows = CollectionItem.objects.filter(asset__in=ids, collection__archived_at__isnull=True).order_by("collection")
    found: dict[int, list[tuple[int, str, bool]]] = defaultdict(list)
    for asset, pk, name, is_restricted in rows.values_list(
        "asset_id", "collection_id", "collection__name", "collection__is_restricted"
    ):
        found[asset].append((pk, name, is_restricted))
    return found


def _files(ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """The names of all files of each asset: its versions, newest first, and the same in other formats."""
    versions = AssetVersion.objects.filter(asset__in=ids).order_by("-number").values_list("asset_id", "filename")
    renditions = AssetRendition.objects.filter(version__asset__in=ids).order_by("-pk")
    found: dict[int, list[str]] = defaultdict(list)
    for asset, name in [*versions, *renditions.values_list("version__asset_id", "filename")]:
        if name not in found[asset] and len(found[asset]) < MOST_FILES:
            found[asset].append(name)
    return found


def _verdicts(ids: Sequence[int]) -> Mapping[int, tuple[int, str]]:
    """Uses and verdict under the organisation's settings."""
    organisation = Organisation.current()
    rows = AssetVerdict.objects.filter(
        asset__in=ids, window=organisation.truth_window_days, k=organisation.truth_min_impressions
    )
    return {asset: (uses, verdict) for asset, uses, verdict in rows.values_list("asset_id", "uses", "verdict")}


def won_deals(ids: Sequence[int]) -> Mapping[int, int]:
    """How many won deals each asset was used in."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT u.asset_id, count(DISTINCT d.id) FROM library_usage u
            JOIN crm_deal d ON d.id = u.deal_id AND d.is_won
            WHERE u.asset_id = ANY(%s) AND u.action IN ({_USED}) GROUP BY 1
            """,
            [list(ids)],
        )
        return dict(cursor.fetchall())


def every(after: int, size: int) -> list[int]:
    return list(Asset.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:size])


def groups(person: Person) -> Sequence[str] | None:
    return groups_of(person) if person.may_sign_in else []


def show(ids: Sequence[int], person: Person) -> dict[int, Shown]:
    base = reverse("library:list")
    return {asset.pk: _shown(asset, base) for asset in Asset.objects.visible_to(person).filter(pk__in=ids)}


def _shown(asset: Asset, base: str) -> Shown:
    url = f"{base}{asset.slug}/"
    return Shown(title=asset.title, line=line(asset), url=url, thumbnail=f"{url}thumbnail/" if asset.thumbnail else "")


def line(asset: Asset) -> str:
    """What an asset is, in a few words: `PDF · 12 pages · German`."""
    pages = f"{asset.page_count:,} page{'' if asset.page_count == 1 else 's'}" if asset.page_count else ""
    language = facets.label(Facet.LANGUAGE, asset.language) if asset.language else ""
    parts: Iterable[str] = (facets.label(Facet.FORMAT, asset.format), pages, language)
    return " · ".join(filter(None, parts))


KIND = kinds.register(
    Kind(
        name="asset",
        label="Asset",
        plural="Assets",
        icon="books",
        capability="see_library",
        tables=TABLES,
        read=documents,
        every=every,
        count=Asset.objects.count,
        groups_of=groups,
        show=show,
        has_meaning=True,
        edition=3,
        batch=200,
    )
)
