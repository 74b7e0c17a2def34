"""List pages: a specification says columns, filters and sorts; the page, the address and the CSV file follow from it.

Every choice stands in the query string, so that a list can be bookmarked and sent. The export is a POST to the same
address (it is recorded, and a GET never writes) and holds every row that the filters leave, in the order shown.
"""

import datetime
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from sameside.kit import paging
from sameside.kit.paging import Order
from sameside.kit.tables import Column, csv_lines
from sameside.ui import access

_CURSORS = ("after", "before")
FIRST_YEAR, LAST_YEAR = 1900, 2200  # a filter may add days to a date, and compare it in any time zone


def identity(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    return rows


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    count: int | None = None


@dataclass(frozen=True)
class Filter:
    """One narrowing of a list. A `hidden` filter has no control: a link from another page sets it, a chip shows it.

    `apply(rows, value)` gets a value that is among `choices` (when there are any) or an ISO date of a plausible year
    (`date`).
    `describe(value)` is the chip's text where the value alone says little.
    """

    key: str
    label: str
    apply: "Callable[[QuerySet[Any], str], QuerySet[Any]]"
    choices: Callable[[Any], Sequence[Choice]] | None = None
    kind: Literal["select", "text", "date", "hidden"] = "select"
    describe: Callable[[str], str] | None = None


@dataclass(frozen=True)
class Sort:
    """A named order; a column with the same key gets a sortable header. `sort=-key` in the address turns it around."""

    key: str
    label: str
    order: Order


@dataclass(frozen=True)
class Empty:
    """What is missing, and how to get it. `needs` is the capability without which the action is not offered."""

    icon: str
    title: str
    text: str
    action_url: str = ""
    action_label: str = ""
    needs: str = ""


@dataclass(frozen=True)
class ListSpec:
    """`row(object)` gives the cells by column key, and `link`: the address the row opens. First sort: the default."""

    name: str
    columns: Sequence[Column]
    row: Callable[[Any], Mapping[str, Any]]
    filters: Sequence[Filter]
    sorts: Sequence[Sort]
    empty: Empty
    prefetch: "Callable[[QuerySet[Any]], QuerySet[Any]]" = identity
    size: int = 50


@dataclass(frozen=True)
class Control:
    """One filter as the filter bar shows it."""

    key: str
    label: str
    kind: str
    value: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Chip:
    label: str
    text: str
    remove: str


@dataclass(frozen=True)
class Header:
    column: Column
    url: str = ""
    direction: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True)
class Listing:
    """`query` is the query string without cursors; `next`, `previous` and each chip's `remove` are addresses."""

    spec: ListSpec
    rows: Sequence[Mapping[str, Any]]
    page: "paging.Page[Any]"
    controls: Sequence[Control]
    active: Sequence[Chip]
    headers: Sequence[Header]
    sort: str
    sort_choices: Sequence[Choice]
    query: str
    next: str
    previous: str
    is_filtered: bool


def _address(query: QueryDict, **changes: str) -> str:
    """The relative address with `changes`; an empty value removes its key, and cursors never survive."""
    changed = query.copy()
    for key in (*_CURSORS, *changes):
        changed.pop(key, None)
    for key, value in changes.items():
        if value:
            changed[key] = value
    return f"?{changed.urlencode()}"


def _is_valid(kind: str, value: str, choices: Sequence[Choice]) -> bool:
    if not value or "\x00" in value or len(value) > 200:
        return False
    if kind == "date":
        try:
            return FIRST_YEAR <= datetime.date.fromisoformat(value).year <= LAST_YEAR
        except ValueError:
            return False
    return kind != "select" or any(choice.value == value for choice in choices)


# Choices of filters by person, list and filter, with the time they were read: they change with imports only.
_OFFERED: dict[tuple[int, str, str], tuple[float, Sequence[Choice]]] = {}
_OFFERED_SECONDS = 60
_MOST_OFFERED = 10_000


def forget_choices() -> None:
    """Read the choices of every filter anew."""
    _OFFERED.clear()


def _offered(one: Filter, spec: ListSpec, person: Any, value: str) -> Sequence[Choice]:
    """The choices of a filter, read at most once a minute, and anew when the address holds one that is unknown."""
    if one.choices is None:
        return ()
    key = (person.pk, spec.name, one.key)
    read_at, choices = _OFFERED.get(key, (0.0, ()))
    unknown = bool(value) and not any(choice.value == value for choice in choices)
    if unknown or time.monotonic() - read_at > _OFFERED_SECONDS:
        if len(_OFFERED) >= _MOST_OFFERED:
            _OFFERED.clear()
        choices = one.choices(person)
        _OFFERED[key] = (time.monotonic(), choices)
    return choices


def _controls(request: HttpRequest, spec: ListSpec) -> list[Control]:
    found = []
    for one in spec.filters:
        value = request.GET.get(one.key, "").strip()
        choices = _offered(one, spec, request.user, value)
        valid = _is_valid(one.kind if one.choices or one.kind != "select" else "text", value, choices)
        found.append(Control(one.key, one.label, one.kind, value if valid else "", choices))
    return found


