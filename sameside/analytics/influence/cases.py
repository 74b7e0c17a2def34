"""Cases under observation, what they met and when, and the trials that compare alike cases at the same age.

A long deal meets more content than a short one, and the longer a deal lives the more it differs from those that ended.
So an exposure counts only from its date: at each *landmark* (so many days after a case began) a trial is held among the
cases still open then. Those that met the key for the first time since the landmark before are its exposed; those that
have not met it yet are compared with them. A case is exposed in one trial at most and compared in several.

Source: J. R. Anderson, K. C. Cain, R. D. Gelber, "Analysis of survival by tumor response", Journal of Clinical
Oncology 1 (1983), landmarks; G. Danaei, L. A. Garcia Rodriguez, O. F. Cantero, R. Logan, M. A. Hernan, "Observational
data for comparative effectiveness research", Statistical Methods in Medical Research 22 (2013), a sequence of trials.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DAY = 86_400
LANDMARKS = (0, 7, 14, 30, 60, 90, 180, 365)
"""Days after a case began; the first trial takes what came before it began."""
COUNTS = (1, 3, 6, 11)
"""Touches so far are told apart as none, 1 to 2, 3 to 5, 6 to 10, and more."""


@dataclass(frozen=True)
class Moving:
    """Something that changes while a case lasts, such as its stage: from `age` on (seconds after the case began) `case`
    has `code` (from 1), int64[m] each, in the order of case and age. 0 stands for what is not known.
    """

    case: Ints
    age: Ints
    code: Ints

    def __post_init__(self) -> None:
        if len(self.code) and self.code.min() < 1:
            raise ValueError("What moves has codes from 1.")
        if (np.diff(self._word) < 0).any():
            raise ValueError("What moves is given in the order of case and age.")

    @property
    def classes(self) -> int:
        return int(self.code.max(initial=0)) + 1

    @cached_property
    def _word(self) -> Ints:
        return (self.case << 32) + np.maximum(self.age, 0)

    def at(self, case: Ints, trial: Ints, landmarks: Sequence[int]) -> Ints:
        """The codes in force when exposures of the trials begin to count; later ones may follow from an exposure.

        The first trial takes what came before the case began, of which nothing is known.
        """
        if not len(self.case):
            return np.zeros(len(case), dtype=np.int64)
        since = np.array([0, *landmarks[:-1]], dtype=np.int64)[trial] * DAY
        place = np.searchsorted(self._word, (case << 32) + since, side="right") - 1
        known = (trial > 0) & (place >= 0) & (self.case[np.maximum(place, 0)] == case)
        return np.where(known, self.code[np.maximum(place, 0)], 0)


@dataclass(frozen=True)
class Cases:
    """n cases: `company` (what varies together) and `length` (seconds from beginning to end), int64[n]; `result`, what
    is compared, float64[n], and nan where a case has none. `alike` are codes from 0 by name, int64[n] each, or what
    moves: cases are compared within their combinations.
    """

    company: Ints
    length: Ints
    result: Floats
    alike: Mapping[str, Ints | Moving]

    def __post_init__(self) -> None:
        if any(len(column) != len(self.length) for column in (self.company, self.result, *self.fixed.values())):
            raise ValueError("The columns of the cases differ in length.")
        if any(len(codes) and codes.min() < 0 for codes in self.fixed.values()):
            raise ValueError("Cases are alike by codes that are not negative.")

    def __len__(self) -> int:
        return len(self.length)

    @property
    def fixed(self) -> dict[str, Ints]:
        return {name: codes for name, codes in self.alike.items() if not isinstance(codes, Moving)}

    @property
    def moving(self) -> dict[str, Moving]:
        return {name: codes for name, codes in self.alike.items() if isinstance(codes, Moving)}

    @cached_property
    def stratum(self) -> Ints:
        """A code for each combination of what is alike and does not move, int64[n]."""
        code = np.zeros(len(self), dtype=np.int64)
        for column in self.fixed.values():
            code = np.unique(code * (int(column.max(initial=0)) + 1) + column, return_inverse=True)[1].astype(np.int64)
        return code


@dataclass(frozen=True)
class Touches:
    """t touches: the `case`, the `key` and the `age`, seconds after the case began (negative before), int64[t]. Those
    not in `counted` (bool[t], all where it is None) do not make a case busier: they are no touches of their own.
    """

    case: Ints
    key: Ints
    age: Ints
    counted: Flags | None = None


@dataclass(frozen=True)
class Trials:
    """Every case at every landmark at which it was open: r rows `case` and `trial`, int64[r] each, with `busy`, the
    class of how many touches of any key the case had had before that trial's exposures. Rows of one case follow each
    other from its first trial on: those of case i begin at `begins[i]`, and there are `open_at[i]`.
    """

    cases: Cases
    landmarks: Sequence[int]
    case: Ints
    trial: Ints
    busy: Ints
    begins: Ints
    open_at: Ints

    @cached_property
    def stratum(self) -> Ints:
        """A code for each combination of trial, how busy and what is alike, int64[r]."""
        return self._packed(self.case, self.trial, self.busy, self.moved)

    @cached_property
    def moved(self) -> Ints:
        """A code below `moves` for each combination of what moves, int64[r]."""
        code = np.zeros(len(self.case), dtype=np.int64)
        for one in self.cases.moving.values():
            code = code * one.classes + one.at(self.case, self.trial, self.landmarks)
        return code

    @property
    def moves(self) -> int:
        return math.prod(one.classes for one in self.cases.moving.values())

    def code(self, case: Ints, trial: Ints, busy: Ints) -> Ints:
        """As `stratum`, of meetings; those after a case's last landmark belong to no stratum, and get any."""
        if self.moves == 1 or not len(self.case):
            return self._packed(case, trial, busy, np.zeros(len(case), dtype=np.int64))
        row = np.minimum(self.begins[case] + trial, len(self.case) - 1)
        return self._packed(case, trial, busy, self.moved[row])

    def _packed(self, case: Ints, trial: Ints, busy: Ints, moved: Ints) -> Ints:
        like = self.cases.stratum[case] * self.moves + moved
        code: Ints = (like * len(self.landmarks) + trial) * (len(COUNTS) + 1) + busy
        return code

    def unpacked(self, code: int) -> tuple[int, tuple[int, ...], int, int]:
        """Of a stratum: that of the cases, the codes of what moves, the trial, and how busy."""
        rest, busy = divmod(code, len(COUNTS) + 1)
        rest, trial = divmod(rest, len(self.landmarks))
        stratum, moved = divmod(rest, self.moves)
        codes = []
        for one in reversed(self.cases.moving.values()):
            moved, own = divmod(moved, one.classes)
            codes.append(own)
        return stratum, tuple(reversed(codes)), trial, busy


