"""HubSpot: exports of contacts, companies, deals, leads and activities, and tables of a data warehouse."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from sameside.connectors import tabular
from sameside.connectors.hubspot import activities, content, leads, links, naming, objects, overlap, settling, tables
from sameside.connectors.hubspot.activities import Activities
from sameside.connectors.hubspot.columns import Columns, columns, unused
from sameside.connectors.hubspot.companies import Companies
from sameside.connectors.hubspot.contacts import Contacts
from sameside.connectors.hubspot.deals import Deals, Stages
from sameside.connectors.hubspot.leads import Leads
from sameside.connectors.hubspot.overlap import Later
from sameside.connectors.hubspot.recognition import ORDER, recognise
from sameside.connectors.intake import Merging, read_table
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.objects import Object, plain
from sameside.connectors.progress import Progress
from sameside.connectors.registry import Connector
from sameside.connectors.tabular import Rows

_ACTIVITIES = frozenset({"Call", "Email", "Meeting", "Task", "Note", "Engagement"})
_OVERLAPPING = frozenset({"Contact", "Company", "Deal"})
LONGEST_NOTE = 500


def execute(run: ImportRun, progress: Progress) -> None:
    """Read every waiting file, then settle what the rows say together."""
    at = run.started_at or run.created_at
    waiting = sorted(progress.waiting(), key=lambda file: ORDER.index(file.recognised_as))
    for turn, file in enumerate(waiting):
        progress.phase(f"Reading {file.name}")
        later = [each for each in waiting[turn + 1 :] if each.recognised_as == file.recognised_as]
        read(run, file, progress, later, at=at)
    progress.phase("Tying contacts to their deals")
    for file in run.files.filter(connector=CONNECTOR.name, recognised_as="Contact", state=ImportFile.State.DONE):
        say(file, links.link(run, file, at=at))
    progress.phase("Settling the stage history")
    with transaction.atomic():
        settling.settle(run_id=run.pk, at=at)


def read(run: ImportRun, file: ImportFile, progress: Progress, later: Sequence[ImportFile], *, at: datetime) -> None:
    """Read one file and add to its verdict what its rows brought besides."""
    kind = file.recognised_as
    try:
        layout = _layout(file)
    except tabular.Unreadable as problem:
        progress.finish(file, ImportFile.State.REFUSED, str(problem))
        return
    found = understood(file, layout)
    read_as, merging = _merging(run, file, found, _later(later), at=at)
    read_table(run, file, progress, read_as, merging=merging)
    notes = [*getattr(merging, "notes", [])]
    if found.kind:
        notes.append(unused(found.unknown))
    if found.kind and _is_of_a_portal(layout) and "zone" not in file.choices and _tells_times(read_as):
        notes.append("times without a zone are read as UTC; choose the portal's if it has another")
    if kind == "DealHistory" and not file.created + file.updated + file.unchanged:
        notes.append("none of its rows is a change of the deal's stage")
    if kind == "ContactHistory" and not file.created + file.updated + file.unchanged:
        notes.append("none of its rows is a change of a lead's owner")
    say(file, notes)


def say(file: ImportFile, notes: Sequence[str]) -> None:
    """Add to the verdict on the file what its rows brought besides."""
    if any(notes):
        file.note = _verdict([file.note.rstrip("."), *notes])
        file.save()


def _layout(file: ImportFile) -> tabular.Layout:
    return tabular.layout(file.place, tabular.Choices.from_json(file.choices))


def _verdict(notes: list[str]) -> str:
    told = "; ".join(note for note in notes if note)
    if not told:
        return ""
    told = told[:1].upper() + told[1:]
    return (told if len(told) < LONGEST_NOTE else told[: LONGEST_NOTE - 2] + "…") + "."


def _is_of_a_portal(layout: tabular.Layout) -> bool:
    """Whether it is an export of a view, with times in the portal's zone; a warehouse has them in UTC."""
    return not any(name.lower().startswith(("property_", "_fivetran", "engagement_id")) for name in layout.header)


def _tells_times(target: Object) -> bool:
    return any(each.kind == "moment" and each.headers for each in target.fields)


