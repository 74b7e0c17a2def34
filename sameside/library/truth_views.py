"""The truth about content as a page, and the assets behind each verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from sameside.kit import snapshots
from sameside.kit.paging import Order
from sameside.kit.tables import Column, Table
from sameside.library import access, facets, report, truth
from sameside.library.models import Asset, AssetFacet, AssetVerdict, Facet, Verdict
from sameside.library.shelf import TONES
from sameside.library.views import person_of, upload_url
from sameside.people.models import Person, Team
from sameside.people.policies import may
from sameside.ui import formats
from sameside.ui.cells import Badge, Link, Two
from sameside.ui.charts import Chart, Series
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort, respond
from sameside.ui.reports import report_page

ALL = "all"


@dataclass(frozen=True)
class Part:
    """One verdict in the headline; x and width are hundredths of the bar."""

    verdict: str
    label: str
    rule: str
    tone: str
    count: str
    share: str
    x: str
    width: str
    url: str


def _url(verdict: str, data: Mapping[str, Any], **filters: str) -> str:
    query = {"window": data["window"], "k": data["k"], **filters}
    return f"{reverse('library:truth_list', args=[verdict])}?{urlencode(query)}"


def _parts(data: Mapping[str, Any]) -> list[Part]:
    found, x = [], 0.0
    rules = {verdict.value: words for verdict, words in truth.IN_WORDS}
    for row in data["verdicts"]:
        width = 100 * (row["share"] or 0)
        found.append(
            Part(
                verdict=row["verdict"],
                label=row["label"],
                rule=rules[row["verdict"]],
                tone=TONES[Verdict(row["verdict"])],
                count=formats.number(row["count"]),
                share=formats.percent(row["share"]),
                x=f"{x:.3f}",
                width=f"{width:.3f}",
                url=_url(row["verdict"], data),
            )
        )
        x += width
    return found


def _headline(data: Mapping[str, Any]) -> str:
    """ "62 % of your content goes unused = 31 % not found + ..."."""
    parts = [f"{formats.percent(row['share'])} {row['label'].lower()}" for row in data["verdicts"][1:] if row["count"]]
    return " + ".join(parts)


def _chart(data: Mapping[str, Any], table: Table) -> Chart:
    published = {
        Verdict.USED: 1 - report.PUBLISHED.unused,
        Verdict.NOT_FOUND: report.PUBLISHED.not_found,
        Verdict.NOT_RELEVANT: report.PUBLISHED.not_relevant,
    }
    shares = {row["verdict"]: row["share"] or 0 for row in data["verdicts"]}
    return Chart(
        kind="stacked",
        title="Your library, and the published figure",
        categories=["Your library", "Published study"],
        series=[Series(str(v.label), [round(shares[v], 4), round(published.get(v, 0), 4)], TONES[v]) for v in Verdict],
        unit="percent",
        table=table,
        description=f"Of {data['active']} active assets {formats.percent(data['unused_share'])} are unused: "
        f"{_headline(data)}. The published figure is 65 % unused.",
    )


def _counts(row: Mapping[str, Any], data: Mapping[str, Any], **filters: str) -> dict[str, Any]:
    """The verdict counts of a row, each opening its assets."""
    return {
        v.value: Link(formats.number(row[v.value]), _url(v.value, data, **filters)) if row[v.value] else 0
        for v in Verdict
    }


def _breakdown(facet: Facet, data: Mapping[str, Any]) -> Table:
    [table] = [one for one in report.tables(data) if one.columns[0].label == facet.label]
    rows = []
    for row in data["breakdowns"][facet.value]:
        chosen = {facet.value: row["value"] or "-"}
        rows.append({**row, **_counts(row, data, **chosen), "link": _url(ALL, data, **chosen)})
    return Table(columns=table.columns, rows=rows, note=table.note, empty="No facets yet: confirm what was proposed.")


def _team_table(data: Mapping[str, Any]) -> Table:
    [table] = [one for one in report.tables(data) if one.caption == "By team"]
    rows = []
    for row in data["teams"]:
        shown = {"shown": str(row["team"])}
        used = {"used": str(row["team"])}
        rows.append(
            {
                **row,
                "label": Two(row["label"], row["side"]),
                "shown": Link(formats.number(row["shown"]), _url(ALL, data, **shown)) if row["shown"] else 0,
                "used": Link(formats.number(row["used"]), _url(ALL, data, **used)) if row["used"] else 0,
            }
        )
    return Table(columns=table.columns, rows=rows, empty="No team yet: bring in users from the CRM.")


def _unfound_table(data: Mapping[str, Any], person: Person) -> Table:
    rows = [
        {**row, "title": Two(row["title"], row["reason"]), "link": reverse("library:asset", args=[row["slug"]])}
        for row in access.named_rows(person, data["unfound"])
    ]
    [table] = [one for one in report.tables(data) if one.caption == "Wanted, and not found"]
    return Table(columns=table.columns, rows=rows, empty=table.empty)


def present(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the page shows of the report."""
    tables = report.tables(data)
    return {
        "parts": _parts(data),
        "headline": _headline(data),
        "chart": _chart(data, tables[0]),
        "team_table": _team_table(data),
        "breakdowns": [(str(one.label), _breakdown(one, data)) for one in report.SHOWN],
        "unfound_url": _url(Verdict.NOT_FOUND, data),
        "windows": truth.WINDOWS,
        "least_k": truth.LEAST_K,
        "most_k": truth.MOST_K,
        "published": report.PUBLISHED,
    }


