"""The command `sameside demo-files`: the story company as files, to bring in elsewhere or to test an import with."""

import argparse
import sys
from datetime import date
from pathlib import Path


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this part's commands."""
    files = subparsers.add_parser(
        "demo-files", help="write the fictional demo company as files: a Salesforce export, documents, usage"
    )
    files.add_argument("folder", type=Path, metavar="FOLDER", help="where to write; made when it is missing")
    files.add_argument("--seed", type=int, default=1, help="another seed gives another company of the same kind")
    files.add_argument("--scale", type=float, default=1.0, help="size of the company; 1 has 20,000 leads")
    files.add_argument(
        "--today", type=date.fromisoformat, default=None, metavar="YYYY-MM-DD", help="the day the two years end; today"
    )
    files.set_defaults(run=run_files)


def run_files(given: argparse.Namespace) -> int:
    from sameside.demo import story

    if given.scale <= 0:
        sys.stderr.write("sameside: --scale must be more than 0.\n")
        return 2
    today = given.today or date.today()  # noqa: DTZ011  the two years end on the day of whoever asks

    def tell(what: str, done: int, of: int) -> None:
        if done == of or done % 25 == 0:
            sys.stderr.write(f"  {what} {done}/{of}\n")

    summary = story.write(given.folder, seed=given.seed, scale=given.scale, today=today, progress=tell)
    for name, rows in summary.rows.items():
        sys.stdout.write(f"{name:<24}{rows:>10,} rows\n")
    sys.stdout.write(f"{'documents':<24}{summary.documents:>10,} files\n{'touches':<24}{summary.touches:>10,}\n")
    return 0
