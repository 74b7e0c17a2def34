"""`sameside visitors identify FILE`: say which company the visitors of touch logs belong to, in a table of them.

Columns: `visitor`, and `company` (a domain, an id of its source or a name), `email`, or both. A line that names nobody,
or more than one, is told with its reason; the others count.
"""

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sameside.connectors.terminal import clean

MOST_TOLD = 20
COLUMNS = {"visitor": ("visitor", "visitorid", "cookie", "cookieid", "clientid"), "company": ("company", "companyid",
           "companydomain", "domain"), "email": ("email", "emailaddress")}  # fmt: skip


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `visitors identify FILE`."""
    visitors = subparsers.add_parser("visitors", help="say who the visitors of touch logs are")
    verbs = visitors.add_subparsers(dest="verb", metavar="VERB", required=True)
    sentence = "give the touches of visitors their company, past and to come"
    identify = verbs.add_parser("identify", help=sentence, description=sentence)
    identify.add_argument("file", type=Path, metavar="FILE", help="a table with visitor and company, or e-mail")
    identify.add_argument("--json", action="store_true", help="print JSON")
    identify.set_defaults(run=run, django=True)


def run(given: argparse.Namespace) -> int:
    """Exit code 3: some line was refused; 2: FILE is no such table."""
    from sameside.connectors import aftermath, tabular

    path = given.file.expanduser()
    if not path.is_file():
        return _say_no(f"{clean(str(given.file))} does not exist.")
    try:
        layout = tabular.layout(path, tabular.Choices())
    except tabular.Unreadable as problem:
        return _say_no(str(problem))
    places = _places(layout.header)
    if "visitor" not in places or len(places) < 2:
        return _say_no("It needs a column visitor, and company or email.")
    told: dict[str, Any] = {"visitors": 0, "touches": 0, "refused": []}
    for number, cells in tabular.Rows(path, layout):
        if isinstance(cells, csv.Error):
            told["refused"].append([number, str(cells)])
            continue
        row = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
        _one(number, row, told)
    if told["touches"]:
        aftermath.refresh_reports()
    return _report(told, as_json=given.json)


def _places(header: Sequence[str]) -> dict[str, int]:
    from sameside.connectors.objects import plain

    names = [plain(title) for title in header]
    found = {
        meant: next((names.index(each) for each in words if each in names), -1) for meant, words in COLUMNS.items()
    }
    return {meant: place for meant, place in found.items() if place >= 0}


def _one(number: int, row: dict[str, str], told: dict[str, Any]) -> None:
    from django.utils import timezone

    from sameside.crm import visitors

    try:
        company, contact = visitors.who(row.get("company", ""), row.get("email", ""))
        filled = visitors.identify(row["visitor"], company=company, contact=contact, by=None, at=timezone.now())
    except visitors.VisitorKnown as problem:
        told["refused"].append([number, str(problem)])
        return
    told["visitors"] += 1
    told["touches"] += filled


def _report(told: dict[str, Any], *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(told, indent=2))
    else:
        for number, reason in told["refused"][:MOST_TOLD]:
            print(f"Line {number}: {clean(reason)}", file=sys.stderr)
        refused = f" {len(told['refused']):,} lines were refused." if told["refused"] else ""
        print(f"{told['visitors']:,} visitors are known; {told['touches']:,} touches have a company now.{refused}")
    return 3 if told["refused"] else 0


def _say_no(sentence: str) -> int:
    print(clean(sentence), file=sys.stderr)
    return 2
