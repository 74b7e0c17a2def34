"""The company's own words count at once, are decided on by those who edit the library, and can be taken back."""

import re

import pytest

from sameside.library import searching
from sameside.library.facets import Narrowing
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from sameside.search import synonyms
from sameside.search.models import Synonym
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve

URL = "/search/synonyms/"


def found(words: str, person: Person) -> list[str]:
    results = searching.search(words, Narrowing(), person, synonyms=synonyms.in_use())
    return sorted(asset.title for asset in results.assets)


def test_both_ways_and_one_way(db: None, alice: Person) -> None:
    synonyms.add(["TCO", "Total cost of ownership"], by=alice, at=NOW)
    synonyms.add(["deck", "slides"], by=alice, at=NOW, is_one_way=True)
    assert synonyms.in_use() == {
        "tco": ["total cost of ownership"],
        "total cost of ownership": ["tco"],
        "deck": ["slides"],
    }


def test_a_synonym_counts_at_once_and_no_longer_when_it_is_rejected(alice: Person, bob: Person) -> None:
    shelve("Ownership paper", pages=["The total cost of ownership over five years"])
    shelve("Other paper", pages=["Nothing of the kind"])
    assert found("zqx", bob) == []
    made = synonyms.add(["zqx", "total cost of ownership"], by=alice, at=NOW)
    assert found("zqx", bob) == ["Ownership paper"]
    synonyms.decide(made, "rejected", by=alice, at=NOW)
    assert found("zqx", bob) == []
    synonyms.undo(made, by=alice, at=NOW)
    assert found("zqx", bob) == ["Ownership paper"]


def test_every_change_is_audited(alice: Person) -> None:
    made = synonyms.add(["roi", "return"], by=alice, at=NOW)
    synonyms.edit(made, ["ROI", "return on investment"], by=alice, at=NOW, is_one_way=True)
    synonyms.undo(made, by=alice, at=NOW)
    made.refresh_from_db()
    assert (made.words, made.is_one_way) == (["roi", "return"], False)
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["search.synonym.added", "search.synonym.changed", "search.synonym.undone"]


NO_GROUPS = ([], ["roi"], ["roi", "ROI"], ["roi", "!!"], ["a", "x" * 81], [str(n) for n in range(13)])


@pytest.mark.parametrize("words", NO_GROUPS)
def test_what_is_no_group_of_synonyms(words: list[str], alice: Person) -> None:
    with pytest.raises(Refused):
        synonyms.add(words, by=alice, at=NOW)


def test_two_groups_are_never_the_same(alice: Person) -> None:
    one = synonyms.add(["a b", "c"], by=alice, at=NOW)
    other = synonyms.add(["d", "e"], by=alice, at=NOW)
    assert synonyms.add(["C", "a  b"], by=alice, at=NOW).pk == one.pk
    with pytest.raises(Refused):
        synonyms.edit(other, ["c", "A B"], by=alice, at=NOW, is_one_way=False)


def test_a_proposal_waits_and_a_rejection_stays(db: None, alice: Person) -> None:
    proposal = {"source": "title", "evidence": ["Titled so."], "weight": 2, "at": NOW}
    assert synonyms.propose(["TCO", "total cost of ownership"], **proposal)
    assert synonyms.in_use() == {}
    made = Synonym.objects.get()
    synonyms.decide(made, "rejected", by=alice, at=NOW)
    assert not synonyms.propose(["TCO", "total cost of ownership"], **proposal)
    assert Synonym.objects.get().state == "rejected"


def test_the_page(alice: Person, bob: Person) -> None:
    synonyms.propose(["TCO", "cost of ownership"], source="title", evidence=["Titled “TCO”."], weight=1, at=NOW)
    client = signed_in(alice)
    html = client.get(URL, {"add": "zqx"}).content.decode()
    assert "TCO = cost of ownership" in html
    assert "Titled “TCO”." in html
    assert 'value="zqx, "' in html
    made = Synonym.objects.get()
    answer = client.post(f"{URL}{made.pk}/acceptance/", follow=True).content.decode()
    assert "In use from now on: TCO = cost of ownership." in answer
    assert re.search(rf'action="{URL}{made.pk}/undo/"', answer)
    client.post(f"{URL}{made.pk}/undo/")
    assert Synonym.objects.get().state == "proposed"
    answer = client.post(f"{URL}addition/", {"words": "only one"}, follow=True).content.decode()
    assert "Name at least two" in answer
    assert client.get(f"{URL}{made.pk}/").status_code == 200
    client.post(f"{URL}{made.pk}/", {"words": "tco\ncost of owning", "one_way": "1"})
    assert str(Synonym.objects.get()) == "tco → cost of owning"


def test_sellers_do_not_change_the_companys_words(bob: Person) -> None:
    client = signed_in(bob)
    assert client.get(URL).status_code == 403
    assert client.post(f"{URL}addition/", {"words": "a, b"}).status_code == 403
