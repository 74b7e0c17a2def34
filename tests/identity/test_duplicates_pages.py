"""The list of what may be the same, one pair side by side, the answers, and the merges with their undoing."""

from typing import Any

import pytest

from sameside.crm.models import Company
from sameside.identity.models import Duplicate, Merge
from tests.conftest import NOW, signed_in
from tests.identity.conftest import company, contact, deal, lead

pytestmark = pytest.mark.django_db


def pair(left: Any, right: Any, kind: str = "company", **fields: Any) -> Duplicate:
    fields = {"score": 0.99, "reasons": ["same domain acme.com", "but the country differs"], **fields}
    return Duplicate.objects.create(
        kind=kind,
        left_id=left.pk,
        right_id=right.pk,
        left_name=str(left),
        right_name=str(right),
        proposed_at=NOW,
        **fields,
    )


@pytest.fixture
def acmes(acme: Company, acme_again: Company) -> Duplicate:
    return pair(acme, acme_again)


def test_the_list_says_why(alice, acmes):
    page = signed_in(alice).get("/duplicates/").content.decode()
    assert "Acme Inc" in page
    assert "Very likely" in page
    assert "same domain acme.com" in page
    assert "the country differs" in page


def test_the_list_leaves_out_what_is_decided_unless_asked(alice, acmes):
    Duplicate.objects.update(state="rejected")
    client = signed_in(alice)
    assert "Nothing to decide" in client.get("/duplicates/").content.decode()
    assert "Acme Inc" in client.get("/duplicates/?state=rejected").content.decode()
    assert "Acme Inc" in client.get("/duplicates/?state=all&q=acme&certainty=very&kind=company").content.decode()


def test_the_list_costs_the_same_however_many_pairs_it_has(alice, acmes, django_assert_num_queries):
    client = signed_in(alice)
    client.get("/duplicates/")
    for number in range(20):
        pair(company(f"A{number}"), company(f"B{number}"))
    with django_assert_num_queries(3):
        client.get("/duplicates/")


def test_the_list_as_a_file(alice, acmes):
    answer = signed_in(alice).post("/duplicates/", {"export": "csv"})
    text = b"".join(answer).decode("utf-8-sig")
    assert text.splitlines()[1].startswith('Acme Inc,"ACME, Inc.",Companies,Very likely,')


def test_one_pair_side_by_side(alice, acme, acme_again, acmes):
    deal(acme_again)
    contact("Ada", "Fox", company=acme_again)
    page = signed_in(alice).get(f"/duplicates/{acmes.pk}/").content.decode()
    assert "1 deals" in page
    assert "1 contacts" in page
    assert 'name="keep" value="right" checked' in page
    assert 'name="take-country" value="right" checked' in page
    assert (
        'name="keep" value="left" checked'
        in signed_in(alice).get(f"/duplicates/{acmes.pk}/?keep=left").content.decode()
    )


def test_merging_with_chosen_values_and_undoing(alice, acme, acme_again, acmes):
    client = signed_in(alice)
    answer = client.post(
        f"/duplicates/{acmes.pk}/merge/", {"keep": "left", "take-country": "right", "take-name": "left"}
    )
    done = Merge.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/duplicates/?merged={done.pk}")
    acme.refresh_from_db()
    assert (acme.name, acme.country, acme.phone) == ("Acme Inc", "France", "+49 30 1234")
    assert "was merged into Acme Inc" in client.get(answer["Location"]).content.decode()
    assert "Merged from" in client.get(f"/crm/companies/{acme.pk}/").content.decode()
    answer = client.post(f"/duplicates/merges/{done.pk}/undoing/", {"next": f"/crm/companies/{acme.pk}/"})
    assert answer["Location"] == f"/crm/companies/{acme.pk}/"
    acme.refresh_from_db()
    acme_again.refresh_from_db()
    assert (acme.country, acme_again.merged_into) == ("Germany", None)
    page = client.get("/duplicates/merges/").content.decode()
    assert "Undone" in page
    assert "Alice" in page


def test_several_at_once(alice, acmes):
    other = pair(company("Beta"), company("Beta AG"))
    answer = signed_in(alice).post(
        "/duplicates/answers/", {"answer": "merge", "pair": [acmes.pk, other.pk]}, follow=True
    )
    assert "2 pairs merged." in answer.content.decode()
    assert Company.objects.unmerged().count() == 2


def test_not_the_same_later_and_again(alice, acmes):
    client = signed_in(alice)
    for answer, state in (("later", "later"), ("reject", "rejected"), ("reconsider", "proposed")):
        client.post("/duplicates/answers/", {"answer": answer, "only": acmes.pk})
        acmes.refresh_from_db()
        assert acmes.state == state
    assert (
        "Choose at least one pair"
        in client.post("/duplicates/answers/", {"answer": "merge"}, follow=True).content.decode()
    )
    assert client.post("/duplicates/answers/", {"answer": "drop", "only": acmes.pk}).status_code == 302


def test_a_pair_that_somebody_else_decided_meanwhile(alice, acmes):
    Duplicate.objects.update(state="rejected")
    answer = signed_in(alice).post(f"/duplicates/{acmes.pk}/merge/", {"keep": "left"}, follow=True)
    assert "This pair is decided already: not the same." in answer.content.decode()


def test_a_lead_is_linked_to_its_contact(alice, acme):
    ada, new = contact("Ada", "Fox", company=acme), lead("Ada", "Fox")
    found = pair(new, ada, "lead_contact")
    client = signed_in(alice)
    assert "Is this lead this contact?" in client.get(f"/duplicates/{found.pk}/").content.decode()
    client.post(f"/duplicates/{found.pk}/merge/")
    new.refresh_from_db()
    assert new.contact == ada


@pytest.mark.parametrize("who", ["bob", "dora", "erik", "fay"])
def test_who_may_not_merge_sees_none_of_it(request, who, acmes):
    client = signed_in(request.getfixturevalue(who))
    for address in ("/duplicates/", f"/duplicates/{acmes.pk}/", "/duplicates/merges/"):
        assert client.get(address).status_code == 403
    assert client.post("/duplicates/answers/", {"answer": "merge", "only": acmes.pk}).status_code == 403
    assert Merge.objects.count() == 0


def test_a_get_does_not_merge(alice, acmes):
    assert signed_in(alice).get(f"/duplicates/{acmes.pk}/merge/").status_code == 405


def test_an_answer_with_nonsense_for_the_way_back_leads_to_the_list(alice: Any) -> None:
    for way in ("0", "nonsense", "https://elsewhere.example/", "//elsewhere.example/"):
        answer = signed_in(alice).post("/duplicates/answers/", {"answer": "merge", "pair": "0", "next": way})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/duplicates/")
