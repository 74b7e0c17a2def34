"""How findable the library is as a page, the searches behind each figure, and what is missing."""

from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from sameside.kit import snapshots
from sameside.kit.paging import Order
from sameside.kit.tables import Column, Table
from sameside.library import access
from sameside.library.findability import report
from sameside.library.models import SearchOutcome
from sameside.library.truth import WINDOWS
from sameside.library.views import person_of
from sameside.people.models import Person, Team
from sameside.people.policies import can, may
from sameside.ui import formats
from sameside.ui.cells import Badge, Link, Two
from sameside.ui.charts import Chart, Series
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort, respond
from sameside.ui.reports import report_page

TONES = {"used": "good", "opened": "info", "none": "bad", "reformulated": "warn", "abandoned": "neutral"}
RULES = {
    "used": "Something it showed was shared, presented or personalised within half an hour.",
    "opened": "Something it showed was opened within five minutes, or later by its link.",
    "none": "There was no result.",
    "reformulated": "Nothing was opened, and the person asked in other words within two minutes.",
    "abandoned": "There were results; nothing was opened, and nothing else was asked.",
}


def _searches_url(**filters: Any) -> str:
    return f"{reverse('library:searches')}?{urlencode(filters)}"


def _of_team(team: int | None, since: str) -> str:
    return _searches_url(team=team or "-", since=since)


