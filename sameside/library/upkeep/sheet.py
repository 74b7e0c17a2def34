"""A sheet says who answers for many assets and until when each is right; the same columns are exported.

A line names its asset by its link (the address or its last part), or by its title and, where several have that title,
its file. An empty owner or date says nothing. A date that is new verifies the asset: whoever applies the sheet says
that it is right until then. Nothing is read twice: an export that comes back unchanged changes nothing.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sameside.kit.tables import Column, csv_lines
from sameside.library.models import Asset
from sameside.library.refusals import NotPossible
from sameside.library.upkeep import queue, reviews
from sameside.people.models import Person

COLUMNS = (
    Column("link", "Link"),
    Column("title", "Title"),
    Column("file", "File"),
    Column("owner", "Owner"),
    Column("email", "Owner e-mail"),
    Column("until", "Verified until"),
)
NAMES = {
    "link": ("link", "slug", "address", "url"),
    "title": ("title", "asset", "name"),
    "file": ("file", "file name", "filename", "path", "found at"),
    "owner": ("owner", "owner name"),
    "email": ("owner e-mail", "owner email", "e-mail", "email"),
    "until": ("verified until", "until", "review by", "due", "date"),
}
MOST_LINES = 10_000
MOST_BYTES = 3_000_000
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")
REASON = "Why it was refused"


class Unreadable(NotPossible):
    """The file is no sheet of owners and dates."""


@dataclass(frozen=True)
class Line:
    """One line as it was written: its number in the file, the cells by column, and all cells for the file of errors."""

    number: int
    cells: Mapping[str, str]
    written: Sequence[str]


@dataclass(frozen=True)
class Step:
    """What one line changes; None: that stays."""

    number: int
    asset: Asset
    owner: Person | None
    until: date | None


@dataclass
class Plan:
    header: Sequence[str]
    steps: list[Step] = field(default_factory=list)
    refused: list[tuple[int, Sequence[str], str]] = field(default_factory=list)
    unchanged: int = 0


def decoded(content: bytes) -> str:
    """The text of a file as spreadsheets write it."""
    if len(content) > MOST_BYTES:
        raise Unreadable("This file is too large: bring it in parts of less than 3 MB.")
    if b"\x00" in content:
        raise Unreadable("This is not a CSV file. Save the sheet as “CSV UTF-8” first.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def lines(text: str) -> tuple[Sequence[str], list[Line]]:
    """The header and the lines of the file. Raises `Unreadable`."""
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        raise Unreadable("This file cannot be read as CSV.") from None
    if not rows:
        raise Unreadable("This file is empty.")
    header, places = rows[0], _places(rows[0])
    if len(rows) - 1 > MOST_LINES:
        raise Unreadable(f"This file has more than {MOST_LINES:,} lines: bring it in parts.")
    found = []
    for number, row in enumerate(rows[1:], start=2):
        cells = {key: _plain(row[place]) for key, place in places.items() if place < len(row)}
        if any(cells.values()):
            found.append(Line(number, cells, row))
    return header, found


def _places(header: Sequence[str]) -> dict[str, int]:
    plain = [cell.strip().casefold() for cell in header]
    places = {key: plain.index(name) for key, names in NAMES.items() for name in names[::-1] if name in plain}
    if not {"link", "title"} & places.keys():
        raise Unreadable("No column names the assets: one must be called “Link” or “Title”.")
    if not {"owner", "email", "until"} & places.keys():
        raise Unreadable("No column to bring in: one must be called “Owner”, “Owner e-mail” or “Verified until”.")
    return places


def _plain(cell: str) -> str:
    """A cell without the apostrophe by which an export keeps it from being a formula."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@") else text


def plan(text: str, *, by: Person, at: datetime) -> Plan:
    """What the sheet would change now, and which of its lines cannot be done; nothing is written."""
    header, found = lines(text)
    made = Plan(header)
    known, people = _Assets(by, found), _People()
    seen: dict[int, int] = {}
    for line in found:
        try:
            asset = known.named(line.cells)
            if asset.pk in seen:
                raise NotPossible(f"Line {seen[asset.pk]} is about the same asset.")
            step = _step(line, asset, people, by=by, at=at)
            seen[asset.pk] = line.number
        except NotPossible as reason:
            made.refused.append((line.number, list(line.written), str(reason)))
            continue
        if step.owner is None and step.until is None:
            made.unchanged += 1
        else:
            made.steps.append(step)
    return made


