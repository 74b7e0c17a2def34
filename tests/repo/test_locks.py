"""Every lock of the database has a number of its own, so that nothing waits for what it has nothing to do with."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent / "sameside"


def test_no_two_locks_have_the_same_number() -> None:
    numbers = [
        number
        for path in ROOT.glob("**/*.py")
        for number in re.findall(r"^_?LOCK = ([\d_]+)", path.read_text(), re.MULTILINE)
    ]
    assert len(numbers) > 15
    assert [number for number, count in Counter(numbers).items() if count > 1] == []
