"""The report "content": how much of the library is used, and why the rest is not.

It judges every active asset (`truth.py`) by its facts (`facts.py`), keeps the verdicts as rows, so that each segment
opens its assets, and counts them: the counts of the five verdicts add up to the number of active assets, always.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q

from sameside.conversations.models import Conversation
from sameside.kit import snapshots
from sameside.kit.tables import Column, Table
from sameside.library import facets
from sameside.library.facts import Gathered, gather
from sameside.library.models import AssetFacet, AssetVerdict, Facet, Verdict
from sameside.library.truth import LEAST_K, MOST_K, WINDOWS, judge
from sameside.library.upkeep import weighing
from sameside.people.models import Organisation, Team
from sameside.ui.formats import percent

TOP = 12
_LOCK = 7_361_004
BREAKDOWNS = (Facet.VERTICAL, Facet.CONVERSATION, Facet.LANGUAGE)
SHOWN = (*BREAKDOWNS, Facet.FORMAT)


@dataclass(frozen=True)
class Published:
    """A figure from elsewhere: context, never a target."""

    unused: float
    not_found: float
    not_relevant: float
    source: str
    year: str


PUBLISHED = Published(
    unused=0.65,
    not_found=0.28,
    not_relevant=0.37,
    source="SiriusDecisions (now Forrester), as widely quoted",
    year="about 2013",
)


class _Defaults(Mapping[str, Any]):
    """The organisation's window and k, read when they are asked for: an administrator may change them."""

    def _now(self) -> dict[str, int]:
        organisation = Organisation.current()
        return chosen({}, organisation.truth_window_days, organisation.truth_min_impressions)

    def __getitem__(self, key: str) -> Any:
        return self._now()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(("window", "k"))

    def __len__(self) -> int:
        return 2


def chosen(query: Mapping[str, str], window: int, k: int) -> dict[str, int]:
    """The parameters in a query string, kept within bounds; `window` and `k` where it says nothing sensible."""

    def number(name: str, default: int) -> int:
        given = query.get(name, "")
        return int(given) if given.isascii() and given.isdecimal() and len(given) <= 4 else default

    asked = number("window", window)
    nearest = asked if asked in WINDOWS else min(WINDOWS, key=lambda days: (abs(days - window), days))
    return {"window": nearest, "k": max(LEAST_K, min(MOST_K, number("k", k)))}


def read(query: Mapping[str, str]) -> dict[str, Any]:
    organisation = Organisation.current()
    return chosen(query, organisation.truth_window_days, organisation.truth_min_impressions)


