"""What one has at hand: favourites, recently opened, new, for my team; and the quick look at an asset.

A quick look counts as shown. It counts as opened when a page is turned in it, or when it stays open for
`LOOKED_SECONDS`: then somebody read, as on the asset's own page.
"""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from sameside.library.browsing import chosen, favourites, look, pages
from sameside.library.browsing.pages import Page
from sameside.library.models import Asset, Usage
from sameside.library.usage import recorder
from sameside.library.views import is_looked_at, person_of
from sameside.people import policies
from sameside.people.models import Person
from sameside.people.policies import may

LOOKED_SECONDS = 5


def _asset(request: HttpRequest, slug: str) -> Asset:
    return get_object_or_404(Asset.objects.visible_to(person_of(request)), slug=slug)


def _answer(request: HttpRequest, page: Page, tab: str) -> HttpResponse:
    if is_looked_at(request):
        recorder.impressions(person_of(request), page.shown)
    return render(request, "library/browsing/cards.html", {"page": page, "tab": tab})


def _moment(request: HttpRequest) -> tuple[Person, datetime, str]:
    return person_of(request), timezone.now(), request.GET.get("after", "")


@may("see_library")
@require_GET
def starred(request: HttpRequest) -> HttpResponse:
    """GET library/favourites/"""
    person, _, after = _moment(request)
    return _answer(request, pages.starred(person, after=after), "favourites")


@may("see_library")
@require_GET
def recent(request: HttpRequest) -> HttpResponse:
    """GET library/recent/: what one opened."""
    person, now, _ = _moment(request)
    return _answer(request, pages.opened(person, at=now), "recent")


@may("see_library")
@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """GET library/new/?days=30"""
    person, now, after = _moment(request)
    return _answer(request, pages.new(person, days=request.GET.get("days", ""), after=after, at=now), "new")


@may("see_library")
@require_GET
def team(request: HttpRequest) -> HttpResponse:
    """GET library/team/: what was opened to one's team or role in particular, and what the team uses."""
    person, now, _ = _moment(request)
    return _answer(request, pages.for_team(person, at=now), "team")


@may("see_library")
@require_http_methods(["POST", "DELETE"])
def favourite(request: HttpRequest, slug: str) -> HttpResponse:
    """POST library/<slug>/favourite/: give it a star. DELETE, or POST with `remove=1`: take the star away."""
    found, person = _asset(request, slug), person_of(request)
    if request.method == "DELETE" or request.POST.get("remove"):
        favourites.remove(found, by=person)
    else:
        favourites.add(found, by=person, at=timezone.now())
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect(chosen.back(request, reverse("library:asset", args=[slug])))


@may("see_library")
@require_http_methods(["GET", "HEAD", "POST"])
def quick_look(request: HttpRequest, slug: str) -> HttpResponse:
    """GET library/<slug>/look/?page=3: the pages and what matters of it. POST: it was looked at for long."""
    found, person = _asset(request, slug), person_of(request)
    if request.method == "POST":
        recorder.action(person, found.pk, Usage.Action.OPEN)
        return HttpResponse(status=204)
    if is_looked_at(request):
        if request.GET.get("turned"):
            recorder.action(person, found.pk, Usage.Action.OPEN)
        else:
            recorder.impressions(person, [found.pk])
    shown = look.build(found, request.GET.get("page", ""), person)
    may_use = policies.can(person, "use_content")
    context = {"look": shown, "may_use": may_use, "seconds": LOOKED_SECONDS, "tab": ""}
    whole = not request.headers.get("HX-Request")
    return render(request, f"library/browsing/look.html{'' if whole else '#look'}", context)
