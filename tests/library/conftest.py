"""The recorder keeps rows in memory: no test sees another's."""

from collections.abc import Iterator

import pytest

from sameside.library.usage import recorder


@pytest.fixture(autouse=True)
def _quiet_recorder() -> Iterator[None]:
    recorder.clear()
    yield
    recorder.clear()