def compute(params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    window, k = int(params["window"]), int(params["k"])
    gathered = gather(window, at)
    with transaction.atomic():
        _keep(window, k, gathered)
        if {"window": window, "k": k} == read({}):
            weighing.settle(window, k, at=at)
        by_verdict = Counter(AssetVerdict.objects.filter(window=window, k=k).values_list("verdict", flat=True))
        active = sum(by_verdict.values())
        return {
            "window": window,
            "k": k,
            "active": active,
            "verdicts": [
                {"verdict": v.value, "label": v.label, "count": by_verdict[v], "share": _share(by_verdict[v], active)}
                for v in Verdict
            ],
            "unused": active - by_verdict[Verdict.USED],
            "unused_share": _share(active - by_verdict[Verdict.USED], active),
            "teams": _teams(gathered, active),
            "breakdowns": {facet.value: _breakdown(window, k, facet) for facet in BREAKDOWNS}
            | {Facet.FORMAT.value: _by_format(window, k)},
            "unfound": _unfound(window, k),
            "conversations": _conversations(),
        }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


_COLUMNS = (
    *("window", "k", "asset_id", "verdict", "reason", "impressions", "opens", "openers", "uses", "open_deals"),
    *("matched_searches", "teams_shown", "teams_used"),
)


def _keep(window: int, k: int, gathered: Mapping[int, Gathered]) -> None:
    """Replace the verdicts for this window and k; rows that say the same stay as they are."""
    columns = ", ".join(f'"{column}"' for column in _COLUMNS)
    judged = ", ".join(f'"{column}"' for column in _COLUMNS[3:])
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS judged")
        cursor.execute(f"CREATE TEMP TABLE judged ON COMMIT DROP AS SELECT {columns} FROM library_assetverdict LIMIT 0")
        with cursor.copy(f"COPY judged ({columns}) FROM STDIN") as rows:
            for asset, one in gathered.items():
                rows.write_row(_row(window, k, asset, one))
        cursor.execute(
            """
            DELETE FROM library_assetverdict v WHERE v."window" = %s AND v.k = %s
                AND NOT EXISTS (SELECT FROM judged j WHERE j.asset_id = v.asset_id)
            """,
            [window, k],
        )
        cursor.execute(
            f"""
            INSERT INTO library_assetverdict AS v ({columns}) SELECT {columns} FROM judged ORDER BY asset_id
            ON CONFLICT ("window", k, asset_id) DO UPDATE SET ({judged}) = ({_of("EXCLUDED", judged)})
            WHERE ({_of("v", judged)}) IS DISTINCT FROM ({_of("EXCLUDED", judged)})
            """
        )


def _of(table: str, columns: str) -> str:
    return ", ".join(f"{table}.{column}" for column in columns.split(", "))


def _row(window: int, k: int, asset: int, one: Gathered) -> tuple[Any, ...]:
    facts = one.facts
    verdict, reason = judge(facts, k)
    return (
        *(window, k, asset, verdict.value, reason),
        *(facts.impressions, facts.opens + facts.downloads, facts.openers, facts.uses),
        *(facts.open_deals, facts.matched_searches, one.teams_shown, one.teams_used),
    )


def _teams(gathered: Mapping[int, Gathered], active: int) -> list[dict[str, Any]]:
    """What each team was shown and what it used, of all active assets."""
    shown: Counter[int] = Counter()
    used: Counter[int] = Counter()
    for one in gathered.values():
        shown.update({*one.teams_shown, *one.teams_used})
        used.update(one.teams_used)
    return [
        {
            "team": team.pk,
            "label": team.name,
            "side": team.get_side_display(),
            "shown": shown[team.pk],
            "used": used[team.pk],
            "share": _share(used[team.pk], shown[team.pk]),
            "passed": shown[team.pk] - used[team.pk],
            "unseen": active - shown[team.pk],
        }
        for team in Team.objects.order_by("-side", "name")
        if shown[team.pk] or team.side == Team.Side.SALES
    ]


def _breakdown(window: int, k: int, facet: Facet) -> list[dict[str, Any]]:
    """Verdicts by value of a facet; an asset with two values counts in both, one without any under "Not stated"."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(f.value, ''), v.verdict, count(*) FROM library_assetverdict v
            LEFT JOIN library_assetfacet f ON f.asset_id = v.asset_id AND f.facet = %s AND f.state <> %s
            WHERE v."window" = %s AND v.k = %s GROUP BY 1, 2
            """,
            [facet.value, AssetFacet.State.REJECTED.value, window, k],
        )
        return _rows(facet, cursor.fetchall())


