"""Mappings that people gave a name: kept, changed, renamed, removed and brought back, and put to use on files of a run.

A mapping is never changed for a run that has it already: the file keeps a copy. What changed is in the audit log.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from sameside.connectors import tabular
from sameside.connectors.models import ImportFile, ImportRun, TableMapping
from sameside.connectors.table import mapping as mappings
from sameside.connectors.table.mapping import Fitted, MappedColumn, MappingRefused, TableSpec
from sameside.people import audit
from sameside.people.models import Person

KEY = "mapping"
LONGEST_NAME = 80
_FORMAT = "sameside table mapping"


def named(name: str) -> TableMapping:
    """The mapping of this name, whatever its case; `MappingRefused` when there is none."""
    found = TableMapping.objects.filter(removed_at__isnull=True, name__iexact=name.strip()).first()
    if found is None:
        raise MappingRefused(f"There is no mapping named “{name.strip()[:LONGEST_NAME]}”.")
    return found


def for_headers(headers: Sequence[str]) -> TableMapping | None:
    """The mapping that was made for exactly these headers, the one used last if there are several."""
    found = TableMapping.objects.filter(removed_at__isnull=True, signature=mappings.signature(headers))
    return found.order_by("-updated_at", "-pk").first()


def _clean(name: str) -> str:
    text = " ".join(name.split())
    if not text:
        raise MappingRefused("Give the mapping a name.")
    if len(text) > LONGEST_NAME:
        raise MappingRefused(f"A name may have {LONGEST_NAME} characters.")
    return text


@transaction.atomic
def save(name: str, spec: TableSpec, *, choices: Mapping[str, Any], by: Person | None, at: datetime) -> TableMapping:
    """Keep the mapping under `name`; one that has the name already becomes a new version."""
    spec.check()
    name = _clean(name)
    found = TableMapping.objects.select_for_update().filter(removed_at__isnull=True, name__iexact=name).first()
    before = found.spec if found else None
    kept = found or TableMapping(name=name, created_by=by, created_at=at, version=0)
    if found and found.spec == spec.as_json() and found.choices == dict(choices):
        return found
    kept.target, kept.spec, kept.choices = spec.target, spec.as_json(), dict(choices)
    kept.signature = mappings.signature([each.header for each in spec.columns])
    kept.version, kept.updated_by, kept.updated_at = kept.version + 1, by, at
    kept.save()
    _record("saved", kept, by, at, {"version": kept.version, "before": before, "after": kept.spec})
    return kept


@transaction.atomic
def rename(kept: TableMapping, name: str, *, by: Person, at: datetime) -> TableMapping:
    name = _clean(name)
    if TableMapping.objects.filter(removed_at__isnull=True, name__iexact=name).exclude(pk=kept.pk).exists():
        raise MappingRefused(f"Another mapping is named “{name}”.")
    before, kept.name = kept.name, name
    kept.updated_by, kept.updated_at = by, at
    kept.save(update_fields=["name", "updated_by", "updated_at"])
    _record("renamed", kept, by, at, {"before": before})
    return kept


@transaction.atomic
def remove(kept: TableMapping, *, by: Person, at: datetime) -> None:
    """It is not offered any more; runs that used it keep their copy, and it can be brought back."""
    kept.removed_at = at
    kept.save(update_fields=["removed_at"])
    _record("removed", kept, by, at, {})


@transaction.atomic
def restore(kept: TableMapping, *, by: Person, at: datetime) -> TableMapping:
    if TableMapping.objects.filter(removed_at__isnull=True, name__iexact=kept.name).exists():
        raise MappingRefused(f"Another mapping is named “{kept.name}” by now; rename that one first.")
    kept.removed_at = None
    kept.save(update_fields=["removed_at"])
    _record("restored", kept, by, at, {})
    return kept


def _record(what: str, kept: TableMapping, by: Person | None, at: datetime, details: dict[str, Any]) -> None:
    audit.record(f"mapping.{what}", by=by, at=at, subject=kept.name, details={"mapping": kept.pk, **details})


def exported(kept: TableMapping) -> dict[str, Any]:
    """The mapping for another installation, or to be kept beside the files it is for."""
    return {"format": _FORMAT, "name": kept.name, "mapping": kept.spec, "choices": kept.choices}


def bring_in(data: Any, *, by: Person | None, at: datetime) -> TableMapping:
    """Keep a mapping that was exported; `MappingRefused` when it is none."""
    if not isinstance(data, dict) or data.get("format") != _FORMAT:
        raise MappingRefused("This is no mapping that was exported here.")
    choices = tabular.Choices.from_json(data.get("choices")).to_json()
    return save(str(data.get("name") or ""), mappings.read(data.get("mapping")), choices=choices, by=by, at=at)


def spec_of(file: ImportFile) -> TableSpec | None:
    """The mapping the file is read by; None when there is none that can be used."""
    try:
        return mappings.read(file.choices.get(KEY)) if KEY in file.choices else None
    except MappingRefused:
        return None


@transaction.atomic
def use(
    file: ImportFile,
    spec: TableSpec,
    *,
    by: Person | None,
    at: datetime,
    saved: TableMapping | None = None,
    note: str = "",
) -> ImportFile:
    """Have the file read as a table by this mapping. Only while its run has not begun."""
    spec.check()
    _check_open(file)
    told = spec.as_json() | ({"name": saved.name, "version": saved.version} if saved else {})
    file.choices = {**(saved.choices if saved else {}), **file.choices, KEY: told}
    file.connector, file.recognised_as, file.state = "table", spec.kind.label, ImportFile.State.WAITING
    file.note = note[:500]
    file.save()
    _companies(file, spec)
    _settle_connector(file.run)
    if saved:
        TableMapping.objects.filter(pk=saved.pk).update(used_at=at)
    audit.record(
        "import.mapped",
        by=by,
        at=at,
        subject=file.name,
        details={"run": file.run_id, "target": spec.target, "mapping": saved.name if saved else ""},
    )
    return file


@transaction.atomic
def leave_out(file: ImportFile, *, by: Person | None, at: datetime) -> ImportFile:
    """Do not read the file in this run."""
    _check_open(file)
    file.state, file.note = ImportFile.State.IGNORED, "Left out by hand."
    file.save(update_fields=["state", "note"])
    _sibling(file).delete()
    audit.record("import.left_out", by=by, at=at, subject=file.name, details={"run": file.run_id})
    return file


def _check_open(file: ImportFile) -> None:
    if file.run.state != ImportRun.State.PREVIEW:
        raise MappingRefused("The import has begun; what it reads cannot be changed any more.")


def _sibling(file: ImportFile) -> Any:
    return ImportFile.objects.filter(run=file.run, connector="table", name=_sibling_name(file))


def _sibling_name(file: ImportFile) -> str:
    return f"{file.name[:480]} › companies"


def _companies(file: ImportFile, spec: TableSpec) -> None:
    """The companies that the table names are read from it as well, where the mapping says so."""
    _sibling(file).delete()
    wanted = companies_in(spec)
    if wanted is None:
        return
    ImportFile.objects.create(
        run=file.run,
        connector="table",
        name=_sibling_name(file),
        path=str(file.place),
        choices={**file.choices, KEY: {**wanted.as_json(), "new": True}},
        recognised_as="Companies named in it",
        bytes=file.bytes,
    )


def companies_in(spec: TableSpec) -> TableSpec | None:
    """The mapping by which the companies named in a table of persons or deals are read; None when not wanted."""
    fields = {"company_id": "id", "company_name": "name", "company_domain": "domain"}
    columns = tuple(MappedColumn(each.header, fields[each.field]) for each in spec.columns if each.field in fields)
    if not spec.companies or not any(each.field == "name" for each in columns):
        return None
    return TableSpec("companies", columns, spec.source)


def _settle_connector(run: ImportRun) -> None:
    names = set(run.files.exclude(state=ImportFile.State.IGNORED).values_list("connector", flat=True))
    run.connector = names.pop() if len(names) == 1 else "any"
    run.save(update_fields=["connector"])


def fitted(file: ImportFile, saved: TableMapping) -> Fitted:
    """The saved mapping for the headers that the file has."""
    layout = tabular.layout(file.place, tabular.Choices.from_json({**saved.choices, **file.choices}))
    return mappings.fit(mappings.read(saved.spec), layout.header)
