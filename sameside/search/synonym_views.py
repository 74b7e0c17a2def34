"""The page of synonyms: what is in use, what is proposed and why, and changing both."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.people.policies import Refused, may, reader
from sameside.search import synonyms
from sameside.search.models import Synonym
from sameside.ui.cells import Badge
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort, respond

TONES = {"proposed": "info", "accepted": "good", "rejected": "neutral"}
PROPOSALS = 20


def _row(one: Synonym) -> dict[str, Any]:
    return {
        "link": reverse("search:synonym", args=[one.pk]),
        "words": str(one),
        "way": "One way" if one.is_one_way else "Both ways",
        "state": Badge(str(Synonym.State(one.state).label), TONES[one.state]),
        "source": str(Synonym.Source(one.source).label),
        "changed": one.changed_at,
        "by": one.changed_by.name if one.changed_by else "",
    }


SPEC = ListSpec(
    name="synonyms",
    columns=[
        Column("words", "Words"),
        Column("way", "Finds"),
        Column("state", "State"),
        Column("source", "From"),
        Column("changed", "Changed", "date"),
        Column("by", "By"),
    ],
    row=_row,
    filters=[
        Filter(
            "state",
            "State",
            lambda rows, value: rows.filter(state=value),
            choices=lambda _person: [Choice(*one) for one in Synonym.State.choices],
        ),
        Filter("words", "Words", lambda rows, value: rows.filter(key__icontains=value.casefold()), kind="text"),
    ],
    sorts=[
        Sort("changed", "Changed last", Order("changed_at", descending=True)),
        Sort("words", "Words", Order("key")),
    ],
    prefetch=lambda rows: rows.select_related("changed_by"),
    empty=Empty(
        "language",
        "No synonyms yet",
        "Write the first above. Others are proposed every night from titles, facets and searches.",
    ),
)


@may("edit_library")
@require_http_methods(["GET", "HEAD", "POST"])
def synonyms_list(request: HttpRequest) -> HttpResponseBase:
    """GET search/synonyms/: proposals with their evidence, then all groups; `words` begins a new one."""
    proposed = Synonym.objects.filter(state=Synonym.State.PROPOSED).order_by("-weight", "-pk")
    changed = request.GET.get("changed", "")
    pk = int(changed) if changed.isascii() and changed.isdecimal() and len(changed) < 18 else 0
    context = {
        "title": "Synonyms",
        "subtitle": "Words that mean the same here: searching for one finds the others.",
        "proposed": proposed[:PROPOSALS],
        "proposals": proposed.count(),
        "begun": " ".join(request.GET.get("add", "").split())[: synonyms.LONGEST],
        "last": Synonym.objects.filter(pk=pk).exclude(before={}).first() if pk else None,
    }
    return respond(request, Synonym.objects.all(), SPEC, "search/synonyms.html", context)


def _words(request: HttpRequest) -> list[str]:
    return [word for word in re.split(r"[,;\n=]", request.POST.get("words", "")[:2_000]) if word.strip()]


def _said(request: HttpRequest, verb: Callable[[], Synonym], said: str) -> HttpResponse:
    try:
        one = verb()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("search:synonyms")
    messages.success(request, said.format(one))
    return redirect(f"{reverse('search:synonyms')}?changed={one.pk}")


@may("edit_library")
@require_POST
def addition(request: HttpRequest) -> HttpResponse:
    """POST search/synonyms/addition/: `words` between commas, `one_way` when only the first finds the others."""
    person, one_way = reader(request), bool(request.POST.get("one_way"))
    return _said(
        request,
        lambda: synonyms.add(_words(request), by=person, at=timezone.now(), is_one_way=one_way),
        "In use from now on: {}.",
    )


@may("edit_library")
@require_http_methods(["GET", "HEAD", "POST"])
def synonym(request: HttpRequest, synonym_id: int) -> HttpResponse:
    """GET: one group with its evidence. POST: its words changed."""
    found, person = get_object_or_404(Synonym, pk=synonym_id), reader(request)
    if request.method == "POST":
        one_way = bool(request.POST.get("one_way"))
        return _said(
            request,
            lambda: synonyms.edit(found, _words(request), by=person, at=timezone.now(), is_one_way=one_way),
            "Changed: {}.",
        )
    return render(request, "search/synonym.html", {"synonym": found, "tone": TONES[found.state]})


def _decided(request: HttpRequest, synonym_id: int, state: str, said: str) -> HttpResponse:
    found, person = get_object_or_404(Synonym, pk=synonym_id), reader(request)
    return _said(request, lambda: synonyms.decide(found, state, by=person, at=timezone.now()), said)


@may("edit_library")
@require_POST
def acceptance(request: HttpRequest, synonym_id: int) -> HttpResponse:
    """POST search/synonyms/<id>/acceptance/: in use from now on."""
    return _decided(request, synonym_id, Synonym.State.ACCEPTED, "In use from now on: {}.")


@may("edit_library")
@require_POST
def rejection(request: HttpRequest, synonym_id: int) -> HttpResponse:
    """POST search/synonyms/<id>/rejection/: not in use, and not proposed again."""
    return _decided(request, synonym_id, Synonym.State.REJECTED, "Not in use: {}. It is not proposed again.")


@may("edit_library")
@require_POST
def undo(request: HttpRequest, synonym_id: int) -> HttpResponse:
    """POST search/synonyms/<id>/undo/: as it was before the last change."""
    found, person = get_object_or_404(Synonym, pk=synonym_id), reader(request)
    return _said(request, lambda: synonyms.undo(found, by=person, at=timezone.now()), "As it was before: {}.")