def understood(file: ImportFile, layout: tabular.Layout) -> Columns:
    """The columns of a file; nothing for a table that is read by the names of the warehouse."""
    kind, header = file.recognised_as, layout.header
    if kind in tables.PLAIN or kind in ("DealStage", "DealHistory"):
        return Columns("")
    found = columns("Call" if kind == "Engagement" else kind, header)
    plain_names = {plain(name) for name in header}
    if not found.has("id") and "id" in plain_names:
        found.fields["id"] = ("id",)
    if not found.has("id"):
        known = content.certain(Rows(file.place, layout), header)
        found.fields.update({field: (name,) for field, name in known.items()})
        found.unknown = tuple(name for name in found.unknown if plain(name) not in known.values())
    if kind == "Engagement" and "type" in plain_names:
        found.fields["type"] = ("type",)
    found.unknown = tuple(name for name in found.unknown if name.lower() not in ("id", "type", "_fivetran_synced"))
    return found


def _later(files: Sequence[ImportFile]) -> Later:
    """Which records the later files of the same kind bring as well; read only where there are such files."""
    others = []
    for file in files:
        if file.recognised_as not in _OVERLAPPING:
            continue
        try:
            layout = _layout(file)
        except tabular.Unreadable:
            continue
        others.append(overlap.other(Rows(file.place, layout), layout, understood(file, layout)))
    return Later(others)


def _merging(
    run: ImportRun, file: ImportFile, found: Columns, later: Later, *, at: datetime
) -> tuple[Object, Merging | None]:
    kind = file.recognised_as
    made: Contacts | Companies | Deals | Leads | Activities
    if kind == "Contact":
        made = Contacts(found, later, run_id=run.pk, at=at)
    elif kind == "Company":
        made = Companies(found, later, run_id=run.pk, at=at)
    elif kind == "Deal":
        stages = Stages()
        stages.learn(_stages_named(file, found), run_id=run.pk)
        made = Deals(found, stages, later, run_id=run.pk, at=at)
    elif kind == "LeadObject":
        made = Leads(found, run_id=run.pk, at=at)
    elif kind in _ACTIVITIES:
        made = Activities(activities.activity(kind, found), run_id=run.pk, at=at)
    elif kind in ("DealStage", "DealHistory"):
        return tables.stage_changes(Stages(), history=kind == "DealHistory"), None
    else:
        teams = _team_names(run) if kind == "OwnerTeam" else {}
        return tables.PLAIN[kind], naming.merging(kind, run_id=run.pk, at=at, teams=teams)
    return made.target, made


def _stages_named(file: ImportFile, found: Columns) -> set[tuple[str, str]]:
    """Every (stage, pipeline) that the file names, in its rows and its headers: read before the rows are named."""
    pairs = {
        (each.entered.stage, each.entered.pipeline)
        for each in found.dated
        if each.entered.stage and each.entered.pipeline
    }
    stage, pipeline = found.of("stage")[:1], found.of("pipeline")[:1]
    if stage and pipeline:
        layout = _layout(file)
        places = {plain(name): place for place, name in reversed([*enumerate(layout.header)])}
        first, second = places[stage[0]], places[pipeline[0]]
        for _, cells in Rows(file.place, layout):
            if isinstance(cells, list) and len(cells) > max(first, second):
                pairs.add((cells[first].strip(), cells[second].strip()))
    return pairs


def _team_names(run: ImportRun) -> dict[str, str]:
    """The names of the teams, by the numbers of the file that this run has of them."""
    names: dict[str, str] = {}
    for file in run.files.filter(connector="hubspot", recognised_as="Team"):
        layout = _layout(file)
        header = [plain(name) for name in layout.header]
        for _, cells in Rows(file.place, layout):
            if isinstance(cells, list) and len(cells) == len(header):
                row = dict(zip(header, cells, strict=True))
                names[row["id"].strip()] = row["name"].strip()
    return names


def target(file: ImportFile) -> Object | None:
    """What the file is read as."""
    kind = file.recognised_as
    if kind in tables.PLAIN:
        return tables.PLAIN[kind]
    if not kind:
        return None
    stages = Stages()
    if kind in ("DealStage", "DealHistory"):
        return tables.stage_changes(stages, history=kind == "DealHistory")
    found = understood(file, _layout(file))
    if kind == "Contact":
        return objects.contact(found)
    if kind == "Company":
        return objects.company(found)
    if kind == "Deal":
        return objects.deal(found, stages.name, told=stages.told)
    if kind == "LeadObject":
        return leads.lead(found)
    return activities.activity(kind, found)


CONNECTOR = Connector(
    name="hubspot",
    label="HubSpot export",
    sentence="Exports of contacts, companies, deals, leads and activities in any language, or tables of a warehouse.",
    capability="import_crm",
    suffixes=(".csv", ".zip", ".xlsx"),
    recognise=recognise,
    execute=execute,
    after="crm",
    target=target,
)
