"""A seller finds the page for the deal at hand, by keyboard only: with a typo, in another language, on a phone."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Demo, sign_in

pytestmark = pytest.mark.journey


def focused_option(page: Page) -> str:
    """The text of the answer that the keyboard is on."""
    chosen = page.get_by_role("combobox", name="Search").get_attribute("aria-activedescendant")
    return page.locator(f"#{chosen}").inner_text() if chosen else ""


def open_deal(page: Page) -> str:
    """Go to the first open deal that the seller sees; returns its address."""
    page.goto("/deals/?state=open")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/deals/\d+/$"))
    return page.url


def test_find_a_page_in_a_deal_with_a_typo_and_use_it(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "seller")
    deal = open_deal(page)
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search")
    expect(box).to_be_focused()
    expect(page.locator(".box-context")).to_contain_text("For ")
    page.keyboard.type("secruity white paper", delay=20)
    expect(page.locator(".box-note")).to_contain_text("Showing results for security white paper")
    expect(page.locator("#box-list mark").first).to_have_text(re.compile("security", re.I))
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    assert "security white paper" in focused_option(page).lower()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/library/[^/]+/\?page=\d+&from=[0-9a-z]+-1&deal=\d+"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("security white paper", re.I))
    title = page.get_by_role("heading", level=1).inner_text().strip()
    page.locator("summary", has_text="I used this").focus()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="I sent it")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("Recorded: you shared"))).to_be_visible()
    page.goto(deal)
    used = page.locator("section", has=page.get_by_role("heading", name="Content used"))
    expect(used).to_contain_text(title)


def test_find_content_in_another_language_with_a_typed_filter(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "seller")
    page.keyboard.press("Control+k")
    page.keyboard.type("lang:", delay=20)
    expect(page.locator("#box-list")).to_contain_text("German")
    page.keyboard.type("ge", delay=20)
    expect(page.get_by_role("option").first).to_contain_text("German")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    box = page.get_by_role("combobox", name="Search")
    expect(box).to_have_value("lang:de ")
    page.keyboard.type("wirtschaftlichkeit", delay=20)
    expect(page.locator(".box-chips")).to_contain_text("Language: German")
    expect(page.locator("#box-list .box-asset").first).to_contain_text(re.compile("Wirtschaftlichkeit"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search/\?.*q=lang"))
    expect(page.locator("main")).to_contain_text(re.compile("Wirtschaftlichkeit"))
    page.get_by_role("link", name=re.compile("Wirtschaftlichkeit")).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("Wirtschaftlichkeit"))
    expect(page.locator("main")).to_contain_text("German")


def test_escape_closes_and_a_word_is_turned_back(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "seller")
    page.goto("/library/")
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search the library")
    expect(box).to_be_focused()
    page.keyboard.type("meeting deck", delay=20)
    expect(page.locator(".box-chips")).to_contain_text("Format: Slides")
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/library/\?.*q=meeting\+deck"))
    expect(page.locator(".chips")).to_contain_text("Slides")
    page.get_by_role("link", name="search for “deck” instead").click()
    expect(page.locator(".chips")).not_to_contain_text("Slides")
    expect(box).to_have_value("meeting deck")


def test_the_box_fills_a_phone(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(base_url=demo.address, viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    sign_in(page, demo, "seller")
    page.locator("#search").tap()
    page.locator("#search").fill("secur")
    expect(page.locator("#box-list .box-asset").first).to_be_visible()
    place = page.locator(".box-field").bounding_box()
    assert place
    assert (place["x"], place["width"]) == (0, 390)
    assert place["height"] > 700
    page.locator("#box-list .box-asset").first.tap()
    page.wait_for_url(re.compile(r"/library/[^/]+/\?page="))
    context.close()
