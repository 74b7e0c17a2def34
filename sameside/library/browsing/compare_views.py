"""Two versions, or two assets, side by side."""

from dataclasses import dataclass
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from sameside.kit.prepared import VALUE, Prepared
from sameside.library.browsing import chosen, comparison
from sameside.library.browsing.comparison import Leaf
from sameside.library.models import Asset, AssetPage, AssetVersion, Usage, called
from sameside.library.usage import recorder
from sameside.library.views import is_looked_at, person_of
from sameside.people import policies
from sameside.people.models import Person
from sameside.people.policies import may
from sameside.ui import formats
from sameside.ui.lists import Choice

MOST_VERSIONS = 50


@dataclass(frozen=True)
class Side:
    """`key` is how the address names it: the slug of an asset, and `.2` for its second version."""

    asset: Asset
    version: AssetVersion
    key: str
    url: str
    facts: str
    leaves: list[Leaf]
    versions: list[Choice]


@may("see_library")
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """GET library/compare/?a=plan&b=plan.2, or ?asset=1&asset=2 from what was ticked."""
    person, keys = person_of(request), [request.GET.get("a", ""), request.GET.get("b", "")]
    ticked = chosen.assets(request.GET, person)
    if len(ticked) >= 2 and not any(keys):
        keys = [ticked[0].slug, ticked[1].slug]
    sides = [_side(person, key) if key else None for key in keys]
    left, right = sides
    pairs = comparison.compare(left.leaves, right.leaves) if left and right else []
    if is_looked_at(request):
        for pk in {side.asset.pk for side in sides if side and left and right}:
            recorder.action(person, pk, Usage.Action.OPEN)
    longest = max((len(side.leaves) for side in sides if side), default=0)
    context = {
        "left": left,
        "right": right,
        "heads": [(left, "left"), (right, "right")],
        "pairs": pairs,
        "said": comparison.counted(pairs),
        "most": comparison.MOST_PAGES if longest > comparison.MOST_PAGES else 0,
        "undrawn": [
            (side.asset, side.version) for side in sides if side and side.versions and not side.version.drawn_at
        ],
        "swap": f"?a={keys[1]}&b={keys[0]}",
        "tab": "",
    }
    return render(request, "library/browsing/compare.html", context)


@lru_cache(maxsize=1)
def _versions() -> Prepared[AssetVersion]:
    rows = AssetVersion.objects.filter(asset=VALUE).only("number", "is_current", "created_at", "drawn_at")
    return Prepared(rows.order_by("-number")[:MOST_VERSIONS])


@lru_cache(maxsize=1)
def _pages() -> Prepared[AssetPage]:
    rows = AssetPage.objects.filter(version=VALUE).only("number", "text", "image", "width", "height")
    return Prepared(rows.order_by("number")[: comparison.MOST_PAGES + 1])


def _side(person: Person, key: str) -> Side:
    slug, _, number = key[:140].replace("\x00", "").partition(".")
    asset = called(person, slug)
    versions = _versions()(asset.pk) if asset else []
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else None
    version = next((one for one in versions if (one.number == wanted if wanted else one.is_current)), None)
    sees_versions = policies.can(person, "see_versions")
    if asset is None or version is None or not (version.is_current or sees_versions):
        raise Http404
    url = reverse("library:asset", args=[asset.slug])
    base = f"{url}pages/" if version.is_current else f"{url}versions/{version.number}/pages/"
    leaves = [
        Leaf(page.number, page.text, f"{base}{page.number}/image/" if page.image else "", page.width, page.height)
        for page in _pages()(version.pk)
    ]
    return Side(
        asset=asset,
        version=version,
        key=f"{asset.slug}.{version.number}",
        url=url,
        facts=f"Version {version.number}{', the current one' if version.is_current else ''} · "
        f"{formats.date(version.created_at)}",
        leaves=leaves,
        versions=[
            Choice(f"{asset.slug}.{one.number}", f"Version {one.number}{' (current)' if one.is_current else ''}")
            for one in versions
            if sees_versions
        ],
    )
