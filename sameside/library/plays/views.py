"""Reading and writing plays."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from sameside.library import asset_head, old_links
from sameside.library.models import Asset, Play, called
from sameside.library.plays import listing, markdown, page, reading, writing
from sameside.library.plays.writing import Problem, Text
from sameside.library.refusals import NotPossible
from sameside.people.policies import can, may, reader
from sameside.ui.lists import respond


@may("read_plays")
def plays(request: HttpRequest) -> HttpResponseBase:
    """Every play, with what the reader knows of it. POST with `export=csv`: all of them as a file."""
    person = reader(request)
    context = {"tab": "plays", "may_edit": can(person, "edit_library")}
    return respond(request, listing.plays(person), listing.spec(person), "library/plays.html", context)


@may("edit_library")
def proposals(request: HttpRequest) -> HttpResponseBase:
    """What people open but never use. POST with `export=csv`: all of it as a file."""
    person = reader(request)
    context = {"tab": "proposals", "may_edit": True, "least": listing.LEAST_OPENERS}
    return respond(request, listing.opened_only(person), listing.proposals(person), "library/plays.html", context)


def _asset(request: HttpRequest, slug: str) -> Asset:
    found = called(reader(request), slug)
    if found is None:
        raise Http404
    return found


@may("read_plays")
@require_GET
@old_links.to_its_page
def play(request: HttpRequest, slug: str) -> HttpResponse:
    asset = _asset(request, slug)
    view = page.build(asset, reader(request))
    if view is None or (view.play is None and not view.may_edit):
        return redirect("library:asset", slug)
    return asset_head.show(request, asset, asset_head.PLAY, "library/play.html", {"view": view})


@may("read_plays")
@require_POST
def reads(request: HttpRequest, slug: str) -> HttpResponse:
    """POST library/<slug>/play/reads/: somebody has read it, and answers its question."""
    asset, person = _asset(request, slug), reader(request)
    found = get_object_or_404(Play, asset=asset)
    try:
        made = reading.read(
            found,
            by=person,
            at=timezone.now(),
            answer=_number(request.POST.get("answer", "")),
            edition=_number(request.POST.get("edition", "")),
        )
    except NotPossible as refusal:
        messages.warning(request, str(refusal))
    else:
        if made.is_right is None:
            messages.success(request, "Thank you: it is noted that you have read this.")
    return redirect(f"{reverse('library:play', args=[slug])}#question")


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 9 else None


def _text(request: HttpRequest) -> Text:
    """What the form says. Empty answers are left out, and the right one keeps its place among the rest."""

    def field(name: str, most: int) -> str:
        return request.POST.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()[:most]

    answers = [" ".join(one.replace("\x00", "").split())[:200] for one in request.POST.getlist("answers")[:10]]
    right = _number(request.POST.get("right_answer", ""))
    kept = [(place, answer) for place, answer in enumerate(answers) if answer]
    places = [place for place, _ in kept]
    return Text(
        when=field("when", writing.LONGEST + 1),
        for_whom=field("for_whom", writing.LONGEST + 1),
        talk_track=field("talk_track", writing.LONGEST + 1),
        reading=field("reading", writing.LONGEST + 1),
        question=field("question", 300),
        answers=tuple(answer for _, answer in kept),
        right_answer=places.index(right) if right in places else -1 if kept else 0,
        explanation=field("explanation", 500),
    )


@may("edit_library")
def play_writing(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: the editor. POST library/<slug>/play/writing/: a new edition, or what is wrong beside what was written."""
    asset, person = _asset(request, slug), reader(request)
    found = Play.objects.filter(asset=asset).first()
    text, wrong = writing.text_of(found) if found else Text(), list[Problem]()
    if request.method == "POST":
        text = _text(request)
        wrong = writing.problems(text)
        if not wrong:
            made = writing.write(asset, text, by=person, at=timezone.now())
            messages.success(request, f"Edition {made.edition} of the play is what people read now.")
            return redirect("library:play", slug)
    context = {
        "asset": asset,
        "play": found,
        "text": text,
        "answers": _places(text),
        "problems": {one.field: one.sentence for one in wrong},
        "preview": _preview(text),
    }
    return render(request, "library/play_writing.html", context, status=422 if wrong else 200)


def _places(text: Text) -> list[tuple[int, str, bool]]:
    """The answers as the form shows them, with empty places for more."""
    filled = [*text.answers, *[""] * (writing.MOST_ANSWERS - len(text.answers))]
    return [(place, answer, place == text.right_answer) for place, answer in enumerate(filled)]


@may("edit_library")
@require_POST
def play_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """POST library/<slug>/play/preview/: how the text of the form reads, and how long it takes; nothing is kept."""
    _asset(request, slug)
    return render(request, "library/play_preview.html", {"preview": _preview(_text(request))})


def _preview(text: Text) -> dict[str, object]:
    return {
        "when": markdown.html(text.when),
        "for_whom": markdown.html(text.for_whom),
        "talk_track": markdown.html(text.talk_track),
        "reading": markdown.html(text.reading),
        "question": text.question,
        "answers": text.answers,
        "words": text.words,
        "most": writing.WORDS,
        "is_long": text.words > writing.WORDS,
        "length": writing.length(text.words),
    }
