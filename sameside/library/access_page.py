"""Who may open an asset or a collection, in words and numbers; and what a role, a team or a partner would find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from sameside.kit.paging import Order
from sameside.kit.tables import Column, Table
from sameside.library import access, facets
from sameside.library.access import Thing
from sameside.library.models import EDITING_ROLES, Asset, Collection, Facet, groups_of
from sameside.library.models.assets import EVERYBODY, PARTNERS
from sameside.people import policies
from sameside.people.models import AuditEntry, Partner, Person, Team
from sameside.people.roles import Role
from sameside.ui import formats
from sameside.ui.cells import Badge, Link
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

SHOWN_CHANGES = 5


@dataclass(frozen=True)
class Names:
    """What groups are called; read once for many."""

    teams: Mapping[str, str] = field(default_factory=dict)
    partners: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls) -> "Names":
        return cls(
            {f"team:{pk}": name for pk, name in Team.objects.values_list("pk", "name")},
            {f"{PARTNERS}:{pk}": name for pk, name in Partner.objects.values_list("pk", "name")},
        )

    def of(self, group: str) -> str:
        if group == EVERYBODY:
            return "everybody of the company"
        if group == PARTNERS:
            return "all partners"
        if group.startswith("role:"):
            return f"role {Role(group[5:]).label}"
        if group in self.teams:
            return f"team {self.teams[group]}"
        return f"partner {self.partners[group]}" if group in self.partners else "a team or partner that is gone"

    def sentence(self, groups: Sequence[str]) -> str:
        """`["all", "partner:5"]` → "Everybody of the company and partner Acme"."""
        if not groups:
            return "Only those who edit the library"
        order = sorted(groups, key=lambda group: (group != EVERYBODY, access.is_for_partners(group), group))
        words = [self.of(group) for group in order]
        text = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
        return text[0].upper() + text[1:]


def persons_in(groups: Sequence[str]) -> int:
    """How many persons who may sign in can open what is for `groups`; those who edit the library always can."""
    inside = Q(role__in=EDITING_ROLES)
    for group in groups:
        kind, _, name = group.partition(":")
        if group == EVERYBODY:
            inside |= ~Q(role=Role.PARTNER)
        elif kind == "role":
            inside |= Q(role=name)
        elif kind == "team":
            inside |= Q(team_id=int(name)) & ~Q(role=Role.PARTNER)
        else:
            inside |= Q(role=Role.PARTNER) & (Q(partner_id=int(name)) if name else Q())
    return Person.objects.who_may_sign_in().filter(inside).count()


@dataclass(frozen=True)
class Panel:
    """`because` says when a collection decides; `url` is empty for who may not change it."""

    sentence: str
    persons: int
    because: str
    is_narrow: bool
    url: str


def address(thing: Thing) -> str:
    if isinstance(thing, Asset):
        return reverse("library:asset_access", args=[thing.slug])
    return reverse("library:collection_access", args=[thing.slug])


def panel(thing: Thing, person: Person) -> Panel | None:
    """What the page of an asset or collection says about it; nothing to partners, who see no inside of the company."""
    if person.role == Role.PARTNER:
        return None
    plain = thing.groups == [EVERYBODY]
    names = Names() if plain else Names.read()
    return Panel(
        sentence=names.sentence(thing.groups),
        persons=persons_in(thing.groups),
        because="" if plain else _because(thing, person),
        is_narrow=EVERYBODY not in thing.groups,
        url=address(thing) if policies.can(person, "manage_access") else "",
    )


def _because(thing: Thing, person: Person) -> str:
    """The collections that decide over an asset which is not restricted itself."""
    if isinstance(thing, Collection) or thing.is_restricted:
        return ""
    held = Collection.objects.visible_to(person).filter(items__asset=thing)
    restricted = list(held.filter(is_restricted=True).values_list("name", flat=True)[:3])
    if restricted:
        return f"Because of the restricted collection {' and '.join(f'“{name}”' for name in restricted)}."
    granted = list(held.exclude(grants=None).distinct().values_list("name", flat=True)[:3])
    return f"Partners by the collection {' and '.join(f'“{name}”' for name in granted)}." if granted else ""


def groups_of_viewer(group: str) -> list[str]:
    """The groups that somebody is in of whom only `group` is known."""
    if access.is_for_partners(group):
        return list(dict.fromkeys((PARTNERS, group)))
    return [EVERYBODY, group]


def viewer_groups(names: Names) -> list[str]:
    roles = [f"role:{role}" for role in access.GRANTED_ROLES]
    return [*roles, *names.teams, PARTNERS, *names.partners]


def found_by(groups: Sequence[str]) -> dict[str, int]:
    """How many assets somebody of each group finds today, in one query."""
    wanted = {
        f"n{place}": Count("pk", filter=Q(groups__overlap=groups_of_viewer(group)))
        for place, group in enumerate(groups)
    }
    counted = Asset.objects.order_by().current().aggregate(**wanted)
    return {group: counted[f"n{place}"] for place, group in enumerate(groups)}


def _members(groups: Sequence[str], open_to: set[str]) -> dict[str, tuple[int, int]]:
    """By group: how many persons of it may sign in, and how many of these are in one of `open_to`. One query."""
    counted: dict[str, tuple[int, int]] = dict.fromkeys(groups, (0, 0))
    rows = Person.objects.who_may_sign_in().order_by().values("role", "team_id", "partner_id")
    for row in rows.annotate(persons=Count("pk")):
        own = groups_of(Person(role=row["role"], team_id=row["team_id"], partner_id=row["partner_id"]))
        mine = [f"team:{row['team_id']}", f"role:{row['role']}", *(own or ())]
        able = row["persons"] if own is None or not open_to.isdisjoint(own) else 0
        for group in set(mine) & counted.keys():
            counted[group] = (counted[group][0] + row["persons"], counted[group][1] + able)
    return counted


def _able(members: int, able: int) -> Badge:
    if not members:
        return Badge("Nobody signs in", "neutral")
    if not able:
        return Badge("No trace of it", "neutral")
    return Badge(f"All {members:,}" if able == members else f"{able:,} of {members:,}", "good")


def viewers(thing: Thing, names: Names) -> Table:
    """Who of each role, team and partner sees this, and how much somebody finds who is in that group alone."""
    groups = viewer_groups(names)
    found, members = found_by(groups), _members(groups, set(thing.groups))
    base = reverse("library:access")
    rows = [
        {
            "group": names.sentence([group]),
            "able": _able(*members[group]),
            "found": Link(formats.number(found[group]), f"{base}?as={group}"),
        }
        for group in groups
    ]
    columns = [
        Column("group", "Somebody of"),
        Column("able", "Who of them sees it"),
        Column("found", "Finds in all", "number", "What is open to this role, team or partner, whatever else one is."),
    ]
    return Table(columns, rows)


@dataclass(frozen=True)
class Option:
    group: str
    label: str
    chosen: bool


def options(thing: Thing, names: Names) -> dict[str, list[Option]]:
    """What can be ticked, by heading."""
    chosen = set(access.granted_to(thing))

    def each(groups: Sequence[str], labels: Sequence[str]) -> list[Option]:
        return [Option(group, label, group in chosen) for group, label in zip(groups, labels, strict=True)]

    roles = access.GRANTED_ROLES
    return {
        "roles": each([f"role:{role}" for role in roles], [str(role.label) for role in roles]),
        "teams": each(list(names.teams), list(names.teams.values())),
        "partners": each([PARTNERS, *names.partners], ["All partners", *names.partners.values()]),
    }


@dataclass(frozen=True)
class Change:
    who: str
    when: str
    what: str


def changes(thing: Thing, names: Names) -> list[Change]:
    """The latest changes, newest first, from the audit log."""
    key = "asset" if isinstance(thing, Asset) else "collection"
    entries = AuditEntry.objects.filter(action="access changed", **{f"details__{key}": thing.pk})
    return [
        Change(
            entry.person.name if entry.person else "Sameside",
            formats.date(entry.at),
            _what(entry.details, names),
        )
        for entry in entries.select_related("person").order_by("-pk")[:SHOWN_CHANGES]
    ]


def _what(details: Mapping[str, Any], names: Names) -> str:
    parts = []
    if "restricted" in details:
        parts.append("restricted it" if details["restricted"][1] else "opened it to the company")
    if "groups" in details:
        before, after = (set(filter(None, one.split(", "))) for one in details["groups"])
        gone, come = sorted(before - after), sorted(after - before)
        parts += [f"let in {', '.join(map(names.of, come))}"] if come else []
        parts += [f"took out {', '.join(map(names.of, gone))}"] if gone else []
    return "; ".join(parts)


_WHO = {"restricted": "Only some of the company", "partners": "Partners too", "everybody": "Everybody of the company"}


def _by_who(rows: Any, value: str) -> Any:
    if value == "restricted":
        return rows.exclude(groups__contains=[EVERYBODY])
    outside = [PARTNERS, *(f"{PARTNERS}:{pk}" for pk in Partner.objects.values_list("pk", flat=True))]
    if value == "partners":
        return rows.filter(groups__overlap=outside)
    return rows.filter(groups=[EVERYBODY])


def spec() -> ListSpec:
    """Every asset that is found today, with who may open it; `as` shows what one role, team or partner finds."""
    names = Names.read()

    def row(asset: Asset) -> Mapping[str, Any]:
        return {
            "link": address(asset),
            "title": asset.title,
            "who": names.sentence(asset.groups),
            "by": "Itself" if asset.is_restricted else "" if EVERYBODY in asset.groups else "A collection",
            "format": facets.label(Facet.FORMAT, asset.format),
            "updated": asset.updated_at,
        }

    def see_as(_person: Any) -> list[Choice]:
        groups = viewer_groups(names)
        found = found_by(groups)
        return [Choice(group, f"{names.sentence([group])}: {found[group]:,}", found[group]) for group in groups]

    return ListSpec(
        name="access",
        columns=(
            Column("title", "Asset"),
            Column("who", "Who may open it"),
            Column("by", "Restricted by"),
            Column("format", "Format"),
            Column("updated", "Updated", "date"),
        ),
        row=row,
        filters=(
            Filter("title", "Title", lambda rows, value: rows.filter(title__icontains=value), kind="text"),
            Filter("as", "See as", lambda rows, value: rows.filter(groups__overlap=groups_of_viewer(value)), see_as),
            Filter("who", "Who", _by_who, lambda _: [Choice(*pair) for pair in _WHO.items()]),
        ),
        sorts=(
            Sort("updated", "Last updated", Order("updated_at", descending=True)),
            Sort("title", "Title", Order("title")),
        ),
        prefetch=lambda rows: rows.defer("summary"),
        empty=Empty(
            "lock",
            "No content yet",
            "Everybody opens what comes in, until an asset or a collection is opened to some only.",
            "/library/upload/",
            "Bring in content",
            "import_content",
        ),
    )
