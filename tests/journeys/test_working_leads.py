"""The closed loop as two people walk it: a seller on a phone takes leads and gives one back, marketing sees why."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PASSWORD, Demo, sign_in

pytestmark = pytest.mark.journey
WALKER = "wanda.walker@tarnwick.example"
"""A seller of her own, so that nothing else stands in her queue."""

_HAND_OVER = """
import django
django.setup()
from django.utils import timezone
from sameside.leads.handover import handing
from sameside.leads.models import HandOver, Lead
from sameside.people.models import Person
by = Person.objects.get(email={marketer!r})
to = Person.objects.create_user({walker!r}, {password!r}, name="Wanda Walker", role="seller")
taken = HandOver.objects.open().values("lead")
free = Lead.objects.filter(merged_into=None, deleted_in_source=False, is_converted=False).exclude(pk__in=taken)
for lead in free.exclude(campaign=None).order_by("-created_at")[:3]:
    made = handing.hand_over(lead, to, by=by, at=timezone.now())
    print(made.pk, lead, sep="\\t")
"""


@pytest.fixture(scope="module")
def names(demo: Demo) -> list[str]:
    """Three leads that marketing has just handed over to the seller."""
    data = next(path.parent for path in Path(demo.output.parent, "data").glob("demo-*/secret-key"))
    demo.people["walker"] = WALKER
    code = _HAND_OVER.format(marketer=demo.people["marketer"], walker=WALKER, password=PASSWORD)
    settings = {"SAMESIDE_DATA": str(data), "DJANGO_SETTINGS_MODULE": "sameside.project.settings"}
    outside = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "SAMESIDE_SECRET_KEY")}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**outside, **settings}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [line.split("\t")[1] for line in done.stdout.splitlines() if "\t" in line]


def walk_as_seller(page: Page, names: list[str]) -> None:
    first, second, _ = names
    page.goto("/leads/mine/?state=new")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    accept = page.get_by_role("button", name=f"Accept {first}")
    box = accept.bounding_box()
    assert box
    assert box["height"] >= 44
    accept.click()
    expect(page.locator(".work-said")).to_contain_text(f"Accepted: {first}.")

    page.goto("/leads/mine/?state=accepted")
    page.get_by_role("link", name=f"Log an attempt with {first}").click()
    page.get_by_role("button", name="Left a message").click()
    expect(page.locator(".work-said")).to_contain_text(f"Attempt logged: {first}.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".note-success")).to_contain_text("attempt logged was taken back")

    page.goto("/leads/mine/?state=new")
    page.get_by_role("link", name=f"Return {second} to marketing").click()
    page.get_by_placeholder("One sentence, if it helps").fill("A student who writes a thesis.")
    page.get_by_role("button", name="Wrong person").click()
    expect(page.locator(".work-said")).to_contain_text(f"Returned: {second}.")
    expect(page.get_by_role("link", name=second, exact=True)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name=second, exact=True)).to_be_visible()

    page.get_by_role("link", name=f"Return {second} to marketing").click()
    page.get_by_placeholder("One sentence, if it helps").fill("A student who writes a thesis.")
    page.get_by_role("button", name="Wrong person").click()
    expect(page.locator(".work-said")).to_contain_text(f"Returned: {second}.")


def walk_as_marketer(page: Page, names: list[str]) -> None:
    name = names[1]
    page.goto("/")
    expect(page.locator(".today-handed")).to_contain_text("came back from sales in 7 days")
    page.goto("/leads/back/")
    waiting = page.locator("[data-row]", has=page.get_by_role("link", name=name, exact=True))
    expect(waiting).to_contain_text("Wrong person")
    expect(waiting.locator("q")).to_have_text("A student who writes a thesis.")
    waiting.get_by_role("link", name=name, exact=True).focus()
    page.keyboard.press("w")
    expect(page.locator(".work-said")).to_contain_text(f"Put into nurture: {name}.")
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator(".note-success")).to_have_text(f"{name} waits here again.")
    waiting.get_by_role("link", name=f"Hand {name} over again").click()
    page.get_by_label("What changed since?").fill("Her manager asked for a call.")
    page.get_by_role("button", name="Hand over again").click()
    expect(page.locator(".note-success")).to_contain_text(f"{name} was handed over to")
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)


def test_a_seller_on_a_phone_takes_tries_returns_and_takes_back(browser: Browser, demo: Demo, names: list[str]) -> None:
    context = browser.new_context(base_url=demo.address, viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    sign_in(page, demo, "walker")
    walk_as_seller(page, names)
    context.close()


def test_marketing_sees_the_reason_arrive_and_decides(page: Page, demo: Demo, names: list[str]) -> None:
    sign_in(page, demo, "marketer")
    walk_as_marketer(page, names)


def test_the_queue_works_by_keyboard(page: Page, demo: Demo, names: list[str]) -> None:
    sign_in(page, demo, "walker")
    walk_by_keyboard(page, names)


def walk_by_keyboard(page: Page, names: list[str]) -> None:
    name = names[2]
    page.goto("/leads/mine/?state=new")
    page.get_by_role("link", name=name, exact=True).focus()
    page.keyboard.press("r")
    expect(page.locator("#sheet")).to_contain_text("Why does it go back?")
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).to_have_count(0)
    page.keyboard.press("r")
    expect(page.locator("#sheet")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator(".work-said")).to_contain_text(f"Returned: {name}.")
    page.keyboard.press("z")
    expect(page.locator(".note-success")).to_contain_text(f"{name} is as it was before")


def test_a_campaign_is_chosen_by_name_in_the_agreement(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "marketer")
    walk_through_the_agreement(page)


def walk_through_the_agreement(page: Page) -> None:
    page.goto("/leads/agreement/")
    page.get_by_role("button", name="Draft the next version").click()
    page.locator("[data-condition-field]").first.select_option("campaign")
    words = page.get_by_role("combobox", name="Values of First campaign")
    words.focus()
    page.keyboard.type("webinar")
    expect(page.get_by_role("option", name="Webinar").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".condition-chip", has_text="Webinar")).to_have_count(1)
    _pull_larger(page, "#text")
    page.get_by_role("button", name="Behaviour", exact=True).first.click()
    expect(page.locator(".pact-did")).to_have_count(2)
    expect(page.locator(".condition-chip", has_text="Webinar")).to_have_count(1)


def _pull_larger(page: Page, name: str) -> None:
    """By its corner: the browser keeps the size as a style, which a swap must not write again (the CSP forbids it)."""
    page.locator(name).scroll_into_view_if_needed()
    box = page.locator(name).bounding_box()
    assert box
    x, y = box["x"] + box["width"] - 4, box["y"] + box["height"] - 4
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 60)
    page.mouse.up()
    expect(page.locator(f"{name}[style]")).to_have_count(1)
