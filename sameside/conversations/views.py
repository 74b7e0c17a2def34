"""The report of conversations, the list of all, and what each stage stands for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from sameside.conversations import editor, lists, mapping, pages
from sameside.conversations import report as figures
from sameside.conversations.models import Conversation, StageMapping
from sameside.kit import periods
from sameside.people.policies import can, may, reader
from sameside.ui import lists as ui_lists
from sameside.ui.reports import report_page


@require_GET
@may("see_reports")
def report(request: HttpRequest) -> HttpResponse:
    def present(data: Mapping[str, Any]) -> dict[str, Any]:
        at = datetime.fromisoformat(data["at"])
        return {
            "path": pages.path(data),
            "trend": pages.trend(data),
            "by_team": pages.rates_by(data, "teams"),
            "by_vertical": pages.rates_by(data, "verticals"),
            "stuck_by_kind": pages.stuck_by_kind(data, at),
            "open_longest": pages.open_longest(data, reader(request), at) if can(request.user, "see_crm") else None,
            "sentence": pages.sentence(data),
            "definitions": pages.definitions(),
        }

    chosen = figures.read(request.GET.dict())["months"]
    context = {
        "title": "Conversations",
        "periods": periods.segments(chosen),
        "unconfirmed": pages.mapping_note(StageMapping.objects.filter(confirmed_at=None).count()),
    }
    return report_page(request, "conversations", "conversations/report.html", context, present)


@may("see_crm")
def conversations(request: HttpRequest) -> HttpResponseBase:
    context = {
        "title": "All conversations",
        "subtitle": "Every attempt, with the deal it belongs to. Open one to see the deal's whole way.",
        "back": "conversations:report",
    }
    rows = Conversation.objects.visible_to(reader(request))
    return ui_lists.respond(request, rows, lists.spec(timezone.now()), "conversations/list.html", context)


@require_GET
@may("see_reports")
def stages(request: HttpRequest) -> HttpResponse:
    found = editor.stages()
    context = {
        "stages": found,
        "choices": editor.choices(),
        "may_change": can(request.user, "map_stages"),
        "unconfirmed": sum(1 for stage in found if stage.row.confirmed_at is None),
    }
    return render(request, "conversations/stages.html", context)


@require_POST
@may("map_stages")
def meaning(request: HttpRequest, stage_id: int) -> HttpResponse:
    """POST conversations/stages/<id>/meaning/: decide what one stage stands for."""
    row = get_object_or_404(StageMapping, pk=stage_id)
    try:
        kind, closes = editor.chosen(request.POST)
        mapping.change(row.stage, kind, closes, by=reader(request), at=timezone.now())
    except mapping.Invalid as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"“{row.stage}” is decided. The conversations follow in the background.")
    return redirect("conversations:stages")


@require_POST
@may("map_stages")
def confirmation(request: HttpRequest) -> HttpResponse:
    """POST conversations/stages/confirmation/: confirm every proposal as it stands."""
    open_stages = StageMapping.objects.filter(confirmed_at=None).values_list("stage", flat=True)
    count = mapping.confirm(list(open_stages), by=reader(request), at=timezone.now())
    messages.success(request, f"{count} {'stage' if count == 1 else 'stages'} confirmed.")
    return redirect("conversations:stages")
