"""What searches keep of their words: no addresses, not for longer than was decided, nothing secret learnt."""

from datetime import timedelta

import pytest

from sameside.library import forgetting, requests
from sameside.library import synonym_learning as learning
from sameside.library.masking import masked
from sameside.library.models import Asset, ContentRequest, Search
from sameside.library.usage import recorder
from sameside.people import audit
from sameside.people.models import AuditEntry, Organisation, Person
from sameside.search.models import Synonym
from tests.conftest import NOW, signed_in
from tests.library.shelf import shelve


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("contract anna.kurz@muster-ag.de 2026", "contract [e-mail] 2026"),
        ("<anna+x@a.example>, b@c.example", "<[e-mail]>, [e-mail]"),
        ("call +49 89 1234-567 about roi", "call [number] about roi"),
        ("0049891234567", "[number]"),
        ("089/123456 89", "[number]"),
        ("(030) 1234567", "[number]"),
        ("555-123-4567", "[number]"),
        ("DE89 3704 0044 0532 0130 00", "DE89 [number]"),
        ("roadmap 2025-2026", "roadmap 2025-2026"),
        ("iso 27001 9001", "iso 27001 9001"),
        ("price 1,200,000 eur", "price 1,200,000 eur"),
        ("v1.2.3.4 10.0.0.1", "v1.2.3.4 10.0.0.1"),
        ("anna kurz muster ag", "anna kurz muster ag"),
        ("a@b", "a@b"),
        ("", ""),
    ],
)
def test_addresses_and_numbers_are_masked(typed: str, kept: str) -> None:
    assert masked(typed) == kept


def test_masking_takes_time_in_proportion() -> None:
    for hostile in ("1" * 100_000, "1 " * 50_000, "a@" * 50_000, "@." * 50_000, "+(" * 50_000):
        masked(hostile[:300])
        assert len(masked(hostile[:5_000])) <= 5_000


def test_a_search_is_recorded_masked(bob: Person) -> None:
    shelve("Ledger guide", pages=["ledger"])
    signed_in(bob).get("/search/", {"q": "ledger anna.kurz@muster.example"})
    signed_in(bob).get("/library/", {"q": "ledger +49 89 1234567"})
    recorder.flush()
    kept = sorted(Search.objects.values_list("query", flat=True))
    assert kept == ["ledger [e-mail]", "ledger [number]"]


def test_what_is_asked_for_and_exported_is_masked(bob: Person) -> None:
    requests.ask("roi for anna@muster.example", by=bob, at=NOW)
    assert ContentRequest.objects.get().words == "roi for [e-mail]"
    signed_in(bob).post("/library/?q=anna%40muster.example", {"export": "csv"})
    assert "muster" not in str(AuditEntry.objects.get(action="export").details)
    assert audit.first_broken() is None


def test_words_are_forgotten_after_as_long_as_was_decided(bob: Person) -> None:
    Organisation.objects.filter(pk=1).update(search_words_days=30)
    old = Search.objects.create(
        person=bob, at=NOW - timedelta(days=31), query="muster ag", corrected="master", results=3, shown=[1, 2]
    )
    new = Search.objects.create(person=bob, at=NOW - timedelta(days=29), query="muster ag", results=3)
    assert forgetting.forget_words(at=NOW) == 1
    assert forgetting.forget_words(at=NOW) == 0
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.query, old.corrected, old.results, old.shown, old.person) == ("", "", 3, [1, 2], bob)
    assert new.query == "muster ag"


def test_the_setting_is_the_administrators(gus: Person, alice: Person) -> None:
    page = signed_in(gus).get("/people/settings/").content.decode()
    assert 'name="search_words_days" value="365"' in page
    assert signed_in(alice).get("/people/settings/").status_code == 403


def test_restricted_titles_wait_for_an_editor_who_is_told(db: None) -> None:
    secret = shelve("Project Night Owl (PNO)")
    Asset.objects.filter(pk=secret.pk).update(groups=["role:editor"])
    shelve("Total Cost of Ownership (TCO)")
    also = shelve("Total Cost of Ownership (TCO) for the board")
    Asset.objects.filter(pk=also.pk).update(groups=["role:editor"])
    learning.learn(at=NOW)
    told = {one.words[0]: (one.state, one.evidence) for one in Synonym.objects.all()}
    assert told["PNO"] == ("proposed", [learning.RESTRICTED, "Titled “Project Night Owl (PNO)”."])
    assert told["TCO"] == ("proposed", ["Titled “Total Cost of Ownership (TCO)”."])


def test_nothing_is_learnt_from_what_was_masked() -> None:
    rows = [
        row
        for person in (1, 2, 3)
        for row in ((person, "none", "offer [e-mail]", person), (person, "opened", "offer muster", person))
    ]
    assert learning.learnt_from(rows) == []
