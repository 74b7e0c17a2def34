"""What a card says of an asset beside what the asset itself knows; one query for all the cards of a page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from sameside.library import context, facets
from sameside.library.context import Context
from sameside.library.facets import Narrowing
from sameside.library.models import Asset, Facet
from sameside.library.searching import Hit
from sameside.people.models import Person
from sameside.people.roles import Role

TAGS = (Facet.CONVERSATION.value, Facet.VERTICAL.value)
"""What an asset helps with."""
_FACTS = """
    SELECT shown.asset,
        ARRAY(
            SELECT ARRAY[f.facet, f.value] FROM library_assetfacet f
            WHERE f.asset_id = shown.asset AND f.facet = ANY(%(facets)s) AND f.state <> 'rejected'
            ORDER BY f.facet, f.value
        ),
        EXISTS (SELECT FROM library_favourite s WHERE s.asset_id = shown.asset AND s.person_id = %(person)s),
        EXISTS (SELECT FROM library_pin p WHERE p.asset_id = shown.asset),
        EXISTS (
            SELECT FROM library_assetversion v JOIN library_assetpage p ON p.version_id = v.id
            WHERE v.asset_id = shown.asset AND v.is_current AND p.number = shown.page
                AND (p.image <> '' OR p.thumbnail <> '')
        ),
        t.verdict, t.reason, t.uses, t.impressions
    FROM unnest(%(assets)s::bigint[], %(pages)s::int[]) AS shown (asset, page)
    LEFT JOIN library_assetverdict t
        ON t.asset_id = shown.asset AND t."window" = %(window)s AND t.k = %(k)s AND %(judged)s
"""


@dataclass(frozen=True)
class Judged:
    """The truth about an asset under the organisation's settings."""

    verdict: str
    reason: str
    uses: int
    impressions: int


@dataclass(frozen=True)
class CardFacts:
    """`has`: values by facet, of those asked for. `is_drawn`: there is a picture of the page that matched."""

    has: Mapping[str, Sequence[str]] = field(default_factory=dict)
    favourite: bool = False
    pinned: bool = False
    is_drawn: bool = False
    judged: Judged | None = None

    @property
    def tags(self) -> list[str]:
        """What it helps with, in words: its conversations, then its verticals."""
        return [facets.label(facet, value) for facet in TAGS for value in self.has.get(facet, ())]


NOTHING = CardFacts()


def of(
    assets: Iterable[Asset],
    person: Person,
    narrowing: Narrowing,
    hits: Mapping[int, Hit] | None = None,
    also: Iterable[str] = (),
) -> dict[int, CardFacts]:
    """By asset, with the facets of `TAGS` and those in `also`, and the favourites of `person`.

    How much is used, and what sells, is nobody's business outside the company: a partner is not told.
    """
    keys = [asset.pk for asset in assets]
    if not keys:
        return {}
    pages = [hits[key].page if hits and key in hits else 0 for key in keys]
    asked: dict[str, Any] = {
        "assets": keys,
        "pages": pages,
        "facets": list({*TAGS, *also}),
        "person": person.pk,
        "window": narrowing.window,
        "k": narrowing.k,
        "judged": person.role != Role.PARTNER,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, asked)
        return {
            asset: CardFacts(_by_facet(pairs), favourite, pinned, is_drawn, Judged(*judged) if judged[0] else None)
            for asset, pairs, favourite, pinned, is_drawn, *judged in cursor
        }


def _by_facet(pairs: Iterable[Sequence[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for facet, value in pairs:
        found.setdefault(facet, []).append(value)
    return found


def why(asset: Asset, known: Mapping[int, CardFacts], about: Context) -> str:
    """Why `asset` fits the deal or lead that is searched from, in words."""
    if not about.facets:
        return ""
    has = dict(known[asset.pk].has) if asset.pk in known else {}
    if asset.language:
        has[Facet.LANGUAGE.value] = [*has.get(Facet.LANGUAGE.value, ()), asset.language]
    return context.why(about, has)


def fits(asset: Asset, known: Mapping[int, CardFacts], about: Context) -> bool:
    """Whether `asset` is made for something of the deal or lead that is searched from, beyond its language."""
    has = known[asset.pk].has if asset.pk in known else {}
    return any(
        set(values) & set(has.get(facet, ())) for facet, values in about.facets.items() if facet != Facet.LANGUAGE
    )
