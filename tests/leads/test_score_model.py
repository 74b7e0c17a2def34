"""The model learnt from outcomes: used only where it beats the rule, never told what came afterwards."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from sameside.crm.models import Company, Deal, Touch
from sameside.leads.criteria import Condition
from sameside.leads.likelihood import applying, reading, training
from sameside.leads.models import Lead, ScoreModel, ScoreRule
from sameside.leads.scoring import rule
from sameside.people.models import Person
from tests.conftest import signed_in

START = datetime(2025, 1, 1, 9, tzinfo=UTC)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _history(count: int = 1200, *, bank: float = 0.45, shop: float = 0.08) -> None:
    """Leads of a year, banks and shops in turn at random; a lead that succeeds has a deal ten days later."""
    dice = np.random.default_rng(11)
    is_bank = dice.random(count) < 0.5
    succeeds = dice.random(count) < np.where(is_bank, bank, shop)
    deals = Deal.objects.bulk_create(
        Deal(source="t", external_id=f"D{number}", name="Deal", stage="New", created_at=START)
        for number in range(int(succeeds.sum()))
    )
    left = iter(deals)
    Lead.objects.bulk_create(
        Lead(
            source="t", external_id=f"L{number}", last_name=f"Lead {number}", email=f"x@firm{number}.example",
            vertical="banking" if is_bank[number] else "retail", created_at=START + timedelta(hours=7 * number),
            is_converted=bool(succeeds[number]), deal=next(left) if succeeds[number] else None,
            converted_on=(START + timedelta(hours=7 * number, days=10)).date() if succeeds[number] else None,
        )
        for number in range(count)
    )  # fmt: skip


def _write(lines: tuple[rule.Line, ...]) -> ScoreRule:
    return ScoreRule.objects.create(number=1, points=rule.write(rule.Rule(lines)), created_at=START)


def _favour(vertical: str) -> ScoreRule:
    return _write((rule.FieldPoints(50, Condition("vertical", "is", (vertical,)), 0.5),))


def _lead(vertical: str, number: int = 1) -> Lead:
    return Lead.objects.create(
        source="n", external_id=f"N{number}", last_name="New", vertical=vertical, created_at=NOW - timedelta(days=1)
    )


def test_it_comes_into_use_when_it_beats_the_rule() -> None:
    _history()
    _favour("retail")
    made = training.train(at=NOW)
    assert made.state == ScoreModel.State.IN_USE
    assert made.figures["gain"][1] > 0
    assert made.because.startswith("It is better than the rule")
    bank, shop = _lead("banking", 1), _lead("retail", 2)
    found = applying.likelihoods([bank.pk, shop.pk], at=NOW)
    assert 0.35 < found[bank.pk].value < 0.55
    assert 0.03 < found[shop.pk].value < 0.15
    assert found[bank.pk].reasons[0].startswith("Vertical: banking. Raises the odds")
    assert found[shop.pk].reasons[0].startswith("Vertical: retail. Lowers the odds")


def test_it_is_not_used_where_the_rule_knows_as_much() -> None:
    _history()
    _favour("banking")
    made = training.train(at=NOW)
    assert made.state == ScoreModel.State.BEATEN
    assert "not surely better" in made.because
    assert applying.likelihoods([_lead("banking").pk], at=NOW) == {}


def test_the_next_version_that_does_not_win_takes_it_out_of_use() -> None:
    _history()
    favoured = _favour("retail")
    first = training.train(at=NOW)
    favoured.points = rule.write(rule.Rule((rule.FieldPoints(50, Condition("vertical", "is", ("banking",)), 0.5),)))
    favoured.save()
    second = training.train(at=NOW + timedelta(days=7))
    first.refresh_from_db()
    assert (first.state, first.in_use_to) == (ScoreModel.State.RETIRED, NOW + timedelta(days=7))
    assert second.state == ScoreModel.State.BEATEN
    lead = _lead("banking")
    Lead.objects.filter(pk=lead.pk).update(likelihood=0.5)
    applying.apply_all(at=NOW)
    lead.refresh_from_db()
    assert lead.likelihood is None


def test_likelihoods_are_stored_for_leads_not_converted() -> None:
    _history()
    _favour("retail")
    training.train(at=NOW)
    lead = _lead("banking")
    applying.apply_all(at=NOW)
    lead.refresh_from_db()
    assert lead.likelihood is not None
    assert lead.likelihood > 0.3
    assert Lead.objects.filter(is_converted=True).exclude(likelihood=None).count() == 0
    assert applying.apply_all(at=NOW) == 0


def test_too_few_leads_are_said_and_change_nothing() -> None:
    _history(150)
    made = training.train(at=NOW)
    assert made.state == ScoreModel.State.TOO_LITTLE
    assert "it takes 200 leads" in made.because


def test_without_any_lead() -> None:
    made = training.train(at=NOW)
    assert (made.state, made.leads) == (ScoreModel.State.TOO_LITTLE, 0)


def test_young_leads_are_not_judged() -> None:
    _history(300)
    until = START + timedelta(hours=7 * 99) + reading.HORIZON
    assert reading.ended(until).ids.size == 100


def _columns(lead: Lead, at: datetime) -> dict[str, object]:
    found = reading.given([lead.pk], at)
    return {one.name: one.values[0] for one in found.columns}


def test_what_came_after_the_moment_is_not_seen(alice: Person) -> None:
    lead = _lead("banking")
    lead.email = "cleo@acme.example"
    lead.handed_over_at = NOW - timedelta(hours=1)
    lead.save()
    made_by_conversion = {"domain": "acme.example", "employees": 900, "created_at": NOW}
    Company.objects.create(source="t", external_id="C", name="Acme", **made_by_conversion)
    for hours, channel, external in (
        (2, "webinar", "CampaignMember:1"), (-2, "webinar", "CampaignMember:2"), (3, "sales-call", "Task:9"),
    ):  # fmt: skip
        Touch.objects.create(
            lead=lead, occurred_at=NOW - timedelta(hours=hours), channel=channel, source="t", external_id=external
        )
    seen = _columns(lead, NOW + timedelta(days=3))
    assert seen["touches"] == 1.0
    assert np.isnan(seen["employees"])
    Company.objects.update(created_at=NOW - timedelta(days=900))
    assert _columns(lead, NOW)["employees"] == 900.0


def test_a_marketer_sees_both_curves_and_asks_for_a_new_version(alice: Person) -> None:
    _history()
    _favour("retail")
    made = training.train(at=NOW)
    client = signed_in(alice)
    page = client.get("/leads/scoring/model/").content.decode()
    assert f"Version {made.number} is in use." in page
    assert "Area, rule" in page
    assert "What matters to it" in page
    assert client.post("/leads/scoring/model/training/").status_code == 302


def test_a_seller_reads_it_and_may_not_train(bob: Person, dora: Person) -> None:
    page = signed_in(bob).get("/leads/scoring/model/").content.decode()
    assert "Nothing is learnt yet" in page
    assert "Learn anew" not in page
    assert signed_in(bob).post("/leads/scoring/model/training/").status_code == 403
    assert signed_in(dora).get("/leads/scoring/model/").status_code == 403
