"""From a deal or a lead the search begins with what fits it; what somebody may not see says nothing."""

import re
from typing import Any

import pytest
from django.http import QueryDict

from sameside.crm.models import Contact, Deal, DealContact
from sameside.leads.models import Lead
from sameside.library import context
from sameside.library.models import Search, Usage
from sameside.library.usage import recorder
from sameside.people.models import Person
from sameside.search.typed import Vocabulary
from tests.conftest import NOW, signed_in
from tests.library.shelf import deal, shelve

LINES = Vocabulary(values={"product_line": {"harbour suite": "harbour-suite", "ledger": "ledger"}})


def read(query: str, person: Person, vocabulary: Vocabulary = LINES) -> context.Context:
    return context.read(QueryDict(query), person, vocabulary)


@pytest.fixture
def about(bob: Person) -> Deal:
    made = deal("banking", "de", "definition_of_success", owner=bob)
    Deal.objects.filter(pk=made.pk).update(name="Ost AG: Harbour Suite roll-out")
    for place, department in enumerate(("it", "finance", "management", "finance")):
        contact = Contact.objects.create(source="test", external_id=str(place), last_name="C", department=department)
        DealContact.objects.create(
            source="test", external_id=str(place), deal=made, contact=contact, is_primary=department == "finance"
        )
    return made


def test_what_a_deal_says(about: Deal, bob: Person) -> None:
    found = read(f"deal={about.pk}", bob)
    assert found.facets == {
        "conversation": ("definition_of_success",),
        "vertical": ("banking",),
        "language": ("de",),
        "persona": ("finance", "it"),
        "product_line": ("harbour-suite",),
    }
    assert (found.name, found.url) == ("Ost AG: Harbour Suite roll-out", f"/deals/{about.pk}/")
    assert found.preferred == found.facets
    assert found.languages == ("de",)


def test_what_a_lead_says(bob: Person) -> None:
    lead = Lead.objects.create(
        source="test", external_id="l", last_name="Weber", vertical="retail", country="Austria", department="it",
        created_at=NOW, owner=bob,
    )  # fmt: skip
    assert read(f"lead={lead.pk}", bob).facets == {
        "conversation": ("tailored_pov",),
        "vertical": ("retail",),
        "language": ("de",),
        "persona": ("it",),
    }


def test_a_part_can_be_taken_out(about: Deal, bob: Person) -> None:
    found = read(f"deal={about.pk}&without=persona:finance&without=language:de&without=nonsense", bob)
    assert found.facets["persona"] == ("it",)
    assert "language" not in found.facets
    assert found.known["language"] == ("de",)


def test_only_what_fits_is_no_preference(about: Deal, bob: Person) -> None:
    assert read(f"deal={about.pk}&only=1", bob).preferred == {}


@pytest.mark.parametrize("query", ["deal={}", "deal=0", "deal=abc", "deal=²", "deal=" + "9" * 40, "lead=77"])
def test_what_is_not_theirs_says_nothing(query: str, alice: Person, bob: Person) -> None:
    other = deal("banking", owner=alice)
    found = read(query.format(other.pk), bob)
    assert not found.is_there
    assert found.facets == {}
    assert "not yours to see" in found.refused


def test_the_reason_in_words(about: Deal, bob: Person) -> None:
    found = read(f"deal={about.pk}", bob)
    has = {"vertical": ["banking"], "language": ["de"], "persona": ["finance", "it"], "conversation": ["right_people"]}
    assert context.why(found, has) == "made for banking · in German · for finance and IT"
    assert context.why(found, {}) == ""


def titles(html: str) -> list[str]:
    return re.findall(r'class="row-link" href="[^"]*">([^<]+)', html)


@pytest.fixture
def shelf(db: None) -> None:
    shelve("Retail story", pages=["success plan"], vertical="retail", language="en")
    facets = {"vertical": "banking", "conversation": "definition_of_success"}
    shelve("Bankenplan", pages=["success plan"], language="de", **facets)
    shelve("Bank paper", pages=["success plan"], vertical="banking", language="en")


def get(person: Person, **query: Any) -> str:
    response = signed_in(person).get("/library/", query)
    assert response.status_code == 200
    return response.content.decode()


def test_what_fits_comes_first_and_the_rest_stays(shelf: None, about: Deal, bob: Person) -> None:
    html = get(bob, deal=about.pk)
    assert titles(html) == ["Bankenplan", "Bank paper", "Retail story"]
    assert "For the definition of success conversation · made for banking · in German" in html
    assert "What fits it comes first." in html
    assert titles(get(bob, deal=about.pk, q="success plan"))[0] == "Bankenplan"


def test_only_these(shelf: None, about: Deal, bob: Person) -> None:
    without = ["persona:it", "persona:finance", "product_line:harbour-suite"]
    html = get(bob, deal=about.pk, only="1", without=without)
    assert "Bankenplan" not in titles(get(bob, deal=about.pk, only="1"))
    assert titles(html) == ["Bankenplan"]
    assert 'aria-checked="true"' in html
    assert "from this deal" in html


def test_somebody_elses_deal_is_said_and_ignored(shelf: None, alice: Person, bob: Person) -> None:
    html = get(bob, deal=deal("retail", owner=alice).pk)
    assert "not yours to see" in html
    assert "Company" not in html.split("<main")[1]


def test_the_search_and_what_it_led_to_belong_to_the_deal(shelf: None, about: Deal, bob: Person) -> None:
    recorder.clear()
    html = get(bob, deal=about.pk, q="success plan")
    link = re.search(r'class="row-link" href="([^"]+)"', html)
    assert link
    assert f"&amp;deal={about.pk}" in link[1]
    assert signed_in(bob).get(link[1].replace("&amp;", "&")).status_code == 200
    recorder.flush()
    search = Search.objects.get()
    assert (search.deal_id, search.place, search.query) == (about.pk, "library", "success plan")
    opened = Usage.objects.get(action="open")
    assert (opened.search_id, opened.position, opened.deal_id) == (search.pk, 1, about.pk)


def test_deal_and_lead_pages_lead_to_it(about: Deal, bob: Person) -> None:
    html = signed_in(bob).get(f"/deals/{about.pk}/").content.decode()
    assert f'href="/library/?deal={about.pk}"' in html
    assert f'<input type="hidden" name="deal" value="{about.pk}">' in html
