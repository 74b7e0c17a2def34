"""`sameside audit verify`: follow the whole chain of the audit log."""

import argparse
import json
import sys


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this part's commands."""
    audit = subparsers.add_parser("audit", help="look after the audit log")
    actions = audit.add_subparsers(dest="action", metavar="ACTION", required=True)
    verify = actions.add_parser("verify", help="check that no entry was changed or taken out; exit code 1 when one was")
    verify.add_argument("--json", action="store_true", help="print JSON")
    verify.set_defaults(run=run_verify, django=True)


def run_verify(given: argparse.Namespace) -> int:
    from sameside.people import audit

    verdict = audit.verify()
    broken = verdict.broken.pk if verdict.broken else None
    if given.json:
        body = {"entries": verdict.entries, "holds": verdict.holds, "broken": broken, "last_hash": verdict.last_hash}
        sys.stdout.write(json.dumps(body) + "\n")
    elif verdict.holds:
        sys.stdout.write(f"The chain of {verdict.entries:,} entries holds. Its last hash: {verdict.last_hash}\n")
    else:
        sys.stdout.write(f"The chain is broken at entry {broken}.\n")
    return 0 if verdict.holds else 1
