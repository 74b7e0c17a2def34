"""Reading, taking and using content."""

from urllib.parse import parse_qs, urlsplit

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_GET, require_POST

from sameside.crm.models import Deal
from sameside.leads.models import Lead
from sameside.library import asset_head, asset_page, files, old_links, origins
from sameside.library.browsing import collection_pages
from sameside.library.models import Asset, AssetPage, Usage, called
from sameside.library.origins import Origin
from sameside.library.plays import page as play_page
from sameside.library.upkeep import gone, panel
from sameside.library.usage import recorder
from sameside.people import policies
from sameside.people.models import Person
from sameside.people.policies import may
from sameside.people.roles import Role

PICTURES = {".png": "image/png", ".webp": "image/webp", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
REPEATED_WITHIN_SECONDS = 60


def person_of(request: HttpRequest) -> Person:
    """Who asks; the policy has let nobody else through."""
    assert isinstance(request.user, Person)  # noqa: S101  (narrows the type)
    return request.user


def is_looked_at(request: HttpRequest) -> bool:
    """Whether somebody sees the answer: a HEAD or a prefetch shows nothing to anybody."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in purpose


def _lead(text: str, person: Person) -> int | None:
    """The lead that a use is for, when `person` may see it."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        return None
    return Lead.objects.visible_to(person).filter(pk=int(text)).values_list("pk", flat=True).first()


def _origin(request: HttpRequest) -> Origin | None:
    """The showing that led to the page on which a button was pressed."""
    try:
        came = parse_qs(urlsplit(request.headers.get("Referer", "")).query)
    except ValueError:  # no address
        return None
    return origins.read(came.get("from", [""])[0])


def upload_url(person: Person) -> str:
    """Where `person` brings in content; empty when they may not."""
    return reverse("library:upload") if policies.can(person, "import_content") else ""


def _asset(request: HttpRequest, slug: str) -> Asset:
    return get_object_or_404(Asset.objects.visible_to(person_of(request)), slug=slug)


def _usable(request: HttpRequest, slug: str) -> Asset:
    """The asset, to take it or to use it; who could open it while it was right is told why that is over."""
    person = person_of(request)
    found = Asset.objects.visible_to(person).filter(slug=slug).first()
    if found is None:
        old = get_object_or_404(Asset.objects.permitted_to(person).select_related("owner"), slug=slug)
        raise policies.Refused(gone.refusal(old, person, timezone.now()))
    return found


@may("see_library")
@require_GET
def asset(request: HttpRequest, slug: str) -> HttpResponse:
    person = person_of(request)
    found = called(person, slug, "owner")
    if found is None or found.continued_by_id:
        return old_links.lead_on(request, slug)
    if is_looked_at(request):
        recorder.action(person, found.pk, Usage.Action.OPEN, origin=origins.read(request.GET.get("from", "")))
    preview = asset_page.preview(found, request.GET.get("page", ""))
    if asset_head.is_swap(request) and "page" in request.GET:
        return render(request, "library/asset.html#viewer", {"preview": preview})
    groups = asset_page.groups(found)
    context = {
        "preview": preview,
        "glance": panel.glance(found, person, timezone.localdate()),
        "groups": groups,
        "proposals": asset_page.proposed(groups),
        "play_view": play_page.build(found, person, whole=False),
        "collections": collection_pages.holding(found, person) if person.role == Role.PARTNER else (),
    }
    return asset_head.show(request, found, asset_head.PAGES, "library/asset.html", context)


@may("use_content")
@require_POST
def download(request: HttpRequest, slug: str) -> HttpResponseBase:
    """POST library/<slug>/download/: the original, always as an attachment."""
    found = _usable(request, slug)
    version = found.versions.filter(is_current=True).first()
    if version is None:
        raise Http404
    try:
        file = files.open_original(version)
    except (FileNotFoundError, files.OutsideTheFolder) as missing:
        raise Http404 from missing
    origin = _origin(request)
    recorder.record(person_of(request), found.pk, Usage.Action.DOWNLOAD, at=timezone.now(), origin=origin)
    response = FileResponse(
        file, as_attachment=True, filename=version.filename, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@may("use_content")
@require_POST
def uses(request: HttpRequest, slug: str) -> HttpResponse:
    """POST library/<slug>/uses/: "I used this", with the deal when one is named. A double click is one use."""
    found, person, now = _usable(request, slug), person_of(request), timezone.now()
    action = request.POST.get("action", Usage.Action.SHARE.value)
    if action not in (Usage.Action.SHARE, Usage.Action.PRESENT):
        return HttpResponse("A use is to share or to present.", status=400)
    deal = None
    if (named := request.POST.get("deal", "")).isdecimal():
        deal = get_object_or_404(Deal.objects.visible_to(person), pk=int(named) if len(named) < 19 else 0)
    is_new = recorder.record(
        person,
        found.pk,
        action,
        at=now,
        deal_id=deal.pk if deal else None,
        lead_id=_lead(request.POST.get("lead", ""), person),
        origin=_origin(request),
        once_within=REPEATED_WITHIN_SECONDS,
    )
    did = str(Usage.Action(action).label).lower()
    about = f" for {deal.name}" if deal else ""
    said = f"Recorded: you {did} “{found.title}”{about}." if is_new else "You have just recorded this; it counts once."
    messages.success(request, said)
    return redirect("library:asset", slug=found.slug)


def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A drawn image. Its name is random and its content never changes, so the name is its tag."""
    if not name:
        raise Http404
    etag = f'"{name}"'
    headers = {"Cache-Control": "private, max-age=86400", "ETag": etag, "X-Content-Type-Options": "nosniff"}
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None and unchanged.status_code == 304:
        for key, value in headers.items():
            unchanged[key] = value
        return unchanged
    try:
        path = files.picture(name)
        file = path.open("rb")
    except (FileNotFoundError, files.OutsideTheFolder) as missing:
        raise Http404 from missing
    kind = PICTURES.get(path.suffix.lower(), "application/octet-stream")
    return FileResponse(file, content_type=kind, headers=headers)


@may("see_library")
@require_GET
def thumbnail(request: HttpRequest, slug: str) -> HttpResponseBase:
    return picture(request, _asset(request, slug).thumbnail)


def _page(request: HttpRequest, slug: str, number: int) -> AssetPage:
    visible = Asset.objects.visible_to(person_of(request)).filter(slug=slug)
    pages = AssetPage.objects.defer("text").filter(version__is_current=True, version__asset__in=visible)
    return get_object_or_404(pages, number=number)


@may("see_library")
@require_GET
def page_image(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    return picture(request, _page(request, slug, number).image)


@may("see_library")
@require_GET
def page_thumbnail(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    found = _page(request, slug, number)
    return picture(request, found.thumbnail or found.image)
