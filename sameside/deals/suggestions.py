"""Content for a deal's conversation: for each kind and vertical the assets that helped such conversations most.

An asset was used in a conversation when it was shared, presented or personalised for the deal while the conversation
was open. Assets are ranked by the share of ended ones that succeeded, drawn towards the average of the kind where there
are few (as if ten average ones had happened besides), then by how often they were used. The ranking is computed with
the other reports; a page only reads it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sameside.conversations.models import Kind
from sameside.kit import snapshots
from sameside.kit.sql import rows
from sameside.kit.tables import Column, Table
from sameside.library import facets
from sameside.library.models import USED, Asset, Facet
from sameside.people.models import Person
from sameside.ui.formats import percent

KEPT = 8
SHOWN = 3
PRIOR = 10
LOOK_BACK = timedelta(days=730)

_BEST = """
WITH average AS (
  SELECT kind, (count(*) FILTER (WHERE state = 'succeeded'))::float / count(*) AS rate
  FROM conversations_conversation WHERE ended_at >= %(since)s AND ended_at <= %(at)s GROUP BY kind
), used AS (
  SELECT DISTINCT u.asset_id, t.kind, t.id, t.state
  FROM library_usage u JOIN conversations_conversation t ON t.deal_id = u.deal_id
    AND u.at >= t.opened_at AND (t.ended_at IS NULL OR u.at <= t.ended_at)
  WHERE u.deal_id IS NOT NULL AND u.action = ANY(%(used)s) AND u.at >= %(since)s AND u.at <= %(at)s
), evidence AS (
  SELECT asset_id, kind, count(*) AS uses, count(*) FILTER (WHERE state <> 'open') AS ended,
    count(*) FILTER (WHERE state = 'succeeded') AS succeeded
  FROM used GROUP BY 1, 2
), helps AS (
  SELECT a.id, a.language, f.value AS kind, coalesce(v.value, '') AS vertical
  FROM library_assetfacet f JOIN library_asset a ON a.id = f.asset_id AND a.status = 'active'
  LEFT JOIN library_assetfacet v ON v.asset_id = f.asset_id AND v.facet = 'vertical' AND v.state <> 'rejected'
  WHERE f.facet = 'conversation' AND f.state <> 'rejected'
), ranked AS (
  SELECT h.*, coalesce(e.uses, 0) AS uses, coalesce(e.ended, 0) AS ended, coalesce(e.succeeded, 0) AS succeeded,
    coalesce(average.rate, 0) AS average, row_number() OVER (
      PARTITION BY h.kind, h.vertical, h.language
      ORDER BY (coalesce(e.succeeded, 0) + %(prior)s * coalesce(average.rate, 0))
          / (coalesce(e.ended, 0) + %(prior)s) DESC,
        coalesce(e.uses, 0) DESC, h.id DESC
    ) AS place
  FROM helps h LEFT JOIN evidence e ON e.asset_id = h.id AND e.kind = h.kind LEFT JOIN average ON average.kind = h.kind
)
SELECT kind, vertical, language, id, uses, ended, succeeded, average FROM ranked WHERE place <= %(kept)s
ORDER BY kind, vertical, language, place
"""


def compute(params: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """By "kind/vertical/language": the best assets as [id, uses, ended, succeeded]; and each kind's average."""
    del params
    values = {"at": at, "since": at - LOOK_BACK, "used": list(USED), "prior": PRIOR, "kept": KEPT}
    best: dict[str, list[list[int]]] = {}
    averages: dict[str, float] = {}
    for one in rows(_BEST, values):
        place = f"{one['kind']}/{one['vertical']}/{one['language']}"
        best.setdefault(place, []).append([one["id"], one["uses"], one["ended"], one["succeeded"]])
        averages[one["kind"]] = one["average"]
    return {"best": best, "averages": averages}


