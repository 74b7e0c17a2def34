"""The small decisions of the HubSpot connector."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sameside.connectors.hubspot import rules
from sameside.connectors.hubspot.objects import same_id

JAN, FEB, MAR = "2026-01-10T09:00:00+00:00", "2026-02-10T09:00:00+00:00", "2026-03-10T09:00:00+00:00"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("51000000037", "51000000037"),
        (" 51000000037 ", "51000000037"),
        ("'51000000037", "51000000037"),
        ("51000000037.0", "51000000037"),
        ("51,000,000,037", "51000000037"),
        ("25,000", "25000"),
        ("51.000.000.037", "51000000037"),
        ("5.1000000037E+10", "51000000037"),
        ("5,1000000037E+10", "51000000037"),
        ("5.10000000370E+10", "51000000037"),
        ("001", "1"),
        ("", None),
    ],
)
def test_record_ids(cell, expected):
    assert rules.record_id(cell) == expected


@pytest.mark.parametrize("cell", ["5.1E+10", "5,1E+10", "5.10000E+10", "5E+10"])
def test_an_id_that_a_spreadsheet_rounded_is_refused_with_what_happened(cell):
    with pytest.raises(ValueError, match="rounded it: its last digits are gone"):
        rules.record_id(cell)


@pytest.mark.parametrize("cell", ["abc", "12a", "-5", "1.5", "9" * 30])
def test_what_is_no_id_is_refused(cell):
    with pytest.raises(ValueError):
        rules.record_id(cell)


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=10**18))
def test_every_id_is_read_as_it_is_written(number):
    assert rules.record_id(str(number)) == str(number)
    assert rules.record_id(f"{number:,}") == str(number)


def test_two_rounded_ids_are_not_one_record():
    assert same_id("5.1E+10") != same_id("5.1E+10")
    assert same_id("51000000037") == same_id(" 51000000037.0")


def test_ids_and_names_of_a_cell():
    assert rules.ids("51;52; 51") == ["51", "52"]
    assert rules.pairs("9000;9100", "Acme; Beta GmbH") == [("9000", "Acme"), ("9100", "Beta GmbH")]
    assert rules.pairs("9000", "Ünal; Sons") == [("9000", "Ünal; Sons")]
    assert rules.pairs("9000;9100", "Ünal; Sons; Beta") == []


@pytest.mark.parametrize(
    ("cell", "key", "shown"),
    [
        ("Ana Ruiz", "ana ruiz", "Ana Ruiz"),
        ("Ana  Ruiz (Deactivated User)", "ana ruiz", "Ana Ruiz"),
        ("Ana Ruiz (ana@x.example)", "ana@x.example", "Ana Ruiz"),
        ("Ana@X.example", "ana@x.example", "Ana@X.example"),
        ("12345", "#12345", "12345"),
        ("", None, ""),
    ],
)
def test_owners(cell, key, shown):
    assert rules.owner_name(cell) == key
    assert rules.shown_name(cell) == shown


@pytest.mark.parametrize(
    ("lifecycle", "dates", "expected"),
    [
        ("Lead", [], ""),
        ("Marketing Qualified Lead", [], ""),
        ("Lead qualifié par le marketing", [], ""),
        ("Subscriber", [], None),
        ("Opportunity", [], None),
        ("123456789", [], None),
        ("Customer", [("lead", JAN), ("customer", MAR)], JAN),
        ("Subscriber", [("marketingqualifiedlead", FEB), ("lead", None)], FEB),
        ("Opportunity", [("opportunity", MAR)], None),
        ("Lead", [("marketingqualifiedlead", FEB), ("lead", JAN)], JAN),
    ],
)
def test_which_contact_is_a_lead_and_since_when(lifecycle, dates, expected):
    assert rules.handed_over(lifecycle, dates) == expected


def test_when_a_lead_was_converted():
    assert rules.converted("Customer", [("lead", JAN), ("customer", MAR), ("opportunity", FEB)]) == (True, FEB)
    assert rules.converted("Opportunity", []) == (True, None)
    assert rules.converted("Sales Qualified Lead", [("salesqualifiedlead", FEB)]) == (False, None)


@pytest.mark.parametrize(
    ("stage", "won", "closed"),
    [
        ("Closed Won", "t", "t"),
        ("closedwon", "t", "t"),
        ("closedlost", "f", "t"),
        ("Abgeschlossen und gewonnen", "t", "t"),
        ("Abgeschlossen und verloren", "f", "t"),
        ("Fermée gagnée", "t", "t"),
        ("Cierre perdido", "f", "t"),
        ("失注", "f", "t"),
        ("Verbally Won", "f", "f"),
        ("Contract Sent", "f", "f"),
    ],
)
def test_won_and_lost_by_the_name_of_the_stage(stage, won, closed):
    assert rules.is_won(stage, None, "", None) == won
    assert rules.is_closed(stage, None, won, "", None) == closed


def test_what_hubspot_says_counts_before_the_name():
    assert rules.is_won("Signed", "t", "", None) == "t"
    assert rules.is_won("Closed Won", "f", "", None) == "f"
    assert rules.is_closed("Signed", None, "t", "", None) == "t"
    assert rules.is_won("Onboarding", None, "Best product", "100.00") == "t"
    assert rules.is_won("Onboarding", None, "Best product", "80.00") == "f"


def test_when_a_deal_was_closed():
    assert rules.closed_at("f", MAR, "2026-03-31", None, JAN) is None
    assert rules.closed_at("t", MAR, "2026-03-31", None, JAN) == MAR
    assert rules.closed_at("t", None, "2026-03-31", None, JAN) == "2026-03-31T00:00:00+00:00"
    assert rules.closed_at("t", None, None, None, JAN, FEB, None) == FEB
    assert rules.closed_at("t", None, None, MAR, JAN) == MAR


@pytest.mark.parametrize(("cell", "expected"), [("0.4", "40.00"), ("1", "100.00"), ("40", "40"), (None, None)])
def test_probability_is_a_percentage(cell, expected):
    assert rules.probability(cell) == expected


def test_stages_of_several_pipelines_carry_their_pipeline():
    assert rules.stage_name("Closed Won", "Sales", is_shared=False) == "Closed Won"
    assert rules.stage_name("Closed Won", "Sales", is_shared=True) == "Closed Won (Sales)"
    assert len(rules.stage_name("x" * 200, "y" * 200, is_shared=True)) == 120


def test_html_of_notes_becomes_text():
    assert rules.text_of("<p>Hello<br>world</p>") == "Hello\nworld"
    assert rules.text_of("a < b, no markup") == "a < b, no markup"
    assert rules.text_of("<script>alert(1)</script>Budget &amp; time") == "alert(1)Budget & time"
