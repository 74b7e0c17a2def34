"""One asset as its page shows it: the document itself, what it is for, what it did, and the truth about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from sameside.crm.models import Deal
from sameside.kit import snapshots
from sameside.library import facets, kinship_page, outcomes, report, truth
from sameside.library.kinship_page import Kin
from sameside.library.models import Asset, AssetFacet, AssetPage, AssetVerdict, AssetVersion, Facet, Verdict
from sameside.library.outcomes import Outcomes, Use, User
from sameside.library.shelf import TONES
from sameside.people.models import Person
from sameside.ui import formats
from sameside.ui.cells import Badge
from sameside.ui.lists import Choice

MOST_PAGES = 1_000
MOST_DEALS = 50


@dataclass(frozen=True)
class Leaf:
    number: int
    url: str
    thumbnail: str
    is_current: bool


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
    leaves: Sequence[Leaf]


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


@dataclass(frozen=True)
class Truth:
    badge: Badge
    reason: str
    window: int
    k: int
    shown: int
    opened: int
    used: int
    open_deals: int
    url: str


@dataclass(frozen=True)
class AssetView:
    asset: Asset
    url: str
    facts: str
    groups: Sequence[FacetGroup]
    proposals: int
    versions: Sequence[AssetVersion]
    current: AssetVersion | None
    size: str
    truth: Truth | None
    users: Sequence[User]
    uses: Sequence[Use]
    outcomes: Outcomes
    deals: Sequence[Choice]
    kin: Kin


def build(asset: Asset, person: Person) -> AssetView:
    versions = list(asset.versions.select_related("created_by")[:50])
    current = next((version for version in versions if version.is_current), None)
    url = reverse("library:asset", args=[asset.slug])
    groups = _groups(asset, url)
    snapshot = snapshots.read("content", report.read({}))
    data: Mapping[str, Any] = snapshot.data if snapshot else {}
    return AssetView(
        asset=asset,
        url=url,
        facts=_facts(asset),
        groups=groups,
        proposals=sum(tag.state == AssetFacet.State.PROPOSED for group in groups for tag in group.tags),
        versions=versions,
        current=current,
        size=formats.size(current.bytes) if current else "",
        truth=_truth(asset, data),
        users=outcomes.users(asset),
        uses=outcomes.last_uses(asset, person),
        outcomes=outcomes.outcomes(asset, data.get("conversations", {})),
        deals=deals_of(person),
        kin=kinship_page.build(asset, versions, person),
    )


def _facts(asset: Asset) -> str:
    parts = [facets.label(Facet.FORMAT, asset.format)]
    if asset.page_count:
        parts.append(truth.count(asset.page_count, "page"))
    if asset.language:
        parts.append(facets.label(Facet.LANGUAGE, asset.language))
    parts.append(f"updated {formats.date(asset.updated_at)}")
    return " · ".join(parts)


def preview(asset: Asset, asked: str) -> Preview | None:
    """The page of the current version that is `asked` for in the address; the first one when there is no such page."""
    url = reverse("library:asset", args=[asset.slug])
    pages = AssetPage.objects.filter(version__asset=asset, version__is_current=True).order_by("number")
    rows = list(pages.values_list("number", "image", "thumbnail")[:MOST_PAGES])
    if not rows:
        return None
    numbers = [number for number, _, _ in rows]
    wanted = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else numbers[0]
    number = wanted if wanted in numbers else numbers[0]
    shown = pages.get(number=number)
    place = numbers.index(number)
    return Preview(
        number=number,
        pages=len(numbers),
        image=f"{url}pages/{number}/image/" if shown.image else "",
        width=shown.width,
        height=shown.height,
        text=shown.text,
        previous=f"{url}?page={numbers[place - 1]}" if place else "",
        next=f"{url}?page={numbers[place + 1]}" if place + 1 < len(numbers) else "",
        leaves=[
            Leaf(one, f"{url}?page={one}", f"{url}pages/{one}/thumbnail/" if small or image else "", one == number)
            for one, image, small in rows
        ],
    )


def _groups(asset: Asset, url: str) -> list[FacetGroup]:
    rows = asset.facets.exclude(state=AssetFacet.State.REJECTED).select_related("decided_by").order_by("value")
    by_facet: dict[str, list[Tag]] = {}
    for row in rows:
        decided = f"Confirmed by {row.decided_by.name}" if row.decided_by else ""
        label = facets.label(row.facet, row.value)
        tag = Tag(row.pk, label, row.state, row.reason, decided, f"{url}facets/{row.pk}/")
        by_facet.setdefault(row.facet, []).append(tag)
    order = [facet.value for facet in facets.SHOWN]
    return [
        FacetGroup(str(Facet(facet).label), by_facet[facet])
        for facet in sorted(by_facet, key=lambda one: order.index(one) if one in order else len(order))
    ]


def _truth(asset: Asset, data: Mapping[str, Any]) -> Truth | None:
    """The verdict under the organisation's window and k; None before the first computation, and for a retired asset."""
    if not data:
        return None
    found = AssetVerdict.objects.filter(asset=asset, window=data["window"], k=data["k"]).first()
    if found is None:
        return None
    verdict = Verdict(found.verdict)
    return Truth(
        badge=Badge(str(verdict.label), TONES[verdict]),
        reason=found.reason,
        window=found.window,
        k=found.k,
        shown=found.impressions,
        opened=found.opens,
        used=found.uses,
        open_deals=found.open_deals,
        url=reverse("library:truth_list", args=[verdict.value]),
    )


def deals_of(person: Person) -> list[Choice]:
    """Open deals to name when recording a use: the person's own first, then their team's, soonest close first."""
    visible = Deal.objects.visible_to(person).filter(is_closed=False, deleted_in_source=False)
    mine = list(visible.filter(owner=person).order_by("close_on", "pk").values_list("pk", "name")[:MOST_DEALS])
    room = MOST_DEALS - len(mine)
    others: list[tuple[int, str]] = []
    if room and person.team_id:
        team = visible.filter(Q(owner__team_id=person.team_id) & ~Q(owner=person))
        others = list(team.order_by("close_on", "pk").values_list("pk", "name")[:room])
    return [Choice(str(pk), name) for pk, name in [*mine, *others]]
