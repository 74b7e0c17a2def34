"""Sixty campaigns: what ran all the time by quarter or half-year, and four with a story."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from sameside.demo import times
from sameside.demo.members import BY_TEAM

PRIZE_DRAW = "Prize draw: win a city bike"
ROUND_TABLES = "Executive round tables: running operations on proof"


@dataclass(frozen=True)
class Class:
    """A sort of campaign, and how good its leads are."""

    key: str
    type: str  # Salesforce's campaign type
    title: str
    months: int  # how long each one runs; 0 for those with a story
    leads: float  # its share of all leads
    quality: float  # conversion against the average
    cost: float  # per lead, in euros
    lead_source: str
    team: str = "Demand Generation"
    members: float = 0.0  # its share of the answers of known contacts


CLASSES = (
    Class("email", "Email", "Newsletter", 3, 0.10, 0.85, 22, "Email", members=0.46),
    Class("webinar", "Webinar", "Webinar", 3, 0.14, 1.65, 135, "Webinar", members=0.05),
    Class("paid-search", "Paid Search", "Paid search", 3, 0.16, 1.0, 165, "Paid Search", members=0.04),
    Class("trade-show", "Trade Show", "Trade show", 3, 0.08, 1.1, 410, "Trade Show", "Field Marketing", members=0.06),
    Class("paid-social", "Paid Social", "Paid social", 6, 0.10, 0.55, 88, "Paid Social", members=0.07),
    Class("syndication", "Content Syndication", "Content syndication", 6, 0.09, 0.6, 64, "Content Syndication"),
    Class("partner", "Partners", "Partner programme", 6, 0.04, 1.5, 205, "Partner", "Product Marketing", members=0.04),
    Class("referral", "Customer Referral", "Customer referrals", 6, 0.03, 2.7, 60, "Customer Referral", members=0.01),
    Class("direct-mail", "Direct Mail", "Direct mail", 6, 0.03, 0.8, 230, "Direct Mail", members=0.1),
    Class("website", "Website", "Downloads on the website", 6, 0.15, 1.15, 14, "Web", "Content Studio", members=0.17),
    Class("prize-draw", "Paid Social", "Paid social", 0, 0.0, 0.0, 9, "Paid Social"),
    Class("round-table", "Conference", "Event", 0, 0.0, 3.4, 790, "Event", "Field Marketing"),
    Class("forum", "Conference", "Event", 0, 0.0, 0.9, 380, "Event", "Field Marketing"),
    Class("display", "Banner Ads", "Display", 0, 0.0, 0.4, 120, "Display"),
)
BY_KEY = {sort.key: place for place, sort in enumerate(CLASSES)}
TOPICS = (
    "a faster month-end close", "approvals without paper", "audit-ready records", "first-time fix in field service",
    "reconciliation in hours", "what regulators ask next", "onboarding customers in days", "fewer billing disputes",
)  # fmt: skip


@dataclass(frozen=True)
class Campaign:
    number: int
    name: str
    sort: int  # place in CLASSES
    starts: int
    ends: int
    owner: int

    @property
    def of(self) -> Class:
        return CLASSES[self.sort]


def plan(*, start: int, end: int) -> tuple[Campaign, ...]:
    """All campaigns of the two years, the same for every seed."""
    made: list[Campaign] = []

    def add(name: str, key: str, starts: int, ends: int) -> None:
        sort = BY_KEY[key]
        team = BY_TEAM[CLASSES[sort].team]
        made.append(Campaign(len(made), name, sort, starts, ends, team[len(made) % len(team)].number))

    for sort in CLASSES:
        pieces = 24 // sort.months if sort.months else 0
        for piece in range(pieces):
            starts = start + (end - start) * piece // pieces
            ends = start + (end - start) * (piece + 1) // pieces
            day = datetime.fromtimestamp(starts + 20 * times.DAY, tz=UTC)
            label = f"{day.year} Q{(day.month + 2) // 3}" if sort.months == 3 else f"{day.year} H{(day.month + 5) // 6}"
            topic = TOPICS[(piece + len(sort.key)) % len(TOPICS)]
            add(f"{sort.title} {label}: {topic}", sort.key, starts, ends)
    add(PRIZE_DRAW, "prize-draw", end - 215 * times.DAY, end - 150 * times.DAY)
    add(ROUND_TABLES, "round-table", end - 480 * times.DAY, end - 120 * times.DAY)
    add("Healthcare operations forum", "forum", end - 200 * times.DAY, end - 160 * times.DAY)
    add("Display retargeting, always on", "display", start, end)
    return tuple(made)


def of_class(campaigns: tuple[Campaign, ...], key: str) -> list[Campaign]:
    return [campaign for campaign in campaigns if campaign.of.key == key]


def running(campaigns: tuple[Campaign, ...], key: str, at: times.Seconds) -> times.Seconds:
    """The number of the campaign of the class `key` that ran at each moment (the first or last one outside)."""
    own = of_class(campaigns, key)
    starts = np.array([campaign.starts for campaign in own])
    places = np.clip(np.searchsorted(starts, at, side="right") - 1, 0, len(own) - 1)
    return np.asarray(np.array([campaign.number for campaign in own])[places], dtype=np.int64)
