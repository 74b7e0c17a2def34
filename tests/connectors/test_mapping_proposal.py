"""What a table is and what its columns mean is proposed from headers and values; how well is measured."""

import pytest

from sameside.connectors.table import names
from sameside.connectors.table.proposal import propose
from sameside.connectors.table.targets import TARGETS
from tests.connectors.mapping_cases import CASES, Case

PRECISION, RECALL, TARGET_SHARE = 0.97, 0.95, 0.97


def test_the_proposals_for_the_headers_of_many_systems_are_nearly_all_right():
    right = wrong = overlooked = targets = 0
    for case in CASES:
        proposal = propose(case.headers, case.rows, name=case.file)
        targets += proposal.target == case.target
        for judged in proposal.columns:
            answer = case.answer[judged.header]
            right += bool(answer) and judged.field == answer
            wrong += bool(judged.field) and judged.field != answer
            overlooked += bool(answer) and judged.field != answer
    assert len(CASES) >= 25
    assert right / (right + wrong) >= PRECISION
    assert right / (right + overlooked) >= RECALL
    assert targets / len(CASES) >= TARGET_SHARE


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_what_is_needed_is_found(case: Case):
    assert propose(case.headers, case.rows, name=case.file).missing == ()


def test_a_field_is_proposed_for_one_column_only():
    proposal = propose(["Email", "E-mail", "Email address", "Name"], [["a@b.example", "c@d.example", "", "Ann Lee"]])
    assert [judged.field for judged in proposal.columns].count("email") == 1


def test_the_values_speak_against_a_header_that_lies():
    proposal = propose(["Name", "Email", "Company"], [["Ann Lee", "yes", "Acme Inc"], ["Bo Doe", "no", "Globex Ltd"]])
    assert proposal.columns[1].field == ""
    assert "do not look like e-mail addresses" in proposal.columns[1].reason


def test_a_salutation_is_no_job_title():
    rows = [["Mr", "Lee", "ann@acme.example"], ["Dr.", "Doe", "bo@globex.example"]]
    assert propose(["Title", "Last name", "E-mail"], rows).columns[0].field == ""


def test_values_speak_where_headers_do_not():
    rows = [["x1", "ann@acme.example"], ["x2", "bo@globex.example"]]
    assert propose(["A", "B"], rows, target="contacts").fields == {"email": "B"}


def test_what_is_needed_and_missing_is_said():
    assert propose(["Colour"], [["red"]], target="deals").missing == (
        "Name is needed.",
        "Stage or Open, won or lost is needed.",
    )


def test_every_proposal_gives_its_reason():
    proposal = propose(["Vorname", "Nachname", "Farbe"], [["Anna", "Berg", "rot"]])
    assert all(judged.reason for judged in proposal.columns)
    assert proposal.columns[0].reason == "The header “Vorname” is a usual name for it."
    assert proposal.columns[2].reason == "Nothing here goes by this name."


def test_hostile_headers_and_wide_tables_are_taken_calmly():
    headers = ["<script>alert(1)</script>", "\u202egnal", "", "x" * 100_000, *(f"c{place}" for place in range(500))]
    proposal = propose(headers, [["'=HYPERLINK(1)"] * len(headers), ["y" * 180_000] * len(headers)])
    assert len(proposal.columns) == 504


def test_no_field_is_named_twice_in_a_target():
    for target in TARGETS:
        assert len(target.by_name) == len(target.fields)


@pytest.mark.parametrize(
    ("full", "first", "last"),
    [
        ("Anna Berg", "Anna", "Berg"),
        ("Berg, Anna Maria", "Anna Maria", "Berg"),
        ("Dr. Ludwig van der Berg", "Ludwig", "van der Berg"),
        ("Frau Anna von Stein", "Anna", "von Stein"),
        ("Martin Luther King Jr.", "Martin Luther", "King Jr."),
        ("Madonna", "", "Madonna"),
        ("山田 太郎", "太郎", "山田"),
        ("  ", "", ""),
    ],
)
def test_a_full_name_is_parted(full: str, first: str, last: str):
    assert names.parted(full) == (first, last)


def test_a_spanish_name_keeps_both_last_names():
    assert names.parted("María García López", spanish=True) == ("María", "García López")
