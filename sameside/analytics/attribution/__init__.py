"""Which touches earned the outcome: credit by rules, by removal from a Markov chain, by Shapley's value.

    from sameside.analytics.attribution import Spec, attribute
    result = attribute("touches.parquet", "outcomes.parquet", Spec(by="channel"))
    result.credits          # a pyarrow.Table

Needs neither Django nor a database. `docs/guides/attribution.md` leads through it. Names are loaded when they are first
asked for: whoever reads this package's specification alone does not wait for NumPy.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sameside.analytics.attribution.attributing import Result, Totals, answered, attribute, measure
    from sameside.analytics.attribution.sources import Unsuitable
    from sameside.analytics.attribution.spec import MODELS, Positions, Spec
    from sameside.analytics.attribution.statistics import Statistics

_PLACES = {
    "attributing": ("Result", "Totals", "answered", "attribute", "measure"),
    "sources": ("Unsuitable",),
    "spec": ("MODELS", "Positions", "Spec"),
    "statistics": ("Statistics",),
}

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


def __getattr__(name: str) -> object:
    for module, names in _PLACES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"{__name__} has no {name}.")
