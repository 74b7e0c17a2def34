"""The tabs of an asset's page besides its pages: its versions, what it did, who may see it and what was decided of it.

Play and findability are tabs too; their views stand with the rest of what they are about.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from sameside.library import access_page, asset_evidence, asset_head, kinship_page, old_links, renaming
from sameside.library.browsing import collection_pages
from sameside.library.models import Asset, called
from sameside.library.refusals import NotPossible
from sameside.library.upkeep import panel
from sameside.people.policies import may, reader


def _asset(request: HttpRequest, slug: str, *related: str) -> Asset:
    found = called(reader(request), slug, *related)
    if found is None or found.continued_by_id:
        raise Http404
    return found


@may("edit_library")
@require_POST
def title(request: HttpRequest, slug: str) -> HttpResponse:
    """POST library/<slug>/title/: it is called that from now on."""
    asset, person = _asset(request, slug), reader(request)
    back = reverse("library:asset", args=[slug])
    try:
        before = renaming.rename(asset, request.POST.get("title", "")[:1_000], by=person, at=timezone.now())
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    request.session[asset_head.RENAMED] = {"asset": asset.pk, "before": before}
    return redirect(f"{back}?renamed=1")


@may("see_versions")
@require_GET
@old_links.to_its_page
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """GET library/<slug>/versions/"""
    asset = _asset(request, slug, "web_source")
    context: dict[str, object] = {"kin": kinship_page.build(asset)}
    return asset_head.show(request, asset, asset_head.VERSIONS, "library/asset_versions.html", context)


@may("see_versions")
@require_GET
@old_links.to_its_page
def evidence(request: HttpRequest, slug: str) -> HttpResponse:
    """GET library/<slug>/evidence/"""
    asset = _asset(request, slug)
    context: dict[str, object] = {"evidence": asset_evidence.build(asset, reader(request))}
    return asset_head.show(request, asset, asset_head.EVIDENCE, "library/asset_evidence.html", context)


@may("see_versions")
@require_GET
@old_links.to_its_page
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """GET library/<slug>/history/: who may see it, in what it is kept, and what was decided of it."""
    asset, person = _asset(request, slug, "owner", "verified_by"), reader(request)
    context: dict[str, object] = {
        "upkeep": panel.build(asset, person, timezone.now()),
        "access": access_page.panel(asset, person),
        "collections": collection_pages.holding(asset, person),
    }
    return asset_head.show(request, asset, asset_head.HISTORY, "library/asset_history.html", context)
