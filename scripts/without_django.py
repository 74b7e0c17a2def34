"""Prove that `sameside.analytics` needs no Django: `python scripts/without_django.py`, a step of ./check and ./test.

An environment is made in which nothing but the library's own distributions is installed, as links to those of the
environment that runs this. In it every module of `sameside.analytics` is imported, and `sameside attribute` credits
Parquet files, with and without memory; what it writes must be what other packages answered (golden.json of the tests).
"""

import csv
import json
import subprocess
import sys
import tempfile
import venv
from contextlib import redirect_stdout
from importlib import import_module, metadata, util
from io import StringIO
from pathlib import Path
from typing import Any

LIBRARY = ("duckdb", "numpy", "pyarrow", "scikit-learn", "scipy")
ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "analytics" / "attribution" / "golden.json"
ABSENT = ("django", "environs", "ibis", "marshmallow", "pandas", "psycopg", "pyspark")
RULES = {"first": "first_click", "last": "last_click", "linear": "linear", "u_shape": "position_based"}


def main() -> int:
    if sys.argv[1:2] == ["--inside"]:
        return inside(Path(sys.argv[2]))
    with tempfile.TemporaryDirectory(prefix="sameside-without-django-") as made:
        folder = Path(made)
        python = environment(folder / "environment")
        return subprocess.run([str(python), "-I", __file__, "--inside", made], check=False).returncode


def environment(folder: Path) -> Path:
    """The Python of a new environment in `folder` with this package, `LIBRARY`, and what they require."""
    venv.EnvBuilder(symlinks=True, with_pip=False).create(folder)
    [packages] = folder.glob("lib/python*/site-packages")
    for distribution in required(LIBRARY):
        for name in {Path(file).parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
            (packages / name).symlink_to(Path(str(distribution.locate_file(name))))
    (packages / "sameside").symlink_to(ROOT / "sameside")
    own = next(Path(str(file.locate())).parent for file in metadata.files("sameside") or () if file.name == "METADATA")
    (packages / own.name).symlink_to(own)
    return folder / "bin" / "python"


def required(names: tuple[str, ...]) -> list[metadata.Distribution]:
    from packaging.requirements import Requirement

    found: dict[str, metadata.Distribution] = {}
    left = list(names)
    while left:
        name = left.pop()
        if name not in found:
            found[name] = metadata.distribution(name)
            wanted = map(Requirement, found[name].requires or ())
            left += [one.name for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]
    return list(found.values())


def inside(folder: Path) -> int:
    import pkgutil

    there = [name for name in ABSENT if util.find_spec(name) is not None]
    from sameside import analytics, cli

    modules = [one.name for one in pkgutil.walk_packages(analytics.__path__, "sameside.analytics.")]
    for name in modules:
        import_module(name)
    golden = json.loads(GOLDEN.read_text())
    touches, outcomes = tables(golden["journeys"], folder)
    wrong = [f"{name} is installed" for name in there]
    for order in ("1", "2"):
        out = folder / f"credit-{order}.csv"
        asked = ["--touches", touches, "--outcomes", outcomes, "--models", "all", "--order", order, "--out", str(out)]
        with redirect_stdout(StringIO()):
            failed = cli.main(["attribute", *asked])
        if failed:
            return 1
        wrong += compare(credited(out), golden["answers"], remembering=order != "1")
    if any(name.split(".")[0] in ABSENT for name in sys.modules):
        wrong.append("something was imported that is not installed")
    for sentence in wrong:
        sys.stderr.write(f"{sentence}\n")
    names = ", ".join(sorted(found.name for found in metadata.distributions()))
    sys.stdout.write(f"{len(modules)} modules imported and credit computed with nothing but {names}\n")
    return 1 if wrong or len(modules) < 40 else 0


def tables(journeys: list[Any], folder: Path) -> tuple[str, str]:
    import pyarrow as pa
    from pyarrow import parquet

    closed = 1_800_000_000
    rows = [(number, closed - age, key) for number, (_, _, path) in enumerate(journeys) for age, key in path]
    company, at, key = (list(column) for column in zip(*rows, strict=True))
    names = [f"channel {one:04}" for one in key]
    kind = pa.timestamp("us", "UTC")
    times = [pa.array([second * 1_000_000 for second in one], kind) for one in (at, [closed] * len(journeys))]
    touches = {"company_id": company, "occurred_at": times[0], "channel": names}
    numbers = list(range(len(journeys)))
    won, amount = [one[0] for one in journeys], [one[1] for one in journeys]
    outcomes = {"deal_id": numbers, "company_id": numbers, "closed_at": times[1], "won": won, "amount": amount}
    written = []
    for name, table in (("touches", touches), ("outcomes", outcomes)):
        written.append(str(folder / f"{name}.parquet"))
        parquet.write_table(pa.table(table), written[-1])
    return written[0], written[1]


def credited(file: Path) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in csv.DictReader(file.read_text().splitlines()):
        found.setdefault(row["model"], {})[row["channel"]] = float(row["outcomes"])
        if not float(row["outcomes_low"]) <= float(row["outcomes_high"]):
            raise ArithmeticError(f"{row['model']} has no interval.")
    return found


def compare(ours: dict[str, dict[str, float]], peers: Any, *, remembering: bool) -> list[str]:
    expected = {model: peers["mam-heuristics"][theirs] for model, theirs in RULES.items()}
    expected["shapley"] = expected["shapley_ordered"] = peers["shapley-attribution"]["shapley"]
    effects = peers["mam-markov"]["removal"]
    won, lost = sum(ours["linear"].values()), sum(effects.values())
    if not remembering:
        expected["markov"] = {key: won * effect / lost for key, effect in effects.items()}
    wrong = [f"markov credits {sum(ours['markov'].values())} of {won}"] * (
        abs(sum(ours["markov"].values()) - won) > 1e-6
    )
    for model, answers in expected.items():
        off = max(abs(n - answers.get(key, 0.0)) for key, n in ours[model].items())
        wrong += [f"{model} is {off} off"] * (off > 1e-6)
    return wrong


raise SystemExit(main())
