"""The pages on which leads are set up, as one row of tabs: each is reached from every other."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from sameside.people.models import Person
from sameside.people.policies import can

PAGES = (
    ("Scoring", "leads:scoring", "see_leads"),
    ("Learnt model", "leads:score_model", "see_leads"),
    ("Routing", "leads:routing", "see_leads"),
    ("Reasons", "leads:reasons", "see_leads"),
    ("Business hours", "leads:hours", "see_leads"),
)


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool


def tabs(current: str, person: Person) -> Sequence[Tab]:
    """`current` is the route of the page that shows them, `leads:routing`."""
    found = []
    for label, route, capability in PAGES:
        if not can(person, capability):
            continue
        try:
            found.append(Tab(label, reverse(route), route == current))
        except NoReverseMatch:
            continue
    return found
