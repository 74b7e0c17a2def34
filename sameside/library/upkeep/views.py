"""Judging content: the queue of what is due, each decision on one asset or on many, and taking it back."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST

from sameside.library.models import Asset, Review
from sameside.library.refusals import NotPossible
from sameside.library.upkeep import merging, panel, queue, replacing, reviews, undoing, validity
from sameside.people.models import Person
from sameside.people.policies import may, reader
from sameside.ui.lists import respond

UNDO = "library.reviews.undo"


@may("edit_library")
def review_queue(request: HttpRequest) -> HttpResponseBase:
    """What somebody should look at, what matters most first. POST with `export=csv`: all of it as a file."""
    person, now = reader(request), timezone.now()
    context: dict[str, Any] = {}
    if request.method == "GET":
        context = {
            "until": validity.proposed_until(now),
            "owners": panel.owners(),
            "segments": queue.segments(request.GET, person, now),
            "undo": last_decision(request),
        }
    rows = queue.rows(person, now, request.GET.get("state", ""))
    return respond(request, rows, queue.spec(person, now), "library/reviews.html", context)


def last_decision(request: HttpRequest) -> dict[str, Any] | None:
    """What was just decided, for the note that offers to take it back."""
    found: dict[str, Any] | None = request.session.get(UNDO) if request.GET.get("decided") else None
    return found


def _chosen(request: HttpRequest) -> list[int]:
    """The one asset of `only`, else every `asset` that is chosen, of those that the person may decide on."""
    asked = [request.POST["only"]] if request.POST.get("only") else request.POST.getlist("asset")
    numbers = (value for value in asked[: reviews.MOST_AT_ONCE] if value.isascii() and value.isdecimal())
    ids = [int(value) for value in numbers if len(value) < 19]
    known = Asset.objects.visible_to(reader(request)).filter(pk__in=ids)
    return list(known.values_list("pk", flat=True))


def _day(request: HttpRequest) -> date:
    """The day in the form; the proposal when it is empty."""
    given = request.POST.get("until", "")
    if not given:
        return validity.proposed_until(timezone.now())
    try:
        found = parse_date(given)
    except ValueError:
        found = None
    if found is None:
        raise NotPossible("This is not a day: write it as year, month and day.")
    return found


def _note(request: HttpRequest) -> str:
    return " ".join(request.POST.get("note", "").replace("\x00", "").split())[:500]


def _decided(
    request: HttpRequest, verb: Callable[[], Sequence[Review]], said: Callable[[str], str], back: str
) -> HttpResponse:
    """Call the verb, keep what undoes it, and go back; a refusal is said where one came from."""
    try:
        made = verb()
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    titles = [review.asset.title for review in made[:1]]
    what = f"“{titles[0]}”" if len(made) == 1 else f"{len(made):,} assets"
    request.session[UNDO] = {"reviews": [review.pk for review in made], "said": said(what), "back": back}
    return redirect(f"{back}{'&' if '?' in back else '?'}decided=1")


def _queue(request: HttpRequest) -> str:
    """The queue with the filters that it had."""
    query = request.POST.get("query", "")
    plain = query if all(sign.isalnum() or sign in "-_=&%." for sign in query) else ""
    return f"{reverse('library:reviews')}{f'?{plain}' if plain else ''}"


@may("edit_library")
@require_POST
def verifications(request: HttpRequest) -> HttpResponse:
    """POST library/reviews/verifications/: the chosen assets are right until `until`."""
    person, ids = reader(request), _chosen(request)

    def verify() -> Sequence[Review]:
        return reviews.verify(ids, until=_day(request), by=person, at=timezone.now())

    return _decided(request, verify, lambda what: f"Verified {what}.", _queue(request))


@may("edit_library")
@require_POST
def retirements(request: HttpRequest) -> HttpResponse:
    """POST library/reviews/retirements/: nobody should use the chosen assets any more."""
    person, ids = reader(request), _chosen(request)

    def retire() -> Sequence[Review]:
        return reviews.retire(ids, by=person, at=timezone.now(), note=_note(request))

    return _decided(request, retire, lambda what: f"Retired {what}.", _queue(request))


@may("edit_library")
@require_POST
def owners(request: HttpRequest) -> HttpResponse:
    """POST library/reviews/owners/: somebody answers for the chosen assets."""
    person, ids, back = reader(request), _chosen(request), _queue(request)
    given = request.POST.get("owner", "")
    owner = Person.objects.filter(pk=int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0)
    found = owner.first()
    if found is None:
        messages.warning(request, "Choose who should answer for them.")
        return redirect(back)

    def give() -> Sequence[Review]:
        return reviews.give(ids, found, by=person, at=timezone.now())

    return _decided(request, give, lambda what: f"{found.name} answers for {what}.", back)


@may("edit_library")
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """POST library/reviews/undo/: take the last decision back."""
    last = request.session.pop(UNDO, None)
    if last is None:
        messages.warning(request, "There is nothing to take back.")
        return redirect("library:reviews")
    _take_back(request, last["reviews"])
    return redirect(last["back"])


def _take_back(request: HttpRequest, ids: Sequence[int]) -> None:
    try:
        undoing.take_back(ids, by=reader(request), at=timezone.now())
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Taken back: everything is as it was.")


def _asset(request: HttpRequest, slug: str) -> Asset:
    return get_object_or_404(Asset.objects.visible_to(reader(request)), slug=slug)


@may("edit_library")
@require_POST
def verification(request: HttpRequest, slug: str) -> HttpResponse:
    """POST library/<slug>/verification/: it is right until `until`."""
    asset, person = _asset(request, slug), reader(request)

    def verify() -> Sequence[Review]:
        return reviews.verify([asset.pk], until=_day(request), by=person, at=timezone.now(), note=_note(request))

    return _decided(request, verify, lambda what: f"Verified {what}.", reverse("library:asset", args=[slug]))


@may("edit_library")
@require_POST
def retirement(request: HttpRequest, slug: str) -> HttpResponse:
    """POST library/<slug>/retirement/: nobody should use it any more."""
    asset, person = _asset(request, slug), reader(request)

    def retire() -> Sequence[Review]:
        return reviews.retire([asset.pk], by=person, at=timezone.now(), note=_note(request))

    return _decided(request, retire, lambda what: f"Retired {what}.", reverse("library:asset", args=[slug]))


@may("edit_library")
@require_POST
def restoration(request: HttpRequest, slug: str) -> HttpResponse:
    """POST library/<slug>/restoration/: it is in the library again."""
    asset, person = _asset(request, slug), reader(request)

    def restore() -> Sequence[Review]:
        return [reviews.restore(asset, until=_day(request), by=person, at=timezone.now(), note=_note(request))]

    return _decided(request, restore, lambda what: f"Restored {what}.", reverse("library:asset", args=[slug]))


@may("edit_library")
def replacement(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: look for what is used instead. POST library/<slug>/replacement/: `other` replaces it."""
    asset, person, now = _asset(request, slug), reader(request), timezone.now()
    if request.method != "POST":
        choice = replacing.build(asset, person, request.GET.get("q", ""))
        return render(request, "library/replacement.html", {"asset": asset, "choice": choice})
    other = _other(request)

    def replace() -> Sequence[Review]:
        return [reviews.replace(asset, other, by=person, at=now, note=_note(request))]

    said = f" is replaced by “{other.title}”: its links lead there."
    return _decided(request, replace, lambda what: what + said, reverse("library:asset", args=[slug]))


