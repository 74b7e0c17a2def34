"""Documents from a folder: every file that can be read comes into the library, its folders feed its facets.

Running it again is safe: content that is in the library already is unchanged, so a run that was cut off continues. A
file that an earlier run took from the same place of the same folder is the same document, whatever it holds now.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.utils import timezone

from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.progress import Progress
from sameside.connectors.registry import Connector, Found, Source
from sameside.library import files as originals
from sameside.library import intake
from sameside.library.extraction.document import FORMAT_NAMES, FORMATS, format_of
from sameside.library.extraction.reader import Reader
from sameside.library.extraction.video import TRANSCRIPTS
from sameside.library.intake import Intake, Verdict
from sameside.library.models import Asset

MOST_FILES = 100_000
TABLES = (".csv", ".tsv", ".tab", ".parquet")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What would act on a terminal or a page instead of being shown: controls and marks that turn the writing direction."""


def recognise(source: Source) -> list[Found]:
    """Every file of the source in the order of its name, with why it is left out where it is."""
    found = []
    for path in walk(source.folder):
        found.append(_found(path, source.folder))
        if len(found) >= MOST_FILES:
            break
    return found


def _found(path: Path, folder: Path) -> Found:
    name = path.relative_to(folder).as_posix()
    shown = visible(name)
    size = path.lstat().st_size
    note = reason_to_skip(path, folder)
    kind = "" if note else format_of(path.name) or "by content"
    return Found(shown, kind, size, note, path if shown != name and kind else None)


def visible(name: str) -> str:
    """`name` without characters that act instead of being shown."""
    return _UNSEEN.sub("\ufffd", name)


def walk(folder: Path) -> Iterator[Path]:
    """Files in a fixed order; folders that begin with a dot are not entered, links to folders neither."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__MACOSX")
        for name in sorted(names):
            yield Path(place) / name


def reason_to_skip(path: Path, folder: Path) -> str:
    """Why the file is not brought in, before it is read; empty when it is to be read."""
    name = path.name
    if name.startswith(("~$", ".~lock")):
        return "A lock file that an Office program left behind."
    if name.startswith(".") or name in ("Thumbs.db", "desktop.ini"):
        return "A hidden file."
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        return "A link that leads out of the folder."
    if not path.is_file():
        return "Not a file."
    if path.suffix.lower() in TRANSCRIPTS:
        return _about_transcript(path)
    try:
        readable = intake.readable_as(path, name)
    except OSError:
        return "This program may not read it."
    if not readable:
        if path.suffix.lower() in TABLES:
            return "A table: bring it in as data, not as content."
        return f"This format cannot be brought in. Formats that can: {FORMAT_NAMES}."
    return ""


def _about_transcript(path: Path) -> str:
    stems = (path.stem, path.stem.rpartition(".")[0])
    for video in path.parent.iterdir():
        if video.stem in stems and format_of(video.name) == "video":
            return f"The transcript of {visible(video.name)}, read together with it."
    return "A transcript; lay it beside the video of the same name."


def execute(run: ImportRun, progress: Progress) -> None:
    """Bring in what waits; each file gets its verdict, and the library can find it from then on."""
    beside = frozenset(run.files.values_list("name", flat=True))
    waiting, places = progress.waiting(), known_places(run.folder)
    with Reader(intake.limits()) as reader:
        for number, file in enumerate(waiting, start=1):
            if number == 1 or number % 10 == 0:
                progress.phase(f"Reading document {number:,} of {len(waiting):,}")
            progress.begin(file)
            result = _bring_in(run, file, reader, beside, places.get(file.name))
            if run.dry:
                discard(result.kept)
            _count(file, result)
            refused = result.verdict is Verdict.REFUSED
            state = ImportFile.State.REFUSED if refused else ImportFile.State.DONE
            progress.finish(file, state, result.reason)


def discard(kept: Iterable[str]) -> None:
    """Remove originals that nothing will refer to: what a dry run wrote is rolled back."""
    for name in kept:
        originals.discard(name)


def _bring_in(run: ImportRun, file: ImportFile, reader: Reader, beside: frozenset[str], place: int | None) -> Intake:
    try:
        return intake.bring_in(
            Path(file.path) if file.path else Path(run.folder) / file.name,
            by=run.started_by,
            at=timezone.now(),
            source_path=file.name,
            reader=reader,
            beside=beside,
            known_place=Asset.objects.filter(pk=place).first() if place else None,
            run=run.pk,
        )
    except FileNotFoundError:
        return Intake(Verdict.REFUSED, "It is no longer there.")
    except PermissionError:
        return Intake(Verdict.REFUSED, "This program may not read it.")


def known_places(folder: str) -> dict[str, int]:
    """Of every file of this folder that was brought in before, which asset it gave last."""
    before = ImportFile.objects.filter(run__folder=folder, run__dry=False, asset__status=Asset.Status.ACTIVE)
    return dict(before.order_by("name", "-pk").distinct("name").values_list("name", "asset_id"))


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
