"""What Tarnwick's people chose: a few collections, and favourites of the cast. Made after documents and usage."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q

from sameside.demo.members import CAST
from sameside.library.browsing import collections, favourites
from sameside.library.models import USED, Asset, AssetFacet, Collection
from sameside.people.models import Person
from sameside.people.roles import Role

FAVOURITES = 6


@dataclass(frozen=True)
class Kit:
    """A collection of the demo: whose it is, and the facets of what is put into it."""

    name: str
    description: str
    role: Role
    facets: tuple[tuple[str, str], ...]
    size: int
    note: str
    months: int


KITS = (
    Kit(
        "First meeting in banking",
        "What to show in the first hour with a bank, in the order in which it has worked.",
        Role.MARKETER,
        (("conversation", "relevant_meeting"), ("vertical", "banking")),
        6,
        "Open with this one.",
        6,
    ),
    Kit(
        "Point of view, by industry",
        "One briefing for each industry: send it before you ask for a meeting.",
        Role.EDITOR,
        (("conversation", "tailored_pov"),),
        9,
        "The newest figures.",
        9,
    ),
    Kit(
        "Business case kit",
        "From the success plan to the figures that a finance team asks for.",
        Role.MARKETER,
        (("conversation", "definition_of_success"),),
        8,
        "Fill it in together with the customer.",
        12,
    ),
    Kit(
        "Champion's folder",
        "What a champion passes on inside the customer's company.",
        Role.SUCCESS,
        (("conversation", "right_people"),),
        7,
        "Short enough for a phone.",
        4,
    ),
    Kit(
        "Hanna's closing folder",
        "Proposals, prices and proof for the last weeks of a deal.",
        Role.SELLER,
        (("conversation", "tangible_value"),),
        5,
        "Ask product marketing for the current prices first.",
        3,
    ),
)


def _marked(facets: tuple[tuple[str, str], ...]) -> list[Asset]:
    """Assets with these facets, what is used most first; of the first facet alone where the others leave too few."""
    stated = AssetFacet.objects.exclude(state=AssetFacet.State.REJECTED)
    rows = Asset.objects.filter(status="active").annotate(uses=Count("usage", filter=Q(usage__action__in=USED)))
    found: list[Asset] = []
    for some in (facets, facets[:1]):
        narrowed = rows
        for facet, value in some:
            narrowed = narrowed.filter(pk__in=stated.filter(facet=facet, value=value).values("asset"))
        found += [asset for asset in narrowed.order_by("-uses", "pk")[:12] if asset not in found]
    return found


@transaction.atomic
def collect(*, today: date, at: datetime) -> int:
    """Make the collections that are not there yet, give the cast its stars; returns how many collections there are."""
    people = {role: Person.objects.filter(email=member.email).first() for role, member in CAST.items()}
    for kit in KITS:
        owner = people[kit.role]
        if owner is None or Collection.objects.filter(name=kit.name).exists():
            continue
        made = collections.create(kit.name, by=owner, at=at, description=kit.description)
        collections.add(made, _marked(kit.facets)[: kit.size], by=owner, at=at)
        first = made.items.select_related("collection").order_by("position").first()
        if first:
            collections.note(first, kit.note, by=owner, at=at)
        Collection.objects.filter(pk=made.pk).update(verified_until=today + timedelta(days=30 * kit.months))
    for place, role in enumerate((Role.SELLER, Role.MARKETER, Role.SUCCESS)):
        person = people[role]
        if person is not None:
            for number, asset in enumerate(_marked(KITS[place].facets)[:FAVOURITES]):
                favourites.add(asset, by=person, at=at - timedelta(days=3 * number))
    return Collection.objects.count()
