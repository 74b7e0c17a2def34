"""Browsing as people do it: by keyboard, with a quick look, a star, a collection put in order, two side by side."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Demo, sign_in

pytestmark = pytest.mark.journey


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def _counted(page: Page) -> int:
    return page.locator("main [data-asset]").count()


def test_a_quick_look_by_space_turns_pages_and_gives_the_focus_back(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "seller")
    page.goto("/library/?q=white+paper")
    assert _counted(page) > 1
    page.keyboard.press("j")
    first = _focused(page)
    page.keyboard.press("Space")
    look = page.locator("#quick-look")
    expect(look.get_by_role("heading", name=first)).to_be_visible()
    expect(look.locator(".look-pages")).to_contain_text("Page 1 of")
    page.keyboard.press("ArrowRight")
    expect(look.locator(".look-pages")).to_contain_text("Page 2 of")
    page.keyboard.press("j")
    expect(look.get_by_role("heading", name=first, exact=True)).to_have_count(0)
    second = look.locator("h2").inner_text()
    page.keyboard.press("Escape")
    expect(look).to_be_hidden()
    expect(page.locator("main .row-link:focus")).to_have_text(second)
    assert second != first


def test_a_favourite_by_key_stays(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "executive")
    page.goto("/library/?view=grid")
    page.keyboard.press("j")
    page.keyboard.press("ArrowRight")
    name = _focused(page)
    page.keyboard.press("f")
    star = page.locator("main .item").filter(has=page.get_by_role("link", name=name, exact=True)).locator("[data-star]")
    expect(star).to_have_attribute("aria-pressed", "true")
    page.goto("/library/favourites/")
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    page.keyboard.press("j")
    with page.expect_response(re.compile("/favourite/")) as answer:
        page.keyboard.press("f")
    assert answer.value.status == 204
    page.reload()
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)


def test_chosen_results_become_a_collection_that_is_put_in_order_by_keyboard(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "seller")
    page.goto("/library/?view=list")
    page.keyboard.press("j")
    first = _focused(page)
    page.keyboard.press("x")
    page.keyboard.press("j")
    second = _focused(page)
    page.keyboard.press("x")
    expect(page.locator("[data-chosen-count]")).to_have_text("2 chosen")
    page.keyboard.press("e")
    page.get_by_label("Name of a new collection").fill("For the journey")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/library/collections/for-the-journey"))
    titles = page.locator(".arranged .row-link")
    expect(titles).to_have_text([first, second])
    titles.first.focus()
    with page.expect_response(re.compile("/place/")) as answer:
        page.keyboard.press("Alt+ArrowDown")
    assert answer.value.status == 204
    expect(titles).to_have_text([second, first])
    assert _focused(page) == first
    page.reload()
    expect(titles).to_have_text([second, first])
    page.get_by_role("button", name=f"Take “{second}” out").click()
    expect(titles).to_have_text([first])
    page.get_by_role("button", name="Undo").click()
    expect(titles).to_have_text([second, first])


def test_two_are_compared_by_key(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "marketer")
    page.goto("/library/?view=list")
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("c")
    page.wait_for_url(re.compile("/library/compare/"))
    expect(page.locator(".sides-head h2")).to_have_count(2)
    expect(page.locator("main")).to_contain_text("Pages:")


def test_a_board_leads_to_what_won_and_the_rows_behind_it(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "executive")
    page.goto("/library/boards/")
    page.get_by_role("link", name=re.compile("^Tangible value")).click()
    expect(page.get_by_role("heading", name="Used to win here")).to_be_visible()
    figure = page.locator(".tile-note a").first
    won = re.search(r"Succeeded (\d+) of (\d+)", figure.inner_text())
    assert won
    figure.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Used, and how the conversations ended")
    expect(page.locator("main tbody tr")).to_have_count(int(won[2]))
    expect(page.locator("main tbody").get_by_text("Succeeded", exact=True)).to_have_count(int(won[1]))
