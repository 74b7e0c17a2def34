"""What sellers did with the documents: searched, were shown, opened, shared, presented; and which tasks name one.

Uses follow the deals: in each stage a seller takes documents made for that conversation, the vertical and the language
of the company. In the last ninety days only documents whose fate is "used" are taken, so that the content truth comes
out as planned; before that, some of those nobody finds now were in use too.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sameside.demo import assets as fates
from sameside.demo import subjects, times
from sameside.demo.assets import Asset
from sameside.demo.companies import Companies, Ints
from sameside.demo.deals import Deals
from sameside.demo.leads import Leads
from sameside.demo.lexicon import COUNTRIES, HEALTHCARE, SLUGS
from sameside.demo.members import MEMBERS
from sameside.demo.subjects import LANGUAGES
from sameside.demo.times import DAY

WINDOW_DAYS = 90
IMPRESSION, OPEN, DOWNLOAD, SHARE, PRESENT, PLAY = range(6)
ACTIONS = ("impression", "open", "download", "share", "present", "play")
RANK_OF_STAGE = (0, 1, 2, 3, 4, 4)
SELLERS = np.array([m.number for m in MEMBERS if m.role == "seller" and m.is_active], dtype=np.int64)
MENTIONED = 0.55  # of shares: logged as a task that names the document, not recorded as usage
HEALTH_QUERIES = (
    "hospital case study", "healthcare business case", "patient data protection", "healthcare pricing guide",
    "clinic discovery guide", "hospital security white paper", "healthcare value workshop", "patient onboarding",
)  # fmt: skip


@dataclass
class Searches:
    at: list[int] = field(default_factory=list)
    person: list[int] = field(default_factory=list)
    query: list[str] = field(default_factory=list)
    shown: list[list[int]] = field(default_factory=list)


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


@dataclass(frozen=True)
class _Shelf:
    """The documents as arrays, for drawing many at once."""

    rank: Ints
    vertical: Ints  # -1 for every vertical
    language: Ints
    fate: Ints  # place in FATES
    off_target: NDArray[np.bool_]
    created: Ints
    weight: NDArray[np.float64]

    @classmethod
    def of(cls, assets: tuple[Asset, ...]) -> "_Shelf":
        return cls(
            np.array([a.rank for a in assets]),
            np.array([SLUGS.index(a.vertical) if a.vertical else -1 for a in assets]),
            np.array([a.tongue for a in assets]),
            np.array([fates.FATES.index(a.fate) for a in assets]),
            np.array([a.is_off_target for a in assets]),
            np.array([a.created for a in assets]),
            np.array([0.0 if a.is_helper else a.popularity for a in assets]),
        )

    def in_use(self, *, recent: bool) -> NDArray[np.bool_]:
        """What sellers take: today only what is used; earlier also what has since been lost from sight."""
        used = self.fate == 0
        lost = ((self.fate == 1) & (self.vertical != HEALTHCARE)) | ((self.fate == 2) & ~self.off_target)
        return np.asarray(used if recent else used | lost, dtype=np.bool_)

    def on_show(self, *, recent: bool) -> NDArray[np.bool_]:
        """What a search shows."""
        return np.asarray(self.in_use(recent=recent) | (self.fate == 2) | (self.fate == 3), dtype=np.bool_)

    def draw(self, rng: np.random.Generator, weights: NDArray[np.float64], count: int) -> Ints:
        return np.asarray(rng.choice(len(weights), size=count, p=weights / weights.sum()), dtype=np.int64)

    def taken(
        self, rng: np.random.Generator, rank: Ints, vertical: Ints, language: Ints, recent: NDArray[np.bool_]
    ) -> Ints:
        """A document for each conversation: made for it, for the vertical or every one, in the language or English."""
        keys = ((rank * 20 + vertical) * 10 + language) * 2 + recent
        drawn = np.zeros(len(keys), dtype=np.int64)
        for key in np.unique(keys).tolist():
            own = keys == key
            is_recent, tongue = bool(key % 2), key // 2 % 10
            field_of, kind = key // 20 % 20, key // 400
            fits = self.in_use(recent=is_recent) * self.weight
            fits = fits * np.where(self.language == tongue, 1.0, np.where(self.language == 0, 0.35, 0.0))
            fits = fits * np.where(self.vertical == field_of, 3.0, np.where(self.vertical == -1, 1.0, 0.02))
            fits = fits * np.where(self.rank == kind, 1.0, 0.04)
            drawn[own] = self.draw(rng, fits, int(own.sum()))
        return drawn

    def shown(
        self, rng: np.random.Generator, vertical: Ints, language: Ints, recent: NDArray[np.bool_], most: int
    ) -> Ints:
        """`most` documents for each search; what tells about the company comes up for every word."""
        keys = (vertical + 1) * 20 + language * 2 + recent
        drawn = np.zeros((len(keys), most), dtype=np.int64)
        for key in np.unique(keys).tolist():
            own = keys == key
            fits = self.on_show(recent=bool(key % 2)).astype(np.float64)
            fits = fits * np.where(self.language == key // 2 % 10, 1.0, 0.05)
            fits = fits * np.where(self.vertical == key // 20 - 1, 5.0, np.where(self.vertical == -1, 1.0, 0.1))
            fits = fits * np.where(self.off_target, 1.6, 1.0)
            drawn[own] = self.draw(rng, fits, int(own.sum()) * most).reshape(-1, most)
        return drawn


def draw(
    rng: np.random.Generator, assets: tuple[Asset, ...], deals: Deals, leads: Leads, companies: Companies,
    *, start: int, end: int,
) -> Usage:  # fmt: skip
    shelf = _Shelf.of(assets)
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
    searches = _searches(
        rng, shelf, assets, companies, deals, before[searched] - looked, person[searched], asset[searched],
        window=window, start=start, end=end,
    )  # fmt: skip
    _stray(chance, searches, len(searched))
    for moment, who, shown in zip(searches.at, searches.person, searches.shown, strict=True):
        count = len(shown)
        if count:
            events.add(IMPRESSION, np.full(count, moment), np.full(count, who), np.array(shown))
    _quiet_fates(rng, shelf, events, window=window, end=end)
    columns = events.columns()
    order = np.argsort(columns[1], kind="stable")
    does, when, by, what_of, with_deal, with_lead = (column[order] for column in columns)
    told = (at[mentioned], person[mentioned], asset[mentioned], deal[mentioned], lead[mentioned])
    return Usage(does, when, by, what_of, with_deal, with_lead, searches, told)


def _uses(
    rng: np.random.Generator, shelf: _Shelf, deals: Deals, leads: Leads, companies: Companies, *, window: int, end: int
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


def _query(asset: Asset, draw: float) -> str:
    """What somebody types who looks for `asset`: its vertical and what sort of document it is."""
    if asset.is_helper:
        return ("mutual success plan", "success plan template", "thirty-day plan")[int(draw * 3)]
    of = subjects.SORTS[asset.sort].words[asset.tongue]
    if not asset.vertical:
        topic = subjects.TOPICS[asset.topic].words[asset.tongue].split()
        return f"{max(topic, key=len)} {of}".lower()
    name = asset.field.name[asset.tongue].split()[-1] if asset.tongue else asset.field.name[0].removeprefix("the ")
    return f"{name} {of}".lower()


def _searches(
    rng: np.random.Generator, shelf: _Shelf, assets: tuple[Asset, ...], companies: Companies, deals: Deals,
    at: Ints, person: Ints, target: Ints, *, window: int, start: int, end: int,
) -> Searches:  # fmt: skip
    """Searches that led to something, searches given up, and those for healthcare, which find nothing of use."""
    found = Searches()
    given_up = max(len(at) * 2 // 5, 3)
    moments = times.seasonal(rng, given_up, start=start, end=end - DAY)
    wished = np.where(
        moments >= window,
        shelf.draw(rng, shelf.in_use(recent=True).astype(np.float64), given_up),
        shelf.draw(rng, shelf.in_use(recent=False).astype(np.float64), given_up),
    )
    everything = np.concatenate([at, moments])
    who = np.concatenate([person, rng.choice(SELLERS, size=given_up)])
    wanted = np.concatenate([target, wished])
    shown = shelf.shown(rng, shelf.vertical[wanted], shelf.language[wanted], everything >= window, 8)
    lengths = rng.integers(3, 8, len(everything)).tolist()
    draws = rng.random(len(everything)).tolist()
    for place, (moment, one, aim, row, length) in enumerate(
        zip(everything.tolist(), who.tolist(), wanted.tolist(), shown.tolist(), lengths, strict=True)
    ):
        succeeds = place < len(at)
        if not succeeds and draws[place] < 0.12:
            list_of: list[int] = []
        else:
            list_of = list(dict.fromkeys(([aim] if succeeds else []) + row[:length]))
        found.at.append(moment)
        found.person.append(one)
        found.query.append(_query(assets[aim], draws[place]))
        found.shown.append(list_of)

    owners = deals.owner[companies.vertical[deals.company] == HEALTHCARE]
    count = max(len(at) // 9, 8)
    late = times.seasonal(rng, count, start=end - 240 * DAY, end=end - DAY, growth=2.0)
    off = np.flatnonzero(shelf.off_target)
    for moment, one, pick, nothing, first in zip(
        late.tolist(), rng.choice(owners, size=count).tolist(), rng.integers(0, len(HEALTH_QUERIES), count).tolist(),
        (rng.random(count) < 0.62).tolist(), rng.integers(0, 1 << 20, count).tolist(), strict=True,
    ):  # fmt: skip
        found.at.append(moment)
        found.person.append(one)
        found.query.append(HEALTH_QUERIES[pick])
        found.shown.append(
            [] if nothing or not len(off) else [int(off[(first + k) % len(off)]) for k in range(min(3, len(off)))]
        )
    return found


def _stray(rng: np.random.Generator, searches: Searches, found: int) -> None:
    """What was found did not always stand first, and was not always asked for in the right words at once."""
    places = np.minimum(rng.geometric(0.45, found) - 1, 7).tolist()
    again = (rng.random(found) < 0.18).tolist()
    earlier = rng.integers(15, 110, found).tolist()
    for one in range(found):
        shown = searches.shown[one]
        shown.insert(min(places[one], len(shown) - 1), shown.pop(0))
        first, _, rest = searches.query[one].partition(" ")
        if again[one] and rest:
            searches.at.append(searches.at[one] - earlier[one])
            searches.person.append(searches.person[one])
            searches.query.append(first)
            searches.shown.append([] if one % 3 == 0 else shown[1:4])


def _quiet_fates(rng: np.random.Generator, shelf: _Shelf, events: _Events, *, window: int, end: int) -> None:
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
