"""One server for one data folder: the next waits until the one before has stopped its database."""

import threading
from pathlib import Path

import pytest

from sameside.project import config, embedded


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAMESIDE_DATA", str(tmp_path))
    return tmp_path


def test_who_starts_while_another_stops_waits_for_it(folder: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with embedded.served_alone():
            order.append("second serves")

    with embedded.served_alone():
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
        order.append("first stops")
    waiting.join(10)
    assert order == ["first stops", "second serves"]


def test_a_second_server_of_a_data_folder_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_STOPPING_SECONDS", 0.3)
    with (
        embedded.served_alone(),
        pytest.raises(config.Unusable, match="another Sameside serves the data folder"),
        embedded.served_alone(),
    ):
        pytest.fail("two servers on one data folder")
