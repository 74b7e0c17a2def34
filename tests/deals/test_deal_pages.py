from types import SimpleNamespace

import pytest

from sameside.attribution import crediting, material
from sameside.kit import snapshots
from sameside.people.models import AuditEntry, Organisation, Person
from tests.conftest import NOW, signed_in


def names(response: object) -> list[str]:
    return [row["name"].text for row in response.context["listing"].rows]  # type: ignore[attr-defined]


def test_the_deal_page_shows_conversations_people_stages_and_content(bob: Person, story: SimpleNamespace) -> None:
    snapshots.compute("suggestions", at=NOW)
    page = signed_in(bob).get(f"/deals/{story.platform.pk}/")
    states = [(step.kind.value, str(step.badge), step.is_next) for step in page.context["steps"]]
    assert states == [
        ("tailored_pov", "Succeeded", False),
        ("right_people", "Succeeded", False),
        ("relevant_meeting", "Open now", True),
        ("definition_of_success", "Not yet", False),
        ("tangible_value", "Not yet", False),
    ]
    shown = page.content.decode()
    assert all(
        words in shown for words in ("Vera Vogt", "Economic Buyer", "First call", "Shared", "€42,000", "1 Jul 2026")
    )
    assert [stage.name for stage in page.context["stages"]] == ["relevant_meeting", "right_people", "tailored_pov"]


def test_content_is_suggested_for_the_open_conversation_with_its_reason(bob: Person, story: SimpleNamespace) -> None:
    snapshots.compute("suggestions", at=NOW)
    page = signed_in(bob).get(f"/deals/{story.platform.pk}/")
    assert [(one.title, one.reason) for one in page.context["suggestions"]] == [
        (
            "Leitfaden Bank",
            "Made for banking; used in 1 such conversation, still open",
        ),
        ("Leitfaden", "Fits any vertical; not used in a relevant meeting conversation yet"),
    ]


def test_a_closed_deal_has_no_next_conversation_and_says_why_it_was_lost(bob: Person, story: SimpleNamespace) -> None:
    page = signed_in(bob).get(f"/deals/{story.lost.pk}/")
    shown = page.content.decode()
    assert page.context["upcoming"] is None
    assert "No budget" in shown
    assert "A lost deal is credited to nothing." in shown


def test_the_deal_page_shows_its_credit_by_model(bob: Person, story: SimpleNamespace) -> None:
    crediting.compute(12, material.load(NOW), at=NOW)
    rows = signed_in(bob).get(f"/deals/{story.platform.pk}/").context["credit"].rows
    assert rows == [{"channel": "Event", **dict.fromkeys(crediting.MODELS, 1.0)}]


def test_sellers_see_the_deals_of_their_team(bob: Person, alice: Person, story: SimpleNamespace) -> None:
    client = signed_in(bob)
    assert names(client.get("/deals/")) == ["Lost one", "Acme platform"]
    assert client.get(f"/deals/{story.secret.pk}/").status_code == 404
    assert client.get(f"/deals/{story.secret.pk}/activities/").status_code == 404
    assert names(signed_in(alice).get("/deals/")) == ["Lost one", "Secret", "Acme platform"]
    Organisation.objects.update(seller_scope=Organisation.SellerScope.EVERYONE)
    assert client.get(f"/deals/{story.secret.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=open", ["Secret", "Acme platform"]),
        ("state=lost", ["Lost one"]),
        ("state=won", []),
        ("stage=Needs+Analysis&vertical=banking&state=open", ["Secret", "Acme platform"]),
        ("vertical=retail", []),
        ("sort=amount", ["Acme platform", "Secret", "Lost one"]),
        ("sort=close_on&state=open", ["Secret", "Acme platform"]),
        ("company=0", []),
        ("state=nonsense&owner=x", ["Lost one", "Secret", "Acme platform"]),
    ],
)
def test_the_list_follows_the_address(alice: Person, story: SimpleNamespace, query: str, expected: list[str]) -> None:
    assert names(signed_in(alice).get(f"/deals/?{query}")) == expected


def test_the_export_holds_what_the_filters_leave_and_is_recorded(bob: Person, story: SimpleNamespace) -> None:
    response = signed_in(bob).post("/deals/?state=open", {"export": "csv"})
    lines = b"".join(response).decode().splitlines()  # type: ignore[call-overload]
    assert lines[0] == "Deal,Stage,State,Amount,Owner,Created,Closed or closes"
    assert len(lines) == 2
    assert lines[1].startswith("Acme platform (Acme),Needs Analysis,Open,42000.00,Bob,")
    assert AuditEntry.objects.get(action="export").details == {"filters": {"state": "open"}}


def test_activities_are_listed(bob: Person, story: SimpleNamespace) -> None:
    rows = signed_in(bob).get(f"/deals/{story.platform.pk}/activities/").context["listing"].rows
    assert [(str(row["kind"]), row["subject"], row["by"]) for row in rows] == [("Call", "First call", "Bob")]


def test_the_number_of_queries_does_not_grow(
    alice: Person, story: SimpleNamespace, django_assert_num_queries: object
) -> None:
    client = signed_in(alice)
    client.get("/deals/")
    with django_assert_num_queries(3):  # type: ignore[operator]
        client.get("/deals/")
    with django_assert_num_queries(12):  # type: ignore[operator]
        client.get(f"/deals/{story.platform.pk}/")


def test_no_deal_says_which_import_brings_them(alice: Person) -> None:
    assert "Opportunity.csv" in signed_in(alice).get("/deals/").content.decode()


def test_an_outsider_and_an_editor_are_refused(charlie: Person, dora: Person, story: SimpleNamespace) -> None:
    for person in (charlie, dora):
        assert signed_in(person).get("/deals/").status_code == 403
        assert signed_in(person).get(f"/deals/{story.platform.pk}/").status_code == 403
