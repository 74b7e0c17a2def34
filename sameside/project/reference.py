"""Pages of the docs that are made from the code, so that they cannot disagree with it: `scripts/make-docs`."""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from sameside import cli
from sameside.people import roles_page
from sameside.project import config


def configuration() -> str:
    """`docs/guides/configuration.md`."""
    lines = [
        "# Configuration",
        "",
        "Sameside is configured by environment variables. Every one has a safe default; none is needed to begin with.",
        "`sameside doctor` says what is missing or wrong.",
        "",
        "| variable | default | meaning |",
        "| --- | --- | --- |",
        *(f"| `{setting.name}` | `{setting.default}` | {setting.meaning} |" for setting in config.SETTINGS),
    ]
    return "\n".join(lines) + "\n"


def _leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    for action in parser._actions:  # argparse has no public way to list subcommands
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                yield from _leaves(child)
            return
    yield parser


def commands() -> str:
    """`docs/guides/commands.md`."""
    lines = ["# Commands", "", *(cli.__doc__ or "").strip().splitlines(), ""]
    for leaf in _leaves(cli.parser()):
        leaf.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=100)
        usage = leaf.format_help().replace("options:", "\noptions:", 1).replace("\n\n\n", "\n\n").strip()
        lines += [f"## `{leaf.prog}`", "", "```text", usage, "```", ""]
    return "\n".join(lines).rstrip() + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "guides/configuration.md": configuration,
    "guides/commands.md": commands,
    "guides/roles.md": roles_page.markdown,
}


def write(docs: Path) -> None:
    """Write every made page below the folder `docs`."""
    for name, make in PAGES.items():
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make())
