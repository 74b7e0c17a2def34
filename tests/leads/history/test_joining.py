"""Leads that are merged: one history of hand-overs, of which at most one is open."""

from datetime import timedelta

import pytest

from sameside.identity import merging
from sameside.leads.handover import handing
from sameside.leads.history.rebuilding import rebuild
from sameside.leads.models import HandOver, LeadEvent
from sameside.people.models import Person
from tests.conftest import NOW
from tests.leads.story import Story

pytestmark = pytest.mark.django_db


def test_derived_hand_overs_are_rebuilt_of_the_survivor(story: Story) -> None:
    rebuild(at=NOW)
    merging.merge(story.worked, story.untouched, by=None, at=NOW)
    rebuild(at=NOW)
    rows = HandOver.objects.filter(lead__in=[story.worked, story.untouched])
    assert [(row.lead, row.number, row.derived, row.attempts) for row in rows] == [(story.worked, 1, True, 1)]


def test_of_two_open_hand_overs_the_survivors_goes_on(story: Story, bob: Person, colleague: Person) -> None:
    kept, merged = story.worked, story.untouched
    first = handing.hand_over(kept, colleague, by=None, at=NOW - timedelta(days=2))
    second = handing.hand_over(merged, bob, by=None, at=NOW - timedelta(days=1))
    merging.merge(kept, merged, by=None, at=NOW)
    rows = list(HandOver.objects.filter(lead=kept).order_by("number"))
    assert [(row.pk, row.number, row.outcome) for row in rows] == [(first.pk, 1, ""), (second.pk, 2, "withdrawn")]
    assert LeadEvent.objects.filter(handover=second, kind="withdrawn").exists()
