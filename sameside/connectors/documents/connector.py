"""Documents from a folder: every file that can be read comes into the library, its folders feed its facets.

Running it again is safe: content that is in the library already is unchanged, so a run that was cut off continues. A
file that an earlier run took from the same place of the same folder is the same document, whatever it holds now.
"""

from collections.abc import Iterable
from pathlib import Path

from django.utils import timezone

from sameside.connectors.documents import watching, web
from sameside.connectors.documents.recognition import recognise
from sameside.connectors.models import ImportFile, ImportRun
from sameside.connectors.progress import Progress
from sameside.connectors.registry import Connector
from sameside.library import files as originals
from sameside.library import intake
from sameside.library.extraction.document import FORMAT_NAMES, FORMATS
from sameside.library.extraction.reader import Reader
from sameside.library.extraction.video import TRANSCRIPTS
from sameside.library.intake import Intake, Verdict
from sameside.library.models import Asset


def execute(run: ImportRun, progress: Progress) -> None:
    """Bring in what waits; each file gets its verdict, and the library can find it from then on."""
    beside = frozenset(run.files.values_list("name", flat=True)) | watching.beside(run)
    waiting, places = progress.waiting(), known_places(run.folder)
    with Reader(intake.limits()) as reader:
        for number, file in enumerate(waiting, start=1):
            if number == 1 or number % 10 == 0:
                progress.phase(f"Reading document {number:,} of {len(waiting):,}")
            progress.begin(file)
            result = _bring_in(run, file, reader, beside, places.get(file.name))
            if run.dry:
                discard(result.kept)
            else:
                watching.take(run, file, result)
                web.remember(run, result, at=timezone.now())
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
    suffixes=(*FORMATS, *TRANSCRIPTS),
    recognise=recognise,
    execute=execute,
    after="content",
)
