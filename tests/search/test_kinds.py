"""Who finds which companies, contacts, deals and leads: as the lists have it, in results and totals alike."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from sameside.crm.models import Company, Contact, Deal
from sameside.leads.models import Absence, Lead
from sameside.people.models import Organisation, Person, Team
from sameside.people.roles import Role
from sameside.retrieval.engine import Request
from sameside.search import kinds, readers
from tests.conftest import NOW, PASSWORD

SOURCE: dict[str, Any] = {"source": "test"}


def found(kind: str, words: str, person: Person) -> tuple[list[str], int]:
    """Titles and total that `person` gets."""
    one = kinds.by_name(kind)
    answer = readers.engine(kind).search(Request(words=words, groups=one.groups_of(person)))
    shown = one.show([hit.key for hit in answer.hits], person)
    return sorted(shown[hit.key].title for hit in answer.hits if hit.key in shown), answer.total


@pytest.fixture
def carol(sales: Team) -> Person:
    """Sells in bob's team."""
    return Person.objects.create_user("carol@example.com", PASSWORD, name="Carol", role=Role.SELLER, team=sales)


@pytest.fixture
def records(db: None, bob: Person, carol: Person) -> Company:
    acme = Company.objects.create(**SOURCE, external_id="1", name="Acme Holding", domain="acme.example")
    other = Person.objects.create_user("eve@example.com", PASSWORD, name="Eve", role=Role.SELLER)
    Contact.objects.create(
        **SOURCE, external_id="1", first_name="Anna", last_name="Meier", email="a.meier@acme.example", company=acme
    )
    for number, owner in enumerate((bob, carol, other, None), start=1):
        given: dict[str, Any] = {**SOURCE, "external_id": str(number), "owner": owner, "created_at": NOW}
        Deal.objects.create(**given, name=f"Rollout {number}", company=acme, stage="Discovery")
        Lead.objects.create(**given, last_name=f"Walker {number}", company_name="Acme Holding")
    return acme


def test_found_by_name_address_and_domain(records: Company, erik: Person) -> None:
    assert found("company", "acme", erik) == (["Acme Holding"], 1)
    assert found("contact", "meier acme", erik) == (["Anna Meier"], 1)
    assert found("contact", "a.meier@acme.example", erik) == (["Anna Meier"], 1)
    assert found("company", "acme.example", erik) == (["Acme Holding"], 1)


def test_sellers_find_their_teams_deals_and_also_nobodys_leads(records: Company, bob: Person) -> None:
    assert found("deal", "rollout", bob) == (["Rollout 1", "Rollout 2"], 2)
    assert found("lead", "walker", bob) == (["Walker 1", "Walker 2", "Walker 4"], 3)


def test_while_one_covers_for_somebody_their_leads_are_found(records: Company, bob: Person, carol: Person) -> None:
    """As in the list: neither before nor after, by nobody else, and not their deals."""
    eve, today = Person.objects.get(name="Eve"), timezone.localdate()
    absence = Absence.objects.create(
        person=eve, cover=bob, starts_on=today + timedelta(days=5), ends_on=today + timedelta(days=9),
        made_by=eve, made_at=NOW,
    )  # fmt: skip
    without = ["Walker 1", "Walker 2", "Walker 4"]
    assert found("lead", "walker", bob) == (without, 3)
    Absence.objects.update(starts_on=today - timedelta(days=3))
    assert found("lead", "walker", bob) == (["Walker 1", "Walker 2", "Walker 3", "Walker 4"], 4)
    assert sorted(map(str, Lead.objects.visible_to(bob))) == found("lead", "walker", bob)[0]
    assert found("lead", "walker", carol) == (without, 3)
    assert found("deal", "rollout", bob)[1] == 2
    Absence.objects.update(ends_on=today - timedelta(days=2))
    assert found("lead", "walker", bob) == (without, 3)
    Absence.objects.update(ends_on=absence.ends_on, cancelled_at=NOW)
    assert found("lead", "walker", bob) == (without, 3)


def test_cover_costs_one_statement_however_many_one_covers_for(
    records: Company, bob: Person, django_assert_num_queries: Any
) -> None:
    kind = kinds.by_name("lead")
    for number in range(30):
        away = Person.objects.create_user(f"a{number}@example.com", None, name=f"A{number}", role=Role.SELLER)
        Absence.objects.create(
            person=away, cover=bob, starts_on=date(2020, 1, 1), ends_on=date(2100, 1, 1), made_by=away, made_at=NOW
        )
    with django_assert_num_queries(3):  # the organisation, the team, the cover
        groups = kind.groups_of(bob)
    assert groups is not None
    assert len(groups) == 33


def test_where_sellers_see_everything_they_find_everything(records: Company, bob: Person) -> None:
    Organisation.objects.update(seller_scope=Organisation.SellerScope.EVERYONE)
    assert found("deal", "rollout", bob)[1] == found("lead", "walker", bob)[1] == 4


@pytest.mark.parametrize("kind", ["company", "contact", "deal", "lead"])
def test_editors_partners_and_persons_without_role_find_none(
    kind: str, records: Company, dora: Person, charlie: Person
) -> None:
    partner = Person.objects.create_user("p@example.com", PASSWORD, name="Paul", role=Role.PARTNER)
    for person in (dora, charlie, partner):
        assert found(kind, "acme", person) == ([], 0)


def test_a_deal_handed_to_a_colleague_is_found_by_them(records: Company, bob: Person) -> None:
    Deal.objects.filter(name="Rollout 3").update(owner=bob)
    assert found("deal", "rollout", bob)[1] == 3


def test_what_was_merged_or_deleted_in_its_source_is_gone(records: Company, erik: Person) -> None:
    other = Company.objects.create(**SOURCE, external_id="2", name="Acme Old", merged_into=records)
    assert found("company", "acme", erik) == (["Acme Holding"], 1)
    Company.objects.filter(pk=other.pk).update(merged_into=None)
    assert found("company", "acme", erik)[1] == 2
    Company.objects.filter(pk=other.pk).update(deleted_in_source=True)
    assert found("company", "acme", erik)[1] == 1
    Lead.objects.update(deleted_in_source=True)
    assert found("lead", "walker", erik) == ([], 0)


def test_a_renamed_company_renames_what_finds_its_deals(records: Company, erik: Person) -> None:
    Company.objects.filter(pk=records.pk).update(name="Zenith")
    assert found("deal", "zenith", erik)[1] == 4
    assert found("contact", "zenith", erik) == (["Anna Meier"], 1)
