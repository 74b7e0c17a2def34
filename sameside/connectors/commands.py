"""`sameside import`: bring in CRM data, documents or usage from a folder or file of this machine."""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sameside.connectors.models import ImportRun

KINDS = {
    "salesforce": ("salesforce", "A folder (or .zip) of CSV files: weekly export, Data Loader or SOQL."),
    "content": ("documents", "A folder of documents: PDF, PPTX, DOCX, HTML, Markdown."),
    "usage": ("usage", "A CSV file of impressions, opens, shares and searches."),
}
DONE, FAILED, USAGE, REFUSED = 0, 1, 2, 3
_COLUMNS = ("file", "read as", "rows", "created", "updated", "unchanged", "refused", "missing", "verdict")


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `import salesforce|content|usage PATH`."""
    bring = subparsers.add_parser("import", help="bring in CRM data, documents or usage")
    kinds = bring.add_subparsers(dest="kind", metavar="KIND", required=True)
    for kind, (_, sentence) in KINDS.items():
        command = kinds.add_parser(kind, help=sentence, description=sentence)
        command.add_argument("path", type=Path, metavar="PATH")
        command.add_argument("--json", action="store_true", help="print the summary as JSON")
        command.add_argument("--background", action="store_true", help="leave the work to the worker")
        command.set_defaults(run=run, django=True)


def run(given: argparse.Namespace) -> int:
    """Import; exit code 3: something was refused or of no use; 1: it failed; 2: there is nothing at PATH."""
    from django.utils import timezone

    from sameside.connectors import runs, uploads

    path: Path = given.path.expanduser().resolve()
    if not path.exists():
        print(f"{given.path} does not exist.", file=sys.stderr)
        return USAGE
    folder = path if path.is_dir() else _folder_of(path)
    try:
        made = runs.create(KINDS[given.kind][0], folder, origin=str(given.path), by=None, at=timezone.now())
    except (runs.NothingToImport, uploads.UploadRefused) as problem:
        print(problem, file=sys.stderr)
        return USAGE
    if given.background:
        runs.queue(made)
        print(json.dumps({"run": made.pk}) if given.json else f"Import {made.pk} waits for the worker.")
        return DONE
    quiet = given.json or not sys.stderr.isatty()
    done = runs.execute(made.pk, tell=None if quiet else _tell)
    return _report(done, as_json=given.json)


def _folder_of(path: Path) -> Path:
    """A folder that holds the file, unpacked when it is an archive; kept in the data folder so that a run can
    resume."""
    from django.conf import settings

    from sameside.connectors import uploads

    uploads_folder: Path = settings.DATA / "uploads"
    uploads_folder.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="file-", dir=uploads_folder))
    if path.suffix.lower() == ".zip":
        uploads.unpack(path, folder)
    else:
        shutil.copy2(path, folder / path.name)
    return folder


def _tell(sentence: str) -> None:
    print(f"  {sentence}", file=sys.stderr)


def summary(made: "ImportRun") -> dict[str, Any]:
    """The run as JSON-ready data: its state and a line for every file."""
    files = [
        {
            "file": file.name,
            "read as": file.recognised_as,
            "state": file.state,
            "rows": file.rows,
            "created": file.created,
            "updated": file.updated,
            "unchanged": file.unchanged,
            "refused": file.refused,
            "missing": file.missing_references,
            "error_file": file.error_file,
            "note": file.note,
        }
        for file in made.files.all()
    ]
    seconds = (made.finished_at - made.started_at).total_seconds() if made.finished_at and made.started_at else None
    return {"run": made.pk, "state": made.state, "seconds": seconds, "problem": made.problem, "files": files}


def _report(made: "ImportRun", *, as_json: bool) -> int:
    from sameside.connectors.models import ImportFile, ImportRun

    told = summary(made)
    nothing = not any(file["read as"] for file in told["files"])
    refused = nothing or any(file["refused"] or file["state"] == ImportFile.State.REFUSED for file in told["files"])
    print(json.dumps(told, indent=2) if as_json else _text(told))
    if made.state != ImportRun.State.DONE:
        return FAILED
    return REFUSED if refused else DONE


def _text(told: dict[str, Any]) -> str:
    from django.conf import settings

    lines = [list(_COLUMNS)]
    for file in told["files"]:
        counts = [f"{file[name]:,}" for name in _COLUMNS[2:8]] if file["read as"] else [""] * 6
        verdict = file["note"] or {"done": "ok", "refused": "refused"}.get(file["state"], file["state"])
        lines.append([file["file"], file["read as"] or "–", *counts, verdict])
    widths = [max(len(line[place]) for line in lines) for place in range(len(_COLUMNS) - 1)]
    text = []
    for line in lines:
        cells = [
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=False))
        ]
        text.append("  ".join([*cells, line[-1]]).rstrip())
    text.append("")
    text.extend(
        f"Refused rows of {file['file']}: {settings.DATA / 'imports' / file['error_file']}"
        for file in told["files"]
        if file["error_file"]
    )
    seconds = f" in {told['seconds']:.1f} s" if told["seconds"] is not None else ""
    text.append(f"Import {told['run']}: {told['state']}{seconds}. {told['problem']}".rstrip())
    return "\n".join(text)
