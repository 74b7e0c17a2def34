"""What gives leads that wait somebody who may take them has them tried again at once; the sweep is the safety net."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from sameside.leads.clock import absences, changing
from sameside.leads.handover import answering
from sameside.leads.handover.handing import hand_over, withdraw
from sameside.leads.models import HandOver, Lead, Reason, RouteChange
from sameside.leads.routing import editing, routing
from sameside.leads.routing.editing import Draft, Gives
from sameside.people import membership
from sameside.people.models import Person, Team
from tests.conftest import NOW
from tests.leads.jobs import asked_for
from tests.leads.routing.routes import lead, qualified, route_to, seller

pytestmark = pytest.mark.django_db
SOON = ["leads.route_soon"]


@pytest.fixture
def after(django_capture_on_commit_callbacks: Callable[..., object]) -> Callable[[Callable[[], object]], list[str]]:
    """What is asked for after something was done and committed."""

    def done(work: Callable[[], object]) -> list[str]:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
            work()
        return asked_for()

    return done


@pytest.fixture
def waiting(db: None) -> Lead:
    kept = qualified()
    assert routing.route(kept, at=NOW) is None
    return kept.lead


def _draft(person: Person) -> Draft:
    return Draft("All", Gives.PERSON, [], members=[(person.pk, 1)])


def test_a_route_that_is_saved_or_taken_back(waiting: Lead, after, alice: Person, bob: Person) -> None:
    assert after(lambda: editing.save(None, _draft(bob), by=alice, at=NOW)) == SOON
    assert routing.try_again(at=NOW) == 1


def test_undoing_a_change_of_routes(waiting: Lead, after, alice: Person, bob: Person) -> None:
    made = editing.save(None, _draft(bob), by=alice, at=NOW)
    assert after(lambda: editing.undo(RouteChange.objects.get(pk=made.pk), by=alice, at=NOW)) == SOON


def test_an_absence_that_is_entered_or_taken_out(waiting: Lead, after, bob: Person) -> None:
    day = date(2026, 6, 1)
    assert after(
        lambda: absences.enter(bob, starts_on=day, ends_on=day, cover=None, note="", by=bob, at=NOW)
    ) == SOON  # fmt: skip


def test_how_many_somebody_takes(waiting: Lead, after, bob: Person) -> None:
    assert after(lambda: changing.set_place(bob, {"is_taking": False}, by=bob, at=NOW)) == SOON


@pytest.mark.parametrize("way", ["return", "withdraw"])
def test_a_hand_over_that_ends(waiting: Lead, after, alice: Person, bob: Person, way: str) -> None:
    made = hand_over(lead(), bob, by=None, at=NOW)
    reason = Reason.objects.get(key="no_need")
    verbs = {
        "return": lambda: answering.return_(made, reason, by=bob, at=NOW),
        "withdraw": lambda: withdraw(made, by=alice, at=NOW),
    }
    assert after(verbs[way]) == SOON


def test_accepting_frees_nobody(waiting: Lead, after, bob: Person) -> None:
    made = hand_over(lead(), bob, by=None, at=NOW)
    assert after(lambda: answering.accept(made, by=bob, at=NOW)) == []


def test_somebody_who_joins_a_team(waiting: Lead, after, gus: Person, sales: Team) -> None:
    cleo = seller("Cleo")
    route_to(gives="team", team=sales)
    assert routing.try_again(at=NOW) == 0
    assert after(
        lambda: membership.change_membership(cleo, role="seller", team=sales, by=gus, at=NOW)
    ) == SOON  # fmt: skip
    assert routing.try_again(at=NOW) == 1
    assert HandOver.objects.get().owner == cleo


def test_nothing_is_asked_for_where_none_waits(after, alice: Person, bob: Person) -> None:
    assert after(lambda: editing.save(None, _draft(bob), by=alice, at=NOW)) == []


def test_many_changes_ask_once(waiting: Lead, after, bob: Person) -> None:
    def work() -> None:
        for taking in (False, True, False):
            changing.set_place(bob, {"is_taking": taking}, by=bob, at=NOW)

    assert after(work) == SOON


def test_an_absence_that_ends_with_the_day_is_noticed_by_the_sweep(bob: Person) -> None:
    """Nobody does anything at midnight; the next try of the minute finds the owner back."""
    route_to(bob)
    absences.enter(bob, starts_on=NOW.date(), ends_on=NOW.date(), cover=None, note="", by=bob, at=NOW)
    assert routing.route(qualified(), at=NOW) is None
    assert routing.try_again(at=NOW + timedelta(hours=1)) == 0
    assert routing.try_again(at=NOW + timedelta(days=1)) == 1
