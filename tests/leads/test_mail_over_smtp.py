"""Every mail about leads and the agreement as a mail server gets it.

From whom, about what, in two parts, with links that lead where their reader may go, and one for each person.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from sameside.crm.models import Campaign
from sameside.leads.agreement import signing, telling
from sameside.leads.agreement.terms import OnBreach, Segment, Service, Terms
from sameside.leads.clock.sweeping import sweep
from sameside.leads.handover import announcing, answering, digest
from sameside.leads.models import Absence, Agreement
from sameside.leads.routing import routing
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.leads.agreed import agree, office_hours
from tests.leads.agreement.drafts import drafted, seen
from tests.leads.clock.handing import berlin, passed
from tests.leads.handover.handed import handed, reason
from tests.leads.routing.routes import qualified, route_to
from tests.library.smtp_sink import Sink
from tests.library.test_reminders import to

pytestmark = pytest.mark.django_db
TEN = berlin(2026, 6, 1, 10)
HERE = "https://sameside.example.com"


@pytest.fixture
def post(settings: Any, db: None) -> Iterator[Sink]:
    settings.DEFAULT_FROM_EMAIL = "Sameside <leads@sameside.example.com>"
    with Sink() as sink:
        to(sink, settings)
        yield sink


@pytest.fixture
def agreement(alice: Person, bob: Person, fay: Person) -> Agreement:
    office_hours()
    rules = OnBreach(remind_at=(50,), escalate_hours=1, escalate_to=(fay.pk,))
    service = Service(accept_hours=4, attempt_hours=40, attempts=4, over_days=10, end_days=30)
    return agree(alice, bob, said=Terms((Segment("everybody", "Everybody"),), (), (service,), rules))


def _read(message: EmailMessage, reader: Person) -> str:
    """Its text, once head, parts and links are as they have to be."""
    assert message["From"] == "Sameside <leads@sameside.example.com>"
    assert message["To"] == reader.email
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    text, page = plain.get_content(), html.get_content()
    links = re.findall(r"https?://\S+", text)
    assert links
    assert set(links) <= set(re.findall(r'href="([^"]+)"', page))
    client = signed_in(reader)
    for link in links:
        assert link.startswith(f"{HERE}/leads/")
        parts = urlsplit(link)
        assert client.get(f"{parts.path}?{parts.query}").status_code == 200, link
    assert "{{" not in text + page
    assert "None" not in text
    return str(text).replace("\r\n", "\n")


def _only(post: Sink) -> EmailMessage:
    ((_, message),) = post.messages
    return message


def test_a_lead_that_was_routed(post: Sink, agreement: Agreement, bob: Person) -> None:
    route_to(bob, name="Banks")
    routing.route(qualified(), at=NOW)
    routing.route(qualified(), at=NOW)
    assert announcing.deliver(at=NOW) == 1
    message = _only(post)
    assert message["Subject"] == "2 new leads"
    assert "Route “Banks”: it takes every lead." in _read(message, bob)


def test_a_reminder_a_breach_and_an_escalation(post: Sink, agreement: Agreement, bob: Person, fay: Person) -> None:
    passed(bob, agreement, at=TEN)
    passed(bob, agreement, at=TEN)
    said = []
    for hour, minute in ((12, 0), (14, 1), (15, 1)):
        post.messages.clear()
        sweep(at=berlin(2026, 6, 1, hour, minute))
        for recipient, message in post.messages:
            _read(message, fay if recipient == fay.email else bob)
            said.append((hour, recipient, str(message["Subject"])))
    assert said == [
        (12, "bob@example.com", "Leads: 2 due soon"),
        (14, "bob@example.com", "Leads: 2 late"),
        (15, "fay@example.com", "Leads: 2 late"),
    ]


def test_cover_is_told_instead_and_may_follow_the_link(
    post: Sink, agreement: Agreement, bob: Person, colleague: Person
) -> None:
    Absence.objects.create(
        person=colleague, cover=bob, starts_on=TEN.date(), ends_on=timezone.localdate() + timedelta(days=2),
        made_by=bob, made_at=TEN,
    )  # fmt: skip
    passed(colleague, agreement, at=TEN)
    assert sweep(at=berlin(2026, 6, 1, 12)).mails == 1
    assert "(for Susan, who is away)" in _read(_only(post), bob)


def test_what_came_back(post: Sink, agreement: Agreement, alice: Person, bob: Person) -> None:
    fair = Campaign.objects.create(source="t", external_id="C1", name="Spring <fair>", owner=alice)
    for said in ("A student\r\nBcc: all@example.com", "<script>alert(1)</script>"):
        answering.return_(handed(bob, alice, campaign=fair), reason("wrong_person"), said=said, by=bob, at=TEN)
    assert digest.tell(at=TEN + timedelta(hours=1)) == 1
    message = _only(post)
    assert (message["Subject"], message["Bcc"]) == ("2 leads came back", None)
    assert "Wrong person 2".lower() in _read(message, alice).lower()
    html = message.get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()


def test_the_agreement(post: Sink, alice: Person, bob: Person) -> None:
    draft = drafted(alice, bob)
    signing.sign(draft, name="Alice", seen=seen(draft), by=alice, at=NOW)
    assert telling.tell(draft.number, bob.pk, telling.SIGNED)
    assert "It is agreed once you sign it too." in _read(_only(post), bob)
    signing.sign(draft, name="Bob", seen=seen(draft), by=bob, at=NOW)
    for head in (alice, bob):
        assert telling.tell(draft.number, head.pk, telling.AGREED)
    subjects = [(recipient, str(message["Subject"])) for recipient, message in post.messages]
    assert subjects == [
        ("bob@example.com", "Alice signed version 1: your turn"),
        ("alice@example.com", "Agreed: version 1"),
        ("bob@example.com", "Agreed: version 1"),
    ]
    _read(post.messages[1][1], alice)
