"""Won revenue over time: one dimension of any months, its greatest keys by name and the rest as one.

By month as long as that is not more than MOST of them, else by quarter, else by year; the steps are whole, as the
months are. In each step the rows sum to what was won in it, to the cent, the deals without a touch included. A chain
shares out all months together, so that Markov's credit is not told over time: linear stands for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sameside.analytics.apportion import apportion
from sameside.attribution.composing import MARKOV
from sameside.attribution.kept import Kept, Months
from sameside.attribution.labels import labelled, rows_for_reader
from sameside.attribution.material import NO_KEY, NO_TOUCH
from sameside.attribution.monthly import MODELS
from sameside.people.models import Person

MOST = 36
NAMED = 6
STEPS = {1: "month", 3: "quarter", 12: "year"}

Line = dict[str, Any]


@dataclass(frozen=True)
class OverTime:
    """`names` of the steps, and `won` in each; `lines` have the key, None for the rest, the label and the amounts."""

    step: str
    names: Sequence[str]
    won: Sequence[float]
    lines: Sequence[Line]
    model: str


def of(months: Months, dimension: str, first: int, last: int, model: str) -> OverTime:
    told = "linear" if model == MARKOV else model
    known = [month for month in months.closes if first <= month <= last and months.deals[month]]
    if not known:
        return OverTime("month", [], [], [], told)
    wide = next(size for size in STEPS if (max(known) // size - min(known) // size) < MOST or size == max(STEPS))
    begin, end = min(known) // wide, max(known) // wide
    kept = months.dimensions[dimension]
    amounts = _by_step(kept, begin, end, wide, MODELS.index(told))
    cents = [sum(months.cents[month] for month in known if month // wide == step) for step in range(begin, end + 1)]
    lines: list[Line] = [{"key": key, "values": values} for key, values in _lines(kept, amounts)]
    for place, whole in enumerate(cents):
        parts = apportion([line["values"][place] * 100 for line in lines], whole)
        for line, part in zip(lines, parts, strict=True):
            line["values"][place] = part / 100
    named = labelled(dimension, [line for line in lines if line["key"] is not None])
    rest = [line | {"label": "All others"} for line in lines if line["key"] is None]
    greatest = [line for line in named if line["key"] not in (NO_KEY, NO_TOUCH)]
    without = [line for line in named if line["key"] in (NO_KEY, NO_TOUCH)]
    names = [_name(step, wide) for step in range(begin, end + 1)]
    return OverTime(STEPS[wide], names, [one / 100 for one in cents], [*greatest, *rest, *without], told)


def _by_step(kept: Kept, begin: int, end: int, wide: int, model: int) -> np.ndarray:
    """Amounts, float64[keys, steps]."""
    low, high = np.searchsorted(kept.month, [begin * wide, (end + 1) * wide])
    table = np.zeros((len(kept.keys), end - begin + 1))
    np.add.at(table, (kept.key[low:high], kept.month[low:high] // wide - begin), kept.value[model, low:high])
    return table


def _lines(kept: Kept, amounts: np.ndarray) -> list[tuple[str | None, list[float]]]:
    apart = [place for place, key in enumerate(kept.keys) if key in (NO_KEY, NO_TOUCH)]
    total = np.round(amounts.sum(axis=1), 6)
    order = sorted(set(np.flatnonzero(amounts.any(axis=1)).tolist()) - set(apart), key=lambda one: (-total[one], one))
    # One more is shown by its own name rather than as "all others".
    named = order if len(order) == NAMED + 1 else order[:NAMED]
    rest = order[len(named) :]
    found: list[tuple[str | None, list[float]]] = [(kept.keys[place], amounts[place].tolist()) for place in named]
    found += [(None, amounts[rest].sum(axis=0).tolist())] if rest else []
    return found + [(kept.keys[place], amounts[place].tolist()) for place in apart if amounts[place].any()]


def _name(step: int, wide: int) -> str:
    year, part = divmod(step * wide, 12)
    if wide == 1:
        return f"{1970 + year}-{part + 1:02}"
    return f"{1970 + year} Q{part // 3 + 1}" if wide == 3 else str(1970 + year)


def for_reader(over: OverTime, dimension: str, person: Person) -> OverTime:
    """The same without the names of content that `person` may not open."""
    return replace(over, lines=rows_for_reader(dimension, over.lines, person))
