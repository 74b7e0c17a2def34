"""The adjusted association of every key with the result, in one pass: alike cases compared, the rest said.

Within each stratum (trial, how busy, what is alike) the exposed are compared with those who had not met the key;
strata are put together by how many exposed each holds, so that the difference is that of the exposed from what they
would have been as alike others are. Strata without enough others say nothing: `overlap` is the share of the exposed
that remain.

Some of the others meet the key later, which makes them alike to the exposed and hides a part of the difference. It is
divided by the share of the comparison that never changed sides: what the difference would be had none of them met it,
if meeting it early and late goes together with the same difference.

The interval leaves out one of up to 256 groups of companies at a time (delete-a-group jackknife): whatever varies
together within a company, the same case in several trials included, widens it as it should.

Sources: standardisation to the exposed, K. J. Rothman, S. Greenland, T. L. Lash, "Modern Epidemiology", 3rd edition
(2008), chapter 15; those who change sides, J. D. Angrist, G. W. Imbens, D. B. Rubin, "Identification of Causal Effects
Using Instrumental Variables", Journal of the American Statistical Association 91 (1996), A. Wald's ratio; B. Efron, C.
Stein, "The jackknife estimate of variance", Annals of Statistics 9 (1981).
"""

from dataclasses import dataclass

import numpy as np

from sameside.analytics.influence.cases import Floats, Ints, Met, Trials

FEWEST_OTHERS = 3
"""A stratum counts with at least so many cases to compare with."""
FEWEST_STAYED = 0.25
"""An association is given where at least this share of the comparison never met the key later."""
FEWEST_EXPOSED = 20
"""An association is given of at least so many exposed that have somebody to be compared with."""
GROUPS = 256


@dataclass(frozen=True)
class Strata:
    """Those that hold an exposed: `code` as `Trials.code` makes it, how many are exposed and how many others there are,
    and the sums of their results; one entry each.
    """

    code: Ints
    exposed: Floats
    exposed_sum: Floats
    others: Floats
    others_sum: Floats


@dataclass(frozen=True)
class Association:
    """Of one key. `exposed` cases met it in a trial, `compared` of them have alike others; `others` is how many rows
    of trials they were compared with. `crude`: the mean result of all that met it minus that of all that did not,
    whenever. `with_it`, `without_it` and their `difference` are adjusted, None with fewer than FEWEST_EXPOSED
    compared, and lie in the unit of the result; `low` and `high` bound the difference. `stayed`: the share of the
    comparison that never met the key later; where it is known without a difference, too few stayed, or what
    would have been without lies beyond every result.
    """

    key: int
    exposed: int
    compared: int
    others: int
    crude: float | None
    strata: Strata
    with_it: float | None = None
    without_it: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    stayed: float | None = None

    @property
    def overlap(self) -> float:
        return self.compared / self.exposed if self.exposed else 0.0

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out that there is no difference."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class _Table:
    """Numbers, sums of results, and numbers that met the key later; float64[strata, groups] each."""

    n: Floats
    sum: Floats
    later: Floats


def associations(held: Trials, met: Met, keys: int, *, confidence: float = 0.95) -> list[Association]:
    """One association for each key from 0 to `keys - 1`. `confidence` lies between 0 and 1, else ValueError."""
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence lies between 0 and 1, not at {confidence}.")
    result = held.cases.result
    group = np.unique(held.cases.company, return_inverse=True)[1] % GROUPS
    groups = int(group.max(initial=0)) + 1
    exposed_in = held.code(met.case, met.trial, met.busy)
    codes = np.unique(np.concatenate([held.stratum, exposed_in[met.in_trial]]))
    exposed_in = np.searchsorted(codes, exposed_in)
    row_stratum = np.searchsorted(codes, held.stratum)
    row_group, row_result = group[held.case], result[held.case]
    whole = row_stratum * groups + row_group
    shape = (len(codes), groups)
    n, of = _numbers(whole, shape), _sums(whole, row_result, shape)
    order = np.argsort(met.key, kind="stable")
    bounds = np.searchsorted(met.key[order], np.arange(keys + 1))
    column = np.full(len(codes), -1, dtype=np.int64)
    found = []
    for key in range(keys):
        mine = order[bounds[key] : bounds[key + 1]]
        case, trial = met.case[mine], np.minimum(met.trial[mine], held.open_at[met.case[mine]])
        early = mine[met.in_trial[mine]]
        # Only strata that hold an exposed matter: a key of a hundred deals touches a few of thousands.
        used = np.unique(exposed_in[early])
        column[used] = np.arange(len(used))
        inner = (len(used), groups)
        word = column[exposed_in[early]] * groups + group[met.case[early]]
        exposed = _Table(_numbers(word, inner), _sums(word, result[met.case[early]], inner), np.zeros(inner))
        # From its trial on a case that met the key is nobody to compare with; before, it is one that meets it later.
        begins, rest = held.begins[case], held.open_at[case] - trial
        gone, gone_word = _among(np.repeat(begins + trial, rest) + inside(rest), column, row_stratum, row_group, groups)
        _, later_word = _among(np.repeat(begins, trial) + inside(trial), column, row_stratum, row_group, groups)
        others = _Table(
            n[used] - _numbers(gone_word, inner),
            of[used] - _sums(gone_word, row_result[gone], inner),
            _numbers(later_word, inner),
        )
        column[used] = -1
        found.append(_associated(key, held, case, codes[used], exposed, others, confidence))
    return found


