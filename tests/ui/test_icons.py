"""Every icon that a template, a list or the navigation names is in the sprite."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"""\{%\s*icon\s+["']([a-z0-9-]+)["']|\bicon=["']([a-z0-9-]+)["']|Empty\(\s*["']([a-z0-9-]+)["']""")


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    lines = (ROOT / "frontend" / "icons.txt").read_text().splitlines()
    sprite = {line for line in lines if line and not line.startswith("#")}
    missing = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "sameside").rglob("*")
        if path.suffix in (".html", ".py") and "static" not in path.parts
        for found in NAMED.findall(path.read_text())
        for name in found
        if name and name not in sprite
    }
    assert missing == set()
