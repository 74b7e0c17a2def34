"""Both named heads sign the same text, each for their own side; then it is agreed and never changed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from sameside.leads.agreement import drafting, force, sealing, signing
from sameside.leads.agreement.terms import Segment, Unfit
from sameside.leads.models import Agreement, ScoreRule
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.conftest import NOW
from tests.leads.agreement.drafts import SAID, content, drafted, faster, seen

HOUR = timedelta(hours=1)


def _sign(draft: Agreement, by: Person, at: datetime = NOW) -> Agreement:
    return signing.sign(draft, name=by.name, seen=seen(draft), by=by, at=at)


def _agreed(marketing: Person, sales: Person, at: datetime = NOW, **more: Any) -> Agreement:
    draft = drafted(marketing, sales, **more)
    _sign(draft, marketing, at)
    return _sign(draft, sales, at)


def test_one_signature_agrees_nothing(alice: Person, bob: Person) -> None:
    draft = _sign(drafted(alice, bob), alice)
    assert (draft.agreed_at, draft.begins_at) == (None, None)
    assert [(one.side, one.name) for one in draft.signatures.all()] == [("marketing", "Alice")]


def test_with_the_second_signature_it_is_agreed_and_begins_at_midnight_here(
    alice: Person, bob: Person, settings: Any
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    agreed = _agreed(alice, bob, in_force_from=date(2026, 6, 15))
    assert agreed.agreed_at == NOW
    assert agreed.begins_at == datetime(2026, 6, 14, 22, tzinfo=UTC)
    assert agreed.digest == sealing.digest(Agreement.objects.select_related("score_rule").get(pk=agreed.pk))
    assert force.in_force(datetime(2026, 6, 14, 21, 59, tzinfo=UTC)) is None
    assert force.in_force(datetime(2026, 6, 14, 22, tzinfo=UTC)) == agreed


def test_west_of_greenwich_the_day_begins_later(alice: Person, bob: Person, settings: Any) -> None:
    settings.TIME_ZONE = "America/Los_Angeles"
    agreed = _agreed(alice, bob, in_force_from=date(2026, 12, 1))
    assert agreed.begins_at == datetime(2026, 12, 1, 8, tzinfo=UTC)


def test_it_never_begins_before_the_second_signature(alice: Person, bob: Person) -> None:
    assert _agreed(alice, bob, in_force_from=date(2026, 5, 1)).begins_at == NOW
    assert _agreed(alice, bob, in_force_from=None).begins_at == NOW


def test_the_one_before_ends_when_the_next_begins(alice: Person, bob: Person) -> None:
    first = _agreed(alice, bob, in_force_from=None)
    second = _agreed(alice, bob, NOW + HOUR, in_force_from=date(2026, 7, 1))
    first.refresh_from_db()
    assert first.ends_at == second.begins_at == datetime(2026, 7, 1, tzinfo=UTC)
    assert force.in_force(NOW + HOUR) == first
    assert force.in_force(datetime(2026, 7, 1, tzinfo=UTC)) == second


def test_a_later_version_that_is_overtaken_never_comes_into_force(alice: Person, bob: Person) -> None:
    first = _agreed(alice, bob, in_force_from=None)
    later = _agreed(alice, bob, NOW + HOUR, in_force_from=date(2026, 8, 1))
    draft = drafted(alice, bob, in_force_from=date(2026, 7, 1))
    assert signing.replaced_by_signing(draft, NOW + HOUR) == [later]
    for person in (alice, bob):
        _sign(draft, person, NOW + HOUR)
    assert force.in_force(datetime(2026, 9, 1, tzinfo=UTC)) == draft
    first.refresh_from_db()
    assert first.ends_at == datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize("who", ["gus", "fay", "charlie"])
def test_nobody_signs_for_somebody_else(who: str, alice: Person, bob: Person, request: Any) -> None:
    draft, person = drafted(alice, bob), request.getfixturevalue(who)
    with pytest.raises(Refused):
        signing.sign(draft, name="Alice", seen=seen(draft), by=person, at=NOW)
    assert not draft.signatures.exists()


def test_a_head_signs_as_nobody_else(alice: Person, bob: Person) -> None:
    draft = drafted(alice, bob)
    with pytest.raises(Refused, match="Type your name as it stands here: Alice"):
        signing.sign(draft, name="Bob", seen=seen(draft), by=alice, at=NOW)


def test_a_head_signs_once(alice: Person, bob: Person) -> None:
    draft = _sign(drafted(alice, bob), alice)
    with pytest.raises(Refused, match="You have signed"):
        _sign(draft, alice)


def test_nobody_signs_what_was_changed_while_they_read(alice: Person, bob: Person) -> None:
    draft = drafted(alice, bob)
    read = seen(draft)
    drafting.save(draft, content(alice, bob, faster()), by=alice, at=NOW)
    with pytest.raises(Refused, match="changed while you read"):
        signing.sign(draft, name="Bob", seen=read, by=bob, at=NOW)


def test_a_change_voids_the_signature_given(alice: Person, bob: Person) -> None:
    draft = _sign(drafted(alice, bob), alice)
    assert drafting.save(draft, content(alice, bob, faster()), by=bob, at=NOW + HOUR) == [alice]
    assert not draft.signatures.exists()
    assert AuditEntry.objects.filter(action="agreement.signature_voided", person=bob).count() == 1
    assert _sign(draft, bob).agreed_at is None


def test_saving_the_same_again_voids_nothing(alice: Person, bob: Person) -> None:
    draft = _sign(drafted(alice, bob), alice)
    assert drafting.save(draft, content(alice, bob, change_note="Only a note"), by=bob, at=NOW + HOUR) == []
    assert draft.signatures.count() == 1


def test_points_need_a_rule_before_anybody_signs(alice: Person, bob: Person) -> None:
    from dataclasses import replace

    draft = drafted(alice, bob, replace(SAID, segments=(Segment("hot", "Hot", min_score=50),)))
    with pytest.raises(Refused, match="choose the score rule"):
        _sign(draft, alice)
    rule = ScoreRule.objects.create(number=1, points={"lines": []}, created_by=alice, created_at=NOW)
    named = replace(SAID, segments=(Segment("hot", "Hot", min_score=50),))
    drafting.save(draft, content(alice, bob, named, score_rule=rule.pk), by=alice, at=NOW)
    assert _sign(Agreement.objects.get(pk=draft.pk), alice).signatures.count() == 1


def test_what_was_agreed_is_not_drafted_any_more(alice: Person, bob: Person) -> None:
    agreed = _agreed(alice, bob)
    with pytest.raises(Refused, match="A change is a new version"):
        drafting.save(agreed, content(alice, bob, faster()), by=alice, at=NOW)
    with pytest.raises(Refused, match="signed by both sides"):
        drafting.withdraw(agreed, by=alice, at=NOW)


def test_a_withdrawn_draft_is_not_signed_until_it_is_taken_up_again(alice: Person, bob: Person) -> None:
    draft = drafting.withdraw(drafted(alice, bob), by=alice, at=NOW)
    with pytest.raises(Refused, match="withdrawn"):
        _sign(draft, bob)
    draft = drafting.take_up_again(draft, by=alice, at=NOW)
    assert _sign(draft, bob).signatures.count() == 1


def test_a_stranger_to_the_draft_does_not_change_it(
    alice: Person, bob: Person, colleague: Person, dora: Person
) -> None:
    draft = drafted(alice, bob)
    for person in (colleague, dora):
        with pytest.raises(Refused):
            drafting.save(draft, content(alice, bob, faster()), by=person, at=NOW)


def test_two_who_change_it_at_once_do_not_overwrite_each_other(alice: Person, bob: Person) -> None:
    draft = drafted(alice, bob)
    opened = draft.changed_at
    drafting.save(draft, content(alice, bob, faster()), seen=opened, by=alice, at=NOW + HOUR)
    with pytest.raises(Refused, match="Nothing was overwritten"):
        drafting.save(draft, content(alice, bob), seen=opened, by=bob, at=NOW + HOUR)


def test_the_heads_are_two_persons_of_two_sides(alice: Person, bob: Person, colleague: Person) -> None:
    draft = drafted(alice, bob)
    with pytest.raises(Unfit) as refused:
        drafting.save(draft, content(bob, colleague), by=alice, at=NOW)
    assert refused.value.problems == {"marketing_head": "Bob belongs to a team of the other side (Sales North)."}
    with pytest.raises(Unfit) as refused:
        drafting.save(draft, content(alice, alice), by=alice, at=NOW)
    assert "same person" in refused.value.problems["sales_head"]


def test_the_next_draft_is_a_copy_with_dates_to_be_agreed_anew(alice: Person, bob: Person) -> None:
    agreed = _agreed(alice, bob)
    copied = drafting.copy_of(agreed)
    assert (copied.terms, copied.sales_head, copied.in_force_from) == (agreed.terms, bob.pk, None)
    draft = drafting.begin(copied, based_on=agreed, by=bob, at=NOW)
    assert (draft.number, draft.based_on) == (2, agreed)


def test_verification_holds_the_text_to_both_signatures_and_the_audit_log(alice: Person, bob: Person) -> None:
    verdict = sealing.verify(_agreed(alice, bob))
    assert verdict.holds
    assert len(verdict.checks) == 6


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE leads_agreement SET terms = jsonb_set(terms, '{supply,0,leads}', '50') WHERE id = %s",
        "UPDATE leads_agreement SET title = 'Another' WHERE id = %s",
        "UPDATE leads_agreement SET agreed_at = NULL WHERE id = %s",
        "DELETE FROM leads_agreement WHERE id = %s",
        "UPDATE leads_signature SET name = 'Mallory' WHERE agreement_id = %s",
        "DELETE FROM leads_signature WHERE agreement_id = %s",
    ],
)
def test_the_database_refuses_to_change_what_was_signed(tampering: str, alice: Person, bob: Person) -> None:
    from django.db import connection

    agreed = _agreed(alice, bob)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(tampering, [agreed.pk])


def test_the_points_that_were_signed_are_not_changed(alice: Person, bob: Person) -> None:
    rule = ScoreRule.objects.create(number=1, points={"lines": []}, created_by=alice, created_at=NOW)
    ScoreRule.objects.filter(pk=rule.pk).update(points={"lines": [1]})
    _agreed(alice, bob, score_rule=rule.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoreRule.objects.filter(pk=rule.pk).update(points={"lines": []})


def test_whoever_tampers_past_the_guards_is_found_out(alice: Person, bob: Person) -> None:
    from django.db import connection

    agreed = _agreed(alice, bob)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE leads_agreement SET terms = jsonb_set(terms, '{supply,0,leads}', '50') WHERE id = %s", [agreed.pk]
        )
    verdict = sealing.verify(Agreement.objects.get(pk=agreed.pk))
    assert not verdict.holds
    assert [one.label for one in verdict.checks if not one.holds] == [
        "The document is what was agreed", "Alice signed this text for marketing", "Bob signed this text for sales",
        "The audit log, which nobody can change, holds the same",
    ]  # fmt: skip
