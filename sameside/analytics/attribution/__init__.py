"""Which touches earned the outcome: credit by rules, by removal from a Markov chain, by Shapley's value.

    from sameside.analytics.attribution import Spec, attribute
    result = attribute("touches.parquet", "outcomes.parquet", Spec(by="channel"))
    result.credits          # a pyarrow.Table

Needs neither Django nor a database. `docs/guides/attribution.md` leads through it.
"""

from sameside.analytics.attribution.attributing import Result, Totals, answered, attribute, measure
from sameside.analytics.attribution.sources import Unsuitable
from sameside.analytics.attribution.spec import MODELS, Positions, Spec
from sameside.analytics.attribution.statistics import Statistics

__all__ = [
    "MODELS",
    "Positions",
    "Result",
    "Spec",
    "Statistics",
    "Totals",
    "Unsuitable",
    "answered",
    "attribute",
    "measure",
]
