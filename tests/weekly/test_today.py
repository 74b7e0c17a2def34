"""Today: each role sees first what it should do first; a fresh installation says how to begin."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from sameside.conversations.models import Kind, StageMapping
from sameside.crm.models import Deal
from sameside.deals import suggestions
from sameside.deals.suggestions import Place
from sameside.kit import snapshots
from sameside.people.models import Organisation, Person
from sameside.weekly import overview, readiness, report, today
from tests.conftest import NOW, signed_in
from tests.weekly.story import Story


def _data() -> dict[str, object]:
    return report.compute_today({}, NOW)


def _all_snapshots(at: datetime = NOW) -> None:
    for name in ("content", "leads", "conversations", "suggestions", "today", "week"):
        snapshots.compute(name, at=at)


def test_a_seller_sees_who_waits_longest(story: Story, bob: Person) -> None:
    story.lead("Young Lead", bob, created=0.5)
    story.lead("Old Lead", bob, created=10)
    story.lead("Tried Lead", bob, created=20, fate="worked", tried=3)
    seen = today.seller(bob, NOW, _data())
    assert [(lead.name, lead.days, lead.tone) for lead in seen.leads] == [
        ("Old Lead", 10.0, "bad"),
        ("Young Lead", 0.5, "neutral"),
    ]
    assert (seen.leads_waiting, seen.mine) == ("2", True)


def test_a_seller_whom_nobody_waits_for_sees_the_teams(story: Story, bob: Person) -> None:
    mate = Person.objects.create_user("mia@example.com", None, name="Mia", role="seller", team=bob.team)
    other = Person.objects.create_user("olga@example.com", None, name="Olga", role="seller")
    story.lead("Mia's Lead", mate, created=2)
    story.lead("Olga's Lead", other, created=2)
    seen = today.seller(bob, NOW, _data())
    assert [(lead.name, lead.owner) for lead in seen.leads] == [("Mia's Lead", "Mia")]
    assert seen.mine is False


def test_a_team_scope_hides_other_teams_even_when_asked_for(story: Story, bob: Person) -> None:
    other = Person.objects.create_user("olga@example.com", None, name="Olga", role="seller")
    story.deal("Olga's", story.company(), other)
    assert today.next_steps(Deal.objects.visible_to(bob), by=bob, at=NOW) == []
    Organisation.objects.update(seller_scope="everyone")
    assert [step.name for step in today.next_steps(Deal.objects.visible_to(bob), by=bob, at=NOW)] == ["Olga's"]


def test_a_deal_comes_with_its_conversation_and_content_for_it(story: Story, bob: Person) -> None:
    acme = story.company()
    good, poor = story.asset("Point of view", Kind.TAILORED_POV, "banking"), story.asset("Old deck", Kind.TAILORED_POV)
    for number in range(4):
        before = story.deal(f"Before {number}", acme, bob, won=20)
        story.conversation(before, Kind.TAILORED_POV, opened=60, succeeded=40)
        story.use(good, before, bob, days=50)
    lost = story.deal("Lost", acme, bob, lost=20)
    story.conversation(lost, Kind.TAILORED_POV, opened=60, failed=40)
    story.use(poor, lost, bob, days=50)
    deal = story.deal("Now", acme, bob, closes=-10)
    story.conversation(deal, Kind.TAILORED_POV, opened=3)
    snapshots.compute("suggestions", at=NOW)
    step = today.seller(bob, NOW, _data()).deals[0]
    assert (step.name, step.conversation, step.open_days) == ("Now", "Tailored point of view", 3.0)
    assert step.outcome == "a written point of view for this customer"
    assert [(one.title, one.reason) for one in step.content] == [
        (
            "Point of view",
            "Made for banking; used in 4 such conversations, 4 of 4 ended well; average 80 %",
        ),
        ("Old deck", "Fits any vertical; used in 1 such conversation, 0 of 1 ended well; average 80 %"),
    ]


def test_retired_content_is_not_suggested(story: Story, bob: Person) -> None:
    asset = story.asset("Point of view", Kind.TAILORED_POV, "banking")
    snapshots.compute("suggestions", at=NOW)
    place = Place(1, "tailored_pov", "banking", "de")
    assert [one.title for one in suggestions.for_places([place], by=bob)[1]] == ["Point of view"]
    asset.status = "retired"
    asset.save()
    assert suggestions.for_places([place], by=bob) == {1: []}


def test_before_the_first_computation_nothing_is_suggested(db: None, bob: Person) -> None:
    assert suggestions.for_places([Place(1, "tailored_pov", "", "")], by=bob) == {1: []}


def test_a_deal_whose_date_has_passed_says_so(story: Story, bob: Person) -> None:
    story.deal("Late", story.company(), bob, closes=1)
    step = today.next_steps(Deal.objects.visible_to(bob), by=bob, at=NOW)[0]
    assert (step.close_on, step.is_late) == (date(2026, 5, 31), True)


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "0 minutes"), (1 / 1440, "1 minute"), (0.3, "7 hours"), (1, "1 day"), (1.99, "1 day"), (1234, "1,234 days")],
)
def test_a_span_is_said_in_one_unit(days: float, words: str) -> None:
    assert today.span(days) == words


def test_a_marketer_sees_the_own_campaigns_first(story: Story, alice: Person, bob: Person) -> None:
    mine, other = story.campaign("Mine", alice), story.campaign("Other")
    story.lead("A B", bob, created=3, campaign=mine)
    for number in range(3):
        story.lead(f"C {number}", bob, created=3, campaign=other)
    story.search("basel iv", bob, days=20)
    snapshots.compute("leads", at=NOW)
    seen = today.marketer(alice, _data())
    assert [(row["name"], row["leads"], row["untouched"]) for row in seen.campaigns] == [("Mine", 1, 1)]
    assert seen.mine is True
    assert [one["query"] for one in seen.zero_searches] == ["basel iv"]
    everybody = today.marketer(bob, _data())
    assert [row["name"] for row in everybody.campaigns] == ["Other", "Mine"]
    assert everybody.mine is False


def test_success_sees_whose_year_comes_round(story: Story, erik: Person, bob: Person) -> None:
    story.deal("Soon", story.company("Soon Ltd"), bob, amount=300, created=400, won=350)
    story.deal("Recent", story.company("Recent Ltd"), bob, created=400, won=30)
    renewals = today.success(erik, NOW).renewals
    assert [(one.name, one.amount, one.days) for one in renewals] == [("Soon Ltd", Decimal(300), 15)]


def test_the_overview_puts_successful_conversations_in_the_centre(story: Story, bob: Person) -> None:
    acme = story.company()
    for days in (1, 2, 9):
        story.conversation(story.deal(f"Deal {days}", acme, bob), Kind.TAILORED_POV, opened=20, succeeded=days)
    seen = overview.build(_data())
    assert (seen.succeeded, seen.trend, seen.tone) == (2, "+1", "good")
    assert list(seen.week_values) == [0] * 24 + [1, 2]
    assert seen.pipeline == {"deals": 3, "amount": 3000.0}


def test_the_parts_of_a_bar_fill_it() -> None:
    parts = overview.segments([("Used", 3, "good", "/a/"), ("Not found", 1, "bad", "/b/")])
    assert [(part.label, part.share, part.x, part.width) for part in parts] == [
        ("Used", 0.75, "0.00", "75.00"),
        ("Not found", 0.25, "75.00", "25.00"),
    ]
    assert overview.segments([("Used", 0, "good", "/a/")]) == []


def test_a_fresh_installation_tells_the_administrator_how_to_begin(gus: Person) -> None:
    page = signed_in(gus).get("/").content.decode()
    assert "Bring in your CRM" in page
    assert "sameside import salesforce FOLDER" in page
    assert "Bring in your content" in page


def test_a_fresh_installation_asks_the_others_for_patience(bob: Person) -> None:
    page = signed_in(bob).get("/").content.decode()
    assert "An administrator brings in the CRM and the content." in page
    assert "sameside import" not in page


def test_what_is_not_configured_is_said(story: Story, gus: Person, charlie: Person) -> None:
    story.deal("One", story.company(), gus)
    StageMapping.objects.create(stage="Qualification", kind=Kind.RIGHT_PEOPLE)
    done = {step.title: step.done for step in readiness.look(steps=True).steps}
    assert done == {
        "Bring in your CRM": True,
        "Bring in your content": False,
        "Confirm how stages become conversations": False,
        "Confirm the facets of your content": True,
        "Give people their roles": False,
        "Let use be recorded": False,
    }


@pytest.mark.parametrize(
    ("name", "queries", "says"),
    [
        ("bob", 15, "Leads waiting for you"),
        ("alice", 10, "What became of"),
        ("dora", 7, "What nobody finds"),
        ("erik", 11, "Their year comes round"),
        ("fay", 6, "Successful conversations"),
        ("gus", 10, "To set up"),
    ],
)
def test_each_role_has_its_page_at_a_fixed_cost(  # type: ignore[no-untyped-def]
    name: str, queries: int, says: str, story: Story, request, django_assert_num_queries
) -> None:
    person = request.getfixturevalue(name)
    acme = story.company(owner=person)
    client = signed_in(person)
    for size in (2, 20):
        story.now = timezone.now()
        for number in range(size):
            deal = story.deal(f"Deal {number}", acme, person)
            story.conversation(deal, Kind.TAILORED_POV, opened=5)
            story.lead(f"Lead {number}", person, created=2)
            story.asset(f"Asset {size} {number}", Kind.TAILORED_POV, "banking")
            story.deal("Won", acme, person, created=400, won=350)
        _all_snapshots(story.now)
        client.get("/")
        with django_assert_num_queries(queries):
            page = client.get("/").content.decode()
        assert says in page


def test_an_editor_reads_no_lead_figures(story: Story, dora: Person) -> None:
    story.lead("A B", None, created=3, campaign=story.campaign("Webinar"))
    _all_snapshots()
    page = signed_in(dora).get("/").content.decode()
    assert "became of" not in page
    assert "Webinar" not in page


def test_somebody_without_a_role_is_refused(charlie: Person) -> None:
    assert signed_in(charlie).get("/").status_code == 403
