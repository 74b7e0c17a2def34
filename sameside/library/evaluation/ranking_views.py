"""Rankings as pages: which is live, drafts, and before and after of each draft by the judged set."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from sameside.library.evaluation import measuring, rankings
from sameside.library.evaluation.presentation import comparison
from sameside.library.evaluation.rankings import Settings
from sameside.library.models import Measurement, Ranking, RankingUse
from sameside.library.refusals import NotPossible
from sameside.people.policies import may, reader

SHOWN = 50


def _parts(settings: Settings, against: Settings | None = None) -> list[dict[str, Any]]:
    return [
        {
            "key": part.key,
            "label": part.label,
            "meaning": part.meaning,
            "value": f"{getattr(settings, part.key):g}",
            "before": f"{getattr(against, part.key):g}" if against else "",
            "differs": against is not None and getattr(settings, part.key) != getattr(against, part.key),
        }
        for part in rankings.PARTS
    ]


@may("manage_ranking")
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """GET library/findability/ranking/: what is live, the drafts, and what was live when."""
    live = rankings.current()
    versions = Ranking.objects.select_related("created_by").prefetch_related("uses", "measurements")
    context = {
        "title": "Ranking",
        "live": live,
        "live_name": live.name if live else rankings.AS_DELIVERED,
        "parts": _parts(rankings.settings_of(live)),
        "versions": [_version(one, live) for one in versions.order_by("-created_at", "-pk")[:SHOWN]],
        "uses": RankingUse.objects.select_related("ranking", "by").order_by("-at", "-pk")[:10],
        "judged": len(measuring.judged()),
    }
    return render(request, "library/evaluation/rankings.html", context)


def _version(one: Ranking, live: Ranking | None) -> dict[str, Any]:
    measured = any(each.after_id for each in one.measurements.all())
    state = "Live" if one == live else "Was live" if one.uses.all() else "Measured" if measured else "Draft"
    tone = {"Live": "good", "Was live": "neutral", "Measured": "info", "Draft": "neutral"}[state]
    return {"one": one, "state": state, "tone": tone}


@may("manage_ranking")
@require_POST
def drafts(request: HttpRequest) -> HttpResponse:
    """POST library/findability/ranking/drafts/: a draft with the weights that are live."""
    number = Ranking.objects.count() + 1
    made = rankings.draft(rankings.live(), f"Ranking {number}", by=reader(request), at=timezone.now())
    return redirect("library:ranking", made.pk)


@may("manage_ranking")
@require_GET
def ranking(request: HttpRequest, pk: int) -> HttpResponse:
    """GET library/findability/ranking/<id>/: its weights, and before and after when it was measured."""
    one = get_object_or_404(Ranking.objects.select_related("created_by"), pk=pk)
    live = rankings.current()
    latest = one.measurements.select_related("before", "after").order_by("-asked_at", "-pk").first()
    context: dict[str, Any] = {
        "title": one.name,
        "one": one,
        "live_name": live.name if live else rankings.AS_DELIVERED,
        "is_live": live == one,
        "parts": _parts(rankings.settings_of(one), rankings.settings_of(live)),
        "measurement": latest,
        "is_measuring": latest is not None and latest.ended_at is None,
        "judged": len(measuring.judged()),
        "few": measuring.FEW,
    }
    if latest and latest.before and latest.after:
        context |= comparison(measuring.compare(latest.before, latest.after), reader(request))
        context["is_outdated"] = latest.before.ranking != asdict(rankings.settings_of(live))
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "library/evaluation/ranking.html#measured", context)
    return render(request, "library/evaluation/ranking.html", context)


@may("manage_ranking")
@require_POST
def weights(request: HttpRequest, pk: int) -> HttpResponse:
    """POST library/findability/ranking/<id>/weights/: other weights; a new version when this one was measured."""
    one = get_object_or_404(Ranking, pk=pk)
    try:
        settings = rankings.read(request.POST)
        one = rankings.change(one, settings, request.POST.get("name", one.name), by=reader(request), at=timezone.now())
    except NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect("library:ranking", pk)
    if request.POST.get("then") == "measure":
        _measure(one, request)
    return redirect("library:ranking", one.pk)


@may("manage_ranking")
@require_POST
def measurements(request: HttpRequest, pk: int) -> HttpResponse:
    """POST library/findability/ranking/<id>/measurements/: measure it against what is live, in the background."""
    one = get_object_or_404(Ranking, pk=pk)
    _measure(one, request)
    return redirect("library:ranking", pk)


def _measure(one: Ranking, request: HttpRequest) -> None:
    from sameside.library import tasks

    if one.measurements.filter(ended_at__isnull=True).exists():
        return
    asked = Measurement.objects.create(ranking=one, asked_at=timezone.now(), asked_by=reader(request))
    transaction.on_commit(lambda: tasks.measure_ranking.defer(measurement=asked.pk))


@may("manage_ranking")
@require_POST
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """POST library/findability/ranking/<id>/use/: everybody's searches are ranked by it from now on."""
    one = get_object_or_404(Ranking, pk=pk)
    try:
        rankings.put_live(one, by=reader(request), at=timezone.now())
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{one.name}” is live. It can be taken back below.")
    return redirect("library:rankings")


@may("manage_ranking")
@require_POST
def return_(request: HttpRequest) -> HttpResponse:
    """POST library/findability/ranking/return/: what was live before is live again."""
    try:
        back = rankings.take_back(by=reader(request), at=timezone.now())
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{back.ranking.name if back.ranking else rankings.AS_DELIVERED}” is live again.")
    return redirect("library:rankings")
