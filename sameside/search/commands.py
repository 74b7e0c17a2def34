"""`sameside indexer` and `sameside search`: keep, build, look at, check and heal the indexes of this machine."""

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING

from sameside.search import models_command

if TYPE_CHECKING:
    from sameside.search.kinds import Kind


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this part's commands."""
    indexer = subparsers.add_parser("indexer", help="keep this machine's search indexes (part of `serve`)")
    indexer.set_defaults(run=run_indexer, django=True)
    search = subparsers.add_parser("search", help="look after the search indexes of this machine")
    actions = search.add_subparsers(dest="action", metavar="ACTION", required=True)
    rebuild = actions.add_parser("rebuild", help="build the indexes anew while the old ones answer")
    rebuild.add_argument("kind", nargs="*", help="asset, company, contact, deal, lead; all when left out")
    rebuild.set_defaults(run=run_rebuild, django=True)
    status = actions.add_parser("status", help="say what the indexes hold and what is being done")
    status.add_argument("--json", action="store_true", help="print JSON")
    status.set_defaults(run=run_status, django=True)
    check = actions.add_parser("check", help="compare the indexes with the database; exit code 1 when they differ")
    check.add_argument("kind", nargs="*", help="asset, company, contact, deal, lead; all when left out")
    check.add_argument("--heal", action="store_true", help="have what differs indexed again")
    check.add_argument("--json", action="store_true", help="print JSON")
    check.set_defaults(run=run_check, django=True)
    models_command.add(actions)


def run_indexer(given: argparse.Namespace) -> int:
    from sameside.search.indexer import Indexer

    indexer = Indexer()
    indexer.stop_on_signals()
    indexer.run(_say)
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _chosen(names: list[str]) -> "list[Kind] | None":
    from sameside.search import kinds

    known = {kind.name: kind for kind in kinds.every()}
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.stderr.write(f"sameside: there is no kind {unknown[0]}. Kinds: {', '.join(known)}.\n")
        return None
    return [known[name] for name in names] or list(known.values())


def run_rebuild(given: argparse.Namespace) -> int:
    """With an indexer running on this machine, ask it and wait; else build here."""
    from sameside.retrieval.engine import Busy
    from sameside.search import health, indexes
    from sameside.search.following import Follower

    chosen = _chosen(given.kind)
    if chosen is None:
        return 2
    try:
        with indexes.writing():
            for kind in chosen:
                follower = Follower.of(kind)
                follower.rebuild("somebody asked for it")
                while follower.build is not None:
                    follower.step()
                _say(f"{kind.plural}: {health.documents(follower.held.state.documents if follower.held else 0)}.")
        return 0
    except Busy:
        return _have_rebuilt([kind.name for kind in chosen])


def _have_rebuilt(names: list[str]) -> int:
    from sameside.search import health, indexes, kinds

    before = {name: indexes.place(name).current() for name in names}
    for name in names:
        indexes.place(name).want_rebuild()
    waiting = list(names)
    while waiting:
        time.sleep(0.3)
        for name in list(waiting):
            version = indexes.place(name).current()
            if version is not None and version != before[name]:
                state = indexes.read_state(version)
                _say(f"{kinds.by_name(name).plural}: {health.documents(state.documents if state else 0)}.")
                waiting.remove(name)
        if waiting and not indexes.is_written():
            sys.stderr.write("sameside: the indexer ended. Start it, or run this command again.\n")
            return 1
    return 0


def run_status(given: argparse.Namespace) -> int:
    from dataclasses import asdict

    from sameside.search import health

    found = health.status()
    if given.json:
        _say(json.dumps(asdict(found), indent=2))
    else:
        for line in health.sentences(found):
            _say(line)
    return 0 if found.is_well else 1


def run_check(given: argparse.Namespace) -> int:
    from dataclasses import asdict

    from sameside.search import health, readers

    chosen = _chosen(given.kind)
    if chosen is None:
        return 2
    try:
        differences = [health.compare(kind) for kind in chosen]
    except readers.NotReady as problem:
        sys.stderr.write(f"sameside: {problem}\n")
        return 1
    if given.heal:
        for one in differences:
            health.heal(one)
    if given.json:
        _say(json.dumps([asdict(one) for one in differences], indent=2))
    else:
        for one in differences:
            _say(health.sentence(one, healed=given.heal))
    return 0 if all(one.is_same for one in differences) else 1