@may("edit_library")
@require_POST
def merge(request: HttpRequest, slug: str) -> HttpResponse:
    """POST library/<slug>/merge/: it becomes a part of `other`, with its versions and all that hangs on it."""
    asset, person, other = _asset(request, slug), reader(request), _other(request)

    def join() -> Sequence[Review]:
        return [merging.merge(asset, other, by=person, at=timezone.now(), note=_note(request))]

    said = f" is a part of “{other.title}” now, with its versions."
    return _decided(request, join, lambda what: what + said, reverse("library:asset", args=[other.slug]))


def _other(request: HttpRequest) -> Asset:
    given = request.POST.get("other", "")
    pk = int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0
    return get_object_or_404(Asset.objects.visible_to(reader(request)), pk=pk)


@may("edit_library")
@require_POST
def owner(request: HttpRequest, slug: str) -> HttpResponse:
    """POST library/<slug>/owner/: somebody answers for it."""
    asset, person = _asset(request, slug), reader(request)
    given = request.POST.get("owner", "")
    found = get_object_or_404(Person, pk=int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0)

    def give() -> Sequence[Review]:
        return reviews.give([asset.pk], found, by=person, at=timezone.now())

    said = f"{found.name} answers for "
    return _decided(request, give, lambda what: f"{said}{what}.", reverse("library:asset", args=[slug]))


@may("edit_library")
@require_POST
def review_undo(request: HttpRequest, slug: str, review_id: int) -> HttpResponse:
    """POST library/<slug>/reviews/<id>/undo/: take one decision back."""
    permitted = Asset.objects.visible_to(reader(request)).filter(slug=slug)
    review = get_object_or_404(Review.objects.select_related("asset"), pk=review_id, asset__in=permitted)
    _take_back(request, [review.pk])
    return redirect("library:asset", slug)
