"""The whole story before it is written: every part drawn from one seed, each from a stream of its own.

The parts are made when they are first asked for, so that the companies and deals can be written while the rest is not
yet drawn; asked for in whatever order, and in whatever process, they come out the same.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from sameside.demo import activities as activity_plan
from sameside.demo import assets as asset_plan
from sameside.demo import campaigns as campaign_plan
from sameside.demo import companies as company_plan
from sameside.demo import deals as deal_plan
from sameside.demo import leads as lead_plan
from sameside.demo import memberships as membership_plan
from sameside.demo import times
from sameside.demo import usage as usage_plan
from sameside.demo.activities import Activities
from sameside.demo.assets import Asset
from sameside.demo.campaigns import Campaign
from sameside.demo.companies import Companies, Contacts
from sameside.demo.deals import Deals
from sameside.demo.leads import Leads
from sameside.demo.memberships import BuyingGroups, Memberships
from sameside.demo.usage import Usage

COMPANIES, LEADS, DEALS, ASSETS, TOUCHES = 3_000, 20_000, 4_000, 400, 500_000


@dataclass(frozen=True)
class Plan:
    """Two years that end at the midnight which begins `today`."""

    seed: int
    scale: float
    today: date

    @property
    def end(self) -> int:
        return times.midnight(self.today)

    @property
    def start(self) -> int:
        return self.end - times.HISTORY_DAYS * times.DAY

    def size(self, usual: int, *, least: int = 1) -> int:
        return max(round(usual * self.scale), least)

    def stream(self, number: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, number])

    @cached_property
    def campaigns(self) -> tuple[Campaign, ...]:
        return campaign_plan.plan(start=self.start, end=self.end)

    @cached_property
    def companies(self) -> Companies:
        return company_plan.draw(self.stream(1), count=self.size(COMPANIES, least=40), start=self.start, end=self.end)

    @cached_property
    def _people(self) -> tuple[Leads, Contacts, Deals]:
        """Leads, contacts and deals, which name one another."""
        drawn = lead_plan.draw(
            self.stream(2),
            self.companies,
            self.campaigns,
            count=self.size(LEADS, least=300),
            start=self.start,
            end=self.end,
        )
        contacts = company_plan.draw_contacts(self.stream(3), self.companies, end=self.end)
        company_plan.add_converted(contacts, drawn)
        played = deal_plan.draw(
            self.stream(4), self.companies, drawn, count=self.size(DEALS, least=60), start=self.start, end=self.end
        )
        return drawn, contacts, played

    @property
    def leads(self) -> Leads:
        return self._people[0]

    @property
    def contacts(self) -> Contacts:
        return self._people[1]

    @property
    def deals(self) -> Deals:
        return self._people[2]

    @cached_property
    def buying_groups(self) -> BuyingGroups:
        return membership_plan.groups(
            self.stream(5), self.deals, self.contacts, self.leads, companies=len(self.companies.name)
        )

    @cached_property
    def memberships(self) -> Memberships:
        return membership_plan.draw(
            self.stream(6), self.campaigns, self.leads, self.deals, self.contacts, self.buying_groups,
            start=self.start, end=self.end,
        )  # fmt: skip

    @cached_property
    def assets(self) -> tuple[Asset, ...]:
        return asset_plan.plan(self.stream(7), count=self.size(ASSETS, least=60), start=self.start, end=self.end)

    @cached_property
    def usage(self) -> Usage:
        return usage_plan.draw(
            self.stream(8), self.assets, self.deals, self.leads, self.companies, start=self.start, end=self.end
        )

    @cached_property
    def activities(self) -> Activities:
        """Calls, e-mails and meetings; as many as are missing from the touches the story promises."""
        return activity_plan.draw(self.stream(9), self, wanted=self.size(TOUCHES) - self.other_touches)

    @cached_property
    def other_touches(self) -> int:
        """Leads that answered no campaign, answers to campaigns, documents used that no task names."""
        leads = int((self.leads.campaign < 0).sum())
        used = int(np.isin(self.usage.action, (usage_plan.SHARE, usage_plan.PRESENT)).sum())
        return leads + int(self.memberships.responded.sum()) + used
