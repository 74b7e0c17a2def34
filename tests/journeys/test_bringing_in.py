"""Bringing something in, done as an administrator who fears imports does it: look, answer, try, import, take back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Demo, sign_in

pytestmark = pytest.mark.journey

FAIR = (
    "Vorname;Nachname;E-Mail-Adresse;Firma;Interesse\n"
    "Wilma;Kaai;wilma.kaai@quayworks.example;Quayworks;hoch\n"
    "Otto;Dwars;otto.dwars@quayworks.example;Quayworks;gering\n"
    "Petra;Loods;petra.loods@berthline.example;Berthline;hoch\n"
)
ACCOUNTS = (
    '"Id","Name","Website","Industry","CreatedDate"\n'
    '"0018d00000QQa01","Lantern Pilotage","www.lantern-pilotage.example","Shipping","02/01/2026 08:15"\n'
    '"0018d00000QQa02","Mooring & Sons","mooring-sons.example","Shipping","03/04/2026 09:30"\n'
)
CONTACTS = (
    '"Id","AccountId","FirstName","LastName","Email","Title","CreatedDate"\n'
    '"0038d00000QQc01","0018d00000QQa01","Greta","Lood","greta@lantern-pilotage.example","Pilot","02/01/2026 08:20"\n'
    '"not an id","0018d00000QQa01","Hugo","Boei","hugo@lantern-pilotage.example","Pilot","03/04/2026 08:20"\n'
)
PEOPLE = (
    '"Id","FirstName","LastName","Email","Phone","Title","CreatedDate"\n'
    '"0038d00000QQd01","Marguerite","Sluiswachter","m.sluiswachter@lockgate.example","+31 20 5550101","CFO",'
    '"2026-01-05 08:00:00"\n'
    '"0038d00000QQd02","Marguerite","Sluiswachter","m.sluiswachter@lockgate.example","+31 20 5550101","CFO",'
    '"2026-01-06 08:00:00"\n'
    '"0038d00000QQd03","Cornelius","Baggerman","c.baggerman@dredgeco.example","+31 10 5550202","COO",'
    '"2026-01-05 08:00:00"\n'
    '"0038d00000QQd04","Cornelius","Baggerman","c.baggerman@dredgeco.example","+31 10 5550202","COO",'
    '"2026-01-06 08:00:00"\n'
)


def look_at(page: Page, folder: Path, **texts: str) -> None:
    """Choose the files on the page; the review follows."""
    files = []
    for name, text in texts.items():
        files.append(folder / f"{name}.csv")
        files[-1].write_text(text)
    page.goto("/imports/new/")
    page.get_by_label("Files to bring in").set_input_files([str(file) for file in files])
    page.get_by_role("button", name="Look at it").click()
    page.wait_for_url(re.compile(r"/imports/\d+/preview/"))


def begin(page: Page, button: str, outcome: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    expect(page.get_by_role("heading", name=outcome, exact=True)).to_be_visible(timeout=30_000)


def figure(page: Page, name: str) -> str:
    """What one of the figures of the run says."""
    return page.locator(".stat").filter(has_text=re.compile(rf"^\s*{name}")).locator(".stat-value").inner_text().strip()


def test_an_unknown_table_is_explained_once_and_taken_back(page: Page, demo: Demo, tmp_path: Path) -> None:
    sign_in(page, demo, "admin")
    look_at(page, tmp_path, fair_visitors=FAIR)
    expect(page.locator("main")).to_contain_text("Nothing has been written yet")
    expect(page.locator("main")).to_contain_text("It looks like leads")
    expect(page.get_by_role("button", name="Import", exact=True)).to_have_count(0)

    page.get_by_role("link", name="Say what its columns mean").click()
    expect(page.get_by_label("Vorname", exact=True)).to_have_value("first_name")
    page.get_by_label(re.compile("Keep it under a name")).fill("Journey fair")
    page.get_by_role("button", name="Use for this file").click()
    page.wait_for_url(re.compile(r"/preview/"))
    expect(page.locator("main")).to_contain_text("by the mapping “Journey fair”")
    expect(page.locator("main")).to_contain_text("wilma.kaai@quayworks.example")

    begin(page, "Import", "Done")
    run = page.url
    assert (figure(page, "Created"), figure(page, "Refused")) == ("3", "0")
    page.goto("/leads/all/?q=Wilma")
    expect(page.locator("main tbody")).to_contain_text("Wilma Kaai")
    page.goto("/imports/mappings/")
    expect(page.locator("main")).to_contain_text("Journey fair")

    page.goto(run)
    page.get_by_role("link", name="Undo…").click()
    expect(page.locator("main")).to_contain_text("3 created")
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_role("heading", name="Undone", exact=True)).to_be_visible(timeout=30_000)
    page.goto("/leads/all/?q=Wilma")
    expect(page.locator("main")).not_to_contain_text("Wilma Kaai")


def test_a_question_is_answered_before_an_export_is_tried_and_brought_in(
    page: Page, demo: Demo, tmp_path: Path
) -> None:
    sign_in(page, demo, "admin")
    look_at(page, tmp_path, Account=ACCOUNTS, Contact=CONTACTS)
    accounts = page.locator(".review").filter(has=page.get_by_role("heading", name="Account.csv"))
    expect(accounts).to_contain_text("does the day or the month come first?")
    accounts.get_by_role("radio").first.check()
    expect(accounts).to_contain_text("2 January 2026, 08:15")
    expect(accounts.get_by_role("radio").first).to_be_checked()
    expect(page.locator("main")).to_contain_text("is no Salesforce id")

    begin(page, "Try without writing", "Dry run: done")
    assert (figure(page, "Created"), figure(page, "Refused")) == ("3", "1")
    dry = page.url
    page.goto("/crm/companies/?q=Lantern")
    expect(page.locator("main")).not_to_contain_text("Lantern Pilotage")

    page.goto(dry)
    begin(page, "Import now", "Done")
    assert (figure(page, "Created"), figure(page, "Refused")) == ("3", "1")
    expect(page.locator("main")).to_contain_text("Why rows were refused")
    page.goto("/crm/companies/?q=Lantern")
    page.get_by_role("link", name="Lantern Pilotage").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lantern Pilotage")
    expect(page.locator("main")).to_contain_text("Greta Lood")


def test_duplicates_are_answered_by_keyboard_and_a_merge_is_taken_apart(page: Page, demo: Demo, tmp_path: Path) -> None:
    sign_in(page, demo, "admin")
    look_at(page, tmp_path, Contact=PEOPLE)
    begin(page, "Import", "Done")
    for _ in range(60):
        page.goto("/duplicates/")
        if page.locator("[data-row]").filter(has_text=re.compile("Sluiswachter|Baggerman")).count() == 2:
            break
        page.wait_for_timeout(500)
    rows = page.locator("[data-row]")

    def go_to(name: str) -> None:
        for _ in range(rows.count() + 1):
            page.keyboard.press("j")
            if name in page.locator("[data-row]:focus-within").inner_text():
                return
        pytest.fail(f"j never came to {name}")

    page.keyboard.press("j")
    first = page.locator("[data-row]:focus-within").inner_text()
    page.keyboard.press("j")
    assert page.locator("[data-row]:focus-within").inner_text() != first
    page.keyboard.press("k")
    assert page.locator("[data-row]:focus-within").inner_text() == first
    page.goto("/duplicates/")
    go_to("Sluiswachter")
    page.keyboard.press("m")
    expect(page.locator(".note[role=status]")).to_contain_text("Marguerite Sluiswachter was merged into")
    expect(rows.filter(has_text="Sluiswachter")).to_have_count(0)
    go_to("Baggerman")
    page.keyboard.press("n")
    expect(rows.filter(has_text="Baggerman")).to_have_count(0)

    page.goto("/duplicates/merges/?q=Sluiswachter")
    page.get_by_role("button", name=re.compile("Undo")).first.click()
    page.goto("/crm/contacts/?q=Sluiswachter")
    expect(page.locator("main tbody tr")).to_have_count(2)


def test_a_run_reads_well_on_a_phone(browser: Browser, demo: Demo, tmp_path: Path) -> None:
    context = browser.new_context(base_url=demo.address, viewport={"width": 390, "height": 844})
    page = context.new_page()
    sign_in(page, demo, "admin")
    look_at(page, tmp_path, Contact=CONTACTS.replace("QQc", "QQp").replace("QQa", "QQx"))
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) == 0
    begin(page, "Import", "Done")
    assert page.evaluate(wide) == 0
    files = page.get_by_role("region", name="Files of this import")
    assert files.evaluate("box => box.scrollWidth - box.clientWidth") == 0
    expect(files).to_contain_text("Contact.csv")
    for name in ("Run again", "Undo…", "Refused rows"):
        box = page.get_by_text(name, exact=True).first.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390
    context.close()
