"""Owners and dates of many assets by a file: looked at, applied, undone; refused lines come back with their reasons."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from sameside.library.models import Asset, Review, ReviewSheet
from sameside.library.refusals import NotPossible
from sameside.library.upkeep import reviews, sheet, sheets
from sameside.people.models import AuditEntry, Person
from sameside.people.policies import Refused
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve

LATER = timezone.localdate() + timedelta(days=200)


def body(response: Any) -> str:
    return b"".join(response.streaming_content).decode("utf-8-sig")


def brought(client: Client, text: str) -> str:
    file = SimpleUploadedFile("dates.csv", text.encode(), content_type="text/csv")
    response = client.post("/library/reviews/sheets/", {"file": file})
    assert response.status_code == 302, response.content
    return str(response["Location"])


def fresh(asset: Asset) -> Asset:
    return Asset.objects.select_related("owner").get(pk=asset.pk)


@pytest.fixture
def three(alice: Person) -> dict[str, Asset]:
    """Two assets of one title in different files, and one that alice owns."""
    return {
        "old": shelve("Price list", path="2025/prices.pdf"),
        "new": shelve("Price list", path="2026/prices.pdf"),
        "deck": shelve("=Deck", path="deck.pptx"),
    }


def test_nothing_changes_until_it_is_applied_and_undo_brings_all_back(
    three: dict[str, Asset], alice: Person, dora: Person
) -> None:
    Asset.objects.filter(pk=three["deck"].pk).update(owner=alice)
    text = (
        "Title;File;Owner e-mail;Verified until;Remark\n"
        f"Price list;2026/prices.pdf;dora@example.com;{LATER:%d.%m.%Y};checked\n"
        f"=Deck;;Dora@Example.com;{LATER};\n"
    )
    client = signed_in(alice)
    page = brought(client, text)
    shown = client.get(page).text
    assert "2 assets would change" in shown
    assert Review.objects.count() == 0
    assert fresh(three["new"]).owner is None
    assert "2 assets changed by Alice" in client.post(f"{page}application/", follow=True).text
    for name in ("new", "deck"):
        after = fresh(three[name])
        assert (after.owner, after.verified_until, after.verified_by) == (dora, LATER, alice)
    assert fresh(three["old"]).verified_until is None
    assert "everything is as it was before" in client.post(f"{page}undo/", follow=True).text
    assert [fresh(three[name]).owner for name in ("new", "deck")] == [None, alice]
    assert [(fresh(three[name]).verified_until, fresh(three[name]).verified_at) for name in ("new", "deck")] == [
        (None, None),
        (None, None),
    ]
    assert AuditEntry.objects.filter(action="library.sheet.brought").count() == 1


def test_what_was_exported_changes_nothing_when_it_comes_back(
    three: dict[str, Asset], alice: Person, dora: Person
) -> None:
    reviews.verify([three["old"].pk], until=LATER, by=alice, at=timezone.now())
    reviews.give([three["old"].pk, three["deck"].pk], dora, by=alice, at=NOW)
    client = signed_in(alice)
    text = body(client.post("/library/reviews/sheets/export/"))
    assert text.splitlines()[0] == "Link,Title,File,Owner,Owner e-mail,Verified until"
    assert "'=Deck" in text
    plan = sheet.plan(text, by=alice, at=timezone.now())
    assert (plan.steps, plan.refused, plan.unchanged) == ([], [], 3)
    mended = text.replace("Price list,2026/prices.pdf,,,", f"Price list,2026/prices.pdf,Dora,,{LATER}")
    page = brought(client, mended)
    client.post(f"{page}application/")
    assert fresh(three["new"]).owner == dora
    assert ReviewSheet.objects.get().assets == 1


def test_refused_lines_say_why_and_come_back_as_a_file(three: dict[str, Asset], alice: Person, bob: Person) -> None:
    retired = shelve("Gone", status="retired")
    slug = three["deck"].slug
    text = (
        "Link,Title,File,Owner,Owner e-mail,Verified until\n"
        f",Price list,,Alice,,\n"
        f"nowhere,,,Alice,,\n"
        f",Price list,2024/prices.pdf,Alice,,\n"
        f"{slug},,,Alice,,2020-01-01\n"
        f"https://sameside.example/library/{slug}/,,,,bob@example.com,\n"
        f"{retired.slug},,,,,{LATER}\n"
        f"{three['old'].slug},,,Nobody,,\n"
        f"{three['new'].slug},,,,,soon\n"
        f"{three['new'].slug},,,Alice,,\n"
        f"{three['new'].slug},,,,,{LATER}\n"
    )
    client = signed_in(alice)
    page = brought(client, text)
    rows = body(client.post(f"{page}errors/")).splitlines()
    reasons = [row.rsplit(",", 1)[-1] if '"' not in row else row.split('"')[-2] for row in rows]
    assert reasons == [
        "Why it was refused",
        "2 assets have this title: give the link.",
        "No asset has the link “nowhere”.",
        "No asset with this title has the file “2024/prices.pdf”.",
        "1 Jan 2020 has passed: choose a day to come.",
        "Bob may not edit the library, so could not answer for it.",
        "“Gone” is retired: restore it first.",
        "Nobody who may sign in is called “Nobody”.",
        "“soon” is not a day: write it as 2027-03-31.",
        "Line 10 is about the same asset.",
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "This file is empty."),
        ("Owner\nAlice\n", "No column names the assets: one must be called “Link” or “Title”."),
        ("Link,Language\nx,de\n", "No column to bring in"),
        ("PK\x03\x04\x00\x00", "This is not a CSV file."),
        ("Link,Owner\n" + "x,Alice\n" * 10_001, "more than 10,000 lines"),
    ],
)
def test_a_file_that_is_no_sheet_is_said(alice: Person, text: str, why: str) -> None:
    with pytest.raises(NotPossible, match=why.replace(".", r"\.")):
        sheets.bring("dates.csv", text.encode(), by=alice, at=NOW)
    assert not ReviewSheet.objects.exists()


def test_it_is_applied_once_and_not_undone_over_later_decisions(three: dict[str, Asset], alice: Person) -> None:
    text = f"Link,Owner\n{three['deck'].slug},Alice\n{three['old'].slug},Alice\n"
    made = sheets.bring("dates.csv", text.encode(), by=alice, at=NOW)
    with pytest.raises(NotPossible, match="not applied yet"):
        sheets.undo(made, by=alice, at=NOW)
    sheets.apply(made, by=alice, at=NOW)
    with pytest.raises(NotPossible, match="applied already"):
        sheets.apply(made, by=alice, at=NOW)
    reviews.retire([three["deck"].pk], by=alice, at=NOW)
    with pytest.raises(NotPossible, match="Something was decided about “=Deck” after that"):
        sheets.undo(made, by=alice, at=NOW)
    assert fresh(three["old"]).owner == alice


def test_planning_costs_the_same_however_many_lines(
    alice: Person, django_assert_num_queries: Any, three: dict[str, Asset]
) -> None:
    made = [shelve(f"Guide {number}") for number in range(12)]
    text = "Link,Title,Owner\n,=Deck,Alice\n" + "".join(f"{one.slug},,Alice\n" for one in made)
    with django_assert_num_queries(3):
        plan = sheet.plan(text, by=alice, at=NOW)
    assert len(plan.steps) == 13


def test_who_may_not_edit_the_library_brings_nothing(bob: Person, alice: Person, three: dict[str, Asset]) -> None:
    with pytest.raises(Refused):
        sheets.bring("dates.csv", b"Link,Owner\nx,Alice\n", by=bob, at=NOW)
    made = sheets.bring("dates.csv", b"Link,Owner\nx,Alice\n", by=alice, at=NOW)
    client = signed_in(bob)
    for place in ("", "export/", f"{made.pk}/", f"{made.pk}/application/", f"{made.pk}/undo/", f"{made.pk}/errors/"):
        assert client.post(f"/library/reviews/sheets/{place}").status_code == 403
