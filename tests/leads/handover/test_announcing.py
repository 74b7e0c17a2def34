"""The mail to a new owner: one for all that is new, once, and only for what is still theirs."""

from smtplib import SMTPServerDisconnected
from typing import Any

import pytest

from sameside.leads.handover import announcing
from sameside.leads.handover.handing import hand_over, withdraw
from sameside.leads.models import ClockNotice
from sameside.people.models import Person
from tests.conftest import NOW
from tests.leads.agreed import agree, office_hours
from tests.leads.routing.routes import lead


def test_one_mail_lists_all_that_is_new(alice: Person, bob: Person, mailoutbox: list[Any]) -> None:
    office_hours()
    agree(alice, bob)
    for name in ("Keller", "Moser"):
        hand_over(lead(last_name=name, title="CFO", company_name="Alpen Bank"), bob, by=alice, at=NOW, note="Call.")

    assert announcing.deliver(at=NOW) == 1
    assert announcing.deliver(at=NOW) == 0

    (mail,) = mailoutbox
    assert (mail.subject, mail.to) == ("2 new leads", ["bob@example.com"])
    assert "- Keller, CFO, Alpen Bank" in mail.body
    assert "Accept or return it by Tuesday 2 June, 10:00 (Europe/Berlin)" in mail.body
    assert "Note: Call." in mail.body


def test_what_was_taken_back_meanwhile_is_not_told(alice: Person, bob: Person, mailoutbox: list[Any]) -> None:
    made = hand_over(lead(), bob, by=alice, at=NOW)
    withdraw(made, by=alice, at=NOW)

    assert announcing.deliver(at=NOW) == 0
    assert mailoutbox == []
    assert not ClockNotice.objects.filter(sent_at=None).exists()


def test_a_name_over_two_lines_does_not_reach_the_head_of_the_mail(
    alice: Person, bob: Person, mailoutbox: list[Any]
) -> None:
    hand_over(lead(last_name="Keller\r\nBcc: all@example.com"), bob, by=alice, at=NOW)

    announcing.deliver(at=NOW)

    assert mailoutbox[0].subject == "New lead: Keller Bcc: all@example.com"


def test_a_server_that_refuses_is_asked_again_later(
    alice: Person, bob: Person, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_over(lead(), bob, by=alice, at=NOW)

    def refuse(*_: object) -> None:
        raise SMTPServerDisconnected

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        assert announcing.deliver(at=NOW) == 0
    assert announcing.deliver(at=NOW) == 0
    assert announcing.deliver(at=NOW + announcing.RETRY) == 1
    assert len(mailoutbox) == 1
