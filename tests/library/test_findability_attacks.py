"""Whatever page somebody asks, hidden content is not named there, and hostile input gets an answer."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from sameside.kit import snapshots
from sameside.library import access, versions
from sameside.library.browsing import collections
from sameside.library.evaluation import judging
from sameside.library.models import (
    Asset,
    AssetVerdict,
    ContentRequest,
    Favourite,
    JudgedQuery,
    Judgement,
    Play,
    Usage,
)
from sameside.people.models import Organisation, Partner, Person
from tests.conftest import NOW, PASSWORD, signed_in
from tests.library.shelf import deal, shelve, use

SECRET, SLUG, WORD = "Price floor of the board", "price-floor", "zanzibarite"


@pytest.fixture
def outside(db: None) -> Person:
    firm = Partner.objects.create(name="Outside")
    return Person.objects.create_user("pat@example.com", PASSWORD, name="Pat", role="partner", partner=firm)


def _everywhere(asset: Asset, alice: Person, bob: Person, fay: Person) -> dict[str, Any]:
    """Have every list and report hold the asset, as it was before it was hidden."""
    held = collections.create("Of the quarter", by=bob, at=NOW)
    collections.add(held, [asset], by=alice, at=NOW)
    Favourite.objects.create(asset=asset, person=bob, at=NOW)
    won = deal(owner=bob, closed_at=NOW - timedelta(days=3), state="succeeded")
    for person in (bob, fay):
        use(asset, Usage.Action.OPEN, person, deal=won)
        use(asset, Usage.Action.SHARE, person, deal=won)
    ContentRequest.objects.create(
        words="discounts", asked_by=fay, asked_at=NOW, state="answered", asset=asset, answered_at=NOW, answered_by=alice
    )
    query = JudgedQuery.objects.create(words="discounts", created_at=NOW, created_by=alice)
    Judgement.objects.create(query=query, asset=asset, source="hand", grade=3, by=alice, at=NOW)
    Play.objects.create(asset=asset, talk_track="Say it.", owner=alice, created_at=NOW, updated_at=NOW, edition=1)
    organisation = Organisation.current()
    AssetVerdict.objects.create(
        asset=asset,
        window=organisation.truth_window_days,
        k=organisation.truth_min_impressions,
        verdict="not_found",
        reason="Nobody found it.",
        impressions=0,
        opens=0,
        uses=0,
        open_deals=2,
        matched_searches=9,
    )
    return {
        "slug": asset.slug,
        "deal_id": won.pk,
        "pk": query.pk,
        "number": 1,
        "n": 1,
        "page_number": 1,
        "facet": "vertical",
        "value": "banking",
        "kind": "won",
        "verdict": "not_found",
        "collection": held.slug,
    }


def _patterns() -> Iterator[tuple[str, URLPattern]]:
    for one in get_resolver().url_patterns:
        if isinstance(one, URLResolver) and one.namespace in ("library", "search"):
            for each in one.url_patterns:
                if isinstance(each, URLPattern):
                    yield str(one.namespace), each


def _addresses(known: dict[str, Any]) -> Iterator[str]:
    for namespace, pattern in _patterns():
        given = {**known, "slug": known["collection"]} if "collections/" in str(pattern.pattern) else known
        names = {name: given.get(name, 1) for name in pattern.pattern.converters}
        yield reverse(f"{namespace}:{pattern.name}", kwargs=names)


QUERIES = (
    "",
    f"?q={WORD}",
    f"?q={WORD[:7]}",
    "?q=zanzibarita",
    "?q=vertical:",
    "?q=price+fl",
    "?q=banking",
    "?vertical=banking",
    "?asset=1&status=retired",
)


@pytest.mark.parametrize("how", ["restricted", "retired", "expired", "not yet valid"])
@pytest.mark.parametrize("who", ["bob", "outside", "charlie"])
def test_no_page_names_what_is_hidden(
    how: str, who: str, alice: Person, bob: Person, fay: Person, request: pytest.FixtureRequest
) -> None:
    person: Person = request.getfixturevalue(who)
    asset = shelve(SECRET, pages=[f"Discounts of {WORD}"], vertical="banking", product_line="Zircon")
    shelve("Overview of retail", pages=["Shops and their price lists"], vertical="retail")
    Asset.objects.filter(pk=asset.pk).update(slug=f"{SLUG}-0")
    asset.refresh_from_db()
    known = _everywhere(asset, alice, bob, fay)
    if how == "restricted":
        access.restrict(asset, ["role:executive"], by=alice, at=NOW)
    else:
        Asset.objects.filter(pk=asset.pk).update(
            **{
                "retired": {"status": "retired"},
                "expired": {"verified_until": date(2020, 1, 1)},
                "not yet valid": {"valid_from": date(2090, 1, 1)},
            }[how]
        )
    for report in ("findability", "boards"):
        snapshots.compute(report, snapshots.REGISTRY[report].read({}), at=NOW)
    client = signed_in(person)
    own = f"/library/{asset.slug}/"
    leaks = []
    for address in dict.fromkeys(_addresses(known)):
        if how != "restricted" and address.startswith((own, "/library/requests/")):
            continue  # an old link says what became of it, and an answer given is such a link
        queries = QUERIES if address in ("/library/", "/search/", "/search/answers/") else QUERIES[:1]
        for query in queries:
            answer = client.get(address + query)
            page = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            text = page.decode(errors="replace")
            assert answer.status_code < 500, address + query
            told = [one for one in (SECRET, asset.slug, "Zircon") if one in text.replace(query, "")]
            told += [WORD] if WORD in text.replace(f"{WORD}", "", text.count(WORD) if WORD in query else 0) else []
            if told:
                leaks.append((address + query, told))
    assert leaks == []


BAD_CELLS = {
    "NUL": ["alpha,{},en,plan-0,2,x\x00y", "alpha,{},e\x00n,plan-0,2,why"],
    "surrogate": ['alpha,"{""vertical"": [""\\ud800""]}",en,plan-0,2,why'],
    "NUL in context": ['alpha,"{""vertical"": [""a\\u0000b""]}",en,plan-0,2,why'],
    "deep": ["alpha," + "[" * 60_000 + ",en,plan-0,2,why"],
    "large": ["alpha,{},en,plan-0,2," + "x" * 1_000_000],
}


@pytest.mark.parametrize("kind", BAD_CELLS)
def test_a_file_of_judgements_with_hostile_cells_is_answered(kind: str, alice: Person) -> None:
    csv.field_size_limit(131_072)
    shelve("Plan")
    rows = "\n".join(["words,context,language,asset,grade,reason", *BAD_CELLS[kind], "beta,{},en,plan-0,3,good"])
    client = signed_in(alice)
    given = SimpleUploadedFile("judgements.csv", rows.encode(), "text/csv")
    answer = client.post("/library/findability/judged/file/", {"file": given})
    assert answer.status_code == 302
    assert signed_in(alice).get("/library/findability/judged/").status_code == 200
    taken = set(Judgement.objects.values_list("query__words", flat=True))
    assert taken == (set() if kind == "large" else {"beta"} if kind != "NUL" else {"alpha", "beta"})


def test_a_judgement_that_a_spreadsheet_would_compute_leaves_as_text(alice: Person) -> None:
    query = JudgedQuery.objects.create(words="=cmd|' /c calc'!a0", created_at=NOW, created_by=alice)
    Judgement.objects.create(query=query, asset=shelve("Plan"), source="hand", grade=3, by=alice, at=NOW)
    assert "\n=cmd" not in "".join(judging.export()).replace("\r", "")


NUL = "a\x00b"


@pytest.mark.parametrize(
    ("method", "address", "data"),
    [
        ("post", "/library/requests/addition/", {"words": NUL, "note": NUL, "address": f"q={NUL}"}),
        ("post", "/library/requests/{request}/answer/", {"sentence": NUL}),
        ("post", "/library/requests/{request}/answer/", {"asset": NUL}),
        ("get", "/library/boards/vertical/banking/won/", {"asset": NUL}),
        ("get", "/library/compare/", {"a": NUL, "b": NUL}),
    ],
)
def test_a_nul_is_answered(method: str, address: str, data: dict[str, str], gus: Person) -> None:
    one = ContentRequest.objects.create(words="roadmap", asked_by=gus, asked_at=NOW)
    answer = getattr(signed_in(gus), method)(address.format(request=one.pk), data)
    assert answer.status_code in (302, 403, 404, 409)


def test_no_asset_has_the_address_of_a_page(db: None) -> None:
    taken = []
    for namespace, pattern in _patterns():
        first, _, rest = reverse("library:list").strip("/"), "", str(pattern.pattern)
        word = rest.split("/")[0]
        if namespace == "library" and word.isidentifier() and rest.count("/") == 1:
            assert resolve(f"/{first}/{word}/").url_name != "asset"
            taken.append(word)
    assert {versions.free_slug(word, "0" * 64) for word in taken} == {f"{word}-2" for word in taken}


def test_a_typo_is_not_mended_to_a_word_that_only_retired_content_has(bob: Person, alice: Person) -> None:
    asset = shelve("Old plan", pages=["Everything about zanzibarites"], status="retired")
    shelve("Plan of today", pages=["Everything about gardens"])
    for address in ("/library/?q=zanzibarytes", "/search/?q=zanzibarytes", "/search/answers/?q=zanzibarytes"):
        assert "zanzibarites" not in signed_in(bob).get(address).content.decode()
    assert asset.title not in signed_in(bob).get("/library/?q=zanzibarites").content.decode()
