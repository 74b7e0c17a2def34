"""Who means ill: strangers at every verb, forged requests, text that wants to be more than text, and two at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sameside.leads.handover import answering
from sameside.leads.models import HandOver, LeadEvent
from sameside.people.models import Partner, Person
from sameside.people.roles import Role
from tests.conftest import PASSWORD, signed_in
from tests.leads.handover.handed import handed, reason

OF_SALES = ("acceptance", "attempts", "return", "disqualification", "recycling", "pause", "resumption", "conversion")
OF_MARKETING = ("hand-over", "hand-over/withdrawal")
LONG = "Ünïcode " * 5_000


@pytest.fixture
def theirs(agreement, alice: Person, bob: Person) -> HandOver:
    return handed(bob, alice, at=timezone.now())


def _untouched(handover: HandOver) -> bool:
    before = HandOver.objects.filter(pk=handover.pk).values().get()
    now = {field.attname: getattr(handover, field.attname) for field in HandOver._meta.concrete_fields}
    return before == now and LeadEvent.objects.count() == 1


def _form(handover: HandOver) -> dict[str, Any]:
    """Everything that any of the verbs could want."""
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    return {
        "handover": handover.pk, "reason": reason("no_need").pk, "said": "x", "day": day, "tap": "call-spoke",
        "person": handover.owner_id, "company": "new", "contact": "new",
    }  # fmt: skip


@pytest.mark.parametrize("verb", OF_SALES)
def test_sales_of_another_team_marketing_editors_and_partners_cannot_work_it(
    theirs: HandOver, colleague: Person, alice: Person, dora: Person, fay: Person, charlie: Person, verb: str
) -> None:
    acme = Partner.objects.create(name="Acme")
    partner = Person.objects.create_user("ines@acme.example", PASSWORD, name="Ines", role=Role.PARTNER, partner=acme)
    theirs = HandOver.objects.get(pk=theirs.pk)
    for person in (colleague, alice, dora, fay, charlie, partner):
        answer = signed_in(person).post(f"/leads/{theirs.lead_id}/{verb}/", _form(theirs))
        assert answer.status_code in (302, 403, 404), (person, answer.status_code)
        if answer.status_code == 302:
            assert "done=" not in answer.url
        assert _untouched(theirs), (person, verb)


@pytest.mark.parametrize("verb", OF_MARKETING)
def test_sales_cannot_do_what_is_marketings(theirs: HandOver, bob: Person, colleague: Person, verb: str) -> None:
    theirs = HandOver.objects.get(pk=theirs.pk)
    for person in (bob, colleague):
        assert signed_in(person).post(f"/leads/{theirs.lead_id}/{verb}/", _form(theirs)).status_code in (403, 404)
        assert _untouched(theirs)


def test_sales_cannot_undo_what_marketing_did_nor_marketing_what_sales_did(
    theirs: HandOver, alice: Person, bob: Person
) -> None:
    routed = LeadEvent.objects.get(kind="routed")
    signed_in(bob).post(f"/leads/{theirs.lead_id}/hand-over/{routed.pk}/undoing/")
    answering.return_(theirs, reason("no_need"), by=bob, at=timezone.now())
    returned = LeadEvent.objects.get(kind="returned")
    assert signed_in(alice).post("/leads/events/undoing/", {"events": returned.pk}).status_code == 403
    signed_in(alice).post(f"/leads/{theirs.lead_id}/hand-over/{returned.pk}/undoing/")
    assert not LeadEvent.objects.filter(kind="undone").exists()


@pytest.mark.parametrize("verb", [*OF_SALES, "mine/acceptances", "events/undoing"])
def test_a_request_from_elsewhere_is_refused(theirs: HandOver, bob: Person, verb: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob)
    address = f"/leads/{verb}/" if "/" in verb else f"/leads/{theirs.lead_id}/{verb}/"
    theirs = HandOver.objects.get(pk=theirs.pk)
    assert client.post(address, _form(theirs)).status_code == 403
    assert _untouched(theirs)


@pytest.mark.parametrize("verb", ["acceptance", "resumption"])
def test_looking_does_nothing(theirs: HandOver, bob: Person, verb: str) -> None:
    theirs = HandOver.objects.get(pk=theirs.pk)
    assert signed_in(bob).get(f"/leads/{theirs.lead_id}/{verb}/").status_code == 405
    assert _untouched(theirs)


@pytest.mark.parametrize(
    "said", ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "@SUM(1)", "a\x00b\r\nBcc: x", LONG]
)
def test_what_is_typed_stays_text(theirs: HandOver, alice: Person, bob: Person, said: str) -> None:
    form = {**_form(theirs), "reason": reason("wrong_person").pk, "said": said}
    assert "done=" in signed_in(bob).post(f"/leads/{theirs.lead_id}/return/", form).url
    kept = HandOver.objects.get(pk=theirs.pk).said
    assert len(kept) <= 500
    assert not {"\x00", "\r", "\n"} & set(kept)
    client = signed_in(alice)
    for address in ("/leads/back/", f"/leads/{theirs.lead_id}/"):
        assert "<script>alert" not in client.get(address).content.decode()
    lines = b"".join(client.post("/leads/back/", {"export": "csv"}).streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert not any(cell.strip('"')[:1] in ("=", "@", "+") for cell in lines[1].split(","))


@pytest.mark.parametrize("number", ["9" * 30, "-1", "1e3", "٣", "0x1", "1;DROP TABLE", "\x00"])
def test_numbers_that_are_none_change_nothing(theirs: HandOver, bob: Person, number: str) -> None:
    client = signed_in(bob)
    form = {**_form(theirs), "handover": number, "reason": number, "day": number, "events": number}
    for verb in ("return", "recycling", "pause"):
        assert client.post(f"/leads/{theirs.lead_id}/{verb}/", form).status_code in (302, 404)
    assert client.post("/leads/events/undoing/", form).status_code == 302
    assert _untouched(HandOver.objects.get(pk=theirs.pk))


def test_undo_after_somebody_else_went_on_is_refused(theirs: HandOver, bob: Person, gus: Person) -> None:
    answering.accept(theirs, by=bob, at=timezone.now())
    accepted = LeadEvent.objects.get(kind="accepted")
    answering.return_(theirs, reason("no_need"), by=gus, at=timezone.now())
    signed_in(bob).post("/leads/events/undoing/", {"events": accepted.pk})
    found = HandOver.objects.get(pk=theirs.pk)
    assert (found.outcome, found.accepted_by) == ("returned", bob)
