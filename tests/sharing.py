"""How the tests are shared out when several processes run them (`pytest -n 2`).

The tests of a module stay together, for what they make once; so do the journeys, for their one demo company, and the
tests of the demo. The journeys and the session of Spark come first and then the modules with most tests, so that no
process is left with a long one at the end.
"""

from collections import Counter
from typing import Any

import pytest

from tests.environment import WORKER

TOGETHER = ("tests/journeys/", "tests/demo/", "tests/analytics/attribution/test_engines_spark.py")


def scope(test: str) -> str:
    """What a test, by its id, stays together with."""
    return next((folder for folder in TOGETHER if test.startswith(folder)), test.split("::", 1)[0])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not WORKER:
        return
    sizes = Counter(scope(item.nodeid) for item in items)

    def place(item: pytest.Item) -> tuple[bool, int, str]:
        mine = scope(item.nodeid)
        return mine not in TOGETHER, -sizes[mine], mine

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return scope(nodeid)

    config.option.loadscopereorder = False  # they come in order
    return Together(config, log)
