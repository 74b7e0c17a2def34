"""The list of big rocks, the page of each, and the deals behind its figures."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from sameside.attribution import exporting
from sameside.attribution.bigrock import files, lists, marking, pages
from sameside.attribution.bigrock.credited import LOOKBACK
from sameside.attribution.bigrock.models import BigRock
from sameside.attribution.labels import MODEL_LABELS
from sameside.attribution.lists import is_limited
from sameside.kit import snapshots
from sameside.library import access
from sameside.library.models import Asset
from sameside.people.models import Person
from sameside.people.policies import can, may, reader
from sameside.ui import lists as ui_lists

UNDO = "big_rocks.undo"


def found(rock_id: int, person: Person) -> BigRock:
    """A big rock whose flagship `person` may open."""
    rock = get_object_or_404(BigRock.objects.select_related("asset", "marked_by"), pk=rock_id, removed_at=None)
    if access.withheld(person, {rock.asset_id}):
        raise Http404
    return rock


@may("see_reports")
def overview(request: HttpRequest) -> HttpResponseBase:
    """GET revenue/big-rocks/; POST: the list as CSV."""
    person = reader(request)
    may_change = can(person, marking.MAY)
    context = {"may_change": may_change, "undo": undoable(request), "snapshot": snapshots.read("big-rocks")}
    spec = lists.spec(person, may_change=may_change)
    return ui_lists.respond(request, lists.rows(), spec, "bigrock/overview.html", context)


@may("see_reports")
def rock(request: HttpRequest, rock_id: int) -> HttpResponse:
    """GET revenue/big-rocks/<id>/; POST: its figures as a file."""
    person = reader(request)
    of = found(rock_id, person)
    if request.method == "POST":
        return _export(request, of)
    may_change = can(person, marking.MAY)
    context: dict[str, Any] = {
        "rock": of,
        "title": of.asset.title,
        "may_change": may_change,
        "may_see_deals": can(person, "see_crm"),
        "undo": undoable(request) if may_change else None,
        "kinds": exporting.CHOICES,
        "page": pages.build(of, *pages.chosen(request.GET), names(of, person)) if of.is_told else None,
        "changes": of.changes.select_related("by", "undone_by")[:6] if may_change else [],
    }
    return render(request, "bigrock/rock.html", context)


@may("see_reports")
@require_GET
def progress(request: HttpRequest, rock_id: int) -> HttpResponse:
    """GET revenue/big-rocks/<id>/progress/: asked by a page that waits, and is shown anew when there is more."""
    of = found(rock_id, reader(request))
    lookback = pages.chosen(request.GET)[1]
    is_waiting = of.is_behind or pages.told(of, lookback) != lookback
    return HttpResponse(status=204, headers={} if is_waiting else {"HX-Refresh": "true"})


def _export(request: HttpRequest, of: BigRock) -> HttpResponse:
    if not of.is_told:
        raise Http404
    lookback = pages.told(of, pages.chosen(request.GET)[1])
    made = files.made(of, lookback, timezone.now())
    details = {"rock": of.pk, "lookback": lookback}
    return exporting.send(
        request, made, subject=f"big rock {of.asset.title}", file=f"big-rock-{of.pk}", details=details
    )


def names(rock: BigRock, person: Person) -> dict[int, tuple[str, str]]:
    """Title and slug of the measured pieces that `person` may open."""
    family = [piece["asset"] for piece in rock.of_lookback(LOOKBACK)["pieces"]]
    shown = Asset.objects.permitted_to(person).filter(pk__in=family).values_list("pk", "title", "slug")
    return {pk: (title, slug) for pk, title, slug in shown}


@may("see_crm")
def deals(request: HttpRequest, rock_id: int) -> HttpResponseBase:
    person = reader(request)
    of = found(rock_id, person)
    model, lookback = pages.chosen(request.GET)
    context = {"rock": of, "title": of.asset.title, "model": MODEL_LABELS[model], "limited": is_limited(person)}
    context |= {"lookback": lookback}
    rows = lists.behind(of, lookback, model, person)
    return ui_lists.respond(request, rows, lists.deals_spec(model), "bigrock/deals.html", context)


def undoable(request: HttpRequest) -> dict[str, Any] | None:
    """What the person changed last here, until something else is opened after it was undone."""
    kept: dict[str, Any] | None = request.session.get(UNDO)
    return kept
