import re

import pytest
from django.urls import reverse

from sameside.attribution import figures, lists, pages, report
from sameside.kit import snapshots
from sameside.people.models import AuditEntry, Organisation, Person
from tests.attribution.conftest import Story
from tests.conftest import NOW, signed_in


@pytest.fixture
def computed(story: Story) -> Story:
    snapshots.compute("revenue", at=NOW)
    return story


def text_of(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))  # type: ignore[attr-defined]


def test_the_page_shows_revenue_by_channel_and_the_models_side_by_side(alice: Person, computed: Story) -> None:
    shown = text_of(signed_in(alice).get("/revenue/"))
    assert "Won revenue" in shown
    assert "€10,600" in shown
    assert "No touch in the look-back" in shown
    assert "Spring newsletter" in shown
    assert "10.0×" in shown
    assert "Buyer&#x27;s guide" in shown
    assert "1 deal has no amount" in shown


def test_the_totals_of_the_page_are_the_sum_of_its_deals(alice: Person, computed: Story) -> None:
    context = signed_in(alice).get("/revenue/").context
    for model in ("first", "last", "linear"):
        assert round(sum(row[model] for row in context["models"].rows), 2) == 10600.01
        assert context["models"].total[model] == 10600.01


def test_before_the_first_computation_the_page_asks_for_it(alice: Person) -> None:
    response = signed_in(alice).get("/revenue/?lookback=3")
    assert response.status_code == 200
    assert "Computing the figures" in response.content.decode()


@pytest.mark.parametrize("dimension", ["channel", "origin", "campaign", "asset", "team"])
@pytest.mark.parametrize("model", ["first", "linear", "w_shape", "shapley"])
def test_the_deals_behind_every_figure_sum_to_it(alice: Person, computed: Story, dimension: str, model: str) -> None:
    data = snapshots.read("revenue").data  # type: ignore[union-attr]
    client = signed_in(alice)
    for row in data["dimensions"][dimension]:
        response = client.get(pages.key_address(dimension, row["key"], pages.View(12, "12", model)))
        rows = response.context["listing"].rows
        for state, badge in (("won", "Won"), ("open", "Open")):
            credited = sum(line["credited"] or 0 for line in rows if str(line["state"]) == badge)
            assert credited == pytest.approx(row[state][model], abs=0.011), (dimension, row["key"], state)
            assert response.context["row"][state][0] == row[state][model]


def test_a_seller_s_list_holds_their_team_s_deals_and_says_so(bob: Person, computed: Story) -> None:
    client = signed_in(bob)
    shown = text_of(client.get("/revenue/channel/event/"))
    assert "€500" in shown
    assert "only the deals that you and your team own" in shown
    assert "Borealis start" not in shown
    assert "Acme platform" in text_of(client.get("/revenue/channel/email/"))
    Organisation.objects.update(seller_scope=Organisation.SellerScope.EVERYONE)
    shown = text_of(client.get("/revenue/channel/event/"))
    assert "Borealis start" in shown
    assert "only the deals that you" not in shown


def test_the_look_back_and_the_model_are_chosen_in_the_address(alice: Person, computed: Story) -> None:
    snapshots.compute("revenue", {"lookback": 6, "period": "12"}, at=NOW)
    page = signed_in(alice).get("/revenue/channel/no-touch/?lookback=6&period=all&model=first")
    assert [str(row["deal"]) for row in page.context["listing"].rows] == ["Cirrus idea", "Acme pilot"]
    assert "First touch, touches of the 6 months before the close, all time" in text_of(page)


def test_a_row_beyond_the_named_ones_opens_too(alice: Person, computed: Story) -> None:
    data = snapshots.read("revenue").data  # type: ignore[union-attr]
    data["dimensions"]["channel"] = [row for row in data["dimensions"]["channel"] if row["key"] != "event"]
    row = report.row_of(data, "channel", "event", snapshots.read("revenue"))  # type: ignore[arg-type]
    assert row is not None
    assert (row["label"], row["won"]["linear"], row["won_deals"]["linear"]) == ("Event", 500.0, 1)


@pytest.mark.parametrize("address", ["/revenue/weather/", "/revenue/channel/unheard-of/", "/revenue/campaign/0/"])
def test_what_is_not_there_is_not_found(alice: Person, computed: Story, address: str) -> None:
    assert signed_in(alice).get(address).status_code == 404


def test_exports_are_recorded_and_hold_every_model(alice: Person, computed: Story) -> None:
    client = signed_in(alice)
    lines = client.post("/revenue/channel/", {"export": "csv"}).content.decode().splitlines()
    assert lines[0].startswith('Channel,"Won, first touch","Won, last touch"')
    assert lines[0].endswith('"Won, shapley","Won, markov",Won deals,"Open pipeline, linear",Cost')
    assert lines[1].startswith("E-mail,0.0,0.0,0.0,0.0,0.0,5000.0,2000.0,")
    deals = b"".join(client.post("/revenue/channel/email/", {"export": "csv"})).decode().splitlines()  # type: ignore[arg-type]
    assert [line.split(",")[0] for line in deals] == ["Deal", "Acme expansion", "Acme platform"]
    assert AuditEntry.objects.filter(action="export", person=alice).count() == 2


def test_the_number_of_queries_does_not_grow_with_the_rows(
    alice: Person, computed: Story, django_assert_num_queries: object
) -> None:
    client = signed_in(alice)
    client.get("/revenue/")
    with django_assert_num_queries(4):  # type: ignore[operator]
        client.get("/revenue/")
    with django_assert_num_queries(5):  # type: ignore[operator]
        client.get("/revenue/channel/email/")


def test_an_outsider_and_an_editor_are_refused(charlie: Person, dora: Person, computed: Story) -> None:
    assert signed_in(charlie).get("/revenue/").status_code == 403
    assert signed_in(charlie).get("/revenue/channel/email/").status_code == 403
    assert signed_in(dora).get("/revenue/").status_code == 200
    assert signed_in(dora).get("/revenue/channel/email/").status_code == 403


def test_the_list_is_limited_by_what_a_person_may_see(bob: Person, alice: Person, computed: Story) -> None:
    scope = figures.scope("all", NOW)
    view = pages.View(12, "all", "first")
    assert lists.behind(view, scope, "channel", "event", alice).count() == 1
    assert lists.behind(view, scope, "channel", "event", bob).count() == 0
    assert reverse("attribution:key", args=["channel", "event"]) == "/revenue/channel/event/"


def test_the_split_by_origin_stands_first_and_the_chart_shows_marketing_s_channels(
    alice: Person, computed: Story
) -> None:
    page = signed_in(alice).get("/revenue/?model=first")
    split, chart = page.context["split"], page.context["chart"]
    assert (split.categories[0], len(split.categories)) == ("First touch", 12)
    won = {one.name: [round(value, 3) for value in one.values] for one in split.series}
    assert sum(values[0] for values in won.values()) == pytest.approx(1, abs=0.002)
    assert won["Sellers' own contacts"][0] < won["Sellers' own contacts"][1]
    assert "Sales call" not in chart.categories
    assert {"E-mail", "Paid search", "Event"} <= set(chart.categories)
