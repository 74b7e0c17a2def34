"""Every link on the pages of the library, the search and the boards answers, and leads where its reader may go.

Each role starts where its menu starts and follows what the pages offer; of the addresses of one view with the same
keys two are visited, so that a long list does not hide the rest.
"""

from collections import Counter, deque
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from sameside.kit import snapshots
from sameside.library import requests
from sameside.library.browsing import collections, favourites
from sameside.library.models import Asset, Play
from sameside.library.upkeep import reviews, sheets
from sameside.people.models import Person
from tests.conftest import NOW, signed_in
from tests.library.shelf import deal, shelve, use

STARTS = ("/library/", "/search/?q=price", "/library/boards/", "/library/findability/", "/library/reviews/")
FOLLOWED = ("/library/", "/search/")
MOST_OF_A_KIND = 2
MOST = 150


class Links(HTMLParser):
    """The addresses that a page offers to be opened or that it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get("href") if tag == "a" else given.get("src") if tag == "img" else None
        if tag == "form" and (given.get("method") or "get").lower() == "get":
            address = given.get("action")
        if given.get("hx-get"):
            self.found.append(given["hx-get"] or "")
        if address and not address.startswith(("#", "mailto:", "http:", "https:", "data:")):
            self.found.append(address)


def crawl(client: Client, starts: tuple[str, ...]) -> Iterator[tuple[str, int, str]]:
    """(address, status, the page that it stands on) of what the pages lead to, breadth first."""
    seen: Counter[tuple[str, str]] = Counter()
    known, waiting = set(starts), deque((start, "") for start in starts)
    visited = 0
    while waiting and visited < MOST:
        address, on = waiting.popleft()
        path, query = urlsplit(address).path, urlsplit(address).query
        shape = (resolve(path).view_name, " ".join(sorted(parse_qs(query, keep_blank_values=True))))
        seen[shape] += 1
        if seen[shape] > MOST_OF_A_KIND:
            continue
        visited += 1
        response = client.get(address)
        yield address, response.status_code, on
        if response.streaming or not path.startswith(FOLLOWED):
            continue
        if response.status_code == 302:
            found = [response["Location"]]
        else:
            found = Links(response.text).found if "html" in response["Content-Type"] else []
        for one in found:
            target = urljoin(address, one).split("#")[0]
            if target not in known and not target.startswith(("/accounts/", "/static/")):
                known.add(target)
                waiting.append((target, address))


@pytest.fixture
def stocked(alice: Person, bob: Person, dora: Person) -> None:
    """Something on every page: facets, a retired asset, a play, a collection, a star, a request, a sheet, a deal."""
    price = shelve("Price list", pages=["prices of banking", "discounts"], vertical="banking")
    deck = shelve("Banking deck", vertical="banking", conversation="tailored_pov")
    gone = shelve("Price list 2024", vertical="banking")
    reviews.replace(gone, price, by=alice, at=NOW)
    reviews.give([deck.pk], dora, by=alice, at=NOW)
    Play.objects.create(asset=deck, when="First talks", question="Who?", created_at=NOW, updated_at=NOW)
    kept = collections.create("Banking kit", by=alice, at=NOW)
    collections.add(kept, [price, deck], by=alice, at=NOW)
    for asset in (price, deck):
        favourites.add(asset, by=bob, at=NOW)
    now = deal(owner=bob)
    use(deck, "share", bob, deal=now)
    requests.ask("quantum pricing", by=bob, at=NOW)
    sheets.bring("dates.csv", f"Link,Owner\n{deck.slug},Alice\nnowhere,Alice\n".encode(), by=alice, at=NOW)
    Asset.objects.filter(pk=price.pk).update(verified_until=timezone.localdate())
    snapshots.compute("content", at=timezone.now())


@pytest.mark.parametrize("role", ["seller", "marketer", "editor", "success", "executive", "partner", "admin"])
def test_no_link_is_dead_or_forbidden(stocked: None, role: str, request: pytest.FixtureRequest) -> None:
    names = {"seller": "bob", "marketer": "alice", "editor": "dora", "success": "erik", "executive": "fay"}
    if role == "partner":
        person = Person.objects.create_user("pia@example.com", None, name="Pia", role="partner")
    else:
        person = request.getfixturevalue(names.get(role, "gus"))
    client = signed_in(person)
    starts = tuple(start for start in STARTS if client.get(start).status_code == 200)
    assert "/library/" in starts
    visited = list(crawl(client, starts))
    wrong = [f"{status} {address} on {on}" for address, status, on in visited if status not in (200, 204, 302, 304)]
    assert wrong == []
    assert len(visited) > (60 if role in ("marketer", "editor", "admin") else 8)


def test_the_crawl_finds_a_dead_link() -> None:
    page = '<a href="/library/nowhere/">x</a><a href="#top">y</a><img src="/a.png"><form action="/search/"></form>'
    assert Links(page).found == ["/library/nowhere/", "/a.png", "/search/"]
