"""An index follows the log or is built anew; whatever happens in between, it ends up like the database."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from sameside.crm.models import Company
from sameside.retrieval.engine import Document, Engine, Request
from sameside.search import changes, health, indexes, kinds, readers
from sameside.search.following import Follower

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed")]
KIND = "company"


def make(*names: str) -> list[int]:
    return [Company.objects.create(source="test", external_id=name, name=name).pk for name in names]


def follower() -> Follower:
    made = Follower.of(kinds.by_name(KIND))
    made.open()
    return made


def catch_up(one: Follower) -> Follower:
    one.poll()
    while one.has_work:
        one.step()
        one.poll()
    return one


def found(words: str = "") -> list[int]:
    return sorted(readers.engine(KIND).keys(Request(words=words, typing=False)))


def version() -> str:
    current = indexes.place(KIND).current()
    return current.name if current else ""


def test_the_first_index_is_built_and_then_follows(data: Path) -> None:
    acme, globex = make("Acme", "Globex")
    with pytest.raises(readers.NotReady, match="being built"):
        found()
    one = catch_up(follower())
    assert found("acme") == [acme]
    Company.objects.filter(pk=acme).update(name="Apex")
    (initech,) = make("Initech")
    Company.objects.filter(pk=globex).delete()
    built = version()
    catch_up(one)
    assert (found("acme"), found("apex"), found()) == ([], [acme], [acme, initech])
    assert version() == built


def test_who_was_away_goes_on_where_it_was(data: Path) -> None:
    make("Acme")
    catch_up(follower())
    built = version()
    (globex,) = make("Globex")
    catch_up(follower())
    assert found("globex") == [globex]
    assert version() == built


def test_a_kill_between_writing_and_saying_so_changes_nothing(data: Path) -> None:
    acme, globex = make("Acme", "Globex")
    one = catch_up(follower())
    assert one.held is not None
    before = (one.held.version / indexes.STATE).read_text()
    Company.objects.filter(pk=acme).update(name="Apex")
    Company.objects.filter(pk=globex).delete()
    catch_up(one)
    (one.held.version / indexes.STATE).write_text(before)
    catch_up(follower())
    assert (found(), found("apex")) == ([acme], [acme])
    assert health.compare(kinds.by_name(KIND)).is_same


def test_a_build_that_was_cut_off_leaves_no_index_behind(data: Path) -> None:
    make("Acme")
    cut_off = follower()
    assert version() == ""
    again = catch_up(follower())
    left = {path.name for path in indexes.place(KIND).versions()}
    assert cut_off.build is not None
    assert left == {cut_off.build.version.name, version()}
    indexes.SWEPT_AFTER = -1.0
    try:
        assert again.place.sweep() == 1
    finally:
        indexes.SWEPT_AFTER = 120.0
    assert [path.name for path in indexes.place(KIND).versions()] == [version()]


@pytest.mark.parametrize("how", ["another database", "purged", "emptied", "damaged", "restored"])
def test_an_index_that_cannot_follow_is_built_anew(how: str, data: Path) -> None:
    make("Acme")
    one = catch_up(follower())
    assert one.held is not None
    before, state = version(), one.held.version / indexes.STATE
    (globex,) = make("Globex")
    if how == "another database":
        state.write_text(json.dumps(json.loads(state.read_text()) | {"identity": "1/2/company"}))
    elif how == "restored":
        state.write_text(json.dumps(json.loads(state.read_text()) | {"snapshot": "9000000000:9000000000:"}))
    elif how == "purged":
        changes.purge(at=timezone.now() + timedelta(days=8))
    elif how == "emptied":
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE crm_company CASCADE")
        (globex,) = make("Globex")
    else:
        for path in one.held.version.rglob("meta.json"):
            path.write_text("{")
    catch_up(follower())
    assert version() != before
    assert found("globex") == [globex]
    assert health.compare(kinds.by_name(KIND)).is_same


def test_the_old_index_answers_and_follows_while_a_new_one_is_built(data: Path) -> None:
    make("Acme")
    one = catch_up(follower())
    before = version()
    one.rebuild("a test wants it", following=True)
    (globex,) = make("Globex")
    one.poll()
    assert one.held is not None
    one._apply()
    assert (version(), found("globex")) == (before, [globex])
    catch_up(one)
    assert version() != before
    assert found("globex") == [globex]


def test_a_check_finds_what_differs_and_heals_it(data: Path) -> None:
    acme, globex, initech = make("Acme", "Globex", "Initech")
    one = catch_up(follower())
    engine: Engine = one.held.engine  # type: ignore[union-attr]
    with engine.writing() as writer:
        writer.put([Document(acme, "Somebody else", terms={"digest": ["0"]}), Document(999_999, "Nobody")])
        writer.remove([globex])
    one._save(one.held)  # type: ignore[arg-type]
    differences = health.compare(kinds.by_name(KIND))
    assert (differences.missing, differences.stale, differences.surplus) == ([globex], [acme], [999_999])
    assert health.heal(differences) == 3
    catch_up(one)
    assert health.compare(kinds.by_name(KIND)).is_same
    assert found() == [acme, globex, initech]


def test_two_readers_see_what_one_writer_wrote(data: Path) -> None:
    (acme,) = make("Acme")
    one = catch_up(follower())
    first, second = readers.Readers(), readers.Readers()
    kind = kinds.by_name(KIND)
    asked: Any = Request(words="apex")
    assert [list(reader.engine(kind).keys(asked)) for reader in (first, second)] == [[], []]
    Company.objects.filter(pk=acme).update(name="Apex")
    catch_up(one)
    assert [list(reader.engine(kind).keys(asked)) for reader in (first, second)] == [[acme], [acme]]
