"""The head of an asset's page, the same on each of its tabs: what it is, what can be done with it, where more stands.

A tab is an address of its own and asks only its own queries. What the head needs besides the asset comes in one query.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from sameside.library import facets, truth
from sameside.library.asset_page import deals_of
from sameside.library.models import USED, Asset, Facet
from sameside.library.upkeep import panel, successors
from sameside.library.upkeep.views import last_decision
from sameside.people import policies
from sameside.people.models import Person
from sameside.people.policies import reader
from sameside.people.roles import Role
from sameside.ui import formats
from sameside.ui.lists import Choice

RENAMED = "library.renamed"
PAGES, PLAY, VERSIONS, EVIDENCE = "pages", "play", "versions", "evidence"
FINDABILITY, HISTORY = "findability", "history"


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    url: str
    is_here: bool


@dataclass(frozen=True)
class Beside:
    """What one query says of an asset beside its own row; `bytes` is None without a file."""

    bytes: int | None
    also_as: Sequence[str]
    pinned: int | None
    is_favourite: bool
    has_play: bool
    questions: int
    is_missing: bool
    uses: int
    users: int


@dataclass(frozen=True)
class Head:
    """From `facts` on, what only a whole page shows: empty when a tab is swapped in."""

    asset: Asset
    url: str
    tabs: Sequence[Tab]
    beside: Beside
    may_edit: bool
    may_use: bool
    inside: bool
    facts: str = ""
    size: str = ""
    share_url: str = ""
    banner: str = ""
    successor: Asset | None = None
    deals: Sequence[Choice] = field(default=())


def is_swap(request: HttpRequest) -> bool:
    """Whether only a part of the page is asked for; going back in the browser asks for a whole one."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def show(
    request: HttpRequest, asset: Asset, tab: str, template: str, context: Mapping[str, object], status: int = 200
) -> HttpResponse:
    """One tab of the asset's page: the whole page, or its part alone when it is swapped in."""
    swap = is_swap(request)
    head = build(asset, reader(request), tab, request=None if swap else request)
    said: dict[str, object] = {"head": head, "asset": asset, "may_edit": head.may_edit, "may_use": head.may_use}
    if not swap:
        said |= {"undo": last_decision(request), "renamed": _renamed(request, asset), "facet_actions": True}
    return render(request, f"{template}#tab" if swap else template, {**said, **context}, status=status)


def _renamed(request: HttpRequest, asset: Asset) -> str:
    """The title before, when it was just given another one."""
    last = request.session.get(RENAMED, {}) if request.GET.get("renamed") else {}
    return str(last["before"]) if last.get("asset") == asset.pk else ""


def build(asset: Asset, person: Person, tab: str, *, request: HttpRequest | None) -> Head:
    """The head as `tab` shows it; without the `request` only what a swapped tab shows of it."""
    url = reverse("library:asset", args=[asset.slug])
    may_edit, inside = policies.can(person, "edit_library"), person.role != Role.PARTNER
    beside = _beside(asset, person)
    may_use = policies.can(person, "use_content")
    tabs = _tabs(asset, person, url, tab, beside, may_edit=may_edit) if inside else ()
    if request is None:
        return Head(asset, url, tabs, beside, may_edit=may_edit, may_use=may_use, inside=inside)
    is_gone = asset.status != Asset.Status.ACTIVE
    return Head(
        asset,
        url,
        tabs,
        beside,
        may_edit=may_edit,
        may_use=may_use,
        inside=inside,
        facts=_facts(asset, beside),
        size=formats.size(beside.bytes) if beside.bytes is not None else "",
        share_url=request.build_absolute_uri(url),
        banner=panel.banner(asset, timezone.localdate()) if may_edit else "",
        successor=successors.of(asset, person) if is_gone and may_edit else None,
        deals=deals_of(person) if may_use else (),
    )


def _tabs(asset: Asset, person: Person, url: str, here: str, beside: Beside, *, may_edit: bool) -> list[Tab]:
    offered = [(PAGES, "Pages", url)]
    if policies.can(person, "read_plays") and (beside.has_play or may_edit):
        offered.append((PLAY, "Play", f"{url}play/"))
    offered += [(VERSIONS, "Versions", f"{url}versions/"), (EVIDENCE, "Use and evidence", f"{url}evidence/")]
    if may_edit:
        offered.append((FINDABILITY, "Findability", f"{url}findability/"))
    offered.append((HISTORY, "Access and history", f"{url}history/"))
    return [Tab(key, label, address, key == here) for key, label, address in offered]


def _facts(asset: Asset, beside: Beside) -> str:
    parts = [facets.label(Facet.FORMAT, asset.format)]
    if asset.page_count:
        parts.append(truth.count(asset.page_count, "page"))
    if asset.language:
        parts.append(facets.label(Facet.LANGUAGE, asset.language))
    parts.append(f"updated {formats.date(asset.updated_at)}")
    if beside.also_as:
        parts.append(f"also as {', '.join(facets.label(Facet.FORMAT, one) for one in beside.also_as)}")
    if beside.pinned:
        parts.append(f"pinned at version {beside.pinned}")
    if asset.status == Asset.Status.RETIRED:
        parts.append("retired")
    return " · ".join(parts)


def _beside(asset: Asset, person: Person) -> Beside:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT v.bytes,
                coalesce((SELECT array_agg(r.format ORDER BY r.format, r.id) FROM library_assetrendition r
                    WHERE r.version_id = v.id), '{}'),
                (SELECT w.number FROM library_pin p JOIN library_assetversion w ON w.id = p.version_id
                    WHERE p.asset_id = a.id),
                EXISTS (SELECT 1 FROM library_favourite f WHERE f.asset_id = a.id AND f.person_id = %(person)s),
                EXISTS (SELECT 1 FROM library_play p WHERE p.asset_id = a.id),
                (SELECT count(*) FROM library_versionproposal q
                    WHERE q.state = 'open' AND (q.asset_id = a.id OR q.of_id = a.id)),
                coalesce((SELECT bool_and(w.missing_since IS NOT NULL) FROM library_watchedfile w
                    WHERE w.asset_id = a.id), false),
                u.uses, u.users
            FROM library_asset a
            LEFT JOIN library_assetversion v ON v.asset_id = a.id AND v.is_current
            CROSS JOIN LATERAL (
                SELECT count(*) AS uses, count(DISTINCT person_id) AS users FROM library_usage
                WHERE asset_id = a.id AND action = ANY(%(used)s)
            ) u
            WHERE a.id = %(asset)s
            """,
            {"asset": asset.pk, "person": person.pk, "used": [str(action) for action in USED]},
        )
        return Beside(*cursor.fetchone())
