"""The sweep of every minute: breaches, reminders, escalation; once each, however often and by however many it runs."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sameside.leads.agreement.terms import OnBreach, Segment, Service, Terms
from sameside.leads.clock.sweeping import sweep
from sameside.leads.models import (
    Absence,
    Agreement,
    Breach,
    ClockNotice,
    HandOver,
    Holiday,
    HoursChange,
    LeadEvent,
    Pause,
    Reason,
    Recycling,
)
from sameside.people.models import Person
from tests.leads.agreed import BEGAN, agree, office_hours
from tests.leads.clock.handing import berlin, passed, settle, tried
from tests.library.smtp_sink import Sink
from tests.library.test_reminders import to

TEN = berlin(2026, 6, 1, 10)  # accepted by 14:00, tried by Tuesday 10:00


@pytest.fixture
def agreement(alice: Person, bob: Person, fay: Person) -> Agreement:
    office_hours()
    rules = OnBreach(remind_at=(50, 75), escalate_hours=4, escalate_to=(fay.pk,))
    service = Service(accept_hours=4, attempt_hours=8, attempts=4, over_days=10, end_days=30)
    return agree(alice, bob, said=Terms((Segment("everybody", "Everybody"),), (), (service,), rules))


@pytest.fixture
def post(settings: Any, db: None) -> Iterator[Sink]:
    with Sink() as sink:
        to(sink, settings)
        yield sink


def said() -> list[tuple[str, str, str]]:
    rows = ClockNotice.objects.order_by("at", "pk").values_list("promise", "step", "person__name")
    return [(promise, step, name) for promise, step, name in rows]


def test_a_promise_that_is_not_kept_becomes_a_breach_once(agreement: Agreement, bob: Person) -> None:
    made = passed(bob, agreement, at=TEN)
    assert sweep(at=berlin(2026, 6, 1, 14)).breaches == 0, "at the agreed time it is not late yet"
    assert sweep(at=berlin(2026, 6, 1, 14, 1)).breaches == 1
    assert sweep(at=berlin(2026, 6, 1, 14, 2)).breaches == 0
    breach = Breach.objects.get()
    assert (breach.handover, breach.promise, breach.owner) == (made, "accept", bob)
    assert breach.due_at == berlin(2026, 6, 1, 14)
    assert breach.noticed_at == berlin(2026, 6, 1, 14, 1)
    assert breach.kept_at is None


def test_what_was_kept_late_says_when(agreement: Agreement, bob: Person) -> None:
    made = passed(bob, agreement, at=TEN)
    sweep(at=berlin(2026, 6, 1, 15))
    made.accepted_at = berlin(2026, 6, 1, 16)
    made.save()
    settle(made, made.accepted_at)
    sweep(at=berlin(2026, 6, 1, 16, 1))
    assert Breach.objects.get().kept_at == berlin(2026, 6, 1, 16)


def test_late_by_seconds_between_two_sweeps_is_noticed_too(agreement: Agreement, bob: Person) -> None:
    made = passed(bob, agreement, at=TEN)
    made.accepted_at = berlin(2026, 6, 1, 14) + timedelta(seconds=20)
    made.save()
    settle(made, made.accepted_at)
    sweep(at=berlin(2026, 6, 1, 14, 1))
    assert Breach.objects.get().kept_at == made.accepted_at


def test_what_was_kept_in_time_is_none(agreement: Agreement, bob: Person) -> None:
    made = passed(bob, agreement, at=TEN)
    made.accepted_at = berlin(2026, 6, 1, 14)
    made.save()
    settle(made, made.accepted_at)
    sweep(at=berlin(2026, 6, 1, 20))
    assert not Breach.objects.exists()


def test_an_undone_answer_reopens_the_breach_and_a_corrected_one_takes_it_back(
    agreement: Agreement, bob: Person
) -> None:
    made = passed(bob, agreement, at=TEN)
    sweep(at=berlin(2026, 6, 1, 15))
    for accepted, left in ((berlin(2026, 6, 1, 13), 0), (None, 1)):
        made.accepted_at = accepted
        made.save()
        settle(made, berlin(2026, 6, 1, 16))
        sweep(at=berlin(2026, 6, 1, 16))
        assert Breach.objects.filter(promise="accept").count() == left


def test_a_lead_returned_in_time_breaks_nothing_and_one_taken_away_late_was_never_accepted(
    agreement: Agreement, bob: Person
) -> None:
    returned, taken = passed(bob, agreement, at=TEN), passed(bob, agreement, at=TEN)
    for made, outcome, at in (
        (returned, "returned", berlin(2026, 6, 1, 13)),
        (taken, "reassigned", berlin(2026, 6, 1, 15)),
    ):
        made.ended_at, made.outcome = at, outcome
        made.reason = Reason.objects.get(key="timing") if outcome == "returned" else None
        made.save()
        settle(made, at)
    sweep(at=berlin(2026, 7, 30, 12))
    assert list(Breach.objects.values_list("handover", "promise", "kept_at")) == [(taken.pk, "accept", None)]
    assert not HandOver.objects.filter(look_at__isnull=False).exists()


def test_reminders_come_at_the_agreed_shares_of_the_time(agreement: Agreement, bob: Person) -> None:
    passed(bob, agreement, at=TEN)
    for hour, minute in ((11, 59), (12, 0), (12, 30), (13, 0), (13, 30)):
        sweep(at=berlin(2026, 6, 1, hour, minute))
    assert said() == [("accept", "r50", "Bob"), ("accept", "r75", "Bob")]


def test_after_a_standstill_only_the_last_reminder_is_said(agreement: Agreement, bob: Person) -> None:
    passed(bob, agreement, at=TEN)
    sweep(at=berlin(2026, 6, 1, 13, 30))
    assert said() == [("accept", "r75", "Bob")]


def test_after_the_breach_and_the_agreed_hours_the_agreed_persons_are_told(
    agreement: Agreement, bob: Person, fay: Person
) -> None:
    passed(bob, agreement, at=TEN)
    sweep(at=berlin(2026, 6, 1, 14, 1))
    sweep(at=berlin(2026, 6, 2, 9, 59))
    assert Breach.objects.get(promise="accept").escalated_at is None
    sweep(at=berlin(2026, 6, 2, 10, 0))
    breach = Breach.objects.get(promise="accept")
    assert breach.escalated_at == berlin(2026, 6, 2, 10), "14:00 and 4 business hours"
    assert ("accept", "breach", "Bob") in said()
    assert ("accept", "escalation", "Fay") in said()
    sweep(at=berlin(2026, 6, 2, 10, 5))
    assert said().count(("accept", "escalation", "Fay")) == 1


def test_while_it_waits_for_the_buyer_nothing_is_late(agreement: Agreement, bob: Person) -> None:
    made = passed(bob, agreement, at=TEN, accepted_at=TEN, paused_at=berlin(2026, 6, 1, 11))
    Pause.objects.create(handover=made, since=made.paused_at)
    settle(made, berlin(2026, 6, 1, 11))
    sweep(at=berlin(2026, 6, 20, 12))
    assert not Breach.objects.exists()
    assert said() == []


def test_who_covers_is_told_and_without_cover_those_of_the_escalation(
    agreement: Agreement, bob: Person, colleague: Person
) -> None:
    away = Absence.objects.create(
        person=bob, starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 1), cover=colleague, made_by=bob, made_at=BEGAN
    )
    passed(bob, agreement, at=TEN)
    sweep(at=berlin(2026, 6, 1, 12))
    assert said() == [("accept", "r50", "Susan")]
    away.cover = None
    away.save()
    sweep(at=berlin(2026, 6, 1, 13))
    assert said()[1:] == [("accept", "r75", "Bob"), ("accept", "r75", "Fay")]


def test_rebuilt_hand_overs_break_promises_but_nobody_is_told(agreement: Agreement, bob: Person) -> None:
    passed(bob, agreement, at=TEN, derived=True)
    sweep(at=berlin(2026, 6, 1, 18))
    assert Breach.objects.count() == 1
    assert said() == []


def test_a_sweep_asks_as_much_for_many_as_for_one(agreement: Agreement, bob: Person) -> None:
    passed(bob, agreement, at=TEN)
    with CaptureQueriesContext(connection) as one:
        sweep(at=berlin(2026, 6, 1, 12))
    for _ in range(10):
        passed(bob, agreement, at=TEN)
    with CaptureQueriesContext(connection) as many:
        assert sweep(at=berlin(2026, 6, 1, 12)).looked == 10
    assert len(many) == len(one)


def test_what_is_not_due_is_not_looked_at(agreement: Agreement, bob: Person) -> None:
    passed(bob, agreement, at=TEN)
    assert sweep(at=TEN).looked == 1
    assert sweep(at=TEN + timedelta(minutes=1)).looked == 0
    assert HandOver.objects.get().look_at == berlin(2026, 6, 1, 12)


def test_one_mail_lists_all_in_the_time_of_the_reader(post: Sink, agreement: Agreement, bob: Person) -> None:
    passed(bob, agreement, at=TEN)
    passed(bob, agreement, at=berlin(2026, 6, 1, 12))
    assert sweep(at=berlin(2026, 6, 1, 14, 30)).mails == 1
    ((recipient, message),) = post.messages
    assert recipient == "bob@example.com"
    assert message["Subject"] == "Leads: 1 late, 2 due soon"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    text = plain.get_content().replace("\r\n", "\n")
    assert (
        "- Lead 1, Alpen Bank\n  Accept or return it: was due Monday 1 June, 14:00 (Europe/Berlin), 30 minutes of "
        "business time ago\n  https://sameside.example.com/leads/"
    ) in text
    assert "- Lead 2, Alpen Bank\n  Accept or return it by Monday 1 June, 16:00 (Europe/Berlin)" in text
    assert "version 1 of the agreement" in text
    assert "Open your leads: https://sameside.example.com/leads/mine/" in text
    assert ">Lead 1</a>" in html.get_content()
    assert sweep(at=berlin(2026, 6, 1, 14, 31)).mails == 0


def test_what_is_late_of_one_lead_stands_under_its_name_once(
    post: Sink, agreement: Agreement, bob: Person, fay: Person
) -> None:
    passed(bob, agreement, at=TEN)
    passed(bob, agreement, at=berlin(2026, 6, 1, 10, 30))
    sweep(at=berlin(2026, 6, 30, 12))
    mails = {recipient: message.get_body(("plain",)) for recipient, message in post.messages}
    told = mails["bob@example.com"]
    assert told is not None
    text, _, _ = told.get_content().partition("Due soon:")
    assert text.count("Lead 1, Alpen Bank") == text.count("Lead 2, Alpen Bank") == 1
    first, second = text.split("- Lead 2")
    assert first.count("was due") == second.count("was due") > 1
    boss = mails["fay@example.com"]
    assert boss is not None
    assert "See what was agreed and kept: https://sameside.example.com/leads/agreement/" in boss.get_content()


def test_a_refused_mail_is_tried_again_and_given_up_after_a_day(
    settings: Any, agreement: Agreement, bob: Person, caplog: pytest.LogCaptureFixture
) -> None:
    passed(bob, agreement, at=TEN)
    with Sink(refuses=True) as refusing:
        to(refusing, settings)
        assert sweep(at=berlin(2026, 6, 1, 12)).mails == 0
    assert "bob" not in caplog.text.lower()
    assert "Lead 1" not in caplog.text
    with Sink() as willing:
        to(willing, settings)
        assert sweep(at=berlin(2026, 6, 1, 12, 5)).mails == 0
        assert sweep(at=berlin(2026, 6, 1, 12, 10)).mails == 1
    ClockNotice.objects.update(sent_at=None)
    with Sink() as late:
        to(late, settings)
        assert sweep(at=berlin(2026, 6, 2, 12, 1)).mails == 2, "to Bob, and to Fay, of what passed in the night"
        (to_bob,) = [message for recipient, message in late.messages if recipient == "bob@example.com"]
        assert to_bob["Subject"] == "Leads: 2 late"
        assert "Due soon" not in to_bob.as_string(), "yesterday's reminder is not said any more"


def test_a_silent_server_loses_nothing(settings: Any, agreement: Agreement, bob: Person) -> None:
    passed(bob, agreement, at=TEN)
    with Sink() as gone:
        to(gone, settings)
    assert sweep(at=berlin(2026, 6, 1, 12)).mails == 0
    with Sink() as back:
        to(back, settings)
        assert sweep(at=berlin(2026, 6, 1, 12, 1)).mails == 1


def test_what_was_answered_meanwhile_is_not_said(settings: Any, agreement: Agreement, bob: Person) -> None:
    made = passed(bob, agreement, at=TEN)
    sweep(at=berlin(2026, 6, 1, 12))
    made.accepted_at = berlin(2026, 6, 1, 12, 1)
    made.save()
    settle(made, made.accepted_at)
    with Sink() as sink:
        to(sink, settings)
        assert sweep(at=berlin(2026, 6, 1, 12, 2)).mails == 0
        assert sink.messages == []


def test_names_of_leads_that_the_reader_does_not_see_are_left_out(
    post: Sink, alice: Person, bob: Person, colleague: Person
) -> None:
    office_hours()
    rules = OnBreach(remind_at=(), escalate_hours=0, escalate_to=(colleague.pk,))
    terms = Terms((Segment("everybody", "Everybody"),), (), (Service(accept_hours=4),), rules)
    made = passed(bob, agree(alice, bob, said=terms), at=TEN)
    sweep(at=berlin(2026, 6, 1, 15))
    (message,) = [one for recipient, one in post.messages if recipient == "south@example.com"]
    assert "Lead 1" not in message.as_string()
    assert f"Hand-over {made.pk}" in message.as_string()
    assert f"/leads/{made.lead_id}/" not in message.as_string()
    assert "https://sameside.example.com/leads/agreement/" in message.as_string()


def test_a_changed_calendar_moves_open_due_times_and_says_how_many(agreement: Agreement, bob: Person) -> None:
    calendar = office_hours_default()
    first, second = passed(bob, agreement, at=TEN), passed(bob, agreement, at=TEN)
    tried(second, "call", berlin(2026, 6, 1, 11))
    settle(second, berlin(2026, 6, 1, 11))
    Holiday.objects.create(calendar=calendar, on=date(2026, 6, 2), name="Bridge day")
    change = HoursChange.objects.create(what="calendar", calendar=calendar, text="A holiday", by=bob, at=TEN)
    change.before = change.after = {"is_default": True}
    change.save()
    sweep(at=berlin(2026, 6, 1, 12))
    change.refresh_from_db()
    assert (change.due_of, change.due_moved) == (2, 2)
    first.refresh_from_db()
    assert first.attempt_due_at == berlin(2026, 6, 3, 10)
    assert first.accept_due_at == berlin(2026, 6, 1, 14)


def office_hours_default() -> Any:
    from sameside.leads.models import Calendar

    return Calendar.objects.get(is_default=True)


def test_hours_that_are_never_open_any_more_stop_no_sweep(agreement: Agreement, bob: Person) -> None:
    passed(bob, agreement, at=TEN)
    calendar = office_hours_default()
    calendar.week = [[]] * 7
    calendar.save()
    assert sweep(at=berlin(2026, 6, 1, 15)).looked == 1
    assert sweep(at=berlin(2026, 6, 1, 15, 1)).looked == 0
    assert Breach.objects.get().escalated_at is None, "no business hour of these hours will ever have passed"
    late = passed(bob, agreement, at=berlin(2026, 6, 1, 15))
    assert (late.accept_due_at, late.next_due_at, late.look_at) == (None, None, None)


def test_a_recycled_lead_comes_back_on_its_date(agreement: Agreement, bob: Person) -> None:
    timing = Reason.objects.get(key="timing")
    made = passed(bob, agreement, at=TEN, ended_at=TEN, outcome="recycled", reason=timing)
    waiting = Recycling.objects.create(lead=made.lead, handover=made, return_on=date(2026, 6, 15), came_at=TEN)
    assert sweep(at=berlin(2026, 6, 14, 20)).revived == 0
    assert sweep(at=berlin(2026, 6, 15, 8)).revived == 1
    assert sweep(at=berlin(2026, 6, 15, 9)).revived == 0
    waiting.refresh_from_db()
    assert waiting.revived_at == berlin(2026, 6, 15, 8)
    events = {event.kind: event.text for event in LeadEvent.objects.filter(lead=made.lead)}
    assert events["revived"] == "Sales asked to see it again on 15 June 2026."
    assert "qualified" in events, "it is judged anew at once"
