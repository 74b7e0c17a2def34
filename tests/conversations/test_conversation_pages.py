"""The list of conversations and the editor of stages: who sees and who may change what."""

from datetime import timedelta

import pytest

from sameside.conversations.models import Conversation, StageMapping
from sameside.crm.models import Company, Deal, StageChange
from sameside.kit import snapshots
from sameside.people.models import AuditEntry, Person
from tests.conftest import NOW, signed_in


@pytest.fixture
def two(bob: Person, alice: Person) -> tuple[Deal, Deal]:
    """bob's open deal in banking, and one that somebody of another team lost in retail."""
    deals = []
    for number, (owner, vertical, state) in enumerate(((bob, "banking", "open"), (alice, "retail", "failed"))):
        company = Company.objects.create(source="t", external_id=str(number), name=f"Co {number}", vertical=vertical)
        deal = Deal.objects.create(
            source="t", external_id=str(number), name=f"Deal {number}", stage="Talks", company=company, owner=owner,
            created_at=NOW,
        )  # fmt: skip
        change = StageChange.objects.create(source="t", external_id=str(number), deal=deal, stage="Talks", at=NOW)
        Conversation.objects.create(
            deal=deal, kind="right_people", state=state, opened_at=NOW - timedelta(days=9 + number), opened_by=change,
            ended_at=None if state == "open" else NOW, owner=owner,
        )  # fmt: skip
        deals.append(deal)
    return deals[0], deals[1]


def _deals(person: Person, query: str = "") -> list[str]:
    listing = signed_in(person).get(f"/conversations/all/{query}").context["listing"]
    return [row["object"].deal.name for row in listing.rows]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Deal 0", "Deal 1"]),
        ("?state=failed", ["Deal 1"]),
        ("?kind=tailored_pov", []),
        ("?vertical=banking", ["Deal 0"]),
        ("?since=2026-05-23", ["Deal 0"]),
        ("?until=2026-05-22", ["Deal 1"]),
        ("?sort=-opened", ["Deal 1", "Deal 0"]),
    ],
)
def test_the_list_and_its_filters(two: tuple[Deal, Deal], fay: Person, query: str, names: list[str]) -> None:
    assert _deals(fay, query) == names


def test_filters_by_owner_and_team(two: tuple[Deal, Deal], fay: Person, bob: Person) -> None:
    assert _deals(fay, f"?owner={bob.pk}") == ["Deal 0"]
    assert _deals(fay, f"?team={bob.team_id}") == ["Deal 0"]


def test_a_seller_sees_the_teams_conversations(two: tuple[Deal, Deal], bob: Person) -> None:
    assert _deals(bob) == ["Deal 0"]


def test_an_editor_sees_no_conversations(two: tuple[Deal, Deal], dora: Person) -> None:
    assert signed_in(dora).get("/conversations/all/").status_code == 403


def test_the_list_costs_the_same_however_long(two: tuple[Deal, Deal], fay: Person, django_assert_num_queries) -> None:
    client = signed_in(fay)
    client.get("/conversations/all/")
    with django_assert_num_queries(3):
        client.get("/conversations/all/")
    change = StageChange.objects.first()
    Conversation.objects.bulk_create(
        Conversation(
            deal=two[0], kind="tailored_pov", attempt=n, state="open", opened_at=NOW, opened_by=change, owner=fay
        )
        for n in range(1, 60)
    )
    with django_assert_num_queries(3):
        client.get("/conversations/all/")


def test_the_export_has_the_filters_rows(two: tuple[Deal, Deal], fay: Person) -> None:
    response = signed_in(fay).post("/conversations/all/?state=failed", {"export": "csv"})
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0] == "Deal,Conversation,State,Attempt,Opened,Ended,Time,Owner"
    assert lines[1].startswith("Deal 1 (Co 1),Right people,Failed,1,")
    assert len(lines) == 2


@pytest.fixture
def stages(db: None) -> list[StageMapping]:
    return [
        StageMapping.objects.create(stage="Talks", kind="right_people", reason="The name tells.", position=0),
        StageMapping.objects.create(stage="Signed", closes="won", reason="All are won.", position=1),
    ]


def test_everyone_with_reports_sees_the_stages_and_only_an_administrator_the_form(
    two: tuple[Deal, Deal], stages: list[StageMapping], bob: Person, gus: Person
) -> None:
    snapshots.compute("conversations", at=NOW)
    read_only, form = (signed_in(one).get("/conversations/stages/").content.decode() for one in (bob, gus))
    assert "2 deals had “Right people” here. Moving on makes it succeed, going back makes it fail." in read_only
    assert "Administrators decide what a stage stands for." in read_only
    assert "<select" not in read_only
    assert "Confirm all 2 proposals" in form


def test_an_administrator_decides_a_stage(stages: list[StageMapping], gus: Person) -> None:
    client = signed_in(gus)
    response = client.post(f"/conversations/stages/{stages[0].pk}/meaning/", {"meaning": "lost"})
    assert response.status_code == 302
    stages[0].refresh_from_db()
    assert (stages[0].kind, stages[0].closes, stages[0].confirmed_by) == ("", "lost", gus)


def test_nonsense_is_refused_with_a_sentence(stages: list[StageMapping], gus: Person) -> None:
    client = signed_in(gus)
    page = client.post(f"/conversations/stages/{stages[0].pk}/meaning/", {"meaning": "chat"}, follow=True)
    assert "Choose one of the five conversations." in page.content.decode()
    page = client.post(f"/conversations/stages/{stages[0].pk}/meaning/", follow=True)
    assert "Choose what the stage stands for." in page.content.decode()
    stages[0].refresh_from_db()
    assert stages[0].confirmed_at is None


def test_an_administrator_confirms_all(stages: list[StageMapping], gus: Person) -> None:
    page = signed_in(gus).post("/conversations/stages/confirmation/", follow=True)
    assert "2 stages confirmed." in page.content.decode()
    assert StageMapping.objects.filter(confirmed_by=gus).count() == 2
    assert AuditEntry.objects.filter(action="stage.confirmed").count() == 1


def test_a_seller_may_not_decide(stages: list[StageMapping], bob: Person) -> None:
    client = signed_in(bob)
    assert client.post(f"/conversations/stages/{stages[0].pk}/meaning/", {"meaning": "won"}).status_code == 403
    assert client.post("/conversations/stages/confirmation/").status_code == 403
    assert StageMapping.objects.filter(confirmed_at=None).count() == 2