@dataclass(frozen=True)
class Met:
    """First meetings, m rows: `case`, `key`, `trial` and `busy` without the key's own touches, int64[m]. `in_trial`
    bool[m] where the case was still open at the end of that trial; the other meetings came after its last landmark.
    """

    case: Ints
    key: Ints
    trial: Ints
    busy: Ints
    in_trial: Flags


def trials(cases: Cases, touches: Touches, landmarks: Sequence[int] = LANDMARKS) -> tuple[Trials, Met]:
    """The trials of `cases` with a result, and who met what in them. `landmarks` are days, ascending, the first 0."""
    if not landmarks or landmarks[0] != 0 or any(a >= b for a, b in itertools.pairwise(landmarks)):
        raise ValueError("Landmarks are days that begin at 0 and ascend.")
    seconds = np.array(landmarks, dtype=np.int64) * DAY
    open_at = np.searchsorted(seconds, cases.length, side="left")  # landmarks strictly before the end
    open_at[np.isnan(cases.result)] = 0
    begins = np.cumsum(open_at) - open_at
    case = np.repeat(np.arange(len(cases)), open_at)
    trial = np.arange(len(case)) - np.repeat(begins, open_at)
    since = np.searchsorted(seconds, touches.age, side="left")  # the trial that a touch belongs to
    counted = np.ones(len(since), dtype=bool) if touches.counted is None else touches.counted
    before = _counted(touches.case[counted], np.maximum(since[counted] + 1, 1), open_at, begins)
    # Of the first trial itself what came before the case began counts, as nothing else is known of that time.
    early = np.bincount(touches.case[counted & (since == 0)], minlength=len(cases))
    first = trial == 0
    before[first] = early[case[first]]
    held = Trials(cases, landmarks, case, trial, _class(before), begins, open_at)
    return held, _met(touches, since, held, before, counted)


def _class(count: Ints) -> Ints:
    return np.searchsorted(COUNTS, count, side="right").astype(np.int64)


def _counted(case: Ints, trial: Ints, open_at: Ints, begins: Ints) -> Ints:
    """For each row of the trials how many touches belong to trials before it."""
    inside = trial < open_at[case]
    added = np.bincount(begins[case[inside]] + trial[inside], minlength=int(open_at.sum()))
    running = np.cumsum(added)
    base = np.repeat(running[begins[open_at > 0]] - added[begins[open_at > 0]], open_at[open_at > 0])
    return running - base


def _met(touches: Touches, since: Ints, held: Trials, before: Ints, counted: Flags) -> Met:
    keys = int(touches.key.max(initial=0)) + 1
    pair = touches.case * keys + touches.key
    order = np.lexsort((touches.age, pair))
    pair, trial, counted = pair[order], since[order], counted[order]
    if not len(pair):
        return Met(pair, pair, pair, pair, pair.astype(bool))
    start = np.concatenate([[0], np.flatnonzero(pair[1:] != pair[:-1]) + 1])
    own = np.add.reduceat(((trial == 0) & counted).astype(np.int64), start)  # of the first trial
    case, key, trial = pair[start] // keys, pair[start] % keys, trial[start]
    inside = trial < held.open_at[case]
    others = np.zeros(len(case), dtype=np.int64)
    place = held.begins[case[inside]] + trial[inside]
    others[inside] = before[place] - np.where(trial[inside] == 0, own[inside], 0)
    return Met(case, key, trial, _class(others), inside)
