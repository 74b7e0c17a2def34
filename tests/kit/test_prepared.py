"""A query whose SQL is made once gives what the query itself gives, whoever asks for what."""

import pytest
from django.db.models import Count

from sameside.kit.prepared import VALUE, IsOneOf, Prepared
from sameside.library.models import Asset
from sameside.people.models import AuditEntry, Person
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


def test_a_query_that_needs_more_than_its_columns_is_refused() -> None:
    for rows in (
        AuditEntry.objects.filter(pk=VALUE),
        Person.objects.get_queryset().filter(pk=1),
        Asset.objects.filter(pk=VALUE).annotate(pages=Count("versions__pages")),
    ):
        with pytest.raises(TypeError, match="cannot be prepared"):
            Prepared(rows)
