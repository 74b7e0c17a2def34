"""Documents from a folder: every file of a format that can be read comes into the library, its folders feed its facets.

Running it again is safe: content that is in the library already is unchanged, so a run that was cut off continues.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from django.utils import timezone

from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.progress import Progress
from sameside.connectors.registry import Connector, Found, Source
from sameside.library import intake
from sameside.library.extraction.document import FORMAT_NAMES, FORMATS, format_of
from sameside.library.extraction.reader import Reader
from sameside.library.intake import Intake, Verdict

MOST_FILES = 100_000


def recognise(source: Source) -> list[Found]:
    """Every file of the source in the order of its name, with why it is left out where it is."""
    found = []
    folder = source.folder
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        note = _reason_to_skip(path, folder)
        size = path.lstat().st_size
        found.append(Found(name, "" if note else format_of(name), size, note))
        if len(found) >= MOST_FILES:
            break
    return found


def _files(folder: Path) -> Iterator[Path]:
    """Files in a fixed order; folders that begin with a dot are not entered, links to folders neither."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__MACOSX")
        for name in sorted(names):
            yield Path(place) / name


def _reason_to_skip(path: Path, folder: Path) -> str:
    name = path.name
    if name.startswith(("~$", ".~lock")):
        return "A lock file that an Office program left behind."
    if name.startswith(".") or name in ("Thumbs.db", "desktop.ini"):
        return "A hidden file."
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        return "A link that leads out of the folder."
    if not path.is_file():
        return "Not a file."
    if not format_of(name):
        return f"This format cannot be brought in. Formats that can: {FORMAT_NAMES}."
    return ""


def execute(run: ImportRun, progress: Progress) -> None:
    """Bring in what waits; each file gets its verdict, and the library can find it from then on."""
    folder = Path(run.folder)
    beside = frozenset(run.files.values_list("name", flat=True))
    waiting = progress.waiting()
    with Reader(intake.limits()) as reader:
        for number, file in enumerate(waiting, start=1):
            if number == 1 or number % 10 == 0:
                progress.phase(f"Reading document {number:,} of {len(waiting):,}")
            progress.begin(file)
            result = _bring_in(run, folder / file.name, file.name, reader, beside)
            _count(file, result)
            refused = result.verdict is Verdict.REFUSED
            state = ImportFile.State.REFUSED if refused else ImportFile.State.DONE
            progress.finish(file, state, result.reason)


def _bring_in(run: ImportRun, path: Path, name: str, reader: Reader, beside: frozenset[str]) -> Intake:
    try:
        return intake.bring_in(
            path, by=run.started_by, at=timezone.now(), source_path=name, reader=reader, beside=beside
        )
    except FileNotFoundError:
        return Intake(Verdict.REFUSED, "It is no longer there.")
    except PermissionError:
        return Intake(Verdict.REFUSED, "This program may not read it.")


def _count(file: ImportFile, result: Intake) -> None:
    file.rows = file.created = file.updated = file.unchanged = file.refused = 0
    setattr(file, result.verdict.value, 1)
    file.rows = 1
    file.asset = result.asset


CONNECTOR = Connector(
    name="documents",
    label="Documents",
    sentence=f"A folder of documents: {FORMAT_NAMES}.",
    capability="import_content",
    suffixes=tuple(FORMATS),
    recognise=recognise,
    execute=execute,
    after="content",
)
