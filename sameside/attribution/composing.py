"""The rows of a revenue report for any months, from the sums that are kept by month.

Amounts are whole cents until they leave; the rows of a dimension sum to the deals' worth under each model, the deals
without a touch included. Markov's credit is of won deals alone: an open deal has no end that a chain could tell of.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sameside.analytics.apportion import apportion
from sameside.attribution.figures import OPEN, STATES, WON
from sameside.attribution.kept import LINEAR, OTHER, Kept, Months, Part, intervals
from sameside.attribution.labels import DIMENSION_LABELS, MODEL_LABELS, labelled
from sameside.attribution.material import NO_KEY, NO_TOUCH
from sameside.attribution.monthly import MODELS, SPEC
from sameside.attribution.monthly import OPEN as NOT_CLOSED

MARKOV = "markov"
_NO_NUMBERS = dict.fromkeys(MODEL_LABELS)

Entry = dict[str, Any]


def rows(name: str, months: Months, first: int, last: int, most: int) -> list[Entry]:
    """The keys, the greatest first and at most `most` of them, the rest as one, then what has no key and no touch."""
    kept = months.dimensions[name]
    parts = {WON: kept.part(first, last), OPEN: kept.part(NOT_CLOSED, NOT_CLOSED)}
    named = _named(kept, parts, kept.met(first, last))
    told, rest = named[:most], named[most:]
    ends = [place for place in (_place(kept, NO_KEY), _place(kept, NO_TOUCH)) if place is not None]
    entries = [_entry(kept.keys[place], parts, [place]) for place in told]
    beyond = [_beyond(name, parts, rest)] if rest else []
    last_ones = [_entry(kept.keys[place], parts, [place]) for place in ends]
    found = labelled(name, entries) + beyond + labelled(name, last_ones)
    total = {WON: months.total(first, last)[1], OPEN: months.cents.get(NOT_CLOSED, 0)}
    for state in STATES:
        for model in MODELS:
            _in_cents(found, total[state], state, model)
    _chain(found, kept, total[WON], kept.removal(first, last, _chained(kept, told)), told)
    return [_in_units(entry) for entry in found if _is_shown(entry)]


def row(name: str, months: Months, first: int, last: int, key: str) -> Entry | None:
    """One key that the report does not name, from its own few deals; nothing where it has none."""
    kept = months.dimensions[name]
    place = _place(kept, key)
    if place is None:
        return None
    parts = {WON: kept.part(first, last), OPEN: kept.part(NOT_CLOSED, NOT_CLOSED)}
    entry = _entry(key, parts, [place])
    for state in STATES:
        entry[state] = {model: None if cents is None else round(cents) for model, cents in entry[state].items()}
    return _in_units(labelled(name, [entry])[0]) if _is_shown(entry) else None


def bound(rows: Sequence[Entry], name: str, months: Months, first: int, last: int) -> None:
    """Give every row the bounds of its 95 % interval under each model; none where there are too few deals."""
    told = [row["key"] for row in rows if row["key"] not in (None, NO_KEY, NO_TOUCH)]
    answer = intervals(months, name, first, last, [*told, NO_KEY], SPEC)
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for credit in answer.credits if answer else ():
        if credit.interval is not None:
            pairs = zip(credit.interval.value_low.tolist(), credit.interval.value_high.tolist(), strict=True)
            found[credit.model] = dict(zip(answer.keys if answer else (), pairs, strict=True))
    for entry in rows:
        code = OTHER if entry["key"] is None else entry["key"]
        entry["bounds"] = {model: list(bounds[code]) for model, bounds in found.items() if code in bounds}


def _place(kept: Kept, key: str) -> int | None:
    return kept.keys.index(key) if key in kept.keys else None


def _named(kept: Kept, parts: Mapping[str, Part], met: np.ndarray) -> list[int]:
    """The places of the keys that anything is known of, the greatest by linear credit first. A chain may credit one
    that only lost journeys hold: what follows it there won elsewhere.
    """
    known = met | (parts[WON].deals[LINEAR] > 0) | (parts[OPEN].deals[LINEAR] > 0)
    for key in (NO_KEY, NO_TOUCH):
        place = _place(kept, key)
        if place is not None:
            known[place] = False
    won, pipeline = (np.round(parts[state].value[LINEAR], 6).tolist() for state in STATES)
    return sorted(np.flatnonzero(known).tolist(), key=lambda place: (-won[place], -pipeline[place], kept.keys[place]))


def _chained(kept: Kept, told: Sequence[int]) -> list[int]:
    """The keys that the chain tells apart: those that are named, and what has no key."""
    none = _place(kept, NO_KEY)
    return [*told, *([] if none is None else [none])]


def _entry(key: str, parts: Mapping[str, Part], places: Sequence[int]) -> Entry:
    """One key with its figures by model, amounts in cents. Under Markov its deals are those with a journey it is in."""
    entry: Entry = {"key": key}
    for state in STATES:
        cents = (parts[state].value[:, places].sum(axis=1) * 100).tolist()
        deals = parts[state].deals[:, places].sum(axis=1).tolist()
        entry[state] = {**dict(zip(MODELS, cents, strict=True)), MARKOV: None}
        entry[f"{state}_deals"] = {**dict(zip(MODELS, deals, strict=True)), MARKOV: deals[LINEAR]}
    credit = np.round(parts[WON].n[:, places].sum(axis=1), 6).tolist()
    return {**entry, "credit": dict(zip(MODELS, credit, strict=True)), "bounds": {}}


def _beyond(name: str, parts: Mapping[str, Part], rest: Sequence[int]) -> Entry:
    """One row for everything that is not named; its deals would count twice, so they are not said."""
    entry = _entry("", parts, rest)
    deals = {f"{state}_deals": dict(_NO_NUMBERS) for state in STATES}
    del entry["credit"]
    return {**entry, "key": None, "label": f"{len(rest):,} more ({DIMENSION_LABELS[name].lower()})", **deals}


def _in_cents(entries: Sequence[Entry], total: int, state: str, model: str) -> None:
    """Make one model's credited cents whole, so that they sum to the deals' worth to the cent."""
    ordered = sorted(entries, key=lambda entry: str(entry["key"]))
    parts = [entry[state][model] for entry in ordered]
    for entry, cents in zip(ordered, apportion(parts, total if ordered else 0), strict=True):
        entry[state][model] = cents


def _chain(found: Sequence[Entry], kept: Kept, total: int, shares: np.ndarray, told: Sequence[int]) -> None:
    """Markov's credit of what a touch came before; the rest stays with the deals without one."""
    by_key = dict(zip([*(kept.keys[place] for place in _chained(kept, told)), None], shares.tolist(), strict=True))
    untouched = sum(entry[WON]["linear"] for entry in found if entry["key"] == NO_TOUCH)
    whole = sum(share for entry in found if (share := by_key.get(entry["key"])))
    for entry in found:
        part = by_key.get(entry["key"], 0.0) * (total - untouched) / whole if whole else entry[WON]["linear"]
        entry[WON][MARKOV] = untouched if entry["key"] == NO_TOUCH else part
    if found:
        _in_cents(found, total, WON, MARKOV)


def _is_shown(entry: Entry) -> bool:
    return entry["key"] is None or any(entry[f"{state}_deals"]["linear"] or entry[state][MARKOV] for state in STATES)


def _in_units(entry: Entry) -> Entry:
    for state in STATES:
        entry[state] = {model: None if cents is None else cents / 100 for model, cents in entry[state].items()}
    return entry
