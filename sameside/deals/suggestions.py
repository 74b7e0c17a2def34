"""Which content a deal's next conversation is suggested: what was used in conversations of that kind that succeeded.

An asset was used in a conversation when it was shared, presented or personalised for the deal while the conversation
was open. The counts are computed in the background for every kind; a deal's page picks from them what speaks the
company's language and fits its vertical. It is what happened together, not what caused it, and it is said with its
number of cases.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.urls import reverse

from sameside.analytics.rates import is_small
from sameside.conversations.models import Kind
from sameside.crm.models import Company
from sameside.kit import snapshots
from sameside.kit.tables import Column, Table
from sameside.library.models import USED
from sameside.ui import formats

KEPT = 200  # assets kept for each kind

_COUNTS = """
WITH used AS (
  SELECT DISTINCT u.asset_id, c.id AS conversation_id, c.kind, c.state
  FROM library_usage u JOIN conversations_conversation c ON c.deal_id = u.deal_id
    AND u.at >= c.opened_at AND (c.ended_at IS NULL OR u.at <= c.ended_at)
  WHERE u.deal_id IS NOT NULL AND u.action = ANY(%(used)s)
), counts AS (
  SELECT asset_id, kind, count(*) AS conversations, count(*) FILTER (WHERE state = 'succeeded') AS succeeded,
    count(*) FILTER (WHERE state IN ('succeeded', 'failed')) AS ended
  FROM used GROUP BY 1, 2
), ranked AS (
  SELECT f.value AS kind, a.id, a.title, a.slug, a.format, a.language,
    COALESCE(n.conversations, 0) AS conversations, COALESCE(n.succeeded, 0) AS succeeded, COALESCE(n.ended, 0) AS ended,
    row_number() OVER (PARTITION BY f.value ORDER BY COALESCE(n.succeeded, 0) DESC, a.updated_at DESC, a.id) AS place
  FROM library_asset a
    JOIN library_assetfacet f ON f.asset_id = a.id AND f.facet = 'conversation' AND f.state <> 'rejected'
    LEFT JOIN counts n ON n.asset_id = a.id AND n.kind = f.value
  WHERE a.status = 'active'
)
SELECT kind, id, title, slug, format, language, conversations, succeeded, ended,
  (SELECT COALESCE(array_agg(v.value ORDER BY v.value), '{}') FROM library_assetfacet v
    WHERE v.asset_id = ranked.id AND v.facet = 'vertical' AND v.state <> 'rejected') AS verticals
FROM ranked WHERE place <= %(kept)s ORDER BY kind, place
"""
_AVERAGES = """
SELECT kind, count(*) FILTER (WHERE state = 'succeeded') AS succeeded, count(*) AS ended
FROM conversations_conversation WHERE state IN ('succeeded', 'failed') GROUP BY kind
"""


@dataclass(frozen=True)
class Suggestion:
    """One asset with the reason in words."""

    title: str
    url: str
    format: str
    reason: str


def _read(_query: Mapping[str, str]) -> dict[str, Any]:
    return {}


def _compute(_params: Mapping[str, Any], _at: datetime) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"used": [action.value for action in USED], "kept": KEPT})
        names = [column.name for column in cursor.description or ()]
        assets = [dict(zip(names, row, strict=True)) for row in cursor]
        cursor.execute(_AVERAGES)
        averages = {kind: {"succeeded": succeeded, "ended": ended} for kind, succeeded, ended in cursor}
    return {"assets": assets, "averages": averages}


def _tables(data: Mapping[str, Any]) -> Sequence[Table]:
    columns = (
        Column("kind", "Conversation"),
        Column("title", "Content"),
        Column("conversations", "Used in", "number"),
        Column("succeeded", "Succeeded", "number"),
        Column("ended", "Ended", "number"),
    )
    rows = [{**row, "kind": Kind(row["kind"]).label} for row in data["assets"] if row["kind"] in Kind.values]
    return [Table(columns, rows, caption="Content by the conversations it was used in")]


REPORT = snapshots.register(snapshots.Report("next-content", _compute, defaults={}, read=_read, tables=_tables))


def for_conversation(kind: str, company: Company | None, limit: int = 4) -> list[Suggestion]:
    """What to bring to a conversation of `kind` with `company`: in a language it reads, its vertical first."""
    snapshot = snapshots.read("next-content")
    if snapshot is None:
        return []
    vertical = company.vertical if company else ""
    language = company.language if company else ""
    average = snapshot.data["averages"].get(kind)
    fitting = [
        row
        for row in snapshot.data["assets"]
        if row["kind"] == kind
        and row["language"] in ("", "en", language)
        and (not row["verticals"] or vertical in row["verticals"] or not vertical)
    ]
    fitting.sort(key=lambda row: (row["language"] != language, vertical not in row["verticals"], -row["succeeded"]))
    return [_suggestion(row, vertical, average) for row in fitting[:limit]]


def _suggestion(row: Mapping[str, Any], vertical: str, average: Mapping[str, int] | None) -> Suggestion:
    return Suggestion(
        title=row["title"],
        url=reverse("library:asset", args=[row["slug"]]),
        format=row["format"],
        reason=" ".join([_evidence(row, average), *_fit(row, vertical)]),
    )


def _evidence(row: Mapping[str, Any], average: Mapping[str, int] | None) -> str:
    if not row["conversations"]:
        return "Made for this conversation, not yet used in one."
    such = "conversation" if row["conversations"] == 1 else "conversations"
    text = f"Used in {row['conversations']:,} such {such}, {row['succeeded']:,} succeeded"
    if not row["ended"]:
        return f"{text}, none has ended yet."
    if average and average["ended"] and not is_small(row["ended"]):
        ours, all_ = row["succeeded"] / row["ended"], average["succeeded"] / average["ended"]
        return f"{text}: {formats.percent(ours)} of those ended, average {formats.percent(all_)}."
    return f"{text}: too few to compare."


def _fit(row: Mapping[str, Any], vertical: str) -> list[str]:
    if vertical and vertical in row["verticals"]:
        return [f"Made for {vertical.replace('-', ' ')}."]
    return []
