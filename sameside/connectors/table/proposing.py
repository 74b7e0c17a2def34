"""A look at a file's beginning, and the proposal for it: never more than a bounded sample is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path, PurePath

from sameside.connectors import sampling, tabular
from sameside.connectors.models import ImportFile, ImportRun, TableMapping
from sameside.connectors.table import mapping as mappings
from sameside.connectors.table import saved
from sameside.connectors.table.mapping import MappingRefused, TableSpec
from sameside.connectors.table.proposal import Proposal, propose
from sameside.connectors.table.targets import BY_NAME
from sameside.connectors.tabular import Layout, Rows
from sameside.people.models import Person

SAMPLE = 300
_SYSTEMS = ("pipedrive", "zoho", "dynamics", "close", "odoo", "mautic", "marketo", "pardot", "sugar", "freshsales")
_LONGEST_CELL = 2_000


@dataclass(frozen=True)
class Sampled:
    layout: Layout
    rows: Sequence[Sequence[str]]


def sample(path: Path, choices: tabular.Choices, *, most: int = SAMPLE) -> Sampled:
    """The layout and the first rows; raises `tabular.Unreadable`."""
    layout = sampling.layout(path, choices)
    return Sampled(layout, _beginning(path, layout, most))


def _beginning(path: Path, layout: Layout, most: int) -> list[list[str]]:
    records = (cells for _, cells in islice(Rows(path, layout), most) if isinstance(cells, list))
    return [[cell[:_LONGEST_CELL] for cell in cells] for cells in records]


def proposal_for(file: ImportFile, *, target: str = "") -> Proposal:
    seen = sample(file.place, tabular.Choices.from_json(file.choices))
    return propose(seen.layout.header, seen.rows, name=file.name, target=target)


def likeness(file: ImportFile) -> str:
    """What the table looks like, as a sentence; empty when nothing is found that is needed for anything."""
    try:
        proposal = proposal_for(file)
    except tabular.Unreadable as problem:
        return str(problem)
    if proposal.missing:
        return ""
    return f"It looks like {BY_NAME[proposal.target].label.lower()}. {proposal.reason}"


def first_spec(file: ImportFile, proposal: Proposal) -> TableSpec:
    """What a proposal becomes when nobody has changed it; ids get a namespace of their own."""
    return mappings.of_proposal(proposal, source=source_for(file))


def source_for(file: ImportFile) -> str:
    """The namespace of ids that is proposed: the system that the file's or folder's name gives away, else its name."""
    text = f"{file.run.origin} {file.name}".casefold()
    for system in _SYSTEMS:
        if system in text:
            return system
    return mappings.source_named(f"table:{PurePath(file.name.split(' › ')[0]).stem}")


def settle(run: ImportRun, *, name: str = "", by: Person | None, at: datetime) -> list[str]:
    """Give every table of the run its mapping: the one named, else one saved for its headers, else the proposal when
    nothing that is needed is missing. Returns a sentence for each table; `MappingRefused` when no mapping is so
    named."""
    chosen = saved.named(name) if name else None
    return [_settle(file, chosen, by, at) for file in run.files.filter(connector__in=("", "table")).order_by("pk")]


def _settle(file: ImportFile, chosen: TableMapping | None, by: Person | None, at: datetime) -> str:
    try:
        if chosen:
            found = saved.fitted(file, chosen)
            saved.use(file, found.spec, by=by, at=at, saved=chosen, note=found.sentence)
            return f"{file.name}: by the mapping “{chosen.name}”{_aside(found.sentence)}."
        if saved.spec_of(file):
            return f"{file.name}: by the mapping “{file.choices[saved.KEY].get('name', '')}”."
        proposal = proposal_for(file)
        spec = first_spec(file, proposal)
        spec.check()
        saved.use(file, spec, by=by, at=at, note="Read by the mapping that was proposed.")
        return f"{file.name}: as {spec.kind.label.lower()}, by the mapping that was proposed."
    except (MappingRefused, tabular.Unreadable) as problem:
        file.note = (f"The mapping “{chosen.name}” does not fit: {problem}" if chosen else str(problem))[:500]
        file.save(update_fields=["note"])
        return f"{file.name}: {problem}"


def _aside(sentence: str) -> str:
    return f" ({sentence})" if sentence else ""