def tables(data: Mapping[str, Any]) -> Sequence[Table]:
    titles = dict(
        Asset.objects.filter(pk__in={one[0] for found in data["best"].values() for one in found}).values_list(
            "pk", "title"
        )
    )
    shown = []
    for place, found in data["best"].items():
        kind, vertical, language = place.split("/")
        for asset, uses, ended, succeeded in found[:SHOWN]:
            shown.append(
                {
                    "kind": Kind(kind).label if kind in Kind else kind,
                    "vertical": facets.label(Facet.VERTICAL, vertical) if vertical else "Any",
                    "language": language,
                    "asset": titles.get(asset, ""),
                    "uses": uses,
                    "ended": ended,
                    "succeeded": succeeded,
                }
            )
    columns = (
        Column("kind", "Conversation"),
        Column("vertical", "Vertical"),
        Column("language", "Language"),
        Column("asset", "Content"),
        Column("uses", "Used in", "number", "Conversations of this kind in which it was used."),
        Column("ended", "Of these ended", "number"),
        Column("succeeded", "Succeeded", "number"),
    )
    return (Table(columns, shown, caption="Content that helped", empty="No content with a conversation to help yet."),)


def read(query: Mapping[str, str]) -> dict[str, Any]:
    del query
    return {}


REPORT = snapshots.register(snapshots.Report("suggestions", compute, {}, read, tables))


@dataclass(frozen=True)
class Place:
    """Where content is wanted: the deal's open conversation, its company's vertical and language."""

    deal: int
    kind: str
    vertical: str
    language: str


@dataclass(frozen=True)
class Suggestion:
    title: str
    url: str
    format: str
    reason: str


def _reason(place: Place, vertical: str, evidence: Sequence[int], average: float) -> str:
    _, uses, ended, succeeded = evidence
    made_for = f"Made for {facets.label(Facet.VERTICAL, vertical).lower()}" if vertical else "Fits any vertical"
    such = f"used in {uses} such {'conversation' if uses == 1 else 'conversations'}"
    if ended:
        return f"{made_for}; {such}, {succeeded} of {ended} ended well; average {percent(average)}"
    if uses:
        return f"{made_for}; {such}, still open"
    return f"{made_for}; not used in a {Kind(place.kind).label.lower()} conversation yet"


def _candidates(place: Place, best: Mapping[str, Sequence[Sequence[int]]]) -> Iterable[tuple[str, Sequence[int]]]:
    """For this vertical before any, in the company's language before English; an unknown language fits."""
    languages = dict.fromkeys((place.language, "en", "")) if place.language else ("en", "")
    for vertical in dict.fromkeys((place.vertical, "")):
        for language in languages:
            for evidence in best.get(f"{place.kind}/{vertical}/{language}", ()):
                yield vertical, evidence


def for_places(places: Sequence[Place], *, by: Person) -> dict[int, list[Suggestion]]:
    """Up to three assets for each deal, with the reason in words; two queries however many deals."""
    snapshot = snapshots.read("suggestions") if places else None
    if snapshot is None:
        return {place.deal: [] for place in places}
    best, averages = snapshot.data["best"], snapshot.data["averages"]
    chosen = {place.deal: list(_candidates(place, best)) for place in places}
    ids = {evidence[0] for found in chosen.values() for _, evidence in found}
    visible = Asset.objects.visible_to(by).filter(pk__in=ids, status=Asset.Status.ACTIVE)
    assets = {pk: (title, slug, form) for pk, title, slug, form in visible.values_list("pk", "title", "slug", "format")}
    suggestions: dict[int, list[Suggestion]] = {}
    for place in places:
        seen: dict[int, Suggestion] = {}
        for vertical, evidence in chosen[place.deal]:
            pk = evidence[0]
            if pk in assets and pk not in seen and len(seen) < SHOWN:
                title, slug, form = assets[pk]
                reason = _reason(place, vertical, evidence, averages.get(place.kind, 0.0))
                seen[pk] = Suggestion(title, f"/library/{slug}/", form, reason)
        suggestions[place.deal] = list(seen.values())
    return suggestions
