"""`sameside copy rebuild|refresh|status`: the columnar copy that credit is computed from."""

import argparse
import sys


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this part's commands."""
    sentence = "the columnar copy of touches and deals (Parquet)"
    copy = subparsers.add_parser("copy", help=sentence, description=sentence)
    verbs = copy.add_subparsers(dest="verb", metavar="VERB", required=True)
    rebuild = verbs.add_parser("rebuild", help="write every file again, from zero")
    rebuild.set_defaults(run=run_rebuild, django=True)
    refresh = verbs.add_parser("refresh", help="write again what changed")
    refresh.set_defaults(run=run_refresh, django=True)
    status = verbs.add_parser("status", help="where it is, how large, and how far behind")
    status.add_argument("--check", action="store_true", help="compare every file, whatever the log of changes says")
    status.set_defaults(run=run_status, django=True)


def run_rebuild(given: argparse.Namespace) -> int:
    return _bring("rebuild")


def run_refresh(given: argparse.Namespace) -> int:
    return _bring("refresh")


def _bring(verb: str) -> int:
    from sameside.attribution.copy import folder, refreshing

    try:
        done = getattr(refreshing, verb)(tell=_say)
    except OSError as problem:
        sys.stderr.write(f"sameside: the copy cannot be written: {problem}\n")
        return 1
    for name in done.removed:
        _say(f"{name}: removed")
    written = len(done.written)
    if not written and not done.removed:
        _say("Nothing changed.")
    else:
        _say(f"{written:,} {'file' if written == 1 else 'files'} with {done.rows:,} rows written in {folder.place()}")
    return 0


def run_status(given: argparse.Namespace) -> int:
    """Exit code 3: the copy is behind, or there is none."""
    from sameside.attribution.copy import folder, lag

    found = lag.state(check=given.check)
    if found.as_of is None:
        _say(f"There is no copy in {folder.place()} yet. Make it with: sameside copy rebuild")
        return 3
    _say(f"{folder.place()}: {found.rows:,} rows, {found.bytes / 1e6:,.1f} MB, as of {found.as_of:%Y-%m-%d %H:%M} UTC")
    if not found.files:
        _say("Up to date.")
        return 0
    files = len(found.files)
    _say(f"Behind by {found.behind:,} rows or more in {files:,} {'file' if files == 1 else 'files'}:")
    for name in found.files:
        _say(f"  {name}")
    return 3


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
