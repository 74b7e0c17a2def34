"""The report "findability": what became of the searches, how long finding takes, what is missing, and what changes did.

Every count is of rows of `SearchOutcome`, whose five outcomes add up to all followed searches of the window.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Count, F, Max, Q
from django.db.models.functions import Lower, Trim

from sameside.analytics import rates
from sameside.kit import snapshots
from sameside.kit.tables import Column, Table
from sameside.library.findability import changes, commonest, settling
from sameside.library.models import AssetVerdict, Search, SearchOutcome
from sameside.library.truth import WINDOWS
from sameside.people.models import Organisation, Team

FAILED = (SearchOutcome.Outcome.NONE, SearchOutcome.Outcome.REFORMULATED, SearchOutcome.Outcome.ABANDONED)
FOUND = (SearchOutcome.Outcome.USED, SearchOutcome.Outcome.OPENED)
TOP = 25
NEVER = "Matches often, and is never shown"
PLACES = (
    (1, 1, "1st"),
    (2, 2, "2nd"),
    (3, 3, "3rd"),
    (4, 10, "4th to 10th"),
    (11, 24, "11th to 24th"),
    (25, None, "Later"),
)


def compute(params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    settling.settle(at=at)
    window = int(params["window"])
    start = at - timedelta(days=window)
    rows = SearchOutcome.objects.filter(at__gt=start, at__lte=at)
    by_outcome = dict(rows.order_by().values_list("outcome").annotate(Count("pk")))
    total = sum(by_outcome.values())
    return {
        "window": window,
        "start": start.date().isoformat(),
        "total": total,
        "unfollowed": Search.objects.filter(at__gt=start, at__lte=at, person__isnull=True).count(),
        "outcomes": [_outcome(one, by_outcome.get(one.value, 0), total) for one in SearchOutcome.Outcome],
        "time": _time(start, at),
        "teams": _teams(start, at),
        "weeks": _weeks(start, at),
        "none": _queries(start, at, SearchOutcome.Outcome.NONE),
        "abandoned": _queries(start, at, SearchOutcome.Outcome.ABANDONED, SearchOutcome.Outcome.REFORMULATED),
        "places": _places(start, at),
        "never_shown": _never_shown(),
        commonest.KEY: commonest.count(start, at),
        "changes": changes.effects(start, at),
    }


def _outcome(one: SearchOutcome.Outcome, number: int, total: int) -> dict[str, Any]:
    low, high = rates.wilson(number, total)
    share = number / total if total else None
    return {"outcome": one.value, "label": str(one.label), "count": number, "share": share, "low": low, "high": high}


def _time(start: datetime, end: datetime) -> dict[str, Any]:
    """Seconds from the first key of an attempt, over the attempts in which something was opened, and used."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(seconds_to_open), percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_open),
                percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds_to_open), count(seconds_to_use),
                percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_use),
                percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds_to_use), count(DISTINCT attempt)
            FROM library_searchoutcome WHERE at > %s AND at <= %s
            """,
            [start, end],
        )
        row = cursor.fetchone()
    names = ("opened", "median_open", "p90_open", "used", "median_use", "p90_use", "attempts")
    return dict(zip(names, row, strict=True))


def _teams(start: datetime, end: datetime) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT team, count(*), count(*) FILTER (WHERE outcome = ANY(%s)), count(*) FILTER (WHERE outcome = 'none'),
                count(*) FILTER (WHERE outcome = 'abandoned'), count(seconds_to_open),
                percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_open),
                percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_use)
            FROM library_searchoutcome WHERE at > %s AND at <= %s GROUP BY team
            """,
            [[one.value for one in FOUND], start, end],
        )
        rows = cursor.fetchall()
    names = {team.pk: team.name for team in Team.objects.all()}
    found = []
    for team, searches, hits, none, abandoned, opened, to_open, to_use in rows:
        found.append(
            {
                "team": team,
                "label": names.get(team, "No team"),
                "searches": searches,
                "found": hits,
                "share": hits / searches,
                "none": none,
                "abandoned": abandoned,
                "opened": opened,
                "median_open": to_open,
                "median_use": to_use,
                "is_small": rates.is_small(searches),
            }
        )
    return sorted(found, key=lambda row: (-row["searches"], row["label"]))


