"""Collections: finding them, making one, changing what it says and holds, and taking changes back."""

from typing import Literal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sameside.kit import paging
from sameside.kit.paging import Order
from sameside.kit.tables import csv_lines
from sameside.library.browsing import arranged, chosen, collection_pages, collections, forms
from sameside.library.browsing.collections import NotPossible
from sameside.library.models import Asset, Collection, CollectionItem
from sameside.library.usage import recorder
from sameside.library.views import is_looked_at, person_of
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import may

UNDO = "library.collection.undo"
SIZE = 24
ORDERS = {"changed": Order("updated_at", descending=True), "name": Order("name")}


def _collection(request: HttpRequest, slug: str) -> Collection:
    found = collection_pages.called(person_of(request), slug)
    if found is None:
        raise Http404
    return found


def _item(request: HttpRequest, slug: str, item_id: int) -> CollectionItem:
    """An item that the person sees: one whose asset they may not find is not there for them."""
    visible = Asset.objects.visible_to(person_of(request)).values("pk")
    items = CollectionItem.objects.select_related("collection", "asset").filter(asset__in=visible)
    return get_object_or_404(items, pk=item_id, collection=_collection(request, slug))


@may("see_library")
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """GET library/collections/: all of them. POST: a new one, with the assets that were chosen."""
    if request.method == "POST":
        return _create(request)
    person, query = person_of(request), request.GET
    words, mine, archived = query.get("q", "").strip()[:100], query.get("mine") == "1", query.get("archived") == "1"
    rows = collection_pages.listed(person, words=words.replace("\x00", ""), mine=mine, archived=archived)
    sort = query.get("sort", "")
    page = paging.page(
        rows,
        ORDERS.get(sort, ORDERS["changed"]),
        after=query.get("after", ""),
        before=query.get("before", ""),
        size=SIZE,
    )
    base = query.copy()
    for key in ("after", "before"):
        base.pop(key, None)
    joined = f"?{base.urlencode()}&" if base else "?"
    context = {
        "covers": collection_pages.covers(page.rows, person),
        "listing": {
            "next": f"{joined}after={page.next}" if page.next else "",
            "previous": f"{joined}before={page.previous}" if page.previous else "",
        },
        "words": words,
        "mine": mine,
        "archived": archived,
        "sort": sort,
        "may_make": policies.can(person, "make_collections"),
        "tab": "collections",
    }
    return render(request, "library/browsing/collections.html", context)


def _create(request: HttpRequest) -> HttpResponse:
    person, now = person_of(request), timezone.now()
    policies.check(person, "make_collections")
    assets = chosen.assets(request.POST, person)
    try:
        made = collections.create(request.POST.get("name", ""), by=person, at=now)
        collections.add(made, assets, by=person, at=now)
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect(chosen.back(request, reverse("library:collections")))
    messages.success(request, _added(made, len(assets)) if assets else f"“{made.name}” is there. Put content into it.")
    return redirect("library:collection", made.slug)


def _added(collection: Collection, number: int) -> str:
    return f"{number:,} asset{'' if number == 1 else 's'} added to “{collection.name}”."


@may("see_library")
@require_http_methods(["GET", "HEAD", "POST"])
def collection(request: HttpRequest, slug: str) -> HttpResponseBase:
    """GET: one collection. POST: what it says of itself, or with `export=csv` its list as a file."""
    person, found = person_of(request), _collection(request, slug)
    if request.method == "POST":
        return _export(request, found) if request.POST.get("export") == "csv" else _describe(request, found)
    return _page(request, found, person, forms.CollectionForm.of(found))


def _page(
    request: HttpRequest, found: Collection, person: Person, form: forms.CollectionForm, status: int = 200
) -> HttpResponse:
    page = collection_pages.build(found, person, today=timezone.localdate())
    if is_looked_at(request):
        recorder.impressions(person, [item.tile.pk for item in page.items])
    context = {
        "page": page,
        "items_html": arranged.rows(page.items, page.url, token=get_token(request) if page.may_change_items else ""),
        "form": form,
        "share_url": request.build_absolute_uri(page.url),
        "undo": request.session.get(UNDO) if request.session.get(UNDO, {}).get("collection") == found.pk else None,
        "tab": "collections",
    }
    return render(request, "library/browsing/collection.html", context, status=status)


def _describe(request: HttpRequest, found: Collection) -> HttpResponse:
    person = person_of(request)
    collections.check_can_change(person, found)
    form = forms.CollectionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, person, form, status=422)
    given = form.cleaned_data
    collections.describe(
        found,
        name=given["name"],
        description=given["description"],
        owner=given["owner"],
        verified_until=given["verified_until"],
        by=person,
        at=timezone.now(),
    )
    messages.success(request, "Saved.")
    return redirect("library:collection", found.slug)


