"""Pages over snapshots: read the stored report, or ask the browser to have it computed (a GET never writes)."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from sameside.kit import snapshots

_Version = tuple[str, str, int, datetime]
_PRESENTED: OrderedDict[_Version, dict[str, Any]] = OrderedDict()
_MOST_PRESENTED = 48


def report_page(
    request: HttpRequest,
    name: str,
    template: str,
    context: dict[str, Any] | None = None,
    present: Callable[[Mapping[str, Any]], dict[str, Any]] | None = None,
    vary: str | None = None,
) -> HttpResponse:
    """Render `template` with `report` (the data), `snapshot`, `params`, `tables` and what `present` makes of the data
    (charts, linked tables); before the first computation render the page that asks for it and shows that it is under
    way.

    With `vary` given, what `present` makes depends on the data and on `vary` alone, not on who asks: it is made once
    for each snapshot and kept.
    """
    report = snapshots.REGISTRY[name]
    params = report.read(request.GET.dict())
    snapshot = snapshots.read(name, params)
    shared = {"params": params, "report_name": name, **(context or {})}
    if snapshot is None:
        return render(request, "ui/computing.html", shared)
    data = snapshot.data
    shown = {"report": data, "snapshot": snapshot, "tables": SimpleLazyObject(lambda: report.tables(data))}
    if present is not None:
        version = None if vary is None else (template, vary, snapshot.pk, snapshot.computed_at)
        shown |= presented(version, lambda: present(data))
    return render(request, template, {**shared, **shown})


def presented(version: _Version | None, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What is shown of a snapshot, made once for its (template, variation, number, time); None: made anew."""
    if version is None:
        return make()
    if version not in _PRESENTED:
        _PRESENTED[version] = make()
        while len(_PRESENTED) > _MOST_PRESENTED:
            _PRESENTED.popitem(last=False)
    return _PRESENTED[version]


@require_POST
def computation(request: HttpRequest, name: str) -> HttpResponse:
    """POST reports/<name>/computation/?...: compute the report for the parameters in the query string."""
    if name not in snapshots.REGISTRY:
        raise Http404
    report = snapshots.REGISTRY[name]
    snapshots.compute(name, report.read(request.GET.dict()), at=timezone.now())
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    back = request.headers.get("Referer", "")
    known = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if known else "/")


computation.policy = "see_reports"  # type: ignore[attr-defined]
