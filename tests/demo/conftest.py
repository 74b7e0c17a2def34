"""A small story, written once for all tests of this folder, and a way to read its files."""

import csv
from datetime import date
from pathlib import Path

import pytest

from sameside.demo import story
from sameside.demo.plan import Plan

SEED, SCALE, TODAY = 1, 0.05, date(2026, 6, 1)
Rows = list[dict[str, str]]


@pytest.fixture(scope="session")
def plan() -> Plan:
    return Plan(SEED, SCALE, TODAY)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, plan: Plan) -> Path:
    """The files of the story without its documents, which take longest."""
    folder = tmp_path_factory.mktemp("story")
    story.write_crm(folder, plan)
    story.write_activities(folder, plan)
    story.write_usage(folder, plan)
    return folder


@pytest.fixture(scope="session")
def tables(folder: Path) -> dict[str, Rows]:
    """All rows of all files, by the name of the file."""

    def rows(path: Path) -> Rows:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return {path.stem: rows(path) for path in sorted(folder.glob("*.csv"))}
