"""Lists: what the address asks for is what page and file show; what it holds wrongly is ignored."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from sameside.kit.paging import Order
from sameside.kit.tables import Column
from sameside.people.models import AuditEntry, Person, Team
from sameside.people.policies import Refused
from sameside.ui import lists
from sameside.ui.cells import Badge
from sameside.ui.lists import Choice, Empty, Filter, ListSpec, Sort

SPEC = ListSpec(
    name="persons",
    columns=[Column("name", "Name"), Column("title", "Title"), Column("joined", "Joined", "date")],
    row=lambda person: {
        "name": person.name,
        "title": Badge(person.title, "info"),
        "joined": person.created_at,
        "link": f"/people/{person.pk}/",
    },
    filters=[
        Filter(
            "team",
            "Team",
            lambda rows, value: rows.filter(team__name=value),
            choices=lambda _person: [Choice("North", "North"), Choice("South", "South")],
        ),
        Filter("name", "Name", lambda rows, value: rows.filter(name__icontains=value), kind="text"),
        Filter("since", "Since", lambda rows, value: rows.filter(created_at__date__gte=value), kind="date"),
        Filter(
            "id", "Person", lambda rows, value: rows.filter(pk=value), kind="hidden", describe=lambda _: "one person"
        ),
    ],
    sorts=[Sort("name", "Name", Order("name")), Sort("joined", "Joined", Order("created_at", descending=True))],
    prefetch=lambda rows: rows.select_related("team"),
    size=3,
    empty=Empty("users", "Nobody yet", "Import your CRM to see who works here.", "/imports/", "Import"),
)


@pytest.fixture
def persons(alice: Person) -> None:
    north, south = Team.objects.create(name="North"), Team.objects.create(name="South")
    for place, name in enumerate(["Ada", "Bea", "Cleo", "Dan", "=Eve", "Flo"]):
        person = Person.objects.create_user(
            f"p{place}@example.com", name=name, title=f"Title {place}", team=north if place < 4 else south
        )
        Person.objects.filter(pk=person.pk).update(created_at=datetime(2026, 1, 1 + place, tzinfo=UTC))
    Person.objects.filter(pk=alice.pk).update(created_at=datetime(2025, 1, 1, tzinfo=UTC))


def ask(person: Person, address: str = "") -> HttpRequest:
    request = RequestFactory().get(f"/list/{address}")
    request.user = person
    return request


def names(person: Person, address: str = "") -> list[str]:
    return [row["name"] for row in lists.build(ask(person, address), Person.objects.all(), SPEC).rows]


def export(person: Person, address: str = "", **data: str) -> HttpResponse | StreamingHttpResponse:
    request = RequestFactory().post(f"/list/{address}", data or {"export": "csv"})
    request.user = person
    return lists.respond(request, Person.objects.all(), SPEC)


def lines(response: Any) -> list[str]:
    content: Iterator[bytes] = response.streaming_content
    return b"".join(content).decode().splitlines()


@pytest.mark.usefixtures("persons")
def test_filters_narrow_by_what_the_address_says(alice: Person) -> None:
    assert names(alice, "?team=South") == ["=Eve", "Flo"]
    assert names(alice, "?team=North&name=A&sort=-name") == ["Dan", "Bea", "Ada"]
    assert names(alice, "?since=2026-01-06") == ["Flo"]


@pytest.mark.usefixtures("persons")
@pytest.mark.parametrize(
    "address", ["?team=West", "?since=soon", "?sort=shoe", "?after=%00", "?before=bm9uc2Vuc2U", "?name=%00"]
)
def test_what_the_address_holds_wrongly_is_ignored(alice: Person, address: str) -> None:
    assert names(alice, address) == ["=Eve", "Ada", "Alice"]


@pytest.mark.usefixtures("persons")
def test_chips_remove_one_filter_and_forget_the_page(alice: Person) -> None:
    listing = lists.build(ask(alice, f"?team=North&id={alice.pk}&after=xyz&sort=joined"), Person.objects.all(), SPEC)
    assert [(chip.label, chip.text, chip.remove) for chip in listing.active] == [
        ("Team", "North", f"?id={alice.pk}&sort=joined"),
        ("Person", "one person", "?team=North&sort=joined"),
    ]


@pytest.mark.usefixtures("persons")
def test_headers_turn_the_order_around(alice: Person) -> None:
    by_name, title, joined = lists.build(ask(alice), Person.objects.all(), SPEC).headers
    assert (by_name.url, by_name.direction) == ("?sort=-name", "ascending")
    assert (title.url, title.direction) == ("", "")
    assert (joined.url, joined.direction) == ("?sort=joined", "")
    assert names(alice, "?sort=joined") == ["Flo", "=Eve", "Dan"]
    assert names(alice, "?sort=-joined") == ["Alice", "Ada", "Bea"]


@pytest.mark.usefixtures("persons")
def test_pages_lead_forwards_and_back(alice: Person) -> None:
    rows = Person.objects.all()
    first = lists.build(ask(alice, "?sort=joined"), rows, SPEC)
    second = lists.build(ask(alice, first.next), rows, SPEC)
    third = lists.build(ask(alice, second.next), rows, SPEC)
    back = lists.build(ask(alice, third.previous), rows, SPEC)
    assert [row["name"] for row in second.rows] == ["Cleo", "Bea", "Ada"]
    assert [row["name"] for row in third.rows] == ["Alice"]
    assert [row["name"] for row in back.rows] == ["Cleo", "Bea", "Ada"]
    assert (first.previous, third.next) == ("", "")


@pytest.mark.usefixtures("persons")
def test_the_number_of_queries_does_not_grow_with_the_rows(alice: Person, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        lists.respond(ask(alice), Person.objects.all(), SPEC, context={"title": "Persons"})


@pytest.mark.usefixtures("persons")
def test_the_file_holds_every_row_that_the_filters_leave_and_runs_no_formula(alice: Person) -> None:
    assert lines(export(alice, "?team=South")) == [
        "Name,Title,Joined",
        "'=Eve,Title 4,2026-01-05 00:00:00+00:00",
        "Flo,Title 5,2026-01-06 00:00:00+00:00",
    ]
    assert len(lines(export(alice))) == 8


@pytest.mark.usefixtures("persons")
def test_an_export_is_in_the_audit_log(alice: Person) -> None:
    export(alice, "?team=South")
    entry = AuditEntry.objects.get(action="export")
    assert (entry.person, entry.subject, entry.details) == (alice, "persons", {"filters": {"team": "South"}})


def test_who_has_no_role_gets_no_file(charlie: Person) -> None:
    with pytest.raises(Refused, match="export lists as CSV"):
        export(charlie)
    assert not AuditEntry.objects.filter(action="export").exists()


def test_an_unknown_export_is_refused(alice: Person) -> None:
    assert export(alice, export="xlsx").status_code == 400


def test_an_empty_list_says_what_is_missing(alice: Person) -> None:
    page = lists.respond(ask(alice), Person.objects.none(), SPEC, context={"title": "Persons"})
    assert isinstance(page, HttpResponse)
    text = page.content.decode()
    assert "Import your CRM to see who works here." in text
    assert '<a class="btn btn-primary" href="/imports/">Import</a>' in text


def test_cells_are_escaped(alice: Person) -> None:
    Person.objects.create_user("x@example.com", name="<script>alert(1)</script>", title="<b>")
    text = lists.respond(ask(alice), Person.objects.all(), SPEC, context={"title": "Persons"}).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
