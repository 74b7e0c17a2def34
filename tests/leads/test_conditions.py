"""Conditions in forms: read the same in all three editors, shown and taken by name, and refused with a sentence."""

import json

import pytest
from django.http import QueryDict

from sameside.crm.models import Campaign, Company
from sameside.leads import choices, conditions, criteria
from sameside.leads.routing import asking
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.leads.agreed import agree


def _posted(field: str, how: str, values: str, **more: object) -> dict[str, object]:
    form = QueryDict(mutable=True)
    form.update({"3-field": field, "3-how": how, "3-values": values})
    return conditions.posted(form, "3", **more)  # type: ignore[arg-type]


@pytest.fixture
def webinar(alice: Person) -> Campaign:
    return Campaign.objects.create(source="t", external_id="C1", name="Spring webinar", kind="Webinar")


def test_one_value_a_line_each_once(db: None) -> None:
    assert _posted("country", "is", " Germany \nAustria\n\nGermany") == {
        "field": "country", "how": "is", "values": ["Germany", "Austria"],
    }  # fmt: skip


def test_another_field_is_asked_as_it_can_be(db: None) -> None:
    assert _posted("employees", "contains", "250")["how"] == "at_least"
    assert _posted("score", "contains", "40", fields=asking.FIELDS)["how"] == "at_least"
    assert _posted("password", "contains", "x")["how"] == "contains"


def test_a_campaign_is_kept_by_number_and_taken_by_name(webinar: Campaign) -> None:
    found = _posted("campaign", "is", f"Spring webinar\n{webinar.pk}\nNowhere")
    assert found["values"] == [str(webinar.pk), str(webinar.pk), "Nowhere"]
    assert conditions.problem_of(found) == "No campaign, or more than one, has this name: choose it from the list."
    Campaign.objects.create(source="t", external_id="C2", name="Spring webinar")
    assert _posted("campaign", "is", "Spring webinar")["values"] == ["Spring webinar"]


def test_what_cannot_be_is_said(db: None) -> None:
    assert conditions.problem_of(_posted("country", "is", "")) == "“Country is …” needs a value."
    assert "takes one number" in conditions.problem_of(_posted("employees", "at_least", "many"))
    assert conditions.problem_of(_posted("segment", "is", "x"), asking.read) == ""
    assert conditions.problem_of(_posted("country", "known", "")) == ""


def test_a_row_shows_what_the_values_are_called(webinar: Campaign) -> None:
    data = {"field": "campaign", "how": "is", "values": [str(webinar.pk)]}
    row = conditions.row(data, "0", names=conditions.names_of([data], NOW), known=False)
    assert json.loads(row.called) == {str(webinar.pk): "Spring webinar"}
    assert row.hows == [("is", "is"), ("is_not", "is not")]
    assert row.hint == f"{webinar.pk}: Spring webinar"
    assert len(row.fields) == len(criteria.FIELDS)


def test_values_are_found_by_a_part_of_their_name(webinar: Campaign, alice: Person, bob: Person) -> None:
    agree(alice, bob)
    for number, country in enumerate(("Germany", "Germany", "Norway", "")):
        Company.objects.create(source="t", external_id=f"O{number}", name=f"O{number}", country=country)
    client = signed_in(alice)

    def found(field: str, words: str) -> list[tuple[str, str, str]]:
        answer = client.get("/leads/values/", {"field": field, "q": words}).json()["values"]
        return [(one["value"], one["label"], one["note"]) for one in answer]

    assert found("campaign", "WEBI") == [(str(webinar.pk), "Spring webinar", "Webinar")]
    assert found("country", "ma") == [("Germany", "Germany", "")]
    assert found("segment", "bank") == [("dach-banks", "Banks in DACH", "")]
    assert found("channel", "webin") == [("webinar", "Webinar", "")]
    assert found("is_customer", "") == [("yes", "yes", ""), ("no", "no", "")]
    assert found("title", "chief") == []
    assert found("password", "") == []


def test_who_sees_no_leads_finds_no_values(charlie: Person, dora: Person) -> None:
    for person in (charlie, dora):
        assert signed_in(person).get("/leads/values/?field=campaign").status_code == 403


@pytest.mark.parametrize("at", ["agreement", "scoring", "routing"])
def test_every_editor_has_the_same_row(at: str, alice: Person, bob: Person) -> None:
    from tests.leads.agreement.drafts import drafted

    drafted(alice, bob)
    client = signed_in(alice)
    pages = {
        "agreement": lambda: client.get("/leads/agreement/draft/1/"),
        "scoring": lambda: client.post("/leads/scoring/draft/", {"do": "add:field", "lines": "0"}, follow=True),
        "routing": lambda: client.post("/leads/routing/new/", {"do": "add", "conditions": "0"}),
    }
    page = pages[at]().content.decode()
    assert 'data-condition="/leads/values/"' in page
    assert "data-condition-values" in page


def test_choices_are_few(alice: Person) -> None:
    for number in range(20):
        Campaign.objects.create(source="t", external_id=f"M{number}", name=f"Mailing {number}")
    assert len(choices.find("campaign", "mail", alice, at=NOW)) == 12
