"""What the content security policy forbids does not stand in any template."""

import re
from pathlib import Path

import pytest

TEMPLATES = sorted((Path(__file__).resolve().parents[2] / "sameside").rglob("*.html"))
INLINE = re.compile(r"<script(?![^>]*\b(src|type=\"application/json\"))[^>]*>|\sstyle=|\son[a-z]+=\"|javascript:", re.I)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_inline_script_style_or_handler(path: Path) -> None:
    assert [match.group(0) for match in INLINE.finditer(path.read_text())] == []
