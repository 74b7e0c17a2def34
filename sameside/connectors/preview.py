"""What an import is going to do, before it does anything: every file with what it was recognised as, how it is read,
and what its columns become, shown with their own values.

Only a sample of each table is read (see sampling.py), by the same reader as in the import, so that what is shown is
what will be. Nothing is written.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.db import connection

from sameside.connectors import registry, sampling, shown, tabular, values
from sameside.connectors.forms import Question
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.objects import Join, Object
from sameside.connectors.reading import Reader
from sameside.connectors.sampling import SampledRows
from sameside.connectors.table import proposing
from sameside.connectors.tabular import Choices
from sameside.connectors.tabular.encoding import spoken
from sameside.connectors.values import Bad, Column, Value

SAMPLES = 4
MOST_COLUMNS = 120
MOST_TABLES = 12
MOST_LISTED = 200
_PERSONS = "people_person"
_LABELS = {
    "at": "Time",
    "close_on": "Close date",
    "starts_on": "Starts on",
    "ends_on": "Ends on",
    "is_closed": "Closed",
    "is_won": "Won",
    "amount_given": "Amount",
    "domain": "Website",
    "created_at": "Created at",
    "body": "Text",
}
_KNOWN_BY = {
    "crm_company": "its website, else by its name",
    "crm_contact": "the e-mail address, else by name, company and phone",
    "leads_lead": "the e-mail address, else by name, company and phone",
    "crm_deal": "its name and company",
    "crm_campaign": "its name",
}
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


class Look(Reader):
    """A reader of a sample that tells what each column means to it."""

    def meanings(self) -> dict[int, list[tuple[str, str, Column]]]:
        """Position to (label, kind, reader) of everything that is made of the column."""
        found: dict[int, list[tuple[str, str, Column]]] = {}
        if self.has_id and self.target.key.headers:
            found.setdefault(self.key[0], []).append(("Id", "text", self._ids))
        alone = {each.column: each.rule for each in self.target.derived if each.of == (each.column,)}
        for each in self.target.fields:
            for position, column in self._columns[each.column]:
                read = Column(_then(column.read, alone[each.column])) if each.column in alone else column
                found.setdefault(position, []).append((each.label or _label(each.column), each.kind, read))
        for reference in self.target.references:
            for position, column in self._references[reference.name]:
                label = reference.label or _label(reference.name)
                if label not in [told for told, _, _ in found.get(position, [])]:
                    found.setdefault(position, []).append((label, "text", column))
        if self._deleted_at is not None:
            found.setdefault(self._deleted_at, []).append(("Deleted in the source", "boolean", self._deleted))
        if self.target.only:
            decides = self.positions.get(self.target.only[0])
            if decides is not None:
                found.setdefault(decides, []).append(("Which rows count", "text", Column(values.Text(0))))
        return found


def _then(read: Callable[[str], Value], rule: Callable[..., Value]) -> Callable[[str], Value]:
    return lambda cell: rule(read(cell))


def _label(column: str) -> str:
    return _LABELS.get(column) or column.removesuffix("_id").replace("_", " ").capitalize()


def of_run(run: ImportRun) -> RunPreview:
    """The whole run; the columns of its first tables, the others one by one on their own pages."""
    files = list(run.files.select_related("run"))
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
        questions=tuple(_questions(look, rows, target, told.choices)),
        warnings=() if told.is_beside else tuple(_warnings(look, rows, target)),
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


def _questions(look: Look, rows: SampledRows, target: Object, choices: Choices) -> list[Question]:
    """What the file leaves open, answered or not; the answer in force is the default."""
    if not choices.columns:
        return list(look.survey.forms.questions)
    asked = Look(rows, look.layout, target, replace(choices, columns={})).survey.forms.questions
    return [replace(each, default=getattr(choices.column(each.header), each.key) or each.default) for each in asked]


def _warnings(look: Look, rows: SampledRows, target: Object) -> Iterable[str]:
    """What a person should know before going on."""
    sample = "the file" if rows.whole else f"a sample of {len(rows.records):,} rows"
    if not look.has_id:
        known = _KNOWN_BY.get(target.table, "what it says")
        yield f"It has no column of ids. When it comes again, a row is known by {known}."
    twice = sum(look.survey.repeated.values()) - len(look.survey.repeated)
    if twice and not target.key.numbered:
        rows_are = "a row comes" if twice == 1 else f"{twice:,} rows come"
        yield f"In {sample}, {rows_are} again further down; the last one counts."
    refused: Counter[str] = Counter()
    unknown: dict[str, set[str]] = {}
    for batch in look.batches():
        refused.update(reason[:160] for _, _, reason in batch.refused)
        for reference in target.references:
            found = batch.columns.get(f"ref_{reference.name}", [])
            unknown.setdefault(reference.name, set()).update(value for value in found if value)
    if refused:
        reasons = "; ".join(
            f"{shown.cell(reason, longest=160)} ({count:,})" for reason, count in refused.most_common(3)
        )
        rows_are = "a row" if refused.total() == 1 else f"{refused.total():,} rows"
        yield f"In {sample}, {rows_are} would be refused: {reasons}."
    for join in target.joins:
        if join.table == _PERSONS and unknown.get(join.reference):
            absent = _absent(join, target, unknown[join.reference])
            if absent:
                names = ", ".join(shown.cell(name, longest=40) for name in absent[:3])
                many = "An owner is" if len(absent) == 1 else f"{len(absent):,} owners are"
                yield f"{many} nobody here: {names}{' …' if len(absent) > 3 else ''}. Their rows get no owner."


def _absent(join: Join, target: Object, named: set[str]) -> list[str]:
    """Those of `named` whom the join does not find."""
    test = join.on or f"{{alias}}.source = '{target.source}' AND {{alias}}.external_id = {{ref}}"
    if "s.ref_" in test:
        return []
    sql = f"""
        SELECT s.ref FROM unnest(%s::text[]) AS s(ref)
        WHERE NOT EXISTS (SELECT 1 FROM {_PERSONS} x WHERE {test.format(alias="x", ref="s.ref")}) ORDER BY 1
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [sorted(named)[:500]])
        return [name for (name,) in cursor.fetchall()]
