"""Who covers for somebody of another team sees and works their leads for that time, and neither before nor after."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from sameside.crm.models import Deal
from sameside.leads.models import Absence, HandOver, Lead, WorkingPlace
from sameside.people.models import Person
from tests.conftest import signed_in
from tests.leads.clock.handing import office_hours_of
from tests.leads.handed import deal
from tests.leads.handover.handed import handed

pytestmark = pytest.mark.django_db


def _away(person: Person, cover: Person, first: int, last: int, *, today: date | None = None) -> Absence:
    """Away from `first` to `last`, in days from today."""
    start = today or timezone.localdate()
    return Absence.objects.create(
        person=person, cover=cover, starts_on=start + timedelta(days=first), ends_on=start + timedelta(days=last),
        made_by=person, made_at=timezone.now(),
    )  # fmt: skip


def _answers(person: Person, lead: Lead) -> tuple[int, int, bool]:
    """What the page of the lead, accepting it and the queue answer."""
    client = signed_in(person)
    page = client.get(f"/leads/{lead.pk}/").status_code
    post = client.post(f"/leads/{lead.pk}/acceptance/").status_code
    return page, post, any(row.handover.lead_id == lead.pk for row in client.get("/leads/mine/").context["rows"])


@pytest.fixture
def theirs(agreement, alice: Person, colleague: Person) -> HandOver:
    """A lead of somebody who is in no team of bob's."""
    return handed(colleague, alice, at=timezone.now())


@pytest.mark.parametrize(("first", "last"), [(2, 9), (-9, -2)])
def test_before_and_after_the_cover_the_lead_is_not_there(
    theirs: HandOver, bob: Person, colleague: Person, first: int, last: int
) -> None:
    _away(colleague, bob, first, last)
    assert _answers(bob, theirs.lead) == (404, 404, False)


def test_while_one_covers_the_lead_is_seen_and_worked(theirs: HandOver, bob: Person, colleague: Person) -> None:
    absence = _away(colleague, bob, -1, 1)
    assert _answers(bob, theirs.lead) == (200, 302, True)
    theirs.refresh_from_db()
    assert theirs.accepted_by == bob
    absence.cancelled_at = timezone.now()
    absence.save()
    assert _answers(bob, theirs.lead) == (404, 404, False)


def test_the_deal_of_a_covered_lead_is_read_but_not_led_to(theirs: HandOver, bob: Person, colleague: Person) -> None:
    _away(colleague, bob, -1, 1)
    Lead.objects.filter(pk=theirs.lead_id).update(deal=deal())
    Deal.objects.update(owner=colleague)
    pages = [signed_in(one).get(f"/leads/{theirs.lead_id}/").content.decode() for one in (bob, colleague)]
    assert ["<h2>The deal</h2>" in page for page in pages] == [True, True]
    assert ["Open the deal" in page for page in pages] == [False, True]


def test_others_do_not_see_it_through_the_cover(theirs: HandOver, bob: Person, colleague: Person, sales) -> None:
    mate = Person.objects.create_user("mate@example.com", None, name="Mate", role="seller", team=sales)
    _away(colleague, bob, -1, 1)
    assert _answers(mate, theirs.lead) == (404, 404, False)


def test_the_day_is_that_of_who_is_away(theirs: HandOver, bob: Person, colleague: Person) -> None:
    """On Kiritimati it is another day than in Samoa at every moment."""
    east, west = ("Pacific/Kiritimati", "Pacific/Pago_Pago")
    place = WorkingPlace.objects.create(person=colleague, calendar=office_hours_of(east))
    today = datetime.now(ZoneInfo(east)).date()
    _away(colleague, bob, 0, 0, today=today)
    assert Lead.objects.visible_to(bob).filter(pk=theirs.lead_id).exists()
    place.calendar = office_hours_of(west)
    place.save()
    assert not Lead.objects.visible_to(bob).filter(pk=theirs.lead_id).exists()
