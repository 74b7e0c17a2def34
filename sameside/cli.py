"""The command `sameside`: everything the pages do that a script may want.

Exit codes: 0 done; 1 it failed; 2 the command was given wrongly; 3 it finished, but something was refused.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module, metadata

from sameside.project import config

COMMAND_MODULES = (
    "sameside.project.commands",
    "sameside.project.demonstration",
    "sameside.people.commands",
    "sameside.connectors.commands",
    "sameside.connectors.visiting",
    "sameside.connectors.lead_commands",
    "sameside.search.commands",
    "sameside.library.evaluation.commands",
    "sameside.weekly.commands",
    "sameside.analytics.attribution.commands",
    "sameside.attribution.copy.commands",
    "sameside.demo.commands",
)

DONE, FAILED, USAGE, REFUSED = 0, 1, 2, 3


def parser() -> argparse.ArgumentParser:
    """The whole command line; each module of `COMMAND_MODULES` adds its own with `add(subparsers)`.

    A command sets `run` (arguments to exit code), and `django=True` when it needs the database: Django is then set up
    and the schema brought up to date before it runs.
    """
    top = argparse.ArgumentParser(prog="sameside", description=__doc__.splitlines()[0] if __doc__ else "")
    top.add_argument("--version", action="version", version=metadata.version("sameside"))
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMAND_MODULES:
        import_module(name).add(subparsers)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sameside.project.settings")
    given = parser().parse_args(arguments)
    try:
        if getattr(given, "django", False):
            from sameside.project import commands

            commands.prepare()
        code: int = given.run(given)
    except KeyboardInterrupt:
        return FAILED
    except config.Unusable as problem:
        sys.stderr.write(f"sameside: {problem}\n")
        return FAILED
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    return code