def _among(rows: Ints, column: Ints, row_stratum: Ints, row_group: Ints, groups: int) -> tuple[Ints, Ints]:
    """Those of `rows` whose stratum has a column, and the words that their table is counted by."""
    place = column[row_stratum[rows]]
    rows, place = rows[place >= 0], place[place >= 0]
    return rows, place * groups + row_group[rows]


def inside(lengths: Ints) -> Ints:
    """0, 1, 2 ... up to each of `lengths`, one after the other."""
    ends = np.cumsum(lengths)
    inside: Ints = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - lengths, lengths)
    return inside


def _numbers(word: Ints, shape: tuple[int, int]) -> Floats:
    numbers: Floats = np.bincount(word, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    return numbers


def _sums(word: Ints, result: Floats, shape: tuple[int, int]) -> Floats:
    sums: Floats = np.bincount(word, weights=result, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    return sums


def _associated(
    key: int, held: Trials, case: Ints, codes: Ints, exposed: _Table, others: _Table, confidence: float
) -> Association:
    n, of = exposed.n.sum(axis=1), others.n.sum(axis=1)
    counts = (n > 0) & (of >= FEWEST_OTHERS)
    compared = int(n[counts].sum())
    strata = Strata(codes, n, exposed.sum.sum(axis=1), of, others.sum.sum(axis=1))
    common = (key, int(n.sum()), compared, int(of[counts].sum()), _crude(held, case), strata)
    if compared < FEWEST_EXPOSED:
        return Association(*common)
    columns = [part[counts].T for part in (exposed.n, exposed.sum, others.n, others.sum, others.later)]
    whole = [part.sum(axis=0) for part in columns]
    with_it, difference, stayed = _compared(*whole)
    if stayed < FEWEST_STAYED or not _possible(held, with_it - difference):
        return Association(*common, stayed=float(stayed))
    left = _compared(*(total - part for total, part in zip(whole, columns, strict=True)))[1]
    there = (columns[0].sum(axis=1) + columns[2].sum(axis=1)) > 0
    reach = _reach(left[there], int((columns[0].sum(axis=1) > 0).sum()), confidence)
    known = (float(with_it), float(with_it - difference), float(difference))
    return Association(*common, *known, known[2] - reach, known[2] + reach, float(stayed))


def _compared(e_n: Floats, e_sum: Floats, o_n: Floats, o_sum: Floats, o_later: Floats) -> tuple[Floats, Floats, Floats]:
    """The mean of the exposed, their difference from the others spread over the strata as they are, and which share of
    the comparison never changed sides.
    """
    usable = (e_n > 0) & (o_n > 0)
    weight = np.divide(e_n, o_n, out=np.zeros_like(o_sum), where=usable)
    n = np.where(usable, e_n, 0.0).sum(axis=-1)
    with_it = np.where(usable, e_sum, 0.0).sum(axis=-1) / n
    stayed = 1 - (weight * o_later).sum(axis=-1) / n
    return with_it, (with_it - (weight * o_sum).sum(axis=-1) / n) / np.maximum(stayed, 1e-3), stayed


def _reach(left: Floats, exposed_groups: int, confidence: float) -> float:
    """Half the width of the interval from the estimates with one group left out each."""
    from scipy.special import stdtrit

    groups = len(left)
    variance = (groups - 1) / groups * float(((left - left.mean()) ** 2).sum())
    return float(stdtrit(max(exposed_groups - 1, 1), (1 + confidence) / 2)) * float(np.sqrt(variance))


def _possible(held: Trials, without: Floats) -> bool:
    """Whether results of the kind ever lay there: a share below nothing is no share that anybody would have had."""
    result = held.cases.result
    return bool(np.nanmin(result) <= without <= np.nanmax(result))


def _crude(held: Trials, case: Ints) -> float | None:
    """All cases with a result, whenever they met it, as a naive report would compare them."""
    result = held.cases.result
    known = ~np.isnan(result)
    met = np.zeros(len(result), dtype=bool)
    met[case] = True
    inside, outside = result[known & met], result[known & ~met]
    return float(inside.mean() - outside.mean()) if len(inside) and len(outside) else None
