"""Four thousand deals: how each moves through the stages, who is in its buying group, why it is won or lost.

Every stage is one conversation. Whether it succeeds depends on the team, the vertical, what brought the company in and
whether the success plan was used: the causes that the pages should reveal.
"""

from dataclasses import dataclass, field

import numpy as np

from sameside.demo import companies as company_plan
from sameside.demo import lexicon, times
from sameside.demo.campaigns import BY_KEY, CLASSES
from sameside.demo.companies import Companies, Ints
from sameside.demo.leads import Leads
from sameside.demo.lexicon import EDUCATION, HEALTHCARE, PUBLIC, SPAIN, VERTICALS
from sameside.demo.members import BY_TEAM, MEMBERS
from sameside.demo.times import DAY

STAGES = (
    "Prospecting",
    "Qualification",
    "Needs Analysis",
    "Value Proposition",
    "Proposal/Price Quote",
    "Negotiation/Review",
    "Closed Won",
    "Closed Lost",
)
PROBABILITY = (10, 20, 35, 50, 65, 85, 100, 0)
VALUE_PROPOSITION, WON, LOST = 3, 6, 7
ADVANCES = (0.83, 0.79, 0.80, 0.55, 0.74, 0.82)  # how often a stage succeeds on average
MEDIAN_DAYS = (11, 16, 21, 26, 19, 16)
HELPED_SHARE, HELP = 0.33, 1.75  # how often the success plan is used, and what it adds to the log-odds
GOES_BACK, STUCK = 0.07, 0.05
TEAM_LUCK = {
    "Sales North": 0.15,
    "Sales South": -0.4,
    "Sales DACH": 0.1,
    "Sales Americas": 0.05,
    "Account Management": 0.45,
}
# (team, stage): what is different there
SPECIAL = {
    ("Sales DACH", 0): -0.7,
    ("Sales Americas", 3): -0.4,
    ("Sales South", 1): -0.3,
}
WEBINAR_LIFT, REFERRAL_LIFT = 0.4, 0.65
RETREAT_DAYS = 420  # Spain and education were given up that long ago


@dataclass
class Stay:
    """A deal in a stage, from entering to leaving it; the end of an open one is the end of the story."""

    deal: int
    stage: int
    start: int
    end: int
    helped: bool
    succeeded: bool


@dataclass
class Entry:
    deal: int
    stage: int
    at: int
    amount: int


@dataclass
class Deals:
    company: Ints
    owner: Ints
    created: Ints
    amount: Ints
    campaign: Ints
    lead: Ints
    source: list[str]
    existing: list[bool]
    webinar: list[bool]
    referral: list[bool]
    stage: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)  # 0 while open
    stage_since: list[int] = field(default_factory=list)
    reason: list[str] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


def draw(rng: np.random.Generator, companies: Companies, leads: Leads, *, count: int, start: int, end: int) -> Deals:
    """The deals that leads became, the rest from outbound work and customers; then each is played to its end."""
    gone = (companies.country == SPAIN) | (companies.vertical == EDUCATION)
    left = end - RETREAT_DAYS * DAY
    from_lead = np.flatnonzero(leads.with_deal & ~(gone[leads.company] & (leads.converted > left)))[:count]
    leads.with_deal[:] = False
    leads.with_deal[from_lead] = True
    others = count - len(from_lead)

    made = times.seasonal(rng, others, start=start, end=end - DAY)
    made.sort()
    weights = np.where(companies.vertical == HEALTHCARE, 1.0, 1.0) * np.log1p(companies.employees)
    company = rng.choice(len(weights), size=others, p=weights / weights.sum())
    healthy = np.flatnonzero((companies.vertical == HEALTHCARE) & ~gone)
    push = (made > end - 200 * DAY) & (rng.random(others) < 0.22)  # the push into healthcare
    company[push] = rng.choice(healthy, size=int(push.sum()))
    late = np.flatnonzero(gone[company] & (made > left))
    company[late] = rng.choice(np.flatnonzero(~gone), size=len(late))

    company = np.concatenate([leads.company[from_lead], company])
    created = np.concatenate([leads.converted[from_lead], made])
    lead = np.concatenate([from_lead, np.full(others, -1)])
    order = np.argsort(created, kind="stable")
    company, created, lead = company[order], created[order], lead[order]
    leads.deal[lead[lead >= 0]] = np.flatnonzero(lead >= 0)

    owner = np.where(lead >= 0, leads.owner[lead], company_plan.by_country_team(rng, companies.country[company]))
    development = np.isin(owner, [member.number for member in BY_TEAM["Sales Development"]])
    owner = np.where(development, company_plan.by_country_team(rng, companies.country[company]), owner)
    existing = (lead < 0) & (rng.random(count) < 0.34)
    owner[existing] = company_plan.of_team(rng, "Account Management", int(existing.sum()))
    early = np.flatnonzero((created < start + 400 * DAY) & (rng.random(count) < 0.03))
    owner[early] = [MEMBERS[-1 - place % 2].number for place in range(len(early))]

    amount = np.exp(rng.normal(10.2, 0.75, count)) * (companies.employees[company] / 400) ** 0.22
    sorts = np.where(lead >= 0, leads.sort[lead], -1)
    webinar = (sorts == BY_KEY["webinar"]) | (rng.random(count) < 0.16)
    referral = (sorts == BY_KEY["referral"]) | (rng.random(count) < 0.06)
    outbound = ("Outbound", "Phone Inquiry", "Employee Referral", "Web", "Other")
    picks = rng.choice(len(outbound), size=count, p=(0.5, 0.15, 0.1, 0.15, 0.1)).tolist()
    source = [
        CLASSES[sort].lead_source if sort >= 0 else "Web" if lead_number >= 0 else outbound[pick]
        for sort, lead_number, pick in zip(sorts.tolist(), lead.tolist(), picks, strict=True)
    ]
    deals = Deals(
        company=company, owner=owner, created=created, amount=(amount / 100).astype(np.int64) * 100,
        campaign=np.where(lead >= 0, leads.campaign[lead], -1), lead=lead, source=source, existing=existing.tolist(),
        webinar=webinar.tolist(), referral=referral.tolist(),
    )  # fmt: skip
    luck = np.where(sorts >= 0, np.log(np.array([max(one.quality, 0.2) for one in CLASSES] + [1.0])[sorts]) * 0.5, 0.0)
    _play(rng, deals, companies, luck.tolist(), end=end)
    return deals


