"""The list of big rocks, the page of each, its deals, and the pages that change it."""

import io
import re

import pyarrow.parquet as pq
import pytest

from sameside.attribution.bigrock.models import BigRock, Change
from sameside.kit import snapshots
from sameside.library import access
from sameside.people.models import AuditEntry, Person
from tests.attribution.bigrock.conftest import Story
from tests.attribution.conftest import asset, credit, touch
from tests.conftest import NOW, signed_in

LIST = "/revenue/big-rocks/"


def text_of(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))  # type: ignore[attr-defined]


def test_the_list_shows_reach_revenue_and_return(alice: Person, measured: Story) -> None:
    page = signed_in(alice).get(LIST)
    [row] = page.context["listing"].rows
    assert (str(row["title"]), row["won"], row["open"], row["spent"]) == ("The guide (182 days old)", 5000, 200, 3100)
    assert (str(row["reached"]), str(row["return_90"])) == ("1 (of 2)", "1.6×")


def test_an_empty_list_says_what_a_big_rock_is(alice: Person, bob: Person) -> None:
    assert "A big rock is a flagship asset with derivatives and a paid budget" in text_of(signed_in(alice).get(LIST))
    assert "Mark a big rock" not in text_of(signed_in(bob).get(LIST))


def test_its_page_says_what_came_back_beside_the_others(alice: Person, measured: Story) -> None:
    shown = text_of(signed_in(alice).get(f"{LIST}{measured.rock.pk}/"))
    for part in (
        "1 of 2 contacts (Finance)", "in 183 days", "1.6×", "It is the only big rock", "Only 1 deal was won since",
        "3: 2 contacts, 1 lead that is no contact yet", "€3,100",
    ):  # fmt: skip
        assert part in shown
    assert "<h1>The guide</h1>" in signed_in(alice).get(f"{LIST}{measured.rock.pk}/").content.decode()
    assert "€10,000" in text_of(signed_in(alice).get(f"{LIST}{measured.rock.pk}/?model=first"))


def test_the_look_back_is_chosen_as_on_the_revenue_page(alice: Person, measured: Story) -> None:
    client = signed_in(alice)
    shown = text_of(client.get(f"{LIST}{measured.rock.pk}/?lookback=3"))
    assert "Being measured with touches of the 3 months before the close" in shown
    progress = f"{LIST}{measured.rock.pk}/progress/?lookback="
    assert (client.get(f"{progress}3").status_code, client.get(f"{progress}3").has_header("HX-Refresh")) == (204, False)
    credit(3)
    snapshots.compute("big-rocks", at=NOW)
    shown = text_of(client.get(f"{LIST}{measured.rock.pk}/?lookback=3"))
    assert "Touches of the 3 months before the close. No interval is given of fewer than 20 deals." in shown
    assert client.get(f"{progress}3").has_header("HX-Refresh")
    rows = client.get(f"{LIST}{measured.rock.pk}/deals/?lookback=3").context["listing"].rows
    assert [row["deal"] for row in rows] == ["Acme platform"]


def test_before_it_is_measured_its_page_says_so(alice: Person, rock: Story) -> None:
    assert "Being measured: the figures appear here" in text_of(signed_in(alice).get(f"{LIST}{rock.rock.pk}/"))


def test_the_deals_sum_to_the_figure_for_those_who_see_all(alice: Person, measured: Story) -> None:
    rows = signed_in(alice).get(f"{LIST}{measured.rock.pk}/deals/?state=won").context["listing"].rows
    assert [(row["deal"], row["share"], row["credited"]) for row in rows] == [("Acme platform", 0.5, 5000.0)]
    rows = signed_in(alice).get(f"{LIST}{measured.rock.pk}/deals/?model=last").context["listing"].rows
    assert rows == []


def test_marking_changing_and_undoing(alice: Person) -> None:
    client = signed_in(alice)
    made = asset("Field study", "field-study")
    assert "Field study" in text_of(client.get(f"{LIST}new/?q=field"))
    assert "Field study" in text_of(client.get(f"{LIST}new/?asset={made.pk}"))
    response = client.post(f"{LIST}new/", {"asset": made.pk})
    rock = BigRock.objects.get()
    assert response["Location"] == f"{LIST}{rock.pk}/aim/"
    client.post(f"{LIST}{rock.pk}/aim/", {"launched_on": "2026-02-01", "personas": ["it"]})
    rock.refresh_from_db()
    assert (rock.launched_on.isoformat(), rock.personas) == ("2026-02-01", ["it"])
    assert client.post(f"{LIST}{rock.pk}/aim/", {"launched_on": "1026-02-01"}).status_code == 422
    piece = asset("Piece", "piece")
    client.post(f"{LIST}{rock.pk}/derivatives/", {"asset": piece.pk})
    assert "Derivative added: Piece." in text_of(client.get(f"{LIST}{rock.pk}/derivatives/"))
    client.post(f"{LIST}{rock.pk}/derivatives/", {"asset": piece.pk, "remove": "1"})
    assert not rock.derivatives.exists()
    client.post(f"{LIST}{rock.pk}/changes/{Change.objects.latest('pk').pk}/undoing/")
    assert rock.derivatives.exists()
    cost = {"what": "Print", "amount": "12.50", "currency": "eur", "day": "2026-02-02"}
    client.post(f"{LIST}{rock.pk}/expenses/", cost)
    assert "12.50 EUR" in text_of(client.get(f"{LIST}{rock.pk}/expenses/"))
    assert client.post(f"{LIST}{rock.pk}/expenses/", {**cost, "amount": "-1"}).status_code == 422
    client.post(f"{LIST}{rock.pk}/expenses/{rock.expenses.get().pk}/removal/")
    assert not rock.expenses.exists()
    client.post(f"{LIST}{rock.pk}/removal/")
    assert client.get(f"{LIST}{rock.pk}/").status_code == 404
    assert "No big rock any more." in text_of(client.get(LIST))


