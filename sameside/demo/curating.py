"""What Tarnwick's editors did so that the library stays true and open to the right people.

Plays with readings, dates that were verified, one document replaced, one pinned, a restricted collection, content for
the partner company, rules for facets. Made after documents, usage and collections; every part may be repeated.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from sameside.demo.assets import HELPER_TITLE
from sameside.demo.members import CAST, PARTNER_COMPANY
from sameside.library import access, pinning
from sameside.library.models import Asset, Collection, FacetRule, Pin, Play, Review
from sameside.library.plays import reading, writing
from sameside.library.tagging import gain, rules
from sameside.library.upkeep import expiry, reviews
from sameside.people.models import Partner, Person
from sameside.people.roles import Role

RESTRICTED = "Business case kit"
FOR_PARTNERS = "Point of view, by industry"
NEVER_VERIFIED = 3  # one in so many
DUE_SOON = (5, 12, 24)
OVERDUE = (9, 40, 75)


@dataclass(frozen=True)
class Written:
    """A play of the demo, written so many days ago; `conversation` chooses the document it goes with, the success plan
    when empty. `teams` read it together in the two weeks after.
    """

    days: int
    conversation: str
    text: writing.Text
    read_by: tuple[tuple[Role, int], ...]
    teams: tuple[str, ...] = ()


PLAYS = (
    Written(
        330,
        "",
        writing.Text(
            "Right after the customer said what the project has to change, and before anybody asks for a price.",
            "The person who will be measured by the result, and somebody from finance.",
            "Ask first: **what would have to be true in thirty days** for you to call this a good start?\n\n"
            "- Write their sentence down, in their words.\n"
            "- Agree who brings which figure, and by when.\n"
            "- Only then show page two.",
            "A mutual success plan is a page that both sides sign, not a project plan. It names one result, three "
            "steps and who takes each.\n\nDeals with such a page reach an agreed definition of success far more often "
            "than deals without. The page works because the customer writes half of it.",
            "Who writes the result into the plan?",
            ("The account executive", "The customer, in their own words", "Customer success, after signing"),
            1,
            "It only binds somebody who wrote it.",
        ),
        ((Role.SELLER, 0), (Role.SUCCESS, 1)),
        ("Sales North", "Sales DACH"),
    ),
    Written(
        40,
        "tailored_pov",
        writing.Text(
            "When you ask for a first meeting, or want to come back after silence.",
            "A head of operations who does not know us yet.",
            "Do not attach it. Send **one figure** from page one, and ask whether it looks the same at their company.",
            "A point of view is an opinion about their business. If it could be sent to anybody, it is not one.\n\n"
            "Change the first figure to one of their own reports before you send it.",
            "What do you send first?",
            ("The whole document", "One figure and a question"),
            1,
            "The document comes with the second mail, when they have answered.",
        ),
        ((Role.SELLER, 1), (Role.MARKETER, 1)),
    ),
    Written(
        20,
        "tangible_value",
        writing.Text(
            "In the last three weeks, when procurement has joined.",
            "Procurement, with the champion in the room.",
            "Begin with the result that was agreed, then the price. Never the other way round.",
            "Procurement compares prices; your champion compares results. Put both on one page.",
        ),
        ((Role.SELLER, 0),),
    ),
)


def _documents() -> list[Asset]:
    """Whose dates are set, in the order in which they came in; what has a play stays in use."""
    return list(Asset.objects.filter(status=Asset.Status.ACTIVE, play=None).order_by("pk"))


def _plays(people: dict[Role, Person], at: datetime) -> None:
    for written in PLAYS:
        asset = _for_play(written)
        if asset is None or Play.objects.filter(asset=asset).exists():
            continue
        began = at - timedelta(days=written.days)
        play = writing.write(asset, written.text, by=people[Role.MARKETER], at=began)
        for place, (role, answer) in enumerate(written.read_by, 1):
            given = answer if written.text.question else None
            reading.read(play, by=people[role], at=began + timedelta(days=place), answer=given)
        _taught(play, written, {person.pk for person in people.values()}, began)


def _taught(play: Play, written: Written, others: set[int], began: datetime) -> None:
    """The sellers of the teams, one after the other, every fifth with a wrong answer at first."""
    sellers = Person.objects.filter(team__name__in=written.teams, role=Role.SELLER, is_active=True)
    right = written.text.right_answer
    for place, person in enumerate(sellers.exclude(pk__in=others).order_by("email")):
        given = (0 if place % 5 == 4 else right) if written.text.question else None
        reading.read(play, by=person, at=began + timedelta(days=2 + place % 12, hours=place % 8), answer=given)


def _for_play(written: Written) -> Asset | None:
    rows = Asset.objects.filter(status=Asset.Status.ACTIVE, language="en").order_by("pk")
    if not written.conversation:
        return rows.filter(title=HELPER_TITLE).first()
    marked = rows.filter(facets__facet="conversation", facets__value=written.conversation)
    return marked.exclude(title=HELPER_TITLE).exclude(play__isnull=False).first()


def _dates(people: dict[Role, Person], today: date, at: datetime) -> None:
    """Two of three were looked at: some dates come near, some have passed; one in three nobody has verified."""
    if Review.objects.exists():
        return
    by, documents = people[Role.EDITOR], _documents()
    near, past, rest = documents[:3], documents[3:6], documents[6:]
    for asset, days in zip(near, DUE_SOON, strict=False):
        reviews.verify([asset.pk], until=today + timedelta(days=days), by=by, at=at - timedelta(days=150))
        reviews.give([asset.pk], by, by=by, at=at)
    for asset, days in zip(past, OVERDUE, strict=False):
        reviews.verify([asset.pk], until=today - timedelta(days=days), by=by, at=at - timedelta(days=180))
    looked_at = [asset.pk for place, asset in enumerate(rest) if place % NEVER_VERIFIED]
    for months in (2, 4, 7, 11):
        some = looked_at[months % 4 :: 4]
        if some:
            note = "Figures checked with the people who own them."
            reviews.verify(
                some, until=today + timedelta(days=30 * months), by=by, at=at - timedelta(days=70), note=note
            )
    expiry.expire_due(at=at)
    pairs = [(one, other) for one in past[:1] for other in rest if other.language == one.language]
    for old, new in pairs[:1]:
        reviews.replace(old, new, by=by, at=at, note="The newer one says the same with this year's figures.")


def _access(people: dict[Role, Person], at: datetime) -> None:
    by = people[Role.ADMIN]
    partner = Partner.objects.filter(name=PARTNER_COMPANY).first()
    for collection in Collection.objects.filter(name=RESTRICTED, is_restricted=False):
        access.restrict(collection, [f"role:{Role.SELLER}", f"role:{Role.SUCCESS}"], by=by, at=at)
    for collection in Collection.objects.filter(name=FOR_PARTNERS, grants=None):
        access.grant(collection, "partner", by=by, at=at)
    helper = Asset.objects.filter(title=HELPER_TITLE, grants=None).first()
    if helper is not None and partner is not None:
        access.grant(helper, f"partner:{partner.pk}", by=by, at=at)


def _rules(people: dict[Role, Person], at: datetime) -> None:
    if FacetRule.objects.exists():
        return
    by = people[Role.EDITOR]
    rules.add(where="title", words="workbook", facet="depth", value="deep", by=by, at=at - timedelta(days=20))
    rules.add(where="path", words="pricing", facet="persona", value="procurement", by=by, at=at - timedelta(days=8))
    gain.compute(at=at)


def _pin(people: dict[Role, Person], at: datetime) -> None:
    helper = Asset.objects.filter(title=HELPER_TITLE).first()
    version = helper.versions.filter(is_current=True).first() if helper else None
    if version is not None and not Pin.objects.filter(asset=helper).exists():
        pinning.pin(version, by=people[Role.EDITOR], at=at, reason="Customers sign this one: legal reads each change.")


@transaction.atomic
def curate(*, today: date, at: datetime) -> bool:
    """Make what is not there yet; False while somebody of the cast is missing."""
    people = {role: Person.objects.filter(email=member.email).first() for role, member in CAST.items()}
    present = {role: person for role, person in people.items() if person is not None}
    if len(present) < len(people):
        return False
    _plays(present, at)
    _dates(present, today, at)
    _access(present, at)
    _rules(present, at)
    _pin(present, at)
    return True
