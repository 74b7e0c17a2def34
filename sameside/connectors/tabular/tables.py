"""Every table of a set of files: text as it is, each sheet of a workbook as the CSV file it was converted to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from sameside.connectors.tabular import conversion, kinds
from sameside.connectors.tabular.choices import NONE, Choices
from sameside.connectors.tabular.layout import Layout, Unreadable, layout


@dataclass(frozen=True)
class Table:
    """`file` is the file's path below its folder; `name` is the same, and ` › ` with the sheet for one of several.

    `path` is the text it is read from. `layout` is None when it cannot be read; `problem` says why, in a sentence.
    """

    name: str
    path: Path
    layout: Layout | None
    problem: str = ""
    file: str = ""

    @property
    def bytes(self) -> int:
        return self.path.stat().st_size


def _read(table: Table, remarks: Iterable[str], choices: Choices) -> Table:
    try:
        found = layout(table.path, choices)
    except Unreadable as problem:
        return replace(table, problem=str(problem))
    return replace(table, layout=replace(found, notes=(*filter(None, remarks), *found.notes)))


def of_file(name: str, path: Path, workspace: Path, choices: Choices = NONE) -> list[Table]:
    """The tables of one file; none when its content and its name are both of another kind."""
    unread = Table(name, path, None, file=name)
    promised = Path(name).suffix.lower() in kinds.SUFFIXES
    try:
        kind = kinds.of(path)
    except kinds.NoTable as problem:
        return [replace(unread, problem=str(problem))] if promised else []
    except OSError as problem:
        return [replace(unread, problem=f"It cannot be read: {problem.strerror or 'the disk refused it'}.")]
    if kind in ("text", "html") and not promised:
        return []
    remark = kinds.remark(kind, name)
    if kind == "text":
        return [_read(unread, [remark], choices)]
    found = []
    for sheet, converted in conversion.sheets(path, kind, workspace):
        if choices.sheet and sheet.name and sheet.name != choices.sheet:
            continue
        table = replace(unread, name=f"{name} › {sheet.name}" if sheet.name else name, path=converted)
        if sheet.problem:
            found.append(replace(table, problem=sheet.problem))
        else:
            found.append(_read(table, [remark, sheet.remark], choices))
    return found


def tables(files: Iterable[tuple[str, Path]], workspace: Path) -> list[Table]:
    """The tables of all `files`, each given by its name and path; converted ones are kept in `workspace`."""
    return [table for name, path in files for table in of_file(name, path, workspace)]
