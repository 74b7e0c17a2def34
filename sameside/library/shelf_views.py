"""The library's page: what is found, all of it as a file, and asking for what is missing."""

from collections.abc import Collection

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from sameside.crm.models import Deal
from sameside.kit.tables import csv_lines
from sameside.library import asking, origins, requests, searching, shelf, shelf_export
from sameside.library.asking import Answer
from sameside.library.browsing import arrangement
from sameside.library.masking import masked
from sameside.library.models import Search
from sameside.library.origins import Origin
from sameside.library.recording import RECORDED_WITHIN
from sameside.library.usage import recorder
from sameside.library.views import is_looked_at, person_of, upload_url
from sameside.people import audit, policies
from sameside.people.models import Person
from sameside.people.policies import may
from sameside.search import readers


@may("see_library")
@require_http_methods(["GET", "HEAD", "POST"])
def library(request: HttpRequest) -> HttpResponseBase:
    """GET: what is found. POST with `export=csv`: all of it as a file."""
    if request.method == "POST":
        return _export(request)
    person, query = person_of(request), request.GET
    after, before = query.get("after", ""), query.get("before", "")
    found = asking.find(asking.read(query, person), person, after=after, before=before, size=shelf.SIZE)
    shown = (origins.read(query.get("from", "")) if after or before else None) or Origin(timezone.now())
    built = shelf.build(query, found, shown, person, arrangement.remembered(request))
    if is_looked_at(request):
        fitting = {card.pk for card in built.cards if card.fits}
        _tell(found, person, shown, fitting, is_first=not after and not before, elapsed=query.get("ms", ""))
    page = render(request, "library/library.html", {"shelf": built, "upload_url": upload_url(person)})
    return arrangement.remember(request, page)


def _tell(
    found: Answer, person: Person, shown: Origin, fitting: Collection[int], *, is_first: bool, elapsed: str
) -> None:
    """Tell the recorder what the page shows; a further page belongs to the search of the first one. Without words, what
    fits the deal or lead that it was opened from is proposed for it.
    """
    asked, results = found.asking, found.results
    ids = [asset.pk for asset in results.assets]
    deal, lead = asked.context.deal_id, asked.context.lead_id
    if not asked.text or results.problem:
        proposed = [pk for pk in ids if pk in fitting]
        recorder.impressions(person, proposed, deal_id=deal, lead_id=lead, recommended=True)
        recorder.impressions(person, [pk for pk in ids if pk not in fitting], deal_id=deal, lead_id=lead)
        return
    if not is_first:
        recorder.impressions(person, ids, deal_id=deal, lead_id=lead, origin=shown)
        return
    recorder.search(
        person,
        asked.text,
        filters=asked.narrowing.as_json(),
        results=results.total,
        shown=ids,
        at=shown.shown_at,
        started_at=origins.started(shown.shown_at, elapsed),
        deal_id=deal,
        lead_id=lead,
        place="library",
        corrected=results.corrected,
    )


def _export(request: HttpRequest) -> HttpResponseBase:
    if request.POST.get("export") != "csv":
        return HttpResponse("Unknown export.", status=400)
    person = person_of(request)
    policies.check(person, "export")
    asked, now = asking.read(request.GET, person), timezone.now()
    try:
        searching.engine()
    except readers.NotReady as problem:
        return HttpResponse(str(problem), status=503)
    details = {"q": masked(asked.text), **asked.narrowing.as_json()}
    audit.record("export", by=person, at=now, subject="library", details=details)
    return StreamingHttpResponse(
        csv_lines(shelf_export.EXPORTED, shelf_export.exported(asked, person)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="library-{now:%Y-%m-%d}.csv"'},
    )


@may("see_library")
@require_POST
def missing(request: HttpRequest) -> HttpResponse:
    """POST library/requests/addition/: ask for content that a search did not find; `address` is that search's."""
    person, now = person_of(request), timezone.now()
    query = QueryDict(request.POST.get("address", "")[:4_000])
    asked = asking.read(query, person)
    deal = Deal.objects.visible_to(person).filter(pk=asked.context.deal_id).first() if asked.context.deal_id else None
    made = requests.ask(
        request.POST.get("words", "") or asked.text,
        by=person,
        at=now,
        facets={**asked.context.facets, **asked.narrowing.values},
        search=_search(person, request.POST.get("from", "")),
        deal=deal,
        note=request.POST.get("note", ""),
    )
    messages.success(request, f"Asked for: “{made.words}”. Those who look after the library see it.")
    if request.POST.get("back") == "findability":
        return redirect("library:findability")
    return redirect(f"{reverse('library:list')}?{query.urlencode()}")


def _search(person: Person, shown: str) -> Search | None:
    """The search that showed nothing; it may still wait to be written."""
    origin = origins.read(shown)
    if origin is None:
        return None
    recorder.flush()
    since = origin.shown_at
    later = Search.objects.filter(person=person, at__gte=since, at__lt=since + RECORDED_WITHIN)
    return later.order_by("at", "pk").first()
