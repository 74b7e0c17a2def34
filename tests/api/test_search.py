"""A program finds what the person of its token finds, and nothing else."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from sameside.library.models import Asset, Search
from sameside.library.usage import recorder
from sameside.people import tokens
from sameside.people.models import Person
from tests.library.shelf import deal, shelve


def ask(person: Person, scope: str = "see_library", **query: Any) -> Any:
    now = timezone.now()
    _, text = tokens.make(name="Script", scopes=[scope], expires_at=now + timedelta(days=1), by=person, at=now)
    return Client().get("/api/search", query, headers={"Authorization": f"Bearer {text}"})


def test_content_is_found_with_its_page_and_facets(bob: Person) -> None:
    recorder.clear()
    shelve("Ledger guide", pages=["Why", "The ledger <b>in detail"], vertical="banking")
    shelve("Ledger slides", pages=["ledger"], vertical="retail", format="pptx")
    answer = ask(bob, q="ledger detail vertical:banking").json()
    assert (answer["total"], answer["words"]) == (1, "ledger detail")
    assert answer["filters"] == [{"facet": "vertical", "value": "banking", "typed": "vertical:banking"}]
    (asset,) = answer["assets"]
    assert (asset["title"], asset["page"]["number"]) == ("Ledger guide", 2)
    assert "ledger <b>in detail" in asset["page"]["snippet"]
    assert answer["facets"]["vertical"]["banking"] == 1
    recorder.flush()
    assert list(Search.objects.values_list("query", "place")) == [("ledger detail vertical:banking", "api")]


def test_what_is_not_theirs_is_not_found(alice: Person, bob: Person) -> None:
    shelve("Secret ledger", pages=["ledger"], competitor="acme")
    Asset.objects.update(groups=["role:executive"])
    assert ask(bob, q="ledger").json()["total"] == 0
    assert ask(bob, q="ledger").json()["facets"].get("competitor", {}) == {}
    assert ask(bob, q="ledger", deal=deal(owner=alice).pk).status_code == 404


def test_a_token_needs_the_scope(bob: Person) -> None:
    assert ask(bob, "see_crm", q="ledger").status_code == 403
    assert Client().get("/api/search?q=x").status_code == 401


def test_hostile_calls_are_survived(bob: Person) -> None:
    for query in ({"q": "\x00"}, {"q": "x" * 9_000}, {"after": "nonsense"}, {"sort": "x"}, {"size": "-5"}):
        assert ask(bob, **query).status_code == 200
