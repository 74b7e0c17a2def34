"""The docs say what the code says."""

import re
from pathlib import Path

import pytest

from sameside.project import config, reference

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", sorted(reference.PAGES))
def test_made_pages_are_fresh(name: str) -> None:
    assert (DOCS / name).read_text() == reference.PAGES[name](), "run scripts/make-docs"


def test_every_environment_variable_read_is_a_documented_setting() -> None:
    documented = {setting.name for setting in config.SETTINGS}
    read = set()
    for path in (ROOT / "sameside").rglob("*.py"):
        read |= set(re.findall(r"[\"'](SAMESIDE_[A-Z_]+|DATABASE_URL)[\"']", path.read_text()))
    assert read == documented


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_metric_shown_has_a_page() -> None:
    """A metric page is linked from the pages by its name; a link to a page that is missing is a broken promise."""
    named = set()
    for path in (ROOT / "sameside").rglob("*"):
        if path.suffix in (".py", ".html"):
            named |= set(re.findall(r"docs/metrics/([a-z-]+)\.md", path.read_text()))
    assert {name for name in named if not (DOCS / "metrics" / f"{name}.md").exists()} == set()


def test_the_glossary_has_every_word_of_the_product() -> None:
    glossary = (DOCS / "glossary.md").read_text()
    for word in ("asset", "facets", "conversation", "hand-over", "touch", "usage", "deal", "lead", "outcome"):
        assert f"| {word} |" in glossary


def test_every_model_of_credit_names_its_source() -> None:
    pages = sorted((ROOT / "docs" / "metrics").glob("credit-*.md"))
    assert len(pages) == 13
    assert [page.name for page in pages if "**Source.**" not in page.read_text(encoding="utf-8")] == []
