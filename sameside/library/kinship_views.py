"""Deciding what is a version of what, and taking along the other formats of an asset."""

from collections.abc import Callable

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from sameside.library import files, kinship, kinship_page
from sameside.library.models import Asset, AssetRendition, AssetVersion, Usage, VersionProposal
from sameside.library.refusals import NotPossible
from sameside.library.upkeep import undoing
from sameside.library.usage import recorder
from sameside.library.views import person_of
from sameside.people.policies import may
from sameside.ui.lists import respond


@may("edit_library")
def queue(request: HttpRequest) -> HttpResponseBase:
    """The open questions, newest first. POST with `export=csv`: all of them as a file."""
    rows = kinship_page.open_questions(person_of(request))
    return respond(request, rows, kinship_page.SPEC, "library/versions.html", {})


def _proposal(request: HttpRequest, proposal_id: int) -> VersionProposal:
    visible = Asset.objects.visible_to(person_of(request))
    return get_object_or_404(VersionProposal, pk=proposal_id, asset__in=visible, of__in=visible)


def _decided(request: HttpRequest, verb: Callable[[], Asset], said: str, otherwise: Asset) -> HttpResponse:
    """Call the verb and show the asset it leaves; a refusal is said on the page one came from."""
    try:
        shown = verb()
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        shown = otherwise
    else:
        messages.success(request, said)
    if request.POST.get("back") == "queue":
        return redirect(reverse("library:versions"))
    return redirect("library:asset", shown.slug)


@may("edit_library")
@require_POST
def acceptance(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """POST library/versions/<id>/acceptance/: the newer asset is a version of the other."""
    found, person = _proposal(request, proposal_id), person_of(request)
    said = "Joined: one asset, one link. You can separate them again on its page."
    return _decided(request, lambda: kinship.accept(found, by=person, at=timezone.now()), said, found.asset)


@may("edit_library")
@require_POST
def rejection(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """POST library/versions/<id>/rejection/: they are two assets."""
    found, person = _proposal(request, proposal_id), person_of(request)

    def reject() -> Asset:
        kinship.reject(found, by=person, at=timezone.now())
        return found.asset

    return _decided(request, reject, "They stay two assets.", found.asset)


@may("edit_library")
@require_POST
def undo(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """POST library/versions/<id>/undo/: what was joined is separate again, with all that a merge had moved."""
    found, person = _proposal(request, proposal_id), person_of(request)
    merge = undoing.merge_of(found)
    said = "Separate again, as before." if merge else "Separate again, as before; the question is open once more."

    def separate() -> Asset:
        if merge:
            return undoing.take_back([merge.pk], by=person, at=timezone.now())[0]
        return kinship.take_back(found, by=person, at=timezone.now())

    return _decided(request, separate, said, found.of)


@may("edit_library")
@require_POST
def version_separation(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """POST library/<slug>/versions/<number>/separation/: this version is an asset of its own."""
    person = person_of(request)
    assets = Asset.objects.visible_to(person).filter(slug=slug)
    version = get_object_or_404(AssetVersion.objects.select_related("asset"), asset__in=assets, number=number)
    said = "It is an asset of its own now."
    return _decided(
        request, lambda: kinship.separate_version(version, by=person, at=timezone.now()), said, version.asset
    )


def _rendition(request: HttpRequest, slug: str, rendition_id: int) -> AssetRendition:
    assets = Asset.objects.visible_to(person_of(request)).filter(slug=slug)
    found = AssetRendition.objects.select_related("version__asset")
    return get_object_or_404(found, pk=rendition_id, version__asset__in=assets)


@may("edit_library")
@require_POST
def rendition_separation(request: HttpRequest, slug: str, rendition_id: int) -> HttpResponse:
    """POST library/<slug>/renditions/<id>/separation/: this file is an asset of its own."""
    found, person = _rendition(request, slug, rendition_id), person_of(request)
    said = "It is an asset of its own now."
    asset = found.version.asset
    return _decided(request, lambda: kinship.separate_rendition(found, by=person, at=timezone.now()), said, asset)


@may("use_content")
@require_POST
def rendition_download(request: HttpRequest, slug: str, rendition_id: int) -> HttpResponseBase:
    """POST library/<slug>/renditions/<id>/download/: the file as it came in, always as an attachment."""
    found = _rendition(request, slug, rendition_id)
    try:
        file = files.original_of(found).open("rb")
    except (FileNotFoundError, files.OutsideTheFolder) as missing:
        raise Http404 from missing
    recorder.record(person_of(request), found.version.asset_id, Usage.Action.DOWNLOAD, at=timezone.now())
    response = FileResponse(file, as_attachment=True, filename=found.filename, content_type="application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    return response
