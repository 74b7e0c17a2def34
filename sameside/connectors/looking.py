"""What a reader makes of a sample: the meaning of each column, what the file leaves open, what will go wrong."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

from django.db import connection

from sameside.connectors import shown, values
from sameside.connectors.forms import Question
from sameside.connectors.objects import Join, Object
from sameside.connectors.reading import Reader
from sameside.connectors.sampling import SampledRows
from sameside.connectors.tabular import Choices
from sameside.connectors.values import Column, Value

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


def questions(look: Look, rows: SampledRows, target: Object, choices: Choices) -> list[Question]:
    """What the file leaves open, answered or not; the answer in force is the default."""
    if not choices.columns:
        return list(look.survey.forms.questions)
    asked = Look(rows, look.layout, target, replace(choices, columns={})).survey.forms.questions
    return [replace(each, default=getattr(choices.column(each.header), each.key) or each.default) for each in asked]


def warnings(look: Look, rows: SampledRows, target: Object) -> Iterable[str]:
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
