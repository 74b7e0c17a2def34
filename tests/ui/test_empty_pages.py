"""An empty page says what is missing, leads on those who may do it, and tells the others who can."""

from sameside.kit import snapshots
from sameside.people.models import Person
from tests.conftest import NOW, signed_in


def shown(person: Person, address: str) -> str:
    return signed_in(person).get(address).content.decode()


def test_hand_overs(alice: Person, fay: Person) -> None:
    assert "Choose a lead to hand over" in shown(alice, "/leads/handovers/")
    page = shown(fay, "/leads/handovers/")
    assert "Choose a lead to hand over" not in page
    assert "Marketers and administrators can do this." in page


def test_feedback_on_leads(alice: Person, bob: Person) -> None:
    assert "Choose a lead</a>" in shown(bob, "/leads/batches/")
    assert "Sellers, customer success and administrators can do this." in shown(alice, "/leads/batches/")


def test_reports_name_who_brings_the_input_in(alice: Person, bob: Person) -> None:
    snapshots.compute("conversations", at=NOW)
    assert "Open imports" in shown(alice, "/conversations/")
    assert "Marketers, editors and administrators can do this." in shown(bob, "/conversations/")


def test_for_a_partner(db: None) -> None:
    partner = Person.objects.create_user("partner@example.org", "a long enough password", name="P", role="partner")
    assert "Content that is opened to your company in particular" in shown(partner, "/library/team/")


def test_for_my_team(alice: Person, bob: Person, erik: Person, gus: Person) -> None:
    page = shown(bob, "/library/team/")
    assert "Nothing for your team yet" in page
    assert "marketers, editors and administrators can do that." in page
    assert "you do that under Access" in shown(alice, "/library/team/")
    assert "Administrators can put you into one." in shown(erik, "/library/team/")
    assert 'href="/people/"' in shown(gus, "/library/team/").partition('class="empty"')[2]
