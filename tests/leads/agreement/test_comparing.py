"""What changed between two versions, in words."""

from dataclasses import replace

from sameside.leads.agreement import comparing, wording
from sameside.leads.agreement.terms import Segment, Terms
from sameside.leads.criteria import Condition
from sameside.leads.models import Agreement
from tests.leads.agreement.drafts import SAID, faster


def _compared(old: Terms, new: Terms) -> dict[str, comparing.ChangedClause]:
    versions = [wording.clauses(Agreement(number=1), one, wording.Named()) for one in (old, new)]
    return {one.title: one for one in comparing.compare(*versions)}


def test_a_number_that_changed_stands_out() -> None:
    found = _compared(SAID, faster())["What sales commits to"]
    (change,) = found.blocks[0].changes
    assert change.label == "Accept or return"
    assert [(one.text, one.what) for one in change.pieces] == [
        ("within ", "same"), ("8", "removed"), ("4", "added"), (" business hours", "same"),
    ]  # fmt: skip


def test_what_is_the_same_says_nothing() -> None:
    assert all(one.is_same for one in _compared(SAID, SAID).values())


def test_kinds_of_leads_come_and_go() -> None:
    new = replace(SAID, segments=(Segment("insurers", "Insurers"), SAID.segments[1]))
    found = _compared(SAID, new)["Who counts as qualified"]
    assert [(one.title, one.what) for one in found.blocks] == [("Insurers", "added"), ("Banks", "removed")]


def test_a_condition_that_moved_is_not_a_change_and_a_new_one_is() -> None:
    bank = SAID.segments[0]
    both = (Condition("country", "is", ("Germany",)), *bank.fit)
    new = replace(SAID, segments=(replace(bank, fit=both), SAID.segments[1]))
    found = _compared(SAID, new)["Who counts as qualified"]
    assert [(one.label, one.what, one.pieces[0].text) for one in found.blocks[0].changes] == [
        ("Fit", "added", "Country is Germany")
    ]


def test_prose_is_compared_word_by_word() -> None:
    found = _compared(SAID, replace(SAID, text="Both sides want **more, better** leads."))[
        "What else both sides agreed"
    ]
    assert [(one.text, one.what) for one in found.text if one.what != "same"] == [
        ("fewer", "removed"), ("more", "added"),
    ]  # fmt: skip


def test_a_date_and_prose_written_anew_are_told_as_a_whole() -> None:
    assert [(one.text, one.what) for one in comparing.words("23 Sep 2026", "23 Jan 2027")] == [
        ("23 Sep 2026", "removed"), ("23 Jan 2027", "added"),
    ]  # fmt: skip
    old = "A first version for one quarter. We look at it again when we know what we can keep."
    new = "Decision makers are answered the same day. Every lead ends with a reason, whatever it is."
    assert [one.what for one in comparing.words(old, new)] == ["removed", "added"]
    assert len(comparing.words(old, old.replace("quarter", "year"))) == 4
