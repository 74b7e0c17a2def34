"""Rankings in versions: measured before they go live, recorded, taken back."""

import json
from pathlib import Path

import pytest

from sameside import cli
from sameside.library.evaluation import judging, measuring, rankings
from sameside.library.evaluation.rankings import Settings
from sameside.library.models import Asset, Evaluation, JudgedQuery, Measurement, Ranking
from sameside.library.refusals import NotPossible
from sameside.people.models import AuditEntry, Person
from sameside.retrieval.engine import Boost, Weights
from tests.conftest import NOW
from tests.library.shelf import shelve

pytestmark = pytest.mark.django_db


@pytest.fixture
def guides(alice: Person) -> tuple[Asset, Asset, JudgedQuery]:
    """Two guides about leasing, of which the one whose title says it comes first; the other is the answer."""
    first = shelve("Leasing guide", pages=["leasing leasing leasing"])
    answer = shelve("Fleet handbook", pages=["leasing of a fleet of cars"], vertical="banking")
    query = judging.add("leasing", {"vertical": ["banking"]}, by=alice, at=NOW)
    judging.grade(query, answer, 3, by=alice, at=NOW)
    judging.grade(query, first, 1, by=alice, at=NOW)
    return first, answer, query


def test_without_any_version_search_ranks_as_delivered() -> None:
    assert rankings.current() is None
    assert rankings.live() == Settings(0.8, 0.2, 0.55, 0.3, 0.0, 0.0)


def test_going_live_is_recorded_and_can_be_taken_back(alice: Person) -> None:
    first = rankings.draft(Settings(words=0.5), "First", by=alice, at=NOW)
    second = rankings.draft(Settings(words=0.4), "Second", by=alice, at=NOW)
    rankings.put_live(first, by=alice, at=NOW)
    rankings.put_live(second, by=alice, at=NOW)
    assert rankings.live().words == 0.4
    rankings.take_back(by=alice, at=NOW)
    assert rankings.current() == first
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["ranking.put_live"] * 3
    assert AuditEntry.objects.order_by("pk")[1].details["before"] == first.pk


def test_the_first_one_taken_back_leaves_what_was_delivered(alice: Person) -> None:
    with pytest.raises(NotPossible, match="nothing to take back"):
        rankings.take_back(by=alice, at=NOW)
    rankings.put_live(rankings.draft(Settings(), "First", by=alice, at=NOW), by=alice, at=NOW)
    rankings.take_back(by=alice, at=NOW)
    assert rankings.current() is None
    with pytest.raises(NotPossible, match="live already"):
        rankings.put_live(None, by=alice, at=NOW)


def test_a_ranking_that_was_in_use_is_never_changed(alice: Person) -> None:
    first = rankings.draft(Settings(), "First", by=alice, at=NOW)
    same = rankings.change(first, Settings(words=0.6), "First", by=alice, at=NOW)
    assert same == first
    rankings.put_live(first, by=alice, at=NOW)
    changed = rankings.change(first, Settings(words=0.2), "Next", by=alice, at=NOW)
    assert changed != first
    assert Ranking.objects.get(pk=first.pk).words == 0.6


@pytest.mark.parametrize("value", ["-0.1", "1.1", "nan", "much", ""])
def test_a_weight_lies_between_nothing_and_one(value: str) -> None:
    with pytest.raises(NotPossible, match="Words weighs from 0 to 1"):
        rankings.read({"words": value})


def test_words_and_pieces_cannot_both_weigh_nothing() -> None:
    with pytest.raises(NotPossible, match="cannot both"):
        rankings.read({"words": "0", "pieces": "0"})


def test_success_and_freshness_are_three_steps_each() -> None:
    asked = Settings(success=0.3, freshness=0.15).asked(NOW)
    assert asked["weights"] == Weights(0.8, 0.2, 0.55)
    assert [(boost.number, boost.weight) for boost in asked["boosts"]] == [
        *[("won", pytest.approx(0.1))] * 3,
        *[("updated", pytest.approx(0.05))] * 3,
    ]
    assert [boost.least for boost in asked["boosts"][:3]] == [1, 3, 10]
    assert asked["boosts"][5] == Boost("updated", int(NOW.timestamp()) - 30 * 86400, pytest.approx(0.05))
    assert Settings().boosts(NOW) == []


