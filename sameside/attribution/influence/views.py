"""Credit and influence side by side, one thing's page, the deals behind it, and the card on its own page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from sameside.attribution.bigrock import marking
from sameside.attribution.bigrock.models import BigRock
from sameside.attribution.influence import estimating, lists, pages, words
from sameside.attribution.influence.models import Estimate, Influence, Kind, Verdict
from sameside.kit import snapshots
from sameside.kit.models import Snapshot
from sameside.library import access
from sameside.people.models import Person
from sameside.people.policies import can, may, reader
from sameside.ui import lists as ui_lists


def _found(kind: str, key: str, person: Person) -> Influence:
    """What is stored of one thing; content that `person` may not open is not found."""
    of = Influence.objects.select_related("asset", "campaign").filter(kind=kind, key=key).first()
    if of is None or (of.asset_id is not None and of.asset_id in access.withheld(person, {of.asset_id})):
        raise Http404
    return of


def _stored() -> Snapshot | None:
    """The report; one that an earlier version stored counts as none."""
    snapshot = snapshots.read("influence")
    if snapshot is None or "conversations" not in snapshot.data:
        return None
    return snapshot if set(Kind.values) <= set(snapshot.data["kinds"]) else None


@may("see_reports")
def overview(request: HttpRequest) -> HttpResponseBase:
    """GET revenue/influence/; POST: the list as CSV."""
    snapshot = _stored()
    if snapshot is None:
        return render(request, "ui/computing.html", {"report_name": "influence", "title": "Influence"})
    data = snapshot.data
    context: dict[str, Any] = {
        "title": "Influence",
        "snapshot": snapshot,
        "report": data,
        "notes": pages.missing(data),
        "ranks": pages.ranks(data),
        "chance": pages.chance(data),
        "caution": words.CAUTION,
        "alike": pages.alikes(data),
        "credit": words.CREDIT,
    }
    person = reader(request)
    return ui_lists.respond(request, lists.rows(), lists.spec(person), "influence/overview.html", context)


@may("see_reports")
@require_safe
def thing(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    person = reader(request)
    of = _found(kind, key, person)
    snapshot = _stored()
    if snapshot is None:
        raise Http404
    verdict = Verdict(of.verdict)
    context = {
        "of": of,
        "title": lists.label(of, set()),
        "kind": Kind(of.kind),
        "badge": (str(verdict.label), lists.TONES[verdict]),
        "snapshot": snapshot,
        "sides": pages.sides(of, snapshot.data),
        "trials": pages.trials(of),
        "strata": pages.strata(of, snapshot.data),
        "left_out": pages.left_out(snapshot.data, of.kind),
        "caution": words.CAUTION,
        "aside": words.ASIDE.get(Kind(of.kind), ""),
        "credit": words.CREDIT,
        "look": _look(of),
        "may_see_deals": can(person, "see_crm"),
    }
    return render(request, "influence/thing.html", context)


def _look(of: Influence) -> pages.Look | None:
    return pages.look(Estimate.objects.filter(kind=of.kind, key=of.key).first(), of)


@may("see_reports")
@require_http_methods(["GET", "POST"])
def estimate(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """POST: have the closer look computed in the background. GET: how far it is, or what it found."""
    person = reader(request)
    of = _found(kind, key, person)
    if request.method == "POST":
        estimating.ask(of, by=person, at=timezone.now())
        if not request.headers.get("HX-Request"):
            return redirect("influence:thing", kind=kind, key=key)
    return render(request, "influence/estimate.html", {"of": of, "look": _look(of)})


@may("see_crm")
def deals(request: HttpRequest, kind: str, key: str) -> HttpResponseBase:
    person = reader(request)
    of = _found(kind, key, person)
    context = {"of": of, "title": lists.label(of, set())}
    rows = lists.behind(of.kind, of.key, person)
    return ui_lists.respond(request, rows, lists.deals_spec(), "influence/deals.html", context)


def _rock(asset: int, person: Person) -> dict[str, Any]:
    rock = BigRock.holding(asset)
    return {"rock": rock, "rock_title": rock.asset.named_for(person)} if rock else {}


@may("see_reports")
@require_safe
def card(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The small card on the page of an asset or a campaign, fetched by it."""
    if kind not in (Kind.ASSET, Kind.CAMPAIGN) or not (key.isascii() and key.isdecimal() and len(key) < 19):
        raise Http404
    if kind == Kind.ASSET and access.withheld(reader(request), {int(key)}):
        raise Http404
    of = Influence.objects.filter(kind=kind, key=key).first()
    context: dict[str, Any] = {"kind": kind, "key": key}
    if kind == Kind.ASSET:
        context |= {"may_mark": can(reader(request), marking.MAY), **_rock(int(key), reader(request))}
    if of is not None:
        verdict = Verdict(of.verdict)
        context |= pages.card(of) | {"badge": (str(verdict.label), lists.TONES[verdict])}
    return render(request, "influence/card.html", context)
