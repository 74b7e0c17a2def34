"""The versions behind one link: what differs between two, and which one people get."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sameside.library import old_links, picture_jobs, pinning, version_page, views
from sameside.library.models import Asset, AssetPage, AssetVersion
from sameside.library.refusals import NotPossible
from sameside.people.policies import can, may, reader


def _version(request: HttpRequest, slug: str, number: int) -> AssetVersion:
    visible = Asset.objects.visible_to(reader(request)).filter(slug=slug)
    return get_object_or_404(AssetVersion.objects.select_related("asset"), asset__in=visible, number=number)


@may("see_versions")
@require_GET
@old_links.to_its_page
def differences(request: HttpRequest, slug: str, number: int, n: int) -> HttpResponse:
    """Version `number` beside version `n`, page by page."""
    newer, older = _version(request, slug, number), _version(request, slug, n)
    context = {
        "asset": newer.asset,
        "comparison": version_page.build(newer.asset, older, newer),
        "undrawn": [version for version in (older, newer) if version.drawn_at is None],
        "pin": pinning.pin_of(newer.asset),
        "may_edit": can(request.user, "edit_library"),
    }
    return render(request, "library/differences.html", context)


@may("see_versions")
@require_GET
def page_image(request: HttpRequest, slug: str, number: int, page_number: int) -> HttpResponseBase:
    """A page of any version that was drawn."""
    version = _version(request, slug, number)
    page = AssetPage.objects.filter(version=version, number=page_number).only("image").first()
    if page is None:
        raise Http404
    return views.picture(request, page.image)


@may("see_versions")
@require_http_methods(["GET", "POST"])
def pictures(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """POST library/<slug>/versions/<number>/pictures/: have them drawn; a GET says whether they are."""
    version = _version(request, slug, number)
    if version.drawn_at is not None:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if request.method == "GET":
        return HttpResponse(status=204)
    picture_jobs.ask_for_older(version)
    return render(request, "library/version_pictures.html", {"asset": version.asset, "version": version, "asked": True})


def _done(request: HttpRequest, slug: str, verb: Callable[[], str]) -> HttpResponse:
    try:
        said = verb()
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("library:asset_versions", slug)


def _reason(request: HttpRequest) -> str:
    return " ".join(request.POST.get("reason", "").replace("\x00", "").split())[:300]


@may("edit_library")
@require_POST
def rollback(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """POST library/<slug>/versions/<number>/rollback/: people get this version again."""
    version, person = _version(request, slug, number), reader(request)

    def bring_back() -> str:
        pinning.bring_back(version, by=person, at=timezone.now(), reason=_reason(request))
        return f"People get version {number} now. Any other is brought back the same way."

    return _done(request, slug, bring_back)


@may("edit_library")
@require_POST
def pin(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """POST library/<slug>/versions/<number>/pin/: people get this version, whatever comes in."""
    version, person = _version(request, slug, number), reader(request)

    def keep() -> str:
        pinning.pin(version, by=person, at=timezone.now(), reason=_reason(request))
        return f"Pinned at version {number}: newer ones wait behind it until the pin is taken out."

    return _done(request, slug, keep)


@may("edit_library")
@require_POST
def unpin(request: HttpRequest, slug: str) -> HttpResponse:
    """POST library/<slug>/pin/removal/: the newest version comes through."""
    asset = get_object_or_404(Asset.objects.visible_to(reader(request)), slug=slug)
    person = reader(request)

    def let_through() -> str:
        newest = pinning.unpin(asset, by=person, at=timezone.now())
        return f"The pin is out: people get version {newest.number}, the newest."

    return _done(request, slug, let_through)
