from datetime import timedelta

import pytest
from django.utils import timezone

from sameside.kit.paging import Page
from sameside.leads.handover import answering, pausing, queue_rows
from sameside.leads.models import HandOver, LeadEvent
from sameside.people.models import Person
from tests.conftest import signed_in
from tests.leads.handover.handed import handed, reason


def test_what_is_due_first_stands_first(agreement, alice: Person, bob: Person) -> None:
    now = timezone.now()
    late, soon = handed(bob, alice, at=now - timedelta(days=5)), handed(bob, alice, at=now)
    done = handed(bob, alice, at=now - timedelta(days=9))
    answering.return_(done, reason("no_need"), by=bob, at=now)
    page = signed_in(bob).get("/leads/mine/")
    assert [row.handover for row in page.context["rows"]] == [late, soon]
    text = page.content.decode()
    assert "overdue" in text
    assert "0 of 4 attempts" in text


def test_the_filters_count_and_narrow(agreement, alice: Person, bob: Person) -> None:
    now = timezone.now()
    handed(bob, alice, at=now)
    taken, waits = handed(bob, alice, at=now), handed(bob, alice, at=now)
    answering.accept(taken, by=bob, at=now)
    answering.accept(waits, by=bob, at=now)
    pausing.pause(waits, resume_on=(now + timedelta(days=8)).date(), by=bob, at=now)
    page = signed_in(bob).get("/leads/mine/?state=waiting")
    counts = {one.label: one.count for one in page.context["segments"]}
    assert (counts["All"], counts["New"], counts["Accepted"], counts["Waiting for the buyer"]) == ("3", "1", "1", "1")
    assert [row.handover for row in page.context["rows"]] == [waits]


def test_the_team_sees_the_teams(agreement, alice: Person, bob: Person, colleague: Person, sales) -> None:
    mate = Person.objects.create_user("mate@example.com", None, name="Mate", role="seller", team=sales)
    of_mate = handed(mate, alice)
    handed(colleague, alice)
    assert [row.handover for row in signed_in(bob).get("/leads/mine/?whose=team").context["rows"]] == [of_mate]
    assert signed_in(bob).get("/leads/mine/").context["rows"] == []


def test_a_page_costs_the_same_however_long(agreement, alice: Person, bob: Person, django_assert_num_queries) -> None:
    client = signed_in(bob)
    for count in (2, 6):
        for _ in range(count):
            handed(bob, alice, at=timezone.now())
        client.get("/leads/mine/")
        with django_assert_num_queries(7):
            client.get("/leads/mine/")


def test_pages_go_on_and_back_also_where_nothing_is_due(agreement, alice: Person, bob: Person, sales) -> None:
    now = timezone.now()
    made = [handed(bob, alice, at=now + timedelta(hours=hours)) for hours in range(5)]
    HandOver.objects.filter(pk__in=[one.pk for one in made[3:]]).update(next_due_at=None)

    def page(theirs: queue_rows.Theirs, **query: str) -> Page[queue_rows.Found]:
        return queue_rows.page(theirs, "", query, size=2, at=now, midnight=now)

    for theirs in (
        queue_rows.Theirs((bob.pk,)),
        queue_rows.Theirs((bob.pk, alice.pk)),
        queue_rows.Theirs(team=sales.pk),
    ):
        first = page(theirs)
        second = page(theirs, after=first.next)
        third = page(theirs, after=second.next)
        back = page(theirs, before=third.previous)
        found = [[one.pk for one, _ in each.rows] for each in (first, second, third)]
        assert found == [[one.pk for one in made[:2]], [one.pk for one in made[2:4]], [made[4].pk]]
        assert [one.pk for one, _ in back.rows] == found[1]
        assert (first.previous, third.next) == ("", "")
        assert [one.pk for one, _ in page(theirs, after="WyJub25zZW5zZSIsMV0").rows] == found[0]
        assert first.rows[0][0].agreement_id == agreement.pk


def test_one_tap_accepts_and_offers_to_undo(handover: HandOver, bob: Person) -> None:
    client = signed_in(bob)
    form = {"handover": handover.pk, "back": "/leads/mine/?state=new"}
    answer = client.post(f"/leads/{handover.lead_id}/acceptance/", form)
    event = LeadEvent.objects.get(kind="accepted")
    assert answer.url == f"/leads/mine/?state=new&done={event.pk}"
    assert "Accepted: Ada Fox 1." in client.get(answer.url).content.decode()
    client.post("/leads/events/undoing/", {"events": event.pk, "back": "/leads/mine/"})
    handover.refresh_from_db()
    assert handover.accepted_at is None


def test_returning_asks_for_the_reason_and_takes_it(handover: HandOver, bob: Person) -> None:
    client = signed_in(bob)
    sheet = client.get(f"/leads/{handover.lead_id}/return/").content.decode()
    assert "Wrong person" in sheet
    why = reason("wrong_person").pk
    client.post(f"/leads/{handover.lead_id}/return/", {"handover": handover.pk, "reason": why, "said": "A student"})
    handover.refresh_from_db()
    assert (handover.outcome, handover.said) == ("returned", "A student")


def test_without_a_reason_it_says_so(handover: HandOver, bob: Person) -> None:
    client = signed_in(bob)
    answer = client.post(f"/leads/{handover.lead_id}/return/", {"handover": handover.pk}, follow=True)
    assert "Choose a reason: nothing ends without one." in answer.content.decode()


def test_many_are_accepted_at_once(agreement, alice: Person, bob: Person) -> None:
    both = [handed(bob, alice, at=timezone.now()).pk for _ in range(2)]
    signed_in(bob).post("/leads/mine/acceptances/", {"handover": both})
    assert HandOver.objects.filter(accepted_by=bob).count() == 2


def test_nobody_is_sent_elsewhere_afterwards(handover: HandOver, bob: Person) -> None:
    form = {"handover": handover.pk, "back": "//evil.example/leads/"}
    assert signed_in(bob).post(f"/leads/{handover.lead_id}/acceptance/", form).url.startswith("/leads/")


@pytest.mark.parametrize("who", ["alice", "dora", "fay", "charlie"])
def test_others_have_no_queue(who: str, handover: HandOver, request) -> None:
    client = signed_in(request.getfixturevalue(who))
    assert client.get("/leads/mine/").status_code == 403
    assert client.post(f"/leads/{handover.lead_id}/acceptance/").status_code == 403


def test_another_team_does_not_find_the_lead(handover: HandOver, colleague: Person) -> None:
    answer = signed_in(colleague).post(f"/leads/{handover.lead_id}/acceptance/", {"handover": handover.pk})
    assert answer.status_code == 404
