"""The form in which a person says what the columns of one table mean: what it shows, and what comes back from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sameside.connectors import sampling, shown
from sameside.connectors.models import ImportFile, TableMapping
from sameside.connectors.table import mapping as mappings
from sameside.connectors.table import proposing, saved
from sameside.connectors.table.mapping import MappedColumn, MappingRefused, TableSpec
from sameside.connectors.table.proposal import Judged, propose
from sameside.connectors.table.targets import BY_NAME, TARGETS, Target, TargetField
from sameside.connectors.tabular import Choices

SAMPLES = 3
CONSTANTS = 3
_WORDY = frozenset({"stage", "boolean", "text", "currency"})
_MOST_WORDS = 40


@dataclass(frozen=True)
class Line:
    """One column of the table in the form. `words` are what it says as lines `said = meant`."""

    place: int
    header: str
    samples: tuple[str, ...]
    field: str
    certainty: str
    reason: str
    perhaps: str
    words: str
    has_words: bool


@dataclass(frozen=True)
class Form:
    file: ImportFile
    spec: TableSpec
    lines: tuple[Line, ...]
    signature: str
    why: str
    changed: str = ""
    name: str = ""
    problems: tuple[str, ...] = ()

    @property
    def target(self) -> Target:
        return self.spec.kind

    @property
    def targets(self) -> tuple[Target, ...]:
        return TARGETS

    @property
    def groups(self) -> list[tuple[str, list[TargetField]]]:
        return list(self.target.groups.items())

    @property
    def needed(self) -> list[str]:
        return self.spec.problems

    @property
    def constants(self) -> list[tuple[int, str, str]]:
        pairs = [*self.spec.constants.items(), *[("", "")] * CONSTANTS]
        return [
            (place, name, value)
            for place, (name, value) in enumerate(pairs[: max(CONSTANTS, len(self.spec.constants))])
        ]

    @property
    def used(self) -> int:
        return sum(bool(line.field) for line in self.lines)

    @property
    def may_make_companies(self) -> bool:
        return self.spec.target in ("contacts", "deals", "activities")

    @property
    def has_full_name(self) -> bool:
        return "full_name" in self.target.by_name


def form(file: ImportFile, *, target: str = "", kept: TableMapping | None = None) -> Form:
    """The form for the file: as the mapping says that it has or that was chosen, else as is proposed.

    Raises `tabular.Unreadable`.
    """
    seen = proposing.sample(file.place, Choices.from_json(file.choices))
    headers, given = seen.layout.header, saved.spec_of(file)
    if target not in BY_NAME:
        target = ""
    proposal = propose(headers, seen.rows, name=file.name, target=target or (given.target if given else ""))
    judged = {each.header: each for each in proposal.columns}
    changed, name, why = "", str(file.choices.get(saved.KEY, {}).get("name", "")), ""
    if kept is not None:
        fitted = mappings.fit(mappings.read(kept.spec), headers)
        spec, changed, name = fitted.spec, fitted.sentence, kept.name
    elif given is not None and (not target or target == given.target):
        fitted = mappings.fit(given, headers)
        spec, changed = fitted.spec, fitted.sentence
    else:
        spec, why = proposing.first_spec(file, proposal), proposal.reason
        name = ""
    lines = _lines(spec, headers, seen.rows, judged if spec.target == proposal.target else {})
    return Form(file, spec, lines, mappings.signature(headers), why, changed, name)


def _lines(
    spec: TableSpec, headers: Sequence[str], rows: Sequence[Sequence[str]], judged: Mapping[str, Judged]
) -> tuple[Line, ...]:
    by_header = {each.header: each for each in spec.columns}
    lines = []
    for place, header in enumerate(headers):
        mapped = by_header.get(header, MappedColumn(header, ""))
        told = judged.get(header)
        agreed = told is not None and told.field == mapped.field
        kind = spec.kind.by_name[mapped.field].kind if mapped.field else ""
        distinct = dict.fromkeys(row[place].strip() for row in rows if place < len(row) and row[place].strip())
        words = _words(mapped, list(distinct)) if kind in _WORDY and len(distinct) <= _MOST_WORDS else ""
        lines.append(
            Line(
                place,
                shown.cell(header),
                tuple(shown.cell(cell, longest=60) for cell in list(distinct)[:SAMPLES]),
                mapped.field,
                told.certainty if told and agreed else "",
                shown.cell(told.reason, longest=240) if told and (agreed or told.perhaps) else "",
                spec.kind.by_name[told.perhaps].label if told and told.perhaps and not mapped.field else "",
                words,
                bool(words) and kind in ("stage", "boolean"),
            )
        )
    return tuple(lines)


def _words(mapped: MappedColumn, distinct: Sequence[str]) -> str:
    said = {word: mapped.words.get(word, "") for word in [*mapped.words, *distinct]}
    return "\n".join(f"{shown.cell(word, longest=200)} = {meant}" for word, meant in said.items())


def read(file: ImportFile, given: Mapping[str, str]) -> Form:
    """The form as it came back; what is wrong with it stands in its `problems`. Raises `tabular.Unreadable`."""
    layout = sampling.layout(file.place, Choices.from_json(file.choices))
    headers = layout.header
    seen = proposing.sample(file.place, Choices.from_json(file.choices))
    problems: list[str] = []
    target = given.get("target", "")
    if target not in BY_NAME:
        raise MappingRefused("Say first what the table becomes.")
    if given.get("signature", "") != mappings.signature(headers):
        problems.append("The file is read with other columns by now. Look at the form again before you use it.")
    columns = []
    for place, header in enumerate(headers):
        name = given.get(f"field-{place}", "")
        columns.append({"header": header, "field": name, "words": _meant(given.get(f"words-{place}", ""))})
    constants = {
        name: value.strip()
        for place in range(20)
        if (name := given.get(f"constant-{place}", "")) and (value := given.get(f"value-{place}", "")).strip()
    }
    spec = mappings.read(
        {
            "target": target,
            "columns": columns,
            "constants": constants,
            "source": given.get("source", ""),
            "spanish": given.get("spanish") == "1",
            "companies": given.get("companies") == "1",
        }
    )
    made = Form(file, spec, _lines(spec, headers, seen.rows, {}), mappings.signature(headers), "")
    return replace(made, name=given.get("name", "").strip(), problems=tuple(problems))


def _meant(text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.splitlines()[:500])
    return {said.strip(): meant.strip() for said, sign, meant in pairs if sign and said.strip() and meant.strip()}
