"""What sellers did with the documents: searched, were shown, opened, shared, presented; and which tasks name one.

Uses follow the deals: in each stage a seller takes documents made for that conversation, the vertical and the language
of the company. In the last ninety days only documents whose fate is "used" are taken, so that the content truth comes
out as planned; before that, some of those nobody finds now were in use too.
"""

from dataclasses import dataclass

import numpy as np

from sameside.demo import searches, times
from sameside.demo.assets import Asset
from sameside.demo.companies import Companies, Ints
from sameside.demo.deals import Deals
from sameside.demo.leads import Leads
from sameside.demo.lexicon import COUNTRIES
from sameside.demo.searches import SELLERS, Searches
from sameside.demo.shelf import Shelf
from sameside.demo.subjects import LANGUAGES
from sameside.demo.times import DAY

WINDOW_DAYS = 90
IMPRESSION, OPEN, DOWNLOAD, SHARE, PRESENT, PLAY = range(6)
ACTIONS = ("impression", "open", "download", "share", "present", "play")
RANK_OF_STAGE = (0, 1, 2, 3, 4, 4)
MENTIONED = 0.55  # of shares: logged as a task that names the document, not recorded as usage


@dataclass
class Usage:
    """Events by column; `mentions` are shares that become tasks instead."""

    action: Ints
    at: Ints
    person: Ints
    asset: Ints
    deal: Ints
    lead: Ints
    searches: Searches
    mentions: tuple[Ints, Ints, Ints, Ints, Ints]  # at, person, asset, deal, lead


class _Events:
    """Columns that grow by arrays of equal length."""

    def __init__(self) -> None:
        self.parts: list[tuple[Ints, Ints, Ints, Ints, Ints, Ints]] = []

    def add(
        self, action: int, at: Ints, person: Ints, asset: Ints, deal: Ints | int = -1, lead: Ints | int = -1
    ) -> None:
        shape = at.shape
        self.parts.append((
            np.full(shape, action), at, person, asset, np.broadcast_to(deal, shape), np.broadcast_to(lead, shape)
        ))  # fmt: skip

    def columns(self) -> list[Ints]:
        return [np.concatenate([part[place] for part in self.parts]).astype(np.int64) for place in range(6)]


def draw(
    rng: np.random.Generator, assets: tuple[Asset, ...], deals: Deals, leads: Leads, companies: Companies,
    *, start: int, end: int,
) -> Usage:  # fmt: skip
    shelf = Shelf.of(assets)
    window = end - WINDOW_DAYS * DAY
    at, person, asset, deal, lead, action = _uses(rng, shelf, deals, leads, companies, window=window, end=end)
    keep = at > shelf.created[asset]
    at, person, asset, deal, lead, action = (column[keep] for column in (at, person, asset, deal, lead, action))

    events = _Events()
    mentioned = (action == SHARE) & (rng.random(len(at)) < MENTIONED)
    for one in (SHARE, PRESENT):
        own = (action == one) & ~mentioned
        events.add(one, at[own], person[own], asset[own], deal[own], lead[own])
    opened = rng.random(len(at)) < 0.9
    before = np.maximum(at - rng.integers(120, 2400, len(at)), start)
    events.add(OPEN, before[opened], person[opened], asset[opened], deal[opened], lead[opened])
    for what, share in ((DOWNLOAD, 0.22), (PLAY, 0.08)):
        own = rng.random(len(at)) < share
        events.add(what, before[own] + 60, person[own], asset[own], deal[own])

    searched = np.flatnonzero(opened & (rng.random(len(at)) < 0.55))
    chance = np.random.default_rng(len(searched))
    looked = np.clip(chance.lognormal(3.3, 0.7, len(searched)), 5, 280).astype(np.int64)
    searched_for = searches.draw(
        rng, shelf, assets, companies, deals, before[searched] - looked, person[searched], asset[searched],
        window=window, start=start, end=end,
    )  # fmt: skip
    searches.stray(chance, searched_for, len(searched))
    for moment, who, shown in zip(searched_for.at, searched_for.person, searched_for.shown, strict=True):
        count = len(shown)
        if count:
            events.add(IMPRESSION, np.full(count, moment), np.full(count, who), np.array(shown))
    _quiet_fates(rng, shelf, events, window=window, end=end)
    columns = events.columns()
    order = np.argsort(columns[1], kind="stable")
    does, when, by, what_of, with_deal, with_lead = (column[order] for column in columns)
    told = (at[mentioned], person[mentioned], asset[mentioned], deal[mentioned], lead[mentioned])
    return Usage(does, when, by, what_of, with_deal, with_lead, searched_for, told)


