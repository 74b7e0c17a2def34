"""When promises are due: by the owner's hours, without the time that a pause took, anew for a new owner."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from sameside.leads.agreement.terms import OnBreach, Segment, Service, Terms
from sameside.leads.clock import due
from sameside.leads.clock.due import Clock, persisted_at
from sameside.leads.clock.hours import Hours
from sameside.leads.models import Absence, Agreement, Calendar, Holiday, Pause, WorkingPlace
from sameside.people.models import Person
from tests.leads.agreed import BEGAN, OFFICE_HOURS, agree, office_hours
from tests.leads.clock.handing import MONDAY, berlin, office_hours_of, passed, settle, tried
from tests.leads.clock.test_hours import moments, some_hours


@pytest.fixture
def agreement(alice: Person, bob: Person) -> Agreement:
    office_hours()
    return agree(alice, bob)


def test_due_times_are_in_the_business_hours_of_the_owner(agreement: Agreement, bob: Person) -> None:
    made = passed(bob, agreement, at=berlin(2026, 6, 5, 15))
    assert made.accept_due_at == berlin(2026, 6, 8, 11)
    assert made.attempt_due_at == berlin(2026, 6, 8, 15)
    assert made.persist_due_at == berlin(2026, 6, 19, 17)
    assert made.end_due_at == berlin(2026, 7, 17, 17)
    assert made.next_due_at == made.accept_due_at


def test_a_segment_has_a_service_of_its_own(agreement: Agreement, bob: Person) -> None:
    made = passed(bob, agreement, at=berlin(2026, 6, 1, 10))
    made.segment = "dach-banks"
    settle(made, MONDAY)
    assert made.accept_due_at == berlin(2026, 6, 1, 12)


def test_without_an_agreement_nothing_is_due(bob: Person) -> None:
    made = passed(bob, None)
    assert [getattr(made, column) for column in due.COLUMNS] == [None] * 6


def test_what_is_met_is_not_next(agreement: Agreement, bob: Person) -> None:
    made = passed(bob, agreement)
    made.accepted_at = MONDAY + timedelta(hours=1)
    settle(made, made.accepted_at)
    assert made.next_due_at == made.attempt_due_at
    tried(made, "call", MONDAY + timedelta(hours=2))
    settle(made, MONDAY + timedelta(hours=2))
    assert made.next_due_at == made.persist_due_at
    for day, kind in enumerate(("email", "email", "email", "email"), 1):
        tried(made, kind, MONDAY + timedelta(days=day))
    settle(made, MONDAY + timedelta(days=4))
    assert made.next_due_at == made.persist_due_at, "one of the two agreed calls is missing"
    tried(made, "call", MONDAY + timedelta(days=5))
    settle(made, MONDAY + timedelta(days=5))
    assert made.next_due_at == made.end_due_at


def test_a_pause_moves_what_is_due_by_the_business_time_it_took(agreement: Agreement, bob: Person) -> None:
    made = passed(bob, agreement, at=berlin(2026, 6, 1, 10), accepted_at=berlin(2026, 6, 1, 11))
    pause = Pause.objects.create(handover=made, since=berlin(2026, 6, 1, 12))
    made.paused_at = pause.since
    settle(made, pause.since)
    assert made.accept_due_at == berlin(2026, 6, 1, 14), "met before: it stays as it was"
    assert made.attempt_due_at is None, "the clock stands"
    assert made.next_due_at is None
    pause.until, made.paused_at = berlin(2026, 6, 3, 13), None
    pause.save()
    settle(made, pause.until)
    assert made.attempt_due_at == berlin(2026, 6, 4, 11), "8 hours from Monday 10:00, and 17 that it stood"
    assert made.persist_due_at == berlin(2026, 6, 18, 10), "Monday the 15th at 17:00, and 17 hours"


def test_what_had_passed_before_the_pause_stays_late(agreement: Agreement, bob: Person) -> None:
    made = passed(bob, agreement, at=berlin(2026, 6, 1, 10))
    made.paused_at = berlin(2026, 6, 1, 15)
    Pause.objects.create(handover=made, since=made.paused_at)
    settle(made, made.paused_at)
    assert made.accept_due_at == berlin(2026, 6, 1, 14)
    assert made.attempt_due_at is None


def test_somebody_else_has_hours_of_their_own(agreement: Agreement, bob: Person, colleague: Person) -> None:
    made = passed(bob, agreement, at=berlin(2026, 6, 1, 10))
    sydney = office_hours_of("Australia/Sydney")
    WorkingPlace.objects.create(person=colleague, calendar=sydney)
    other = passed(colleague, agreement, at=berlin(2026, 6, 1, 10))
    assert made.accept_due_at == berlin(2026, 6, 1, 14)
    assert other.accept_due_at == datetime(2026, 6, 2, 3, tzinfo=UTC), "18:00 in Sydney: next day 9:00 to 13:00"


def test_a_holiday_moves_it(agreement: Agreement, bob: Person) -> None:
    Holiday.objects.create(calendar=Calendar.objects.get(), on=date(2026, 6, 4), name="Corpus Christi")
    made = passed(bob, agreement, at=berlin(2026, 6, 3, 16))
    assert made.accept_due_at == berlin(2026, 6, 5, 12)


def test_the_clock_runs_on_while_the_owner_is_away(agreement: Agreement, bob: Person) -> None:
    Absence.objects.create(
        person=bob, starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 12), made_by=bob, made_at=BEGAN
    )
    assert passed(bob, agreement, at=berlin(2026, 6, 1, 10)).accept_due_at == berlin(2026, 6, 1, 14)


def test_a_calendar_that_is_never_open_gives_no_due_times(agreement: Agreement, bob: Person) -> None:
    never = Calendar.objects.create(name="Never", time_zone="UTC", week=[[]] * 7, changed_at=BEGAN)
    WorkingPlace.objects.create(person=bob, calendar=never)
    assert passed(bob, agreement).next_due_at is None


def test_many_take_as_many_statements_as_one(agreement: Agreement, bob: Person) -> None:
    made = [passed(bob, agreement, attempts=5) for _ in range(12)]
    with CaptureQueriesContext(connection) as one:
        due.settings_of(made[:1])
    with CaptureQueriesContext(connection) as many:
        due.settings_of(made)
    assert len(one) == len(many) == 3


def test_persistence_counts_the_agreed_channels() -> None:
    service = Service(attempts=3, channels={"call": 2})
    made = [(MONDAY + timedelta(hours=n), kind) for n, kind in enumerate(("call", "email", "email", "call", "call"))]
    assert persisted_at(made, service) == MONDAY + timedelta(hours=3)
    assert persisted_at(made[:3], service) is None
    assert persisted_at(made[:1] + made[3:5], service) == MONDAY + timedelta(hours=4)


def test_reminders_are_at_a_share_of_the_business_time() -> None:
    clock = Clock(Hours.read("Europe/Berlin", OFFICE_HOURS), berlin(2026, 6, 5, 15))
    assert clock.share(berlin(2026, 6, 8, 11), 75) == berlin(2026, 6, 8, 10)


@st.composite
def pauses(draw: st.DrawFn) -> list[tuple[datetime, datetime]]:
    edges = sorted(set(draw(st.lists(moments(), max_size=6))))
    return list(zip(edges[::2], edges[1::2], strict=False))


@settings(deadline=None, max_examples=150)
@given(hours=some_hours(), start=moments(), spans=pauses(), seconds=st.integers(1, 500_000))
def test_whatever_pauses_there_were_so_much_has_run_when_it_is_due(
    hours: Hours, start: datetime, spans: list[tuple[datetime, datetime]], seconds: int
) -> None:
    if not any(hours.week):
        return
    clock = Clock(hours, start, spans)
    moment = clock.after(seconds)
    assert clock.run(moment) == seconds
    assert moment >= Clock(hours, start).after(seconds)


@settings(deadline=None, max_examples=60)
@given(old=some_hours(), new=some_hours(), start=moments(), later=moments(), seconds=st.integers(1, 200_000))
def test_a_new_owner_has_the_whole_time_by_their_own_calendar(
    old: Hours, new: Hours, start: datetime, later: datetime, seconds: int
) -> None:
    """Whatever the first owner's clock had run, the second's begins at the change and owes nothing to it."""
    if not any(old.week) or not any(new.week):
        return
    start, later = sorted((start, later))
    first, second = Clock(old, start), Clock(new, later)
    first.run(later)
    assert second.run(second.after(seconds)) == seconds
    assert second.after(seconds) >= later


def test_terms_without_an_end_promise_none(bob: Person, alice: Person) -> None:
    office_hours()
    said = Terms((Segment("everybody", "Everybody"),), (), (Service(end_days=None, attempts=0),), OnBreach())
    made = passed(bob, agree(alice, bob, said=said))
    assert made.end_due_at is None
    assert made.persist_due_at is None


def test_what_had_passed_is_not_rewritten_by_a_holiday_entered_later(agreement: Agreement, bob: Person) -> None:
    made = passed(bob, agreement, at=berlin(2026, 6, 1, 10))
    Holiday.objects.create(calendar=Calendar.objects.get(), on=date(2026, 6, 1), name="Whit Monday")
    settle(made, berlin(2026, 6, 1, 15))
    assert made.accept_due_at == berlin(2026, 6, 1, 14), "it had passed"
    assert made.attempt_due_at == berlin(2026, 6, 2, 17), "it had not"
