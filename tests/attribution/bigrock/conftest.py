"""A guide launched on 1 December 2025, and a leaflet made of it.

Acme's deal (10,000) was won on day 62 after four touches: the guide with Cleo (a CFO), the leaflet with Dan (an
engineer), an event and an e-mail of the campaign that spreads the guide. Borealis' (1,000) was won before the launch
after the guide alone; its open deal (400) met the guide too. The campaign cost 3,100 from 1 to 31 December.
"""

from types import SimpleNamespace

import pytest

from sameside.attribution.bigrock import marking
from sameside.crm.models import Campaign, CampaignCost, Contact
from sameside.kit import snapshots
from sameside.people.models import Person
from tests.attribution.conftest import asset, at, company, credit, deal, lead, touch
from tests.conftest import NOW

Story = SimpleNamespace


@pytest.fixture
def rock(alice: Person, bob: Person) -> Story:
    acme, borealis = company("Acme"), company("Borealis")
    guide, leaflet, other = asset("The guide", "guide"), asset("A leaflet", "leaflet"), asset("Other", "other")
    cleo, dan, eve = (
        Contact.objects.create(
            company=of, last_name=name, department=department, seniority=seniority, source="test", external_id=name
        )
        for of, name, department, seniority in (
            (acme, "Cleo", "finance", "c-level"),
            (acme, "Dan", "engineering", "staff"),
            (borealis, "Eve", "finance", "vp"),
        )
    )
    campaign = Campaign.objects.create(name="Spread it", channel="paid-social", source="test", external_id="C9")
    CampaignCost.objects.create(
        campaign=campaign, day=at("2025-12-01").date(), until=at("2025-12-31").date(), amount="3100.00",
        amount_given="3100.00", source="test", external_id="K1",
    )  # fmt: skip
    touch(acme, "2025-12-05", "content-share", asset=guide, contact=cleo, person=bob)
    touch(acme, "2025-12-20", "content-share", asset=leaflet, contact=dan, person=bob)
    touch(acme, "2026-01-02", "event")
    touch(acme, "2026-01-03", "paid-social", campaign=campaign, contact=cleo, paid=True)
    touch(borealis, "2025-10-01", "content-share", asset=guide)
    touch(borealis, "2025-12-24", "content-share", asset=other, contact=eve)
    newcomer = lead(borealis, "2026-01-01")
    touch(borealis, "2026-01-05", "website", asset=guide, lead=newcomer)
    touch(borealis, "2026-01-06", "paid-social", campaign=campaign, contact=eve, paid=True)
    deals = SimpleNamespace(
        big=deal(acme, "Acme platform", "10000.00", won="2026-01-31", owner=bob),
        early=deal(borealis, "Borealis start", "1000.00", won="2025-11-01", owner=bob),
        open=deal(borealis, "Borealis more", "400.00", owner=bob),
    )
    made = marking.mark(guide, at("2025-12-01").date(), by=alice, at=NOW)
    marking.add_derivative(made, leaflet, by=alice, at=NOW)
    marking.add_campaign(made, campaign, by=alice, at=NOW)
    marking.aim(
        made, launched_on=made.launched_on, personas=["finance"], seniorities=[], verticals=[], by=alice, at=NOW
    )
    return SimpleNamespace(
        rock=made, guide=guide, leaflet=leaflet, other=other, campaign=campaign, deals=deals, cleo=cleo, acme=acme
    )


@pytest.fixture
def measured(rock: Story) -> Story:
    credit(12)
    snapshots.compute("big-rocks", at=NOW)
    rock.rock.refresh_from_db()
    return rock