def _by_format(window: int, k: int) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.format, v.verdict, count(*) FROM library_assetverdict v JOIN library_asset a ON a.id = v.asset_id
            WHERE v."window" = %s AND v.k = %s GROUP BY 1, 2
            """,
            [window, k],
        )
        return _rows(Facet.FORMAT, cursor.fetchall())


def _rows(facet: Facet, found: Sequence[tuple[str, str, int]]) -> list[dict[str, Any]]:
    by_value: dict[str, Counter[str]] = {}
    for value, verdict, number in found:
        by_value.setdefault(value, Counter())[verdict] += number
    rows = []
    for value, verdicts in by_value.items():
        total = sum(verdicts.values())
        rows.append(
            {
                "value": value,
                "label": facets.label(facet, value) if value else "Not stated",
                "total": total,
                **{verdict.value: verdicts[verdict] for verdict in Verdict},
                "share": _share(verdicts[Verdict.USED], total),
            }
        )
    return sorted(rows, key=lambda row: (not row["value"], -row["total"], row["label"]))


def _unfound(window: int, k: int) -> list[dict[str, Any]]:
    """What nobody finds although it is wanted most: by open deals in its facets, then by searches that matched it."""
    judged = AssetVerdict.objects.filter(window=window, k=k, verdict=Verdict.NOT_FOUND).select_related("asset")
    return [
        {
            "id": one.asset_id,
            "slug": one.asset.slug,
            "title": one.asset.title,
            "format": one.asset.format,
            "impressions": one.impressions,
            "open_deals": one.open_deals,
            "matched_searches": one.matched_searches,
            "reason": one.reason,
        }
        for one in judged.order_by("-open_deals", "-matched_searches", "impressions", "-pk")[:TOP]
    ]


def _conversations() -> dict[str, list[int]]:
    """[succeeded, ended] of all conversations by kind: what an asset's own share is compared with."""
    ended = Conversation.objects.exclude(state=Conversation.State.OPEN)
    won = Count("pk", filter=Q(state=Conversation.State.SUCCEEDED))
    rows = ended.order_by().values_list("kind").annotate(succeeded=won, ended=Count("pk"))
    return {kind: [succeeded, number] for kind, succeeded, number in rows}


def _number_columns() -> list[Column]:
    return [Column(verdict.value, str(verdict.label), "number") for verdict in Verdict]


def _breakdown_table(facet: Facet, rows: Sequence[Mapping[str, Any]]) -> Table:
    note = "An asset with several values counts in each." if facet != Facet.FORMAT else ""
    return Table(
        columns=[
            Column("label", str(facet.label)),
            *_number_columns(),
            Column("total", "Assets", "number"),
            Column("share", "Used, share", "percent"),
        ],
        rows=rows,
        caption=f"By {str(facet.label).lower()}",
        note=note,
    )


def tables(data: Mapping[str, Any]) -> list[Table]:
    """The report as tables: verdicts, teams, breakdowns by facet, what nobody finds."""
    verdicts = Table(
        columns=[
            Column("label", "Verdict"),
            Column("count", "Assets", "number"),
            Column("share", "Share", "percent"),
        ],
        rows=data["verdicts"],
        total={"label": "Active assets", "count": data["active"], "share": 1 if data["active"] else None},
        caption=f"Content over {data['window']} days (k = {data['k']})",
        note=f"Published: {percent(PUBLISHED.unused)} unused = {percent(PUBLISHED.not_found)} not found + "
        f"{percent(PUBLISHED.not_relevant)} not relevant. {PUBLISHED.source}, {PUBLISHED.year}.",
        empty="No active assets yet: bring in a folder of documents.",
    )
    teams = Table(
        columns=[
            Column("label", "Team"),
            Column("shown", "Assets shown to it", "number"),
            Column("used", "Used by it", "number"),
            Column("share", "Used of shown", "percent"),
            Column("passed", "Shown, not used", "number"),
            Column("unseen", "Never shown", "number"),
        ],
        rows=data["teams"],
        caption="By team",
        empty="No team yet.",
    )
    unfound = Table(
        columns=[
            Column("title", "Asset"),
            Column("open_deals", "Open deals in its facets", "number"),
            Column("matched_searches", "Searches that matched", "number"),
            Column("impressions", "Times shown", "number"),
        ],
        rows=data["unfound"],
        caption="Wanted, and not found",
        empty="Nothing: what open deals need was shown.",
    )
    breakdowns = [_breakdown_table(facet, data["breakdowns"][facet.value]) for facet in SHOWN]
    return [verdicts, teams, *breakdowns, unfound]


snapshots.register(snapshots.Report("content", compute, _Defaults(), read, tables))
