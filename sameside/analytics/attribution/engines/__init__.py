"""Engines: what scans, joins and filters. DuckDB in this process by default, Spark for touches on a cluster."""

from importlib import import_module
from typing import TYPE_CHECKING

from sameside.analytics.attribution.sources import Given, Unsuitable

if TYPE_CHECKING:
    from sameside.analytics.attribution.engines.engine import Engine

ENGINES = ("duckdb", "spark")


def chosen(name: str, touches: Given, outcomes: Given, *, master: str | None = None) -> "Engine":
    """The engine `name` for these tables; `master` is where Spark runs, such as `local[4]` or `yarn`."""
    if name not in ENGINES:
        raise Unsuitable(f"There is no engine {name}. There are {' and '.join(ENGINES)}.")
    engine: Engine = import_module(f"{__name__}.{name}").start(touches, outcomes, master)
    return engine