def _export(request: HttpRequest, found: Collection) -> HttpResponseBase:
    person, now = person_of(request), timezone.now()
    policies.check(person, "export")
    audit.record("export", by=person, at=now, subject="collection", details={"collection": found.pk})
    return StreamingHttpResponse(
        csv_lines(collection_pages.EXPORTED, collection_pages.exported(found, person)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{found.slug[:80]}-{now:%Y-%m-%d}.csv"'},
    )


@may("make_collections")
@require_GET
def choice(request: HttpRequest) -> HttpResponse:
    """GET library/collections/choice/?asset=1&asset=2: which collection shall the chosen assets go into?"""
    person = person_of(request)
    assets = chosen.assets(request.GET, person)
    context = {
        "assets": assets,
        "choices": collection_pages.to_add_to(person, assets),
        "back_path": chosen.back_path(request, reverse("library:list")),
        "tab": "collections",
    }
    whole = not request.headers.get("HX-Request")
    return render(request, f"library/browsing/choice.html{'' if whole else '#choice'}", context)


@may("make_collections")
@require_POST
def items(request: HttpRequest, slug: str) -> HttpResponse:
    """POST library/collections/<slug>/items/: the chosen assets go to its end."""
    person, found = person_of(request), _collection(request, slug)
    assets = chosen.assets(request.POST, person)
    try:
        fresh = collections.add(found, assets, by=person, at=timezone.now())
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        if fresh:
            messages.success(request, _added(found, len(fresh)))
        else:
            messages.info(request, f"Nothing was added: “{found.name}” holds all of it already.")
    return redirect(chosen.back(request, reverse("library:collection", args=[found.slug])))


@may("make_collections")
@require_POST
def removal(request: HttpRequest, slug: str, item_id: int) -> HttpResponse:
    """POST library/collections/<slug>/items/<id>/removal/: out of the collection, with Undo."""
    item = _item(request, slug, item_id)
    undo = {
        "collection": item.collection_id,
        "asset": item.asset_id,
        "position": item.position,
        "note": item.note,
        "title": item.asset.title,
    }
    collections.remove(item, by=person_of(request), at=timezone.now())
    request.session[UNDO] = undo
    return redirect("library:collection", slug)


@may("make_collections")
@require_POST
def removal_undo(request: HttpRequest, slug: str) -> HttpResponse:
    """POST library/collections/<slug>/undo/: the asset taken out last stands where it stood."""
    found, person = _collection(request, slug), person_of(request)
    last = request.session.get(UNDO)
    if not last or last["collection"] != found.pk:
        messages.warning(request, "There is nothing to take back.")
        return redirect("library:collection", slug)
    asset = get_object_or_404(Asset.objects.permitted_to(person), pk=last["asset"])
    collections.put_back(found, asset, position=last["position"], note=last["note"], by=person, at=timezone.now())
    del request.session[UNDO]
    messages.success(request, f"“{asset.title}” is back where it stood.")
    return redirect("library:collection", slug)


@may("make_collections")
@require_POST
def place(request: HttpRequest, slug: str, item_id: int) -> HttpResponse:
    """POST library/collections/<slug>/items/<id>/place/: `to` is `up`, `down` or a place among those shown, from 0."""
    item, person = _item(request, slug, item_id), person_of(request)
    to = request.POST.get("to", "")
    if to not in ("up", "down") and not (to.isascii() and to.isdecimal() and len(to) < 5):
        return HttpResponse("A place is up, down or a number.", status=400)
    shown = collection_pages.shown_ids(item.collection, person)
    where: Literal["up", "down"] | int = "up" if to == "up" else "down" if to == "down" else int(to)
    collections.move(item, where, shown, by=person, at=timezone.now())
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect(f"{reverse('library:collection', args=[slug])}#item-{item.pk}")


@may("make_collections")
@require_POST
def note(request: HttpRequest, slug: str, item_id: int) -> HttpResponse:
    """POST library/collections/<slug>/items/<id>/note/: why it is in here."""
    item = _item(request, slug, item_id)
    collections.note(item, request.POST.get("note", ""), by=person_of(request), at=timezone.now())
    return redirect(f"{reverse('library:collection', args=[slug])}#item-{item.pk}")


@may("make_collections")
@require_http_methods(["POST", "DELETE"])
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """POST library/collections/<slug>/archive/: out of the lists; with `remove=1`, back into them."""
    found, person = _collection(request, slug), person_of(request)
    if request.method == "DELETE" or request.POST.get("remove"):
        collections.restore(found, by=person, at=timezone.now())
        messages.success(request, f"“{found.name}” is back.")
    else:
        collections.archive(found, by=person, at=timezone.now())
    return redirect("library:collection", slug)
