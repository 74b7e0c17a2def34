"""What people come for, done as they do it: in a browser, on the running product."""

import io
import re
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.journeys.conftest import Demo, sign_in

pytestmark = pytest.mark.journey


def _pdf(path: Path, *lines: str) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    for n, line in enumerate(lines):
        canvas.drawString(72, 760 - 24 * n, line)
    canvas.save()
    return path


def _folder(path: Path) -> list[Path]:
    """A good PDF, a good Markdown page, and a file that only says it is a PDF."""
    good = _pdf(
        path / "Harbour logistics business case.pdf",
        "Harbour logistics business case",
        "What a quayside scheduling programme returns in three years, and what it costs.",
    )
    page = path / "discovery-questions.md"
    page.write_text("# Discovery questions for harbours\n\nAsk who schedules the quay, and what a late berth costs.\n")
    broken = path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nthis is where it ends")
    return [good, page, broken]


def test_import_a_folder_and_watch_it(page: Page, demo: Demo, tmp_path: Path) -> None:
    sign_in(page, demo, "editor")
    page.goto("/library/upload/")
    page.locator("input[type=file]").set_input_files([str(file) for file in _folder(tmp_path)])
    page.get_by_role("button", name="Bring in", exact=True).click()
    page.wait_for_url(re.compile(r"/imports/\d+/"))
    expect(page.get_by_role("heading", name="Done")).to_be_visible(timeout=90_000)
    row = page.get_by_role("row").filter(has_text="broken.pdf")
    expect(row).to_contain_text("Refused")
    expect(row).to_contain_text(re.compile("PDF|damaged|broken|read", re.I))
    page.goto("/library/?q=quayside")
    expect(page.locator("main")).to_contain_text("Harbour logistics business case")
    expect(page.locator("main mark").first).to_have_text(re.compile("quayside", re.I))


def test_find_an_asset_from_anywhere_by_keyboard(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "seller")
    page.keyboard.press("/")
    page.keyboard.type("business case")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search/\?.*q=business"))
    page.locator("main a[href^='/library/']").filter(has_text=re.compile("business case", re.I)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("business case", re.I))
    expect(page.locator("main")).to_contain_text("Used")


def test_follow_a_lead_to_its_revenue(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "marketer")
    page.goto("/leads/all/?fate=won")
    first = page.locator("main tbody tr a").first
    name = first.inner_text().strip()
    first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name.split("\n")[0])
    expect(page.locator("main")).to_contain_text("Won")
    page.locator("main a[href^='/deals/']").first.click()
    expect(page.locator("main")).to_contain_text(re.compile("buying group", re.I))
    expect(page.locator("main")).to_contain_text(re.compile("first touch", re.I))


def test_a_report_opens_into_the_rows_that_make_it(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "executive")
    page.goto("/leads/?period=all")
    page.wait_for_selector("main table:visible")
    link = page.locator("main table tbody a[href*='fate=untouched']").first
    count = int(link.inner_text().strip().replace(",", ""))
    link.click()
    page.wait_for_url(re.compile(r"/leads/all/\?"))
    assert count > 0
    assert page.locator("main tbody tr").count() == min(count, 50)


def test_print_this_week(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "marketer")
    page.goto("/this-week/")
    page.wait_for_selector("text=What changed")
    with pypdfium2.PdfDocument(io.BytesIO(page.pdf(format="A4"))) as paper:
        text = "\n".join(sheet.get_textpage().get_text_bounded() for sheet in paper)
        assert 1 <= len(paper) <= 6
    assert "This week" in text
    assert "fictional company" in text
    assert "Search content" not in text  # the box is not printed


def test_confirm_what_was_proposed_in_one_click(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "editor")
    page.goto("/library/proposals/")
    before = page.locator("main").inner_text()
    page.get_by_role("button", name=re.compile("^Confirm")).first.click()
    page.wait_for_load_state("networkidle")
    assert page.locator("main").inner_text() != before


def test_dark_and_light_are_remembered(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "seller")
    theme = "document.documentElement.getAttribute('data-bs-theme')"
    before = page.evaluate(theme)
    page.locator("[data-theme-toggle]").first.click()
    assert page.evaluate(theme) != before
    page.goto("/library/")
    assert page.evaluate(theme) != before
