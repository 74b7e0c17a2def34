"""Whether two orders agree: Spearman's rank correlation, ties sharing their mean rank.

Source: C. Spearman, "The Proof and Measurement of Association between Two Things", American Journal of Psychology 15
(1904).
"""

import numpy as np
from numpy.typing import NDArray


def rank_correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float | None:
    """From -1 to 1; None where one of the two does not vary."""
    ranks = [_ranks(values) for values in (one, other)]
    if any(np.ptp(values) == 0 for values in ranks):
        return None
    table: NDArray[np.float64] = np.atleast_2d(np.corrcoef(np.stack(ranks)))
    return float(table[0, 1])


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(values):
        return np.zeros(1)
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean: NDArray[np.float64] = (last - (counts - 1) / 2)[inverse]
    return mean
