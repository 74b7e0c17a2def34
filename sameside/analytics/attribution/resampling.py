"""Credit of the chain when buckets of companies are drawn anew, without solving it anew.

What is lost without a key depends smoothly on how often each step was taken; so a bucket's part in it is the derivative
in the direction of the bucket's own steps, and one solution serves all buckets. With Q, r, N, x of markov.py, n_i how
often key i was left and n_ij the steps of one bucket, v_k = n_k / N_kk journeys pass k. Lost is v_k x_k, to which the
bucket adds

    v_k * dx_k  -  v_k x_k * (dN_kk / N_kk - n_k of the bucket / n_k),
    dx_k  = sum_i N_ki / n_i * (r_i + sum_j n_ij x_j - n_i x_i  of the bucket),
    dN_kk = sum_i N_ki / n_i * (sum_j n_ij N_jk - n_i (N_ik - [i = k])  of the bucket).

The parts of all buckets sum to the whole. A draw adds the parts of the buckets it holds, and shares what succeeded in
it in proportion: the bootstrap, linearised. dN_kk takes a product of tables for each bucket. Up to EXACT keys that is
done; above, of the returns to k by which the bucket changes N_kk those of three steps and more are taken at their mean,

    dN_kk / N_kk - n_k of the bucket / n_k  ~  sum_j n_kj N_jk / n_k - N_kk n_k / n_k
                                               + sum over i other than k of N_ki / n_i * (n_ik - n_i Q_ik)

with n, but for what divides, of the bucket.

Against solving the chain of every draw, and against drawing every journey alone, standard errors agree: a test, as is
how often intervals hold what is true.

Source: influence functions and the infinitesimal jackknife as in B. Efron, R. J. Tibshirani, "An Introduction to the
Bootstrap" (1993), chapters 21 and 22.
"""

from dataclasses import dataclass

import numpy as np

from sameside.analytics.attribution import markov
from sameside.analytics.attribution.journeys import Floats, Ints
from sameside.analytics.attribution.markov import Solution
from sameside.analytics.attribution.sums import BUCKETS, Sums, added

EXACT = 16


@dataclass(frozen=True)
class Parts:
    """What each bucket adds to the outcomes and amounts that are lost without each key, `lost` and `lost_worth`,
    float64[256, k] each, and to those that there are, `won` and `worth`, float64[256] each.
    """

    lost: Floats
    lost_worth: Floats
    won: Floats
    worth: Floats

    def credit(self, draws: Floats) -> tuple[Floats, Floats]:
        """Credited outcomes and amounts in each of `draws` (how often each bucket is drawn, float64[d, 256]):
        float64[d, k] each.
        """
        lost = np.maximum(draws @ self.lost, 0.0)
        return markov.credit(lost, draws @ self.won), markov.credit(draws @ self.lost_worth, draws @ self.worth)


def parts(steps: Sums, solved: Solution) -> Parts:
    """Of the `steps` of one chain, which was `solved`."""
    keys = solved.left.shape[-1]
    taken = _Taken.of(steps, keys)
    left, inverse = solved.left, solved.inverse
    visited = taken.left.sum(axis=0)
    reached = inverse.T / left[:, None]  # of [i, k]: N_ki / n_i
    again = _again_exactly(taken, solved) if keys <= EXACT else _again(taken, solved)
    passing = visited / inverse.diagonal()
    lost = []
    for which, rewarded in enumerate((taken.won, taken.worth)):
        x = solved.success[:, which]
        off = rewarded + taken.onward(x) - taken.left * x
        lost.append(passing * (off @ reached) - passing * x * again)
    return Parts(lost[0], lost[1], taken.won.sum(axis=1), taken.worth.sum(axis=1))


@dataclass(frozen=True)
class _Taken:
    """m pairs of a bucket and a step, taken `n` times: `step` is its place in a table of states, from the state
    `before` to the one `after`; `start` and `end` are these two with their bucket, int64[m]. And how often each bucket
    `left` each of `keys` keys, how often for success (`won`), and with what amount, float64[256, k] each.
    """

    keys: int
    step: Ints
    before: Ints
    after: Ints
    start: Ints
    end: Ints
    n: Floats
    left: Floats
    won: Floats
    worth: Floats

    @classmethod
    def of(cls, steps: Sums, keys: int) -> "_Taken":
        width = markov.states(keys)
        before = steps.key // width
        after = steps.key - before * width
        bucket = (steps.cell & (BUCKETS - 1)) * width
        start = bucket + before
        stays = before == after
        n = np.where(stays, 0.0, steps.n) if stays.any() else steps.n
        success = np.flatnonzero(after == keys + 1)
        ended = start[success]
        return cls(
            keys, steps.key, before, after, start, bucket + after, n,
            _each(start, n, keys), _each(ended, n[success], keys), _each(ended, steps.value[success], keys),
        )  # fmt: skip

    def onward(self, worth: Floats) -> Floats:
        """What keys that are gone to are `worth`, float64[k], by bucket and key that is left: float64[256, k]."""
        padded = np.append(worth, np.zeros(markov.states(0)))
        return _each(self.start, self.n * padded[self.after], self.keys)


def _each(word: Ints, of: Floats, keys: int) -> Floats:
    """`of` added up by the bucket and the state of each `word`, of the keys alone: float64[256, k]."""
    width = markov.states(keys)
    return added(word, of, BUCKETS * width).reshape(BUCKETS, width)[:, :keys]


def _again_exactly(taken: _Taken, solved: Solution) -> Floats:
    """dN_kk / N_kk - n_k of the bucket / n_k."""
    keys, inverse, width = taken.keys, solved.inverse, markov.states(taken.keys)
    word = (taken.start - taken.before) * width + taken.step
    table = added(word, taken.n, BUCKETS * width**2).reshape(BUCKETS, width, width)
    gone = table[:, :keys, :keys] @ inverse
    weight = inverse.T / solved.left[:, None]
    gone *= weight
    changed = gone.sum(axis=1) - taken.left @ (weight * (inverse - np.eye(keys)))
    again: Floats = changed / inverse.diagonal() - taken.left / solved.left
    return again


def _again(taken: _Taken, solved: Solution) -> Floats:
    """As _again_exactly, returns of three steps and more at their mean."""
    keys, inverse, left = taken.keys, solved.inverse, solved.left
    width, back = markov.states(keys), inverse.diagonal()
    returning = np.zeros((width, width))
    returning[:keys, :keys] = inverse.T
    again = taken.n * returning.ravel()[taken.step]
    near = _each(taken.start, again, keys) / back - taken.left
    onward = _each(taken.end, again / np.append(left, np.ones(markov.states(0)))[taken.before], keys)
    return near * (back / left) + onward - (taken.left / left) @ (inverse.T * solved.onward)