def _play(rng: np.random.Generator, deals: Deals, companies: Companies, luck: list[float], *, end: int) -> None:
    """Move every deal from stage to stage until it is closed or the story ends."""
    count = len(deals.company)
    uniform = iter(rng.random(count * 40).tolist())
    normal = iter(rng.normal(0, 1, count * 40).tolist())
    base = [float(np.log(p / (1 - p))) for p in ADVANCES]
    countries, verticals = companies.country.tolist(), companies.vertical.tolist()
    teams = [member.team for member in MEMBERS]
    reasons = [word for word, _ in lexicon.LOST_REASONS]
    edges = np.cumsum(lexicon.share(lexicon.LOST_REASONS))
    health_reasons = [word for word, _ in lexicon.HEALTHCARE_LOST]
    health_edges = np.cumsum(lexicon.share(lexicon.HEALTHCARE_LOST))
    for deal, (company, owner, created, amount, lead) in enumerate(
        zip(
            deals.company.tolist(),
            deals.owner.tolist(),
            deals.created.tolist(),
            deals.amount.tolist(),
            deals.lead.tolist(),
            strict=True,
        )
    ):
        team, vertical = teams[owner], verticals[company]
        abandoned = countries[company] == SPAIN or vertical == EDUCATION
        steady = (
            TEAM_LUCK.get(team, 0.0)
            + VERTICALS[vertical].win
            + luck[deal]
            + WEBINAR_LIFT * deals.webinar[deal]
            + REFERRAL_LIFT * deals.referral[deal]
            - 0.12
        )
        stage = 1 if lead >= 0 and next(uniform) < 0.6 else 0
        at, steps = created, 0
        deals.entries.append(Entry(deal, stage, at, amount))
        while True:
            steps += 1
            days = MEDIAN_DAYS[stage] * float(np.exp(0.65 * next(normal)))
            if vertical == PUBLIC and stage >= 4:
                days *= 2.2
            is_stuck = next(uniform) < STUCK
            if is_stuck:
                days *= 6
            if abandoned:
                days = min(days, 40.0)
            leaves = at + int(max(days, 0.4) * DAY)
            helped = stage == VALUE_PROPOSITION and next(uniform) < HELPED_SHARE
            if leaves >= end:
                deals.stays.append(Stay(deal, stage, at, end, helped, succeeded=False))
                deals.stage.append(stage)
                deals.ended.append(0)
                deals.stage_since.append(at)
                deals.reason.append("")
                break
            odds = base[stage] + steady + SPECIAL.get((team, stage), 0.0) + HELP * helped
            if stage == VALUE_PROPOSITION:
                odds -= 0.35  # so that the average stays where it is
            if vertical == HEALTHCARE and stage == 2:
                odds -= 0.6  # no proof for hospitals is to be found
            if is_stuck:
                odds -= 1.6
            succeeded = next(uniform) < 1 / (1 + np.exp(-odds))
            back = not succeeded and stage > 0 and steps < 12 and next(uniform) < GOES_BACK * 4
            deals.stays.append(Stay(deal, stage, at, leaves, helped, succeeded=bool(succeeded)))
            at = leaves
            if succeeded:
                stage = stage + 1
            elif back:
                stage = max(stage - 1 - (next(uniform) < 0.3), 0)
            else:
                stage = LOST
            if 2 <= stage <= 5 and next(uniform) < 0.3:
                amount = max(int(amount * (0.85 + 0.35 * next(uniform)) / 100) * 100, 1500)
            deals.entries.append(Entry(deal, stage, at, amount))
            if stage in (WON, LOST):
                draw = next(uniform)
                words, limits = (health_reasons, health_edges) if vertical == HEALTHCARE else (reasons, edges)
                deals.stage.append(stage)
                deals.ended.append(at)
                deals.stage_since.append(at)
                deals.reason.append(
                    words[min(int(np.searchsorted(limits, draw)), len(words) - 1)] if stage == LOST else ""
                )
                break
        deals.amount[deal] = amount
