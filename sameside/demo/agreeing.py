"""What Tarnwick's marketing and sales agreed, and how its leads find their people: calendars, rule, routes, agreement.

Made by the same verbs as on the pages, by those who would do it, before the weeks in which leads are handed over here.
Nothing is made twice; without the cast nothing is made.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from sameside.demo.members import CAST, MEMBERS
from sameside.demo.times import HERE_DAYS
from sameside.leads.agreement import drafting, sealing, signing, terms
from sameside.leads.agreement.terms import Behaved, OnBreach, Segment, Service, Supply, Terms
from sameside.leads.clock import absences, changing, holidays
from sameside.leads.criteria import Condition
from sameside.leads.models import Agreement, Calendar, ScoreRule
from sameside.leads.routing import editing
from sameside.leads.routing.editing import Draft, Gives
from sameside.leads.scoring import rule as rules
from sameside.leads.scoring import versions
from sameside.leads.scoring.rule import BehaviourPoints, FieldPoints, Rule
from sameside.people.models import Person, Team
from sameside.people.roles import Role

RULE = Rule(
    (
        FieldPoints(25, Condition("seniority", "is", ("c-level", "vp"))),
        FieldPoints(15, Condition("seniority", "is", ("director",))),
        FieldPoints(10, Condition("vertical", "is", ("banking", "insurance", "manufacturing", "healthcare"))),
        FieldPoints(10, Condition("lead_source", "is", ("Customer Referral", "Webinar", "Event", "Partner"))),
        FieldPoints(10, Condition("employees", "at_least", ("250",))),
        BehaviourPoints(25, ("webinar", "event"), cap=40),
        BehaviourPoints(15, ("website", "content"), cap=30),
        BehaviourPoints(8, (), cap=24),
    )
)
DACH = ("Germany", "Austria", "Switzerland")
SEGMENTS = (
    Segment(
        "decision-makers",
        "Decision makers",
        fit=(Condition("seniority", "is", ("c-level", "vp", "director")),),
        behaved=(Behaved((), times=1, days=90),),
        must_be_known=("seniority",),
    ),
    Segment("dach", "DACH", fit=(Condition("country", "is", DACH),), min_score=30),
    Segment("everybody", "Everybody else", min_score=35),
)
FIRST = Terms(
    segments=SEGMENTS[1:],
    supply=(Supply(per="month", leads=550, acceptance=0.7, conversion=0.1, cost_per_lead=220.0),),
    service=(Service(accept_hours=16, attempt_hours=24, attempts=3, over_days=15, end_days=45),),
    on_breach=OnBreach(remind_at=(75,), escalate_hours=None),
    text="A first version, for one quarter. We look at it again when we know what we can keep.",
)
SECOND = Terms(
    segments=SEGMENTS,
    supply=(
        Supply(per="month", leads=650, acceptance=0.75, conversion=0.12, cost_per_lead=180.0),
        Supply("decision-makers", per="month", leads=400, acceptance=0.85, conversion=0.2),
    ),
    service=(
        Service(accept_hours=8, attempt_hours=12, attempts=4, over_days=10, channels={"call": 2}, end_days=30),
        Service("decision-makers", accept_hours=4, attempt_hours=6, attempts=6, over_days=10, end_days=30),
    ),
    on_breach=OnBreach(
        remind_at=(50, 75), escalate_hours=8, consequence="Three breaches in a month are looked at by both heads."
    ),
    text="Decision makers are answered the same day. Every lead ends with a reason, whatever it is.",
)
HOLIDAYS = """
{year}-01-01 New Year
{year}-05-01 Labour Day
{year}-12-24 Christmas Eve 9:00-12:00
{year}-12-25 Christmas Day
{year}-12-26 Boxing Day
"""
ISLES = ("United Kingdom", "Ireland")
NORTH = ("Sweden", "Netherlands")
AMERICAS = ("United States", "Canada")


def _person(title: str) -> Person | None:
    member = next((one for one in MEMBERS if one.title == title and one.is_active), None)
    return Person.objects.filter(email=member.email).first() if member else None


def _calendars(by: Person, today: date, at: datetime) -> None:
    office = [[["09:00", "12:30"], ["13:30", "18:00"]]] * 5 + [[], []]
    for name, zone in (("Europe", "Europe/Berlin"), ("Americas", "America/New_York")):
        changing.save_calendar(None, name=name, zone=zone, hours=office, by=by, at=at)
        text = "".join(HOLIDAYS.format(year=year) for year in (today.year, today.year + 1))
        calendar = Calendar.objects.get(name=name)
        changing.add_holidays(calendar, holidays.read_lines(text).days, by=by, at=at)
    americas = Calendar.objects.get(name="Americas")
    for person in Person.objects.filter(team__name="Sales Americas", is_active=True).order_by("pk"):
        changing.set_place(person, {"calendar": americas.pk}, by=by, at=at)


def _places(people: dict[Role, Person], today: date, at: datetime) -> None:
    """Some take only so many, and two are away: one with cover now, one without in two weeks."""
    by, hanna = people[Role.ADMIN], people[Role.SELLER]
    changing.set_place(hanna, {"capacity": 60, "per_day": 8}, by=by, at=at)
    colleagues = list(Person.objects.filter(team=hanna.team, is_active=True).exclude(pk=hanna.pk).order_by("pk"))
    if len(colleagues) > 2:
        away, other = colleagues[-1], colleagues[-2]
        absences.enter(
            away, starts_on=today - timedelta(days=3), ends_on=today + timedelta(days=8), cover=hanna,
            note="Parental leave", by=by, at=at,
        )  # fmt: skip
        absences.enter(
            other, starts_on=today + timedelta(days=14), ends_on=today + timedelta(days=18), cover=None,
            note="Trade fair", by=by, at=at,
        )  # fmt: skip
        changing.set_place(other, {"capacity": 25}, by=by, at=at)


def _rule(by: Person, at: datetime) -> ScoreRule:
    versions.keep_draft(rules.write(RULE)["lines"], "Agreed in the kick-off of both teams.", by=by, at=at)
    effect = versions.ask_for_effect(RULE, by=by, at=at)
    if effect.computed_at is None:
        versions.compute_effect(effect.pk, at=at)
    return versions.publish(by=by, at=at)


def _field(key: str, *values: str) -> dict[str, Any]:
    return {"field": key, "how": "is", "values": list(values)}


def _routes(people: dict[Role, Person], at: datetime) -> None:
    """Customers and named accounts go to who owns them, territories in turn, the rest by where it came from."""
    by, hanna = people[Role.ADMIN], people[Role.SELLER]
    teams = {team.name: team for team in Team.objects.all()}
    north = list(Person.objects.filter(team=hanna.team, is_active=True).exclude(pk=hanna.pk).order_by("pk"))
    development = teams["Sales Development"].pk
    drafts: Sequence[Draft] = (
        Draft("Customers go to who knows them", Gives.ACCOUNT_OWNER, [_field("is_customer", "yes")]),
        Draft(
            "Named accounts", Gives.ACCOUNT_OWNER,
            [{"field": "employees", "how": "at_least", "values": ["1000"]}],
        ),
        Draft(
            "United Kingdom and Ireland", Gives.ROUND_ROBIN, [_field("country", *ISLES)],
            members=[(hanna.pk, 3), *((one.pk, weight) for one, weight in zip(north, (2, 1), strict=False))],
        ),
        Draft(
            "Rest of the north", Gives.ROUND_ROBIN, [_field("country", *NORTH)],
            members=[(one.pk, 1) for one in north],
        ),
        Draft("DACH", Gives.TEAM, [_field("country", *DACH)], team_id=teams["Sales DACH"].pk),
        Draft("Americas", Gives.TEAM, [_field("country", *AMERICAS)], team_id=teams["Sales Americas"].pk),
        Draft("South", Gives.TEAM, [_field("country", "France", "Spain")], team_id=teams["Sales South"].pk),
        Draft(
            "All others, by their source", Gives.TEAM,
            [_field("lead_source", "Web", "Email", "Paid Search", "Webinar", "Event")],
            team_id=development,
        ),
    )  # fmt: skip
    for draft in drafts:
        editing.save(None, draft, by=by, at=at)


def _sized(said: Terms, leads: int) -> Terms:
    """What marketing commits to is as large as the company: for a thousand leads in these weeks as written above."""
    share = max(leads, 1) / 1_000
    supply = tuple(replace(one, leads=max(round((one.leads or 0) * share), 5)) for one in said.supply)
    return replace(said, supply=supply)


def _agree(said: Terms, heads: tuple[Person, Person], rule: ScoreRule, begins: date, note: str, at: datetime) -> None:
    marketing, sales = heads
    escalating = replace(said.on_breach, escalate_to=(sales.pk,)) if said.on_breach.escalate_hours else said.on_breach
    content = drafting.Content(
        drafting.TITLE, terms.write(replace(said, on_breach=escalating)), rule.pk, marketing.pk, sales.pk, begins,
        begins + timedelta(days=90), note,
    )  # fmt: skip
    last = Agreement.objects.filter(agreed_at__isnull=False).order_by("-number").first()
    draft = drafting.begin(content, based_on=last, by=marketing, at=at)
    drafting.save(draft, content, by=marketing, at=at)
    for hours, head in enumerate(heads, 1):
        current = Agreement.objects.select_related("score_rule").get(pk=draft.pk)
        seen = sealing.digest(current)
        signing.sign(current, name=head.name, seen=seen, by=head, at=at + timedelta(hours=5 * hours))


@transaction.atomic
def agree(*, today: date, at: datetime, leads: int) -> bool:
    """Make it all; False where it is there already or somebody is missing. `leads`: how many came in these weeks."""
    people = {role: Person.objects.filter(email=member.email).first() for role, member in CAST.items()}
    present = {role: person for role, person in people.items() if person is not None}
    sales = _person("Chief Revenue Officer")
    if Agreement.objects.exists() or len(present) < len(people) or sales is None:
        return False
    began = at - timedelta(days=160)
    _calendars(present[Role.ADMIN], today, began)
    _places(present, today, at - timedelta(days=5))
    rule = _rule(present[Role.ADMIN], began + timedelta(days=1))
    _routes(present, began + timedelta(days=2))
    heads = (present[Role.MARKETER], sales)
    _agree(
        _sized(FIRST, leads), heads, rule, today - timedelta(days=150), "The first version.", began + timedelta(days=4)
    )
    begins = today - timedelta(days=HERE_DAYS)
    note = "Decision makers get a segment and a faster answer; 16 hours to accept were too many."
    _agree(_sized(SECOND, leads), heads, rule, begins, note, at - timedelta(days=HERE_DAYS + 6))
    return True
