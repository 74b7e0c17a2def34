"""Leads that were handed over here, and imports that repeat the owner of before, or bring another."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from sameside.connectors import undoing
from sameside.connectors.models import ImportRun
from sameside.leads.handover import handing
from sameside.leads.models import HandOver, Lead
from sameside.people.models import Person, Team
from sameside.people.roles import Role
from tests.connectors import exports

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "aside"]),
    pytest.mark.usefixtures("committed"),
]


def leads(owner: str, status: str = "Open - Not Contacted") -> list[list[str]]:
    header, lea, leo = (list(row) for row in exports.LEAD)
    place = header.index("OwnerId")
    leo[place], leo[header.index("Status")] = owner, status
    return [header, lea, leo]


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., ImportRun]:
    def again(owner: str, **more: str) -> ImportRun:
        files = {"User.csv": exports.USER, "Account.csv": exports.ACCOUNT, "Lead.csv": leads(owner, **more)}
        return exports.bring_in(exports.write(tmp_path / f"{ImportRun.objects.count()}", files))

    return again


@pytest.fixture
def erika(db: None) -> Person:
    team = Team.objects.create(name="Sales East", side=Team.Side.SALES)
    return Person.objects.create_user("erika@example.com", None, name="Erika", role=Role.SELLER, team=team)


def leo() -> Lead:
    return Lead.objects.get(external_id=exports.LEO)


def passes() -> list[tuple[str, str, bool]]:
    rows = HandOver.objects.filter(lead=leo()).order_by("number").select_related("owner")
    return [(row.owner.name, row.outcome, row.derived) for row in rows]


def test_an_import_that_repeats_the_queue_does_not_take_the_lead_from_its_owner(
    bring: Callable[..., ImportRun], erika: Person
) -> None:
    bring(exports.QUEUE)
    assert (leo().owner, passes()) == (None, [])
    handing.hand_over(leo(), erika, by=None, at=timezone.now())
    bring(exports.QUEUE, status="Open")
    assert (leo().owner, leo().status, passes()) == (erika, "Open", [("Erika", "", False)])


def test_an_import_that_repeats_the_former_owner_does_not_take_it_back(
    bring: Callable[..., ImportRun], erika: Person
) -> None:
    bring(exports.BOB)
    (bob_derived,) = HandOver.objects.filter(lead=leo())
    assert bob_derived.derived
    handing.reassign(bob_derived, erika, by=None, at=timezone.now())
    bring(exports.BOB, status="Working")
    assert leo().owner == erika
    assert [(outcome, derived) for _, outcome, derived in passes()] == [("reassigned", False), ("", False)]


def test_a_new_owner_in_the_crm_begins_a_hand_over_and_undoing_the_import_gives_the_former_one_back(
    bring: Callable[..., ImportRun], erika: Person
) -> None:
    bring(exports.QUEUE)
    handing.hand_over(leo(), erika, by=None, at=timezone.now() - timedelta(hours=1))
    run = bring(exports.BOB)
    bob = leo().owner
    assert bob is not None
    assert passes() == [("Erika", "reassigned", False), (bob.name, "", False)]
    undoing.ask(run, by=None, at=timezone.now(), queue=False)
    assert undoing.execute(run.pk).state == ImportRun.State.UNDONE
    assert leo().owner == erika
    assert passes()[2:] == [("Erika", "", False)]


def test_undoing_an_import_that_said_nothing_of_the_owner_leaves_the_owner(
    bring: Callable[..., ImportRun], erika: Person
) -> None:
    bring(exports.QUEUE)
    run = bring(exports.QUEUE, status="Open")
    handing.hand_over(leo(), erika, by=None, at=timezone.now())
    undoing.ask(run, by=None, at=timezone.now(), queue=False)
    assert undoing.execute(run.pk).state == ImportRun.State.UNDONE
    assert (leo().owner, leo().status) == (erika, "Open - Not Contacted")


def test_a_lead_that_the_crm_puts_into_a_queue_is_nobodys(bring: Callable[..., ImportRun], erika: Person) -> None:
    bring(exports.BOB)
    handing.reassign(HandOver.objects.get(lead=leo()), erika, by=None, at=timezone.now())
    bring(exports.QUEUE)
    assert leo().owner is None
    assert leo().not_routed.startswith("The CRM put it back into a queue.")
    assert [outcome for _, outcome, _ in passes()] == ["reassigned", "withdrawn"]


def test_what_was_rebuilt_is_no_obstacle_to_undoing_the_import(bring: Callable[..., ImportRun]) -> None:
    run = bring(exports.BOB)
    assert HandOver.objects.filter(derived=True).count() == 2
    undoing.ask(run, by=None, at=timezone.now(), queue=False)
    assert undoing.execute(run.pk).state == ImportRun.State.UNDONE
    assert (Lead.objects.count(), HandOver.objects.count()) == (0, 0)


def test_an_own_hand_over_stands_in_the_way_of_undoing(bring: Callable[..., ImportRun], erika: Person) -> None:
    run = bring(exports.QUEUE)
    handing.hand_over(leo(), erika, by=None, at=timezone.now())
    with pytest.raises(undoing.InTheWay, match="hand over recorded here belongs to its leads"):
        undoing.ask(run, by=None, at=timezone.now(), queue=False)
