"""`./bench NAME ...`: run one benchmark and print its table."""

import argparse
from importlib import import_module

NAMES = {
    "pages": "every list and dashboard against a bare WSGI hello, at the demo's size and at ten times that",
    "import": "bringing in leads, against COPY of the same file",
    "model": "the model that finds by meaning: processor time, memory, and how near to exact",
    "attribution": "credit, against the packages that people use for it: time, memory, and whether answers are equal",
    "search": "finding things: quality, speed and size, against BM25, PostgreSQL and Tantivy alone",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./bench", description=__doc__)
    subparsers = parser.add_subparsers(dest="name", required=True)
    for name, meaning in NAMES.items():
        subparser = subparsers.add_parser(name, help=meaning)
        import_module(f"benchmarks.{name}_").add(subparser)
    given = parser.parse_args()
    code: int = import_module(f"benchmarks.{given.name}_").run(given)
    return code


raise SystemExit(main())
