"""WCAG 2.2 AA by axe on every page: a light desktop and a dark phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Demo, sign_in

AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = [
    "/",
    "/this-week/",
    "/library/truth/",
    "/leads/",
    "/conversations/",
    "/revenue/",
    "/library/",
    "/library/?view=list",
    "/library/?q=business",
    "/library/boards/",
    "/library/boards/conversation/tangible_value/",
    "/library/collections/",
    "/library/favourites/",
    "/library/team/",
    "/library/compare/",
    "/search/",
    "/search/?q=bank",
    "/search/synonyms/",
    "/library/recent/",
    "/library/new/",
    "/library/plays/",
    "/library/plays/proposals/",
    "/library/reviews/",
    "/library/access/",
    "/library/facets/edits/",
    "/library/facets/edits/new/",
    "/library/facets/rules/",
    "/library/facets/missing/",
    "/library/findability/",
    "/library/findability/searches/",
    "/library/findability/judged/",
    "/library/findability/ranking/",
    "/library/requests/",
    "/people/partners/",
    "/people/partners/new/",
    "/library/upload/",
    "/library/proposals/",
    "/leads/all/",
    "/leads/mine/",
    "/leads/figures/",
    "/leads/handovers/",
    "/leads/back/",
    "/leads/unrouted/",
    "/leads/routing/",
    "/leads/routing/new/",
    "/leads/agreement/",
    "/leads/agreement/1/",
    "/leads/scoring/",
    "/leads/scoring/model/",
    "/leads/batches/",
    "/leads/hours/",
    "/leads/reasons/",
    "/conversations/all/",
    "/conversations/stages/",
    "/deals/",
    "/crm/companies/",
    "/crm/contacts/",
    "/crm/campaigns/",
    "/imports/",
    "/imports/new/",
    "/imports/mappings/",
    "/imports/watched/",
    "/revenue/big-rocks/",
    "/revenue/influence/",
    "/revenue/runs/",
    "/duplicates/",
    "/duplicates/merges/",
    "/library/versions/",
    "/crm/rates/",
    "/crm/rates/new/",
    "/crm/rates/files/",
    "/people/",
    "/people/settings/",
    "/people/roles/",
    "/people/audit/",
    "/people/tokens/",
    "/people/tokens/new/",
    "/api/",
    "/pattern/",
]
LISTS = ["/library/?view=list", "/leads/all/", "/deals/", "/crm/companies/", "/crm/contacts/", "/crm/campaigns/",
         "/imports/", "/people/", "/duplicates/"]  # fmt: skip
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
ON_A_PHONE = [
    "color-contrast",
    "target-size",
    "scrollable-region-focusable",
    "aria-hidden-focus",
    "button-name",
    "link-name",
]
"""What may differ there: colours, sizes, what scrolls, and what is named by words that a narrow window hides."""


def violations(page: Page, kind: str, names: list[str]) -> list[str]:
    """What axe finds on the page as it is now by its rules of these names or tags (`kind`), one line for each place."""
    found = page.evaluate(
        "only => axe.run(document, {runOnly: only, resultTypes: ['violations']}).then(result => result.violations)",
        {"type": kind, "values": names},
    )
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [
        f"{rule['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for rule in found
        for node in rule["nodes"][:5]
    ] + ([f"{overflow} px wider than the window"] if overflow > 0 else [])


def looked_at(page: Page) -> list[str]:
    """What is wrong with the page on a light desktop, and then on a dark phone."""
    page.evaluate(AXE.read_text())
    found = violations(page, "tag", RULES)
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.bsTheme === 'dark'")
    found += [f"dark, on a phone: {one}" for one in violations(page, "rule", ON_A_PHONE)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)
    return found


@pytest.mark.journey
def test_every_page_is_accessible(browser: Browser, demo: Demo) -> None:
    context = browser.new_context(
        base_url=demo.address, viewport=DESKTOP, color_scheme="light", reduced_motion="reduce", bypass_csp=True
    )
    page = context.new_page()
    wrong: dict[str, list[str]] = {}
    page.goto("/accounts/login/")
    if found := looked_at(page):
        wrong["sign-in"] = found
    sign_in(page, demo, "admin")
    details = []
    for path in LISTS:
        page.goto(path)
        link = page.locator("main table tbody a[href], main .item a.row-link, main .queue a.row-link").first
        if link.count():
            details.append(str(link.get_attribute("href")))
    for path in [*PAGES, *details]:
        response = page.goto(path)
        assert response is not None
        assert response.status == 200, f"{path}: {response.status}"
        page.wait_for_function("!document.querySelector('.htmx-request')")
        if found := looked_at(page):
            wrong[path] = found
    context.close()
    assert wrong == {}
    assert len(details) == len(LISTS)
