import io
from datetime import timedelta

import pyarrow.parquet as pq
import pytest

from sameside.attribution import runs
from sameside.attribution.models import Credit, SavedRun
from sameside.crm.models import Campaign, Deal, ExchangeRate
from sameside.kit import snapshots
from sameside.people.models import AuditEntry, Person
from tests.attribution.conftest import Story, touch
from tests.conftest import NOW, signed_in


@pytest.fixture
def kept(story: Story, alice: Person) -> SavedRun:
    return runs.save(snapshots.compute("revenue", at=NOW), "12", "Before the summer", by=alice, at=NOW)


def test_what_is_shown_is_saved_under_a_name(alice: Person, story: Story) -> None:
    snapshots.compute("revenue", {"lookback": 6, "period": "12"}, at=NOW)
    client = signed_in(alice)
    response = client.post("/revenue/runs/?lookback=6&period=all", {"name": "Half a year", "note": "For the board"})
    run = SavedRun.objects.get()
    assert response["Location"] == f"/revenue/runs/{run.pk}/"
    assert (run.name, run.saved_by, run.spec["lookback"], run.spec["period"], run.as_of) == (
        "Half a year", alice, 6, "all", NOW,
    )  # fmt: skip
    assert {*run.inputs, runs.LABELS} == set(runs.INPUTS)
    shown = client.get(f"/revenue/runs/{run.pk}/").content.decode()
    assert "For the board" in shown
    assert "Half a year" in client.get("/revenue/runs/").content.decode()


def test_a_run_opens_with_the_models_it_was_saved_with(alice: Person, story: Story) -> None:
    snapshots.compute("revenue", at=NOW)
    client = signed_in(alice)
    client.post("/revenue/runs/?model=u_shape&second=markov&third=no&interval=1", {"name": "U"})
    address = f"/revenue/runs/{SavedRun.objects.get().pk}/"
    view = client.get(address).context["view"]
    assert (view.model, view.beside, view.with_interval) == ("u_shape", ("markov",), True)
    view = client.get(f"{address}?model=first&second=last&third=linear").context["view"]
    assert (view.model, view.beside, view.with_interval) == ("first", ("last", "linear"), False)


def test_a_name_loses_what_no_database_holds(alice: Person, story: Story) -> None:
    snapshots.compute("revenue", at=NOW)
    client = signed_in(alice)
    client.post("/revenue/runs/", {"name": "Half\x00 a year", "note": "For\x00 the board"})
    assert SavedRun.objects.values_list("name", "note").get() == ("Half a year", "For the board")
    client.post("/revenue/runs/", {"name": "\x00", "note": "Nameless"})
    assert SavedRun.objects.count() == 1


def test_the_same_inputs_give_the_same_numbers_and_leave_the_credit_alone(kept: SavedRun) -> None:
    credit = list(Credit.objects.order_by("pk").values())
    result = runs.reproduce(kept)
    assert (result["different"], result["largest"], result["changed"]) == (0, 0.0, [])
    assert result["figures"] > 300
    assert list(Credit.objects.order_by("pk").values()) == credit


@pytest.mark.parametrize("number", ["²", "9" * 5_000, "-1"])
def test_a_number_that_is_none_compares_with_nothing(kept: SavedRun, alice: Person, number: str) -> None:
    client = signed_in(alice)
    assert client.get(f"/revenue/runs/{kept.pk}/", {"with": number}).context["other"] is None
    assert client.post("/reports/revenue-run/computation/", query_params={"run": number}).status_code < 400


def test_what_changed_since_is_named(kept: SavedRun, story: Story) -> None:
    Deal.objects.filter(pk=story.big.pk).update(amount="11000.00")
    assert runs.reproduce(kept)["changed"] == ["amounts of deals"]
    assert runs.reproduce(kept)["largest"] == 1000.0
    touch(story.acme, "2026-02-20", "webinar")
    assert runs.reproduce(kept)["changed"] == ["amounts of deals", "touches"]


def test_costs_rates_and_names_are_inputs_too(kept: SavedRun, story: Story) -> None:
    Campaign.objects.update(actual_cost="700.00")
    changed = runs.reproduce(kept)
    assert (changed["changed"], changed["different"], changed["largest"]) == (["costs"], 2, 200.0)
    Campaign.objects.update(actual_cost="500.00", name="Summer newsletter")
    assert runs.reproduce(kept)["changed"] == ["names of rows"]
    Campaign.objects.update(name="Spring newsletter")
    rate = {"currency": "USD", "rate": "1.1", "source": "hand"}
    ExchangeRate.objects.create(starts_on=NOW.date(), external_id="R1", **rate)
    assert runs.reproduce(kept)["changed"] == ["exchange rates"]
    ExchangeRate.objects.update(starts_on=NOW.date() + timedelta(days=1))
    result = runs.reproduce(kept)
    assert (result["changed"], result["different"], result["untold"]) == ([], 0, [])


