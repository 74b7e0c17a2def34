"""Any export of leads with a column that says how each ended, as columns to learn from.

Nothing has to be mapped: a column is a number, a choice among few values, or of no use (an id, a name, free text, a
date), and every column left out is told with its reason. So is one that gives the outcome away: where it is known the
outcome follows almost surely, as in "converted on", and a trial with it would only measure that.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sameside.analytics.likelihood.encoding import Column
from sameside.analytics.likelihood.judging import OneSided, area
from sameside.connectors import dates, numbers, tabular
from sameside.connectors.table.evidence import NULLS

YES = frozenset({
    "1", "true", "t", "yes", "y", "won", "converted", "customer", "opportunity", "closed won", "qualified", "ja", "oui",
    "si", "sí", "gewonnen", "success", "positive",
})  # fmt: skip
NO = frozenset({
    "0", "false", "f", "no", "n", "lost", "not converted", "unqualified", "disqualified", "closed lost", "nein", "non",
    "verloren", "failure", "negative", "open",
})  # fmt: skip
GIVEN_AWAY = 0.97
"""A column alone with such an area tells the outcome rather than foretells it."""
SURE = 0.995
SURE_OF = 50
PERSONAL = re.compile(
    r"(first|last|middle|full|sur|fore)?name|vorname|nachname|prenom|nom|nombre|apellidos?|salutation"
    r"|e?mail(address)?|phone(number)?|mobile(phone|number)?|street(address)?"
)
WHEN = ("created", "createddate", "createdate", "createdat", "datecreated", "createdon", "erstellt")
MOST_ROWS = 500_000


class Unsuitable(ValueError):
    """The file cannot be tried; the message is a sentence for the screen."""


@dataclass(frozen=True)
class Asked:
    """What a person says of the file; all but `outcome` may be left open."""

    outcome: str
    yes: str = ""
    when: str = ""
    score: str = ""
    leave_out: Sequence[str] = ()


@dataclass
class Outcomes:
    """Rows in the order of time. `left_out`: column to reason. `remarks`: what else a reader has to know."""

    columns: list[Column]
    yes: NDArray[np.bool_]
    score: NDArray[np.float64] | None
    left_out: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def _plain(header: str) -> str:
    return "".join(character for character in header.casefold() if character.isalnum())


def _cell(row: Sequence[str], at: int) -> str:
    """A cell; Salesforce writes a missing reference as an id of noughts."""
    cell = row[at].strip() if at < len(row) else ""
    return "" if cell.startswith("000000000000000") else cell


def _place(header: Sequence[str], name: str, option: str) -> int:
    found = [at for at, each in enumerate(header) if each == name] or [
        at for at, each in enumerate(header) if _plain(each) == _plain(name)
    ]
    if not found:
        shown = ", ".join(header[:20]) + (", ..." if len(header) > 20 else "")
        raise Unsuitable(f"There is no column “{name}” ({option}). The file has: {shown}.")
    return found[0]


def read(path: Path, asked: Asked) -> Outcomes:
    """The leads of `path`. Raises `Unsuitable`, or `tabular.Unreadable` for what is no table."""
    layout = tabular.layout(path, tabular.Choices())
    header = list(layout.header)
    rows = [cells for _, cells in tabular.Rows(path, layout) if not isinstance(cells, csv.Error)]
    if len(rows) > MOST_ROWS:
        raise Unsuitable(f"The file has {len(rows):,} leads; at most {MOST_ROWS:,} are tried at once.")
    by_column = [[_cell(row, at) for row in rows] for at in range(len(header))]
    at_outcome = _place(header, asked.outcome, "--outcome")
    said = _answers(by_column[at_outcome], asked)
    order, remarks = _order(header, by_column, asked)
    kept = [at for at in order if said[at] is not None]
    if len(kept) < len(rows):
        remarks.append(f"{len(rows) - len(kept):,} of {len(rows):,} leads do not say how they ended and are left out.")
    yes = np.array([bool(said[at]) for at in kept])
    made = Outcomes([], yes, None, remarks=remarks)
    special = {at_outcome}
    if asked.score:
        at_score = _place(header, asked.score, "--score")
        special.add(at_score)
        made.score = _scores(by_column[at_score], kept, asked.score)
    for at in [_place(header, name, "--leave-out") for name in asked.leave_out]:
        special.add(at)
        made.left_out[header[at]] = "You left it out."
    for at, name in enumerate(header):
        if at not in special:
            _add(made, name, [by_column[at][row] for row in kept])
    return made


def _answers(cells: Sequence[str], asked: Asked) -> list[bool | None]:
    folded = [" ".join(cell.casefold().split()) for cell in cells]
    known = sorted({one for one in folded if one not in NULLS})
    if asked.yes:
        yes = {" ".join(one.casefold().split()) for one in asked.yes.split("|")}
        if not yes & set(known):
            raise Unsuitable(f"No lead has “{asked.yes}” in {asked.outcome}. It says: {', '.join(known[:12])}.")
        return [one in yes if one not in NULLS else None for one in folded]
    strange = [one for one in known if one not in YES and one not in NO]
    if strange:
        shown = ", ".join(f"“{one}”" for one in known[:8])
        raise Unsuitable(f"{asked.outcome} says {shown}: name what counts as success with --yes.")
    if not any(one in YES for one in known):
        raise Unsuitable(f"{asked.outcome} never says yes.")
    return [one in YES if one not in NULLS else None for one in folded]


def _order(header: Sequence[str], by_column: Sequence[Sequence[str]], asked: Asked) -> tuple[list[int], list[str]]:
    """The rows in the order of time, those without a date left out."""
    rows = range(len(by_column[0]) if by_column else 0)
    name = asked.when or next((each for each in header if _plain(each) in WHEN), "")
    if not name:
        return list(rows), ["No column says when a lead came, so the order of the file stands for time (see --when)."]
    cells = by_column[_place(header, name, "--when")]
    shown = dates.DayOrder()
    for cell in cells:
        shown.look(cell)
    days = dates.Days(day_first=shown.day_first > shown.month_first, format=shown.counted)
    moments: dict[int, datetime] = {}
    for row in rows:
        try:
            moments[row] = days.read(cells[row])
        except ValueError:
            continue
    if not moments:
        raise Unsuitable(f"No cell of {name} is a date.")
    missing = len(rows) - len(moments)
    remarks = [f"{missing:,} leads without a date in {name} are left out."] if missing else []
    return sorted(moments, key=lambda row: (moments[row], row)), remarks


def _scores(cells: Sequence[str], kept: Sequence[int], name: str) -> NDArray[np.float64]:
    found = _numbers([cells[row] for row in kept])
    if np.isnan(found).mean() > 0.5:
        raise Unsuitable(f"More than half of the leads have no number in {name}.")
    return np.where(np.isnan(found), np.nanmedian(found), found)


def _numbers(cells: Sequence[str]) -> NDArray[np.float64]:
    found = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        if cell.casefold() in NULLS:
            continue
        try:
            found[row] = float(numbers.parse(cell))
        except ValueError:
            continue
    return found


def _add(made: Outcomes, name: str, cells: Sequence[str]) -> None:
    """Take a column in, or say why not."""
    filled = [cell for cell in cells if cell.casefold() not in NULLS]
    if not filled:
        made.left_out[name] = "It is empty."
        return
    sure = _sure(cells, made.yes)
    if sure:
        made.left_out[name] = f"It was written afterwards: where it is filled, the outcome is {sure}."
        return
    values = set(filled)
    if len(values) == 1:
        made.left_out[name] = "It says the same for every lead that has it."
        return
    if PERSONAL.fullmatch(_plain(name)):
        made.left_out[name] = "It names the person."
        return
    figures = _numbers(cells)
    if len(values) > 12 and np.count_nonzero(~np.isnan(figures)) >= 0.95 * len(filled):
        if len(values) > 0.95 * len(filled) and _plain(name).endswith(("id", "number", "no", "key")):
            made.left_out[name] = "It is an id."
            return
        column = Column(name, "number", figures)
    elif len(values) > 60 and len(values) > 0.2 * len(filled):
        made.left_out[name] = "Almost every lead has a value of its own: a name, an id, a date or free text."
        return
    else:
        column = Column(name, "choice", ["" if cell.casefold() in NULLS else cell for cell in cells])
    strength = _alone(column, made.yes)
    if strength >= GIVEN_AWAY:
        made.left_out[name] = f"It gives the outcome away (area {strength:.2f} by itself)."
        return
    made.columns.append(column)


def _sure(cells: Sequence[str], yes: NDArray[np.bool_]) -> str:
    """ "yes" or "no" when all leads that have this column filled ended so, though others did not."""
    known = np.array([cell.casefold() not in NULLS for cell in cells])
    if known.sum() < SURE_OF or known.all():
        return ""
    share, overall = float(yes[known].mean()), float(yes.mean())
    if share >= SURE > overall:
        return "yes"
    return "no" if 1 - share >= SURE and overall > 3 * (1 - SURE) else ""


def _alone(column: Column, yes: NDArray[np.bool_]) -> float:
    """The area of a column by itself, be it known or not: of a choice each value stands for its share of success."""
    if column.kind == "number":
        figures = np.asarray(column.values, float)
        known = ~np.isnan(figures)
        ways = [np.where(known, figures, np.nanmin(figures) - 1), known.astype(float)]
    else:
        hits: dict[str, list[int]] = {}
        for value, answer in zip(column.values, yes, strict=True):
            of = hits.setdefault(str(value), [0, 0])
            of[0] += int(answer)
            of[1] += 1
        share: Mapping[str, float] = {value: won / count for value, (won, count) in hits.items()}
        if len(hits) > 0.2 * len(yes):
            return 0.5
        ways = [np.array([share[str(value)] for value in column.values])]
    try:
        return max(max(found, 1 - found) for found in (area(way, yes).value for way in ways))
    except OneSided:
        return 0.5
