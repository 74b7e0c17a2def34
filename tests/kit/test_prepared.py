"""A query whose SQL is made once gives what the query itself gives, whoever asks for what."""

import pytest
from django.db.models import Count, Value

from sameside.kit.prepared import VALUE, IsOneOf, Prepared, PreparedValues, place
from sameside.library.models import Asset
from sameside.people import audit
from sameside.people.models import AuditEntry, Person, Team
from tests.conftest import NOW
from tests.library.shelf import shelve

pytestmark = pytest.mark.django_db


def test_it_gives_the_row_asked_for(alice: Person, bob: Person) -> None:
    by_key = Prepared(Person.objects.get_queryset().filter(pk=VALUE))
    assert [by_key(alice.pk), by_key(bob.pk), by_key(0)] == [[alice], [bob], []]
    assert by_key(bob.pk)[0].__dict__.keys() == Person.objects.get(pk=bob.pk).__dict__.keys()
    assert by_key(bob.pk)[0].created_at == bob.created_at


def test_its_other_filters_stay(alice: Person, bob: Person) -> None:
    free, theirs, retired = shelve("Free"), shelve("Theirs"), shelve("Retired", status="retired")
    Asset.objects.filter(pk=theirs.pk).update(groups=[f"team:{alice.team_id}"])
    keys = [free.pk, theirs.pk, retired.pk]
    for person, titles in ((alice, {"Free", "Theirs", "Retired"}), (bob, {"Free"})):
        seen = Prepared(Asset.objects.visible_to(person).filter(IsOneOf("pk", VALUE)))
        assert {asset.title for asset in seen(keys)} == titles
        assert seen([]) == []


def test_it_joins_and_orders_as_the_query_does(alice: Person, bob: Person) -> None:
    team = Prepared(Person.objects.select_related("team").filter(team=place("team"), pk__gte=place("first")))
    ordinary = Person.objects.select_related("team").filter(team=bob.team_id, pk__gte=0)
    found = team(team=bob.team_id, first=0)
    assert found == list(ordinary)
    assert [one.team for one in found] == [bob.team] * len(found)
    assert "team" in found[0]._state.fields_cache
    assert team(team=bob.team_id, first=bob.pk + 1000) == []


def test_it_converts_and_adds_as_the_query_does(bob: Person, gus: Person) -> None:
    audit.record("lead.undone", by=gus, at=NOW, details={"event": 3})
    assert Prepared(AuditEntry.objects.filter(person=VALUE))(gus.pk)[0].details == {"event": 3}
    counted = Prepared(Team.objects.filter(pk=VALUE).annotate(size=Count("members")))
    assert [one.size for one in counted(bob.team_id)] == [Person.objects.filter(team=bob.team_id).count()]
    assert [counted.one(bob.team_id), counted.one(0)] == [bob.team, None]


def test_values_are_those_of_the_query(alice: Person, bob: Person, gus: Person) -> None:
    audit.record("lead.undone", by=gus, at=NOW, details={"event": 3})
    entries = PreparedValues(AuditEntry.objects.filter(person=VALUE).values_list("action", "details"))
    assert [tuple(one) for one in entries(gus.pk)] == [("lead.undone", {"event": 3})]
    assert entries(alice.pk) == []
    named = PreparedValues(Person.objects.get_queryset().filter(pk=place("person")).values_list("name", Value(7)))
    assert [tuple(one) for one in named(person=bob.pk)] == [("Bob", 7)]


def test_a_query_in_which_nothing_is_given_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot be prepared"):
        Prepared(Person.objects.get_queryset().filter(pk=1))
