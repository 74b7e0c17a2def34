"""The pages on which those who edit the library decide who may open an asset or a collection."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sameside.library import access, access_page
from sameside.library.access import Thing
from sameside.library.models import Asset, Collection
from sameside.people.policies import Refused, may, reader
from sameside.ui.lists import respond

UNDO = "library.access.undo"
MOST_GROUPS = 500


@may("manage_access")
def overview(request: HttpRequest) -> HttpResponseBase:
    """Every asset with who may open it, and what one role, team or partner finds. POST with `export=csv`: a file."""
    found = Asset.objects.visible_to(reader(request)).current()
    return respond(request, found, access_page.spec(), "library/access/list.html")


@may("manage_access")
@require_http_methods(["GET", "HEAD", "POST"])
def asset(request: HttpRequest, slug: str) -> HttpResponse:
    """library/<slug>/access/. POST: `restricted` and each `group` that may open it."""
    found = get_object_or_404(Asset.objects.permitted_to(reader(request)), slug=slug)
    return _page(request, found)


@may("manage_access")
@require_http_methods(["GET", "HEAD", "POST"])
def collection(request: HttpRequest, slug: str) -> HttpResponse:
    """library/collections/<slug>/access/, likewise for all assets in a collection."""
    return _page(request, get_object_or_404(Collection.objects.visible_to(reader(request)), slug=slug))


def _page(request: HttpRequest, thing: Thing) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        try:
            return _change(request, thing)
        except Refused as refusal:
            problem = str(refusal)
    names = access_page.Names.read()
    undo = request.session.get(UNDO) if "changed" in request.GET else None
    context = {
        "thing": thing,
        "is_collection": isinstance(thing, Collection),
        "panel": access_page.panel(thing, reader(request)),
        "options": access_page.options(thing, names),
        "viewers": access_page.viewers(thing, names),
        "changes": access_page.changes(thing, names),
        "held": thing.items.count() if isinstance(thing, Collection) else 0,
        "problem": problem,
        "undo": undo if undo and undo["thing"] == access_page.address(thing) else None,
    }
    return render(request, "library/access/page.html", context, status=422 if problem else 200)


def _change(request: HttpRequest, thing: Thing) -> HttpResponse:
    url = access_page.address(thing)
    before = {"thing": url, "restricted": thing.is_restricted, "groups": access.granted_to(thing)}
    changed = access.change(
        thing,
        is_restricted=request.POST.get("restricted") == "yes",
        groups=set(request.POST.getlist("group")[:MOST_GROUPS]),
        by=reader(request),
        at=timezone.now(),
    )
    if not changed:
        return redirect(url)
    request.session[UNDO] = before
    return redirect(f"{url}?changed=1")
