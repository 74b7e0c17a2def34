"""Every connector: one folder and one line of `NAMES`.

A connector's folder has a module `connector` with `CONNECTOR`. It recognises its files among those of a folder, and
executes a run over them: for every file it reports to `Progress`, which keeps the rows that the pages show. A folder
may hold files of several systems; each file is read by the one connector that knows its header.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sameside.connectors import tabular

if TYPE_CHECKING:
    from sameside.connectors.models import ImportFile, ImportRun
    from sameside.connectors.objects import Object
    from sameside.connectors.progress import Progress

NAMES = ("documents", "hubspot", "salesforce", "emails", "costs", "touches", "usage", "table")
"""In the order in which their files are read: what later ones refer to comes first."""
BY_PARTICULARITY = ("emails", "costs", "hubspot", "salesforce", "touches", "usage", "table", "documents")
"""Who is asked first what a table is: those whose headers are unmistakable, last the one that takes any."""
ANY = "any"
DOCUMENTS, TABLE = "documents", "table"
LONGEST_NAME = 500
LONGEST_PATH = 800
UNKNOWN_TABLE = "Nobody knows this header; say yourself what its columns mean."
UNKNOWN_FILE = "Neither a table nor a document that can be read."
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""What would act on a terminal or a page instead of being shown: controls and marks that turn the writing direction."""


def visible(name: str) -> str:
    """`name` without characters that act instead of being shown."""
    return _UNSEEN.sub("\ufffd", name)


@dataclass(frozen=True)
class Found:
    """A file, or a sheet of one: `name` is its path below the folder, `recognised_as` is empty when it is not needed
    and `note` says why. `path` is where a table is read from, when that is not the file itself; `choices` are what is
    decided about it beforehand."""

    name: str
    recognised_as: str
    bytes: int
    note: str = ""
    path: Path | None = None
    choices: Mapping[str, Any] = field(default_factory=dict)

    def storable(self, folder: Path) -> "Found":
        """Itself, under a name without characters that act instead of being shown; left out, under a similar name,
        when its name is not UTF-8 or too long for the database."""
        text = self.name.encode("utf-8", "replace").decode()
        name = visible(text)[:LONGEST_NAME]
        if name == self.name:
            return self
        path = self.path or folder / self.name
        if text == self.name and len(text) <= LONGEST_NAME and len(str(path)) <= LONGEST_PATH:
            return replace(self, name=name, path=path)
        note = f"Its name cannot be stored: it is not valid UTF-8, or longer than {LONGEST_NAME} characters."
        return replace(self, name=name, recognised_as="", note=note, path=None)


class Source:
    """What somebody brings: the files of a folder, and the tables in them.

    Workbooks and other binary tables are turned into text in `workspace`, which is made when it is needed.
    """

    def __init__(self, folder: Path, workspace: Path) -> None:
        self.folder = folder
        self.workspace = workspace

    @cached_property
    def files(self) -> list[tuple[str, Path]]:
        """(path below the folder, path) of every file, in the order of names; hidden ones and links out are not."""
        root = self.folder.resolve()
        found = []
        for path in sorted(self.folder.rglob("*")):
            hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.relative_to(self.folder).parts)
            if hidden or not path.is_file() or not path.resolve().is_relative_to(root):
                continue
            found.append((path.relative_to(self.folder).as_posix(), path))
        return found

    @cached_property
    def tables(self) -> "list[tabular.Table]":
        """Every table of the files; a workbook has one for each sheet."""
        return tabular.tables(self.files, self.workspace)


@dataclass(frozen=True)
class Connector:
    """`name` is the word of the command line; `capability` is the line of the role table that lets somebody use it.

    `recognise(source)` names the files that are this system's, in the order in which they will be read: those it will
    read, and those it knows but does not need. `execute(run, progress)` reads the files of `progress.waiting()`; it may
    be called again for a run that was cut off, and then changes nothing twice. `after` says what follows: "crm" settles
    everything that depends on CRM rows, "content" mentions and reports. `target(file)` is what a table is read as.
    """

    name: str
    label: str
    sentence: str
    capability: str
    suffixes: tuple[str, ...]
    recognise: Callable[[Source], Sequence[Found]]
    execute: "Callable[[ImportRun, Progress], None]"
    after: str
    target: "Callable[[ImportFile], Object | None]" = lambda file: None


def connector(name: str) -> Connector:
    """The connector `name`; KeyError when there is none."""
    if name not in NAMES:
        raise KeyError(name)
    found: Connector = import_module(f"sameside.connectors.{name}.connector").CONNECTOR
    return found


def connectors() -> list[Connector]:
    return [connector(name) for name in NAMES]


def label(name: str) -> str:
    """What a connector, or a run of several, is called on the screen."""
    return "Files" if name == ANY else connector(name).label


def recognise(source: Source, only: str = ANY) -> list[tuple[str, Found]]:
    """(connector, file) for every file of the source, in the order in which they will be read.

    `only` asks one connector. Of several, the most particular that knows a file (`BY_PARTICULARITY`) decides what it
    is; only a mapping that somebody saved for its very header makes something of a table that is not needed. A workbook
    that holds no known table is a document.
    """
    asked = connectors() if only == ANY else [connector(only)]
    claims: dict[str, tuple[str, Found]] = {}
    for each in sorted(asked, key=lambda each: BY_PARTICULARITY.index(each.name)):
        for found in each.recognise(source):
            held = claims.get(found.name)
            taken = any(name == found.name or name.startswith(f"{found.name} › ") for name in _read(claims))
            if not taken and (held is None or found.recognised_as):
                claims.pop(found.name, None)
                claims[found.name] = (each.name, found)
    order = [each.name for each in asked]
    listed = sorted(claims.values(), key=lambda claim: (not claim[1].recognised_as, order.index(claim[0])))
    return [*listed, *_unclaimed(source, claims, asked)]


def _read(claims: dict[str, tuple[str, Found]]) -> list[str]:
    return [name for name, (_, found) in claims.items() if found.recognised_as]


def _unclaimed(
    source: Source, claims: dict[str, tuple[str, Found]], asked: Sequence[Connector]
) -> list[tuple[str, Found]]:
    """The files that nobody claimed, each with the reason; a workbook's sheets unless it is read as a document."""
    if [each.name for each in asked] == [DOCUMENTS]:
        return []
    rest: list[tuple[str, Found]] = []
    tables = {table.file for table in source.tables}
    for table in source.tables:
        if table.name not in claims and table.file not in claims:
            note = table.problem or UNKNOWN_TABLE
            rest.append(("", Found(table.name, "", table.bytes, note, table.path)))
    for name, path in source.files:
        if visible(name) not in claims and name not in claims and name not in tables:
            rest.append(("", Found(name, "", path.stat().st_size, UNKNOWN_FILE)))
    return rest