def _step(line: Line, asset: Asset, people: "_People", *, by: Person, at: datetime) -> Step:
    owner, until = people.named(line.cells), _day(line.cells.get("until", ""))
    owner = None if owner is not None and owner.pk == asset.owner_id else owner
    until = None if until == asset.verified_until else until
    if until is not None:
        reviews.check_can_verify(by, asset, until, at)
    if owner is not None:
        reviews.check_can_give(by, asset, owner)
    return Step(line.number, asset, owner, until)


def _day(cell: str) -> date | None:
    if not cell:
        return None
    for form in DATES:
        try:
            return datetime.strptime(cell, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    raise NotPossible(f"“{cell[:40]}” is not a day: write it as 2027-03-31.")


class _Assets:
    """The assets that the lines may mean, read in one or two queries."""

    def __init__(self, by: Person, found: Iterable[Line]) -> None:
        slugs = {_slug(line.cells["link"]) for line in found if line.cells.get("link")}
        titles = {line.cells.get("title", "") for line in found if not line.cells.get("link")} - {""}
        visible = Asset.objects.visible_to(by).select_related("owner").defer("summary")
        self.by_slug = {asset.slug: asset for asset in visible.filter(slug__in=slugs)} if slugs else {}
        self.by_title: dict[str, list[Asset]] = defaultdict(list)
        for asset in visible.filter(title__in=titles, continued_by=None) if titles else ():
            self.by_title[asset.title].append(asset)

    def named(self, cells: Mapping[str, str]) -> Asset:
        if cells.get("link"):
            found = self.by_slug.get(_slug(cells["link"]))
            if found is None:
                raise NotPossible(f"No asset has the link “{cells['link'][:80]}”.")
            return found
        title, file = cells.get("title", ""), cells.get("file", "")
        if not title:
            raise NotPossible("The line names no asset: give its link, or its title.")
        alike = self.by_title.get(title, [])
        chosen = [one for one in alike if file in (one.path, one.path.rsplit("/", 1)[-1])] if file else alike
        if len(chosen) == 1:
            return chosen[0]
        if not alike:
            raise NotPossible(f"No asset has the title “{title[:80]}”.")
        if chosen or not file:
            raise NotPossible(f"{len(chosen)} assets have this title{' and file' if file else ''}: give the link.")
        raise NotPossible(f"No asset with this title has the file “{file[:80]}”.")


def _slug(link: str) -> str:
    return link.split("?")[0].split("#")[0].rstrip("/").rsplit("/", 1)[-1].lower()


class _People:
    """Who may sign in, by e-mail and by name."""

    def __init__(self) -> None:
        self.by_email: dict[str, Person] = {}
        self.by_name: dict[str, list[Person]] = defaultdict(list)
        for person in Person.objects.who_may_sign_in():
            self.by_email[person.email.casefold()] = person
            self.by_name[person.name.casefold()].append(person)

    def named(self, cells: Mapping[str, str]) -> Person | None:
        email, name = cells.get("email", ""), cells.get("owner", "")
        if email:
            found = self.by_email.get(email.casefold())
            if found is None:
                raise NotPossible(f"Nobody who may sign in has the e-mail “{email[:80]}”.")
            return found
        if not name:
            return None
        alike = self.by_email.get(name.casefold())
        named = [alike] if alike else self.by_name.get(name.casefold(), [])
        if len(named) != 1:
            said = f"{len(named)} persons are called" if named else "Nobody who may sign in is called"
            raise NotPossible(f"{said} “{name[:80]}”{': give the e-mail' if named else ''}.")
        return named[0]


def exported(person: Person) -> Iterator[str]:
    """Every asset that somebody should answer for, with its owner and date, as the sheet is read again."""
    rows = queue.answerable(person).select_related("owner").order_by("title", "pk")
    needed = ("slug", "title", "path", "owner__name", "owner__email", "verified_until")
    return csv_lines(COLUMNS, (_row(asset) for asset in rows.only(*needed).iterator(chunk_size=2_000)))


def _row(asset: Asset) -> dict[str, Any]:
    owner = asset.owner
    return {
        "link": asset.slug,
        "title": asset.title,
        "file": asset.path,
        "owner": owner.name if owner else "",
        "email": owner.email if owner and owner.may_sign_in else "",
        "until": asset.verified_until.isoformat() if asset.verified_until else "",
    }


def errors(header: Sequence[str], refused: Iterable[tuple[int, Sequence[str], str]]) -> Iterator[str]:
    """The refused lines as they came, each with its reason: to be mended and brought again."""
    columns = [*(Column(f"{place}", name) for place, name in enumerate(header)), Column("reason", REASON)]
    rows = (
        {**{f"{place}": cell for place, cell in enumerate(cells)}, "reason": reason} for _, cells, reason in refused
    )
    return csv_lines(columns, rows)
