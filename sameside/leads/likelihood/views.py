from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from sameside.leads import setup
from sameside.leads.likelihood import pages, reading
from sameside.leads.models import ScoreModel
from sameside.people.policies import can, may, reader

SHOWN = 20
JOB = "leads.train"


@require_GET
@may("see_leads")
def model(request: HttpRequest) -> HttpResponse:
    """GET leads/scoring/model/ and ?version=3."""
    versions = list(ScoreModel.objects.order_by("-number").defer("parameters")[:SHOWN])
    asked = request.GET.get("version", "")
    in_use = next((one for one in versions if one.state == ScoreModel.State.IN_USE), None)
    chosen = next((one for one in versions if str(one.number) == asked), in_use or (versions[0] if versions else None))
    context: dict[str, Any] = {
        "title": "Learnt model",
        "setup_tabs": setup.tabs("leads:score_model", reader(request)),
        "versions": [(one, pages.TONES[ScoreModel.State(one.state)], one == chosen) for one in versions],
        "in_use": in_use,
        "chosen": chosen,
        "horizon": reading.HORIZON.days,
        "may_train": can(request.user, "route_leads"),
    }
    if chosen is not None:
        context |= {
            "figures": pages.figures(chosen),
            "roc": pages.roc(chosen),
            "calibration": pages.calibration(chosen),
            "lifts": pages.lifts(chosen),
            "matters": pages.matters(chosen),
            "sample": pages.sample(chosen),
        }
    return render(request, "leads/likelihood/model.html", context)


@require_POST
@may("route_leads")
def training(request: HttpRequest) -> HttpResponse:
    """POST leads/scoring/model/training/: learn anew, in the background."""
    transaction.on_commit(_enqueue)
    messages.success(request, "A new version is being learnt. It appears here when it is done, usually in a minute.")
    return redirect("leads:score_model")


def _enqueue() -> None:
    """Whoever asks twice gets one training."""
    try:
        with transaction.atomic():
            app.configure_task(JOB, queueing_lock=JOB, lock=JOB).defer()
    except AlreadyEnqueued:
        return
