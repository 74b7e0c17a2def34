"""Twenty thousand leads and what became of each: handed over or not, touched or not, returned, converted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sameside.demo import campaigns as campaign_plan
from sameside.demo import companies as company_plan
from sameside.demo import lexicon, times
from sameside.demo.campaigns import BY_KEY, CLASSES, Campaign
from sameside.demo.companies import Companies, Ints
from sameside.demo.lexicon import COUNTRIES, SPAIN, VERTICALS
from sameside.demo.members import IGNORING_TEAM, MEMBERS

Flags = NDArray[np.bool_]
OPEN, WORKING, CONVERTED, RETURNED, DISQUALIFIED = range(5)
STATUSES = (
    "Open - Not Contacted",
    "Working - Contacted",
    "Closed - Converted",
    "Returned to Marketing",
    "Disqualified",
)
PRIZE_SHARE, ROUND_TABLE_SHARE, FORUM_SHARE, DISPLAY_SHARE = 0.07, 0.008, 0.006, 0.01
# The team: (share of leads never touched, hours to the first attempt, conversion against the average)
CARE = {
    "Sales North": (0.05, 5.0, 1.1),
    "Sales South": (0.46, 64.0, 0.6),
    "Sales DACH": (0.06, 7.0, 1.05),
    "Sales Americas": (0.07, 4.0, 1.0),
    "Sales Development": (0.03, 1.4, 1.05),
}


@dataclass
class Leads:
    created: Ints
    sort: Ints  # place in CLASSES, -1 without campaign
    campaign: Ints  # -1 for none
    country: Ints
    vertical: Ints
    company: Ints  # an account, else -1
    company_name: list[str]
    first: list[str]
    last: list[str]
    email: list[str]
    title: list[str]
    owner: Ints  # -1 is the queue
    status: Ints
    attempts: Ints
    first_attempt: Ints  # 0 for none
    converted: Ints  # when, else 0
    with_deal: Flags
    reason: list[str]
    contact: Ints  # made by the conversion; filled by the plan
    deal: Ints


def _sorts(rng: np.random.Generator, created: Ints, campaigns: tuple[Campaign, ...]) -> tuple[Ints, Ints]:
    """The class and the campaign each lead came from."""
    count = len(created)
    weights = np.array([sort.leads for sort in CLASSES])
    drawn = rng.random(count)
    edges = np.cumsum(weights)
    sort = np.where(drawn < edges[-1], np.searchsorted(edges, drawn, side="right"), -1)
    campaign = np.full(count, -1, dtype=np.int64)
    for place, one in enumerate(CLASSES):
        if one.months:
            own = sort == place
            campaign[own] = campaign_plan.running(campaigns, one.key, created[own])
    taken = np.zeros(count, dtype=bool)
    for key, share in (
        ("prize-draw", PRIZE_SHARE),
        ("round-table", ROUND_TABLE_SHARE),
        ("forum", FORUM_SHARE),
        ("display", DISPLAY_SHARE),
    ):
        special = campaign_plan.of_class(campaigns, key)[0]
        pool = np.flatnonzero((created >= special.starts) & (created < special.ends) & ~taken)
        drawn_here = rng.choice(pool, size=min(len(pool), max(round(count * share), 3)), replace=False)
        sort[drawn_here], campaign[drawn_here], taken[drawn_here] = special.sort, special.number, True
    return np.asarray(sort, dtype=np.int64), campaign


def draw(
    rng: np.random.Generator, companies: Companies, campaigns: tuple[Campaign, ...], *, count: int, start: int, end: int
) -> Leads:
    special = campaign_plan.of_class(campaigns, "prize-draw")[0]
    prizes = round(count * PRIZE_SHARE)
    created = np.concatenate(
        [
            times.seasonal(rng, count - prizes, start=start, end=end),
            times.seasonal(rng, prizes, start=special.starts, end=special.ends, growth=0.0),
        ]
    )
    created.sort()
    sort, campaign = _sorts(rng, created, campaigns)
    prize = sort == BY_KEY["prize-draw"]

    known = rng.random(count) < 0.33
    company = rng.integers(0, len(companies.name), count)
    country = companies.country[company].copy()
    vertical = companies.vertical[company].copy()
    country[~known] = rng.choice(len(COUNTRIES), size=int((~known).sum()), p=np.array([c.weight for c in COUNTRIES]))
    vertical[~known] = rng.choice(len(VERTICALS), size=int((~known).sum()), p=np.array([v.weight for v in VERTICALS]))
    forum = sort == BY_KEY["forum"]
    vertical[forum & ~known] = lexicon.HEALTHCARE

    owner = company_plan.by_country_team(rng, country)
    development = rng.random(count) < 0.3
    owner[development] = company_plan.of_team(rng, "Sales Development", int(development.sum()))
    queue = (rng.random(count) < np.where(prize, 0.1, 0.035)) | (created >= end - times.HERE_DAYS * times.DAY)
    owner[queue] = -1

    care = np.array([CARE[member.team] if member.team in CARE else CARE["Sales North"] for member in MEMBERS])
    ignored, hours, better = care[owner].T
    untouched = queue | (rng.random(count) < ignored + np.where(prize, 0.3, 0.0))
    delay = np.exp(rng.normal(np.log(hours), 1.05)) * 3600
    first_attempt = times.to_office(rng, (created + delay).astype(np.int64), latest=end * 2)
    untouched |= first_attempt > end - 3600

    quality = np.array([one.quality for one in CLASSES] + [1.25])[sort]
    chance = np.where(prize, 0.004, np.minimum(0.155 * quality * better, 0.8))
    chance = np.where((country == SPAIN) | (vertical == lexicon.EDUCATION), chance * 0.4, chance)
    takes = np.exp(rng.normal(np.log(11), 0.7, count)) * times.DAY
    converted = times.to_office(rng, (first_attempt + takes).astype(np.int64), latest=end * 2)
    converts = ~untouched & (rng.random(count) < chance) & (converted < end - 3600)
    age = (end - first_attempt) / times.DAY
    draws = rng.random((3, count))
    rest = ~untouched & ~converts
    returned = rest & (age > 6) & (draws[0] < np.where(prize, 0.5, 0.17))
    disqualified = rest & ~returned & (age > 21) & ((draws[1] < 0.3) | (age > 75) & (draws[2] < 0.75) | prize)
    status = np.select(
        [untouched, converts, returned, disqualified], [OPEN, CONVERTED, RETURNED, DISQUALIFIED], WORKING
    )

    attempts = 1 + rng.poisson(np.select([converts, returned, disqualified], [2.6, 0.9, 1.9], 1.4))
    attempts = np.where(
        np.isin(owner, [m.number for m in MEMBERS if m.team == IGNORING_TEAM]), (attempts + 1) // 2, attempts
    )
    attempts[untouched] = 0

    company = np.where(known | converts, company, -1)
    stays = converts & ~known  # a company that was not an account becomes one: take what the account says
    chosen = company[stays]
    country[stays], vertical[stays] = companies.country[chosen], companies.vertical[chosen]
    other_names, other_domains = company_plan.names(rng, country, vertical)
    first, last = company_plan.persons(rng, country)
    title = company_plan.titles(rng, country)
    name: list[str] = []
    domain: list[str] = []
    for place, (account, is_prize) in enumerate(zip(company.tolist(), prize.tolist(), strict=True)):
        if account >= 0:
            name.append(companies.name[account])
            domain.append(companies.domain[account])
        elif is_prize:
            name.append("Private" if place % 3 else "n/a")
            domain.append(lexicon.FREE_MAIL[place % 3])
            title[place] = lexicon.WEAK_TITLES[place % len(lexicon.WEAK_TITLES)]
        else:
            name.append(other_names[place])
            domain.append(other_domains[place])
    reason = _reasons(rng, returned, disqualified, prize)
    return Leads(
        created=created, sort=sort, campaign=campaign, country=country, vertical=vertical, company=company,
        company_name=name, first=first, last=last, email=company_plan.addresses(first, last, domain), title=title,
        owner=owner, status=np.asarray(status, dtype=np.int64), attempts=np.asarray(attempts, dtype=np.int64),
        first_attempt=np.where(untouched, 0, first_attempt), converted=np.where(converts, converted, 0),
        with_deal=converts & (rng.random(count) < 0.72), reason=reason,
        contact=np.full(count, -1, dtype=np.int64), deal=np.full(count, -1, dtype=np.int64),
    )  # fmt: skip


def _reasons(
    rng: np.random.Generator,
    returned: Flags,
    disqualified: Flags,
    prize: Flags,
) -> list[str]:
    """Why a lead was returned or disqualified; empty for the others."""
    usual = rng.choice(len(lexicon.RETURN_REASONS), size=len(prize), p=lexicon.share(lexicon.RETURN_REASONS)).tolist()
    prizes = rng.choice(len(lexicon.PRIZE_REASONS), size=len(prize), p=lexicon.share(lexicon.PRIZE_REASONS)).tolist()
    return [
        "" if not ended else lexicon.PRIZE_REASONS[b][0] if is_prize else lexicon.RETURN_REASONS[a][0]
        for ended, is_prize, a, b in zip((returned | disqualified).tolist(), prize.tolist(), usual, prizes, strict=True)
    ]