def test_a_run_is_computed_again_for_its_very_dates(kept: SavedRun, story: Story) -> None:
    Deal.objects.filter(pk=story.open.pk).update(is_closed=True, is_won=True, closed_at=NOW + timedelta(days=3))
    Deal.objects.create(
        company=story.acme, name="Later", stage="Closed", amount="9999.00", created_at=NOW + timedelta(days=1),
        closed_at=NOW + timedelta(days=2), is_closed=True, is_won=True, source="test", external_id="D-later",
    )  # fmt: skip
    touch(story.acme, "2026-06-02", "webinar")
    result = runs.reproduce(kept)
    assert (result["different"], result["changed"]) == (0, [])


def test_a_close_that_was_dated_ahead_counts_as_it_did(story: Story, alice: Person) -> None:
    Deal.objects.filter(pk=story.event.pk).update(closed_at=NOW + timedelta(days=2))
    run = runs.save(snapshots.compute("revenue", at=NOW), "12", "Early", by=alice, at=NOW)
    assert run.spec["ahead"] == [story.event.pk]
    assert runs.reproduce(run)["different"] == 0


def test_a_run_of_an_earlier_version_says_what_it_did_not_keep(kept: SavedRun, alice: Person) -> None:
    SavedRun.objects.update(inputs={part: kept.inputs[part] for part in ("deals", "touches")})
    result = runs.reproduce(SavedRun.objects.get())
    assert (result["changed"], result["untold"][-2:]) == ([], ["costs", "exchange rates"])
    client = signed_in(alice)
    client.post(f"/reports/revenue-run/computation/?run={kept.pk}")
    assert "Not kept with this run" in client.get(f"/revenue/runs/{kept.pk}/reproduction/").content.decode()


def test_the_page_of_the_reproduction_says_so(alice: Person, kept: SavedRun) -> None:
    client = signed_in(alice)
    address = f"/revenue/runs/{kept.pk}/reproduction/"
    assert "Computing the figures" in client.get(address).content.decode()
    client.post(f"/reports/revenue-run/computation/?run={kept.pk}")
    assert "The same: all" in client.get(address).content.decode()


def test_two_runs_are_compared_in_both_directions(alice: Person, kept: SavedRun, story: Story) -> None:
    Deal.objects.filter(pk=story.event.pk).update(amount="900.00")
    later = runs.save(snapshots.compute("revenue", at=NOW.replace(hour=14)), "12", "After", by=alice, at=NOW)
    client = signed_in(alice)
    here = client.get(f"/revenue/runs/{later.pk}/?with={kept.pk}").context
    there = client.get(f"/revenue/runs/{kept.pk}/?with={later.pk}").context
    assert [(row["label"], row["change"]) for row in here["differences"].rows[:2]] == [
        ("Event", 400.0),
        ("E-mail", 0.0),
    ]
    assert there["differences"].rows[0]["change"] == -400.0
    assert here["changes"][-1] == "Their inputs differ: amounts of deals."


def test_exports_are_posts_and_are_recorded(alice: Person, kept: SavedRun) -> None:
    client = signed_in(alice)
    address = f"/revenue/runs/{kept.pk}/"
    lines = client.post(address, {"export": "csv"}).content.decode().splitlines()
    assert lines[0] == "Dimension,Key,Name,Model,Won revenue,From,To,Won deals,Open pipeline,Open deals"
    assert "channel,email,E-mail,linear,5000.0,,,1,1000.0,1" in lines
    table = pq.read_table(io.BytesIO(client.post(address, {"export": "parquet"}).content))
    assert table.num_rows == len(lines) - 1
    assert client.post(address, {"export": "pdf"}).content.startswith(b"%PDF")
    assert AuditEntry.objects.filter(action="export", person=alice).count() == 3


def test_an_outsider_is_refused(charlie: Person, kept: SavedRun) -> None:
    client = signed_in(charlie)
    assert client.get(f"/revenue/runs/{kept.pk}/").status_code == 403
    assert client.post("/revenue/runs/", {"name": "Mine"}).status_code == 403
    assert SavedRun.objects.count() == 1
