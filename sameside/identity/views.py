"""The pairs that may be the same, one of them side by side, the answers to them, and the merges with their undoing."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from sameside.identity import answering, lists, merging, pages, pairs, tasks
from sameside.identity.models import Duplicate, Merge
from sameside.people.policies import Refused, may, reader
from sameside.ui.lists import respond

MOST_AT_ONCE = 200
_TAKE = "take-"
_ANSWERS: dict[str, tuple[Callable[..., Any], str]] = {
    "merge": (answering.accept, "merged"),
    "reject": (pairs.reject, "said to be different"),
    "later": (pairs.postpone, "put off"),
    "reconsider": (pairs.reconsider, "put back into the list"),
}


@may("merge_records")
def duplicates(request: HttpRequest) -> HttpResponseBase:
    """What waits for an answer; other states by the filter. POST with `export=csv`: all of it as a file."""
    rows = Duplicate.objects.visible_to(reader(request))
    if not request.GET.get("state"):
        rows = rows.filter(state=Duplicate.State.PROPOSED)
    context = {"undo": _undoable(request), "answers_of_a_row": ("merge", "reject", "later")}
    return respond(request, rows, lists.duplicates(), "identity/duplicates.html", context)


def _undoable(request: HttpRequest) -> Merge | None:
    """The merge that was just made, by the number in the address."""
    asked = request.GET.get("merged", "")
    if not asked.isdecimal() or len(asked) > 18:
        return None
    return Merge.objects.visible_to(reader(request)).filter(pk=int(asked), undone_at=None).first()


@may("merge_records")
@require_GET
def pair(request: HttpRequest, pair_id: int) -> HttpResponse:
    found = get_object_or_404(Duplicate.objects.visible_to(reader(request)), pk=pair_id)
    return render(request, "identity/pair.html", pages.pair(found, request.GET.get("keep", "")))


@may("merge_records")
@require_POST
def merge(request: HttpRequest, pair_id: int) -> HttpResponse:
    """POST: merge one pair. `keep` is the side that survives, `take-<column>` whose value it has."""
    person = reader(request)
    found = get_object_or_404(Duplicate.objects.visible_to(person), pk=pair_id)
    keep = request.POST.get("keep", "")
    chosen = [key.removeprefix(_TAKE) for key, side in request.POST.items() if key.startswith(_TAKE) and side != keep]
    try:
        done = answering.accept(found, by=person, at=timezone.now(), keep=keep, chosen=chosen)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("identity:pair", pair_id)
    tasks.ask_to_follow()
    if done is None:
        messages.success(request, f"{found.left_name} is linked to the contact.")
        return redirect("identity:duplicates")
    return redirect(f"{reverse('identity:duplicates')}?merged={done.pk}")


@may("merge_records")
@require_POST
def answers(request: HttpRequest) -> HttpResponse:
    """POST: one `answer` (merge, reject, later, reconsider) to the pair in `only`, else to every chosen `pair`."""
    person, (answer, word) = reader(request), _ANSWERS.get(request.POST.get("answer", ""), (None, ""))
    asked = [request.POST["only"]] if request.POST.get("only") else request.POST.getlist("pair")
    ids = [int(value) for value in asked[:MOST_AT_ONCE] if value.isascii() and value.isdecimal() and len(value) < 19]
    chosen = list(Duplicate.objects.visible_to(person).filter(pk__in=ids))
    if answer is None or not chosen:
        messages.warning(request, "Choose at least one pair first.")
        return redirect(_back(request))
    made, refusals = [], []
    for one in chosen:
        try:
            made.append(answer(one, by=person, at=timezone.now()))
        except Refused as refusal:
            refusals.append(str(refusal))
    if made and word == "merged":
        tasks.ask_to_follow()
    return _told(request, made, word, refusals)


def _told(request: HttpRequest, made: list[Any], word: str, refusals: list[str]) -> HttpResponse:
    if refusals:
        messages.warning(request, f"{len(refusals)} could not be {word}: {refusals[0]}")
    if len(made) == 1 and isinstance(made[0], Merge):
        return redirect(f"{reverse('identity:duplicates')}?merged={made[0].pk}")
    if made:
        messages.success(request, f"{len(made)} pair{'' if len(made) == 1 else 's'} {word}.")
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    to = request.POST.get("next", "")
    known = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()})
    return to if known and to.startswith("/") else reverse("identity:duplicates")


@may("merge_records")
def merges(request: HttpRequest) -> HttpResponseBase:
    """Every merge, latest first. POST with `export=csv`: all of them as a file."""
    rows = Merge.objects.visible_to(reader(request))
    return respond(request, rows, lists.merges(), "identity/merges.html")


@may("merge_records")
@require_POST
def undoing(request: HttpRequest, merge_id: int) -> HttpResponse:
    """POST: take one merge apart again."""
    person = reader(request)
    found = get_object_or_404(Merge.objects.visible_to(person), pk=merge_id)
    try:
        merging.undo(found, by=person, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        tasks.ask_to_follow()
        messages.success(request, f"{found.merged_name} stands on its own again.")
    return redirect(_back(request))
