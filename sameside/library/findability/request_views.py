"""What is asked for and missing: everybody sees it, those who edit the library answer."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST

from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.library import facets, requests
from sameside.library.models import Asset, ContentRequest
from sameside.library.models.assets import WITHHELD
from sameside.library.views import person_of
from sameside.people.models import Person
from sameside.people.policies import Refused, can, may
from sameside.ui.cells import Badge, Two
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort, respond

TONES = {"open": "warn", "answered": "good", "declined": "neutral"}


def _context(one: ContentRequest) -> str:
    named = [facets.label(facet, str(value)) for facet, values in one.facets.items() for value in values]
    return ", ".join(named)


def _answer(one: ContentRequest, person: Person) -> SafeString | str:
    if one.asset and not one.asset.is_open_to(person):
        return WITHHELD
    if one.asset:
        return format_html('<a href="{}">{}</a>', reverse("library:asset", args=[one.asset.slug]), one.asset.title)
    return one.answer


def _row(one: ContentRequest, person: Person) -> dict[str, Any]:
    state = ContentRequest.State(one.state)
    return {
        "words": Two(one.words, " · ".join(filter(None, (_context(one), one.note)))),
        "state": Badge(str(state.label), TONES[state.value]),
        "who": one.asked_by.name if one.asked_by else "",
        "at": one.asked_at,
        "answer": _answer(one, person),
    }


def spec(person: Person) -> ListSpec:
    return ListSpec(
        name="content-requests",
        columns=[
            Column("words", "What is missing"),
            Column("state", "State"),
            Column("who", "Asked by"),
            Column("at", "Asked", "date"),
            Column("answer", "Answer"),
        ],
        row=lambda one: _row(one, person),
        filters=[
            Filter(
                "state",
                "State",
                lambda rows, value: rows.filter(state=value),
                choices=lambda _person: [Choice(*one) for one in ContentRequest.State.choices],
            ),
            Filter("words", "Words", lambda rows, value: rows.filter(words__icontains=value), kind="text"),
        ],
        sorts=[Sort("at", "Latest", Order("asked_at", descending=True))],
        prefetch=lambda rows: rows.select_related("asked_by", "asset"),
        empty=Empty(
            "message-question",
            "Nothing is asked for",
            "A search that finds nothing offers to ask for the content.",
            "/library/",
            "Search",
        ),
    )


def visible_requests(person: Person) -> "QuerySet[ContentRequest]":
    return ContentRequest.objects.all() if can(person, "see_reports") else ContentRequest.objects.none()


@may("see_reports")
@require_http_methods(["GET", "HEAD", "POST"])
def requests_list(request: HttpRequest) -> HttpResponseBase:
    """GET library/requests/: what is missing, and what came of it."""
    person = person_of(request)
    rows = visible_requests(person)
    waiting = rows.filter(state=ContentRequest.State.OPEN).select_related("asked_by").order_by("-asked_at", "-pk")[:10]
    context = {
        "title": "Requests",
        "subtitle": "Content that somebody needs and does not have.",
        "waiting": waiting if can(person, "edit_library") else [],
    }
    return respond(request, rows, spec(person), "library/requests.html", context)


@may("edit_library")
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """POST library/requests/<id>/answer/: with `asset` (its address or slug), or a sentence; `reopen` takes it back."""
    person, now = person_of(request), timezone.now()
    one = get_object_or_404(visible_requests(person), pk=pk)
    if request.POST.get("reopen"):
        requests.reopen(one, by=person, at=now)
        messages.success(request, f"“{one.words}” is open again.")
        return redirect("library:requests")
    given = request.POST.get("asset", "").replace("\x00", "").strip()
    slug = given.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    asset = Asset.objects.visible_to(person).filter(slug=slug).first() if slug else None
    if slug and asset is None:
        raise Refused(f"No asset has this address: choose one of those offered. It was “{given[:80]}”.")
    requests.answer(one, by=person, at=now, asset=asset, sentence=request.POST.get("sentence", ""))
    messages.success(request, f"Answered: “{one.words}”.")
    return redirect("library:requests")
