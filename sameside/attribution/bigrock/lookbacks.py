"""Every look-back of the revenue page is computed while there is a big rock, whether or not somebody opened it there.

What is known already is measured at once; then one look-back after the other is credited, and the big rocks are
measured again, so that each is there as soon as it can be. Once computed, the revenue report keeps it fresh.
"""

from datetime import datetime

from sameside.attribution import periods
from sameside.attribution import report as revenue
from sameside.attribution.bigrock.models import BigRock
from sameside.attribution.bigrock.report import NAME
from sameside.attribution.crediting import LOOKBACKS
from sameside.kit import snapshots


def missing() -> list[int]:
    """Look-backs, in months, that big rocks wait for."""
    if not BigRock.objects.filter(removed_at=None).exists():
        return []
    return [months for months in LOOKBACKS if revenue.stored(months) is None]


def measure(*, at: datetime) -> None:
    """Measure every big rock, at once and with each look-back that was missing."""
    snapshots.compute(NAME, at=at)
    complete(at=at)


def complete(*, at: datetime) -> None:
    """Compute what is missing."""
    for months in missing():
        snapshots.compute(revenue.REPORT.name, {"lookback": months, "period": periods.DEFAULT}, at=at)
        snapshots.compute(NAME, at=at)
