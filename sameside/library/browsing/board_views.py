"""Boards: their home, each board, a deal's board, and the rows behind their figures."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from sameside.conversations.models import KINDS
from sameside.crm.findable import deal_of
from sameside.kit import snapshots
from sameside.kit.models import Snapshot
from sameside.library.browsing import board_rows, boards, collection_pages, deal_board, shelves
from sameside.library.browsing.shelves import Plan, Shelf
from sameside.library.browsing.tiles import Stock
from sameside.library.models import Asset, Facet
from sameside.library.usage import recorder
from sameside.library.views import is_looked_at, person_of, upload_url
from sameside.people import policies, roles
from sameside.people.models import Person
from sameside.people.policies import may
from sameside.ui.lists import respond

FACES = 3


def _prepared(person: Person) -> tuple[Mapping[str, Any] | None, Snapshot | None]:
    """What deals and colleagues tell: for those of the company, not for partners."""
    if not policies.can(person, "see_reports"):
        return None, None
    found = snapshots.read("boards")
    return (found.data, found) if found else (None, None)


def _shown(request: HttpRequest, person: Person, filled: list[Shelf], deal_id: int | None = None) -> None:
    """Note that the cards on these shelves were shown, and which of them were proposed for the deal."""
    if is_looked_at(request):
        proposing = [shelf for shelf in filled if deal_id is not None and shelf.key not in deal_board.LISTING]
        proposed = dict.fromkeys(tile.pk for shelf in proposing for tile in shelf.tiles)
        others = dict.fromkeys(tile.pk for shelf in filled for tile in shelf.tiles if tile.pk not in proposed)
        recorder.impressions(person, proposed, deal_id=deal_id, recommended=True)
        recorder.impressions(person, others, deal_id=deal_id)


@may("see_library")
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """GET library/boards/: every board, and what one had in hand last."""
    person, now = person_of(request), timezone.now()
    data, _ = _prepared(person)
    plans = [shelves.opened(person, at=now), shelves.starred(person), shelves.new(person, at=now)]
    used = _used(data)
    stock = Stock(person, [*(plan.ids for plan in plans), *used.values()], shelves.SHOWN)
    filled = [shelf for shelf in shelves.fill(plans, stock) if shelf.tiles or shelf.key == "new"]
    _shown(request, person, filled)
    sections = [(section, _faces(section, used, stock)) for section in boards.all_boards(person)]
    holds_some = any(board.assets for _, faces in sections for board, _ in faces) or any(one.tiles for one in filled)
    context = {
        "sections": sections,
        "is_bare": not holds_some,
        "upload_url": upload_url(person),
        "who": roles.in_words("import_content"),
        "shelves": filled,
        "deals": deal_board.open_deals(person) if policies.can(person, "see_crm") else [],
        "tab": "boards",
    }
    return render(request, "library/browsing/boards.html", context)


def _used(data: Mapping[str, Any] | None) -> dict[str, list[int]]:
    """By conversation, the assets used there most: their pictures stand on its board's card."""
    if data is None:
        return {}
    listed = data["used"][Facet.CONVERSATION.value]
    return {kind.value: [one[0] for one in listed.get(kind.value, ())[: 2 * FACES]] for kind in KINDS}


def _faces(
    section: boards.Section, used: Mapping[str, list[int]], stock: Stock
) -> list[tuple[boards.Board, list[str]]]:
    """The boards of a section, those of conversations with pictures."""
    if section.facet != Facet.CONVERSATION:
        return [(board, []) for board in section.boards]
    return [(board, stock.thumbnails(used.get(board.value, ()), FACES)) for board in section.boards]


@may("see_library")
@require_GET
def board(request: HttpRequest, facet: str, value: str) -> HttpResponse:
    """GET library/boards/<facet>/<value>/"""
    if not boards.is_board(facet, value):
        raise Http404
    person, now = person_of(request), timezone.now()
    data, snapshot = _prepared(person)
    one = boards.board(facet, value)
    marked = [(facet, value)]
    plans: list[Plan] = []
    if data is not None:
        plans += [
            shelves.used_to_win(data, facet, value, one.label),
            shelves.by_colleagues(data, facet, value, person),
        ]
    plans += [
        shelves.new(person, at=now, facets=marked, more_url=f"{one.search_url}&sort=updated"),
        shelves.opened(person, at=now, facets=marked),
        shelves.starred(person, facets=marked),
    ]
    filled = [shelf for shelf in shelves.filled(plans, person) if shelf.tiles or shelf.key != "opened"]
    _shown(request, person, filled)
    context = {
        "board": one,
        "shelves": filled,
        "collections": collection_pages.on_board(person, facet, value),
        "snapshot": snapshot,
        "tab": "boards",
        "siblings": _siblings(facet, value),
    }
    return render(request, "library/browsing/board.html", context)


def _siblings(facet: str, value: str) -> list[tuple[boards.Board, bool]]:
    """The other conversations, to step from one to the next; other facets have too many values for that."""
    if facet != Facet.CONVERSATION:
        return []
    return [(boards.board(facet, kind.value), kind.value == value) for kind in KINDS]


@may("see_crm")
@require_GET
def deal(request: HttpRequest, deal_id: int) -> HttpResponse:
    """GET library/boards/deal/<id>/"""
    person, now = person_of(request), timezone.now()
    found = deal_of(deal_id, person)
    if found is None:
        raise Http404
    context_of = deal_board.context_of(found)
    data, snapshot = _prepared(person)
    filled = shelves.filled(deal_board.plans(context_of, data, person, at=now), person)
    _shown(request, person, filled, found.pk)
    context = {
        "deal": found,
        "deal_url": deal_board.deal_url(found),
        "context": context_of,
        "boards": deal_board.boards_of(context_of),
        "shelves": filled,
        "snapshot": snapshot,
        "tab": "boards",
    }
    return render(request, "library/browsing/deal_board.html", context)


@may("see_reports")
def rows(request: HttpRequest, facet: str, value: str, kind: str) -> HttpResponseBase:
    """library/boards/<facet>/<value>/won/ and .../used/: the rows behind the figures of a board, or of one asset."""
    if not boards.is_board(facet, value) or kind not in board_rows.KINDS:
        raise Http404
    person = person_of(request)
    asset = None
    if request.GET.get("asset"):
        asset = get_object_or_404(
            Asset.objects.permitted_to(person), slug=request.GET["asset"].replace("\x00", "")[:120]
        )
    snapshot = snapshots.read("boards")
    at = snapshot.computed_at if snapshot else timezone.now()
    listed = board_rows.listed(kind, facet, value, asset, person, at=at)
    context = {"board": boards.board(facet, value), "asset": asset, "listed": listed, "tab": "boards"}
    return respond(request, listed.rows, listed.spec, "library/browsing/board_rows.html", context)
