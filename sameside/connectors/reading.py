"""From a file to batches of typed columns: a survey of the whole file first, then the rows, a few thousand at a time.

The survey decides what only the whole file can tell: how dates and numbers are written (`forms`), and which ids occur
more than once (the last one counts). It keeps eight bytes per row. Batches are read column by column, which is several
times faster than row by row.
"""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from sameside.connectors import values
from sameside.connectors.ahead import ahead
from sameside.connectors.batch import Batch
from sameside.connectors.forms import Forms, Question
from sameside.connectors.objects import Field, Object, Reference, plain
from sameside.connectors.tabular import Broken, Choices, Layout, Rows
from sameside.connectors.values import Bad, Column, Value

BATCH = 5_000
NOTHING_CHOSEN = Choices()


@dataclass
class Survey:
    """What the whole file says: how often an id occurs when more than once, and how dates and numbers are written.

    `questions` are what it leaves open: somebody may answer them before the rows are read.
    """

    forms: Forms
    rows: int = 0
    repeated: dict[int, int] = field(default_factory=dict)

    @property
    def sentences(self) -> list[str]:
        return self.forms.sentences

    @property
    def questions(self) -> list[Question]:
        return self.forms.questions


class Reader:
    """Reads one file as one object."""

    def __init__(self, rows: Rows, layout: Layout, target: Object, choices: Choices = NOTHING_CHOSEN) -> None:
        self.rows = rows
        self.layout = layout
        self.target = target
        self.choices = choices
        self.width = len(layout.header)
        self.positions: dict[str, int] = {}
        for position, header in enumerate(layout.header):
            self.positions.setdefault(plain(header), position)
        self.key = self._key_positions()
        self.texts: list[tuple[Field, values.Text]] = []
        self.survey = self._survey()
        self._columns = {each.column: self._readers(each) for each in target.fields}
        self._references = {each.name: self._reference(each) for each in target.references}
        self._deleted_at = next((self.positions[name] for name in target.deleted if name in self.positions), None)
        self._deleted = Column(values.boolean)
        self._ids = Column(target.key.read, repeats=False)

    @property
    def has_id(self) -> bool:
        """Whether the file has a column of ids; else each row gets a key made of its content."""
        return self.target.key.rule is None or any(name in self.positions for name in self.target.key.headers)

    def _key_positions(self) -> tuple[int, ...]:
        """The columns by which a repeated row is found: that of the ids, else all that the key is made of."""
        key = self.target.key
        for name in key.headers:
            if name in self.positions:
                return (self.positions[name],)
        if key.rule is None:
            raise LookupError(f"{self.target.name} without any of {', '.join(key.headers)}")
        made_of = [each.headers for each in self.target.fields if each.column in key.of]
        made_of += [each.headers for each in self.target.references if f"ref_{each.name}" in key.of]
        headers = (name for named in made_of for name in named)
        return tuple(dict.fromkeys(self.positions[name] for name in headers if name in self.positions))

    def _hash(self, cells: Sequence[str]) -> int:
        if len(self.key) == 1:
            return hash(self.target.key.same(cells[self.key[0]].strip()))
        return hash(tuple(cells[position].strip() for position in self.key))

    def _is_blank(self, cells: Sequence[str]) -> bool:
        return not any(cells[position].strip() for position in self.key)

    def _survey(self) -> Survey:
        survey = Survey(Forms(self._kinds(), self.layout, self.choices))
        positions = survey.forms.positions
        hashes = array("q")
        last = max([*self.key, *positions], default=0)
        window: list[list[str]] = []
        for _, cells in self.rows:
            if isinstance(cells, Broken) or len(cells) <= last:
                continue
            hashes.append(self._hash(cells))
            if positions:
                window.append(cells)
                if len(window) == BATCH:
                    self._look(survey.forms, window)
        self._look(survey.forms, window)
        survey.rows = len(hashes)
        if hashes:
            found, counts = np.unique(np.frombuffer(hashes, dtype=np.int64), return_counts=True)
            twice = counts > 1
            survey.repeated = dict(zip(found[twice].tolist(), counts[twice].tolist(), strict=True))
        return survey

    def _kinds(self) -> Iterator[tuple[int, str]]:
        for each in self.target.fields:
            if each.read is None:
                yield from ((self.positions[header], each.kind) for header in each.headers if header in self.positions)

    @staticmethod
    def _look(forms: Forms, window: list[list[str]]) -> None:
        for position in forms.positions:
            forms.look(position, [cells[position] for cells in window])
        window.clear()

    @property
    def untold(self) -> frozenset[str]:
        """The columns, and `ref_` names, of which the file says nothing: an update leaves them as they are."""
        silent = {each.column for each in self.target.fields if not self._columns[each.column]}
        for derived in self.target.derived:
            if silent.issuperset(derived.of):
                silent.add(derived.column)
            else:
                silent.discard(derived.column)
        return frozenset(silent | {f"ref_{name}" for name, readers in self._references.items() if not readers})

    def _readers(self, each: Field) -> list[tuple[int, Column]]:
        return [
            (self.positions[header], self._column(each, self.positions[header]))
            for header in each.headers
            if header in self.positions
        ]

    def _column(self, each: Field, position: int) -> Column:
        if each.read is not None:
            return Column(each.read)
        if each.kind == "text":
            text = values.Text(each.most, choices=each.column in values.CHOSEN)
            self.texts.append((each, text))
            return Column(text, repeats=0 < each.most <= 120 and each.column not in ("email", "phone"))
        if each.kind == "boolean":
            return Column(values.boolean)
        return Column(self.survey.forms.reader(position, each.kind), repeats=each.kind != "moment")

    def _reference(self, each: Reference) -> list[tuple[int, Column]]:
        return [(self.positions[header], Column(each.read)) for header in each.headers if header in self.positions]

    def batches(self, *, skip: int = 0) -> Iterator[Batch]:
        """Every batch after the first `skip` records, which an earlier attempt has read already."""
        remaining = Counter(self.survey.repeated)
        records = iter(self.rows)
        last = max(self.key, default=0)
        for _, cells in islice(records, skip):
            if remaining and not isinstance(cells, Broken) and len(cells) > last:
                remaining[self._hash(cells)] -= 1
        while True:
            taken = list(islice(records, BATCH))
            if not taken:
                return
            yield self._batch(taken, remaining)

    def _batch(self, taken: "list[tuple[int, list[str] | Broken]]", remaining: "Counter[int]") -> Batch:
        batch = Batch(rows=len(taken), position=self.rows.position)
        only = self.target.only
        for number, cells in taken:
            if isinstance(cells, Broken):
                batch.refused.append((number, cells.cells, f"The row cannot be read: {cells}"))
                continue
            if len(cells) != self.width:
                if len(cells) > self.width and any(cell.strip() for cell in cells[self.width :]):
                    reason = f"It has {len(cells)} cells, the header names {self.width}"
                    batch.refused.append((number, cells, reason))
                    continue
                cells = [*cells[: self.width], *[""] * (self.width - len(cells))]
            occurrence = 1
            if remaining:
                key = self._hash(cells)
                left = remaining.get(key, 0)
                if left and self.target.key.numbered:
                    occurrence = self.survey.repeated[key] - left + 1
                    remaining[key] = left - 1
                elif left > 1 and not self._is_blank(cells):
                    remaining[key] = left - 1
                    batch.superseded += 1
                    continue
            if only and plain(cells[self.positions[only[0]]]) != only[1]:
                continue
            batch.numbers.append(number)
            batch.cells.append(cells)
            batch.occurrences.append(occurrence)
        self._read(batch)
        return batch

    def _read(self, batch: Batch) -> None:
        if not batch.numbers:
            return
        by_position = list(zip(*batch.cells, strict=True))
        size = len(batch.numbers)
        bad: dict[int, str] = {}
        columns = batch.columns
        if self.has_id:
            columns["external_id"] = self._ids.all(by_position[self.key[0]])
            for place, value in enumerate(columns["external_id"]):
                if value is None or isinstance(value, Bad):
                    bad[place] = f"Id: {value}" if value else self.target.key.missing
        deleted = self._deleted_at
        columns["deleted_in_source"] = ["f"] * size if deleted is None else self._deleted.all(by_position[deleted])
        self._collect_bad(columns["deleted_in_source"], self._deleted, "IsDeleted", bad)
        for each in self.target.fields:
            said = each.label or each.column
            columns[each.column] = self._first_value(self._columns[each.column], by_position, size, said, bad)
            if each.kind == "text" and not self._columns[each.column]:
                columns[each.column] = [""] * size
        for reference in self.target.references:
            said = reference.label or reference.name
            column = self._first_value(self._references[reference.name], by_position, size, said, bad)
            if reference.prefixes:
                column = [value if value and value.startswith(reference.prefixes) else None for value in column]
            columns[f"ref_{reference.name}"] = column
        if bad:
            batch.refuse(bad)
        self._derive(batch)

    def _first_value(
        self,
        readers: list[tuple[int, Column]],
        by_position: list[tuple[str, ...]],
        size: int,
        name: str,
        bad: dict[int, str],
    ) -> list[Value]:
        """The first of several columns that says something, row by row."""
        result: list[Value] = [None] * size
        for turn, (position, column) in enumerate(readers):
            if turn and all(result):
                break
            read = column.all(by_position[position])
            self._collect_bad(read, column, name, bad)
            result = read if not turn else [kept or other for kept, other in zip(result, read, strict=True)]
        return result

    @staticmethod
    def _collect_bad(read: list[Value], column: Column, name: str, bad: dict[int, str]) -> None:
        if not column.bad:
            return
        for place, value in enumerate(read):
            if isinstance(value, Bad):
                bad.setdefault(place, f"{name}: {value}")

    def _derive(self, batch: Batch) -> None:
        columns = batch.columns
        for each in self.target.derived:
            given = [columns[name] for name in each.of]
            columns[each.column] = [each.rule(*arguments) for arguments in zip(*given, strict=True)]
        if not self.has_id:
            self._make_keys(batch)
        batch.keep_last()
        missing = {
            place: sentence
            for column, sentence in self.target.required.items()
            for place, value in enumerate(batch.columns[column])
            if not value
        }
        if missing:
            batch.refuse(missing)

    def _make_keys(self, batch: Batch) -> None:
        key = self.target.key
        if key.rule is None:
            return
        given = [batch.columns[name] for name in key.of]
        keys: list[Value] = [key.rule(*arguments) for arguments in zip(*given, strict=True)]
        if key.numbered:
            pairs = zip(keys, batch.occurrences, strict=True)
            keys = [f"{made}#{turn}" if made and turn > 1 else made for made, turn in pairs]
        batch.columns["external_id"] = keys
        absent = {place: key.missing for place, value in enumerate(keys) if not value}
        if absent:
            batch.refuse(absent)

    def ahead(self, *, skip: int = 0) -> Iterator[Batch]:
        """The same batches, read by a thread while the database is busy with the one before."""
        return ahead(self.batches(skip=skip))

    @property
    def notes(self) -> list[str]:
        """What was decided or cut, for the verdict on the file."""
        cut = [
            f"{text.clipped} × {each.column} cut to {each.most} characters" for each, text in self.texts if text.clipped
        ]
        return [*self.rows.notes, *self.survey.sentences, *cut]
