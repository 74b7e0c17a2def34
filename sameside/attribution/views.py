"""The revenue report, one page for each dimension, and the deals behind each figure."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from sameside.attribution import drawn, exporting, figures, labels, lists, over_time, pages, report
from sameside.attribution.copy import lag
from sameside.attribution.figures import OPEN, WON
from sameside.attribution.labels import DIMENSION_LABELS, EXPLAINED, MODEL_LABELS
from sameside.attribution.material import DIMENSIONS, NO_TOUCH, PAID
from sameside.attribution.over_time import OverTime
from sameside.crm.models import Campaign
from sameside.kit.models import Snapshot
from sameside.kit.tables import to_csv
from sameside.people.policies import may, reader
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


def _told(view: pages.View) -> str:
    """The model that stands for the chosen one where deals or months are told one by one."""
    return lists.share_of(view.model)


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
def overview(request: HttpRequest) -> HttpResponseBase:
    view, snapshot, data = _stored(request, "channel")
    if snapshot is None:
        return _computing(request, "Revenue", view)
    if request.method == "POST":
        return _export_all(request, view, data)
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
        "months": drawn.months_chart(OverTime(**data["months"][_told(view)]), "origin"),
        "kinds": exporting.CHOICES,
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
        return _export(request, name, view, snapshot, data)
    context = {
        **_choices(view, snapshot, data),
        "label": label,
        "kinds": exporting.CHOICES,
        "months": drawn.months_chart(
            over_time.for_reader(report.over(snapshot, view.period, name, view.model), name, reader(request)), name
        ),
        "table": pages.dimension_table(data, name, view),
        "models": pages.models_table(data, name, view),
    }
    return render(request, "attribution/dimension.html", context)


def _export(
    request: HttpRequest, name: str, view: pages.View, snapshot: Snapshot, data: Mapping[str, Any]
) -> HttpResponseBase:
    """Every model of one dimension, or what it earned over time."""
    now = timezone.now()
    title, facts = f"Revenue by {DIMENSION_LABELS[name].lower()}", pages.facts(view)
    over = over_time.for_reader(report.over(snapshot, view.period, name, view.model), name, reader(request))
    months, by_model = drawn.months_table(over), report.table(name, data)
    is_over_time = request.POST.get("table") == "months"
    table = months if is_over_time else by_model
    on_paper = {
        "Models, side by side": exporting.side_by_side(data, name, view.models),
        f"By {over.step}, {MODEL_LABELS[over.model].lower()}": months,
    }
    made = {
        "csv": lambda: to_csv(table).encode(),
        "parquet": lambda: exporting.table_parquet(table),
        "pdf": lambda: exporting.table_pdf(title, facts, on_paper, [note["text"] for note in data["missing"]], now),
    }
    file = f"revenue-{name}{f'-by-{over.step}' if is_over_time else ''}-{now:%Y-%m-%d}"
    return exporting.send(request, made, subject=title.lower(), file=file, details=_asked(view))


def _export_all(request: HttpRequest, view: pages.View, data: Mapping[str, Any]) -> HttpResponseBase:
    """The whole report, every dimension under every model."""
    now = timezone.now()
    made = {
        "csv": lambda: exporting.csv(data),
        "parquet": lambda: exporting.parquet(data),
        "pdf": lambda: exporting.pdf("Revenue", pages.facts(view), data, view.models, now),
    }
    return exporting.send(request, made, subject="revenue", file=f"revenue-{now:%Y-%m-%d}", details=_asked(view))


def _asked(view: pages.View) -> dict[str, Any]:
    return {"filters": {"lookback": view.lookback, "period": view.period}}


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
