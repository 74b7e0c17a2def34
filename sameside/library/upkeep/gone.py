"""What an old link says: until when the content was right, what became of it, and where to go instead.

Who edits the library opens the asset itself. Everybody else is led on to what replaced it, where there is something
that they may open; else this page says in a sentence why it is not there any more.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from sameside.library.models import Asset, Review
from sameside.library.upkeep import successors
from sameside.people.models import Person
from sameside.people.roles import PARTNER
from sameside.ui import formats

Outcome = Review.Outcome


@dataclass(frozen=True)
class Gone:
    title: str
    sentence: str
    note: str
    owner: str
    search_url: str


def successor(asset: Asset, person: Person) -> Asset | None:
    return successors.of(asset, person)


def led_on(asset: Asset, person: Person) -> str:
    """What is said where an old link has led on, and why when somebody of the company reads it."""
    when = f" on {formats.date(timezone.localdate(asset.retired_at))}" if asset.retired_at else ""
    review = _last(asset) if person.role != PARTNER else None
    why = f" “{review.note}”" if review and review.note else ""
    return f"You came by a link to “{asset.title}”, which this replaced{when}.{why}"


def _last(asset: Asset) -> Review | None:
    """The last decision about it that stands."""
    decisions = asset.reviews.filter(undone_at=None).exclude(outcome=Outcome.OWNED)
    return decisions.select_related("by").order_by("-at", "-pk").first()


def build(asset: Asset, person: Person, at: datetime) -> Gone:
    """Why `asset` is not shown; names of colleagues are for colleagues."""
    inside = person.role != PARTNER
    review = _last(asset)
    owner = asset.owner.name if inside and asset.owner and asset.owner.may_sign_in else ""
    return Gone(
        title=asset.title,
        sentence=_sentence(asset, review, at, inside=inside),
        note=review.note if review and inside and asset.status == Asset.Status.RETIRED else "",
        owner=owner,
        search_url=f"{reverse('library:list')}?{urlencode({'q': asset.title})}",
    )


def _sentence(asset: Asset, review: Review | None, at: datetime, *, inside: bool) -> str:
    today = timezone.localdate(at)
    if asset.valid_from and asset.valid_from > today:
        return f"It is shown from {formats.date(asset.valid_from)} on."
    if asset.status == Asset.Status.RETIRED:
        return _retired(asset, review, inside=inside)
    if asset.verified_until:
        return f"This was right until {formats.date(asset.verified_until)}, and nobody has verified it since."
    return "Nobody answers for it any more."


def _retired(asset: Asset, review: Review | None, *, inside: bool) -> str:
    when = f" on {formats.date(timezone.localdate(asset.retired_at))}" if asset.retired_at else ""
    by = f" by {review.by.name}" if inside and review and review.by else ""
    did = "replaced" if asset.replaced_by_id or asset.continued_by_id else "retired"
    return f"This was {did}{by}{when}."


def refusal(asset: Asset, person: Person, at: datetime) -> str:
    """Why `person` cannot take or use it any more, as one sentence."""
    return f"“{asset.title}” cannot be used any more. {build(asset, person, at).sentence}"
