"""The keyboard help names every key that a screen has."""

import re
from pathlib import Path

import pytest

from sameside.people.models import Person
from tests.conftest import signed_in

ROOT = Path(__file__).resolve().parent.parent.parent / "sameside"
SCREENS = {
    "library/undo_note.html": "reviews",
    "library/proposals.html": "facets",
    "library/replacement.html": "care",
    "library/evaluation/judged_row.html": "care",
    "search/synonyms.html": "care",
    "identity/duplicates.html": "duplicates",
    "identity/merges.html": "duplicates",
    "leads/handover/back.html": "back",
    "leads/handover/back_rows.py": "back",
    "leads/handover/done.html": "leads",
    "leads/handover/for_marketing.html": "back",
    "leads/clock/holiday.html": "setup",
    "leads/clock/tabs.html": "setup",
    "leads/routing/routing.html": "setup",
    "leads/routing/unrouted.html": "back",
    "leads/handover/reasons.html": "leads",
    "leads/handover/sheet.html": "leads",
    "leads/handover/work_rows.py": "leads",
    "library/tagging/missing_rows.py": "facets",
    "library/upkeep/queue_rows.py": "reviews",
}
"""A template with keys of its own, or a module that joins rows, and the part of the help that names them."""
RANGES = {"{{ forloop.counter }}": ("1", "9"), "{key}": ("1", "9"), "{{ grade.value }}": ("0", "3")}
_PRESS = re.compile(r'data-press(?:-anywhere)?="([^"]+)"')


def pressed() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in (*ROOT.glob("*/templates/**/*.html"), *ROOT.glob("**/*.py")):
        keys = {key for one in _PRESS.findall(path.read_text()) for key in RANGES.get(one, (one,))}
        if keys:
            name = path.relative_to(ROOT).as_posix()
            found[name.partition("/templates/")[2] or name] = keys
    return found


def helped(person: Person) -> dict[str, set[str]]:
    page = signed_in(person).get("/library/").content.decode()
    parts = re.findall(r'data-keys="(\w+)">(.*?)</dl>', page, re.DOTALL)
    return {name: set(re.findall(r"<kbd>([^<]+)</kbd>", rows)) for name, rows in parts}


def test_every_screen_with_keys_is_in_the_help(gus: Person) -> None:
    shown = helped(gus)
    screens = pressed()
    assert set(screens) == set(SCREENS)
    for template, keys in screens.items():
        assert keys <= shown[SCREENS[template]], template


def test_every_key_of_the_cards_and_of_quick_look_is_in_the_help(gus: Person) -> None:
    scripts = ROOT.parent / "frontend" / "src" / "js"
    cards = re.search(r"const keys = \{(.*?)\n\};", (scripts / "cards.js").read_text(), re.DOTALL)
    inside = re.search(r"const inside = \{(.*?)\n\};", (scripts / "look.js").read_text(), re.DOTALL)
    everywhere = re.search(r"const actions = \{(.*?)\n\};", (scripts / "keys.js").read_text(), re.DOTALL)
    assert cards
    assert inside
    assert everywhere
    letter = re.compile(r'^  "?([a-z/?])"?: ', re.MULTILINE)
    shown = helped(gus)
    assert set(letter.findall(cards[1])) == {"f", "x", "c"}
    assert set(letter.findall(cards[1])) <= shown["cards"]
    assert set(letter.findall(inside[1])) == {"j", "k", "f", "e"}
    assert set(letter.findall(inside[1])) <= shown["pages"]
    assert set(letter.findall(everywhere[1])) <= shown["everywhere"] | shown["lists"]


@pytest.mark.parametrize("missing", ["reviews", "facets", "care", "duplicates", "back"])
def test_who_cannot_do_it_is_not_told_its_keys(missing: str, bob: Person) -> None:
    assert missing not in helped(bob)
    assert {"cards", "leads"} <= set(helped(bob))


def test_an_editor_is_not_told_the_keys_of_leads(dora: Person) -> None:
    assert not {"leads", "back", "setup"} & set(helped(dora))
