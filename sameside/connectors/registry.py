"""Every connector: one folder and one line of `NAMES`.

A connector's folder has a module `connector` with `CONNECTOR`. It recognises the files of a folder, and executes a run
over them: for every file it reports to `Progress`, which keeps the rows that the pages show.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sameside.connectors.models import ImportRun
    from sameside.connectors.progress import Progress

NAMES = ("salesforce", "documents", "usage")
LONGEST_NAME = 500


@dataclass(frozen=True)
class Found:
    """A file of the folder: `name` is its path below the folder, `recognised_as` is empty when it is not needed and
    `note` says why."""

    name: str
    recognised_as: str
    bytes: int
    note: str = ""

    @property
    def storable(self) -> "Found":
        """Itself; left out, under a similar name, when its name is not UTF-8 or too long for the database."""
        name = self.name.encode("utf-8", "replace").decode()[:LONGEST_NAME]
        if name == self.name:
            return self
        note = f"Its name cannot be stored: it is not valid UTF-8, or longer than {LONGEST_NAME} characters."
        return Found(name, "", self.bytes, note)


@dataclass(frozen=True)
class Connector:
    """`name` is the word of the command line; `capability` is the line of the role table that lets somebody use it.

    `recognise(folder)` names every file of the folder in the order in which they will be read. `execute(run, progress)`
    reads the files of `progress.waiting()`; it may be called again for a run that was cut off, and then changes nothing
    twice. `after` says what follows: "crm" settles everything that depends on CRM rows, "content" mentions and reports.
    """

    name: str
    label: str
    sentence: str
    capability: str
    suffixes: tuple[str, ...]
    recognise: Callable[[Path], Sequence[Found]]
    execute: "Callable[[ImportRun, Progress], None]"
    after: str


def connector(name: str) -> Connector:
    """The connector `name`; KeyError when there is none."""
    if name not in NAMES:
        raise KeyError(name)
    found: Connector = import_module(f"sameside.connectors.{name}.connector").CONNECTOR
    return found


def connectors() -> list[Connector]:
    return [connector(name) for name in NAMES]
