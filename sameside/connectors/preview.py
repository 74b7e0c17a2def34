"""What an import is going to do, before it does anything: every file with what it was recognised as, how it is read,
and what its columns become, shown with their own values.

Only a sample of each table is read (see sampling.py), by the same reader as in the import, so that what is shown is
what will be. Nothing is written.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sameside.connectors import looking, registry, sampling, shown, tabular, values
from sameside.connectors.forms import Question
from sameside.connectors.looking import Look
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.objects import Object
from sameside.connectors.sampling import SampledRows
from sameside.connectors.table import proposing
from sameside.connectors.tabular import Choices
from sameside.connectors.tabular.encoding import spoken
from sameside.connectors.values import Bad, Column
from sameside.people.models import Person

SAMPLES = 4
MOST_COLUMNS = 120
MOST_TABLES = 12
MOST_LISTED = 200
_SEPARATORS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar"}
ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "iso-8859-1",
    "cp1250",
    "mac-roman",
)


@dataclass(frozen=True)
class Sample:
    """A cell as it is written and as it will be read; `problem` says why it cannot be."""

    raw: str
    read: str
    problem: bool = False

    @property
    def changes(self) -> bool:
        return self.raw.strip().casefold() != self.read.casefold()


@dataclass(frozen=True)
class ColumnPreview:
    header: str
    becomes: tuple[str, ...]
    samples: tuple[Sample, ...]


@dataclass(frozen=True)
class FilePreview:
    """One file of the run. `problem` is set when it cannot be looked at; `columns` are those that are used."""

    file: ImportFile
    connector: str
    rows: int = 0
    is_estimate: bool = False
    is_table: bool = False
    mapping: str = ""
    facts: tuple[str, ...] = ()
    columns: tuple[ColumnPreview, ...] = ()
    unused: tuple[ColumnPreview, ...] = ()
    more_unused: int = 0
    questions: tuple[Question, ...] = ()
    warnings: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    problem: str = ""
    layout: tabular.Layout | None = None
    choices: Choices = field(default_factory=Choices)
    may_be_full: bool = False

    @property
    def separators(self) -> list[tuple[str, str]]:
        return list(_SEPARATORS.items())

    @property
    def separator(self) -> str:
        return _SEPARATORS.get(self.layout.separator, self.layout.separator) if self.layout else ""

    @property
    def encodings(self) -> list[tuple[str, str]]:
        return [(name, f"{spoken(name)} ({name})") for name in ENCODINGS]

    @property
    def open_questions(self) -> int:
        return sum(not getattr(self.choices.column(each.header), each.key) for each in self.questions)

    @property
    def is_beside(self) -> bool:
        """Whether it is a second reading of another file of the run."""
        return bool(self.file.choices.get("mapping", {}).get("new"))

    @property
    def answers(self) -> list[tuple[Question, str]]:
        return [(each, f"{each.key}:{each.header}") for each in self.questions]


@dataclass(frozen=True)
class RunPreview:
    """`others` are tables that are read too, looked at on their own pages; `unknown` wait for a person's word."""

    run: ImportRun
    files: tuple[FilePreview, ...]
    others: tuple[ImportFile, ...]
    more: int
    documents: tuple[tuple[str, int], ...]
    unknown: tuple[tuple[ImportFile, str], ...]
    left_out: tuple[ImportFile, ...]
    left_out_more: int

    @property
    def rows(self) -> int:
        return sum(each.rows for each in self.files)

    @property
    def is_estimate(self) -> bool:
        return bool(self.others) or any(each.is_estimate for each in self.files)

    @property
    def count(self) -> int:
        return len(self.files) + len(self.others) + self.more + sum(count for _, count in self.documents)

    @property
    def questions(self) -> int:
        return sum(each.open_questions for each in self.files)


def of_run(run: ImportRun, person: Person) -> RunPreview:
    """What `person` may see of the run; the columns of its first tables, the others one by one on their own pages."""
    files = list(ImportFile.objects.visible_to(person).filter(run=run).select_related("run"))
    used = [file for file in files if file.state != ImportFile.State.IGNORED]
    left_out = [file for file in files if file.state == ImportFile.State.IGNORED and file.connector != "table"]
    unknown = [file for file in files if file.state == ImportFile.State.IGNORED and file.connector == "table"]
    documents = Counter(file.recognised_as for file in used if file.connector == registry.DOCUMENTS)
    tables = [file for file in used if file.connector != registry.DOCUMENTS]
    return RunPreview(
        run,
        tuple(of_file(file) for file in tables[:MOST_TABLES]),
        tuple(tables[MOST_TABLES:MOST_LISTED]),
        max(len(tables) - MOST_LISTED, 0),
        tuple(sorted(documents.items())),
        tuple(_unknown(unknown)),
        tuple(left_out[:MOST_LISTED]),
        max(len(left_out) - MOST_LISTED, 0) + max(len(unknown) - MOST_LISTED, 0),
    )


