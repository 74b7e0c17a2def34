from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from sameside.crm.models import Contact, Deal
from sameside.leads import fates
from sameside.leads.conversion import NewDeal
from sameside.leads.handover import answering, attempting, ending, pausing, undoing
from sameside.leads.models import Conversion, HandOver, LeadEvent, Pause, Recycling
from sameside.people.models import Person
from sameside.people.policies import Refused
from tests.leads.handover.handed import reason

ELEVEN = datetime(2026, 6, 1, 9, tzinfo=UTC)


def test_a_disqualified_lead_is_over_and_comes_to_nobody(handover: HandOver, bob: Person) -> None:
    done = ending.disqualify(handover, reason("bad_data"), by=bob, at=ELEVEN)
    assert (done.outcome, done.reason.label, done.next_due_at) == ("disqualified", "Bad data", None)
    assert Recycling.objects.count() == 0
    handover.lead.refresh_from_db()
    assert handover.lead.fate == "returned"
    assert fates.settle(at=ELEVEN) == 0


def test_a_recycled_lead_waits_for_its_date(handover: HandOver, bob: Person) -> None:
    ending.recycle(handover, reason("timing"), return_on=date(2026, 9, 1), by=bob, at=ELEVEN)
    came = Recycling.objects.get()
    assert (came.return_on, came.taken_up_at, came.revived_at) == (date(2026, 9, 1), None, None)
    assert LeadEvent.objects.get(kind="recycled").text == "Recycled: Not now, to be seen again on 1 September 2026."


@pytest.mark.parametrize("day", [date(2026, 6, 1), date(2020, 1, 1), date(2032, 1, 1)])
def test_the_date_lies_ahead_and_within_years(handover: HandOver, bob: Person, day: date) -> None:
    with pytest.raises(Refused, match=r"^Choose a day"):
        ending.recycle(handover, reason("timing"), return_on=day, by=bob, at=ELEVEN)


def test_a_reason_for_another_ending_is_refused(handover: HandOver, bob: Person) -> None:
    with pytest.raises(Refused, match=r"^“Duplicate” is no reason to recycle until later\.$"):
        ending.recycle(handover, reason("duplicate"), return_on=date(2026, 9, 1), by=bob, at=ELEVEN)
    with pytest.raises(Refused, match=r"^“Not now” is no reason to disqualify\.$"):
        ending.disqualify(handover, reason("timing"), by=bob, at=ELEVEN)


@pytest.mark.parametrize("outcome", ["returned", "disqualified", "recycled"])
def test_the_database_keeps_that_nothing_ends_without_a_reason(handover: HandOver, outcome: str) -> None:
    with pytest.raises(IntegrityError, match="handover_ends_with_reason"), transaction.atomic():
        HandOver.objects.filter(pk=handover.pk).update(ended_at=ELEVEN, outcome=outcome)


def test_converting_makes_contact_and_deal_and_ends_the_hand_over(handover: HandOver, bob: Person) -> None:
    done = ending.convert(handover, deal=NewDeal("Acme platform", "Discovery"), by=bob, at=ELEVEN)
    handover.refresh_from_db()
    assert (handover.outcome, handover.conversion, handover.accepted_at) == ("converted", done, ELEVEN)
    handover.lead.refresh_from_db()
    assert (handover.lead.fate, handover.lead.contact.email) == ("open", "ada1@acme.com")
    assert fates.settle(at=ELEVEN) == 0


def test_a_conversion_that_fails_ends_nothing(handover: HandOver, bob: Person, colleague: Person) -> None:
    handover.lead.owner = None
    handover.lead.save()
    with pytest.raises(Refused, match=r"^This lead is Bob's\."):
        ending.convert(handover, by=colleague, at=ELEVEN)
    handover.refresh_from_db()
    assert (handover.outcome, Contact.objects.count(), Conversion.objects.count()) == ("", 0, 0)


def test_undoing_a_conversion_opens_the_hand_over_again(handover: HandOver, bob: Person) -> None:
    answering.accept(handover, by=bob, at=ELEVEN)
    ending.convert(handover, deal=NewDeal("Acme platform", "Discovery"), by=bob, at=ELEVEN)
    said = undoing.undo(LeadEvent.objects.get(kind="converted"), by=bob, at=ELEVEN).said
    assert said == "Ada Fox 1 is as it was before: converted was taken back."
    handover.refresh_from_db()
    assert (handover.outcome, handover.ended_at, handover.conversion, handover.accepted_at) == ("", None, None, ELEVEN)
    assert (Contact.objects.count(), Deal.objects.count()) == (0, 0)
    handover.lead.refresh_from_db()
    assert (handover.lead.is_converted, handover.lead.fate) == (False, "untouched")


@pytest.mark.parametrize("end", ["return", "disqualify", "recycle"])
def test_undoing_an_end_gives_everything_back(handover: HandOver, bob: Person, end: str) -> None:
    attempting.log(handover, "call", by=bob, at=ELEVEN)
    handover.refresh_from_db()
    before = {field.attname: getattr(handover, field.attname) for field in HandOver._meta.concrete_fields}
    later = ELEVEN + timedelta(minutes=5)
    if end == "return":
        answering.return_(handover, reason("no_need"), by=bob, at=later)
    elif end == "disqualify":
        ending.disqualify(handover, reason("no_need"), by=bob, at=later)
    else:
        ending.recycle(handover, reason("no_need"), return_on=date(2026, 9, 1), by=bob, at=later)
    undoing.undo(undoing.last_of(handover), by=bob, at=later)
    handover.refresh_from_db()
    after = {field.attname: getattr(handover, field.attname) for field in HandOver._meta.concrete_fields}
    assert {key: value for key, value in after.items() if key != "look_at"} == {
        key: value for key, value in before.items() if key != "look_at"
    }
    assert Recycling.objects.filter(undone_at=None).count() == 0
    handover.lead.refresh_from_db()
    assert handover.lead.fate == "worked"


def test_it_can_be_returned_undone_and_returned_again(handover: HandOver, bob: Person) -> None:
    for key in ("no_need", "timing"):
        answering.return_(handover, reason(key), by=bob, at=ELEVEN)
        if key == "no_need":
            undoing.undo(undoing.last_of(handover), by=bob, at=ELEVEN)
    assert Recycling.objects.get().undone_at is None


def test_an_end_closes_the_pause_and_undoing_opens_it_again(handover: HandOver, bob: Person) -> None:
    answering.accept(handover, by=bob, at=ELEVEN)
    pausing.pause(handover, resume_on=date(2026, 6, 20), because="On holiday", by=bob, at=ELEVEN)
    ending.disqualify(handover, reason("no_need"), by=bob, at=ELEVEN + timedelta(hours=1))
    assert Pause.objects.get().until == ELEVEN + timedelta(hours=1)
    undoing.undo(undoing.last_of(handover), by=bob, at=ELEVEN + timedelta(hours=2))
    handover.refresh_from_db()
    assert (Pause.objects.get().until, handover.paused_at) == (None, ELEVEN)
