"""Whatever points where, and in whatever order merges follow each other: undoing them all gives back what was."""

from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sameside.crm.models import Campaign, Company
from sameside.identity import merging
from sameside.people.policies import Refused
from tests.conftest import NOW
from tests.identity.conftest import activity, company, contact, deal, lead, member, role, touch

pytestmark = pytest.mark.django_db
_TABLES = (
    "crm_company", "crm_contact", "leads_lead", "crm_deal", "crm_dealcontact", "crm_campaignmember", "crm_activity",
    "crm_touch",
)  # fmt: skip
_VALUES = st.sampled_from(["", "one", "two"])
_PLACE = st.integers(0, 3)
_CHOSEN = ("phone", "country", "language", "email", "title", "first_name")
_ROW = st.tuples(st.sampled_from(["deal", "role", "member", "activity", "touch", "lead"]), _PLACE, _PLACE, _PLACE)


def picture() -> dict[str, Any]:
    found = {}
    with connection.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"SELECT to_jsonb(t) FROM {table} t ORDER BY id")
            found[table] = cursor.fetchall()
    return found


def write(rows: Any, people: Any, leads: Any, companies: Any) -> None:
    campaign = Campaign.objects.create(source="t", external_id="K", name="Fair", channel="event")
    deals = [deal(companies[0])]
    for kind, a, b, c in rows:
        if kind == "deal":
            deals.append(deal(companies[a]))
        elif kind == "role":
            role(deals[a % len(deals)], people[b])
        elif kind == "member":
            member(campaign, contact=people[a], lead=leads[b])
        elif kind == "activity":
            activity(company=companies[a], contact=people[b], lead=leads[c])
        elif kind == "touch":
            touch(company=companies[a] if c else None, contact=people[b], lead=leads[c], current=a != 3)
        else:
            lead("Lea", "Lin", company=companies[a], contact=people[b])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(st.tuples(_VALUES, _VALUES, _VALUES), min_size=4, max_size=4),
    rows=st.lists(_ROW, max_size=12),
    steps=st.lists(
        st.tuples(st.sampled_from(["company", "contact", "lead"]), _PLACE, _PLACE, st.booleans()), max_size=6
    ),
    undone=st.randoms(use_true_random=False),
)
def test_merging_and_undoing_is_as_if_nothing_happened(django_db_blocker, gus, values, rows, steps, undone):
    from django.db import transaction

    with transaction.atomic():
        companies = [company(f"C{n}", phone=v[0], country=v[1], language=v[2]) for n, v in enumerate(values)]
        people = [contact(f"P{n}", v[0], email=v[1], company=companies[n]) for n, v in enumerate(values)]
        leads = [lead(f"L{n}", v[0], phone=v[2], title=v[1]) for n, v in enumerate(values)]
        write(rows, people, leads, companies)
        before = picture()
        of_kind = {"company": companies, "contact": people, "lead": leads}
        done = []
        for kind, one, other, chooses in steps:
            chosen = _CHOSEN if chooses else ()
            try:
                done.append(merging.merge(of_kind[kind][one], of_kind[kind][other], by=gus, at=NOW, chosen=chosen))
            except Refused:
                continue
        while done:
            pick = undone.choice(done)
            try:
                merging.undo(pick, by=gus, at=NOW)
            except Refused:
                continue
            done.remove(pick)
        assert picture() == before
        transaction.set_rollback(True)
    assert Company.objects.count() == 0
