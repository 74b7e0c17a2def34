"""The first screen of an asset: the document itself, page by page, and what it is for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from sameside.crm.findable import everybody
from sameside.crm.models import Deal
from sameside.kit.prepared import VALUE, PreparedValues, place
from sameside.library import facets
from sameside.library.models import Asset, AssetFacet, Facet
from sameside.people.models import Person
from sameside.ui.lists import Choice

MOST_PAGES = 1_000
MOST_DEALS = 50


@dataclass(frozen=True)
class Preview:
    """The page in view: its picture when it was drawn, and its text always (for reading aloud and copying)."""

    number: int
    pages: int
    image: str
    width: int
    height: int
    text: str
    previous: str
    next: str
    leaves: SafeString


@dataclass(frozen=True)
class Tag:
    pk: int
    label: str
    state: str
    reason: str
    decided: str
    url: str


@dataclass(frozen=True)
class FacetGroup:
    label: str
    tags: Sequence[Tag]


def preview(asset: Asset, asked: str) -> Preview | None:
    """The page of the current version that is `asked` for in the address; the first one when there is no such page."""
    wanted = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else -1
    rows = _pages(asset, wanted)
    if not rows:
        return None
    places = [place for place, row in enumerate(rows) if row[3] is not None]
    if not places:
        return preview(asset, str(rows[0][0]))
    place = places[0]
    number, has_image, _, text, width, height = rows[place]
    url = reverse("library:asset", args=[asset.slug])
    return Preview(
        number=number,
        pages=len(rows),
        image=f"{url}pages/{number}/image/" if has_image else "",
        width=width,
        height=height,
        text=text or "",
        previous=f"{url}?page={rows[place - 1][0]}" if place else "",
        next=f"{url}?page={rows[place + 1][0]}" if place + 1 < len(rows) else "",
        leaves=_leaves(url, rows, number),
    )


def _pages(asset: Asset, wanted: int) -> list[tuple[int, bool, bool, str | None, int, int]]:
    """(number, has an image, has a thumbnail, text of the one that is `wanted`, width, height), in order.

    Without that page, or for -1, the first one stands in for it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.number, p.image <> '', p.image <> '' OR p.thumbnail <> '',
                CASE WHEN p.number = %(wanted)s OR (%(wanted)s < 0 AND row_number() OVER (ORDER BY p.number) = 1)
                    THEN p.text END,
                p.width, p.height
            FROM library_assetpage p JOIN library_assetversion v ON v.id = p.version_id
            WHERE v.asset_id = %(asset)s AND v.is_current ORDER BY p.number LIMIT %(most)s
            """,
            {"asset": asset.pk, "wanted": wanted, "most": MOST_PAGES},
        )
        rows: list[tuple[int, bool, bool, str | None, int, int]] = cursor.fetchall()
    return rows


def _leaves(url: str, rows: Sequence[tuple[int, bool, bool, str | None, int, int]], here: int) -> SafeString:
    """A small picture of every page to turn to; joined by hand, for a document has hundreds.

    The address is made of a slug and numbers: nothing in it needs escaping.
    """
    parts = []
    for number, _, drawn, *_ in rows:
        current = ' aria-current="page"' if number == here else ""
        small = f'<img src="{url}pages/{number}/thumbnail/" alt="" loading="lazy" decoding="async">' if drawn else ""
        said = f'{current} aria-label="Page {number}"'
        parts.append(f'<li><a href="{url}?page={number}"{said}>{small}<span>{number}</span></a></li>')
    return mark_safe("".join(parts))  # noqa: S308


def groups(asset: Asset) -> list[FacetGroup]:
    """What it is for, in the order in which the library shows facets."""
    url = reverse("library:asset", args=[asset.slug])
    by_facet: dict[str, list[Tag]] = {}
    for pk, facet, value, state, reason, decided in _stated()(asset.pk):
        by = f"Confirmed by {decided}" if decided else ""
        tag = Tag(pk, facets.label(facet, value), state, reason, by, f"{url}facets/{pk}/")
        by_facet.setdefault(facet, []).append(tag)
    order = [facet.value for facet in facets.SHOWN]
    return [
        FacetGroup(str(Facet(facet).label), by_facet[facet])
        for facet in sorted(by_facet, key=lambda one: order.index(one) if one in order else len(order))
    ]


@lru_cache(maxsize=1)
def _stated() -> PreparedValues:
    rows = AssetFacet.objects.filter(asset=VALUE).exclude(state=AssetFacet.State.REJECTED).order_by("value")
    return PreparedValues(rows.values_list("pk", "facet", "value", "state", "reason", "decided_by__name"))


def proposed(found: Sequence[FacetGroup]) -> int:
    return sum(tag.state == AssetFacet.State.PROPOSED for group in found for tag in group.tags)


def deals_of(person: Person) -> list[Choice]:
    """Open deals to name when recording a use: the person's own first, then their team's, soonest close first."""
    if everybody(person) is not None:
        return []
    rows = _open_deals(in_team=person.team_id is not None)(person=person.pk, team=person.team_id)
    return [Choice(str(pk), name) for pk, name, _ in rows]


@lru_cache(maxsize=2)
def _open_deals(*, in_team: bool) -> PreparedValues:
    """Whoever sees deals at all sees their own and their team's."""
    theirs = Q(pk=place("person")) | Q(team_id=place("team")) if in_team else Q(pk=place("person"))
    rows = (
        Deal.objects.filter(
            is_closed=False, deleted_in_source=False, owner__in=Person.objects.filter(theirs).values("pk")
        )
        .annotate(own=ExpressionWrapper(Q(owner=place("person")), BooleanField()))
        .order_by("-own", "close_on", "pk")
    )
    return PreparedValues(rows.values_list("pk", "name", "own")[:MOST_DEALS])
