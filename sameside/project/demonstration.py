"""`sameside demo`: the product with the fictional story company, from nothing to a first useful page in little time.

The demo has a data folder of its own below the data folder, so that it never mixes with real data. Its files are
written and brought in by the loader, a process beside the web server and the worker, in steps; a step that was
finished is not repeated, so a loader that was killed goes on where it was.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from sameside.project import commands, config, processes

PASSWORD = "sameside-demo-2026"  # noqa: S105  printed at every start: the demo holds nothing to protect
STEPS_FILE = "demo-steps.json"

Tell = Callable[[str], None]


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this part's commands."""
    demo = subparsers.add_parser("demo", help="run Sameside with the fictional demo company")
    _add_size(demo)
    demo.set_defaults(run=run_demo)
    load = subparsers.add_parser("demo-load", help="load the demo company into this data folder (used by `demo`)")
    _add_size(load)
    load.set_defaults(run=run_load, django=True)


def _add_size(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scale", type=float, default=1.0, help="size of the company; 1 has 20,000 leads")
    parser.add_argument("--seed", type=int, default=1, help="another seed gives another company of the same kind")


def run_demo(given: argparse.Namespace) -> int:
    if config.text("DATABASE_URL"):
        sys.stderr.write("sameside: the demo uses its own embedded database; unset DATABASE_URL.\n")
        return 2
    folder = config.data_folder() / _folder_name(given)
    folder.mkdir(exist_ok=True)
    os.environ["SAMESIDE_DATA"] = str(folder)
    loader = processes.Process(
        "the demo's loader",
        [sys.executable, "-m", "sameside", "demo-load", f"--scale={given.scale}", f"--seed={given.seed}"],
        once=True,
    )
    loaded = _is_loaded(folder)
    return commands.serve_with([] if loaded else [loader], say=_greeting(loaded=loaded))


def _folder_name(given: argparse.Namespace) -> str:
    """Each size and seed is a company of its own."""
    usual = given.scale == 1 and given.seed == 1
    return "demo" if usual else f"demo-{given.scale:g}-{given.seed}"


def _greeting(*, loaded: bool) -> str:
    from sameside.demo.members import CAST

    address = f"http://{config.text('SAMESIDE_HOST')}:{config.number('SAMESIDE_PORT')}/"
    people = "\n".join(f"    {member.role:<10} {member.email}" for member in CAST.values())
    state = "" if loaded else "\n  The company is being loaded; the first pages fill within about a minute.\n"
    return f"""
  Sameside runs with a fictional demo company at  {address}
{state}
  Sign in as      (password for all: {PASSWORD})
{people}

  Look first at   Today, then Content truth, Leads, Revenue and This week.
  Ctrl-C stops everything.

"""


def _finished(folder: Path) -> list[str]:
    path = folder / STEPS_FILE
    steps: list[str] = json.loads(path.read_text()) if path.exists() else []
    return steps


def _is_loaded(folder: Path) -> bool:
    return "done" in _finished(folder)


def run_load(given: argparse.Namespace) -> int:
    def tell(line: str) -> None:
        sys.stdout.write(f"  {line}\n")
        sys.stdout.flush()

    load(scale=given.scale, seed=given.seed, tell=tell)
    return 0


def load(*, scale: float, seed: int, tell: Tell) -> None:
    """Write the story company's files and bring them in, step by step; finished steps are skipped."""
    from sameside.project import demo_steps

    folder = config.data_folder()
    finished = _finished(folder)
    if "done" in finished:
        return
    today = date.fromisoformat(finished[0]) if finished else date.today()  # noqa: DTZ011  the demo ends on the day it is made
    finished = finished or [today.isoformat()]
    began = time.monotonic()
    for name, step in demo_steps.steps(folder / "story", scale=scale, seed=seed, today=today):
        if name not in finished:
            step(tell)
            finished.append(name)
            (folder / STEPS_FILE).write_text(json.dumps(finished))
            tell(f"{name} ({time.monotonic() - began:.0f} s)")
    finished.append("done")
    (folder / STEPS_FILE).write_text(json.dumps(finished))
    tell("The demo company is complete.")
