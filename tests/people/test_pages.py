"""The pages of people, teams, settings, roles and the audit log."""

import csv
import io
from pathlib import Path

import pytest

from sameside.people import audit, roles_page
from sameside.people.audit_views import in_words
from sameside.people.models import AuditEntry, Organisation, Person, Team
from tests.conftest import NOW, signed_in

SETTINGS = {
    "name": "Acme",
    "currency": "chf",
    "seller_scope": "everyone",
    "truth_window_days": "60",
    "truth_min_impressions": "3",
    "verified_for_months": "6",
    "search_words_days": "365",
}


def _csv(response) -> list[list[str]]:  # type: ignore[no-untyped-def]
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))


def test_the_list_costs_the_same_however_many_there_are(gus: Person, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(gus)
    for size in (3, 40):
        for number in range(size):
            Person.objects.create_user(f"p{size}-{number}@example.com", None, name=f"Person {number}")
        client.get("/people/")
        with django_assert_num_queries(3):
            assert client.get("/people/").status_code == 200


def test_the_list_is_narrowed_by_role_and_text(gus: Person, bob: Person, alice: Person) -> None:
    client = signed_in(gus)
    assert b"bob@example.com" in client.get("/people/?role=seller").content
    assert b"alice@example.com" not in client.get("/people/?role=seller").content
    assert b"alice@example.com" in client.get("/people/?q=ALI").content
    assert b"Nothing matches these filters" in client.get("/people/?q=nobody").content


def test_the_list_as_csv_is_recorded(gus: Person, bob: Person) -> None:
    response = signed_in(gus).post("/people/?role=seller", {"export": "csv"})
    assert _csv(response) == [
        ["Name", "E-mail", "Role", "Team", "Sign-in", "Last sign-in"],
        ["Bob", "bob@example.com", "Seller", "Sales North", "May sign in", ""],
    ]
    entry = AuditEntry.objects.get(action="export")
    assert (entry.person, entry.subject, entry.details) == (gus, "people", {"filters": {"role": "seller"}})


def test_a_seller_sees_persons_but_no_way_to_change_them(bob: Person, alice: Person) -> None:
    client = signed_in(bob)
    page = client.get(f"/people/{alice.pk}/").content
    assert b"Alice" in page
    assert b"Save" not in page
    assert b"What was recorded" not in page
    for noun in ("membership", "activation", "deactivation", "invitation"):
        assert client.post(f"/people/{alice.pk}/{noun}/").status_code == 403


def test_an_administrator_changes_role_and_team(gus: Person, bob: Person, marketing: Team) -> None:
    client = signed_in(gus)
    response = client.post(f"/people/{bob.pk}/membership/", {"role": "marketer", "team": marketing.pk}, follow=True)
    assert b"The role of Bob is changed." in response.content
    assert "role: seller → marketer; team: Sales North → Demand generation" in response.content.decode()


def test_the_last_administrator_reads_why_not(gus: Person) -> None:
    response = signed_in(gus).post(f"/people/{gus.pk}/deactivation/", follow=True)
    assert b"Gus is the only administrator who can sign in." in response.content


def test_changed_settings_are_recorded_with_before_and_after(gus: Person) -> None:
    response = signed_in(gus).post("/people/settings/", SETTINGS)
    assert response.status_code == 302
    organisation = Organisation.current()
    assert (organisation.name, organisation.currency, organisation.truth_window_days) == ("Acme", "CHF", 60)
    assert AuditEntry.objects.get(action="settings changed").details == {
        "name": ["My company", "Acme"],
        "currency": ["EUR", "CHF"],
        "seller_scope": ["team", "everyone"],
        "truth_window_days": [90, 60],
        "truth_min_impressions": [5, 3],
        "verified_for_months": [12, 6],
        "review_reminders": [True, False],
    }
    assert audit.first_broken() is None


@pytest.mark.parametrize(("key", "value"), [("currency", "euro"), ("truth_window_days", "0"), ("seller_scope", "x")])
def test_a_wrong_setting_changes_nothing(gus: Person, key: str, value: str) -> None:
    assert signed_in(gus).post("/people/settings/", {**SETTINGS, key: value}).status_code == 200
    assert Organisation.current().name == "My company"


def test_an_executive_may_not_change_settings(fay: Person) -> None:
    client = signed_in(fay)
    assert client.get("/people/settings/").status_code == 403
    assert client.post("/people/settings/", SETTINGS).status_code == 403


def test_a_team_is_added_and_renamed(gus: Person) -> None:
    client = signed_in(gus)
    client.post("/people/teams/new/", {"name": "Field", "side": "sales"})
    team = Team.objects.get(name="Field")
    client.post(f"/people/teams/{team.pk}/", {"name": "Field sales", "side": "sales"})
    assert AuditEntry.objects.get(action="team edited").details == {"name": ["Field", "Field sales"]}
    page = client.post("/people/teams/new/", {"name": "FIELD SALES", "side": "other"}).content
    assert b"There is a team with this name already." in page


def test_the_audit_log_shows_names_and_that_the_chain_holds(gus: Person, bob: Person) -> None:
    audit.record("role changed", by=gus, at=NOW, subject=f"Person:{bob.pk}", details={"role": ["", "seller"]})
    page = signed_in(gus).get("/people/audit/?action=role+changed").content.decode()
    assert "The chain holds" in page
    assert "role: none → seller" in page
    assert "Bob" in page


def test_the_audit_log_costs_the_same_however_long_it_is(gus: Person, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(gus)
    for size in (2, 60):
        for _ in range(size):
            audit.record("import", by=gus, at=NOW, subject=f"Person:{gus.pk}")
        client.get("/people/audit/")
        with django_assert_num_queries(4):
            assert client.get("/people/audit/").status_code == 200


def test_a_marketer_may_not_read_the_audit_log(alice: Person) -> None:
    assert signed_in(alice).get("/people/audit/").status_code == 403


def test_the_roles_page_and_its_documentation_say_the_same(bob: Person) -> None:
    page = signed_in(bob).get("/people/roles/").content
    assert b"read the audit log" in page
    written = Path(__file__).resolve().parents[2] / "docs" / "guides" / "roles.md"
    assert written.read_text() == roles_page.markdown(), "Run scripts/make-docs."


def test_a_long_list_of_records_is_counted_not_printed() -> None:
    files = [["a.csv", 12, 0, 1], ["b.csv", 3, 0, 0]]
    assert in_words({"run": 4, "files": files}) == "run: 4; files: 2"
    assert in_words({"role": ["seller", "admin"]}) == "role: seller → admin"
