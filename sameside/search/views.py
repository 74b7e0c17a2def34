"""The one box: its answers while somebody types, the page with all results, and what it showed, told once."""

from dataclasses import replace
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from sameside.people.models import Person
from sameside.people.policies import may, reader
from sameside.search import box
from sameside.search.box import Answered, Asked, Chip, Suggestion

TOLD_WITHIN_SECONDS = 600
KEPT = ("deal", "lead", "without", "only", "word", "exact")
"""What of the address belongs to the search besides its words."""
MOST_KEPT = 20


def _asked(request: HttpRequest, **options: Any) -> Asked:
    text = " ".join("".join(c if c.isprintable() else " " for c in request.GET.get("q", "")).split())[: box.LONGEST]
    return Asked(reader(request), text, request.GET, **options)


def _salt(person: Person) -> str:
    return f"search.shown.{person.pk}"


def _sealed(found: list[Answered], person: Person) -> str:
    """What the recorder will be told when the search is over: only its reader can send it back, unchanged."""
    records = [one.record for one in found if one.record]
    return signing.dumps(records[0], salt=_salt(person), compress=True) if records else ""


def _kept(asked: Asked) -> list[tuple[str, str]]:
    return [(key, value) for key in KEPT for value in asked.query.getlist(key)[:MOST_KEPT]]


def _address(asked: Asked, less: Chip | None = None) -> str:
    """The page with all results; without what `less` stands for."""
    kept, text = _kept(asked), asked.text
    if less is not None and less.name == "text":
        text = less.value
    elif less is not None:
        kept.append((less.name, less.value))
    return f"{reverse('search:page')}?{urlencode([('q', text), *kept])}"


def _linked(one: Answered, asked: Asked) -> Answered:
    """On the page, chips and suggestions are links."""
    chips = [replace(chip, url=_address(asked, chip)) for chip in one.chips]
    return replace(one, chips=chips, suggestions=[_led(each, asked) for each in one.suggestions])


def _led(one: Suggestion, asked: Asked) -> Suggestion:
    return replace(one, url=_address(replace(asked, text=one.text)))


@may("see_library")
@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """GET search/answers/: the list under the box."""
    asked = _asked(request)
    found = box.answers(asked)
    context = {
        "asked": asked,
        "sections": found,
        "content": next((one for one in found if one.chips or one.note or one.corrected or one.suggestions), None),
        "record": _sealed(found, asked.person),
        "all": _address(asked),
    }
    response = render(request, "search/answers.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@may("see_library")
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """GET search/: everything that the words find, each kind apart; the box without a script leads here."""
    asked = _asked(request, size=box.ON_THE_PAGE, typing=False)
    found = [_linked(one, asked) for one in box.answers(asked)]
    if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        for one in found:
            box.record(one.record, asked.person, elapsed=request.GET.get("ms", ""))
    context = {
        "asked": asked,
        "sections": found,
        "total": sum(one.total for one in found),
        "address": urlencode([("q", asked.text), *_kept(asked)]),
        "searched": box.searched(asked.person),
    }
    return render(request, "search/page.html", context)


@may("see_library")
@require_POST
def showings(request: HttpRequest) -> HttpResponse:
    """POST search/showings/: the search in the box is over; `shown` is what the box was given with its answers."""
    person = reader(request)
    try:
        record = signing.loads(request.POST["shown"], salt=_salt(person), max_age=TOLD_WITHIN_SECONDS)
    except (MultiValueDictKeyError, signing.BadSignature):
        return HttpResponse("This is nothing that the box showed.", status=400, content_type="text/plain")
    box.record(record, person, elapsed=request.POST.get("ms", ""))
    return HttpResponse(status=204)