def test_campaigns_are_linked_and_taken_away(alice: Person, rock: Story) -> None:
    client = signed_in(alice)
    address = f"{LIST}{rock.rock.pk}/campaigns/"
    client.post(address, {"campaign": rock.campaign.pk, "remove": "1"})
    assert not rock.rock.amplifications.exists()
    assert "Spread it" in text_of(client.get(f"{address}?q=spread"))
    client.post(address, {"campaign": rock.campaign.pk})
    assert rock.rock.amplifications.exists()


def test_restricted_content_keeps_its_name(bob: Person, dora: Person, measured: Story) -> None:
    access.restrict(measured.leaflet, ["role:executive"], by=dora, at=NOW)
    shown = text_of(signed_in(bob).get(f"{LIST}{measured.rock.pk}/"))
    assert "Restricted content" in shown
    assert "A leaflet" not in shown
    access.restrict(measured.guide, ["role:executive"], by=dora, at=NOW)
    assert signed_in(bob).get(f"{LIST}{measured.rock.pk}/").status_code == 404
    [row] = signed_in(bob).get(LIST).context["listing"].rows
    assert (row["link"], row["title"].text) == ("", "Restricted content")


def test_the_export_is_recorded(alice: Person, measured: Story) -> None:
    lines = b"".join(signed_in(alice).post(LIST, {"export": "csv"})).decode().splitlines()  # type: ignore[arg-type]
    assert lines[0].startswith("Big rock,Launched,Budget spent,Target people reached,Won revenue")
    assert lines[1].startswith("The guide (182 days old),2025-12-01,3100.0,1 (of 2),5000.0,200.0,1.6×")
    assert AuditEntry.objects.filter(action="export", person=alice).count() == 1


def test_the_number_of_queries_does_not_grow(alice: Person, measured: Story, django_assert_num_queries: object) -> None:
    client = signed_in(alice)
    client.get(LIST)
    with django_assert_num_queries(5):  # type: ignore[operator]
        client.get(LIST)
    with django_assert_num_queries(5):  # type: ignore[operator]
        client.get(f"{LIST}{measured.rock.pk}/")
    with django_assert_num_queries(4):  # type: ignore[operator]
        client.get(f"{LIST}{measured.rock.pk}/deals/")


def test_outsiders_and_sellers_are_refused(bob: Person, charlie: Person, dora: Person, measured: Story) -> None:
    assert signed_in(charlie).get(LIST).status_code == 403
    for part in ("aim/", "derivatives/", "campaigns/", "expenses/"):
        assert signed_in(bob).get(f"{LIST}{measured.rock.pk}/{part}").status_code == 403
    assert signed_in(bob).post(f"{LIST}{measured.rock.pk}/removal/").status_code == 403
    assert signed_in(dora).get(f"{LIST}{measured.rock.pk}/deals/").status_code == 403
    assert signed_in(dora).get(f"{LIST}{measured.rock.pk}/aim/").status_code == 200


@pytest.mark.parametrize("address", ["999999/", "999999/deals/"])
def test_what_is_not_there_is_not_found(alice: Person, measured: Story, address: str) -> None:
    assert signed_in(alice).get(f"{LIST}{address}").status_code == 404


def test_the_page_of_an_asset_says_what_it_belongs_to(alice: Person, bob: Person, rock: Story) -> None:
    client = signed_in(alice)
    card = "/revenue/influence/asset/{}/card/"
    assert "A big rock: what came back" in text_of(client.get(card.format(rock.guide.pk)))
    assert "A derivative of the big rock The guide" in text_of(client.get(card.format(rock.leaflet.pk)))
    assert f"new/?asset={rock.other.pk}" in client.get(card.format(rock.other.pk)).content.decode()
    assert "Mark as a big rock" not in text_of(signed_in(bob).get(card.format(rock.other.pk)))


def test_its_figures_leave_as_csv_parquet_and_pdf(alice: Person, charlie: Person, measured: Story) -> None:
    client, address = signed_in(alice), f"{LIST}{measured.rock.pk}/"
    lines = client.post(address, {"export": "csv"}).content.decode().splitlines()
    assert lines[0].startswith("Model,Won revenue,From,To,Open pipeline,Pipeline from,Pipeline to,Budget spent,")
    assert "Linear,5000.0,,,200.0,,,3100.0,0.0,,,1.6129,,,,," in lines
    table = pq.read_table(io.BytesIO(client.post(address, {"export": "parquet"}).content))
    assert (table.num_rows, table.column("return_365").null_count) == (len(lines) - 1, table.num_rows)
    assert client.post(address, {"export": "pdf"}).content.startswith(b"%PDF")
    assert AuditEntry.objects.filter(action="export", person=alice).count() == 3
    assert signed_in(charlie).post(address, {"export": "csv"}).status_code == 403


def test_what_earned_most_and_is_free_is_proposed_as_a_flagship(alice: Person, measured: Story) -> None:
    touch(measured.acme, "2026-01-10", "content-share", asset=measured.other)
    snapshots.compute("revenue", {"lookback": 12, "period": "12"}, at=NOW)
    page = text_of(signed_in(alice).get(f"{LIST}new/"))
    assert "Other €2,000 of won revenue in 12 months, linear" in page
    assert "The guide" not in page
