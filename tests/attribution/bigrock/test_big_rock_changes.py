"""Who may mark and change a big rock, what belongs to one only, and that everything can be undone."""

from datetime import date
from decimal import Decimal

import pytest

from sameside.attribution.bigrock import likely, marking
from sameside.attribution.bigrock.models import BigRock, Change, Derivative
from sameside.library import likeness
from sameside.library.matching import remember
from sameside.library.refusals import NotPossible
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.attribution.bigrock.conftest import Story
from tests.attribution.conftest import asset
from tests.conftest import NOW
from tests.library.shelf import shelve


def test_target_people_are_proposed_from_the_facets_of_the_asset(dora: Person) -> None:
    made = shelve("Field study", persona=["it", "security"], seniority="director", vertical="banking")
    rock = marking.mark(made, NOW.date(), by=dora, at=NOW)
    assert (rock.personas, rock.seniorities, rock.verticals) == (["it"], ["vp", "director"], ["banking"])


def test_sellers_may_not(bob: Person, rock: Story) -> None:
    with pytest.raises(Refused, match="Your role does not let you mark big rocks"):
        marking.mark(rock.other, NOW.date(), by=bob, at=NOW)
    with pytest.raises(Refused):
        marking.undo(Change.objects.latest("pk"), by=bob, at=NOW)


def test_an_asset_and_a_campaign_belong_to_one(alice: Person, rock: Story) -> None:
    with pytest.raises(NotPossible, match="is a big rock itself"):
        marking.mark(rock.guide, NOW.date(), by=alice, at=NOW)
    with pytest.raises(NotPossible, match="is a derivative of “The guide” already"):
        marking.mark(rock.leaflet, NOW.date(), by=alice, at=NOW)
    second = marking.mark(rock.other, NOW.date(), by=alice, at=NOW)
    with pytest.raises(NotPossible, match="is a derivative of “The guide” already"):
        marking.add_derivative(second, rock.leaflet, by=alice, at=NOW)
    with pytest.raises(NotPossible, match="amplifies “The guide” already"):
        marking.add_campaign(second, rock.campaign, by=alice, at=NOW)
    with pytest.raises(NotPossible, match="above nothing"):
        marking.spend(second, NOW.date(), "Gift", Decimal(0), "EUR", by=alice, at=NOW)


def test_removing_it_is_undone_with_all_that_belonged_to_it(alice: Person, rock: Story) -> None:
    marking.spend(rock.rock, date(2025, 11, 1), "Writing", Decimal(1000), "EUR", by=alice, at=NOW)
    removed = marking.unmark(rock.rock, by=alice, at=NOW)
    assert not BigRock.objects.filter(removed_at=None).exists()
    assert not Derivative.objects.exists()
    back = marking.undo(removed, by=alice, at=NOW)
    assert back.removed_at is None
    assert list(back.derivatives.values_list("asset", flat=True)) == [rock.leaflet.pk]
    assert list(back.amplifications.values_list("campaign", flat=True)) == [rock.campaign.pk]
    assert [(one.what, one.amount) for one in back.expenses.all()] == [("Writing", Decimal("1000.00"))]
    assert back.personas == ["finance"]
    assert AuditEntry.objects.filter(action="big rock changed").count() == 7


def test_only_the_last_change_is_undone(alice: Person, rock: Story) -> None:
    first, *_, last = rock.rock.changes.order_by("pk")
    with pytest.raises(NotPossible, match="undo the later change first"):
        marking.undo(first, by=alice, at=NOW)
    marking.undo(last, by=alice, at=NOW)
    with pytest.raises(NotPossible):
        marking.undo(last, by=alice, at=NOW)
    assert BigRock.objects.get().personas == []


def test_what_was_taken_by_another_meanwhile_stays_there(alice: Person, rock: Story) -> None:
    taken = marking.remove_derivative(rock.rock, rock.leaflet, by=alice, at=NOW)
    second = marking.mark(rock.other, NOW.date(), by=alice, at=NOW)
    marking.add_derivative(second, rock.leaflet, by=alice, at=NOW)
    with pytest.raises(NotPossible, match="is a derivative of “Other” already"):
        marking.undo(taken, by=alice, at=NOW)


def test_pieces_alike_in_text_or_title_are_proposed_with_the_reason(alice: Person) -> None:
    words = [f"word{place}" for place in range(400)]
    texts = {
        "Reconciliation without tears": words,
        "Short read": words[:200] + [f"own{place}" for place in range(40)],
        "Reconciliation without paper": [f"else{place}" for place in range(300)],
        "Stranger": [f"strange{place}" for place in range(300)],
    }
    assets = {title: shelve(title, pages=[" ".join(text)]) for title, text in texts.items()}
    for title, text in texts.items():
        remember(assets[title].versions.get(), likeness.of([" ".join(letters(text))]))
    rock = marking.mark(assets["Reconciliation without tears"], NOW.date(), by=alice, at=NOW)
    found = {one.name: one.reason for one in likely.derivatives(rock, alice)}
    assert set(found) == {"Short read", "Reconciliation without paper"}
    assert found["Short read"].startswith("About ")
    assert found["Reconciliation without paper"] == "Its title shares “reconciliation”, “without”."
    assert likely.searched_assets("strang", alice)[0].name == "Stranger"


def letters(text: list[str]) -> list[str]:
    """Words without numbers, which likeness would tear apart."""
    return ["".join(chr(97 + int(one)) if one.isdigit() else one for one in word) for word in text]


def test_campaigns_met_with_the_content_are_proposed(alice: Person, rock: Story) -> None:
    second = marking.mark(asset("Nothing alike", "nothing-alike"), NOW.date(), by=alice, at=NOW)
    assert likely.campaigns(second) == []
    assert [one.name for one in likely.searched_campaigns("spread")] == []
