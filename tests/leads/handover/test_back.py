from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from sameside.crm.models import Campaign
from sameside.leads.handover import answering, digest, handing, nurture, taking_back, taking_up
from sameside.leads.handover.nurture import Part
from sameside.leads.models import HandOver, LeadEvent, Recycling
from sameside.people.models import Person
from sameside.people.policies import Refused
from tests.conftest import signed_in
from tests.leads.handover.handed import handed, reason

ELEVEN = datetime(2026, 6, 1, 9, tzinfo=UTC)
Taken = Recycling.Taken


@pytest.fixture
def came(handover: HandOver, bob: Person) -> Recycling:
    answering.return_(handover, reason("wrong_person"), said="A student of ours", by=bob, at=ELEVEN)
    return Recycling.objects.get()


def test_marketing_sees_the_reason_and_the_sentence(came: Recycling, alice: Person) -> None:
    text = signed_in(alice).get("/leads/back/").content.decode()
    assert "Wrong person" in text
    assert "A student of ours" in text
    assert "There is no nurture part yet" in text


def test_what_is_taken_up_leaves_the_queue_and_comes_back_by_undo(came: Recycling, alice: Person) -> None:
    client = signed_in(alice)
    answer = client.post("/leads/back/takings-up/", {"only": came.pk, "taken": "closed", "back": "/leads/back/"})
    assert answer.url == f"/leads/back/?done={came.pk}"
    page = client.get(answer.url).content.decode()
    assert "Closed for good: Ada Fox 1." in page
    client.post("/leads/back/undoing/", {"events": came.pk})
    came.refresh_from_db()
    assert (came.taken, came.taken_up_at) == ("", None)


def test_the_part_that_nurtures_is_told(came: Recycling, alice: Person) -> None:
    told: list[str] = []
    nurture.subscribe(
        Part(
            "test", "Nurture", lambda one, _at: told.append("came"), lambda one, _at: told.append("put"),
            lambda one, _at: told.append("out"),
        )
    )  # fmt: skip
    try:
        taking_up.take_up([came.pk], Taken.NURTURE, by=alice, at=ELEVEN)
        taking_up.take_back([came.pk], by=alice, at=ELEVEN)
    finally:
        nurture.unsubscribe("test")
    assert told == ["put", "out"]


def test_the_part_that_nurtures_hears_the_whole_story(
    handover: HandOver, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int]] = []

    def hears(what: str) -> Callable[[Recycling, datetime], None]:
        return lambda one, _at: told.append((what, one.handover.number))

    monkeypatch.setattr(nurture, "_parts", {})
    assert not nurture.there_is_one()
    nurture.subscribe(Part("test", "Nurture", hears("came back"), hears("put"), hears("taken out")))
    answering.return_(handover, reason("timing"), by=bob, at=ELEVEN)
    came = Recycling.objects.get()
    taking_up.take_up([came.pk], Taken.NURTURE, by=alice, at=ELEVEN)
    made = handing.hand_over(came.lead, bob, by=alice, at=ELEVEN)
    taking_back.undo(LeadEvent.objects.get(handover=made, kind="routed"), by=alice, at=ELEVEN)
    assert told == [("came back", 1), ("put", 1), ("taken out", 1), ("put", 1)]
    assert "There is no nurture part yet" not in signed_in(alice).get("/leads/back/").content.decode()


def test_again_only_with_what_changed(came: Recycling, alice: Person, bob: Person) -> None:
    with pytest.raises(Refused, match=r"^Say what changed since it came back"):
        taking_up.again(came, bob, changed=" ", by=alice, at=ELEVEN)
    made = taking_up.again(came, bob, changed="Her manager asked for a call", by=alice, at=ELEVEN)
    assert (made.number, made.note) == (2, "Her manager asked for a call")
    came.refresh_from_db()
    assert came.taken == Taken.AGAIN
    with pytest.raises(Refused, match=r"^Ada Fox 1 was taken up on 1 June 2026 already: handed over again\.$"):
        taking_up.take_up([came.pk], Taken.CLOSED, by=alice, at=ELEVEN)


def test_groups_count_and_the_page_costs_the_same(
    came: Recycling, alice: Person, bob: Person, django_assert_num_queries
) -> None:
    client = signed_in(alice)
    for _ in range(2):
        client.get("/leads/back/")
        with django_assert_num_queries(4):
            page = client.get("/leads/back/")
        for _ in range(3):
            answering.return_(handed(bob, alice), reason("no_need"), by=bob, at=ELEVEN)
    groups = signed_in(alice).get("/leads/back/").context["groupings"][0].groups
    assert [(one.label, one.count) for one in groups] == [("No need", 6), ("Wrong person", 1)]
    assert page.status_code == 200


def test_the_owner_of_the_campaign_is_told_once(came: Recycling, alice: Person) -> None:
    came.lead.campaign = Campaign.objects.create(source="t", external_id="C1", name="Spring webinar", owner=alice)
    came.lead.save()
    evening = ELEVEN + timedelta(hours=9)
    assert digest.tell(at=evening) == 1
    assert digest.tell(at=evening) == 0
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == (["alice@example.com"], "Came back: Ada Fox 1 (wrong person)")
    assert "A student of ours" in sent.body
    assert "Wrong person" in sent.body


def test_sales_has_no_part_in_it(came: Recycling, bob: Person) -> None:
    assert signed_in(bob).get("/leads/back/").status_code == 403
    with pytest.raises(Refused):
        taking_up.take_up([came.pk], Taken.CLOSED, by=bob, at=ELEVEN)