def _parts(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    found, x = [], 0.0
    for row in data["outcomes"]:
        width = 100 * (row["share"] or 0)
        found.append(
            {
                **row,
                "tone": TONES[row["outcome"]],
                "rule": RULES[row["outcome"]],
                "x": f"{x:.3f}",
                "width": f"{width:.3f}",
                "url": _searches_url(outcome=row["outcome"], since=data["start"]),
            }
        )
        x += width
    return found


def _weeks(data: Mapping[str, Any]) -> Chart:
    rows = data["weeks"]
    table = Table(
        columns=[
            Column("week", "Week of", "date"),
            Column("searches", "Searches", "number"),
            Column("failed", "Failed", "number"),
            Column("share", "Share", "percent"),
            Column("median", "Time to open", "seconds"),
        ],
        rows=rows,
    )
    return Chart(
        kind="line",
        title="Searches that failed, by week",
        categories=[formats.date(row["week"]) for row in rows],
        series=[Series("Failed", [round(row["share"], 4) for row in rows], "bad")],
        unit="percent",
        table=table,
        description="Share of the week's searches that found nothing, were asked again in other words, or abandoned.",
    )


def _places(data: Mapping[str, Any], table: Table) -> Chart:
    return Chart(
        kind="bar",
        title="Where the first thing opened stood",
        categories=[row["label"] for row in data["places"]],
        series=[Series("First opened", [row["share"] for row in data["places"]], "1")],
        unit="percent",
        table=table,
        description="Of the searches in which something was opened, the place of the first thing among the results.",
    )


def _failed(data: Mapping[str, Any], key: str, outcome: str) -> list[dict[str, Any]]:
    """The words of failed searches: each opens its searches."""
    since = data["start"]
    return [
        {
            **row,
            "url": _searches_url(words=row["words"], outcome=outcome, since=since),
            "day": formats.date(row["latest"]),
            "whose": ", ".join(row.get("teams", ())),
        }
        for row in data[key]
    ]


def _present(data: Mapping[str, Any]) -> dict[str, Any]:
    outcomes, teams, _none, _abandoned, places, _never, changes = report.tables(data)
    team_rows = [
        {
            **row,
            "label": Two(row["label"], "few searches" if row["is_small"] else ""),
            "searches": Link(formats.number(row["searches"]), _of_team(row["team"], data["start"])),
        }
        for row in data["teams"]
    ]
    change_rows = [
        {**row, "what": Two(row["what"], "shares its weeks with another change" if row["overlaps"] else row["subject"])}
        for row in data["changes"]
    ]
    failed = sum(row["count"] for row in data["outcomes"] if row["outcome"] in report.FAILED)
    return {
        "parts": _parts(data),
        "outcomes": outcomes,
        "failed": failed,
        "failed_share": failed / data["total"] if data["total"] else None,
        "weeks": _weeks(data) if len(data["weeks"]) > 1 else None,
        "places": _places(data, places) if any(row["count"] for row in data["places"]) else None,
        "team_table": Table(columns=teams.columns, rows=team_rows, empty=teams.empty),
        "changes": Table(columns=changes.columns, rows=change_rows, note=changes.note, empty=changes.empty),
        "missing": _failed(data, "none", "none"),
        "given_up": _failed(data, "abandoned", ""),
        "windows": WINDOWS,
    }


def never_table(data: Mapping[str, Any], person: Person) -> Table:
    """What is never shown, of what `person` may open; only those who edit the library may see why."""
    rows = access.named_rows(person, data["never_shown"])
    if can(person, "edit_library"):
        rows = [{**row, "link": reverse("library:findability_of", args=[row["slug"]])} for row in rows]
    [table] = [one for one in report.tables(data) if one.caption == report.NEVER]
    return Table(columns=table.columns, rows=rows, empty=table.empty)


@may("see_reports")
@require_GET
def findability(request: HttpRequest) -> HttpResponse:
    """GET library/findability/"""
    person = person_of(request)
    edits = can(person, "edit_library")
    stored = snapshots.read("findability", snapshots.REGISTRY["findability"].read(request.GET.dict()))
    context = {
        "never": never_table(stored.data, person) if stored else None,
        "title": "Findability",
        "request_url": reverse("library:missing"),
        "synonym_url": reverse("search:synonyms") if edits else "",
        "may_edit": edits,
    }
    return report_page(request, "findability", "library/findability.html", context, _present, vary="")


def _by_words(rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
    return rows.filter(search__query__icontains=value)


def _by_team(rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
    if value == "-":
        return rows.filter(team__isnull=True)
    return rows.filter(team=int(value)) if value.isascii() and value.isdecimal() and len(value) < 12 else rows.none()


def _teams(_person: Any) -> list[Choice]:
    return [*(Choice(str(pk), name) for pk, name in Team.objects.values_list("pk", "name")), Choice("-", "No team")]


def _row(one: SearchOutcome) -> dict[str, Any]:
    outcome = SearchOutcome.Outcome(one.outcome)
    search = one.search
    chosen = ", ".join(f"{key}: {', '.join(map(str, values))}" for key, values in search.filters.items() if values)
    return {
        "words": Two(search.query or "(no words)", chosen[:200]),
        "outcome": Badge(str(outcome.label), TONES[outcome.value]),
        "team": one.team_name,  # type: ignore[attr-defined]  # annotated by _with_teams
        "results": search.results,
        "place": one.position,
        "open": one.seconds_to_open,
        "use": one.seconds_to_use,
        "at": one.at,
        "link": f"{reverse('library:list')}?{urlencode({'q': search.query})}",
    }


def _with_teams(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    name = Team.objects.filter(pk=OuterRef("team")).values("name")[:1]
    named: QuerySet[Any] = rows.select_related("search").annotate(team_name=Coalesce(Subquery(name), Value("No team")))
    return named


SPEC = ListSpec(
    name="searches",
    columns=[
        Column("words", "Words"),
        Column("outcome", "Outcome"),
        Column("team", "Team"),
        Column("results", "Results", "number"),
        Column("place", "Opened at", "number", help="The place of the first thing opened among the results."),
        Column("open", "Time to open", "seconds", help="From the first key of the attempt."),
        Column("use", "Time to use", "seconds", help="From the first key of the attempt."),
        Column("at", "When", "datetime"),
    ],
    row=_row,
    filters=[
        Filter("words", "Words", _by_words, kind="text"),
        Filter(
            "outcome",
            "Outcome",
            lambda rows, value: rows.filter(outcome=value),
            choices=lambda _person: [Choice(one.value, str(one.label)) for one in SearchOutcome.Outcome],
        ),
        Filter("team", "Team", _by_team, choices=_teams),
        Filter("since", "Since", lambda rows, value: rows.filter(at__date__gte=value), kind="date"),
    ],
    sorts=[
        Sort("at", "Latest", Order("at", descending=True)),
    ],
    prefetch=_with_teams,
    empty=Empty(
        "search",
        "Nobody has searched yet",
        "What becomes of a search is known five minutes after it.",
        "/library/",
        "Search",
    ),
)


def visible_outcomes(person: Person) -> "QuerySet[SearchOutcome]":
    """Those who look after the library see what was searched, with the team it was searched in; everybody their own."""
    rows = SearchOutcome.objects.all()
    return rows if can(person, "edit_library") else rows.filter(search__person=person)


@may("see_reports")
@require_http_methods(["GET", "HEAD", "POST"])
def searches(request: HttpRequest) -> HttpResponseBase:
    """GET library/findability/searches/: the searches behind each figure."""
    person = person_of(request)
    edits = can(person, "edit_library")
    whose = "What was searched, by team, and what became of it." if edits else "Your own, and what became of them."
    return respond(request, visible_outcomes(person), SPEC, context={"title": "Searches", "subtitle": whose})
