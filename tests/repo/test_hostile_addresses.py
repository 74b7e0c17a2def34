"""No query string and no form, however hostile, makes a page fail: what an address holds wrongly is ignored."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import QueryDict

from sameside.kit import snapshots
from sameside.people.models import Person
from sameside.people.policies import PUBLIC
from tests.conftest import signed_in
from tests.repo.test_urls import ADDRESSES, Address, _path
from tests.world import World, build

KEYS = [
    "q", "sort", "after", "before", "page", "window", "k", "months", "period", "by", "from", "to", "since",
    "until", "owner", "team", "fate", "status", "source", "campaign", "vertical", "conversation", "format",
    "language", "stage", "kind", "state", "model", "lookback", "at", "week", "person", "action", "role",
    "sign_in", "words", "shown", "used", "deal", "lead", "company", "contact", "channel", "created", "closed",
    "next", "connector", "confirmed", "view", "pressed", "export",
    "without", "only", "word", "exact", "ms", "add", "changed",
]  # fmt: skip
VALUES = (
    "garbage",
    "-1",
    "0",
    "9" * 18,
    "9" * 30,
    "9" * 5_000,
    "²",
    "\x00",
    "a\x00b",
    "' OR 1=1 --",
    '"',
    "%",
    "\\",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "NaN",
    "1e400",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "2026-W01-1",
    "20260101",
    "9999-W52",
    "0001-W01",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "-",
    "--",
    "x" * 10_000,
)
QUERIES = (
    "a & b | !c :* <-> (",
    '-"x" or or or "',
    "-" * 300,
    "'" * 300,
    "word " * 2_000,
    "-word " * 2_000,
    " ".join(f"-w{number}" for number in range(100)),
    ":*",
    "a:b:c:*",
)


def _cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


CURSORS = (
    "garbage",
    "ü",
    "A" * 20_000,
    base64.urlsafe_b64encode(b"[" * 2_900).decode(),
    *(
        _cursor(value)
        for value in (
            ["9999-12-31T23:59:59-12:00", 10**30],
            ["\ud800", 1],
            [float("nan"), 1],
            [float("inf"), 1],
            [10**30, 1],
            [True, True],
            [None, -1],
            [[], 1],
            {},
        )
    ),
)


RAW = ["%", "%00=%00", "q=%ff%fe", "q=%ed%a0%80", "&".join(f"a{n}=1" for n in range(900)), "q[]=1&q=2", ";;;==="]
WORDS = [urlencode({"q": query, "words": query}) for query in QUERIES]
PLACES = [urlencode({("after", "before")[number % 2]: cursor}) for number, cursor in enumerate(CURSORS)]
FRAME = {"q", "deal", "lead"}
"""What every page asks for, for the box at its top; pages that ask for more get all of it."""
LISTS = [address for address in ADDRESSES if address.policy not in (PUBLIC, None)]


def _group(address: Address) -> str:
    """The pages that one test visits, for which the world is built once: those with the same beginning."""
    return "/".join(address.pattern.split("/")[:2])


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The keys of query strings that were asked for; `*` when somebody took all of them."""
    found: set[str] = set()

    def told(name: str, key: Callable[..., str]) -> None:
        real = getattr(QueryDict, name)

        def asked(query: QueryDict, *given: Any, **named: Any) -> Any:
            if not query._mutable:  # which it is while it is made
                found.add(key(*given))
            return real(query, *given, **named)

        monkeypatch.setattr(QueryDict, name, asked)

    for name in ("__getitem__", "__contains__", "get", "getlist"):
        told(name, lambda key, *_: str(key))
    for name in ("dict", "items", "lists", "values", "keys", "copy", "__iter__"):
        told(name, lambda *_: "*")
    return found


def _queries(read: set[str]) -> Iterator[str]:
    """Some values for every key, those that the page was seen to ask for among them; where it asks for any beside the
    frame's, all values and what its keys could fall over.
    """
    yield from RAW[:3]
    for value in VALUES[:10]:
        yield urlencode(dict.fromkeys({*KEYS, *read} - {"*"}, value))
    if read - FRAME:
        yield from RAW[3:]
        for value in VALUES[10:]:
            yield urlencode(dict.fromkeys({*KEYS, *read} - {"*"}, value))
    if read & {"*", "words"} or (read - FRAME and "q" in read):
        yield from WORDS
    if read & {"*", "after", "before"}:
        yield from PLACES


@pytest.fixture
def world(alice: Person, bob: Person, now: Any) -> World:
    built = build(bob, alice)
    snapshots.compute_all(at=now)
    return built


@pytest.mark.parametrize("place", sorted({_group(address) for address in LISTS}))
def test_no_query_string_breaks_a_page(place: str, world: World, gus: Person, read: set[str]) -> None:
    client, wrong = signed_in(gus), []
    client.raise_request_exception = False
    for address in filter(lambda address: _group(address) == place, LISTS):
        path = _path(address.pattern, world)
        read.clear()
        if client.get(path).status_code in (302, 404, 405):
            continue
        for query in _queries(read):
            with transaction.atomic():
                response = client.get(f"{path}?{query}")
                if response.status_code >= 500:
                    wrong.append(f"{path}?{query[:200]}: {response.status_code}")
                    transaction.set_rollback(True)
    assert wrong == []


POSTED = ("\x00", "9" * 5_000, "²", "x" * 10_000)
NOT_POSTED = {"export", "next", "back"}
"""Keys whose values do not matter here: exports are streamed, and where to go back to has tests of its own."""


def test_no_form_breaks_a_page(world: World, gus: Person, read: set[str]) -> None:
    """Each address that takes a form gets every key that it asks for with nothing that it could mean."""
    wrong = []
    for address in LISTS:
        path = _path(address.pattern, world)
        read.clear()
        for value in ("", *POSTED):  # with nothing first, which tells what it asks for
            with transaction.atomic():
                client = signed_in(gus)
                client.raise_request_exception = False
                status = client.post(path, dict.fromkeys(read - NOT_POSTED - {"*"}, value)).status_code
                transaction.set_rollback(True)
            if status >= 500:
                wrong.append(f"{path} {value[:10]!r}: {status}")
            if status in (404, 405):
                break
    assert wrong == []
