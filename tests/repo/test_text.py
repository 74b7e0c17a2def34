"""The project's text is about the project, and no registry's address or machine's path stands in it."""

import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = re.compile(
    r"https?://[^ \"']+\.(whl|tgz|tar\.gz)|\"resolved\":|/wor[k]/|pypi\.or[g]/simple|registry\.npmj[s]"
)


def _tracked() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return [path for path in (ROOT / "sameside").rglob("*") if path.is_file()]
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def test_no_registry_address_and_no_machine_path() -> None:
    found = []
    for path in _tracked():
        if path == Path(__file__) or not path.is_file() or path.stat().st_size > 2_000_000:
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if FORBIDDEN.search(text):
            found.append(str(path.relative_to(ROOT)))
    assert found == []


def test_no_junk_drawers_and_no_long_modules() -> None:
    drawers = {"services.py", "utils.py", "helpers.py", "managers.py", "misc.py"}
    modules = [path for path in (ROOT / "sameside").rglob("*.py") if "migrations" not in path.parts]
    assert [str(path) for path in modules if path.name in drawers] == []
    words_only = {"lexicon.py"}
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in modules
        if path.name not in words_only and (lines := len(path.read_text().splitlines())) > 420
    ]
    assert long == []