def _chosen_sort(request: HttpRequest, spec: ListSpec) -> tuple[str, Order]:
    """The sort in the address as its key (with `-` when turned around) and its order; the first one by default."""
    asked = request.GET.get("sort", "")
    for sort in spec.sorts:
        if asked == sort.key:
            return sort.key, sort.order
        if asked == f"-{sort.key}":
            return asked, replace(sort.order, descending=not sort.order.descending)
    return spec.sorts[0].key, spec.sorts[0].order


def _sort_choices(spec: ListSpec, chosen: str) -> list[Choice]:
    choices = [Choice(one.key, one.label) for one in spec.sorts]
    turned = [Choice(chosen, f"{one.label}, reversed") for one in spec.sorts if chosen == f"-{one.key}"]
    return [*choices, *turned]


def _headers(query: QueryDict, spec: ListSpec, chosen: str, order: Order) -> list[Header]:
    keys = {sort.key for sort in spec.sorts}
    headers = []
    for column in spec.columns:
        if column.key not in keys:
            headers.append(Header(column))
        elif chosen.lstrip("-") == column.key:
            other = column.key if chosen.startswith("-") else f"-{column.key}"
            direction: Literal["ascending", "descending"] = "descending" if order.descending else "ascending"
            headers.append(Header(column, _address(query, sort=other), direction))
        else:
            headers.append(Header(column, _address(query, sort=column.key)))
    return headers


def _text_of(control: Control, one: Filter) -> str:
    if one.describe:
        return one.describe(control.value)
    return next((choice.label for choice in control.choices if choice.value == control.value), control.value)


def _narrow(rows: "QuerySet[Any]", spec: ListSpec, controls: Sequence[Control]) -> "QuerySet[Any]":
    for one, control in zip(spec.filters, controls, strict=True):
        if control.value:
            rows = one.apply(rows, control.value)
    return rows


def _row(spec: ListSpec, item: Model) -> dict[str, Any]:
    return {**spec.row(item), "object": item}


def build(request: HttpRequest, rows: "QuerySet[Any]", spec: ListSpec) -> Listing:
    """The page of `rows` that the address asks for. What the address holds wrongly is ignored."""
    query = request.GET
    controls = _controls(request, spec)
    sort, order = _chosen_sort(request, spec)
    page = paging.page(
        spec.prefetch(_narrow(rows, spec, controls)),
        order,
        after=query.get("after", ""),
        before=query.get("before", ""),
        size=spec.size,
    )
    pairs = [(one, control) for one, control in zip(spec.filters, controls, strict=True) if control.value]
    chips = [Chip(c.label, _text_of(c, one), _address(query, **{c.key: ""})) for one, c in pairs]
    base = _address(query)
    joined = base if base == "?" else f"{base}&"
    return Listing(
        spec=spec,
        rows=[_row(spec, item) for item in page.rows],
        page=page,
        controls=controls,
        active=chips,
        headers=_headers(query, spec, sort, order),
        sort=sort,
        sort_choices=_sort_choices(spec, sort),
        query=base[1:],
        next=f"{joined}after={page.next}" if page.next else "",
        previous=f"{joined}before={page.previous}" if page.previous else "",
        is_filtered=bool(chips),
    )


def _plain(value: Any) -> Any:
    """A cell's value for the CSV file: markup is dropped, objects give their text, numbers stay numbers."""
    if isinstance(value, SafeString):
        return strip_tags(value)
    if isinstance(value, str | int | float | None):
        return value
    return str(value)


def _export(request: HttpRequest, rows: "QuerySet[Any]", spec: ListSpec) -> StreamingHttpResponse:
    access.current().check(request.user, "export")
    controls = _controls(request, spec)
    filters = {control.key: control.value for control in controls if control.value}
    now = timezone.now()
    access.current().record("export", by=request.user, at=now, subject=spec.name, details={"filters": filters})
    _, order = _chosen_sort(request, spec)
    chosen = paging.ordered(spec.prefetch(_narrow(rows, spec, controls)), order)

    def plain() -> Iterator[dict[str, Any]]:
        for item in chosen.iterator(chunk_size=2000):
            cells = spec.row(item)
            yield {column.key: _plain(cells.get(column.key)) for column in spec.columns}

    name = f"{spec.name}-{now:%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        csv_lines(spec.columns, plain()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def respond(
    request: HttpRequest,
    rows: "QuerySet[Any]",
    spec: ListSpec,
    template: str = "ui/list.html",
    context: Mapping[str, Any] | None = None,
) -> "HttpResponse | StreamingHttpResponse":
    """GET: the list as a page (`listing` in the template). POST with `export=csv`: the CSV file."""
    if request.method == "POST":
        if request.POST.get("export") != "csv":
            return HttpResponse("Unknown export.", status=400)
        return _export(request, rows, spec)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    return render(request, template, {"listing": build(request, rows, spec), **(context or {})})
