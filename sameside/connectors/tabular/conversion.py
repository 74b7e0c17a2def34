"""The outside of the confined process that converts workbooks: run it once for a file, keep what it made.

What it made stands in a folder of the workspace named after the file's content, so recognition, the preview and the run
convert a file once; it appears there whole or not at all.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from sameside.connectors.tabular.sheets import Limits, Sheet

LIMITS = Limits()
_VERSION = 1
_TOO_LONG = "It took longer than {} seconds to open, so it was left."


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:32]


def sheets(path: Path, kind: str, workspace: Path, limits: Limits = LIMITS) -> list[tuple[Sheet, Path]]:
    """Every table of the file with the CSV file that holds it."""
    place = workspace / f"{_digest(path)}-{kind}-{_VERSION}"
    if not (place / "tables.json").exists():
        workspace.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".converting-", dir=workspace))
        try:
            problem = _convert(path.resolve(), kind, made, limits)
            if problem:
                return [(Sheet("", problem=problem), path)]
            try:
                made.rename(place)
            except OSError:  # another process was first
                if not (place / "tables.json").exists():
                    raise
        finally:
            shutil.rmtree(made, ignore_errors=True)
    listed = json.loads((place / "tables.json").read_text(encoding="utf-8"))
    return [(sheet := Sheet(**each), place / sheet.file if sheet.file else path) for each in listed]


def _convert(path: Path, kind: str, folder: Path, limits: Limits) -> str:
    """Run the confined process; a sentence when it gave nothing."""
    command = [sys.executable, "-m", "sameside.connectors.tabular.converting", kind, str(path), str(folder)]
    process = subprocess.Popen(
        [*command, json.dumps(asdict(limits))],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,
    )
    try:
        code = process.wait(timeout=2 * limits.seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return _TOO_LONG.format(2 * limits.seconds)
    if code == 0 and (folder / "tables.json").exists():
        return ""
    if code == -24:  # SIGXCPU
        return _TOO_LONG.format(limits.seconds)
    if code == -25:  # SIGXFSZ
        return f"It unpacks to more than {limits.file_megabytes:,} MB of text."
    return "It is damaged, or needs more memory to open than a table may take."


def _environment() -> dict[str, str]:
    """The confined process gets no secret of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV") if name in os.environ}
    package = Path(__file__).resolve().parents[3]
    return {**kept, "PYTHONPATH": f"{package}", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
