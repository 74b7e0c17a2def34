from datetime import datetime

import pytest

from tests.weekly.story import Story


@pytest.fixture
def story(db: None, now: datetime) -> Story:
    return Story(now)
