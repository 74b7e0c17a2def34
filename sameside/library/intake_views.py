"""Bringing content in by the browser, and confirming the facets that were proposed for it."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from sameside.library import kinship_page, proposal_queue, proposals
from sameside.library.extraction.document import FORMAT_NAMES, FORMATS
from sameside.library.extraction.video import TRANSCRIPTS
from sameside.library.models import Asset, AssetFacet, Facet
from sameside.library.proposals import Decision, NoConversation
from sameside.library.views import person_of
from sameside.people import policies
from sameside.people.policies import may
from sameside.ui.lists import respond

UNDO = "library.undo"
MOST_AT_ONCE = 500


@may("import_content")
@require_GET
def upload(request: HttpRequest) -> HttpResponse:
    """The form; its files go to the imports, which read them in the background and show what came of each."""
    person = person_of(request)
    context = {
        "action": reverse("connectors:new"),
        "formats": FORMAT_NAMES,
        "accept": ",".join((*FORMATS, *TRANSCRIPTS, ".zip")),
        "most": settings.UPLOAD_MB,
        "waiting": proposal_queue.waiting(person)[:1].exists(),
        "doubts": kinship_page.open_questions(person)[:1].exists(),
        "may_watch": policies.can(person, "manage_settings"),
    }
    return render(request, "library/upload.html", context)


@may("edit_library")
def queue(request: HttpRequest) -> HttpResponseBase:
    """What waits for confirmation. POST with `export=csv`: all of it as a file."""
    confirmed = request.GET.get("confirmed", "")
    context = {
        "confirmed": int(confirmed) if confirmed.isascii() and confirmed.isdecimal() and len(confirmed) < 6 else 0
    }
    waiting = proposal_queue.waiting(person_of(request))
    return respond(request, waiting, proposal_queue.SPEC, "library/proposals.html", context)


@may("edit_library")
@require_POST
def confirmations(request: HttpRequest) -> HttpResponse:
    """POST: confirm everything proposed for the one asset in `only`, else for every `asset` that is chosen."""
    person = person_of(request)
    asked = [request.POST["only"]] if request.POST.get("only") else request.POST.getlist("asset")
    ids = [int(value) for value in asked[:MOST_AT_ONCE] if value.isascii() and value.isdecimal() and len(value) < 19]
    chosen = list(proposal_queue.waiting(person).filter(pk__in=ids).values_list("pk", flat=True))
    if not chosen:
        messages.warning(request, "Choose at least one asset first.")
        return redirect("library:proposals")
    decision = proposals.confirm_all(chosen, by=person, at=timezone.now())
    request.session[UNDO] = {"facets": list(decision.facets), "assets": list(decision.assets)}
    return redirect(f"{reverse('library:proposals')}?confirmed={len(decision.assets)}")


@may("edit_library")
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """POST: take the last confirmation back."""
    last = request.session.pop(UNDO, None)
    if last is None:
        messages.warning(request, "There is nothing to take back.")
    else:
        proposals.take_back(Decision(**last), by=person_of(request), at=timezone.now())
        messages.success(request, "Taken back: these facets are proposals again.")
    return redirect("library:proposals")


@may("edit_library")
def edit(request: HttpRequest, asset_id: int) -> HttpResponse:
    """GET: every facet with its values to choose from. POST: make the choice the asset's confirmed facets."""
    person = person_of(request)
    asset = get_object_or_404(Asset.objects.visible_to(person).prefetch_related("facets"), pk=asset_id)
    problem = ""
    if request.method == "POST":
        try:
            proposals.set_facets(asset, _chosen(request), by=person, at=timezone.now())
        except NoConversation as refusal:
            problem = str(refusal)
        else:
            messages.success(request, f"The facets of “{asset.title}” are confirmed.")
            return redirect(_back(request))
    context = {
        "asset": asset,
        "groups": proposal_queue.groups(asset),
        "chips": proposal_queue.chips(asset),
        "problem": problem,
        "back": _back(request),
    }
    return render(request, "library/facets.html", context, status=422 if problem else 200)


def _chosen(request: HttpRequest) -> set[tuple[str, str]]:
    """The (facet, value) pairs of the form: ticked ones, and those written in words of one's own."""
    pairs = [key.partition("=")[::2] for key in request.POST.getlist("facet")[:200]]
    for facet in Facet.values:
        pairs += [(facet, slugify(word)) for word in request.POST.get(f"new-{facet}", "").split(",")[:20]]
    known = set(Facet.values) - {Facet.FORMAT.value}
    return {(facet, value[:80]) for facet, value in pairs if facet in known and value and "\x00" not in value}


def _back(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next", "")
    is_ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else proposal_queue.queue_url()


def _facet(request: HttpRequest, slug: str, facet_id: int) -> AssetFacet:
    assets = Asset.objects.visible_to(person_of(request)).filter(slug=slug)
    return get_object_or_404(AssetFacet.objects.select_related("asset"), pk=facet_id, asset__in=assets)


@may("edit_library")
@require_POST
def confirmation(request: HttpRequest, slug: str, facet_id: int) -> HttpResponse:
    """POST library/<slug>/facets/<id>/confirmation/: this facet fits."""
    facet = _facet(request, slug, facet_id)
    proposals.confirm_facet(facet, by=person_of(request), at=timezone.now())
    return redirect("library:asset", slug)


@may("edit_library")
@require_POST
def rejection(request: HttpRequest, slug: str, facet_id: int) -> HttpResponse:
    """POST library/<slug>/facets/<id>/rejection/: this facet does not fit."""
    facet = _facet(request, slug, facet_id)
    if facet.facet == Facet.FORMAT:
        raise Http404
    try:
        proposals.reject(facet, by=person_of(request), at=timezone.now())
    except NoConversation as refusal:
        messages.error(request, str(refusal))
    return redirect("library:asset", slug)