def _weeks(start: datetime, end: datetime) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT date_trunc('week', at)::date, count(*), count(*) FILTER (WHERE outcome = ANY(%s)),
                count(*) FILTER (WHERE outcome = 'none'),
                percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_open)
            FROM library_searchoutcome WHERE at > %s AND at <= %s GROUP BY 1 ORDER BY 1
            """,
            [[one.value for one in FAILED], start, end],
        )
        rows = cursor.fetchall()
    return [
        {"week": week.isoformat(), "searches": n, "failed": failed, "none": none, "share": failed / n, "median": middle}
        for week, n, failed, none, middle in rows
    ]


def _queries(start: datetime, end: datetime, *outcomes: SearchOutcome.Outcome) -> list[dict[str, Any]]:
    """The commonest words with these outcomes, and the teams that searched them; `search` is the latest of them."""
    rows = (
        SearchOutcome.objects.filter(at__gt=start, at__lte=end, outcome__in=outcomes)
        .annotate(words=Lower(Trim(F("search__query"))))
        .exclude(words="")
        .order_by()
        .values("words")
        .annotate(
            times=Count("pk"),
            persons=Count("search__person", distinct=True),
            latest=Max("at"),
            example=Max("search_id"),
            teams=ArrayAgg("team", distinct=True, filter=Q(team__isnull=False), default=[]),
        )
        .order_by("-persons", "-times", "words")[:TOP]
    )
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    names = dict(Team.objects.values_list("pk", "name"))
    spellings = dict(Search.objects.filter(pk__in=[row["example"] for row in found]).values_list("pk", "query"))
    return [
        {
            "words": spellings[row["example"]],
            "times": row["times"],
            "persons": row["persons"],
            "teams": sorted(names[team] for team in row["teams"] if team in names),
            "latest": row["latest"].isoformat(),
            "search": row["example"],
        }
        for row in found
    ]


def _places(start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Where the first thing opened stood among the results; those whose place is not known are left out."""
    rows = SearchOutcome.objects.filter(at__gt=start, at__lte=end, position__isnull=False)
    by_place = dict(rows.order_by().values_list("position").annotate(Count("pk")))
    total = sum(by_place.values())
    found = []
    for low, high, label in PLACES:
        number = sum(n for place, n in by_place.items() if place >= low and (high is None or place <= high))
        found.append({"label": label, "count": number, "share": number / total if total else None})
    return found


def _never_shown() -> list[dict[str, Any]]:
    """Active assets that searches match often, and that were shown to nobody: under the organisation's window and k."""
    organisation = Organisation.current()
    rows = AssetVerdict.objects.filter(
        window=organisation.truth_window_days,
        k=organisation.truth_min_impressions,
        impressions=0,
        matched_searches__gt=0,
    )
    return [
        {
            "slug": one.asset.slug,
            "id": one.asset_id,
            "title": one.asset.title,
            "matched": one.matched_searches,
            "open_deals": one.open_deals,
        }
        for one in rows.select_related("asset").order_by("-matched_searches", "-open_deals", "-pk")[:TOP]
    ]


def _query_table(caption: str, rows: Sequence[Mapping[str, Any]], empty: str) -> Table:
    return Table(
        columns=[
            Column("words", "Words"),
            Column("persons", "Persons", "number"),
            Column("times", "Times", "number"),
        ],
        rows=rows,
        caption=caption,
        empty=empty,
    )


def tables(data: Mapping[str, Any]) -> list[Table]:
    outcomes = Table(
        columns=[
            Column("label", "Outcome"),
            Column("count", "Searches", "number"),
            Column("share", "Share", "percent"),
            Column("low", "From", "percent", help="95 % interval of the share."),
            Column("high", "To", "percent"),
        ],
        rows=data["outcomes"],
        total={"label": "All searches", "count": data["total"], "share": 1 if data["total"] else None},
        caption=f"Searches over {data['window']} days",
        note=_left_out(data["unfollowed"]),
        empty="Nobody has searched yet.",
    )
    teams = Table(
        columns=[
            Column("label", "Team"),
            Column("searches", "Searches", "number"),
            Column("found", "Found", "number", help="Something was opened or used."),
            Column("share", "Share", "percent"),
            Column("none", "Nothing found", "number"),
            Column("abandoned", "Abandoned", "number"),
            Column("median_open", "Time to open", "seconds", help="Median, from the first key of the attempt."),
            Column("median_use", "Time to use", "seconds", help="Median, from the first key of the attempt."),
        ],
        rows=data["teams"],
        caption="By team",
        empty="Nobody has searched yet.",
    )
    places = Table(
        columns=[
            Column("label", "Place among the results"),
            Column("count", "First opened", "number"),
            Column("share", "Share", "percent"),
        ],
        rows=data["places"],
        caption="Where the first thing opened stood",
        empty="Nothing was opened from results yet.",
    )
    never = Table(
        columns=[
            Column("title", "Asset"),
            Column("matched", "Searches that match it", "number"),
            Column("open_deals", "Open deals in its facets", "number"),
        ],
        rows=data["never_shown"],
        caption=NEVER,
        empty="Everything that searches match was shown to somebody.",
    )
    none = _query_table("Searches that found nothing", data["none"], "No search came back empty.")
    abandoned = _query_table("Searches that were abandoned", data["abandoned"], "No search was abandoned.")
    return [outcomes, teams, none, abandoned, places, never, changes.table(data["changes"])]


def _left_out(number: int) -> str:
    if not number:
        return ""
    many = "search names" if number == 1 else "searches name"
    return f"{number:,} more {many} no person, so what became of them is not known; left out."


def read(query: Mapping[str, str]) -> dict[str, Any]:
    given = query.get("window", "")
    asked = int(given) if given.isascii() and given.isdecimal() and len(given) <= 4 else 90
    return {"window": min(WINDOWS, key=lambda days: (abs(days - asked), days))}


snapshots.register(snapshots.Report("findability", compute, {"window": 90}, read, tables))
