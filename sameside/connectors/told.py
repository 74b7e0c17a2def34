"""What a command tells of a run: a table with a line for every file, or JSON; and the exit code that follows."""

import json
from typing import TYPE_CHECKING, Any

from sameside.connectors.terminal import clean

if TYPE_CHECKING:
    from sameside.connectors.models import ImportRun

DONE, FAILED, USAGE, REFUSED = 0, 1, 2, 3
_COLUMNS = ("file", "read as", "rows", "created", "updated", "unchanged", "refused", "missing", "verdict")


def summary(made: "ImportRun") -> dict[str, Any]:
    """The run as JSON-ready data: its state and a line for every file."""
    from sameside.connectors.intake import missing_path

    files = [
        {
            "file": file.name,
            "read as": file.recognised_as,
            "connector": file.connector,
            "state": file.state,
            "rows": file.rows,
            "created": file.created,
            "updated": file.updated,
            "unchanged": file.unchanged,
            "refused": file.refused,
            "missing": file.missing_references,
            "full": file.full,
            "vanished": file.vanished,
            "missing_references": file.missing,
            "reasons": file.reasons,
            "error_file": file.error_file,
            "missing_file": str(missing_path(file)) if file.missing_listed else "",
            "note": file.note,
        }
        for file in made.files.all()
    ]
    seconds = (made.finished_at - made.started_at).total_seconds() if made.finished_at and made.started_at else None
    return {
        "run": made.pk,
        "state": made.state,
        "dry": made.dry,
        "seconds": seconds,
        "problem": made.problem,
        "files": files,
    }


def report(made: "ImportRun", *, as_json: bool) -> int:
    from sameside.connectors.models import ImportFile, ImportRun

    told = summary(made)
    nothing = not any(file["read as"] for file in told["files"])
    refused = nothing or any(file["refused"] or file["state"] == ImportFile.State.REFUSED for file in told["files"])
    print(json.dumps(told, indent=2) if as_json else _text(told))
    if made.state not in (ImportRun.State.DONE, ImportRun.State.PREVIEW, ImportRun.State.UNDONE):
        return FAILED
    return REFUSED if refused else DONE


def _text(told: dict[str, Any]) -> str:
    from django.conf import settings

    lines = [list(_COLUMNS)]
    for file in told["files"]:
        counts = [f"{file[name]:,}" for name in _COLUMNS[2:8]] if file["read as"] else [""] * 6
        verdict = file["note"] or {"done": "ok", "refused": "refused"}.get(file["state"], file["state"])
        lines.append([clean(file["file"]), file["read as"] or "–", *counts, clean(verdict)])
    widths = [max(len(line[place]) for line in lines) for place in range(len(_COLUMNS) - 1)]
    text = []
    for line in lines:
        cells = [
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=False))
        ]
        text.append("  ".join([*cells, line[-1]]).rstrip())
    text.append("")
    for file in told["files"]:
        text.extend(f"{clean(file['file'])}: {count:,} × {clean(reason)}" for reason, count in file["reasons"].items())
        if file["error_file"]:
            text.append(
                f"Refused rows of {clean(file['file'])}: {settings.DATA / 'imports' / clean(file['error_file'])}"
            )
    text.extend(
        f"What {clean(file['file'])} refers to and is not here: {clean(file['missing_file'])}"
        for file in told["files"]
        if file["missing_file"]
    )
    seconds = f" in {told['seconds']:.1f} s" if told["seconds"] is not None else ""
    dry = " Nothing was written: this was a dry run." if told["dry"] else ""
    text.append(f"Import {told['run']}: {told['state']}{seconds}.{dry} {clean(told['problem'])}".rstrip())
    return "\n".join(text)
