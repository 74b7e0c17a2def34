"""A page or file by its address: fetched once, remembered, and checked again when somebody asks.

Every address has a folder of its own below the data folder, so the same address is the same place: what it holds later
is a new version of the same asset, or nothing new.
"""

import hashlib
import json
import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from sameside.connectors import registry, runs
from sameside.connectors.documents import fetching
from sameside.connectors.models import ImportRun
from sameside.library.intake import Intake
from sameside.library.models import Asset, WebSource
from sameside.people.models import Person


def folder_of(address: str) -> Path:
    uploads: Path = settings.DATA / "uploads"
    return uploads / f"web-{hashlib.sha256(address.encode()).hexdigest()[:32]}"


def _note(folder: Path) -> Path:
    """Beside the folder it says which address the folder is of."""
    return folder.with_name(f"{folder.name}.json")


def fetch(given: str, folder: Path | None = None) -> Path:
    """Get what is at the address `given`; returns the folder that a run of documents brings in."""
    address = fetching.address(given)
    target = folder or folder_of(address)
    arriving = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    arriving.mkdir(parents=True)
    try:
        fetching.fetch(address, arriving)
        _replace(target, arriving)
        _note(target).write_text(json.dumps({"address": address}))
    finally:
        _remove(arriving)
    return target


def _replace(target: Path, arriving: Path) -> None:
    former = target.with_name(f"{arriving.name}.former")
    if target.exists():
        target.rename(former)
    arriving.rename(target)
    _remove(former)


def _remove(folder: Path) -> None:
    if not folder.exists():
        return
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder.rmdir()


def bring_in(given: str, *, by: Person | None, at: datetime) -> ImportRun:
    """Fetch the address and queue the run that brings it in."""
    folder = fetch(given)
    with transaction.atomic():
        run = runs.create(registry.DOCUMENTS, folder, origin=given[:500], by=by, at=at)
        runs.queue(run)
    return run


def remember(run: ImportRun, result: Intake, *, at: datetime) -> None:
    """Keep with the asset which address it came from, when the run's folder is one of an address."""
    note = _note(Path(run.folder))
    if result.asset is None or not note.is_file():
        return
    address = json.loads(note.read_text())["address"]
    _keep(result.asset, address, result.reason, by=run.started_by, at=at)


@transaction.atomic
def _keep(asset: Asset, address: str, found: str, *, by: Person | None, at: datetime) -> None:
    WebSource.objects.filter(url=address).exclude(asset=asset).delete()
    WebSource.objects.update_or_create(
        asset=asset,
        defaults={"url": address, "checked_at": at, "found": found[:300]},
        create_defaults={"url": address, "checked_at": at, "found": found[:300], "added_by": by},
    )