@may("see_reports")
@require_GET
def content(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    stored = snapshots.read("content", report.read(request.GET.dict()))
    context = {
        "title": "The truth about content",
        "upload_url": upload_url(person),
        "unfound": _unfound_table(stored.data, person) if stored else None,
    }
    return report_page(request, "content", "library/truth.html", context, present, vary="")


def _facet_filter(facet: Facet) -> Filter:
    def apply(rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        stated = AssetFacet.objects.filter(facet=facet).exclude(state=AssetFacet.State.REJECTED)
        if value == "-":
            return rows.exclude(asset__in=stated.values("asset_id"))
        return rows.filter(asset__in=stated.filter(value=value).values("asset_id"))

    return Filter(
        facet.value,
        str(facet.label),
        apply,
        kind="hidden",
        describe=lambda value: "Not stated" if value == "-" else facets.label(facet, value),
    )


def _team_filter(key: str, label: str) -> Filter:
    def apply(rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        if not value.isdecimal() or len(value) > 12:
            return rows.none()
        return rows.filter(**{f"teams_{key}__contains": [int(value)]})

    def describe(value: str) -> str:
        team = Team.objects.filter(pk=value).first() if value.isdecimal() and len(value) <= 12 else None
        return team.name if team else "unknown team"

    return Filter(key, label, apply, kind="hidden", describe=describe)


def identity(rows: "QuerySet[Any]", _value: str) -> "QuerySet[Any]":
    """The view has applied it already; as a filter it stays in the address."""
    return rows


def _by_words(rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
    return rows.filter(asset__title__icontains=value)


def _by_format(rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
    return rows.filter(asset__format=value)


def _row(one: AssetVerdict) -> dict[str, Any]:
    verdict = Verdict(one.verdict)
    return {
        "title": Two(one.asset.title, one.reason),
        "verdict": Badge(str(verdict.label), TONES[verdict]),
        "shown": one.impressions,
        "opens": one.opens,
        "uses": one.uses,
        "demand": one.open_deals,
        "searches": one.matched_searches,
        "link": f"{reverse('library:list')}{one.asset.slug}/",
    }


def _formats(_person: Any) -> list[Choice]:
    return [Choice(value, label) for value, label in facets.FORMATS.items()]


SPEC = ListSpec(
    name="content-truth",
    columns=[
        Column("title", "Asset"),
        Column("verdict", "Verdict"),
        Column("shown", "Shown", "number"),
        Column("opens", "Opened", "number", help="Opened or downloaded, by those who do not make content."),
        Column("uses", "Used", "number", help="Shared, presented or personalised."),
        Column("demand", "Open deals", "number", help="Deals in its facets that were open in the window."),
        Column("searches", "Searches", "number", help="Searches of the window that its words match."),
    ],
    row=_row,
    filters=[
        Filter("words", "Title", _by_words, kind="text"),
        Filter("format", "Format", _by_format, choices=_formats),
        *(_facet_filter(facet) for facet in report.BREAKDOWNS),
        Filter("window", "Window", identity, kind="hidden", describe=lambda value: f"{value} days"),
        Filter("k", "k", identity, kind="hidden"),
        _team_filter("shown", "Shown to"),
        _team_filter("used", "Used by"),
    ],
    sorts=[
        Sort("demand", "Open deals", Order("open_deals", descending=True)),
        Sort("searches", "Searches", Order("matched_searches", descending=True)),
        Sort("shown", "Shown", Order("impressions", descending=True)),
        Sort("opens", "Opened", Order("opens", descending=True)),
        Sort("uses", "Used", Order("uses", descending=True)),
    ],
    prefetch=lambda rows: rows.select_related("asset").defer("asset__summary"),
    empty=Empty(
        "eye-check",
        "No asset has this verdict",
        "With another window or k the picture may differ.",
        "/library/truth/",
        "To the content truth",
    ),
)


@may("see_reports")
@require_http_methods(["GET", "HEAD", "POST"])
def verdict_list(request: HttpRequest, verdict: str) -> HttpResponseBase:
    """The assets with one verdict (or `all`) under the window and k in the address."""
    if verdict != ALL and verdict not in Verdict.values:
        raise Http404
    params = report.read(request.GET.dict())
    visible = Asset.objects.visible_to(person_of(request))
    rows = AssetVerdict.objects.filter(window=params["window"], k=params["k"], asset__in=visible.values("pk"))
    if verdict != ALL:
        rows = rows.filter(verdict=verdict)
    rules = {one.value: words for one, words in truth.IN_WORDS}
    context = {
        "title": str(Verdict(verdict).label) if verdict != ALL else "All judged content",
        "subtitle": rules.get(verdict, f"Every active asset, judged over {params['window']} days."),
        "verdict": verdict,
        "params": params,
        "choices": [(one.value, str(one.label)) for one in Verdict] + [(ALL, "All")],
        "base": reverse("library:truth"),
        "back": f"{reverse('library:truth')}?{urlencode(params)}",
    }
    return respond(request, rows, SPEC, "library/verdict_list.html", context)
