"""What sellers of the demo searched for, in which words, and what they were shown."""

from dataclasses import dataclass, field

import numpy as np

from sameside.demo import subjects, times
from sameside.demo.assets import Asset
from sameside.demo.companies import Companies, Ints
from sameside.demo.deals import Deals
from sameside.demo.lexicon import HEALTHCARE
from sameside.demo.members import MEMBERS
from sameside.demo.shelf import Shelf
from sameside.demo.times import DAY

SELLERS = np.array([m.number for m in MEMBERS if m.role == "seller" and m.is_active], dtype=np.int64)
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


def draw(
    rng: np.random.Generator, shelf: Shelf, assets: tuple[Asset, ...], companies: Companies, deals: Deals,
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


def stray(rng: np.random.Generator, searches: Searches, found: int) -> None:
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
