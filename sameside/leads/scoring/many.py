"""The same score for any number of leads at once: columns and arrays in the place of one lead's facts.

A field is kept as codes of its distinct values, and a touch as the code of what kind of touch it is, so that every
question is asked once for each distinct value, of the very functions that answer it for one lead (`criteria.holds`,
`rule.counts`, `rule.worths`); what is left is looking up and adding whole numbers, which NumPy does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from sameside.crm.verticals import language_of
from sameside.leads import criteria
from sameside.leads.criteria import Behaviour, Condition, Facts
from sameside.leads.scoring.facts import COLUMNS, Read
from sameside.leads.scoring.rule import DAY, TOP, BehaviourPoints, FieldPoints, Rule, counts, worths

Numbers = NDArray[np.int64]
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  (only stands in for a time that nobody looks at)


@dataclass
class Coded:
    """A column: the distinct values, and which of them each case has."""

    distinct: Sequence[object]
    codes: NDArray[np.intp]


@dataclass
class Many:
    """`size` cases. A touch is the case that has it (`of`), its age in whole days, and the code of its kind."""

    size: int
    values: Mapping[str, Sequence[object]]
    of: NDArray[np.intp]
    ages: Numbers
    codes: NDArray[np.intp]
    kinds: Sequence[Behaviour]
    _coded: dict[str, Coded] = field(default_factory=dict)

    def coded(self, name: str) -> Coded:
        if name not in self._coded:
            places: dict[object, int] = {}
            codes = np.fromiter(
                (places.setdefault(value, len(places)) for value in self.values[name]), np.intp, self.size
            )
            self._coded[name] = Coded(list(places), codes)
        return self._coded[name]


def from_rows(found: Read) -> Many:
    """The cases that were read, in the order in which their leads came."""
    places = {row[0]: index for index, row in enumerate(found.leads)}
    columns = list(zip(*found.leads, strict=True))[2:] if found.leads else [()] * len(COLUMNS)
    values: dict[str, Sequence[object]] = dict(zip(COLUMNS, columns, strict=True))
    values["language"] = [
        one or language_of(str(country)) for one, country in zip(values["language"], values["country"], strict=True)
    ]
    touches = ((places[row[0]], row[1], (row[3], row[4], row[7], row[6])) for row in found.touches if row[0] in places)
    return _made(len(found.leads), values, touches, found.facets)


def from_facts(facts: Sequence[Facts], ats: Sequence[datetime]) -> Many:
    values = {name: [getattr(one, name) for one in facts] for name in COLUMNS}
    touches = (
        (place, (at - did.at) // DAY, (did.channel, did.interaction, did.kind, did.facets))
        for place, (one, at) in enumerate(zip(facts, ats, strict=True))
        for did in one.behaviours
    )
    return _made(len(facts), values, touches, None)


_Touch = tuple[int, int, tuple[str, str, str, object]]


def _made(
    size: int,
    values: Mapping[str, Sequence[object]],
    touches: Iterable[_Touch],
    facets: Mapping[int, frozenset[str]] | None,
) -> Many:
    """`facets` of assets where the touches name the asset; None: they hold the facets themselves."""
    known: dict[tuple[str, str, str, object], int] = {}
    rows = [(place, age, known.setdefault(kind, len(known))) for place, age, kind in touches]
    table = np.array(rows, np.int64).reshape(-1, 3)
    kinds = [
        Behaviour(_EPOCH, channel, interaction, kind=kind, facets=_facets(about, facets))
        for channel, interaction, kind, about in known
    ]
    return Many(size, values, table[:, 0].astype(np.intp), table[:, 1], table[:, 2].astype(np.intp), kinds)


def _facets(about: object, facets: Mapping[int, frozenset[str]] | None) -> frozenset[str]:
    if isinstance(about, frozenset):
        return about
    return facets.get(about, frozenset()) if facets is not None and isinstance(about, int) else frozenset()


def held(condition: Condition, many: Many) -> NDArray[np.int8]:
    """For each case: 1 it holds, 0 it does not, -1 nobody knows."""
    coded = many.coded(condition.field)
    answers = [criteria.holds(condition, Facts(**{condition.field: value})) for value in coded.distinct]  # type: ignore[arg-type]
    return np.array([-1 if answer is None else int(answer) for answer in answers], np.int8)[coded.codes]


def worth(line: FieldPoints | BehaviourPoints, many: Many) -> Numbers:
    """What one line gives each case, in hundredths."""
    if isinstance(line, FieldPoints):
        by_answer = np.array([0, line.points * 100, line.unknown], np.int64)  # indexed by 0, 1, -1
        return by_answer[held(line.condition, many)]
    return _behaved(line, many)


def _behaved(line: BehaviourPoints, many: Many) -> Numbers:
    table = np.array(worths(line), np.int64)
    chosen = about(line, many) & (many.ages >= 0) & (many.ages < table.size)
    of, ages = many.of[chosen], many.ages[chosen]
    if line.each:
        gained = np.bincount(of, weights=table[ages], minlength=many.size).astype(np.int64)
    else:
        newest = np.full(many.size, table.size, np.int64)
        np.minimum.at(newest, of, ages)
        gained = np.append(table, 0)[newest]
    return gained if line.cap is None else np.clip(gained, -line.cap * 100, line.cap * 100)


def about(line: BehaviourPoints, many: Many) -> NDArray[np.bool_]:
    """Which touches the line is about."""
    if not many.kinds:
        return np.zeros(0, bool)
    return np.array([counts(line, kind) for kind in many.kinds], bool)[many.codes]


def scores(rule: Rule, many: Many) -> Numbers:
    """The score of every case, 0 to 100."""
    sums = np.zeros(many.size, np.int64)
    for line in rule.lines:
        sums += worth(line, many)
    return np.clip((sums + 50) // 100, 0, TOP)
