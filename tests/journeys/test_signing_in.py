import re

import pytest
from playwright.sync_api import Page, expect

from sameside.people.roles import Role
from tests.journeys.conftest import Demo, sign_in


@pytest.mark.journey
@pytest.mark.parametrize("role", list(Role))
def test_each_role_signs_in_and_finds_its_first_page(page: Page, demo: Demo, role: str) -> None:
    sign_in(page, demo, role)
    first = "Library" if role == Role.PARTNER else "Today"
    expect(page.get_by_role("heading", level=1)).to_contain_text(first)
    expect(page.locator("body")).to_contain_text("fictional company")


@pytest.mark.journey
def test_a_wrong_password_is_refused_in_words(page: Page, demo: Demo) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email", exact=True).fill(demo.people["seller"])
    page.get_by_label("Password", exact=True).fill("something else entirely")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("body")).to_contain_text(re.compile("not correct|incorrect"))


@pytest.mark.journey
def test_a_stranger_is_brought_back_to_where_they_wanted_to_go(page: Page, demo: Demo) -> None:
    page.goto("/leads/all/?fate=won")
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next="))
    page.get_by_label("Email", exact=True).fill(demo.people["marketer"])
    page.get_by_label("Password", exact=True).fill("sameside-demo-2026")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/leads/all/\?fate=won$"))