def _unknown(files: Sequence[ImportFile]) -> Iterable[tuple[ImportFile, str]]:
    """The tables that wait for a person's word, the first of them with what they look like."""
    for place, file in enumerate(files[:MOST_LISTED]):
        yield file, (proposing.likeness(file) if place < MOST_TABLES else "") or file.note


def of_file(file: ImportFile) -> FilePreview:
    """What the file is going to be read as, and what of."""
    name = registry.label(file.connector) if file.connector else ""
    told = FilePreview(file, name, is_table=file.connector == "table")
    choices = Choices.from_json(file.choices)
    try:
        layout = sampling.layout(file.place, choices)
        rows = SampledRows(file.place, layout)
    except tabular.Unreadable as problem:
        return replace(told, problem=str(problem), choices=choices)
    target = registry.connector(file.connector).target(file) if file.connector else None
    told = replace(
        told,
        rows=rows.estimate,
        is_estimate=not rows.whole,
        facts=tuple(_facts(layout, rows)),
        mapping=str(file.choices.get("mapping", {}).get("name", "")),
        layout=layout,
        choices=choices,
        nothing=tuple(_nothing(rows)),
        may_be_full=bool(file.recognised_as and target and target.key.headers and target.census),
    )
    return _read(told, rows, target) if target else replace(told, unused=_columns(layout, rows, {})[1])


def _facts(layout: tabular.Layout, rows: SampledRows) -> Iterable[str]:
    """How the file is read, as short sentences."""
    yield spoken(layout.encoding)
    if len(layout.header) > 1:
        yield f"{_SEPARATORS.get(layout.separator, layout.separator)}-separated"
    yield f"{len(layout.header):,} columns"
    for note in (*layout.notes, *rows.notes):
        if not note.startswith(("read as", "separated by")):
            yield note[:1].upper() + note[1:]


def _nothing(rows: SampledRows) -> list[str]:
    """The words in it that stand for nothing."""
    found: Counter[str] = Counter()
    for _, cells in rows:
        if isinstance(cells, list):
            found.update(cell for cell in cells if len(cell) < 24 and cell.strip() and cell.strip() in values.NOTHING)
    return [shown.cell(word) for word, _ in found.most_common(5)]


def _read(told: FilePreview, rows: SampledRows, target: Object) -> FilePreview:
    layout = told.layout
    if layout is None:
        return told
    try:
        look = Look(rows, layout, target, told.choices)
    except LookupError as problem:
        return replace(told, problem=f"It cannot be read as {target.label or target.name}: {problem}.")
    used, unused = _columns(layout, rows, look.meanings())
    return replace(
        told,
        columns=used,
        unused=unused[:MOST_COLUMNS],
        more_unused=max(len(unused) - MOST_COLUMNS, 0),
        questions=tuple(looking.questions(look, rows, target, told.choices)),
        warnings=() if told.is_beside else tuple(looking.warnings(look, rows, target)),
    )


def _columns(
    layout: tabular.Layout, rows: SampledRows, meanings: dict[int, list[tuple[str, str, Column]]]
) -> tuple[tuple[ColumnPreview, ...], tuple[ColumnPreview, ...]]:
    """(used, not used), each with some of its values."""
    used: list[ColumnPreview] = []
    unused: list[ColumnPreview] = []
    records = [cells for _, cells in rows if isinstance(cells, list)][:200]
    for position, header in enumerate(layout.header):
        meant = meanings.get(position, [])
        cells = _distinct(cells[position] for cells in records if position < len(cells))
        samples = tuple(_sample(cell, meant) for cell in cells)
        labels = tuple(dict.fromkeys(label for label, _, _ in meant))
        (used if meant else unused).append(ColumnPreview(shown.cell(header), labels, samples))
    return tuple(used), tuple(unused)


def _distinct(cells: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for cell in cells:
        if cell.strip():
            found.setdefault(cell)
            if len(found) == SAMPLES:
                break
    return list(found)


def _sample(cell: str, meant: Sequence[tuple[str, str, Column]]) -> Sample:
    raw = shown.cell(cell)
    if not meant:
        return Sample(raw, raw)
    _, kind, column = next((each for each in meant if each[1] != "text"), meant[0])
    read = column.one(cell)
    if isinstance(read, Bad):
        return Sample(raw, str(read), problem=True)
    return Sample(raw, shown.value(read, kind))
