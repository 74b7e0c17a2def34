"""`sameside attribute`: a table to read, a file to keep, and exit code 2 with a sentence."""

import csv
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sameside import cli
from tests.analytics.attribution import tables

CLOSED = datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    touches, outcomes = tables.few(
        [
            ("a", CLOSED, True, 1_000.0),
            ("b", CLOSED, True, 500.0),
            ("c", CLOSED, False, 70.0),
            ("d", CLOSED, True, 5.0),
        ],
        [
            ("a", CLOSED - timedelta(days=9), "paid \x1b[31msocial"),
            ("a", CLOSED - timedelta(days=1), "webinar"),
            ("b", CLOSED - timedelta(days=400), "webinar"),
            ("b", CLOSED - timedelta(days=2), None),
        ],
    )
    made = tmp_path_factory.mktemp("tables")
    pq.write_table(touches, made / "touches.parquet")
    pq.write_table(outcomes, made / "outcomes.parquet")
    return made


def arguments(folder: Path, *more: str) -> list[str]:
    return ["attribute", "--touches", f"{folder}/touches.parquet", "--outcomes", f"{folder}/outcomes.parquet", *more]


def test_it_prints_amounts_by_key_and_model(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments(folder, "--models", "linear,last", "--lookback-days", "365")) == 0
    assert capsys.readouterr().out == (
        "3 outcomes succeeded and brought 1,505.00; before 1 of them, with 5.00, there was no touch.\n"
        "\n"
        "channel           linear   last\n"
        "(none)               500    500\n"
        "paid �[31msocial     500      0\n"
        "webinar              500  1,000\n"
        "\n"
        "Fewer than 20 successes: no intervals.\n"
    )


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_it_writes_every_row_into_a_file(folder: Path, tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"credit.{kind}"
    assert cli.main(arguments(folder, "--models", "first", "--lookback-days", "all", "--out", str(out))) == 0
    rows = list(csv.DictReader(out.read_text().splitlines())) if kind == "csv" else pq.read_table(out).to_pylist()
    assert {row["channel"]: float(row["amount"]) for row in rows if float(row["amount"])} == {
        "paid \x1b[31msocial": 1_000.0,
        "webinar": 500.0,
    }


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--by", "campaign_id"], "touches has no column campaign_id. It has company_id, occurred_at, channel."),
        (["--models", "best"], "There is no model best."),
        (["--lookback-days", "long"], "--lookback-days is a number of days or all, not long."),
        (["--out", "credit.xlsx"], "credit.xlsx ends neither with .csv nor with .parquet."),
        (["--touches", "gone.parquet"], "gone.parquet does not exist."),
        (["--out", "/nowhere/credit.csv"], "/nowhere/credit.csv cannot be written"),
        (["--touches", __file__], "touches cannot be read"),
        (["--touches", "/nowhere/*.parquet"], "touches cannot be read"),
    ],
)
def test_what_does_not_go_is_said_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], more: list[str], sentence: str
) -> None:
    assert cli.main(arguments(folder, *more)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"sameside: {sentence}")
    assert said.err.count("\n") == 1


REFUSE = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("django", "psycopg", "pandas", "pyspark"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Refuse())
"""
ALONE = """
from sameside import cli
sys.exit(cli.main(sys.argv[1:]))
"""
EVERY = """
import pkgutil
from importlib import import_module
from sameside.analytics import attribution, influence
for package in (attribution, influence):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        print(import_module(module.name).__name__)
"""


def without_django(program: str, *given: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO", "SAMESIDE"))}
    done = subprocess.run(
        [sys.executable, "-c", REFUSE + program, *given], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_it_computes_where_django_and_postgresql_cannot_be_imported(folder: Path) -> None:
    assert "shapley_ordered" in without_django(ALONE, *arguments(folder, "--models", "all"))


def test_every_module_of_credit_and_influence_can_be_imported_without_django() -> None:
    assert "sameside.analytics.attribution.engines.spark" in without_django(EVERY).splitlines()


SLOW = ("django", "environs", "ibis", "marshmallow", "pandas", "pyarrow.compute", "pyarrow.dataset", "scipy", "sqlglot")
WHAT_WAS_IMPORTED = """
import sys
from sameside import cli
assert cli.main(sys.argv[2:]) == 0
print(*(name for name in sys.argv[1].split(",") if name in sys.modules), file=sys.stderr)
"""


def test_nothing_slow_is_imported_for_a_small_answer(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WHAT_WAS_IMPORTED, ",".join(SLOW), *arguments(folder, "--models", "all")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.split() == []
