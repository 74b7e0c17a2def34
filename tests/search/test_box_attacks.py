"""The box among hostile words, forged reports of what it showed, and indexes that are missing or broken."""

from pathlib import Path

import pytest
from django.core import signing
from django.test import Client

from sameside.crm.models import Company
from sameside.kit import snapshots
from sameside.library.models import Search, Usage
from sameside.library.usage import recorder
from sameside.people.models import Partner, Person
from sameside.search import kinds, readers
from sameside.search.following import Follower
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve

PAGES = ("/library/", "/search/", "/search/answers/")
HOSTILE = [
    "x" * 5_000,
    '"' * 4_000,
    "vertical:" * 500,
    "vertical:banking " * 500,
    'vertical:""" vertical:"a',
    "\u202ealpha\u202d",
    "a\x00b \x07",
    "+title:(a OR [* TO *]) AND NOT /.*/ ~2^9 \\",
    "😀" * 300,
    "-" * 300,
    "or " * 100,
    "-or or -or",
    "٣ ３ ⅷ ﷺ",
    "\u0301" * 200,
    "%s %n {0} {{7*7}} ${7*7}",
    "<script>alert(1)</script>",
]


@pytest.fixture(autouse=True)
def nothing_waits() -> None:
    recorder.clear()


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_answered(words: str, bob: Person) -> None:
    shelve("Alpha plan", pages=["alpha beta"], vertical="banking")
    client = signed_in(bob)
    for page in PAGES:
        answer = client.get(page, {"q": words, "after": words, "word": [words] * 50, "sort": words, "deal": words})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()
    recorder.flush()
    assert all(len(query) <= 1_000 for query in Search.objects.values_list("query", flat=True))


def test_what_was_shown_is_believed_only_from_the_box_and_to_its_reader(bob: Person, alice: Person) -> None:
    shelve("Alpha plan", pages=["alpha beta"])
    hers = signed_in(alice).get("/search/answers/", {"q": "alpha"}).context["record"]
    told = {"section": "asset", "q": "x", "filters": {}, "results": 1, "shown": [1], "at": "", "deal": None}
    forged = signing.dumps(told, salt="search.shown.1")
    client = signed_in(bob)
    for shown in (hers, forged, hers[:-1], "", "\x00", "x" * 100_000):
        assert client.post("/search/showings/", {"shown": shown}).status_code == 400
    assert client.post("/search/showings/").status_code == 400
    recorder.flush()
    assert not Search.objects.exists()
    assert not Usage.objects.exists()


def test_what_was_shown_counts_once_however_often_it_is_sent(bob: Person) -> None:
    shelve("Alpha plan", pages=["alpha beta"])
    client = signed_in(bob)
    shown = client.get("/search/answers/", {"q": "alpha"}).context["record"]
    for elapsed in ("100", "-5", "nan", "9" * 50):
        assert client.post("/search/showings/", {"shown": shown, "ms": elapsed}).status_code == 204
    recorder.flush()
    assert client.post("/search/showings/", {"shown": shown, "ms": "100"}).status_code == 204
    recorder.flush()
    assert Search.objects.count() == 1
    assert Usage.objects.filter(action="impression").count() == 1


def test_a_partner_is_told_of_no_other_kind(db: None) -> None:
    firm = Partner.objects.create(name="Outside")
    pat = Person.objects.create_user("pat@example.com", "x", name="Pat", role="partner", partner=firm)
    Company.objects.create(source="t", external_id="1", name="Zanzibar Bank")
    for page in ("/search/", "/search/answers/"):
        assert "Zanzibar Bank" not in signed_in(pat).get(page, {"q": "zanzibar"}).content.decode()


ASKED = (
    *("/library/", "/library/?q=alpha", "/library/?q=vertical:", "/search/?q=alpha", "/search/answers/?q=alpha"),
    *("/library/boards/", "/library/collections/", "/library/facets/missing/", "/library/facets/edits/new/"),
    *("/library/alpha-plan-0/", "/library/alpha-plan-0/findability/", "/library/alpha-plan-0/replacement/?q=alpha"),
    *(
        "/library/proposals/",
        "/library/findability/",
        "/library/findability/judged/",
        "/library/boards/vertical/banking/",
    ),
    *("/library/compare/?a=alpha-plan-0&b=alpha-plan-0", "/library/facets/rules/"),
)


def _damaged(data: Path, how: str) -> None:
    root = data / "search" / "asset"
    for path in sorted(root.rglob("*")):
        if path.is_file():
            if how == "emptied":
                path.write_bytes(b"")
            elif how == "cut" and path.stat().st_size > 40:
                path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
            elif how == "garbage":
                path.write_bytes(b"\xff\x00 no index" * 50)
            elif how == "removed":
                path.unlink()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["missing", "removed", "emptied", "cut", "garbage"])
def test_every_page_that_searches_answers_while_the_index_cannot(
    committed: None, data: Path, how: str, gus: Person
) -> None:
    shelve("Alpha plan", pages=["alpha beta"], vertical="banking")
    snapshots.compute("findability", {"window": 90}, at=NOW)
    client = signed_in(gus)
    if how != "missing":
        built = Follower.of(kinds.by_name("asset"))
        built.open()
        while built.has_work:
            built.step()
        assert client.get("/library/?q=alpha").context["shelf"].total == "1 asset"
        _damaged(data, how)
        for fresh in (False, True):
            if fresh:
                readers.use(readers.Readers().engine)
            _ask_everything(client)
    else:
        _ask_everything(client)
    assert "is being built" in client.get("/library/?q=alpha").content.decode()
    assert client.post("/library/", {"export": "csv"}).status_code == 503


def _ask_everything(client: Client) -> None:
    for address in ASKED:
        assert client.get(address).status_code in (200, 503), address