def test_a_draft_is_measured_against_what_is_live(guides: tuple[Asset, Asset, JudgedQuery], alice: Person) -> None:
    first, answer, query = guides
    draft = rankings.draft(Settings(preference=0.0), "Context does not count", by=alice, at=NOW)
    live = rankings.draft(Settings(preference=1.0), "Context counts", by=alice, at=NOW)
    rankings.put_live(live, by=alice, at=NOW)
    asked = Measurement.objects.create(ranking=draft, asked_at=NOW, asked_by=alice)
    done = measuring.run(asked, at=NOW)
    assert (done.problem, done.done, done.queries) == ("", 2, 2)
    assert done.before
    assert done.after
    assert (done.before.is_live, done.after.is_live) == (True, False)
    assert done.before.by_query[0]["top"] == [answer.pk, first.pk]
    assert done.after.by_query[0]["top"] == [first.pk, answer.pk]
    # 1 + 3/log2(3) of 3 + 1/log2(3)
    assert done.before.measures["ndcg"]["value"] == pytest.approx(1.0)
    assert done.after.measures["ndcg"]["value"] == pytest.approx(0.796707, abs=1e-6)
    compared = measuring.compare(done.before, done.after)
    assert compared.measures["ndcg"].value == pytest.approx(-0.203293, abs=1e-6)
    assert [pair[0]["query"] for pair in compared.worse] == [query.pk]
    assert compared.better == []
    assert compared.warning == "Lower than what is live by nDCG@10, though it may be chance."


def test_a_clear_loss_is_called_one() -> None:
    rows = [{"query": number, "words": "", "ndcg": 0.9, "recall": 1.0, "mrr": 1.0} for number in range(30)]
    worse = [{**row, "ndcg": 0.5} for row in rows]
    before, after = Evaluation(by_query=rows, queries=30), Evaluation(by_query=worse, queries=30)
    assert measuring.compare(before, after).warning == "Clearly worse than what is live, by nDCG@10."
    assert measuring.compare(before, before).warning == ""


def test_few_queries_are_said_to_be_few() -> None:
    row = {"query": 1, "words": "", "ndcg": 0.9, "recall": 1.0, "mrr": 1.0}
    one = Evaluation(by_query=[row], queries=1)
    assert measuring.compare(one, one).warning == "Only 1 judged query: too few to tell."


def test_nothing_judged_is_said_and_nothing_stored(alice: Person) -> None:
    draft = rankings.draft(Settings(), "First", by=alice, at=NOW)
    done = measuring.run(Measurement.objects.create(ranking=draft, asked_at=NOW), at=NOW)
    assert done.problem == "Nothing is judged yet, so there is nothing to measure by."
    assert (done.before, Evaluation.objects.count()) == (None, 0)


def test_what_is_not_current_any_more_does_not_count(guides: tuple[Asset, Asset, JudgedQuery], alice: Person) -> None:
    first, answer, _ = guides
    Asset.objects.filter(pk=answer.pk).update(status="retired")
    assert [dict(query.grades) for query in measuring.judged()] == [{first.pk: 1}]


def test_the_command_measures_and_keeps_what_it_is_asked_to(
    guides: tuple[Asset, Asset, JudgedQuery], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "context.json"
    file.write_text(json.dumps({"preference": 1.0}))
    assert cli.main(["library", "evaluate", "--ranking", str(file), "--json", "--save"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["ranking"], said["queries"], said["weights"]["preference"]) == ("context", 1, 1.0)
    assert said["measures"]["ndcg"]["value"] == pytest.approx(1.0)
    assert (said["seconds_to_find"], said["times"]) == (None, 0)
    assert Evaluation.objects.get().name == "context"


def test_the_command_says_what_it_cannot_measure_by(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["library", "evaluate"]) == 1
    assert capsys.readouterr().err == "sameside: nothing is judged yet, so there is nothing to measure by.\n"
    assert cli.main(["library", "evaluate", "--ranking", "unheard of"]) == 1
    assert "neither a ranking nor a file" in capsys.readouterr().err
