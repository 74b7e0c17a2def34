"""Plays count from their use after they were read, answers from the first attempt, conversations are cases too."""

from datetime import timedelta

import numpy as np
import pytest

from sameside.analytics.influence.cases import Moving
from sameside.attribution.influence import estimating, material, words
from sameside.attribution.influence.models import Influence
from sameside.conversations.models import Conversation, StageMapping
from sameside.crm.models import Contact, DealContact, StageChange
from sameside.kit import snapshots
from sameside.leads.models import HandOver, Lead
from sameside.library.models import Play, PlayRead, Usage
from sameside.people.models import Person
from tests.attribution.influence.conftest import BEGAN, Story
from tests.conftest import NOW, signed_in


@pytest.fixture
def read(story: Story, bob: Person, erik: Person) -> Story:
    """Bob read the guide's play on the fifth day and used the guide on the tenth with every second deal; Erik used it
    with four others without a look at the play, and Bob with four on the third day."""
    play = Play.objects.create(asset=story.guide, created_at=NOW, updated_at=NOW)
    PlayRead.objects.create(play=play, edition=1, person=bob, at=BEGAN + timedelta(days=5))
    uses = [(deal, bob, 10) for deal in story.deals[0::2]]
    uses += [(deal, erik, 10) for deal in story.deals[1:9:2]] + [(deal, bob, 3) for deal in story.deals[9:17:2]]
    Usage.objects.bulk_create(
        Usage(asset=story.guide, action="share", at=BEGAN + timedelta(days=days), person=person, deal=deal)
        for deal, person, days in uses
    )
    return story


@pytest.fixture
def answered(story: Story, bob: Person) -> Story:
    """Every deal but the last forty came from a lead: the even ones answered after 4 minutes, the others after 2 hours;
    of the last ten no attempt is known."""
    for number, deal in enumerate(story.deals[:200]):
        passed = BEGAN - timedelta(days=20)
        waited = timedelta(minutes=4) if number % 2 == 0 else timedelta(hours=2)
        of = Lead.objects.create(
            last_name="Lead", created_at=passed, deal=deal, company=deal.company, source="test",
            external_id=f"L{number}", score=30 if number % 4 < 2 else 90,
        )  # fmt: skip
        known = number < 190
        HandOver.objects.create(
            lead=of, owner=bob, at=passed, first_attempt_at=passed + waited if known else None, score=35, derived=True
        )
    return story


def test_a_play_counts_where_its_content_was_used_after_it_was_read(read: Story) -> None:
    snapshots.compute("influence", at=NOW)
    play = Influence.objects.get(kind="play")
    assert (play.key, play.deals, play.exposed, play.compared, play.linear) == (str(read.guide.pk), 120, 120, 120, None)
    assert play.difference == pytest.approx(0.25)
    assert words.says("play", "won", play.found["won"]).startswith(
        "Deals in which this content was used after its play was read were won more often than alike deals in which "
        "it was not: 50 % against 25 %."
    )


def test_an_answer_time_counts_among_deals_whose_answer_is_known(answered: Story) -> None:
    snapshots.compute("influence", at=NOW)
    found = {one.key: one for one in Influence.objects.filter(kind="answer")}
    assert {key: one.deals for key, one in found.items()} == {"5m": 95, "1h": 95, "24h": 190}
    assert (found["5m"].exposed, found["5m"].found["won"]["others"]) == (95, 95)
    assert found["5m"].difference == pytest.approx(48 / 95 - 24 / 95, abs=0.001)
    # Everybody was answered within a day: nobody is left to compare with.
    assert (found["24h"].exposed, found["24h"].difference) == (190, None)
    assert found["1h"].difference == pytest.approx(found["5m"].difference)


def test_conversations_that_met_it_are_compared_with_alike_ones(story: Story) -> None:
    changes = StageChange.objects.bulk_create(
        StageChange(deal=deal, stage="Discovery", at=BEGAN, source="test", external_id=f"S{number}")
        for number, deal in enumerate(story.deals)
    )
    Conversation.objects.bulk_create(
        Conversation(
            deal=deal, kind="relevant_meeting", state="succeeded" if number % 2 == 0 or number % 3 == 0 else "failed",
            opened_at=BEGAN + timedelta(days=2), ended_at=BEGAN + timedelta(days=40), opened_by=changes[number],
        )
        for number, deal in enumerate(story.deals)
    )  # fmt: skip
    snapshots.compute("influence", at=NOW)
    one = Influence.objects.get(kind="asset").found["conversations"]
    assert (one["exposed"], one["with"], one["without"]) == (120, 1.0, pytest.approx(1 / 3))
    assert words.says("asset", "conversations", one).startswith(
        "Conversations of deals that met this content succeeded more often than alike ones of deals that did not"
    )
    webinar = Influence.objects.get(kind="campaign").found["conversations"]
    assert "10 more conversations are needed" in words.says("campaign", "conversations", webinar)