def _uses(
    rng: np.random.Generator, shelf: Shelf, deals: Deals, leads: Leads, companies: Companies, *, window: int, end: int
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
    """Shares and presentations: in the stages of deals, with leads, of the success plan, and one of each in use."""
    stay_deal = np.array([stay.deal for stay in deals.stays])
    stage = np.array([stay.stage for stay in deals.stays])
    begins = np.array([stay.start for stay in deals.stays])
    ends = np.array([stay.end for stay in deals.stays])
    helped = np.array([stay.helped for stay in deals.stays])
    language_of = np.array(
        [LANGUAGES.index(country.language) if country.language in LANGUAGES else 0 for country in COUNTRIES]
    )

    parts: list[tuple[Ints, Ints, Ints, Ints, Ints, Ints]] = []
    for action, rate in ((SHARE, 0.72 + 0.16 * stage), (PRESENT, np.where(stage >= 2, 0.34, 0.06))):
        stay = np.repeat(np.arange(len(stage)), rng.poisson(rate))
        at = begins[stay] + (rng.random(len(stay)) * (ends[stay] - begins[stay])).astype(np.int64)
        at = times.to_office(rng, at, latest=end)
        company = deals.company[stay_deal[stay]]
        asset = shelf.taken(
            rng, np.array(RANK_OF_STAGE)[stage[stay]], companies.vertical[company],
            language_of[companies.country[company]], at >= window,
        )  # fmt: skip
        parts.append(_rows(at, deals.owner[stay_deal[stay]], asset, stay_deal[stay], -1, action))

    aided = np.flatnonzero(helped)
    at = begins[aided] + (rng.uniform(0.1, 0.7, len(aided)) * (ends[aided] - begins[aided])).astype(np.int64)
    at = np.clip(at, begins[aided] + 60, ends[aided] - 60)
    parts.append(_rows(at, deals.owner[stay_deal[aided]], 0, stay_deal[aided], -1, SHARE))

    told = np.flatnonzero((leads.attempts > 0) & (rng.random(len(leads.created)) < 0.1))
    at = times.to_office(rng, leads.first_attempt[told] + rng.integers(0, 4 * DAY, len(told)), latest=end)
    asset = shelf.taken(
        rng, np.zeros(len(told), dtype=np.int64), leads.vertical[told], language_of[leads.country[told]], at >= window
    )
    parts.append(_rows(at, leads.owner[told], asset, -1, told, SHARE))

    taken = np.concatenate([part[2][part[0] >= window] for part in parts])
    missing = np.setdiff1d(np.flatnonzero(shelf.fate == 0), taken)
    late = np.flatnonzero(ends > window + DAY)
    stay = rng.choice(late, size=len(missing))
    at = window + (rng.random(len(missing)) * (end - window)).astype(np.int64)
    at = times.to_office(rng, np.clip(at, begins[stay] + 60, ends[stay]), latest=end)
    parts.append(
        _rows(np.maximum(at, window + DAY), deals.owner[stay_deal[stay]], missing, stay_deal[stay], -1, PRESENT)
    )
    columns = [np.concatenate([part[place] for part in parts]) for place in range(6)]
    return columns[0], columns[1], columns[2], columns[3], columns[4], columns[5]


def _rows(
    at: Ints, person: Ints, asset: Ints | int, deal: Ints | int, lead: Ints | int, action: int
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
    def full(value: Ints | int) -> Ints:
        return np.array(np.broadcast_to(value, at.shape), dtype=np.int64)

    return at, person, full(asset), full(deal), full(lead), full(action)


def _quiet_fates(rng: np.random.Generator, shelf: Shelf, events: _Events, *, window: int, end: int) -> None:
    """The window of what is not used: hardly shown, shown and passed over, or opened and not understood.

    Different persons open, so that none comes back; those who download do not go on to present.
    """
    for fate, least, mean in ((1, 0, 1.1), (2, 8, 9.0), (3, 10, 8.0), (4, 0, 0.7)):
        own = np.flatnonzero(shelf.fate == fate)
        counts = least + rng.poisson(mean, len(own))
        counts = np.minimum(counts, 4) if fate in (1, 4) else counts
        _spread(rng, events, IMPRESSION, np.repeat(own, counts), window, end)
        if fate == 2:
            _spread(rng, events, OPEN, np.repeat(own, np.minimum(rng.poisson(0.6, len(own)), 2)), window, end)
        if fate == 3:
            _spread(rng, events, OPEN, np.repeat(own, 4 + rng.poisson(4, len(own))), window, end)
            _spread(rng, events, DOWNLOAD, np.repeat(own, 1 + rng.poisson(1.6, len(own))), window, end)


def _spread(rng: np.random.Generator, events: _Events, action: int, asset: Ints, window: int, end: int) -> None:
    at = window + DAY + (rng.random(len(asset)) * (end - window - 2 * DAY)).astype(np.int64)
    persons = SELLERS[(rng.integers(0, len(SELLERS)) + np.arange(len(asset))) % len(SELLERS)]
    events.add(action, times.to_office(rng, at, latest=end), persons, asset)
