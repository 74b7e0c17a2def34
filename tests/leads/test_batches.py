"""A batch: its funnel, what sales says of it in a structured form, and the answer of marketing."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from sameside.crm.models import Campaign, Touch
from sameside.leads.batches import content, giving, telling, today
from sameside.leads.batches.batch import Batch
from sameside.leads.batches.giving import Said, Unfit
from sameside.leads.models import BatchFeedback, Lead
from sameside.library import access
from sameside.library.models import Usage
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.conftest import NOW, signed_in
from tests.leads.agreed import agree
from tests.leads.handed import FIRST, deal, hand_over, lead, reason
from tests.library.shelf import shelve

SAID = Said("wrong_people", "early", "gaps", better="Ask for the job title.")
FORM = {"fit": "wrong_people", "readiness": "early", "data": "gaps", "conversation": "", "better": "Ask."}


@pytest.fixture
def webinar(alice: Person) -> Campaign:
    return Campaign.objects.create(source="t", external_id="C1", name="Spring webinar", owner=alice, actual_cost=300)


@pytest.fixture
def batch(webinar: Campaign, bob: Person) -> Batch:
    """Three of January: one won, one lost, one given back; and one of March."""
    ended = FIRST + timedelta(days=4)
    for won in (True, False):
        hand_over(
            lead(campaign=webinar, lead_source="Web", owner=bob, deal=deal(won=won, amount=900)), bob,
            accepted_at=FIRST + timedelta(days=1), outcome="converted", ended_at=ended, attempts=1,
            first_attempt_at=FIRST + timedelta(days=2),
        )  # fmt: skip
    hand_over(
        lead(campaign=webinar, lead_source="Web", owner=bob), bob, outcome="returned", ended_at=ended,
        reason=reason("wrong-person"), said="Left the company",
    )  # fmt: skip
    hand_over(lead(campaign=webinar, lead_source="Web", owner=bob), bob, FIRST + timedelta(days=60))
    return Batch(webinar, "", "2026-01")


def test_the_funnel_of_a_month_with_times_reasons_and_revenue(batch: Batch, alice: Person) -> None:
    page = signed_in(alice).get(batch.url).content.decode()
    assert "3 handed over, 2 accepted, 1 won." in page
    assert "Wrong person" in page
    assert "€900" in page
    assert "1 day after the hand-over" in page
    assert "€225" in page  # three of the four that 300 brought
    assert "Jan 2026" in page
    assert "Mar 2026" in page


def test_the_batch_of_a_source_and_of_all_months(batch: Batch, alice: Person) -> None:
    client = signed_in(alice)
    assert "4 handed over" in client.get("/leads/batches/sources/?source=Web").content.decode()
    assert (
        "None of these leads was handed over"
        in client.get("/leads/batches/sources/?source=Web&month=2026-02").content.decode()
    )
    assert client.get("/leads/batches/sources/?source=Nowhere").status_code == 404
    assert client.get("/leads/batches/sources/").status_code == 404
    assert "4 handed over" in client.get(f"/leads/batches/campaigns/{batch.campaign.pk}/?month=x").content.decode()  # type: ignore[union-attr]


def test_a_seller_judges_changes_and_takes_back(batch: Batch, bob: Person) -> None:
    first = giving.give(batch, SAID, by=bob, at=NOW)
    again = giving.give(batch, Said("mixed", "ready", "good"), by=bob, at=NOW + timedelta(minutes=1))
    assert (again.pk, again.fit, again.changed_at) == (first.pk, "mixed", NOW + timedelta(minutes=1))
    giving.take_back(again, by=bob, at=NOW)
    assert not BatchFeedback.objects.exists()
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "batch_feedback.given", "batch_feedback.changed", "batch_feedback.taken_back",
    ]  # fmt: skip


def test_marketing_answers_and_the_giver_sees_it(batch: Batch, bob: Person, alice: Person) -> None:
    given = giving.give(batch, SAID, by=bob, at=NOW)
    assert [one.feedback.pk for one in today.waiting(alice, NOW)] == [given.pk]
    giving.answer(given, "The form asks for it from now on.", by=alice, at=NOW)
    assert today.waiting(alice, NOW) == []
    assert [one.feedback.pk for one in today.answered(bob, NOW)] == [given.pk]
    assert "The form asks for it from now on." in signed_in(bob).get(batch.url).content.decode()
    with pytest.raises(Refused, match="answered already"):
        giving.take_back(given, by=bob, at=NOW)


def test_what_has_no_owner_waits_for_the_head_of_marketing(batch: Batch, bob: Person, alice: Person) -> None:
    source = Batch(None, "Web", "2026-01")
    giving.give(source, SAID, by=bob, at=NOW)
    assert len(today.waiting(alice, NOW)) == 1
    other = Person.objects.create_user("mia@example.com", None, name="Mia", role="marketer")
    agree(other, bob)
    assert today.waiting(alice, NOW) == []
    assert len(today.waiting(other, NOW)) == 1


def test_who_got_none_of_them_judges_nothing(batch: Batch, colleague: Person, alice: Person, fay: Person) -> None:
    with pytest.raises(Refused, match="None of these leads was handed to you"):
        giving.give(batch, SAID, by=colleague, at=NOW)
    with pytest.raises(Refused, match="Your role does not let you"):
        giving.give(batch, SAID, by=alice, at=NOW)
    given = BatchFeedback.objects.create(
        campaign=batch.campaign, starts_on=batch.first, ends_on=batch.last, fit="mixed", readiness="early", data="good",
        by=colleague, at=NOW,
    )  # fmt: skip
    with pytest.raises(Refused, match="Your role does not let you"):
        giving.answer(given, "No.", by=fay, at=NOW)
    with pytest.raises(Refused, match="an empty answer"):
        giving.answer(given, "  ", by=alice, at=NOW)
    with pytest.raises(Refused, match="Only who gave"):
        giving.take_back(given, by=alice, at=NOW)


def test_a_judgement_is_whole_or_says_what_lacks() -> None:
    with pytest.raises(Unfit) as unfit:
        giving.read({"fit": "perfect", "conversation": "golf", "better": "x" * 501})
    assert set(unfit.value.problems) == {"fit", "readiness", "data", "conversation", "better"}


def _post(client: Client, batch: Batch, **changed: str) -> int:
    address, _, query = batch.url.partition("?")
    return client.post(f"{address}feedback/?{query}", {**FORM, **changed}).status_code


def test_the_whole_exchange_through_its_pages(batch: Batch, bob: Person, alice: Person, charlie: Person) -> None:
    seller, marketer = signed_in(bob), signed_in(alice)
    assert "Judge this batch" in seller.get(batch.url).content.decode()
    assert _post(seller, batch, fit="") == 400
    assert _post(seller, batch) == 302
    given = BatchFeedback.objects.get()
    assert (given.by, given.starts_on.isoformat(), given.ends_on.isoformat()) == (bob, "2026-01-01", "2026-01-31")
    assert _post(marketer, batch) == 403
    assert "Spring webinar" in marketer.get("/leads/batches/?state=waiting").content.decode()
    marketer.post(f"/leads/batches/feedback/{given.pk}/answer/", {"answer": "Done."})
    given.refresh_from_db()
    assert (given.answer, given.answered_by) == ("Done.", alice)
    assert signed_in(charlie).get(batch.url).status_code == 403


def test_the_page_of_the_campaign_leads_to_it(batch: Batch, alice: Person) -> None:
    page = signed_in(alice).get(reverse("crm:campaign", args=[batch.campaign.pk])).content.decode()  # type: ignore[union-attr]
    assert f"/leads/batches/campaigns/{batch.campaign.pk}/" in page  # type: ignore[union-attr]


def test_a_batch_asks_the_same_however_many_leads_it_has(
    batch: Batch, bob: Person, alice: Person, django_assert_max_num_queries
) -> None:
    for _ in range(15):
        hand_over(lead(campaign=batch.campaign, owner=bob), bob)
    client = signed_in(alice)
    client.get(batch.url)
    with django_assert_max_num_queries(16):
        client.get(batch.url)


def test_who_is_to_answer_is_told_by_mail_and_who_gave_it_what_was_answered(
    batch: Batch, bob: Person, alice: Person
) -> None:
    given = giving.give(batch, SAID, by=bob, at=NOW)
    assert not telling.tell(given.pk, bob.pk, telling.ANSWERED)
    assert telling.answerers(given) == [alice]
    assert telling.tell(given.pk, alice.pk, telling.GIVEN)
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (
        ["alice@example.com"], "Bob judged the leads of Spring webinar, Jan 2026",
    )  # fmt: skip
    assert "Ask for the job title." in mail.outbox[-1].body
    giving.answer(given, "The form asks for it from now on.", by=alice, at=NOW)
    assert not telling.tell(given.pk, alice.pk, telling.GIVEN)
    assert telling.tell(given.pk, bob.pk, telling.ANSWERED)
    assert mail.outbox[-1].to == ["bob@example.com"]
    assert "The form asks for it from now on." in mail.outbox[-1].body
    assert f"#feedback-{given.pk}" in str(mail.outbox[-1].alternatives[0][0])


def test_feedback_that_was_taken_back_and_people_who_left_are_not_mailed(
    batch: Batch, bob: Person, alice: Person
) -> None:
    given = giving.give(batch, SAID, by=bob, at=NOW)
    giving.answer(given, "Thank you.", by=alice, at=NOW)
    Person.objects.filter(pk=bob.pk).update(is_active=False)
    assert not telling.tell(given.pk, bob.pk, telling.ANSWERED)
    given.delete()
    assert not telling.tell(given.pk, alice.pk, telling.GIVEN)
    assert mail.outbox == []


def test_a_row_of_the_queue_and_the_page_of_a_lead_lead_to_judging(batch: Batch, bob: Person) -> None:
    there = lead(campaign=batch.campaign, owner=bob)
    hand_over(there, bob)
    address = f'href="{batch.url}#feedback" data-press="b"'
    client = signed_in(bob)
    assert address in client.get("/leads/mine/").content.decode()
    assert address in client.get(f"/leads/{there.pk}/").content.decode()


def test_the_content_used_with_the_leads_of_a_batch(batch: Batch, bob: Person, alice: Person) -> None:
    won = next(one for one in Lead.objects.filter(campaign=batch.campaign) if one.deal and one.deal.is_won)
    other = lead(campaign=batch.campaign, owner=bob)
    hand_over(other, bob)
    later = lead(campaign=batch.campaign, owner=bob)
    hand_over(later, bob, FIRST + timedelta(days=60))
    guide, secret = shelve("Risk guide"), shelve("Board paper")
    for number, of in enumerate((won, other, other, later)):
        Touch.objects.create(
            occurred_at=FIRST, channel="website", lead=of, asset=guide, source="t", external_id=f"V{number}"
        )
    Usage.objects.create(asset=guide, action="present", at=FIRST, person=bob, deal=won.deal)
    Usage.objects.create(asset=secret, action="share", at=FIRST, person=bob, lead=other)
    access.restrict(secret, ["role:executive"], by=alice, at=NOW)
    assert content.count(batch, at=NOW) == [[guide.pk, 2, 3, 1, 1], [secret.pk, 1, 0, 1, 0]]
    assert "Risk guide" in signed_in(bob).get(batch.url).content.decode()
    assert "Board paper" not in signed_in(bob).get(batch.url).content.decode()