def test_deals_are_alike_in_stage_score_persona_and_seller(answered: Story) -> None:
    StageMapping.objects.create(stage="Discovery", kind="relevant_meeting")
    StageChange.objects.bulk_create(
        StageChange(deal=deal, stage="Discovery", at=BEGAN + timedelta(days=5), source="test", external_id=f"S{n}")
        for n, deal in enumerate(answered.deals[:100])
    )
    cleo = Contact.objects.create(last_name="Cleo", department="finance", source="test", external_id="K1")
    dan = Contact.objects.create(last_name="Dan", department="it", source="test", external_id="K2")
    for number, (contact, primary) in enumerate(((cleo, False), (dan, True))):
        DealContact.objects.create(
            deal=answered.deals[0], contact=contact, is_primary=primary, source="test", external_id=f"R{number}"
        )
    known = material.load().deals
    said = {name: [known.names[name][code] for code in known.alike[name][[0, 1, 239]]] for name in ("persona", "score")}
    assert said == {
        "persona": ["it", "not recorded", "not recorded"],
        "score": ["score 20 to 39", "score 20 to 39", "from no lead"],
    }
    stage = known.alike["stage"]
    assert isinstance(stage, Moving)
    assert (len(stage.case), stage.age[0], known.names["stage"][stage.code[0]]) == (100, 5 * 86_400, "Relevant meeting")
    assert stage.at(np.array([0, 0, 0, 150]), np.array([1, 2, 3, 3]), (0, 7, 14, 30)).tolist() == [0, 3, 3, 0]


def test_the_doubly_robust_estimate_adjusts_for_everything_recorded(answered: Story, alice: Person) -> None:
    snapshots.compute("influence", at=NOW)
    of = Influence.objects.get(kind="asset")
    with_all = estimating.run(estimating.ask(of, by=alice, at=NOW).pk, at=NOW)
    assert set(with_all.found["won"]["alike"]) == {
        "conversation", "kind", "stage", "size", "team", "segment", "score", "persona", "year", "season", "seller",
    }  # fmt: skip


def test_their_pages_say_what_they_include_and_list_the_deals(alice: Person, read: Story, answered: Story) -> None:
    snapshots.compute("influence", at=NOW)
    client = signed_in(alice)
    page = client.get(f"/revenue/influence/play/{read.guide.pk}/").content.decode()
    assert "What the content itself goes together with is part of this" in page
    assert "Credit, linear" not in page
    rows = client.get(f"/revenue/influence/play/{read.guide.pk}/deals/?met=yes").context["listing"].rows
    assert {row["first"].isoformat() for row in rows} == {"2026-01-20"}
    page = client.get("/revenue/influence/answer/5m/").content.decode()
    assert "Answered within 5 minutes" in page
    rows = client.get("/revenue/influence/answer/5m/deals/").context["listing"].rows
    assert {str(row["met"]) for row in rows} == {"Met it", "Compared with"}
    assert client.get("/revenue/influence/answer/5m/card/").status_code == 404
    assert client.get("/revenue/influence/play/999999/").status_code == 404


def test_what_was_stored_by_an_earlier_version_counts_as_none(alice: Person, story: Story) -> None:
    snapshot = snapshots.compute("influence", at=NOW)
    snapshot.data.pop("conversations")
    snapshot.save()
    assert "Computing the figures" in signed_in(alice).get("/revenue/influence/").content.decode()


def test_what_was_stored_before_a_kind_was_known_counts_as_none(alice: Person, story: Story) -> None:
    snapshot = snapshots.compute("influence", at=NOW)
    snapshot.data["kinds"].pop("recommendation")
    snapshot.save()
    assert "Computing the figures" in signed_in(alice).get("/revenue/influence/").content.decode()
