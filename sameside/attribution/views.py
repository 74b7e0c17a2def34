"""The revenue report, one page for each dimension, and the deals behind each figure."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sameside.attribution import drawn, figures, labels, lists, pages, report
from sameside.attribution.copy import lag
from sameside.attribution.figures import OPEN, WON
from sameside.attribution.labels import DIMENSION_LABELS, EXPLAINED, MODEL_LABELS
from sameside.attribution.material import DIMENSIONS, NO_TOUCH, PAID
from sameside.crm.models import Campaign
from sameside.kit.models import Snapshot
from sameside.kit.tables import to_csv
from sameside.people.policies import may, reader
from sameside.ui import access
from sameside.ui import lists as ui_lists


def _stored(request: HttpRequest, shown: str) -> tuple[pages.View, Snapshot | None, Mapping[str, Any]]:
    """What is chosen, what is stored for its look-back, and the report of its months as the reader may see it."""
    params = report.read(request.GET.dict())
    view = pages.chosen(params, request.GET.dict())
    snapshot = report.stored(view.lookback)
    if snapshot is None:
        return view, None, {}
    data = report.of(snapshot, view.period, [shown] if view.with_interval else [])
    return view, snapshot, labels.for_reader(data, reader(request))


def _computing(request: HttpRequest, title: str, view: pages.View) -> HttpResponseBase:
    context = {"report_name": "revenue", "title": title, "asked": f"lookback={view.lookback}"}
    return render(request, "ui/computing.html", context)


def _choices(view: pages.View, snapshot: Snapshot, data: Mapping[str, Any]) -> dict[str, Any]:
    """What every page of the report shows above its figures: the choices, and how far the data are behind."""
    return {
        "snapshot": snapshot,
        "asked": f"lookback={view.lookback}",
        "view": view,
        "selects": pages.selects(view),
        "range": pages.months_chosen(view, snapshot.computed_at, data["closes"]),
        "lag": lag.since(data["copied"]),
    }


@may("see_reports")
@require_safe
def overview(request: HttpRequest) -> HttpResponseBase:
    view, snapshot, data = _stored(request, "channel")
    if snapshot is None:
        return _computing(request, "Revenue", view)
    touched = data[WON]["amount"] and 1 - (pages.credited_share(data, "channel", frozenset({""}), view.model) or 0)
    context: dict[str, Any] = {
        **_choices(view, snapshot, data),
        "report": data,
        "touched": touched if data[WON]["amount"] else None,
        "paid": pages.credited_share(data, "origin", frozenset({PAID}), view.model),
        "chart": drawn.chart(data, view),
        "model": MODEL_LABELS[view.model],
        "explained": [(MODEL_LABELS[model], EXPLAINED[model]) for model in view.models],
        "split": drawn.origins_chart(data, view),
        "months": drawn.months_chart(data, view),
        "reported": pages.reported_table(data),
        "is_reported": pages.is_reported(data),
        "models": pages.models_table(data, "channel", view),
        "origins": pages.origins_table(data, view),
        "tables": [
            (name, title, pages.dimension_table(data, name, view, pages.TOP), len(data["dimensions"][name]))
            for name, title in (("campaign", "Campaigns"), ("asset", "Content"), ("team", "Teams"))
        ],
    }
    return render(request, "attribution/overview.html", context)


@may("see_reports")
def dimension(request: HttpRequest, name: str) -> HttpResponseBase:
    if name not in DIMENSIONS:
        raise Http404
    view, snapshot, data = _stored(request, name)
    label = DIMENSION_LABELS[name]
    if snapshot is None:
        return _computing(request, f"Revenue by {label.lower()}", view)
    if request.method == "POST":
        return _export(request, name, view, data)
    context = {
        **_choices(view, snapshot, data),
        "label": label,
        "table": pages.dimension_table(data, name, view),
        "models": pages.models_table(data, name, view),
    }
    return render(request, "attribution/dimension.html", context)


def _export(request: HttpRequest, name: str, view: pages.View, data: Mapping[str, Any]) -> HttpResponseBase:
    """Every model of one dimension as CSV; recorded, since it leaves the house."""
    access.current().check(request.user, "export")
    now = timezone.now()
    details = {"filters": {"lookback": view.lookback, "period": view.period}}
    access.current().record("export", by=request.user, at=now, subject=f"revenue by {name}", details=details)
    table = report.table(name, data)
    file = f'attachment; filename="revenue-{name}-{now:%Y-%m-%d}.csv"'
    return HttpResponse(to_csv(table), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": file})


@may("see_crm")
def key(request: HttpRequest, name: str, key: str) -> HttpResponseBase:
    if name not in DIMENSIONS:
        raise Http404
    view, snapshot, data = _stored(request, name)
    stored_key = NO_TOUCH if key == pages.NO_TOUCH_IN_ADDRESS else key
    if snapshot is None:
        return _computing(request, "Revenue", view)
    scope = figures.scope(view.period, snapshot.computed_at)
    row = report.row_of(data, name, stored_key, snapshot)
    if row is None:
        raise Http404
    [row] = labels.rows_for_reader(name, [row], reader(request))
    rows = lists.behind(view, scope, name, stored_key, reader(request))
    context = {
        **_choices(view, snapshot, data),
        "title": row["label"],
        "dimension": name,
        "dimension_label": DIMENSION_LABELS[name],
        "row": {state: (row[state][view.model], row[f"{state}_deals"][view.model]) for state in (WON, OPEN)},
        "is_chain": view.model == report.MARKOV,
        "limited": lists.is_limited(reader(request)),
        "subject": _subject(name, stored_key, row),
    }
    return ui_lists.respond(request, rows, lists.spec(name, view.model), "attribution/key.html", context)


def _subject(name: str, key: str, row: dict[str, Any]) -> str:
    """The page of the campaign or asset itself."""
    if name == "campaign" and key.isdigit() and Campaign.objects.filter(pk=int(key)).exists():
        return reverse("crm:campaign", args=[int(key)])
    return reverse("library:asset", args=[row["slug"]]) if "slug" in row else ""
