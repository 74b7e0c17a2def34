"""Pages of cards: favourites, recently opened, new, for my team. Each says how it chose, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.safestring import SafeString

from sameside.kit import paging, snapshots
from sameside.kit.paging import Order
from sameside.library.browsing import evidence, favourites, markup, recency, shelves
from sameside.library.browsing.shelves import Plan, Shelf
from sameside.library.browsing.tiles import Note, Stock, Tile, tile
from sameside.library.models import Asset, Favourite, groups_of
from sameside.library.models.assets import EVERYBODY
from sameside.people import policies, roles
from sameside.people.models import Person
from sameside.ui import formats
from sameside.ui.lists import Empty

SIZE = 48
TO_LIBRARY = ("/library/", "To the library")


@dataclass(frozen=True)
class Page:
    title: str
    subtitle: str
    empty: Empty
    tiles: Sequence[Tile] = ()
    shelves: Sequence[Shelf] = ()
    choices: Sequence[tuple[str, str, bool]] = field(default_factory=tuple)
    next: str = ""

    @property
    def tiles_html(self) -> SafeString:
        return markup.tiles(self.tiles)

    @property
    def shown(self) -> list[int]:
        """Ids of everything on it, each once."""
        tiles = [*self.tiles, *(one for shelf in self.shelves for one in shelf.tiles)]
        return list(dict.fromkeys(one.pk for one in tiles))


def starred(person: Person, *, after: str) -> Page:
    visible = Asset.objects.visible_to(person).values("pk")
    rows = Favourite.objects.filter(person=person, asset__in=visible).select_related("asset")
    page = paging.page(rows, Order("at", descending=True), after=after, before="", size=SIZE)
    marks = favourites.marks((row.asset for row in page.rows), person)
    return Page(
        "Favourites",
        "What you gave a star, the latest first. Only you see it.",
        Empty(
            "star",
            "No favourites yet",
            "Press the star on any card, or f on the keyboard, and it stays at hand here.",
            *TO_LIBRARY,
        ),
        [tile(row.asset, Note(f"Since {formats.date(row.at)}"), marks) for row in page.rows],
        next=f"?after={page.next}" if page.next else "",
    )


def opened(person: Person, *, at: datetime) -> Page:
    moments = recency.opened(person, at=at, most=SIZE)
    stock = Stock(person, [list(moments)], SIZE)
    return Page(
        "Recently opened",
        f"What you opened in the last {recency.OPENED_DAYS} days, the latest first: at most {SIZE} assets.",
        Empty("history", "Nothing opened yet", "What you open stands here, so that you find it again.", *TO_LIBRARY),
        stock.tiles(list(moments), lambda asset: Note(f"Opened {formats.moment(moments[asset.pk])}"), SIZE),
    )


def new(person: Person, *, days: str, after: str, at: datetime) -> Page:
    chosen = int(days) if days in {str(one) for one in recency.NEW_DAYS} else recency.NEW_DAYS[0]
    since = at - timedelta(days=chosen)
    rows = Asset.objects.visible_to(person).filter(created_at__gte=since, status="active").defer("summary")
    page = paging.page(rows, Order("created_at", descending=True), after=after, before="", size=SIZE)
    marks = favourites.marks(page.rows, person)
    notes = {asset.pk: Note(f"Added {formats.date(asset.created_at)}") for asset in page.rows}
    return Page(
        "New",
        f"What came into the library in the last {chosen} days, the newest first.",
        Empty("sparkles", "Nothing new", f"Nothing came into the library in the last {chosen} days.", *TO_LIBRARY),
        [tile(asset, notes[asset.pk], marks) for asset in page.rows],
        choices=[(f"?days={one}", f"{one} days", one == chosen) for one in recency.NEW_DAYS],
        next=f"?days={chosen}&after={page.next}" if page.next else "",
    )


def for_team(person: Person, *, at: datetime) -> Page:
    found = shelves.filled([_opened_to(person), *_used_by_team(person)], person)
    return Page(
        "For my team",
        "What is meant for your team or role in particular, and what your team uses.",
        _nothing_for_team(person),
        shelves=found if any(shelf.tiles for shelf in found) else (),
    )


def _nothing_for_team(person: Person) -> Empty:
    if person.role == roles.PARTNER:
        text = "Content that is opened to your company in particular stands here; the rest stands in the library."
        return Empty("users-group", "Nothing was opened to you in particular", text, *TO_LIBRARY)
    if person.team is None:
        text = "You are in no team. With one, what its members share, present or personalise stands here, and what is "
        text += "opened to the team in particular."
        if policies.can(person, "manage_people"):
            return Empty("users-group", "You are in no team", text, reverse("people:list"), "Choose a team")
        who = f"{roles.in_words('manage_people').capitalize()} can put you into one."
        return Empty("users-group", "You are in no team", f"{text} {who}", *TO_LIBRARY)
    text = (
        f"What {person.team.name} shared, presented or personalised in the last {evidence.USED_DAYS} days stands here: "
        "say “I used this” on what you use. So does content that is opened to your role or team in particular: "
    )
    may = policies.can(person, "manage_access")
    who = "you do that under Access, on the content's page" if may else f"{roles.in_words('manage_access')} can do that"
    return Empty("users-group", "Nothing for your team yet", f"{text}{who}.", *TO_LIBRARY)


def _opened_to(person: Person) -> Plan:
    """Restricted assets that name a group of `person`, whatever else they may see."""
    own = set(groups_of(person) or ()) - {EVERYBODY}
    own |= {f"role:{person.role}", *([f"team:{person.team_id}"] if person.team_id else [])}
    visible = Asset.objects.visible_to(person).filter(groups__overlap=sorted(own))
    ids = list(visible.order_by("-updated_at", "-pk").values_list("pk", flat=True)[: shelves.SHOWN])
    return Plan(
        "granted",
        "Opened to you in particular",
        "Content that not everybody may open, and that was opened to your role, your team or your company.",
        ids,
        lambda asset: Note(f"Updated {formats.date(asset.updated_at)}"),
        "Nothing was opened to your role or team in particular; what is open to everybody stands in the library.",
    )


def _used_by_team(person: Person) -> list[Plan]:
    snapshot = snapshots.read("boards") if policies.can(person, "see_reports") else None
    if snapshot is None:
        return []
    team = person.team
    uses = {one.asset: one for one in evidence.used_by_team(snapshot.data, team.pk)} if team else {}
    return [
        Plan(
            "team",
            f"What {team.name} uses" if team else "What your team uses",
            f"Shared, presented or personalised in the last {evidence.USED_DAYS} days by members of the team, you "
            "included; what most of them use comes first.",
            list(uses),
            lambda asset: shelves.use_note(uses[asset.pk]),
            "Your team has used nothing lately." if team else "You are in no team; an administrator can change that.",
        )
    ]
