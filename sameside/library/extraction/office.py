"""Office files as PDF, by LibreOffice where the machine has it: one at a time, confined, with a profile of its own."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FILTERS = {
    "pptx": 'pdf:impress_pdf_Export:{"ExportHiddenSlides":{"type":"boolean","value":"true"}}',
    "odp": 'pdf:impress_pdf_Export:{"ExportHiddenSlides":{"type":"boolean","value":"true"}}',
    "ppt": "pdf:impress_pdf_Export",
    "docx": "pdf:writer_pdf_Export",
    "odt": "pdf:writer_pdf_Export",
    "doc": "pdf:writer_pdf_Export",
    "rtf": "pdf:writer_pdf_Export",
}
REFLOWED = frozenset({"docx", "odt"})
"""Formats whose true pages are known only when they are printed."""
MEGABYTES = 6_000
"""LibreOffice maps far more memory than it uses."""
FILE_MEGABYTES = 512


_SCRIPTING = "/org.openoffice.Office.Common/Security/Scripting"
_SETTINGS = (
    (_SCRIPTING, "MacroSecurityLevel", "3"),
    (_SCRIPTING, "DisableMacrosExecution", "true"),
    (_SCRIPTING, "DisableActiveContent", "true"),
    (_SCRIPTING, "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "2"),
)


def _write_profile(folder: Path) -> None:
    """A profile in which no macro runs and no link is followed."""
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>"
    )


def program() -> str:
    """LibreOffice's path, empty when it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice") or ""


@contextmanager
def as_pdf(path: Path, kind: str, *, seconds: int, lock: Path) -> Iterator[Path | None]:
    """The file as PDF in a folder that is gone afterwards; None when it cannot be converted within `seconds`."""
    soffice = program()
    if not soffice or kind not in FILTERS:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="sameside-office-") as folder:
        source = Path(folder) / f"document.{kind}"
        shutil.copyfile(path, source)
        lock.parent.mkdir(parents=True, exist_ok=True)
        with lock.open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            _convert(soffice, source, kind, seconds)
        result = source.with_suffix(".pdf")
        yield result if result.is_file() and result.stat().st_size else None


def _convert(soffice: str, source: Path, kind: str, seconds: int) -> None:
    folder = source.parent
    _write_profile(folder)
    command = [
        *(sys.executable, "-m", "sameside.library.extraction.confinement"),
        *(str(MEGABYTES), str(seconds), str(FILE_MEGABYTES)),
        *(soffice, f"-env:UserInstallation=file://{folder}/profile"),
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"),
        *("--convert-to", FILTERS[kind], "--outdir", str(folder), str(source)),
    ]
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
    }
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """LibreOffice is a small program that starts a large one: end the whole group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
